"""A rate schedule: energy in tiers by window, demand by window with its ratchet."""

from __future__ import annotations

from itertools import pairwise, product
from math import inf

from optimizer.core.offers import CoincidentCharge, DemandCharge, EnergyCharge, Ratchet, Window
from tests.oracle.hourly_case import Case, Terms, joined
from tests.oracle.hourly_program import Answer, Bounds, Fork
from tests.oracle.power import Service

Drawn = dict[int, dict[int, int]]


def add_rate(case: Case, service: Service, contracted: dict[int, int], drawn: Drawn, extras: dict[int, int]) -> dict[int, Terms]:
    """Add the charges of a rate; give the nominal musd of energy and demand by period."""
    rate = service.tariff.rate
    assert rate is not None
    bills: dict[int, Terms] = {t: {} for t in range(service.begin, service.end)}
    billed = {demand.name: _demand(case, demand, service, (contracted, drawn, extras)) for demand in rate.demand}
    for t, demand in product(bills, rate.demand):
        bills[t] |= {billed[demand.name][t]: demand.usd_per_kw_month * 1e3 / 1e6 * case.days.named_months(demand.window, t)
                     * case.power_growth(t)}
    for t, charge in product(bills, rate.energy):
        if charge.hours_use_of is None:
            bills[t] |= _energy(case, charge, t, drawn[t])
        else:
            bills[t] |= _by_use(case, charge, t, (drawn[t], billed[charge.hours_use_of][t]))
    for charge in rate.coincident:
        _coincident(case, charge, drawn)
    for t, bill in bills.items():
        for column, musd in bill.items():
            case.program.cost[column] += musd * case.clock.worth_in_period(t)
    return bills


def _energy(case: Case, charge: EnergyCharge, t: int, drawn: dict[int, int]) -> Terms:
    program, weights, inside = case.program, case.days.weights(t), case.days.share_in(charge.window, t)
    edges = [0.0, *(inf if tier.upto_mwh is None else tier.upto_mwh * case.clock.width for tier in charge.tiers)]
    widths = [upper - lower for lower, upper in pairwise(edges)]
    tiers = [program.column(high=width) for width in widths]
    program.fix(joined(dict.fromkeys(tiers, 1.0), {column: -weights[h] * inside[h] for h, column in drawn.items() if inside[h] > 0.0}))
    program.forks.append(_in_order(tiers, widths))
    return {column: tier.usd_per_mwh / 1e6 * case.power_growth(t) for column, tier in zip(tiers, charge.tiers, strict=True)}


def _coincident(case: Case, charge: CoincidentCharge, drawn: Drawn) -> None:
    """Pay for the MW drawn in the hours named: in each, or for the highest of a month or a year."""
    clock, musd = case.clock, charge.usd_per_kw * 1e3 / 1e6
    named = {month: tuple(hour for hour in charge.hours if int(hour[:2]) == (clock.first_month - 1 + month) % 12 + 1)
             for month in range(clock.months)}
    named = {month: hours for month, hours in named.items() if hours}
    if charge.highest_of is None:
        for t, columns in drawn.items():
            shares, weights = case.days.share_named(charge.hours, t), case.days.weights(t)
            for h, column in columns.items():
                case.program.cost[column] += musd * shares[h] * weights[h] * case.power_growth(t) * clock.worth_in_period(t)
        return
    group = {month: (month, 0) if charge.highest_of == "month" else (0, clock.year(month)) for month in named}
    for key in set(group.values()):
        months = [month for month in named if group[month] == key]
        paid = next(t for t in range(clock.periods) if months[-1] in clock.in_period(t))
        highest = case.program.column(musd * case.power_growth(paid) * clock.worth_in_period(paid))
        for month, t in product(months, drawn):
            if month in clock.in_period(t):
                shares = case.days.share_named(named[month], t)
                for h, column in drawn[t].items():
                    if shares[h] > 0.0:
                        case.program.limit({column: 1.0, highest: -1.0})


def _by_use(case: Case, charge: EnergyCharge, t: int, columns: tuple[dict[int, int], int]) -> Terms:
    """Add tiers that hold so many hours of the MW billed: of each tier but the last what is left of it is a column too."""
    drawn, billed = columns
    program, weights, inside = case.program, case.days.weights(t), case.days.share_in(charge.window, t)
    months = case.days.named_months(charge.window, t)
    edges = [0.0, *(tier.upto_kwh_per_kw or inf for tier in charge.tiers)]
    tiers = [program.column() for _ in charge.tiers]
    program.fix(joined(dict.fromkeys(tiers, 1.0), {column: -weights[h] * inside[h] for h, column in drawn.items() if inside[h] > 0.0}))
    left = []
    for column, (lower, upper) in zip(tiers[:-1], pairwise(edges[:-1]), strict=True):
        left.append(program.column())
        program.fix({column: 1.0, left[-1]: 1.0, billed: -(upper - lower) * months})
    program.forks.append(_in_order_by_use(tiers, left))
    return {column: tier.usd_per_mwh / 1e6 * case.power_growth(t) for column, tier in zip(tiers, charge.tiers, strict=True)}


def _in_order_by_use(tiers: list[int], left: list[int]) -> Fork:
    """A tier is used only when nothing is left of those before it: try each tier as the last one."""
    def ways(answer: Answer) -> list[Bounds]:
        last = max((j for j, column in enumerate(tiers) if answer[column] > 1e-3), default=0)
        if all(answer[left[j]] <= 1e-3 for j in range(last)):
            return []
        return [{**{left[j]: (0.0, 0.0) for j in range(top)}, **dict.fromkeys(tiers[top + 1:], (0.0, 0.0))}
                for top in range(len(tiers))]

    return ways


def _in_order(tiers: list[int], widths: list[float]) -> Fork:
    """A tier is used only when those before it are full: try each tier as the last one."""
    def ways(answer: Answer) -> list[Bounds]:
        last = max((j for j, column in enumerate(tiers) if answer[column] > 1e-3), default=0)
        if all(answer[tiers[j]] >= widths[j] - 1e-3 for j in range(last)):
            return []
        return [{column: (widths[j], inf) if j < top else (0.0, inf if j == top else 0.0) for j, column in enumerate(tiers)}
                for top in range(len(tiers))]

    return ways


def _demand(case: Case, charge: DemandCharge, service: Service,
            columns: tuple[dict[int, int], Drawn, dict[int, int]]) -> dict[int, int]:
    """Add a demand charge; give the columns of the MW it bills by period."""
    contracted, drawn, extras = columns
    program, clock, found = case.program, case.clock, {}
    standing = range(service.begin, service.end)
    peaks = {t: program.column() for t in standing}
    for t in standing:
        inside = case.days.share_in(charge.window, t)
        for h, column in drawn[t].items():
            if inside[h] > 0.0:
                program.limit({column: 1.0, extras[t]: 1.0, peaks[t]: -1.0})
        billed = program.column()
        program.limit({peaks[t]: _own_share(case, charge, t), billed: -1.0})
        if is_whole(charge.window):
            program.limit({contracted[t]: service.tariff.min_take_fraction, billed: -1.0})
        for earlier in range(service.begin, t):
            for ratchet in _ratchets(charge):
                if clock.first(t) - clock.first(earlier) <= ratchet.lookback_months and _months(case, earlier) & _of(ratchet):
                    program.limit({peaks[earlier]: ratchet.fraction, billed: -1.0})
        found[t] = billed
    return found


def _ratchets(charge: DemandCharge) -> list[Ratchet]:
    first = Ratchet(charge.ratchet_fraction, charge.ratchet_lookback_months, charge.ratchet_peak_months)
    return [first, *charge.more_ratchets]


def _of(ratchet: Ratchet) -> set[int]:
    """Calendar months whose peaks a ratchet looks at."""
    return set(ratchet.peak_months or range(1, 13))


def _months(case: Case, period: int) -> set[int]:
    return {(case.clock.first_month - 1 + month) % 12 + 1 for month in case.clock.in_period(period)}


def _own_share(case: Case, charge: DemandCharge, period: int) -> float:
    """Share of a period's own peak that is billed: by its month that is billed the most of it, the window's months alone."""
    shares = [0.0]
    for month in _months(case, period):
        if any(month in part.months for part in (charge.window, *charge.window.also)):
            shares.append(charge.peak_fraction if month in charge.peak_fraction_months else 1.0)
            shares += [ratchet.fraction for ratchet in _ratchets(charge) if month in _of(ratchet)]
    return max(shares)


def is_whole(window: Window) -> bool:
    """Say whether a window is all hours of all months."""
    def covers(month: int, kind: str, hour: int) -> bool:
        return any(month in part.months and part.days in ("all", kind) and (part.hour_from == part.hour_to
                   or (hour - part.hour_from) % 24 < (part.hour_to - part.hour_from) % 24) for part in (window, *window.also))

    return all(covers(*which) for which in product(range(1, 13), ("weekday", "weekend"), range(24)))
