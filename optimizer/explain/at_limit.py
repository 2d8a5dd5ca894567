"""Which limits a plan uses up. Arithmetic on instance and tables, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from optimizer.core.calendar import Calendar
from optimizer.core.instance import Instance, Mode, Site
from optimizer.core.number_words import count, short, span
from optimizer.explain.at_limit_power import TOUCH, power_limits
from optimizer.model.data_bounds import DataBounds
from optimizer.model.gas_output import units_at_most
from optimizer.model.siting import in_blocks_mw
from optimizer.model.tariffs import ramp_mw
from optimizer.plan.plan import DEBT


def fully_used(instance: Instance, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Limits that the plan uses up: supply, construction rate, ramps, units, power, carbon, purses, deadline.

    Parameters
    ----------
    instance : Instance
    tables : mapping of str to pandas.DataFrame
        Tables of a plan.

    Returns
    -------
    list of str
        One sentence per limit, with its amount, unit and dates.
    """
    calendar = _calendar(instance)
    parts = (_supply, _construction, _power, power_limits, _purses, _loan, _deadlines)
    return [sentence for part in parts for sentence in part(instance, calendar, tables)]


def _calendar(instance: Instance) -> Calendar:
    return Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)


def _supply(instance: Instance, calendar: Calendar, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    taken = tables["fleet"].groupby(["gpu", "period"])["delivered"].sum()
    needs = DataBounds(instance, calendar)
    for gpu in instance.gpus:
        if gpu.supply is None or gpu.name not in taken.index.get_level_values(0):
            continue
        full = []
        for t in range(calendar.periods):
            on_offer = needs.on_offer(gpu, t)
            label = calendar.period_label(t)
            if on_offer and taken.get((gpu.name, label), 0.0) >= on_offer * (1.0 - TOUCH):
                full.append(label)
        lots = f", in whole lots of {count(gpu.lot)}," if gpu.lot else ""
        if full:
            yield f"supply_limit: all {gpu.name} that the vendor ships{lots} are taken {span(full)}"


def _construction(instance: Instance, calendar: Calendar, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    sites = {site.site_id: site for site in instance.sites}
    for site_id, rows in tables["construction"].groupby("site_id", sort=False):
        mode = next(mode for mode in sites[str(site_id)].modes if mode.mode == rows["mode"].iloc[0])
        yield from _rate(str(site_id), mode, calendar, rows)


def _rate(site_id: str, mode: Mode, calendar: Calendar, rows: pd.DataFrame) -> Iterator[str]:
    most = mode.initial_it_mw + in_blocks_mw(mode, mode.max_it_mw - mode.initial_it_mw)
    if rows["built_it_mw"].max() >= most * (1.0 - TOUCH):
        first = rows.loc[rows["built_it_mw"] >= most * (1.0 - TOUCH), "period"].iloc[0]
        yield f"max_it_mw: {site_id} is built out at {short(most)} MW IT from {first}"
    if mode.mw_per_month is not None and not mode.block_it_mw:
        step = mode.mw_per_month * calendar.months_per_period
        full = list(rows.loc[rows["added_it_mw"] >= step * (1.0 - TOUCH), "period"])
        if full:
            yield f"build_step: {site_id} adds the most it can, {short(mode.mw_per_month)} MW IT a month, {span(full)}"


def _power(instance: Instance, calendar: Calendar, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Contracts at their most MW, in the periods in which the site needs every firm MW it has."""
    months = {calendar.period_label(t): calendar.first_month(t) for t in range(calendar.periods)}
    sites = {site.site_id: site for site in instance.sites}
    scarce = {site_id: _scarce(tables, site_id, instance.reserve_fraction) for site_id in tables["power"]["site_id"].unique()}
    for (site_id, contract_id), rows in tables["power"].groupby(["site_id", "contract_id"], sort=False):
        ramp = _ramp(sites[str(site_id)], str(contract_id), months)
        needed = scarce[str(site_id)]
        serving = rows[rows["contracted_mw"] > 0]
        full = [period for period, mw in zip(serving["period"], serving["contracted_mw"], strict=True)
                if period in needed and mw >= ramp[period] * (1.0 - TOUCH)]
        if full:
            yield f"mw_limit: {contract_id} at {site_id} gives no more than {short(ramp[full[-1]])} MW; used up {span(full)}"


def _scarce(tables: Mapping[str, pd.DataFrame], site_id: str, reserve_fraction: float) -> set[str]:
    """Periods in which a site has no firm MW beyond its peak and the reserve: elsewhere a full contract is no limit."""
    power, load = (tables[name][tables[name]["site_id"] == site_id] for name in ("power", "load"))
    firm = power.groupby("period")["firm_mw"].sum()
    asked = load.set_index("period")["facility_peak_mw"] * (1.0 + reserve_fraction)
    spare = firm - asked.reindex(firm.index, fill_value=0.0)
    return {str(period) for period in firm.index[spare <= TOUCH * asked.reindex(firm.index, fill_value=0.0)]}


def _ramp(site: Site, contract_id: str, months: Mapping[str, int]) -> dict[str, float]:
    """Most MW of a contract by period: a tariff's ramp, or all units of a gas offer."""
    for tariff in site.tariffs:
        if tariff.contract_id == contract_id:
            return {label: ramp_mw(tariff, month) for label, month in months.items()}
    gas = next(gas for gas in site.onsite_gas if gas.contract_id == contract_id)
    return dict.fromkeys(months, units_at_most(gas) * gas.unit_mw)


def _purses(instance: Instance, calendar: Calendar, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    for name, rows in own_purses(instance, tables["cash"]).groupby("purse", sort=False):
        empty = list(rows.loc[rows["balance_musd"] <= TOUCH * rows["in_musd"].sum(), "period"])
        if empty:
            yield f"purse_balance: {name} is spent to the last dollar {span(empty)}"


def own_purses(instance: Instance, cash: pd.DataFrame) -> pd.DataFrame:
    """Rows of the table ``cash`` without the purse of borrowed money, which is meant to be empty."""
    return cash if instance.debt is None else cash[cash["purse"] != DEBT]


def _loan(instance: Instance, calendar: Calendar, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    if instance.debt is None:
        return
    rows = tables["debt"]
    full = rows[(rows["balance_musd"] > 0.0) & (rows["balance_musd"] >= rows["lendable_musd"] * (1.0 - TOUCH))]
    periods = full["period"]
    is_most = full["lendable_musd"] >= instance.debt.limit_musd * (1.0 - TOUCH)
    if is_most.any():
        yield f"debt_limit: {short(instance.debt.limit_musd)} million USD, the most that is lent, are owed {span(list(periods[is_most]))}"
    if not is_most.all():
        yield f"debt_collateral: all that the GPUs secure is owed {span(list(periods[~is_most]))}"


def _deadlines(instance: Instance, calendar: Calendar, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    rows = tables["workloads"]
    for workload in instance.workloads:
        ready = rows[(rows["workload"] == workload.name) & (rows["ready"] == 1)]["period"]
        if workload.deadline is not None and ready.size:
            last = calendar.period_label(min(workload.deadline // calendar.months_per_period, calendar.periods - 1))
            if ready.min() == last:
                yield f"deadline: {workload.name} is ready in its last period, {last}"
