"""Signatures for power: tariffs, on-site gas, agreements and batteries, each with what it binds to and what of it is lost for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyomo.environ as pyo

from optimizer.core.hours import HOURS_PER_DAY, MONTH_DAYS
from optimizer.core.offers import Battery, OnsiteGas, Ppa, Rate, Tariff
from optimizer.core.windows import is_all_hours
from optimizer.model.extract.power import used_tariffs
from optimizer.model.extract.reading import DUST, number
from optimizer.model.tariffs import KW_PER_MW, added_terms
from optimizer.scenario.assemble.typical_days import month_values

Row = Mapping[str, Any]


class Sums(NamedTuple):
    """What a signature binds to, what of it is lost for good, and what leaving costs."""

    committed_musd: float
    nonrefundable_musd: float
    exit_musd: float = 0.0


def signature(m: pyo.ConcreteModel, month: int, subject: tuple[str, str], sums: Sums) -> Row:
    """Row of the table commitments: a signature in a month (before the horizon: in its first) at a site for a subject."""
    site_id, name = subject
    return {"sign_by": m.calendar.label(max(month, 0)), "site_id": site_id, "subject": name, **sums._asdict()}


def power_signatures(b: pyo.Block) -> Iterator[Row]:
    """Tariffs, units of gas, agreements and batteries of a site, as far as they are used."""
    for tariff, begin in used_tariffs(b):
        yield _tariff_row(b, tariff, begin)
    for gas in b.site.onsite_gas:
        yield from _gas_rows(b, gas)
    for ppa in b.site.ppas:
        yield from _ppa_rows(b, ppa)
    for battery in b.site.batteries:
        yield from _battery_rows(b, battery)


def _tariff_row(b: pyo.Block, tariff: Tariff, begin: int) -> Row:
    m = b.model()
    month = m.calendar.first_month(begin)
    takes = _take_or_pay_musd(b, tariff, month)
    bound = takes if tariff.exit_musd is None else min(takes, tariff.exit_musd)
    committed = tariff.customer_capex_musd + tariff.deposit_musd + takes
    lost = tariff.customer_capex_musd + bound
    subject = (b.site.site_id, tariff.contract_id)
    return signature(m, month - tariff.sign_lead_months, subject, Sums(committed, lost, tariff.exit_musd or 0.0))


def _take_or_pay_musd(b: pyo.Block, tariff: Tariff, begin_month: int) -> float:
    """What the terms bind to whatever is drawn: minimum takes of each MW, and fixed charges, or at least the minimum bill."""
    term = tariff.term_months or 0
    demand, least, takes = tariff.demand_usd_per_kw_month, tariff.minimum_bill_usd_per_month, tariff.fixed_usd_per_month * term
    if tariff.rate is not None:
        demand, least = _all_hours_demand(tariff.rate), max(least, tariff.rate.minimum_bill_usd_per_month)
        days = _hours(b, begin_month, term) / HOURS_PER_DAY
        takes = tariff.rate.fixed_usd_per_month * term + tariff.rate.fixed_usd_per_day * days
    for month, mw in _added_mw(b, tariff.contract_id):
        hours = _hours(b, month, term)
        takes += tariff.min_take_fraction * mw * KW_PER_MW * demand * term
        takes += tariff.min_energy_fraction * mw * hours * tariff.energy_usd_per_mwh
    return float(max(takes, least * term)) / 1e6


def _hours(b: pyo.Block, first_month: int, months: int) -> float:
    return float(sum(b.model().calendar.month_hours(month) for month in range(first_month, first_month + months)))


def _added_mw(b: pyo.Block, k: str) -> Iterator[tuple[int, float]]:
    """MW that a contract adds, by the first month of their period."""
    calendar = b.model().calendar
    for t in b.model().PERIODS:
        mw = sum(sign * number(var) for sign, var in added_terms(b, k, t))
        if mw > DUST:
            yield calendar.first_month(t), mw


def _all_hours_demand(rate: Rate) -> float:
    """Demand price in all hours of all months, USD per kW and month: what a minimum take is billed at."""
    return float(sum(charge.usd_per_kw_month for charge in rate.demand if is_all_hours(charge.window)))


def _gas_rows(b: pyo.Block, gas: OnsiteGas) -> Iterator[Row]:
    m = b.model()
    k = gas.contract_id
    units = [round(number(b.units[k, t])) for t in m.PERIODS]
    for t, (before, now) in enumerate(zip([0, *units], units, strict=False)):
        if now <= before:
            continue
        kw = (now - before) * gas.unit_mw * KW_PER_MW
        rent = (gas.rent_usd_per_kw_month or 0.0) * gas.min_months
        musd = kw * (rent + (gas.buy_usd_per_kw or 0.0)) / 1e6
        yield signature(m, m.calendar.first_month(t) - gas.sign_lead_months, (b.site.site_id, k), Sums(musd, musd))


def _ppa_rows(b: pyo.Block, ppa: Ppa) -> Iterator[Row]:
    """An agreement: a physical one binds to its strike, of which sales at the hub bring some back; a financial one to its loss."""
    m = b.model()
    mw = [number(b.ppa_mw[ppa.contract_id, t]) for t in m.PERIODS]
    begin = next((t for t, value in enumerate(mw) if value), None)
    if begin is None:
        return
    month = m.calendar.first_month(begin)
    last = m.calendar.months if ppa.term_months is None else month + ppa.term_months
    series = {one.name: one for one in m.instance.series}
    fee = ppa.sell_back_fee_usd_per_mwh if ppa.settlement == "physical" else 0.0
    paid = lost = 0.0
    for number_of_month, times in _uses(m, month, last).items():
        hub = month_values(series[ppa.hub_series], number_of_month)
        volume = np.ones(len(hub)) if ppa.profile_series is None else month_values(series[ppa.profile_series], number_of_month)
        paid += times * mw[begin] * ppa.strike_usd_per_mwh * float(volume.sum()) / 1e6
        lost += times * mw[begin] * float(volume @ (ppa.strike_usd_per_mwh - (hub - fee))) / 1e6
    lost = max(lost, 0.0)
    sums = Sums(max(paid, lost), lost) if ppa.settlement == "physical" else Sums(lost, lost)
    yield signature(m, month, (b.site.site_id, ppa.contract_id), sums)


def _uses(m: pyo.ConcreteModel, first: int, last: int) -> dict[int, float]:
    """How often the days of each calendar month (1 to 12) of the model year occur in some months of the horizon and after it."""
    uses: dict[int, float] = {}
    for month in range(first, last):
        named = int(m.calendar.label(month)[-2:])
        uses[named] = uses.get(named, 0.0) + m.calendar.month_hours(month) / (HOURS_PER_DAY * MONTH_DAYS[named - 1])
    return uses


def _battery_rows(b: pyo.Block, battery: Battery) -> Iterator[Row]:
    m = b.model()
    k = battery.contract_id
    for t in m.PERIODS:
        kw, kwh = (KW_PER_MW * number(added[k, t]) for added in (b.battery_added_mw, b.battery_added_mwh))
        musd = (kw * battery.usd_per_kw + kwh * battery.usd_per_kwh) / 1e6
        if musd > DUST:
            yield signature(m, m.calendar.first_month(t) - battery.sign_lead_months, (b.site.site_id, k), Sums(musd, musd))
