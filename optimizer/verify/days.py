"""Days of the model year: which of them the typical hours miss most, and an instance that carries them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.core.hours import DAYS, HOURS, HOURS_PER_DAY, TypicalDays, day_label
from optimizer.core.instance import Instance
from optimizer.plan.header import Header
from optimizer.scenario.assemble.typical_days import is_hourly, with_day
from optimizer.verify.case import Case
from optimizer.verify.columns import Key
from optimizer.verify.dispatch import Dispatched
from optimizer.verify.dispatch_site import add_site_dispatch
from optimizer.verify.hours import Floats, PeriodHours, day_of, grouping
from optimizer.verify.plan_side import PlanSide
from optimizer.verify.program import Program


@dataclass(frozen=True)
class WorstDay:
    """The day of a site that its typical days stand for worst.

    Parameters
    ----------
    day : int
        0 to 364.
    unserved_mwh : float
    musd : float
        Nominal cost of the hours dispatched, less that of the typical day, over the horizon.
    """

    day: int
    unserved_mwh: float
    musd: float


def with_days(instance: Instance, added: Mapping[str, Sequence[int]]) -> Instance:
    """Give the instance with further typical days at some sites; the same instance where none are added."""
    if not any(added.values()):
        return instance
    sites = []
    for site in instance.sites:
        days = site.typical_days
        for day in added.get(site.site_id, ()):
            days = None if days is None else with_day(days, day)
        sites.append(replace(site, typical_days=days))
    return replace(instance, sites=tuple(sites))


def verified_instance(instance: Instance, header: Header) -> Instance:
    """Give the instance that a plan answers hour by hour: the one asked, with the days that its header says have joined.

    Parameters
    ----------
    instance : Instance
        The instance as it was asked.
    header : mapping
        Of the plan.
    """
    added = header.get("typical_days_added", {})
    return with_days(instance, {site_id: [day_of(label) for label in labels] for site_id, labels in added.items()})


def added_labels(added: Mapping[str, Sequence[int]]) -> dict[str, list[str]]:
    """Days that have joined, as the header of a plan names them."""
    return {site_id: [day_label(day) for day in sorted(days)] for site_id, days in added.items() if days}


def worst_day(done: Sequence[Dispatched], plan_side: PlanSide) -> WorstDay | None:
    """Find the day that joins the typical ones: the one with most unserved MWh, else the one whose cost differs most.

    Returns
    -------
    WorstDay or None
        ``None`` at a site without typical days, where every day is one already, and where no other day differs.
    """
    site = done[0].case.site
    days = site.typical_days
    if days is None or days.is_chronological or not is_hourly(site):
        return None
    unserved, musd = np.zeros(DAYS), np.zeros(DAYS)
    for dispatched in done:
        case = dispatched.case
        unserved += _by_day(case, dispatched.mw("unserved", ""))
        musd += _cost_difference(dispatched, days, plan_side) / 1e6
    unserved[list(days.days)] = 0.0
    musd[list(days.days)] = 0.0
    day = int(np.argmax(unserved)) if unserved.max() > 0.0 else int(np.argmax(np.abs(musd)))
    return WorstDay(day, float(unserved[day]), float(musd[day])) if unserved[day] > 0.0 or musd[day] != 0.0 else None


def _by_day(case: Case, hourly: Floats) -> Floats:
    """Sum over the days of the model year of values in the hours dispatched, as often as the period has each hour."""
    sums: Floats = np.bincount(case.hours.days, weights=hourly[case.groups.group] * case.hours.uses, minlength=DAYS).astype(np.float64)
    return sums


def _cost_difference(dispatched: Dispatched, days: TypicalDays, plan_side: PlanSide) -> Floats:
    """USD by which each day of a period is dearer than the typical day that stands for it, shape (365,)."""
    case = dispatched.case
    unit = _unit_costs(case, plan_side)
    places = case.hours.positions[case.groups.kept]
    real = sum((unit[key][places] * mw for key, mw in dispatched.flows.items() if key in unit), np.zeros(case.count))
    typical = np.zeros(HOURS)
    positions = plan_side.typical_positions(case)
    for flow, subject in plan_side.flows(case):
        if (flow, subject) in unit:
            typical[positions] += unit[flow, subject][positions] * plan_side.flow(case, flow, subject)
    typical_days = typical.reshape(DAYS, HOURS_PER_DAY).sum(axis=1)
    uses = np.bincount(case.hours.days, weights=case.hours.uses / HOURS_PER_DAY, minlength=DAYS)
    difference: Floats = _by_day(case, real) - uses * typical_days[list(days.stands_for)]
    return difference


def _unit_costs(case: Case, plan_side: PlanSide) -> dict[Key, Floats]:
    """USD per MWh of every flow, at the prices of the case's period, in all hours of the model year."""
    hours = PeriodHours(np.arange(HOURS), np.ones(HOURS), np.zeros(HOURS, dtype=np.int64))
    whole = replace(case, hours=hours, groups=grouping(hours, (), "period"))
    program = Program()
    layout = add_site_dispatch(program, whole, plan_side.bills(case))
    usd = 1000.0 * program.costs()
    return {key: usd[columns] for key, columns in layout.flows.items() if key[0] != "unserved"}
