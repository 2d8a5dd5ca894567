"""The hours that stand for a period at a site, and the typical days they come from (docs/conventions.md, section Hours).

Arrays over the model year are of shape (365, 24): day of the year, hour of the local clock. Arrays over a period ``t`` are of shape
(H_t,): the hours of its typical days, day by day. Pure arithmetic: no model, no file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from optimizer.core.calendar import Calendar
from optimizer.core.hours import DAYS, HOURS_PER_DAY, MONTH_DAYS, MONTH_OF_DAY, Series, TypicalDays, day_label
from optimizer.core.instance import Instance, Site
from optimizer.core.offers import Window
from optimizer.core.site_hours import scaled
from optimizer.core.year_hours import marked_hours, window_hours
from optimizer.scenario.assemble.representatives import day_figures, representatives

Floats = npt.NDArray[np.float64]

SEASONS = 4
MONTHS_PER_SEASON = 3

_Key = tuple[tuple[int, float], ...]
"""Calendar months of a period with how often each of their days is used: periods with the same key have the same hours."""


def is_hourly(site: Site) -> bool:
    """Whether a site has an offer whose price or volume depends on the hour; any other one has a single hour a period."""
    by_hour = any(
        offer.price_series is not None or offer.rate is not None or offer.called_series is not None or offer.coincident_series is not None
        for offer in site.tariffs
    )
    return by_hour or bool(site.ppas) or bool(site.batteries)


def site_hours(instance: Instance, site: Site, calendar: Calendar) -> SiteHours:
    """Hours of a site over the horizon.

    Raises
    ------
    ValueError
        The site is hourly and has no typical days, or names a series that the instance does not have.
    """
    if is_hourly(site) and site.typical_days is None:
        raise ValueError(f"site {site.site_id} has hourly offers and no typical days")
    return SiteHours(site, calendar, {series.name: series for series in instance.series}, instance.power_rules.price_year)


class SiteHours:
    """The hours of one site in every period of the horizon: what each stands for, and every series in them.

    Days of a period stand in the order of its months; positions count its hours from 0.

    Parameters
    ----------
    site : Site
    calendar : Calendar
    series : mapping of str to Series
        All series of the instance by name.
    price_year : int
        Calendar year of the series: its days of the week are those of windows.
    """

    def __init__(self, site: Site, calendar: Calendar, series: dict[str, Series], price_year: int) -> None:
        self._site, self._calendar, self._series, self._price_year = site, calendar, series, price_year
        self._days = site.typical_days if is_hourly(site) else None
        self._stands_for = np.asarray(self._days.stands_for if self._days else np.zeros(DAYS), dtype=np.int64)
        self._known: dict[tuple[str, object, _Key], Floats] = {}

    @property
    def is_flat(self) -> bool:
        """Whether one hour, the mean, stands for a whole period."""
        return self._days is None

    def count(self, t: int) -> int:
        """Number of hours H_t in a period."""
        return len(self.weights(t))

    def weights(self, t: int) -> Floats:
        """Hours of the period that each hour stands for, shape (H_t,); they sum to the hours of the period."""
        key = self._key(t)
        return self._cached(("weights", None, key), lambda: self._new_weights(key))

    def labels(self, t: int) -> tuple[str, ...]:
        """Names of the hours: ``mean`` at a flat site, else such as ``08-14T17`` of the model year."""
        if self.is_flat:
            return ("mean",)
        return tuple(f"{day_label(day)}T{hour:02d}" for day in self._represented(self._key(t)) for hour in range(HOURS_PER_DAY))

    def cycles(self, t: int) -> list[list[int]]:
        """Positions of hours over which a store must end as it began: each typical day, or with all hours the whole period."""
        if self._days is None:
            return []
        return [list(range(self.count(t)))] if self._days.is_chronological else self.day_groups(t)

    def day_groups(self, t: int) -> list[list[int]]:
        """Positions of the hours of each day (flat site: its one hour)."""
        if self.is_flat:
            return [[0]]
        return [list(range(first, first + HOURS_PER_DAY)) for first in range(0, self.count(t), HOURS_PER_DAY)]

    def values(self, name: str, t: int) -> Floats:
        """Values of a series in the hours of a period, shape (H_t,), unit of the series; their weighted mean is the period's true one.

        Raises
        ------
        ValueError
            The instance has no such series.
        """
        key = self._key(t)
        return self._cached(("series", name, key), lambda: self._new_values(self._find(name), key))

    def pue(self, t: int) -> Floats:
        """Facility load over IT load in the hours of a period, shape (H_t,)."""
        if self._site.pue_series is None:
            return np.full(self.count(t), self._site.annual_pue)
        return self.values(self._site.pue_series, t)

    def window_share(self, window: Window, t: int) -> Floats:
        """Share of the hours represented by each hour that lies inside a window, shape (H_t,), 0 to 1."""
        key = self._key(t)
        return self._cached(("window", window, key), lambda: self._shares(window_hours(window, self._price_year).astype(np.float64), key))

    def marked_share(self, hours: tuple[str, ...], t: int) -> Floats:
        """Share of the hours represented by each hour that are among some named ones, shape (H_t,), 0 to 1."""
        key = self._key(t)
        return self._cached(("marked", hours, key), lambda: self._shares(marked_hours(hours).astype(np.float64), key))

    def flag_runs(self, name: str) -> int:
        """Longest run of hours marked by a flag series, over the 8,760 hours of the year following one another."""
        longest = run = 0
        for value in self._find(name).values:
            run = run + 1 if value > 0 else 0
            longest = max(longest, run)
        return longest

    def _find(self, name: str) -> Series:
        if name not in self._series:
            raise ValueError(f"site {self._site.site_id} names the series {name!r}, which the instance does not have")
        return self._series[name]

    def _cached(self, key: tuple[str, object, _Key], compute: Callable[[], Floats]) -> Floats:
        if key not in self._known:
            found = compute()
            found.setflags(write=False)
            self._known[key] = found
        return self._known[key]

    def _key(self, t: int) -> _Key:
        """Months of the period by number, each with its real days over those of the model year."""
        months = [(int(self._calendar.label(month)[-2:]), self._calendar.month_hours(month)) for month in self._calendar.months_of(t)]
        return tuple((number, hours / HOURS_PER_DAY / MONTH_DAYS[number - 1]) for number, hours in months)

    def _uses(self, key: _Key) -> Floats:
        """How often the period has each day of the model year, shape (365,)."""
        uses = np.zeros(DAYS)
        for number, times in key:
            uses[number == MONTH_OF_DAY] = times
        return uses

    def _represented(self, key: _Key) -> list[int]:
        """Typical days that stand for a day of the period, by month in the order of the horizon's months, then by day."""
        first = int(self._calendar.label(0)[-2:])
        days = np.unique(self._stands_for[self._uses(key) > 0])
        return sorted((int(day) for day in days), key=lambda day: ((int(MONTH_OF_DAY[day]) - first) % 12, day))

    def _grouping(self, key: _Key) -> Floats:
        """How often the period has each day of the model year, in the row of the typical day that stands for it: (days, 365)."""
        if self.is_flat:
            return self._uses(key)[np.newaxis, :]
        return np.where(self._stands_for == np.asarray(self._represented(key))[:, np.newaxis], self._uses(key), 0.0)

    def _new_weights(self, key: _Key) -> Floats:
        days = self._grouping(key).sum(axis=1)
        return days * HOURS_PER_DAY if self.is_flat else np.repeat(days, HOURS_PER_DAY)

    def _new_values(self, series: Series, key: _Key) -> Floats:
        year = _by_day(series)
        if self.is_flat or series.kind == "flag":
            return self._shares(year, key)
        mean = float(np.average(year.mean(axis=1), weights=self._uses(key)))
        weights = self._new_weights(key)
        values: Floats = year[self._represented(key)].ravel()
        if series.kind == "share":
            return scaled(values, weights, mean)
        shifted: Floats = values + (mean - np.average(values, weights=weights))
        return shifted

    def _shares(self, year: Floats, key: _Key) -> Floats:
        """Mean, hour by hour, of the days that each typical day stands for."""
        grouping = self._grouping(key)
        shares: Floats = grouping @ year / grouping.sum(axis=1, keepdims=True)
        return np.array([shares.mean()]) if self.is_flat else shares.ravel()


def month_values(series: Series, calendar_month: int) -> Floats:
    """Values of a series in all hours of a calendar month (1 to 12) of the model year, shape (days of the month · 24,)."""
    values: Floats = _by_day(series)[calendar_month == MONTH_OF_DAY].ravel()
    return values


def all_days() -> TypicalDays:
    """Every day of the model year standing for itself."""
    return TypicalDays(tuple(range(DAYS)), tuple(range(DAYS)))


def with_day(days: TypicalDays, day: int) -> TypicalDays:
    """Typical days and one more, which stands for itself alone; unchanged where the day is carried already."""
    if day in days.days:
        return days
    return TypicalDays(tuple(sorted((*days.days, day))), (*days.stands_for[:day], day, *days.stands_for[day + 1 :]))


def season_days(start_month: int) -> tuple[npt.NDArray[np.int64], ...]:
    """Days of the model year in each of the four blocks of three months counted from a calendar month (1 to 12)."""
    season = (MONTH_OF_DAY - start_month) % 12 // MONTHS_PER_SEASON
    return tuple(np.flatnonzero(season == number) for number in range(SEASONS))


def extreme_days(series: Series, start_month: int) -> tuple[int, ...]:
    """Day of each season on which a series has its highest daily mean (of equal ones the earliest), ascending."""
    daily = _by_day(series).mean(axis=1)
    return tuple(sorted(int(days[np.argmax(daily[days])]) for days in season_days(start_month)))


def typical_days(features: Sequence[Series], start_month: int, count: int, own_days: Sequence[int] = ()) -> TypicalDays:
    """Days that stand for the year: hierarchical clusters (Ward) of each season's days, each represented by one of its members.

    A day is the vector of its 24 values of every feature, each feature standardised over the year, so that all features keep the same
    days. Who represents a cluster is chosen for the season as a whole, by what contracts of power cost (module ``representatives``):
    spread of prices, values of profiles, hours above levels. The same input gives the same days.

    Parameters
    ----------
    features : sequence of Series
        What makes days differ: prices, wind, sun, heat.
    start_month : int
        Calendar month (1 to 12) in which the horizon begins: seasons are counted from it.
    count : int
        Typical days a year, own days included, spread over the seasons (the first seasons have one more where they do not divide).
        365 and more: every day.
    own_days : sequence of int
        Days that stand for themselves alone. Beside them a season has at least two clusters where its share of ``count`` is three or
        more, else one; so many own days may make more than ``count``.

    Raises
    ------
    ValueError
        ``count`` is less than 4: a season would have no day.
    """
    if count < SEASONS:
        raise ValueError(f"{count} typical days a year leave a season without a day; at least {SEASONS}")
    if count >= DAYS:
        return all_days()
    shapes, figures = _standardised(features), day_figures(features)
    stands_for = np.arange(DAYS)
    for number, season in enumerate(season_days(start_month)):
        quota = count // SEASONS + (number < count % SEASONS)
        days = np.setdiff1d(season, np.asarray(own_days, dtype=np.int64))
        clusters = max(quota - (len(season) - len(days)), min(2, quota - 1), 1)
        if len(days) > clusters:
            stands_for[days] = representatives(figures, shapes, days, _clusters(shapes[days], clusters))
    return TypicalDays(tuple(int(day) for day in np.unique(stands_for)), tuple(int(day) for day in stands_for))


def _clusters(shapes: Floats, count: int) -> npt.NDArray[np.int64]:
    """Cluster of each day, from 0; at most ``count`` of them."""
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415 - only hourly sites need it

    cluster: npt.NDArray[np.int64] = fcluster(linkage(shapes, "ward"), count, criterion="maxclust").astype(np.int64) - 1
    return cluster


def _standardised(features: Sequence[Series]) -> Floats:
    """Day vectors of all features together, shape (365, 24 · features); a constant feature says nothing and is left out."""
    arrays = [_by_day(series) for series in features]
    return np.hstack([np.zeros((DAYS, 1)), *((array - array.mean()) / array.std() for array in arrays if np.ptp(array) > 0)])


def _by_day(series: Series) -> Floats:
    return np.asarray(series.values, dtype=np.float64).reshape(DAYS, HOURS_PER_DAY)
