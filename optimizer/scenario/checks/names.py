"""Whether every name that is used is defined."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from optimizer.scenario.read.draft import Draft
from optimizer.scenario.read.findings import nearest
from optimizer.scenario.schema.rows import OFFER_TABLES


def check_names(draft: Draft) -> None:
    """Note unknown sites, GPUs and contracts, sites without a mode, and contradictory wishes."""
    _check_gpus(draft)
    _check_contradictions(draft)
    _check_tables_present(draft)
    # What refers to a table that could not be read would only repeat that problem.
    if draft.was_read("sites"):
        _check_sites(draft)
    if draft.was_read(*OFFER_TABLES):
        _check_contracts(draft)
    if draft.was_read("modes"):
        _check_modes_exist(draft)


def _known(draft: Draft, path: tuple[str, ...], names: Iterable[str], kind: str, known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            draft.add(path, f"there is no {kind} {name!r}; {nearest(name, known)}")


def _check_gpus(draft: Draft) -> None:
    gpus = draft.item_names("gpus")
    for workload in draft.config.workloads:
        _known(draft, ("workloads", workload.name, "accepts"), workload.accepts, "GPU", gpus)
        _known(draft, ("workloads", workload.name, "gpu"), (workload.gpu,) if workload.gpu is not None else (), "GPU", gpus)
    for rental in draft.config.rentals:
        _known(draft, ("rentals", rental.name, "gpu"), (rental.gpu,), "GPU", gpus)


def _check_contradictions(draft: Draft) -> None:
    section = draft.config.sites
    committed = {*section.committed}
    for name in sorted(committed & {*section.forbidden}):
        draft.add(("sites", "forbidden"), f"{name!r} is both committed and forbidden")
    if section.at_most is not None and len(committed) > section.at_most:
        draft.add(("sites", "at_most"), f"{section.at_most} is fewer than the {len(committed)} committed sites")


def _check_sites(draft: Draft) -> None:
    sites = draft.site_ids()
    _known(draft, ("sites", "committed"), draft.config.sites.committed, "site", sites)
    _known(draft, ("sites", "forbidden"), draft.config.sites.forbidden, "site", sites)
    for gpu in draft.config.gpus:
        _known(draft, ("gpus", gpu.name, "initial_gpus"), gpu.initial_gpus, "site", sites)
    # Rows as they were read: one with a wrong number elsewhere names its site all the same.
    for name in ("modes", *OFFER_TABLES):
        for row in draft.tables[name].rows if name in draft.tables else ():
            site_id = row.cells.get("site_id", "")
            if site_id not in sites:
                draft.findings.add(row.place("site_id"), "site_id", f"there is no site {site_id!r}; {nearest(site_id, sites)}")


def _check_contracts(draft: Draft) -> None:
    tariffs = draft.tables["tariffs"].all_keys() if "tariffs" in draft.tables else set()
    others = draft.contract_keys() - tariffs
    for ramp in draft.tables["ramps"].rows if "ramps" in draft.tables else ():
        key = f"{ramp.cells.get('site_id', '')}/{ramp.cells.get('contract_id', '')}"
        if key in others:
            message = f"{key!r} is no tariff; a ramp is of the MW that a tariff has been promised: take the row out"
            draft.findings.add(ramp.place("contract_id"), "contract_id", message)
        elif key not in tariffs:
            message = f"there is no contract {key!r}; {nearest(key, tariffs)}"
            draft.findings.add(ramp.place("contract_id"), "contract_id", message)
    taken = dict.fromkeys(tariffs, "a tariff")
    for name, noun in (("onsite_gas", "an offer of gas"), ("ppas", "a ppa"), ("batteries", "a battery")):
        for row in draft.tables[name].rows if name in draft.tables else ():
            if row.key in taken and taken[row.key] != noun:
                message = f"{row.key!r} is {taken[row.key]} too; contracts of a site must differ in name"
                draft.findings.add(row.place("contract_id"), "contract_id", message)
            taken.setdefault(row.key, noun)


def _check_modes_exist(draft: Draft) -> None:
    modes = draft.tables.get("modes")
    with_mode = {row.cells.get("site_id") for row in (*modes.rows, *modes.misfits)} if modes is not None else set()
    if "modes" not in draft.tables or draft.config.sites.is_filled:
        return  # where modes are filled, why one is not was said
    for placed in draft.rows.sites:
        if placed.row.site_id not in with_mode:
            message = f"{placed.row.site_id!r} has no row in modes: there is no way to build it"
            draft.findings.add(placed.place("site_id"), "site_id", message)


def _check_tables_present(draft: Draft) -> None:
    section = draft.config.sites
    if section.dataset is None and section.table is None:
        draft.add(("sites", "table"), "is required and missing; it names the file of a table (or give dataset)")
    if section.dataset is not None and section.table is not None:
        draft.add(("sites", "dataset"), "sites come from a dataset or from a table, not both; leave one out")
    if section.crs is not None and section.table is None:
        draft.add(("sites", "crs"), "is the coordinate system of a table of sites; name the table, or leave it out")
    if section.layer is not None and section.table is None:
        draft.add(("sites", "layer"), "is a layer of a GeoPackage of sites; name the table, or leave it out")
    if section.where is not None and section.dataset is None:
        draft.add(("sites", "where"), "is a condition on a dataset; name the dataset, or leave it out")
    if "sites" in draft.tables and not draft.tables["sites"].rows:
        draft.findings.add(draft.tables["sites"].place, "site_id", "the table has no row: there is no site to choose from")
    contracts = draft.config.contracts
    if contracts is not None and not section.is_filled and not any(getattr(contracts, name) for name in OFFER_TABLES):
        message = f"names no table of offers; give {' or '.join(OFFER_TABLES)}, or leave the section out to leave power out"
        draft.add(("contracts",), message)
