"""Ledger lines of power purchase agreements, batteries, flexible load and carbon."""

from __future__ import annotations

import numpy as np

from optimizer.audit.carbon import tonnes
from optimizer.audit.comparison import FloatArray
from optimizer.audit.ledger.site import Booked
from optimizer.audit.money import Flow
from optimizer.audit.paths import BatteryPath, Case, PpaPath
from optimizer.audit.power import sites
from optimizer.audit.ppas import volume_mw
from optimizer.audit.year import by_day, uses


def ppa_energy(case: Case) -> Booked:
    """Strike of the whole volume of physical agreements, and what they still owe after the horizon."""
    for path in _of(case, "physical"):
        musd = path.ppa.strike_usd_per_mwh / 1e6 * case.power[path.site.site_id].hours.sums(volume_mw(case, path))
        yield path.site.site_id, case.purser.by_period(musd) + _owed_late(case, path)


def ppa_wires(case: Case) -> Booked:
    """Wires of what is used at the site."""
    for path in _of(case, "physical"):
        used = case.power[path.site.site_id].mwh("own_use", path.ppa.contract_id)
        yield path.site.site_id, case.purser.by_period(path.ppa.wires_usd_per_mwh / 1e6 * used * _growth(case))


def ppa_sales(case: Case) -> Booked:
    """What is sold earns the hub's price less the fee."""
    for path in _of(case, "physical"):
        power = case.power[path.site.site_id]
        net = power.hours.value(path.ppa.hub_series) - path.ppa.sell_back_fee_usd_per_mwh
        earned = power.hours.sums(net * power.flow("sold", path.ppa.contract_id))
        yield path.site.site_id, case.purser.by_period(-earned / 1e6 * _growth(case))


def ppa_settlement(case: Case) -> Booked:
    """What financial agreements pay in periods in which a MW of them pays, and what they still owe after the horizon."""
    for path in _of(case, "financial"):
        yield path.site.site_id, case.purser.by_period(np.maximum(_settled_musd(case, path), 0.0)) + _owed_late(case, path)


def ppa_credit(case: Case) -> Booked:
    """What financial agreements earn in periods in which a MW of them earns."""
    for path in _of(case, "financial"):
        yield path.site.site_id, case.purser.by_period(np.minimum(_settled_musd(case, path), 0.0))


def batteries(case: Case) -> Booked:
    """Purchase of MW and MWh, over the signing lead before their service."""
    for path in case.batteries:
        lead = path.battery.sign_lead_months
        yield path.site.site_id, case.purser.s_curve(case.clock.first - lead, lead, _bought_musd(path))


def battery_wear(case: Case) -> Booked:
    """Wear of what is discharged."""
    for path in case.batteries:
        discharged = case.power[path.site.site_id].mwh("discharge", path.battery.contract_id)
        musd = path.battery.degradation_usd_per_mwh / 1e6 * discharged * _growth(case)
        yield path.site.site_id, case.purser.by_period(musd)


def residual_batteries(case: Case) -> Booked:
    """Resale value at the end, falling evenly over the lifetime."""
    age = case.clock.months - case.clock.first
    for path in case.batteries:
        left = np.maximum(1.0 - age / path.battery.lifetime_months, 0.0)
        yield path.site.site_id, case.purser.at_end(-path.battery.resale_fraction * float(np.sum(_bought_musd(path) * left)))


def carbon(case: Case) -> Booked:
    """Price of the emissions, by the basis of the scenario."""
    price = case.instance.carbon.price_usd_per_t / 1e6
    if case.instance.has_contracts:
        for site in sites(case):
            yield site.site_id, case.purser.by_period(price * tonnes(case, site)[case.instance.carbon.basis])


def lost_compute(case: Case) -> Booked:
    """Value of the computing that is shed."""
    for site in sites(case):
        for workload in case.instance.workloads:
            shed = case.power[site.site_id].mwh("shed", workload.name)
            yield site.site_id, case.purser.by_period(workload.lost_compute_usd_per_mwh / 1e6 * shed)


def _of(case: Case, settlement: str) -> list[PpaPath]:
    return [path for path in case.ppas if path.ppa.settlement == settlement]


def _growth(case: Case) -> FloatArray:
    return case.growth(case.instance.escalation.power)


def _settled_musd(case: Case, path: PpaPath) -> FloatArray:
    """Strike less the hub's price on the volume, by period, nominal."""
    power = case.power[path.site.site_id]
    hub = power.hours.value(path.ppa.hub_series) * power.hourly(_growth(case))
    return power.hours.sums((path.ppa.strike_usd_per_mwh - hub) * volume_mw(case, path)) / 1e6


def _owed_late(case: Case, path: PpaPath) -> Flow:
    """What the months of the term beyond the horizon cost at the hub's price; nothing where they would be a profit."""
    if path.ppa.term_months is None or not path.begin < case.clock.count <= path.end:
        return case.purser.nothing()
    months = range(case.clock.months, max(case.clock.months, path.begin * case.clock.step + path.ppa.term_months))
    series = {each.name: by_day(each) for each in case.instance.series}
    fee = path.ppa.sell_back_fee_usd_per_mwh if path.ppa.settlement == "physical" else 0.0
    share = 1.0 if path.ppa.profile_series is None else series[path.ppa.profile_series]
    worth = (series[path.ppa.hub_series] - fee) * share
    growth = case.growth_in(case.instance.escalation.power, months)
    cost = np.ones_like(worth) * path.ppa.strike_usd_per_mwh * share
    usd = [float(uses(case.clock, [month]) @ (cost - factor * worth).sum(axis=1)) for month, factor in zip(months, growth, strict=True)]
    owed = case.purser.dated(np.array(months, dtype=np.int64), np.array(usd) / 1e6 * float(path.columns["mw"][-1]))
    return owed if owed.nominal[-1] > 0 and owed.present[-1] > 0 else case.purser.nothing()


def _bought_musd(path: BatteryPath) -> FloatArray:
    """Price of the MW and MWh added in each period."""
    battery, columns = path.battery, path.columns
    musd: FloatArray = (battery.usd_per_kw * columns["added_mw"] + battery.usd_per_kwh * columns["added_mwh"]) * 1000.0 / 1e6
    return musd
