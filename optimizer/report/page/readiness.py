"""What moves readiness month by month: what supply, halls and power alone would allow at the host, and what the plan has in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from optimizer.model.data_bounds import DataBounds
from optimizer.model.gas_output import unit_yield_mw, units_at_most
from optimizer.model.siting import cumulated_mw, in_blocks_mw
from optimizer.model.tariffs import ramp_mw

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from optimizer.core.instance import Instance, Mode, Site, Workload
    from optimizer.core.offers import OnsiteGas, Tariff
    from optimizer.report.page.case import ReportCase

SUPPLY, HALLS, POWER = "GPU supply", "halls", "firm power"
ITEMS = (SUPPLY, HALLS, POWER)
"""What has to be there before a workload is ready."""


@dataclass(frozen=True, slots=True)
class Host:
    """A workload with its host: what it needs there once it is ready (IT MW built, firm MW at the meter)."""

    workload: Workload
    site: Site
    mode: Mode
    ready: str
    it_mw: float
    firm_mw: float


def hosts(case: ReportCase) -> list[Host]:
    """Workloads that become ready at a site of the plan, each with the MW that it takes there when it is ready."""
    sites = {site.site_id: site for site in case.instance.sites}
    modes = {site["site_id"]: site["mode"] for site in case.header["sites"]}
    kw = {gpu.name: gpu.it_kw_per_gpu for gpu in case.instance.gpus}
    rows = case.tables["workloads"]
    found = []
    for workload in case.instance.workloads:
        serving = rows[(rows["workload"] == workload.name) & (rows["ready"] == 1)]
        if serving.empty or serving["site_id"].iloc[0] not in modes:
            continue
        site = sites[str(serving["site_id"].iloc[0])]
        ready = str(serving["period"].min())
        gpus = case.tables["allocation"]
        gpus = gpus[(gpus["workload"] == workload.name) & (gpus["period"] == ready)]
        it_mw = float((gpus["gpus"] * gpus["gpu"].map(kw)).sum()) / 1000.0
        mode = next(mode for mode in site.modes if mode.mode == modes[site.site_id])
        firm_mw = it_mw * site.peak_facility_ratio * (1.0 + case.instance.reserve_fraction)
        found.append(Host(workload, site, mode, ready, it_mw, firm_mw))
    return found


def allowed(case: ReportCase, host: Host) -> pd.DataFrame:
    """Share of what the workload needs that each item alone could have given by each period, were there no other limit.

    Returns
    -------
    pandas.DataFrame
        Index: periods; columns ``GPU supply``, ``halls``, ``firm power`` (not without contracts), each at most 1. Supply: all that
        vendors ship, installed. Halls: a start in the first month, built at the fastest. Power: every offer of the site at its earliest.
    """
    calendar = case.calendar
    needs = DataBounds(case.instance, calendar)
    months = [calendar.first_month(t) for t in range(calendar.periods)]
    columns = {
        SUPPLY: [_supply_share(needs, host.workload, t) for t in range(calendar.periods)],
        HALLS: [_hall_mw(host.mode, case, month) / host.it_mw for month in months],
    }
    if case.instance.has_contracts:
        columns[POWER] = [_firm_mw(host.site, month) / host.firm_mw for month in months]
    return pd.DataFrame(columns, index=case.periods).clip(upper=1.0).mask(lambda share: share > 1.0 - 1e-9, 1.0)


def in_place(case: ReportCase, host: Host) -> pd.DataFrame:
    """Share of what the workload needs that the plan has in place by period, at most 1: GPUs installed, MW built, firm MW."""
    worth = {gpu.name: gpu.h100_equivalents for gpu in case.instance.gpus if gpu.name in host.workload.accepts}
    fleet, built, power = (table[table["site_id"] == host.site.site_id] for table in (
        case.tables["fleet"], case.tables["construction"], case.tables["power"]))
    installed = (fleet["online"] * fleet["gpu"].map(worth).fillna(0.0)).groupby(fleet["period"]).sum()
    columns = {
        SUPPLY: installed / host.workload.gpus_h100e,
        HALLS: built.groupby("period")["built_it_mw"].sum() / host.it_mw,
    }
    if case.instance.has_contracts:
        columns[POWER] = power.groupby("period")["firm_mw"].sum() / host.firm_mw
    shares = pd.DataFrame(columns).astype(float).reindex(case.periods).fillna(0.0)
    return shares.clip(upper=1.0).mask(lambda share: share > 1.0 - 1e-6, 1.0)


def earliest(shares: pd.DataFrame) -> dict[str, str]:
    """First period in which each item alone would do; empty where it never does."""
    return {str(item): next((str(period) for period in shares.index if shares[item][period] >= 1.0), "") for item in shares.columns}


def holding_back(shares: pd.DataFrame) -> pd.DataFrame:
    """Which items allow least, by spans of periods in which they are the same; periods in which all would do are left out.

    Returns
    -------
    pandas.DataFrame
        ``first``, ``last`` period of the span, ``items`` (several where they allow the same), and ``share_first``, ``share_last`` of what
        is needed that they allow.
    """
    spans: list[dict[str, object]] = []
    for period in shares.index:
        share = float(shares.loc[period].min())
        items = tuple(str(item) for item in shares.columns if shares[item][period] <= share)
        if share >= 1.0:
            continue
        if not spans or spans[-1]["items"] != items:
            spans.append({"first": period, "last": period, "items": items, "share_first": share, "share_last": share})
        spans[-1] |= {"last": period, "share_last": share}
    return pd.DataFrame(spans, columns=["first", "last", "items", "share_first", "share_last"])


def reasons(instance: Instance, host: Host) -> Mapping[str, str]:
    """What sets each item, in words: leads, rates and ramps."""
    mode = host.mode
    rate = f", then {mode.mw_per_month:,.4g} MW a month" if mode.mw_per_month is not None else ""
    gpus = [gpu for gpu in instance.gpus if gpu.name in host.workload.accepts]
    installs = ", ".join(f"{gpu.name} {gpu.install_months}" for gpu in gpus)
    lots = ", in whole lots" if any(gpu.lot and gpu.supply is not None for gpu in gpus) else ""
    tariffs = [f"{tariff.contract_id} {tariff.sign_lead_months}" for tariff in host.site.tariffs]
    gas = [f"{gas.contract_id} {max(gas.sign_lead_months, gas.permit_months)}" for gas in host.site.onsite_gas]
    return {
        SUPPLY: f"what vendors ship by month{lots}; months to install: {installs}",
        HALLS: f"{mode.lead_months} months to the first MW ({mode.mode.replace('_', ' ')}){rate}",
        POWER: f"months from signature or permit to service: {', '.join([*tariffs, *gas]) or 'no offer'}; then their ramps",
    }


def _supply_share(needs: DataBounds, workload: Workload, period: int) -> float:
    return max(
        sum(needs.online_at_most(gpu, period) * gpu.h100_equivalents for gpu in gpus) for gpus in needs.families(workload).values()
    ) / workload.gpus_h100e


def _hall_mw(mode: Mode, case: ReportCase, month: int) -> float:
    """Most IT MW in service in a period that begins with a month, after a start in the first one."""
    length = case.calendar.months_per_period
    age = month - case.calendar.lag_periods(mode.lead_months) * length
    if age < 0:
        return mode.initial_it_mw
    return mode.initial_it_mw + in_blocks_mw(mode, cumulated_mw(mode, age, length))


def _firm_mw(site: Site, month: int) -> float:
    """Most firm MW that the offers of a site can give together in a month; of an exclusive group the largest."""
    by_group: dict[str, float] = {}
    grid: dict[str, float] = {}
    for key, mw in _tariffs_mw(site, month):
        grid[key] = max(grid.get(key, 0.0), mw)
    for gas in site.onsite_gas:
        key = gas.exclusive_group or gas.contract_id
        by_group[key] = max(by_group.get(key, 0.0), _gas_mw(gas, month, bool(site.batteries)))
    together = sum(grid.values())
    limited = together if site.grid_limit_mw is None else min(together, site.grid_limit_mw)
    return limited + sum(max(mw - grid.get(key, 0.0), 0.0) for key, mw in by_group.items())


def _tariffs_mw(site: Site, month: int) -> Iterator[tuple[str, float]]:
    """Tariffs of a site by what they exclude one another under, with the MW in force in a month."""
    for tariff in site.tariffs:
        yield tariff.exclusive_group or tariff.contract_id, _tariff_mw(tariff, month)


def _tariff_mw(tariff: Tariff, month: int) -> float:
    return 0.0 if month < tariff.sign_lead_months else ramp_mw(tariff, month)


def _gas_mw(gas: OnsiteGas, month: int, has_batteries: bool) -> float:
    """Firm MW of all units of an offer; a battery may stand in for the spare ones."""
    if month < max(gas.sign_lead_months, gas.permit_months):
        return 0.0
    return unit_yield_mw(gas) * max(units_at_most(gas) - (0 if has_batteries else gas.spare_units), 0)
