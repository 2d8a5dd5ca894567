"""Tariffs in the dispatch of the hours: energy by the hour and by tiers, peaks beyond the plan's, what is billed at least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.core.hours import HOURS_PER_DAY
from optimizer.core.offers import DemandCharge, EnergyCharge, Rate
from optimizer.core.windows import named_months
from optimizer.verify.case import Case, coincident_of
from optimizer.verify.columns import DispatchColumns, one
from optimizer.verify.hours import Floats, Ints
from optimizer.verify.program import Term
from optimizer.verify.site_period import Grid


@dataclass(frozen=True, eq=False)
class PlanBills:
    """What the plan has of the rates at a site and period.

    Highest MW within windows, MWh of energy charges, MW of demand charges, highest MW in the hours of coincident ones.
    """

    window_peaks: dict[tuple[str, int], float]
    energy_mwh: dict[tuple[str, str], float]
    billed_mw: dict[tuple[str, str], float]
    coincident_mw: dict[tuple[str, str], float]

    def ends_mwh(self, name: str, charge: EnergyCharge, months: int) -> list[float]:
        """Cumulative ends of a charge's tiers over some months, by the demand that the plan is billed; without end: infinity."""
        ends = charge.ends_mwh(self.billed_mw.get((name, charge.hours_use_of or ""), 0.0), months)
        return [np.inf if end is None else end for end in ends]


def add_tariff_dispatch(layout: DispatchColumns, grid: Grid, bills: PlanBills) -> None:
    """Add a tariff: at most its contracted MW is drawn, and in called hours what the call leaves."""
    case, tariff = layout.case, grid.offer
    extra = grid.extra_mw * case.extra_share
    most = np.full(case.count, grid.contracted_mw - extra)
    if tariff.called_series is not None:
        most = np.minimum(most, (1.0 - case.series(tariff.called_series)) * grid.contracted_mw)
    price = hourly_usd_per_mwh(case, grid, bills)
    takes = _has_take(grid)
    drawn = layout.flow(("drawn", tariff.contract_id), 1.0, case.adder_usd_per_mwh(tariff) + (0.0 if takes else price), most)
    _add_peaks(layout, grid, drawn, bills)
    _add_coincident(layout, grid, drawn, bills)
    energy: list[tuple[Ints, Floats]] = []
    if takes:
        energy.append(_add_take(layout, grid, drawn, float(price[0])))
    else:
        # Credits of hours below 0 do not count against a minimum bill.
        energy.append((drawn, case.weights * np.maximum(price, 0.0) / 1000.0))
    if tariff.rate is not None:
        rising = [charge for charge in tariff.rate.energy if _is_rising(charge)]
        energy += [_add_tiers(layout, drawn, charge, _ends(case, tariff.contract_id, charge, bills)) for charge in rising]
    _add_minimum(layout, grid, energy, bills)


def hourly_usd_per_mwh(case: Case, grid: Grid, bills: PlanBills) -> Floats:
    """Price of energy by the hour, escalated; tiers that become dearer stand beside it, others at the tier that the plan reaches."""
    rate = grid.offer.rate
    if rate is None:
        return case.flat_usd_per_mwh(grid.offer)
    price = np.zeros(case.count)
    for charge in rate.energy:
        if not _is_rising(charge):
            name = grid.offer.contract_id
            mwh, ends = bills.energy_mwh.get((name, charge.name), 0.0), _ends(case, name, charge, bills)
            price += case.inside(charge.window) * _marginal(charge, mwh, ends) * case.power_growth
    return price


def _is_rising(charge: EnergyCharge) -> bool:
    """Whether a charge has tiers of which a later one is dearer and none is cheaper."""
    prices = [tier.usd_per_mwh for tier in charge.tiers]
    return len(prices) > 1 and prices == sorted(prices)


def _ends(case: Case, name: str, charge: EnergyCharge, bills: PlanBills) -> list[float]:
    """Cumulative ends of a charge's tiers in the period, MWh: of those by hours of use in the months that its window names."""
    months = _months_named(case, charge) if charge.hours_use_of else case.year.calendar.months_per_period
    return bills.ends_mwh(name, charge, months)


def _months_named(case: Case, charge: EnergyCharge) -> int:
    named = named_months(charge.window)
    return sum(int(case.year.calendar.label(month)[-2:]) in named for month in _months(case))


def _marginal(charge: EnergyCharge, mwh: float, ends: list[float]) -> float:
    return next(tier.usd_per_mwh for tier, end in zip(charge.tiers, ends, strict=True) if mwh <= end)


def _above_marginal_usd(charge: EnergyCharge, mwh: float, ends: list[float]) -> float:
    """What the tiers before the one that the plan reaches cost more than its price, USD in the period."""
    price, below, usd = _marginal(charge, mwh, ends), 0.0, 0.0
    for tier, end in zip(charge.tiers, ends, strict=True):
        upto = min(mwh, end)
        usd += max(upto - below, 0.0) * (tier.usd_per_mwh - price)
        below = max(below, upto)
    return usd


def _has_take(grid: Grid) -> bool:
    tariff = grid.offer
    return bool(tariff.min_energy_fraction) and tariff.rate is None and tariff.price_series is None


def _add_take(layout: DispatchColumns, grid: Grid, drawn: Ints, price: float) -> tuple[Ints, Floats]:
    """Take or pay: MWh billed are at least those drawn, and a share of the contracted MW round the clock."""
    case, tariff = layout.case, grid.offer
    least = tariff.min_energy_fraction * grid.contracted_mw * float(case.weights.sum())
    billed = layout.program.columns(f"{tariff.contract_id} billed_mwh", 1, price / 1000.0)
    layout.program.rows("energy billed", 0.0, np.inf, [one(billed, 1.0), layout.energy(drawn, -1.0)])
    layout.program.rows("energy taken", least, np.inf, [one(billed, 1.0)])
    return billed, np.array([price / 1000.0])


def _add_tiers(layout: DispatchColumns, drawn: Ints, charge: EnergyCharge, limits: list[float]) -> tuple[Ints, Floats]:
    """Energy within a window in tiers that become dearer, up to cumulative limits in MWh."""
    case = layout.case
    costs = np.array([tier.usd_per_mwh for tier in charge.tiers]) * case.power_growth / 1000.0
    tiers = layout.program.columns(f"{charge.name} tier_mwh", len(limits), costs, np.diff([0.0, *limits]))
    inside = case.inside(charge.window)
    layout.program.rows(charge.name, 0.0, 0.0, [layout.energy(drawn, inside), one(tiers, -1.0)])
    return tiers, costs


def _add_peaks(layout: DispatchColumns, grid: Grid, drawn: Ints, bills: PlanBills) -> None:
    """Peaks above those that the plan pays for, at the price of demand for every month of the period."""
    tariff, case = grid.offer, layout.case
    everywhere = np.ones(case.count)
    months = _months(case)
    if tariff.rate is None:
        usd = (tariff.demand_usd_per_kw_month + tariff.capacity_usd_per_kw_month) * len(months)
        _add_peak(layout, grid, drawn, (everywhere, grid.peak_mw, usd))
        return
    _add_peak(layout, grid, drawn, (everywhere, grid.peak_mw, tariff.capacity_usd_per_kw_month * len(months)))
    for place, charge in enumerate(tariff.rate.demand):
        paid_mw = bills.window_peaks.get((tariff.contract_id, place), 0.0)
        usd = charge.usd_per_kw_month * _own_months(case, charge)
        _add_peak(layout, grid, drawn, (case.inside(charge.window), paid_mw, usd))


def _add_coincident(layout: DispatchColumns, grid: Grid, drawn: Ints, bills: PlanBills) -> None:
    """Highest draws in the system's peak hours above those that the plan pays for."""
    for charge in coincident_of(grid.offer):
        if charge.highest_of is not None:
            paid_mw = bills.coincident_mw.get((grid.offer.contract_id, charge.name), 0.0) + grid.extra_mw * layout.case.extra_share
            _add_peak(layout, grid, drawn, (layout.case.marked(charge.hours), paid_mw, charge.usd_per_kw))


def _own_months(case: Case, charge: DemandCharge) -> float:
    """Months of the period in which a charge bills the month's own peak, each by the share that it bills of it."""
    named = named_months(charge.window)
    numbers = [int(case.year.calendar.label(month)[-2:]) for month in _months(case)]
    return sum(charge.own_fraction(number) for number in numbers if number in named)


def _add_peak(layout: DispatchColumns, grid: Grid, drawn: Ints, peak: tuple[Floats, float, float]) -> None:
    """Let the draw in marked hours exceed the MW paid for, at USD per kW."""
    inside, paid_mw, usd_per_kw = peak
    case = layout.case
    (marked,) = np.nonzero(inside)
    above = grid.contracted_mw - paid_mw
    if not usd_per_kw or above <= 0.0 or not len(marked):
        return
    over = layout.program.columns(f"{grid.offer.contract_id} over_mw", 1, usd_per_kw * case.power_growth, above)
    room = np.full(len(marked), paid_mw - grid.extra_mw * case.extra_share)
    places = np.arange(len(marked))
    terms = [Term(places, drawn[marked], 1.0), Term(places, np.repeat(over, len(marked)), -1.0)]
    layout.program.rows("peak", -np.inf, room, terms)


def _add_minimum(layout: DispatchColumns, grid: Grid, energy: list[tuple[Ints, Floats]], bills: PlanBills) -> None:
    """Minimum bill: what energy, demand at the plan's peaks and the fixed charge fall short of it."""
    tariff, case = grid.offer, layout.case
    charges = tariff if tariff.rate is None else tariff.rate
    if not charges.minimum_bill_usd_per_month:
        return
    if tariff.rate is None:
        settled = 1000.0 * tariff.demand_usd_per_kw_month * max(grid.peak_mw, tariff.min_take_fraction * grid.contracted_mw)
    else:
        settled = _settled_usd(case, tariff.contract_id, tariff.rate, bills)
    months, days = len(_months(case)), case.year.calendar.hours(case.standing.t) / HOURS_PER_DAY
    fixed = tariff.fixed_usd_per_month * months if tariff.rate is None else tariff.rate.fixed_usd(months, days)
    least = (charges.minimum_bill_usd_per_month - settled) * months - fixed
    short = least * case.power_growth / 1000.0
    top_up = layout.program.columns(f"{tariff.contract_id} top_up", 1, 1.0)
    layout.program.rows("minimum bill", short, np.inf, [one(top_up, 1.0), *(one(columns, costs) for columns, costs in energy)])


def _settled_usd(case: Case, name: str, rate: Rate, bills: PlanBills) -> float:
    """What a rate bills in a month of the plan beside energy at its marginal price: demand, and dearer first tiers."""
    usd = sum(1000.0 * charge.usd_per_kw_month * bills.window_peaks.get((name, place), 0.0) for place, charge in enumerate(rate.demand))
    for charge in rate.energy:
        if not _is_rising(charge):
            mwh, ends = bills.energy_mwh.get((name, charge.name), 0.0), _ends(case, name, charge, bills)
            usd += _above_marginal_usd(charge, mwh, ends) / len(_months(case))
    return usd


def _months(case: Case) -> range:
    return case.year.calendar.months_of(case.standing.t)
