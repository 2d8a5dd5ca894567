"""Rules of a site's power: enough of it, drawn within the contracts, and groups of offers that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.audit.comparison import Comparison, FloatArray
from optimizer.audit.paths import Case
from optimizer.instance import Site


def grid_limit(case: Case) -> Iterator[Comparison]:
    """The tariffs of a site together are at most what its connection carries."""
    for site in _sites(case):
        if site.grid_limit_mw is not None:
            paths = [path for path in case.tariffs if path.site is site]
            row = case.row(site.site_id, "MW", "contracted MW of all tariffs")
            yield row.at_most(_sum(case, [path.columns["contracted_mw"] for path in paths]), site.grid_limit_mw)


def adequacy(case: Case) -> Iterator[Comparison]:
    """Firm MW cover the facility's peak and the reserve; firm MW of a tariff are its contracted ones."""
    for path in case.tariffs:
        row = case.row(path.site.site_id, "MW", f"{path.tariff.contract_id}: firm MW")
        yield row.equal(path.columns["firm_mw"], path.columns["contracted_mw"])
    if case.instance.has_contracts:
        for site in _sites(case):
            needed = _facility_peak(case, site) * (1.0 + case.instance.reserve_fraction)
            yield case.row(site.site_id, "MW", "firm MW of all contracts").at_least(_column(case, site, "firm_mw"), needed)


def peak_balance(case: Case) -> Iterator[Comparison]:
    """The contracts' peaks cover the facility's; the table ``load`` states IT and facility peak."""
    for site in _sites(case):
        peak = _facility_peak(case, site)
        if case.instance.has_contracts:
            yield case.row(site.site_id, "MW", "peak of all contracts").at_least(_column(case, site, "peak_mw"), peak)
        if site.site_id in case.load:
            load = case.load[site.site_id]
            yield case.row(site.site_id, "MW", "it_mw").equal(load["it_mw"], case.it_peak(site.site_id))
            yield case.row(site.site_id, "MW", "facility_peak_mw").equal(load["facility_peak_mw"], peak)


def peak_limit(case: Case) -> Iterator[Comparison]:
    """A contract's peak is at most its firm MW."""
    for path in case.contracts:
        row = case.row(path.site.site_id, "MW", f"{path.contract.contract_id}: peak")
        yield row.at_most(path.columns["peak_mw"], path.columns["firm_mw"])


def drawn_limit(case: Case) -> Iterator[Comparison]:
    """A contract delivers at most its peak round the clock."""
    for path in case.contracts:
        row = case.row(path.site.site_id, "MWh", f"{path.contract.contract_id}: energy")
        yield row.at_most(path.columns["energy_mwh"], path.columns["peak_mw"] * case.clock.hours)


def energy_balance(case: Case) -> Iterator[Comparison]:
    """The contracts' energy is what the GPUs that serve workloads use; the table ``load`` states it."""
    for site in _sites(case):
        used = _mean_mw(case, site) * case.clock.hours
        if case.instance.has_contracts:
            yield case.row(site.site_id, "MWh", "energy of all contracts").equal(_column(case, site, "energy_mwh"), used)
        if site.site_id in case.load:
            yield case.row(site.site_id, "MWh", "facility_mwh").equal(case.load[site.site_id]["facility_mwh"], used)


def exclusive_group(case: Case) -> Iterator[Comparison]:
    """Of a group of tariffs, on-site gas and rental offers, at most one is used."""
    used: dict[str, list[str]] = {}
    for path in case.contracts:
        if path.contract.exclusive_group is not None:
            used.setdefault(path.contract.exclusive_group, []).append(f"{path.site.site_id}/{path.contract.contract_id}")
    for rental in case.rentals:
        if rental.rental.exclusive_group is not None and rental.begun > 0.5:
            used.setdefault(rental.rental.exclusive_group, []).append(rental.rental.name)
    for group, members in used.items():
        site_id = members[0].split("/")[0] if "/" in members[0] else ""
        yield case.single(site_id, "1", f"members used of {group} ({', '.join(members)})").at_most(len(members), 1.0)


def _sites(case: Case) -> list[Site]:
    """Sites at which GPUs stand or contracts run, started or not."""
    places = {path.site.site_id for path in case.contracts} | {path.site.site_id for path in case.fleet}
    places |= case.sites.keys() | case.load.keys() | {site_id for site_id, _, _ in case.allocation}
    return [site for site in case.instance.sites if site.site_id in places]


def _facility_peak(case: Case, site: Site) -> FloatArray:
    """Peak of the whole facility, MW."""
    return case.it_peak(site.site_id) * site.peak_facility_ratio


def _mean_mw(case: Case, site: Site) -> FloatArray:
    """Mean MW of the whole facility: the GPUs allocated, at the utilisation of their workload."""
    kw = {gpu.name: gpu.it_kw_per_gpu for gpu in case.instance.gpus}
    utilisation = {workload.name: workload.utilisation for workload in case.instance.workloads}
    rows = [
        gpus * kw[gpu] / 1000.0 * utilisation[workload] * site.annual_pue
        for (site_id, gpu, workload), gpus in case.allocation.items()
        if site_id == site.site_id
    ]
    return _sum(case, rows)


def _column(case: Case, site: Site, column: str) -> FloatArray:
    """Sum of a column of ``power`` over the contracts of a site."""
    return _sum(case, [path.columns[column] for path in case.contracts if path.site is site])


def _sum(case: Case, rows: list[FloatArray]) -> FloatArray:
    return sum(rows, np.zeros(case.clock.count))
