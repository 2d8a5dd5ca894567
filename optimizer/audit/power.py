"""Rules of a site's power: enough of it in every hour, drawn within the contracts, and groups of offers that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.audit.comparison import Comparison, FloatArray, Row
from optimizer.audit.flows import SINKS, SOURCES, SitePower
from optimizer.audit.paths import BatteryPath, Case, GasPath, PpaPath, TariffPath
from optimizer.core.instance import Site

WORKLOAD_FLOWS = ("load", "shed", "shifted_out", "shifted_in")
"""Flows of ``dispatch`` that belong to no contract."""


def hour_weight(case: Case) -> Iterator[Comparison]:
    """The hours of ``dispatch`` weigh what the typical days of the instance make them weigh."""
    for site in sites(case):
        power = case.power[site.site_id]
        hours, place = power.hours, power.row_place
        names = (tuple(names[i] for i in place) for names in (hours.period_names, hours.hour_names))
        row = Row(site.site_id, next(names), "h", "weight_h", next(names))
        yield row.equal(power.row_weight_h, hours.weight[place])


def contract_flow(case: Case) -> Iterator[Comparison]:
    """Nothing flows under a contract that the plan does not use."""
    used = {(path.site.site_id, path.contract.contract_id) for path in all_paths(case)}
    for site in sites(case):
        power = case.power[site.site_id]
        for (flow, subject), mw in power.flows.items():
            if flow not in WORKLOAD_FLOWS and (site.site_id, subject) not in used:
                yield power.row("MW", f"{flow} of {subject}, which is not used").at_most(mw, 0.0)


def grid_limit(case: Case) -> Iterator[Comparison]:
    """The tariffs of a site together are at most what its connection carries."""
    for site in sites(case):
        if site.grid_limit_mw is not None:
            paths = [path for path in case.tariffs if path.site is site]
            row = case.row(site.site_id, "MW", "contracted MW of all tariffs")
            yield row.at_most(total(case, [path.columns["contracted_mw"] for path in paths]), site.grid_limit_mw)


def adequacy(case: Case) -> Iterator[Comparison]:
    """Firm MW cover the facility's peak and the reserve; firm MW of a tariff are its contracted ones."""
    for path in case.tariffs:
        row = case.row(path.site.site_id, "MW", f"{path.tariff.contract_id}: firm MW")
        yield row.equal(path.columns["firm_mw"], path.columns["contracted_mw"])
    if case.instance.has_contracts:
        for site in sites(case):
            needed = facility_peak(case, site) * (1.0 + case.instance.reserve_fraction)
            firm = total(case, [path.columns["firm_mw"] for path in case.contracts if path.site is site])
            yield case.row(site.site_id, "MW", "firm MW of all contracts").at_least(firm, needed)


def peak_balance(case: Case) -> Iterator[Comparison]:
    """Contracts and batteries carry what the load has above its hourly mean; the table ``load`` states IT and facility peak."""
    for site in sites(case):
        if case.instance.has_contracts:
            extra = [path.columns["extra_mw"] for path in case.contracts if path.site is site]
            shaved = [path.columns["shave_mw"] for path in case.batteries if path.site is site]
            row = case.row(site.site_id, "MW", "MW laid on contracts and batteries for the peak above the hourly mean")
            yield row.at_least(total(case, extra + shaved), _excess(case, site))
        if site.site_id in case.load:
            load = case.load[site.site_id]
            yield case.row(site.site_id, "MW", "it_mw").equal(load["it_mw"], case.it_peak(site.site_id))
            yield case.row(site.site_id, "MW", "facility_peak_mw").equal(load["facility_peak_mw"], facility_peak(case, site))


def peak_limit(case: Case) -> Iterator[Comparison]:
    """A contract's peak is at most its firm MW."""
    for path in case.contracts:
        row = case.row(path.site.site_id, "MW", f"{path.contract.contract_id}: peak")
        yield row.at_most(path.columns["peak_mw"], path.columns["firm_mw"])


def drawn_limit(case: Case) -> Iterator[Comparison]:
    """In every hour a contract delivers, with its part of the peak above the mean, at most its peak."""
    for path in case.contracts:
        power = case.power[path.site.site_id]
        laid = delivered_mw(case, path) + power.hourly(path.columns["extra_mw"])
        row = power.row("MW", f"{path.contract.contract_id}: MW with its part of the peak above the mean")
        yield row.at_most(laid, power.hourly(path.columns["peak_mw"]))
        # Without hours of its own in a period, a contract still carries no more than its peak.
        row = case.row(path.site.site_id, "MW", f"{path.contract.contract_id}: part of the peak above the mean")
        yield row.at_most(path.columns["extra_mw"], path.columns["peak_mw"])


def energy_balance(case: Case) -> Iterator[Comparison]:
    """In every hour what flows in is what the load takes; the tables ``power`` and ``load`` state the energy of it."""
    for path in case.contracts:
        row = case.row(path.site.site_id, "MWh", f"{path.contract.contract_id}: energy of the hours")
        yield row.equal(path.columns["energy_mwh"], case.power[path.site.site_id].hours.sums(delivered_mw(case, path)))
    for site in sites(case):
        power = case.power[site.site_id]
        load = load_mw(case, site)
        if case.instance.has_contracts:
            yield power.row("MW", "load").equal(power.flow("load", ""), load)
            yield power.row("MW", "what flows in, and what the load takes").equal(power.total(*SOURCES), load + power.total(*SINKS))
        if site.site_id in case.load:
            row = case.row(site.site_id, "MWh", "facility_mwh")
            yield row.equal(case.load[site.site_id]["facility_mwh"], power.hours.sums(load))


def exclusive_group(case: Case) -> Iterator[Comparison]:
    """Of a group of tariffs, on-site gas, agreements, batteries and rental offers, at most one is used."""
    used: dict[str, list[str]] = {}
    for path in all_paths(case):
        group = path.contract.exclusive_group
        if group is not None and not _is_converted(case, path):
            used.setdefault(group, []).append(f"{path.site.site_id}/{path.contract.contract_id}")
    for rental in case.rentals:
        if rental.rental.exclusive_group is not None and rental.begun > 0.5:
            used.setdefault(rental.rental.exclusive_group, []).append(rental.rental.name)
    for group, members in used.items():
        site_id = members[0].split("/")[0] if "/" in members[0] else ""
        yield case.single(site_id, "1", f"members used of {group} ({', '.join(members)})").at_most(len(members), 1.0)


def sites(case: Case) -> list[Site]:
    """Sites at which GPUs stand, contracts run or something flows, started or not."""
    places = {path.site.site_id for path in all_paths(case)} | {path.site.site_id for path in case.fleet}
    places |= case.sites.keys() | case.load.keys() | case.emissions.keys() | {site_id for site_id, _, _ in case.allocation}
    return [site for site in case.instance.sites if site.site_id in places or case.power[site.site_id].flows]


def all_paths(case: Case) -> tuple[TariffPath | GasPath | PpaPath | BatteryPath, ...]:
    """Contracts in use of every kind, agreements and batteries too."""
    return (*case.tariffs, *case.gas, *case.ppas, *case.batteries)


def delivered_mw(case: Case, path: TariffPath | GasPath) -> FloatArray:
    """MW that a tariff or on-site units deliver in each hour."""
    flow = "drawn" if isinstance(path, TariffPath) else "generated"
    return case.power[path.site.site_id].flow(flow, path.contract.contract_id)


def facility_peak(case: Case, site: Site) -> FloatArray:
    """Peak of the whole facility, MW."""
    return case.it_peak(site.site_id) * site.peak_facility_ratio


def workload_mw(case: Case, power: SitePower, workload: str) -> FloatArray:
    """Load of a workload in each hour: the GPUs allocated to it at its utilisation, with what the facility adds."""
    utilisation = {each.name: each.utilisation for each in case.instance.workloads}[workload]
    return power.hours.pue() * power.hourly(case.it_mw(power.site.site_id, workload) * utilisation)


def load_mw(case: Case, site: Site) -> FloatArray:
    """Load of a site in each hour."""
    power = case.power[site.site_id]
    rows = [workload_mw(case, power, workload.name) for workload in case.instance.workloads]
    return sum(rows, np.zeros(power.hours.period.size))


def total(case: Case, rows: list[FloatArray]) -> FloatArray:
    """Sum of rows by period."""
    return sum(rows, np.zeros(case.clock.count))


def _excess(case: Case, site: Site) -> FloatArray:
    """MW by which the peak of the load lies above its largest hourly mean, by period."""
    hours = case.power[site.site_id].hours
    most = hours.largest(hours.pue())
    rows = [
        np.maximum(site.peak_facility_ratio - most * workload.utilisation, 0.0) * case.it_mw(site.site_id, workload.name)
        for workload in case.instance.workloads
    ]
    return total(case, rows)


def _is_converted(case: Case, path: TariffPath | GasPath | PpaPath | BatteryPath) -> bool:
    """Whether a firm offer that is used too takes over from an interruptible one: the two are one use of the group."""
    if not isinstance(path, TariffPath):
        return False
    return any(other.site is path.site and other.tariff.contract_id == path.tariff.converts_to for other in case.tariffs)
