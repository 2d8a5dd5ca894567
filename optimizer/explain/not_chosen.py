"""Why each site and rental that a plan does not use has lost: what was proven of it, from when it could serve, or what failed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from optimizer.core.calendar import Calendar
from optimizer.core.instance import Instance
from optimizer.core.number_words import listed, short
from optimizer.explain.ways import Way, ways
from optimizer.plan.header import Header, NotChosenFields

NOT_SEARCHED = "not searched: its cost is not known"
FORBIDDEN = "forbidden by the scenario"
_LEAST_MUSD = 0.05


def not_chosen(instance: Instance, used: Sequence[str], hosts: Sequence[tuple[str, float]], cost_musd: float) -> list[NotChosenFields]:
    """Sites and rentals that a plan does not use, in the order of the scenario.

    Parameters
    ----------
    instance : Instance
    used : sequence of str
        Sites and rentals of the plan.
    hosts : sequence of (str, float)
        By host of the main workload (its place first, then its family): what no plan with it there costs less than, million USD of
        the objective; infinite where no plan has it there, minus infinite where nothing is proven. Empty where the search was not by host.
    cost_musd : float
        Objective of the plan, million USD.

    Returns
    -------
    list of dict
        ``place``; ``dearer_musd``, what it costs more at least (``None``: not known, or there is no plan with it); ``earliest``, the
        month before which hall, power, supply and offer do not allow it (``never``; empty: not known); ``fails``, the limits that
        alone come after the deadline; ``family``, the GPUs with which that is the earliest, where several are accepted; ``says``, all
        of it in a line. All are of the main workload, the largest, and ``says`` names it where there are several.
    """
    least: dict[str, float] = {}
    for name, musd in hosts:
        least[name.split(" ")[0]] = min(least.get(name.split(" ")[0], math.inf), musd)
    calendar = Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)
    main, *others = [workload.name for workload in sorted(instance.workloads, key=lambda workload: -workload.gpus_h100e)] or [""]
    accepted = {name for workload in instance.workloads if workload.name == main and workload.one_family for name in workload.accepts}
    several = len({gpu.family for gpu in instance.gpus if gpu.name in accepted}) > 1
    by_place = {way.place: way for way in ways(instance, calendar) if way.workload == main}
    forbidden = {site.site_id for site in instance.sites if site.is_forbidden}
    places = [*(site.site_id for site in instance.sites), *(rental.name for rental in instance.rentals)]
    rows: list[NotChosenFields] = []
    for place in (place for place in places if place not in used):
        way, bound = by_place.get(place), least.get(place) if hosts else -math.inf
        row: NotChosenFields = {"place": place, "dearer_musd": _dearer(bound, cost_musd), "earliest": _earliest(way, calendar),
                                "fails": list(way.fails) if way else [], "family": way.family if way and several else "",
                                "says": FORBIDDEN}
        proven = _of_main(_text(row, _proven(bound, row, len(instance.goals))), main, others)
        rows.append(row if place in forbidden else {**row, "says": proven})
    return rows


def _dearer(bound: float | None, cost_musd: float) -> float | None:
    return None if bound is None or not math.isfinite(bound) else bound - cost_musd


def _earliest(way: Way | None, calendar: Calendar) -> str:
    """Month before which no plan can be ready there, whatever it costs."""
    if way is None:
        return ""
    periods = [period for limit, period in way.periods.items() if limit != "money"]
    return "never" if None in periods else calendar.period_label(max((period for period in periods if period is not None), default=0))


def _proven(bound: float | None, row: NotChosenFields, goals: int) -> str:
    """What the search has proven of a place: ``None`` is no host of it."""
    more = row["dearer_musd"]
    if more is not None and more >= _LEAST_MUSD:
        return f"at least {short(more)} million USD dearer"
    if more is not None:
        return f"may be as cheap: proven only to be no more than {short(max(-more, _LEAST_MUSD))} million USD cheaper"
    if bound is not None and bound > 0:
        return f"no plan with it meets all that is asked{' and does as well by the goals before cost' if goals > 1 else ''}"
    if bound is None and not row["earliest"]:
        return "it cannot host the workload: it has too few GPUs, or no hall"
    if bound is None:
        return "no plan with it can be ready in time" + ("" if row["fails"] else ": its limits allow it each alone, not together")
    return NOT_SEARCHED


def _of_main(says: str, main: str, others: Sequence[str]) -> str:
    """The search is by hosts of the main workload: of several it proves nothing of the others."""
    return f"with {main} there: {says}; with {listed(others)} there: not searched" if others else says


def _text(row: NotChosenFields, proven: str) -> str:
    best = f", with {row['family']}" if row.get("family") else ""
    told = f"; ready from {row['earliest']} at the earliest{best}"
    when = {"": "", "never": "; never ready within the horizon"}.get(row["earliest"], told)
    failed = f"; too late by {listed(row['fails'])}" if row["fails"] else ""
    return f"{proven}{when}{failed}"


def lines(header: Header, most: int) -> list[str]:
    """What was not chosen and why, a line each; of many the first, those that are nearest to the plan first."""
    asked = [row for row in header.get("not_chosen", ()) if row["says"] != FORBIDDEN]
    rows = sorted(asked, key=lambda row: math.inf if row["dearer_musd"] is None else row["dearer_musd"])
    more = [f"and {len(rows) - most} more (plan.json, not_chosen)"] if len(rows) > most else []
    return [*(f"{row['place']}: {row['says']}" for row in rows[:most]), *more]
