"""Ways to serve a workload where there is no plan: of every site and rental the earliest date by hall, power, supply and money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.core.calendar import Calendar
from optimizer.core.instance import Gpu, Instance, Mode, Site, Workload
from optimizer.explain.earliest_dates import first_period, hosting_rentals, least_mw, power_period, rental_period, supply_periods
from optimizer.explain.earliest_money import money_at_site, money_for_rental
from optimizer.model.data_bounds import DataBounds

LIMITS = ("hall", "power", "supply", "money", "offer")
"""What each may set the date of a way: the last is a rental's first month."""

WAYS_AT_MOST = 60
NEVER = "never"


@dataclass(frozen=True, slots=True)
class Way:
    """A site in a mode, or a rental: the first period that each limit alone allows (``None``: never); a limit that is none is missing."""

    workload: str
    place: str
    mode: str
    family: str
    periods: Mapping[str, int | None]
    fails: tuple[str, ...]


def ways(instance: Instance, calendar: Calendar) -> list[Way]:
    """Every site that is not forbidden, in its best mode, and every rental that is large enough, those first that fail least.

    Parameters
    ----------
    instance : Instance
    calendar : Calendar
        Of its horizon.
    """
    return [way for workload in instance.workloads for way in sorted(_of_workload(instance, calendar, workload), key=_rank)]


def ways_as_json(instance: Instance) -> list[dict[str, Any]]:
    """The same for ``plan.json``: dates by name, ``never``, or empty where there is no such limit; the first ``WAYS_AT_MOST``."""
    calendar = _calendar(instance)
    return [{"workload": way.workload, "place": way.place, "mode": way.mode,
             **{limit: _text(way, limit, calendar) for limit in LIMITS}, "fails": list(way.fails)}
            for way in ways(instance, calendar)[:WAYS_AT_MOST]]


def way_text(way: Mapping[str, Any]) -> str:
    """A way in a line, what fails marked: ``toledo (retrofit): hall 2026-04, power 2026-09 (too late), supply 2026-04, money 2025-04``."""
    name = f"{way['place']} ({way['mode']})" if way["mode"] else str(way["place"])
    dates = [f"{limit} {way[limit]}{_mark(way, limit)}" for limit in LIMITS if way[limit]]
    return f"{name}: {', '.join(dates)}"


def _mark(way: Mapping[str, Any], limit: str) -> str:
    if limit not in way["fails"]:
        return ""
    return " (fails)" if way[limit] == NEVER else " (too late)"


def _text(way: Way, limit: str, calendar: Calendar) -> str:
    if limit not in way.periods:
        return ""
    period = way.periods[limit]
    return NEVER if period is None else calendar.period_label(period)


def _of_workload(instance: Instance, calendar: Calendar, workload: Workload) -> Iterator[Way]:
    families = DataBounds(instance, calendar).families(workload)
    supply = supply_periods(instance, calendar, workload)
    for site in instance.sites:
        if not site.is_forbidden:
            made = [((site.site_id, mode.mode, family), _at_site(instance, workload, (site, mode, gpus), {"supply": supply[family]}))
                    for mode in site.modes for family, gpus in families.items()]
            yield from sorted((_way(workload, name, periods, calendar) for name, periods in made), key=_rank)[:1]
    for rental in hosting_rentals(instance, workload):
        begins = rental_period(rental, calendar)
        periods: dict[str, int | None] = {"offer": begins if begins < calendar.periods else None}
        if instance.has_budget:
            periods["money"] = money_for_rental(instance, calendar, rental, workload)
        yield _way(workload, (rental.name, "", ""), periods, calendar)


def _at_site(
    instance: Instance, workload: Workload, made_of: tuple[Site, Mode, list[Gpu]], supply: Mapping[str, int | None]
) -> dict[str, int | None]:
    """Dates of a site in one mode with the GPUs of one family: a hall for it is of no use where another's GPUs come in time."""
    (site, mode, models), calendar = made_of, _calendar(instance)
    least = least_mw(site, mode, models, workload)
    periods: dict[str, int | None] = {"hall": None if least is None else first_period(mode, least, calendar)}
    if instance.has_contracts and least is not None:
        periods["power"] = power_period(instance, calendar, site, least)
    periods |= supply
    if instance.has_budget:
        periods["money"] = money_at_site(instance, calendar, mode, workload)
    return periods


def _way(workload: Workload, name: tuple[str, str, str], periods: Mapping[str, int | None], calendar: Calendar) -> Way:
    fails = [limit for limit, period in periods.items()
             if period is None or (workload.deadline is not None and calendar.first_month(period) > workload.deadline)]
    return Way(workload.name, *name, periods, tuple(fails))


def _calendar(instance: Instance) -> Calendar:
    return Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)


def _rank(way: Way) -> tuple[int, float]:
    """Fewer limits that fail first, then the earlier date at which all others hold."""
    return len(way.fails), max((float("inf") if period is None else period for period in way.periods.values()), default=0.0)
