"""The audit's own reading of the hours of a site: which hours a period has, what each weighs and what a series is worth in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from optimizer.audit.calendar import Clock, IntArray
from optimizer.audit.comparison import FloatArray
from optimizer.audit.year import DAY_HOURS, DAY_NAMES, DAYS, by_day, fitted, inside, longest_run, marked, uses
from optimizer.core.hours import Series
from optimizer.core.instance import Site
from optimizer.core.offers import Window

MEAN = "mean"
"""Name of the one hour of a period at a flat site."""


@dataclass(frozen=True)
class SiteHours:
    """All hours of a site over the horizon, period after period: arrays of shape (H,).

    Parameters
    ----------
    clock : Clock
    site : Site
    series : mapping of str to Series
        All series of the instance.
    price_year : int
        Model year, for the days of the week.
    """

    clock: Clock
    site: Site
    series: Mapping[str, Series]
    price_year: int
    known: dict[object, FloatArray] = field(default_factory=dict)

    @cached_property
    def is_flat(self) -> bool:
        """Whether one hour stands for a whole period: no price and no volume of the site depends on the hour."""
        hourly = any((t.price_series, t.rate, t.called_series, t.coincident_series) != (None,) * 4 for t in self.site.tariffs)
        return self.site.typical_days is None or not (hourly or self.site.ppas or self.site.batteries)

    @cached_property
    def stands_for(self) -> IntArray:
        """Day that stands for each day of the model year; at a flat site they are all one."""
        days = None if self.is_flat else self.site.typical_days
        return np.zeros(DAYS, dtype=np.int64) if days is None else np.array(days.stands_for, dtype=np.int64)

    @cached_property
    def is_chronological(self) -> bool:
        """Whether every day stands for itself."""
        return not self.is_flat and bool(np.all(self.stands_for == np.arange(DAYS)))

    @cached_property
    def uses(self) -> FloatArray:
        """How many times each period uses each day of the model year; rows are periods."""
        return np.array([uses(self.clock, self.clock.months_of(period)) for period in range(self.clock.count)])

    @cached_property
    def day_weight(self) -> FloatArray:
        """How many days each typical day is in each period; rows are periods, columns days."""
        return np.array([np.bincount(self.stands_for, weights=row, minlength=DAYS) for row in self.uses])

    @cached_property
    def days(self) -> tuple[IntArray, IntArray]:
        """Periods and days that the typical days of all periods have, in their order."""
        period, day = np.nonzero(self.day_weight > 0)
        return period.astype(np.int64), day.astype(np.int64)

    @cached_property
    def period(self) -> IntArray:
        """Period of each hour."""
        return np.repeat(self.days[0], self.day_length)

    @cached_property
    def weight(self) -> FloatArray:
        """Hours that each hour stands for."""
        weight = self.day_weight[self.days]
        return weight * DAY_HOURS if self.is_flat else np.repeat(weight, DAY_HOURS)

    @property
    def day_length(self) -> int:
        """Hours of the axis in a day: 24, at a flat site 1."""
        return 1 if self.is_flat else DAY_HOURS

    @cached_property
    def period_names(self) -> tuple[str, ...]:
        """Period of each hour by name."""
        labels = self.clock.labels
        return tuple(labels[period] for period in self.period)

    @cached_property
    def hour_names(self) -> tuple[str, ...]:
        """Name of each hour within its period: ``08-14T17``, ``mean`` at a flat site."""
        if self.is_flat:
            return (MEAN,) * self.clock.count
        return tuple(f"{DAY_NAMES[day]}T{hour:02d}" for day in self.days[1] for hour in range(DAY_HOURS))

    @cached_property
    def place(self) -> Mapping[tuple[str, str], int]:
        """Place of an hour by the names of its period and itself."""
        return {names: place for place, names in enumerate(zip(self.period_names, self.hour_names, strict=True))}

    @cached_property
    def before(self) -> IntArray:
        """The hour before each in a store's cycle: a typical day, or with all hours the whole period, ends where it begins."""
        size = self.period.size
        cycle = self.period if self.is_chronological else np.repeat(np.arange(self.days[0].size), self.day_length)
        last = np.flatnonzero(np.append(cycle[1:] != cycle[:-1], True)) if size else np.zeros(0, dtype=np.int64)
        first = np.append(0, last[:-1] + 1) if size else last
        previous = np.arange(-1, size - 1, dtype=np.int64)
        previous[first] = last
        return previous

    def sums(self, values: FloatArray) -> FloatArray:
        """Sum over the hours of each period, each as often as it weighs: MWh of MW."""
        total: FloatArray = np.bincount(self.period, weights=values * self.weight, minlength=self.clock.count).astype(np.float64)
        return total

    def daily(self, values: FloatArray) -> FloatArray:
        """Sum over the hours of each typical day, each once."""
        total: FloatArray = values.reshape(-1, self.day_length).sum(axis=1)
        return total * DAY_HOURS if self.is_flat else total

    def largest(self, values: FloatArray) -> FloatArray:
        """Largest value in each period; 0 where none is above it."""
        most = np.zeros(self.clock.count)
        np.maximum.at(most, self.period, values)
        return most

    def value(self, name: str) -> FloatArray:
        """Value of a series in each hour."""
        if name not in self.known:
            series = self.series[name]
            year = by_day(series)
            self.known[name] = self._mean_of_days(year) if self.is_flat or series.kind == "flag" else self._fitted(series.kind, year)
        return self.known[name]

    def share(self, window: Window) -> FloatArray:
        """Share of what each hour stands for that lies in a window."""
        if window not in self.known:
            self.known[window] = self._mean_of_days(inside(window, self.price_year))
        return self.known[window]

    def marked(self, names: tuple[str, ...]) -> FloatArray:
        """Share of what each hour stands for that is among some hours named, such as ``08-16 17:00``."""
        if names not in self.known:
            self.known[names] = self._mean_of_days(marked(names))
        return self.known[names]

    def pue(self) -> FloatArray:
        """Facility load over IT load in each hour."""
        if self.site.pue_series is None:
            return np.full(self.period.size, self.site.annual_pue)
        return self.value(self.site.pue_series)

    def longest_call(self) -> int:
        """Most called hours in a row that an interruptible offer of the site has."""
        names = [t.called_series for t in self.site.tariffs if t.kind == "interruptible" and t.called_series is not None]
        return max((longest_run(by_day(self.series[name])) for name in names), default=0)

    def _mean_of_days(self, year: FloatArray) -> FloatArray:
        """Mean of the days that each typical day stands for, hour by hour (flat site: of all hours)."""
        stood_for = (self.stands_for[None, :] == np.arange(DAYS)[:, None]).astype(np.float64)
        parts = []
        for period, row in enumerate(self.uses):
            days = self.days[1][self.days[0] == period]
            parts.append((stood_for[days] * row) @ year / self.day_weight[period, days][:, None])
        means: FloatArray = np.concatenate(parts)
        return means.mean(axis=1) if self.is_flat else means.ravel()

    def _fitted(self, kind: str, year: FloatArray) -> FloatArray:
        """Typical days' own values, brought to the true mean of each period."""
        means = self.uses @ year.sum(axis=1) / self.clock.hours
        values, weight = year[self.days[1]].ravel(), self.weight
        parts = [fitted(kind, values[at], weight[at], float(means[t])) for t, at in enumerate(self._slices())]
        return np.concatenate(parts)

    def _slices(self) -> list[slice]:
        ends = np.cumsum(np.bincount(self.period, minlength=self.clock.count))
        return [slice(int(end - size), int(end)) for end, size in zip(ends, np.diff(ends, prepend=0), strict=True)]
