"""Which limits of power and carbon a plan uses up: agreements, batteries, fuel of a day, called hours, tonnes, clean energy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from optimizer.core.calendar import Calendar
from optimizer.core.hours import DAYS, HOURS_PER_DAY
from optimizer.core.instance import Instance, Site
from optimizer.core.number_words import listed, short, span

TOUCH = 1e-6
"""Relative distance at which a limit counts as used up."""

HOURS_PER_YEAR = float(DAYS * HOURS_PER_DAY)
KW_PER_MW = 1000.0

Tables = Mapping[str, pd.DataFrame]


def power_limits(instance: Instance, calendar: Calendar, tables: Tables) -> Iterator[str]:
    """Limits of power and carbon that a plan uses up, one sentence each, with its amount, unit and dates.

    Parameters
    ----------
    instance : Instance
    calendar : Calendar
        Of its horizon.
    tables : mapping of str to pandas.DataFrame
        Tables of a plan.
    """
    chosen = set(tables["load"]["site_id"])
    for site in (site for site in instance.sites if site.site_id in chosen):
        held = {name: table[table["site_id"] == site.site_id] for name, table in tables.items() if "site_id" in table.columns}
        yield from _agreements(site, held)
        yield from _energy_share(site, instance, calendar, held)
        yield from _batteries(site, held)
        yield from _gas_days(site, held)
        yield from _called(site, instance, held)
    yield from _carbon_cap(instance, calendar, tables)
    yield from _clean_share(instance, calendar, tables)


def _agreements(site: Site, held: Tables) -> Iterator[str]:
    for ppa in site.ppas:
        rows = held["ppas"][held["ppas"]["contract_id"] == ppa.contract_id]
        full = list(rows.loc[rows["mw"] >= ppa.mw_max * (1.0 - TOUCH), "period"])
        if full:
            yield f"ppa_mw: {ppa.contract_id} at {site.site_id} has no more than {short(ppa.mw_max)} MW; all taken {span(full)}"


def _energy_share(site: Site, instance: Instance, calendar: Calendar, held: Tables) -> Iterator[str]:
    """Agreements of a site at the most energy a year that its load allows them."""
    share = instance.power_rules.ppa_energy_share_max
    volume, load = (_by_year(calendar, held[name], column) for name, column in (("ppas", "volume_mwh"), ("load", "facility_mwh")))
    full = [year for year, mwh in volume.items() if mwh > 0.0 and mwh >= share * load.get(year, 0.0) * (1.0 - TOUCH)]
    if full:
        amount = f"{short(100 * share)} % of the load"
        yield f"ppa_energy_share: agreements at {site.site_id} yield {amount}, all that is allowed, in {listed(full)}"


def _batteries(site: Site, held: Tables) -> Iterator[str]:
    for battery in site.batteries:
        rows = held["batteries"][held["batteries"]["contract_id"] == battery.contract_id]
        for column, most, unit in (("mw", battery.mw_max, "MW"), ("mwh", battery.mwh_max, "MWh")):
            full = [] if most is None else list(rows.loc[rows[column] >= most * (1.0 - TOUCH), "period"])
            if full:
                amount = f"{short(most or 0.0)} {unit}"
                yield f"battery_{column}: {battery.contract_id} at {site.site_id} has no more than {amount}; all bought {span(full)}"


def _gas_days(site: Site, held: Tables) -> Iterator[str]:
    """Periods in which a day's fuel, or the fuel that firm MW would need round the clock, is all that the pipeline brings."""
    for gas in site.onsite_gas:
        if gas.gas_mmbtu_per_day_max is None:
            continue
        most = gas.gas_mmbtu_per_day_max * (1.0 - TOUCH)
        firm = held["power"][held["power"]["contract_id"] == gas.contract_id]
        full = set(firm.loc[HOURS_PER_DAY * gas.heat_rate_mmbtu_per_mwh * firm["firm_mw"] >= most, "period"])
        rows = held["dispatch"]
        rows = rows[(rows["flow"] == "generated") & (rows["subject"] == gas.contract_id)]
        hours = np.where(rows["hour"] == "mean", float(HOURS_PER_DAY), 1.0)
        days = rows.assign(mmbtu=rows["mw"].astype(float) * hours * gas.heat_rate_mmbtu_per_mwh, day=rows["hour"].str.split("T").str[0])
        burnt = days.groupby(["period", "day"], as_index=False)["mmbtu"].sum()
        full |= set(burnt.loc[burnt["mmbtu"] >= most, "period"])
        if full:
            amount = f"{short(gas.gas_mmbtu_per_day_max)} MMBtu"
            yield f"gas_day: {gas.contract_id} at {site.site_id} gets no more than {amount} of gas a day; used up {span(sorted(full))}"


def _called(site: Site, instance: Instance, held: Tables) -> Iterator[str]:
    """Periods in which what serves in called hours is no more than the peak and the reserve ask for."""
    called = [tariff.contract_id for tariff in site.tariffs if tariff.kind == "interruptible"]
    power = held["power"]
    serving = power[power["contract_id"].isin(called) & (power["contracted_mw"] > 0.0)]
    if serving.empty:
        return
    ratio = site.peak_facility_ratio * (1.0 + instance.reserve_fraction)
    asked = held["load"].set_index("period")["it_mw"] * ratio
    others = power[~power["contract_id"].isin(called)].groupby("period")["firm_mw"].sum()
    cover = held["batteries"].groupby("period")["cover_mw"].sum()
    flexible = _flexible_mw(site, instance, held["allocation"])
    full = []
    for period in sorted(set(serving["period"])):
        needed = float(asked.get(period, 0.0))
        there = sum(float(part.get(period, 0.0)) for part in (others, cover, flexible))
        if needed > 0.0 and there <= needed * (1.0 + TOUCH):
            full.append(str(period))
    if full:
        yield f"called_adequacy: {site.site_id} has no MW to spare in the hours in which {', '.join(called)} may be called; {span(full)}"


def _flexible_mw(site: Site, instance: Instance, allocation: pd.DataFrame) -> pd.Series[float]:
    """Peak MW that workloads may give up, by period."""
    kw = {gpu.name: gpu.it_kw_per_gpu for gpu in instance.gpus}
    flexible = {workload.name: workload.flexible_fraction for workload in instance.workloads}
    share = allocation["workload"].map(flexible).astype(float) * allocation["gpu"].map(kw).astype(float) / KW_PER_MW
    mw: pd.Series[float] = (site.peak_facility_ratio * share * allocation["gpus"].astype(float)).groupby(allocation["period"]).sum()
    return mw


def _carbon_cap(instance: Instance, calendar: Calendar, tables: Tables) -> Iterator[str]:
    caps = instance.carbon.cap_t_per_year
    emitted = _by_year(calendar, tables["emissions"], f"{instance.carbon.basis}_t")
    for year, periods in calendar.years().items() if caps else ():
        first = calendar.first_month(periods[0])
        if first < min(date for date, _ in caps):
            continue
        cap = calendar.in_force(caps, first) * sum(calendar.hours(t) for t in periods) / HOURS_PER_YEAR
        if emitted.get(str(year), 0.0) >= cap * (1.0 - TOUCH):
            yield f"carbon_cap: all {short(cap)} t that {year} allows are emitted (by {instance.carbon.basis})"


def _clean_share(instance: Instance, calendar: Calendar, tables: Tables) -> Iterator[str]:
    least = instance.carbon.clean_share_min
    matched, load = (_by_year(calendar, tables["emissions"], column) for column in ("matched_mwh", "load_mwh"))
    full = [year for year, mwh in load.items() if least and mwh > 0.0 and matched.get(year, 0.0) <= least * mwh * (1.0 + TOUCH)]
    if full:
        yield f"clean_share: no more clean energy is matched hour by hour than the {short(100 * least)} % that must be, in {listed(full)}"


def _by_year(calendar: Calendar, table: pd.DataFrame, column: str) -> dict[str, float]:
    """Sum of a column by the calendar year of the period."""
    years = {calendar.period_label(t): str(year) for year, periods in calendar.years().items() for t in periods}
    sums = table[column].astype(float).groupby(table["period"].map(years)).sum()
    return {str(year): float(value) for year, value in sums.items()}
