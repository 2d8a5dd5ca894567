"""Snapshots that the sites of a plan share: typical hours with weights, or every hour of the horizon."""

from __future__ import annotations

import calendar as dates
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.core.calendar import Calendar
from optimizer.core.hours import HOURS_PER_DAY, MONTH_DAYS, day_label
from optimizer.core.instance import Site
from optimizer.scenario.assemble.typical_days import SiteHours

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Hours = Literal["typical", "all"]


@dataclass(frozen=True, slots=True)
class Snapshots:
    """Snapshots, one after another in time.

    Parameters
    ----------
    times : pandas.DatetimeIndex
        Local clock time of each; of typical hours on the first real day that they stand for.
    weights_h : numpy.ndarray
        Hours that each stands for; over a period they sum to its hours.
    periods : numpy.ndarray
        Period of each.
    positions : mapping of str to numpy.ndarray
        By site, the position of each among the site's hours of its period.
    """

    times: pd.DatetimeIndex
    weights_h: Floats
    periods: Ints
    positions: Mapping[str, Ints]

    def spread(self, by_period: Sequence[Floats], site_id: str) -> Floats:
        """Give values by period and position at a site as values by snapshot."""
        return np.array([by_period[t][place] for t, place in zip(self.periods, self.positions[site_id], strict=True)])


_Key = tuple[int | None, ...]


@dataclass(slots=True)
class _Day:
    """A day that stands for others: when it is, and how many of them there are."""

    first: pd.Timestamp
    times: float


def snapshots(calendar: Calendar, sites: Mapping[str, tuple[Site, SiteHours]], periods: Sequence[int], hours: Hours) -> Snapshots:
    """Lay out the snapshots of some periods for some sites.

    Days on which every site has the same typical days are one day; with ``all`` each day stands for itself. 29 February has no
    day of the model year: the others of that month weigh as much more.
    """
    times: list[pd.Timestamp] = []
    weights: list[float] = []
    of_period: list[int] = []
    positions: dict[str, list[int]] = {site_id: [] for site_id in sites}
    is_flat = all(site_hours.is_flat for _, site_hours in sites.values())
    for t in periods:
        places = {site_id: {label: place for place, label in enumerate(made.labels(t))} for site_id, (_, made) in sites.items()}
        if is_flat and hours == "typical":
            blocks: dict[_Key, _Day] = {(): _Day(pd.Timestamp(f"{calendar.period_label(t)}-01"), calendar.hours(t))}
        else:
            blocks = _days(calendar, sites, t, hours)
        for key, day in blocks.items():
            for hour in range(HOURS_PER_DAY if key else 1):
                times.append(day.first + pd.Timedelta(hours=hour))
                weights.append(day.times)
                of_period.append(t)
                for site_id, typical_day in zip(sites, key or (None,) * len(sites), strict=False):
                    label = "mean" if typical_day is None else f"{day_label(typical_day)}T{hour:02d}"
                    positions[site_id].append(places[site_id][label])
    by_site = {site_id: np.array(places, dtype=np.int64) for site_id, places in positions.items()}
    return Snapshots(pd.DatetimeIndex(times, name="snapshot"), np.array(weights), np.array(of_period, dtype=np.int64), by_site)


def _days(calendar: Calendar, sites: Mapping[str, tuple[Site, SiteHours]], t: int, hours: Hours) -> dict[_Key, _Day]:
    """Days of a period by the typical days of the sites (``None``: a flat site), in their order; with ``all`` also by the day itself."""
    found: dict[_Key, _Day] = {}
    for first, model_day, times in _real_days(calendar, t):
        typical = tuple(_stands_for(site, made, model_day) for site, made in sites.values())
        key = (*typical, model_day) if hours == "all" else typical
        if key in found:
            found[key].times += times
        else:
            found[key] = _Day(first, times)
    return found


def _stands_for(site: Site, hours: SiteHours, model_day: int) -> int | None:
    return None if hours.is_flat or site.typical_days is None else site.typical_days.stands_for[model_day]


def _real_days(calendar: Calendar, t: int) -> Iterator[tuple[pd.Timestamp, int, float]]:
    """Days of a period: when it is, its day of the model year, and how often that is used (29/28 in a leap year's February)."""
    for month in calendar.months_of(t):
        year, number = (int(part) for part in calendar.label(month).split("-"))
        days = MONTH_DAYS[number - 1]
        first = sum(MONTH_DAYS[: number - 1])
        for day in range(days):
            yield pd.Timestamp(year, number, day + 1), first + day, dates.monthrange(year, number)[1] / days
