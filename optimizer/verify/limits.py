"""Limits that hold over a calendar year at a site: run hours, NOx, its part of the carbon cap, and what other goals have settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.core.offers import OnsiteGas
from optimizer.plan.plan import Plan
from optimizer.verify.case import Year
from optimizer.verify.columns import Amount, DispatchColumns, one
from optimizer.verify.hours import Floats
from optimizer.verify.program import Program, Term
from optimizer.verify.site_period import SitePeriod

_MISSED_USD = 1e4
"""Price of a tonne or MWh by which the hours miss what an earlier goal has settled, in the dispatch alone."""

_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class YearLimit:
    """At most so much over the year; ``is_soft``: it may be missed, dearly."""

    amounts: tuple[Amount, ...]
    most: float
    is_soft: bool = False

    def is_kept(self, values: Floats) -> bool:
        """Whether values of the columns keep it."""
        return sum(amount.of(values) for amount in self.amounts) <= self.most + _TOLERANCE * max(1.0, abs(self.most))


def has_limits(year: Year, standings: Sequence[SitePeriod]) -> bool:
    """Whether any limit of a year concerns what stands at a site in its periods: if none does, ``year_limits`` gives none."""
    units = (each.offer for standing in standings for each in standing.units)
    return bool(year.instance.carbon.cap_t_per_year) or "min_carbon" in year.instance.goals or any(map(_is_limited, units))


def _is_limited(gas: OnsiteGas) -> bool:
    return gas.run_hours_per_year_max is not None or gas.nox_t_per_year_max is not None


def year_limits(year: Year, plan: Plan, layouts: Sequence[DispatchColumns]) -> list[YearLimit]:
    """Limits of a site over the periods of one calendar year, laid out in one program or several."""
    first = layouts[0].case
    periods = [layout.case.standing.t for layout in layouts]
    calendar = year.calendar
    number = calendar.year(calendar.first_month(periods[0]))
    share_of_year = sum(calendar.hours(t) for t in calendar.years()[number]) / 8760.0
    labels = [calendar.period_label(t) for t in calendar.years()[number]]
    years = {label: calendar.hours(t) / 8760.0 for label, t in zip(labels, calendar.years()[number], strict=True)}
    power = plan.tables["power"]
    here_in_year = power[(power["site_id"] == first.site.site_id) & power["period"].isin(labels)]
    rated = (here_in_year["contracted_mw"] * here_in_year["period"].map(years)).groupby(here_in_year["contract_id"]).sum()
    limits = [
        limit for gas in first.site.onsite_gas for limit in _gas_limits(gas, layouts, share_of_year, float(rated.get(gas.contract_id, 0.0)))
    ]
    emissions = plan.tables["emissions"]
    in_year = emissions[emissions["period"].isin(labels)]
    carbon = year.instance.carbon
    column = f"{carbon.basis}_t"
    here = float(in_year.loc[in_year["site_id"] == first.site.site_id, column].sum())
    tonnes = tuple(amount for layout in layouts for amount in layout.tonnes)
    cap = calendar.in_force(carbon.cap_t_per_year, calendar.first_month(calendar.years()[number][0]))
    if carbon.cap_t_per_year and any(date <= calendar.first_month(periods[0]) for date, _ in carbon.cap_t_per_year):
        everywhere = float(in_year[column].sum())
        limits.append(YearLimit(tonnes, cap * share_of_year * (here / everywhere if everywhere > 0.0 else 1.0)))
    if "min_carbon" in year.instance.goals:
        limits.append(YearLimit(tonnes, here, is_soft=True))
    return limits


def _gas_limits(gas: OnsiteGas, layouts: Sequence[DispatchColumns], share_of_year: float, mw_years: float) -> list[YearLimit]:
    """Limits of an offer; ``mw_years``: MW of units that stand, with or without load, times the years that they stand."""
    key = ("generated", gas.contract_id)
    with_gas = [layout for layout in layouts if key in layout.flows]
    mwh = tuple(Amount(layout.flows[key], layout.case.weights) for layout in with_gas)
    limits = []
    if gas.run_hours_per_year_max is not None:
        limits.append(YearLimit(mwh, gas.run_hours_per_year_max * mw_years))
    if gas.nox_t_per_year_max is not None and gas.nox_t_per_gwh > 0.0:
        limits.append(YearLimit(mwh, gas.nox_t_per_year_max * share_of_year / gas.nox_t_per_gwh * 1000.0))
    return limits if mwh else []


def add_year(program: Program, limits: Sequence[YearLimit]) -> None:
    """Add the limits of a year to the program that holds all its periods."""
    for limit in limits:
        terms = [one(amount.columns, amount.coefficients) for amount in limit.amounts]
        if limit.is_soft:
            terms.append(one(program.columns("missed", 1, _MISSED_USD / 1000.0), -1.0))
        program.rows("year", -np.inf, limit.most, terms)


def add_clean(program: Program, layouts: Sequence[DispatchColumns], matched_mwh: float) -> None:
    """Ask over a year for the hourly matched clean MWh that the plan has at the site, at a price for what is missed."""
    terms: list[Term] = [one(program.columns("unmatched", 1, _MISSED_USD / 1000.0), 1.0)]
    for layout in layouts:
        case = layout.case
        matched = program.columns("matched", case.count, 0.0, case.load_mw())
        own = [Term(layout.hours, columns, -1.0) for columns in layout.clean]
        program.rows("matched", -np.inf, layout.clean_mw, [Term(layout.hours, matched, 1.0), *own])
        terms.append(layout.energy(matched))
    program.rows("clean share", matched_mwh, np.inf, terms)
