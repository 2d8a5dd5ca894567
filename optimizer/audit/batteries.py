"""Rules of batteries: dates, sizes, what is stored from hour to hour, and duties (docs/conventions.md, Power)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.audit.comparison import Comparison, FloatArray
from optimizer.audit.paths import BatteryPath, Case
from optimizer.audit.power import sites, total
from optimizer.core.instance import Site


def battery_date(case: Case) -> Iterator[Comparison]:
    """Batteries are added after their signing lead and only at a started site."""
    for path in case.batteries:
        site_id = path.site.site_id
        start = case.sites[site_id].start if site_id in case.sites else case.clock.count
        early = (case.clock.first < path.battery.sign_lead_months) | (np.arange(case.clock.count) < start)
        row = case.row(site_id, "MW", f"{path.battery.contract_id}: MW and MWh added before they can be")
        yield row.at_most(np.where(early, path.columns["added_mw"] + path.columns["added_mwh"], 0.0), 0.0)


def battery_size(case: Case) -> Iterator[Comparison]:
    """MW and MWh in service are those added within the lifetime, and within the offer's limits."""
    for path in case.batteries:
        battery, columns = path.battery, path.columns
        mw_row, mwh_row = (case.row(path.site.site_id, unit, f"{battery.contract_id}: {unit} in service") for unit in ("MW", "MWh"))
        yield mw_row.equal(columns["mw"], _serving(case, path) @ columns["added_mw"])
        yield mwh_row.equal(columns["mwh"], _serving(case, path) @ columns["added_mwh"])
        yield mw_row.at_most(columns["mw"], battery.mw_max)
        if battery.mwh_max is not None:
            yield mwh_row.at_most(columns["mwh"], battery.mwh_max)
        if battery.duration_h is not None:
            row = case.row(path.site.site_id, "MWh", f"{battery.contract_id}: MWh added, and those of its MW")
            yield row.equal(columns["added_mwh"], battery.duration_h * columns["added_mw"])


def battery_rate(case: Case) -> Iterator[Comparison]:
    """Charge and discharge together are at most the battery's MW."""
    for path in case.batteries:
        power = case.power[path.site.site_id]
        charge, discharge = _flows(case, path)
        row = power.row("MW", f"{path.battery.contract_id}: charge and discharge")
        yield row.at_most(charge + discharge, power.hourly(path.columns["mw"]))


def battery_one_way(case: Case) -> Iterator[Comparison]:
    """No battery is charged and discharged in the same hour."""
    for path in case.batteries:
        row = case.power[path.site.site_id].row("MW", f"{path.battery.contract_id}: charge and discharge at once")
        yield row.at_most(np.minimum(*_flows(case, path)), 0.0)


def battery_stored(case: Case) -> Iterator[Comparison]:
    """What is stored follows from hour to hour, within the battery's MWh, and ends each cycle as it began."""
    for path in case.batteries:
        power, name = case.power[path.site.site_id], path.battery.contract_id
        charge, discharge = _flows(case, path)
        stored = power.flow("stored", name)
        follows = stored[power.hours.before] + path.efficiency * charge - discharge / path.efficiency
        yield power.row("MWh", f"{name}: stored").equal(stored, follows)
        yield power.row("MWh", f"{name}: stored").at_most(stored, power.hourly(path.columns["mwh"]))


def battery_duty(case: Case) -> Iterator[Comparison]:
    """Batteries of a site together have the MW and the energy for the peak, spare units and called hours that they stand ready for."""
    for site in sites(case):
        paths = [path for path in case.batteries if path.site is site]
        spares = [path for path in case.gas if path.site is site]
        stood_in = total(case, [path.columns["spare_cover_mw"] for path in spares])
        duty = {name: total(case, [path.columns[name] for path in paths]) for name in ("shave_mw", "spare_mw", "cover_mw")}
        row = case.row(site.site_id, "MW", "MW of batteries that stand in for spare units, and those the units count on")
        yield row.at_least(duty["spare_mw"], stood_in)
        row = case.row(site.site_id, "MW", "MW of duties of the batteries")
        yield row.at_most(sum(duty.values(), np.zeros(case.clock.count)), total(case, [path.columns["mw"] for path in paths]))
        hours = case.instance.power_rules.peak_hours_per_day
        outage = total(case, [path.gas.outage_hours * path.columns["spare_cover_mw"] for path in spares])
        needed = hours * duty["shave_mw"] + outage + _longest_call(case, site) * duty["cover_mw"]
        held = total(case, [path.efficiency * path.columns["mwh"] for path in paths])
        yield case.row(site.site_id, "MWh", "energy of the batteries' duties").at_most(needed, held)


def battery_shave(case: Case) -> Iterator[Comparison]:
    """In every hour the batteries of a site have the MW and hold the energy to shave peaks, beside what they discharge."""
    for site in sites(case):
        power, paths = case.power[site.site_id], [path for path in case.batteries if path.site is site]
        nothing = np.zeros(power.hours.period.size)
        given = sum((discharge - charge for charge, discharge in (_flows(case, path) for path in paths)), nothing)
        shaved = power.hourly(total(case, [path.columns["shave_mw"] for path in paths]))
        row = power.row("MW", "MW that batteries discharge (less those they charge) and shave peaks with")
        yield row.at_most(given + shaved, power.hourly(total(case, [path.columns["mw"] for path in paths])))
        stored = sum((path.efficiency * power.flow("stored", path.battery.contract_id) for path in paths), nothing)
        row = power.row("MWh", "energy that batteries hold back to shave peaks")
        yield row.at_least(stored, case.instance.power_rules.peak_hours_per_day * shaved)


def _flows(case: Case, path: BatteryPath) -> tuple[FloatArray, FloatArray]:
    power = case.power[path.site.site_id]
    return power.flow("charge", path.battery.contract_id), power.flow("discharge", path.battery.contract_id)


def _serving(case: Case, path: BatteryPath) -> FloatArray:
    """1 where what is added in a period (columns) serves in another (rows)."""
    age = case.clock.first[:, None] - case.clock.first[None, :]
    serving: FloatArray = ((age >= 0) & (age < path.battery.lifetime_months)).astype(np.float64)
    return serving


def _longest_call(case: Case, site: Site) -> int:
    return case.power[site.site_id].hours.longest_call()
