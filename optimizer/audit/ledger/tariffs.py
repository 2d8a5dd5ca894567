"""Ledger lines of tariffs: bills, exit fees, interconnection and deposits, to the end of the term."""

from __future__ import annotations

import numpy as np

from optimizer.audit.coincident import coincident_musd
from optimizer.audit.comparison import FloatArray
from optimizer.audit.ledger.site import Booked
from optimizer.audit.money import Flow, total
from optimizer.audit.paths import Case, TariffPath
from optimizer.audit.power import delivered_mw
from optimizer.audit.rates import (
    demand_musd,
    energy_musd,
    fixed_musd,
    fixed_usd,
    is_round_the_clock,
    minimum_usd,
    take_fraction,
    top_up_musd,
)


def energy(case: Case) -> Booked:
    """Energy at prices from 0 up; beyond the horizon the take-or-pay energy of each MW for what is left of its term."""
    for path in case.tariffs:
        price = max(path.tariff.energy_usd_per_mwh, 0.0) / 1e6
        take = 0.0 if minimum_usd(path) else price * take_fraction(path.tariff)
        billed = case.purser.by_period(energy_musd(case, path))
        yield path.site.site_id, billed + _take_or_pay_left(case, path, 0.0, take)


def energy_credit(case: Case) -> Booked:
    """Energy at prices below 0, which it earns."""
    for path in case.tariffs:
        yield path.site.site_id, case.purser.by_period(energy_musd(case, path, -1))


def transmission(case: Case) -> Booked:
    """Transmission of the energy drawn."""
    for path in case.tariffs:
        musd = path.tariff.transmission_usd_per_mwh / 1e6 * path.columns["energy_mwh"]
        yield path.site.site_id, case.purser.by_period(musd * _growth(case))


def capacity(case: Case) -> Booked:
    """Capacity of the peak."""
    for path in case.tariffs:
        musd = path.tariff.capacity_usd_per_kw_month * 1000.0 / 1e6 * path.columns["peak_mw"] * case.clock.step
        yield path.site.site_id, case.purser.by_period(musd * _growth(case))


def coincident(case: Case) -> Booked:
    """MW drawn in the system's peak hours, by a series or by the hours of a rate."""
    for path in case.tariffs:
        yield path.site.site_id, case.purser.by_period(coincident_musd(case, path))
        if path.tariff.coincident_series is not None:
            hours = case.power[path.site.site_id].hours
            mw = hours.sums(hours.value(path.tariff.coincident_series) * delivered_mw(case, path))
            yield path.site.site_id, case.purser.by_period(path.tariff.coincident_usd_per_kw * 1000.0 / 1e6 * mw * _growth(case))


def demand(case: Case) -> Booked:
    """Billed demand; beyond the horizon the minimum take of each MW for what is left of its term."""
    for path in case.tariffs:
        take = 0.0 if minimum_usd(path) else _price_of_take(path) / 1e6 * path.tariff.min_take_fraction
        yield path.site.site_id, case.purser.by_period(demand_musd(case, path)) + _take_or_pay_left(case, path, take)


def fixed_charge(case: Case) -> Booked:
    """Fixed sum of each month of service, to the end of the term of the begin unless a minimum bill takes its place then."""
    for path in case.tariffs:
        months = _months_left(case, path, path.begin)
        late = _left_of_term(case, path, path.begin, (0.0 if minimum_usd(path) else fixed_usd(case, path, months) / 1e6, 0.0))
        yield path.site.site_id, case.purser.by_period(fixed_musd(case, path)) + late


def minimum_bill(case: Case) -> Booked:
    """Top-up to the minimum bill; beyond the horizon the whole of it, to the end of the term of the begin."""
    for path in case.tariffs:
        late = _left_of_term(case, path, path.begin, (minimum_usd(path) / 1e6, 0.0))
        yield path.site.site_id, case.purser.by_period(top_up_musd(case, path)) + late


def exit_fee(case: Case) -> Booked:
    """Fee of leaving: in the period of the exit, or in month N where the contract is left at the end of the horizon."""
    for path in case.tariffs:
        fee = path.tariff.exit_musd or 0.0
        left = case.purser.dated(case.clock.months, fee * float(path.columns["leaves"].sum()))
        yield path.site.site_id, case.purser.by_period(fee * path.columns["exits"]) + left


def interconnection(case: Case) -> Booked:
    """What the customer pays for the connection, over the signing lead before service."""
    for path in _begun(case):
        lead = path.tariff.sign_lead_months
        first = np.array([_begin_month(case, path) - lead], dtype=np.int64)
        yield path.site.site_id, case.purser.s_curve(first, lead, np.array([path.tariff.customer_capex_musd]))


def interconnection_refund(case: Case) -> Booked:
    """What of it comes back, in equal parts from the month of service on."""
    for path in _begun(case):
        parts = path.tariff.capex_refund_months
        if parts > 0:
            months = _begin_month(case, path) + np.arange(parts)
            yield path.site.site_id, case.purser.dated(months, -path.tariff.customer_capex_musd / parts)


def contract_deposit(case: Case) -> Booked:
    """Deposit, in the month of signing."""
    for path in _begun(case):
        signed = _begin_month(case, path) - path.tariff.sign_lead_months
        yield path.site.site_id, case.purser.dated(signed, path.tariff.deposit_musd)


def contract_deposit_return(case: Case) -> Booked:
    """Deposit back after the term; without a term at the end of the horizon."""
    for path in _begun(case):
        term = path.tariff.term_months
        month = case.clock.months if term is None else _begin_month(case, path) + term
        yield path.site.site_id, case.purser.dated(month, -path.tariff.deposit_musd)


def _growth(case: Case) -> FloatArray:
    return case.growth(case.instance.escalation.power)


def _price_of_take(path: TariffPath) -> float:
    """USD per MW and month that the minimum take bills; of a rate, those of its charges round the clock."""
    if path.tariff.rate is None:
        return path.tariff.demand_usd_per_kw_month * 1000.0
    charges = [charge for charge in path.tariff.rate.demand if is_round_the_clock(charge.window)]
    return sum(charge.usd_per_kw_month for charge in charges) * 1000.0


def _begun(case: Case) -> list[TariffPath]:
    return [path for path in case.tariffs if path.begin < case.clock.count]


def _begin_month(case: Case, path: TariffPath) -> int:
    return path.begin * case.clock.step


def _take_or_pay_left(case: Case, path: TariffPath, musd_per_month: float, musd_per_hour: float = 0.0) -> Flow:
    """Takes of every MW (sums are per MW) in the months of its own term beyond the horizon."""
    flows = [
        _left_of_term(case, path, int(period), (musd_per_month * path.added_mw[period], musd_per_hour * path.added_mw[period]))
        for period in np.flatnonzero(path.added_mw)
    ]
    return total(case.purser, flows)


def _months_left(case: Case, path: TariffPath, since: int) -> range:
    """Months beyond the horizon of a term that runs from a period."""
    return range(case.clock.months, max(case.clock.months, since * case.clock.step + (path.tariff.term_months or 0)))


def _left_of_term(case: Case, path: TariffPath, since: int, musd: tuple[float | FloatArray, float]) -> Flow:
    """Sums (by month, an hour) in the months beyond the horizon of a term that runs from a period; none once the contract is over."""
    served_to_end = path.begin < case.clock.count <= path.end
    if path.tariff.term_months is None or not served_to_end or path.columns["leaves"].any():
        return case.purser.nothing()
    months = _months_left(case, path, since)
    growth = case.growth_in(case.instance.escalation.power, months)
    per_month = musd[0] + musd[1] * np.array([case.clock.month_hours(month) for month in months])
    return case.purser.dated(np.array(months, dtype=np.int64), per_month * growth)
