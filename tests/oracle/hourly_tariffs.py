"""A tariff in service: MW contracted, drawn and billed, by the hour; rates in hourly_rates.py."""

from __future__ import annotations

from optimizer.core.offers import Tariff
from tests.oracle.hourly_case import Case, Terms, joined, put, put_hour
from tests.oracle.hourly_rates import add_rate, is_whole
from tests.oracle.money import Cash
from tests.oracle.power import Service, additions, least_mw, months_left, most_mw

Drawn = dict[int, dict[int, int]]
"""Columns of MW drawn, by period and hour."""


def add_tariff(case: Case, service: Service) -> None:
    """Add a tariff in service: its rows, what it gives to the site's rows, and its money."""
    tariff, program, standing = service.tariff, case.program, range(service.begin, service.end)
    program.fixed += _once(case, service)
    contracted = {t: program.column(low=least_mw(case.clock, service, t), high=most_mw(case.clock, tariff, t)) for t in standing}
    _add_vintages(case, service, contracted)
    peaks, drawn, extras = {t: program.column() for t in standing}, Drawn(), {t: program.column() for t in standing}
    for t in standing:
        program.limit({peaks[t]: 1.0, contracted[t]: -1.0})
        program.limit({extras[t]: 1.0, peaks[t]: -1.0})
        drawn[t] = _draw(case, tariff, t, (contracted[t], peaks[t], extras[t])) if t in case.it else {}
        put(case.firm, t, contracted[t], 1.0)
        put(case.contracted, t, contracted[t], 1.0)
        put(case.extra, t, extras[t], 1.0)
        if tariff.kind != "interruptible":
            put(case.certain, t, contracted[t], 1.0)
    bills = _flat_bills(case, service, contracted, peaks, drawn) if tariff.rate is None else add_rate(
        case, service, contracted, drawn, extras)
    for t in standing:
        _at_least(case, service, t, bills.get(t, {}))


def _add_vintages(case: Case, service: Service, contracted: dict[int, int]) -> None:
    """Every MW contracted is one added, over its term; a firm offer takes over what is bound when an interruptible one converts."""
    clock, serving = case.clock, dict(additions(case.clock, service))
    added = {since: case.program.column(_owed_per_mw(case, service, since)) for since in serving}
    for t, column in contracted.items():
        case.program.fix(joined({column: 1.0}, {added[since]: -1.0 for since, over in serving.items() if t in over}))
        put(case.taken_over.setdefault(service.tariff.contract_id, {}), t, column, 1.0)
    if service.ending == "converted":
        firm = case.taken_over.setdefault(service.tariff.converts_to or "", {})
        for since, column in added.items():
            term = service.tariff.term_months
            over = clock.periods if term is None else min(clock.after(since, term), clock.periods)
            for t in range(service.end, over):
                put(firm, t, column, -1.0)


def _draw(case: Case, tariff: Tariff, t: int, columns: tuple[int, int, int]) -> dict[int, int]:
    """Add MW drawn in the hours of a period, with what is paid for each at once."""
    program, (contracted, peak, extra) = case.program, columns
    growth, worth = case.power_growth(t), case.clock.worth_in_period(t)
    flags = case.days.values(tariff.coincident_series, t) if tariff.coincident_series else None
    called = case.days.values(tariff.called_series, t) if tariff.called_series else None
    program.cost[peak] += tariff.capacity_usd_per_kw_month * 1e3 / 1e6 * case.clock.width * growth * worth
    found = {}
    for h, weight in case.hours(t):
        usd = weight * tariff.transmission_usd_per_mwh + (1e3 * tariff.coincident_usd_per_kw * weight * flags[h] if flags else 0.0)
        found[h] = program.column(usd / 1e6 * growth * worth)
        program.limit({found[h]: 1.0, extra: 1.0, peak: -1.0})
        if called is not None:
            program.limit({found[h]: 1.0, contracted: called[h] - 1.0})
            put_hour(case.called, (t, h), found[h], 1.0)
            case.called_share[t, h] = called[h]
        put_hour(case.supply, (t, h), found[h], 1.0)
        put(case.drawn_mwh, t, found[h], weight)
        rate = case.site.grid_t_per_mwh if tariff.emissions_t_per_mwh is None else tariff.emissions_t_per_mwh
        put(case.own_rate_t, t, found[h], weight * rate)
    return found


def _flat_bills(case: Case, service: Service, contracted: dict[int, int], peaks: dict[int, int], drawn: Drawn) -> dict[int, Terms]:
    """Add energy and demand without a rate; give the nominal musd of both by period."""
    tariff, program, bills = service.tariff, case.program, {}
    for t in range(service.begin, service.end):
        growth, worth = case.power_growth(t), case.clock.worth_in_period(t)
        demand = program.column()
        program.limit({peaks[t]: 1.0, demand: -1.0})
        program.limit({contracted[t]: tariff.min_take_fraction, demand: -1.0})
        for earlier in range(service.begin, t):
            if case.clock.first(t) - case.clock.first(earlier) <= 11:
                program.limit({peaks[earlier]: tariff.ratchet_fraction, demand: -1.0})
        terms = {demand: tariff.demand_usd_per_kw_month * 1e3 / 1e6 * case.clock.width * growth}
        terms |= _index(case, tariff, t, drawn[t]) if tariff.price_series else _metered(case, tariff, t, contracted[t], drawn[t])
        for column, musd in terms.items():
            program.cost[column] += musd * worth
        bills[t] = {column: musd for column, musd in terms.items() if musd >= 0.0}
    return bills


def _index(case: Case, tariff: Tariff, t: int, drawn: dict[int, int]) -> Terms:
    """Nominal musd of each MW drawn at the price of its hour."""
    added = tariff.adder_usd_per_mwh + tariff.ancillary_usd_per_mwh
    prices, weights = case.days.values(tariff.price_series or "", t), case.days.weights(t)
    return {column: (prices[h] + added) * weights[h] / 1e6 * case.power_growth(t) for h, column in drawn.items()}


def _metered(case: Case, tariff: Tariff, t: int, contracted: int, drawn: dict[int, int]) -> Terms:
    """Nominal musd of each MWh billed: what is drawn, or taken or paid."""
    program, weights = case.program, case.days.weights(t)
    billed = program.column()
    program.floor(joined({billed: 1.0}, {column: -weights[h] for h, column in drawn.items()}))
    program.floor({billed: 1.0, contracted: -tariff.min_energy_fraction * case.clock.hours(t)})
    return {billed: tariff.energy_usd_per_mwh / 1e6 * case.power_growth(t)}


def fixed_usd(case: Case, tariff: Tariff, month: int) -> float:
    """Fixed charge of a month: a sum, and one for each of its days."""
    if tariff.rate is None:
        return tariff.fixed_usd_per_month
    return tariff.rate.fixed_usd_per_month + tariff.rate.fixed_usd_per_day * case.clock.hours_of_month(month) / 24


def minimum_usd(tariff: Tariff) -> float:
    """Minimum bill a month."""
    return tariff.minimum_bill_usd_per_month if tariff.rate is None else tariff.rate.minimum_bill_usd_per_month


def _at_least(case: Case, service: Service, t: int, bill: Terms) -> None:
    """Top the bill of a period up to the minimum."""
    least = minimum_usd(service.tariff)
    if least > 0.0:
        top_up = case.program.column(case.clock.worth_in_period(t))
        fixed = sum(fixed_usd(case, service.tariff, month) for month in case.clock.in_period(t))
        short = (least * case.clock.width - fixed) / 1e6 * case.power_growth(t)
        case.program.floor(joined({top_up: 1.0}, bill), short)


def _once(case: Case, service: Service) -> float:
    """Present musd that no MW changes: fixed charge, what is owed whatever the MW, exit."""
    cash, clock, tariff = Cash(), case.clock, service.tariff
    growth = case.instance.escalation.power
    for t in range(service.begin, service.end):
        usd = sum(fixed_usd(case, tariff, month) for month in clock.in_period(t))
        clock.pay(cash, "operations.fixed_charge", clock.first(t), usd / 1e6 * case.power_growth(t))
    for month in months_left(clock, service, service.begin):
        owed = minimum_usd(tariff) or fixed_usd(case, tariff, month)
        clock.pay(cash, "operations.fixed_charge", month, owed / 1e6 * clock.growth(growth, month))
    if service.ending in ("exits", "leaves"):
        left = clock.first(service.end) if service.ending == "exits" else clock.months
        clock.pay(cash, "operations.exit_fee", left, tariff.exit_musd or 0.0)
    return cash.present


def _owed_per_mw(case: Case, service: Service, since: int) -> float:
    """Present musd of the minimum takes after the horizon of one MW added in a period."""
    cash, tariff = Cash(), service.tariff
    if minimum_usd(tariff) > 0.0:
        return 0.0
    per_kw = tariff.demand_usd_per_kw_month
    if tariff.rate is not None:
        per_kw = sum(charge.usd_per_kw_month for charge in tariff.rate.demand if is_whole(charge.window))
    energy = 0.0 if tariff.rate is not None else tariff.min_energy_fraction * tariff.energy_usd_per_mwh
    for month in months_left(case.clock, service, since):
        usd = tariff.min_take_fraction * per_kw * 1e3 + energy * case.clock.hours_of_month(month)
        case.clock.pay(cash, "operations.demand", month, usd / 1e6 * case.clock.growth(case.instance.escalation.power, month))
    return cash.present
