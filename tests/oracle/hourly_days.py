"""The hours of a site as docs/conventions.md says them (section Hours), day by day and without arrays."""

from __future__ import annotations

import calendar
import datetime
from functools import cache
from itertools import groupby

from optimizer.core.hours import Series
from optimizer.core.instance import Instance, Site
from optimizer.core.offers import Window
from tests.oracle.money import Clock

DATES = [(month, day) for month in range(1, 13) for day in range(1, calendar.monthrange(2023, month)[1] + 1)]
"""Month and day of each day of the model year: 365 of them."""


class Days:
    """Typical hours of one site: hour ``h`` of a period is the hour ``h % 24`` of its typical day ``h // 24``."""

    def __init__(self, instance: Instance, site: Site, clock: Clock) -> None:
        self.clock, self.site = clock, site
        self.year = instance.power_rules.price_year
        self.series = {series.name: series for series in instance.series}
        self.stands_for = site.typical_days.stands_for if self._by_the_hour() and site.typical_days else None
        self.weights = cache(self._weights)
        self.values = cache(self._values)
        self.share_in = cache(self._share_in)

    def _by_the_hour(self) -> bool:
        marked = [(t.price_series, t.rate, t.called_series, t.coincident_series) for t in self.site.tariffs]
        return any(any(mark is not None for mark in marks) for marks in marked) or bool(self.site.ppas or self.site.batteries)

    def uses(self, months: range) -> dict[int, float]:
        """How often each day of the model year is used in some months of the horizon."""
        found: dict[int, float] = {}
        for month in months:
            number = (self.clock.first_month - 1 + month) % 12 + 1
            days = [place for place, date in enumerate(DATES) if date[0] == number]
            for place in days:
                found[place] = found.get(place, 0.0) + self.clock.hours_of_month(month) / 24.0 / len(days)
        return found

    def _typical(self, period: int) -> dict[int, dict[int, float]]:
        """Days of a period that each typical day stands for, with how often each is used."""
        found: dict[int, dict[int, float]] = {}
        for day, times in self.uses(self.clock.in_period(period)).items():
            found.setdefault(0 if self.stands_for is None else self.stands_for[day], {})[day] = times
        return found

    def _weights(self, period: int) -> tuple[float, ...]:
        if self.stands_for is None:
            return (self.clock.hours(period),)
        return tuple(sum(days.values()) for days in self._typical(period).values() for _ in range(24))

    def days(self, period: int) -> list[range]:
        """Hours of each typical day of a period."""
        count = len(self.weights(period))
        return [range(first, min(first + 24, count)) for first in range(0, count, 24)]

    def true_mean(self, name: str, period: int) -> float:
        """Mean of a series over the real hours of a period."""
        values = self.series[name].values
        total = sum(times * sum(values[24 * day : 24 * day + 24]) for day, times in self.uses(self.clock.in_period(period)).items())
        return total / self.clock.hours(period)

    def _values(self, name: str, period: int) -> tuple[float, ...]:
        series, mean, weights = self.series[name], self.true_mean(name, period), self.weights(period)
        if self.stands_for is None:
            return (mean,)
        if series.kind == "flag":
            return self._counted(series.values, period)
        raw = [series.values[24 * day + hour] for day in self._typical(period) for hour in range(24)]
        if series.kind == "share":
            return _scaled(raw, weights, mean)
        shift = mean - _mean(raw, weights)
        return tuple(value + shift for value in raw)

    def _counted(self, values: tuple[float, ...], period: int) -> tuple[float, ...]:
        return tuple(
            sum(times * values[24 * day + hour] for day, times in days.items()) / sum(days.values())
            for days in self._typical(period).values()
            for hour in range(24)
        )

    def _share_in(self, window: Window, period: int) -> tuple[float, ...]:
        """Share of each typical hour that lies in a window."""
        inside = tuple(float(self._lies_in(window, day, hour)) for day in range(365) for hour in range(24))
        return self._counted(inside, period)

    def share_named(self, hours: tuple[str, ...], period: int) -> tuple[float, ...]:
        """Share of each typical hour that is among hours such as "08-16 17:00"."""
        named = {(int(hour[:2]), int(hour[3:5]), int(hour[6:8])) for hour in hours}
        return self._counted(tuple(float((*DATES[day], hour) in named) for day in range(365) for hour in range(24)), period)

    def _lies_in(self, window: Window, day: int, hour: int) -> bool:
        return self._lies_in_one(window, day, hour) or any(self._lies_in_one(other, day, hour) for other in window.also)

    def _lies_in_one(self, window: Window, day: int, hour: int) -> bool:
        month, date = DATES[day]
        weekend = datetime.date(self.year, month, date).weekday() >= 5
        if month not in window.months or (window.days == "weekday" and weekend) or (window.days == "weekend" and not weekend):
            return False
        first, last = window.hour_from, window.hour_to
        return first == last or (first <= hour < last if first < last else hour >= first or hour < last)

    def named_months(self, window: Window, period: int) -> int:
        """Months of a period that a window names."""
        named = {month for part in (window, *window.also) for month in part.months}
        return sum((self.clock.first_month - 1 + month) % 12 + 1 in named for month in self.clock.in_period(period))

    def pue(self, period: int) -> tuple[float, ...]:
        """Facility load over IT load in each hour."""
        if self.site.pue_series is None:
            return (self.site.annual_pue,) * len(self.weights(period))
        return self.values(self.site.pue_series, period)

    def longest_call(self) -> int:
        """Longest run of called hours over the year."""
        called: list[Series] = [self.series[t.called_series] for t in self.site.tariffs if t.called_series is not None]
        runs = [len(list(hours)) for series in called for is_called, hours in groupby(series.values) if is_called]
        return max(runs, default=0)


def _mean(values: list[float], weights: tuple[float, ...]) -> float:
    return sum(value * weight for value, weight in zip(values, weights, strict=True)) / sum(weights)


def _scaled(raw: list[float], weights: tuple[float, ...], mean: float) -> tuple[float, ...]:
    """Scale shares, none above 1, to a mean; shift them where no scale does it."""
    def scale(by: float) -> list[float]:
        return [min(1.0, by * value) for value in raw]

    def shift(by: float) -> list[float]:
        return [min(1.0, max(0.0, value + by)) for value in raw]

    most = 1.0 / min((value for value in raw if value > 0.0), default=1.0)
    change, low, high = (scale, 0.0, most) if _mean(scale(most), weights) >= mean - 1e-12 else (shift, -1.0, 1.0)
    for _ in range(100):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _mean(change(middle), weights) < mean else (low, middle)
    return tuple(change(high))
