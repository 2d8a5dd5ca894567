"""What the hours dispatched cost, line by line of the ledger: bills by the tariff engine, all else hour by hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.billing import HourlyLoad, bill
from optimizer.billing.lines import ENERGY_CREDIT, MINIMUM_BILL
from optimizer.core.hours import HOURS_PER_DAY
from optimizer.core.offers import CoincidentCharge, DemandCharge, Rate, Tariff, Window
from optimizer.core.windows import is_all_hours
from optimizer.verify.case import Case, coincident_of
from optimizer.verify.dispatch import Dispatched
from optimizer.verify.emissions import tonnes
from optimizer.verify.hours import Floats, Ints
from optimizer.verify.site_period import Agreement, Grid

_ALWAYS = Window(tuple(range(1, 13)), "all", 0, 0)
_RATCHET_MONTHS = 11

Memory = dict[tuple[str, str], dict[int, float]]
"""MW that matter to later months, by contract and charge: those of each month so far."""

Line = tuple[str, str]
"""A line of the ledger and its subject."""


@dataclass(frozen=True, eq=False)
class Billed:
    """Cost of the hour-dependent lines at a site in a period, nominal musd; unserved load counts as lost compute."""

    t: int
    musd: dict[Line, float]


def bills_of_site(done: Sequence[Dispatched]) -> list[Billed]:
    """Cost of the dispatch of a site, period by period; ratchets remember the months before."""
    peaks: Memory = {}
    billed = []
    for dispatched in sorted(done, key=lambda each: each.case.standing.t):
        musd: defaultdict[Line, float] = defaultdict(float)
        for grid in dispatched.case.standing.grids:
            _bill_grid(musd, dispatched, grid, peaks)
        for line, value in _other_lines(dispatched):
            musd[line] += value
        billed.append(Billed(dispatched.case.standing.t, dict(musd)))
    return billed


def _bill_grid(musd: defaultdict[Line, float], dispatched: Dispatched, grid: Grid, peaks: Memory) -> None:
    """Add the lines of a tariff."""
    case, tariff = dispatched.case, grid.offer
    name, grown = tariff.contract_id, case.power_growth / 1e6
    drawn = dispatched.mw("drawn", name)
    mwh = case.weights * drawn
    demand_mw = drawn + grid.extra_mw * case.extra_share
    rate = _rate_of(tariff)
    energy, demand = _rated(case, grid, rate, (drawn, demand_mw, peaks)) if rate.energy or rate.demand else (0.0, 0.0)
    if tariff.rate is None:
        hourly = case.flat_usd_per_mwh(tariff) * mwh / 1e6
        taken = tariff.energy_usd_per_mwh * grown * tariff.min_energy_fraction * grid.contracted_mw * float(case.weights.sum())
        is_index = tariff.price_series is not None
        energy = float(hourly[hourly > 0.0].sum()) if is_index else max(float(hourly.sum()), taken)
        musd[ENERGY_CREDIT, name] += float(hourly[hourly < 0.0].sum())
    musd["energy", name] += energy
    musd["demand", name] += demand
    musd["transmission", name] += float(mwh.sum()) * tariff.transmission_usd_per_mwh * grown
    beside = float((case.adder_usd_per_mwh(tariff) * mwh).sum()) / 1e6
    musd["coincident", name] += beside - float(mwh.sum()) * tariff.transmission_usd_per_mwh * grown
    for charge in coincident_of(tariff):
        if charge.highest_of is not None:
            highest = _highest_mw(case, charge, drawn, peaks.setdefault((name, f"coincident {charge.name}"), {}))
            musd["coincident", name] += 1000.0 * charge.usd_per_kw * highest * grown
    monthly = [float(demand_mw[_in_month(case, month)].max()) for month in _months(case)]
    musd["capacity", name] += 1000.0 * tariff.capacity_usd_per_kw_month * sum(monthly) * grown
    charges = tariff if tariff.rate is None else tariff.rate
    days = case.year.calendar.hours(case.standing.t) / HOURS_PER_DAY
    months = len(monthly)
    fixed = (tariff.fixed_usd_per_month * months if tariff.rate is None else tariff.rate.fixed_usd(months, days)) * grown
    musd[MINIMUM_BILL, name] += max(charges.minimum_bill_usd_per_month * len(monthly) * grown - energy - demand - fixed, 0.0)


def _rate_of(tariff: Tariff) -> Rate:
    """Rate of a tariff; of one without, the rate that its demand column stands for."""
    if tariff.rate is not None:
        return tariff.rate
    usd = tariff.demand_usd_per_kw_month
    charge = DemandCharge("demand", _ALWAYS, usd, tariff.ratchet_fraction, _RATCHET_MONTHS, ())
    return Rate(tariff.contract_id, (), (charge,) if usd else (), 0.0, 0.0)


def _rated(
    case: Case, grid: Grid, rate: Rate, loads: tuple[Floats, Floats, Memory]
) -> tuple[float, float]:
    """Energy and demand of a rate over the months of a period, musd; every month is billed on the dates of the model year."""
    drawn, demand_mw, peaks = loads
    energy = demand = 0.0
    for month in _months(case):
        places = _in_month(case, month)
        charges = []
        for place, charge in enumerate(rate.demand):
            seen = peaks.setdefault((grid.offer.contract_id, f"demand {place}"), {})
            charges.append(_of_month(case, grid, charge, (month, seen)))
            inside = demand_mw[places][case.inside(charge.window)[places] > 0.0]
            seen[month] = float(inside.max()) if len(inside) else 0.0
        alone = replace(rate, demand=tuple(charges), fixed_usd_per_month=0.0, fixed_usd_per_day=0.0, minimum_bill_usd_per_month=0.0)
        found = bill(alone, _load_of(case, month, drawn[places], demand_mw[places]))
        energy += found.sum_usd(kind="energy")
        demand += found.sum_usd(kind="demand")
    return energy * case.power_growth / 1e6, demand * case.power_growth / 1e6


def _of_month(case: Case, grid: Grid, charge: DemandCharge, memory: tuple[int, dict[int, float]]) -> DemandCharge:
    """A charge as one month alone is billed: what its ratchets remember of other months is its least billed demand."""
    own = charge.own_fraction(_calendar_month(case, memory[0]))
    bare = replace(charge, ratchet_fraction=0.0, more_ratchets=(), peak_fraction=own, peak_fraction_months=_ALWAYS.months)
    return replace(bare, minimum_mw=_least_mw(case, grid, charge, memory))


def _least_mw(case: Case, grid: Grid, charge: DemandCharge, memory: tuple[int, dict[int, float]]) -> float:
    """MW billed at least in a month: what the ratchets remember, and the minimum take where the charge is of all hours."""
    month, seen = memory
    remembered = [
        ratchet.fraction * mw
        for ratchet in charge.ratchets
        for earlier, mw in seen.items()
        if month - earlier <= ratchet.lookback_months
        and (not ratchet.peak_months or _calendar_month(case, earlier) in ratchet.peak_months)
    ]
    least = grid.offer.min_take_fraction * grid.contracted_mw if is_all_hours(charge.window) else 0.0
    return max([*remembered, least])


def _calendar_month(case: Case, month: int) -> int:
    return int(case.year.calendar.label(month)[-2:])


def _highest_mw(case: Case, charge: CoincidentCharge, drawn: Floats, seen: dict[int, float]) -> float:
    """MW that the highest draws of the hours named come to in a period: those of its months, or of years that end their hours in it."""
    calendar, mw = case.year.calendar, 0.0
    named = [month for month in range(calendar.months) if charge.hours_of(_calendar_month(case, month))]
    for month in (month for month in _months(case) if month in named):
        places = _in_month(case, month)
        marked = case.marked(charge.hours_of(_calendar_month(case, month)))[places] > 0.0
        seen[month] = float(drawn[places][marked].max())
        year = [other for other in named if calendar.year(other) == calendar.year(month)]
        if charge.highest_of == "month":
            mw += seen[month]
        elif month == year[-1]:
            mw += max(seen.get(other, 0.0) for other in year)
    return mw


def _load_of(case: Case, month: int, drawn: Floats, demand_mw: Floats) -> HourlyLoad:
    """Load of a month on the dates of the model year; its energy is that of the real days."""
    times = case.year.times(int(case.year.calendar.label(month)[-2:]))
    uses = case.year.calendar.month_hours(month) / len(drawn)
    return HourlyLoad(times, np.maximum(drawn, 0.0) * uses, np.maximum(demand_mw, 0.0))


def _months(case: Case) -> range:
    return case.year.calendar.months_of(case.standing.t)


def _in_month(case: Case, month: int) -> Ints:
    """Places, among the hours dispatched, of all hours of a month in their order."""
    places: Ints = case.groups.group[case.hours.months == month]
    return places


def _other_lines(dispatched: Dispatched) -> Iterator[tuple[Line, float]]:
    """Everything but tariffs."""
    case = dispatched.case
    weights = case.weights / 1e6
    for units in case.standing.units:
        gas = units.offer
        fuel = gas.heat_rate_mmbtu_per_mwh * gas.gas_usd_per_mmbtu * case.gas_growth
        yield ("gas_fuel", gas.contract_id), fuel * float(weights @ dispatched.mw("generated", gas.contract_id))
    for agreement in case.standing.agreements:
        yield from _agreement_lines(dispatched, agreement)
    for store in case.standing.stores:
        wear = store.offer.degradation_usd_per_mwh * case.power_growth
        yield ("battery_wear", store.offer.contract_id), wear * float(weights @ dispatched.mw("discharge", store.offer.contract_id))
    for work in case.standing.work:
        shed = float(weights @ dispatched.mw("shed", work.workload.name))
        yield ("lost_compute", work.workload.name), work.workload.lost_compute_usd_per_mwh * shed
    unserved = float(weights @ dispatched.mw("unserved", ""))
    yield ("lost_compute", ""), max(work.workload.lost_compute_usd_per_mwh for work in case.standing.work) * unserved
    yield ("carbon", ""), case.year.instance.carbon.price_usd_per_t * tonnes(case, dispatched.flows) / 1e6


def _agreement_lines(dispatched: Dispatched, agreement: Agreement) -> Iterator[tuple[Line, float]]:
    case, offer = dispatched.case, agreement.offer
    name, weights = offer.contract_id, case.weights / 1e6
    volume = case.volume(offer) * agreement.mw
    if offer.settlement == "financial":
        hub = case.series(offer.hub_series) * case.power_growth
        paid = float(weights @ ((offer.strike_usd_per_mwh - hub) * volume))
        yield ("ppa_settlement" if paid >= 0.0 else "ppa_credit", name), paid
        return
    yield ("ppa_energy", name), offer.strike_usd_per_mwh * float(weights @ volume)
    yield ("ppa_wires", name), offer.wires_usd_per_mwh * case.power_growth * float(weights @ dispatched.mw("own_use", name))
    yield ("ppa_sales", name), -float(weights @ (case.sale_usd_per_mwh(offer) * dispatched.mw("sold", name)))
