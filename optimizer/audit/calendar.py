"""The audit's own calendar: months, periods, hours, years and lags (docs/conventions.md, Time)."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.audit.comparison import FloatArray
from optimizer.core.instance import Horizon
from optimizer.core.offers import MonthValue

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Clock:
    """Months and periods of a horizon.

    Parameters
    ----------
    start_year, start_month : int
        Calendar month (1 to 12) of month 0.
    months : int
        Months of the horizon, N.
    step : int
        Months per period, L.
    """

    start_year: int
    start_month: int
    months: int
    step: int

    @property
    def count(self) -> int:
        """Number of periods, T."""
        return self.months // self.step

    @property
    def first(self) -> IntArray:
        """First month of each period."""
        return np.arange(self.count, dtype=np.int64) * self.step

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Name of each period: its first month, ``2024-06``."""
        return tuple(f"{self.year(int(month)):04d}-{self.month_of_year(int(month)):02d}" for month in self.first)

    def year(self, month: int) -> int:
        """Calendar year of a month."""
        return self.start_year + (self.start_month - 1 + month) // 12

    def month_hours(self, month: int) -> float:
        """Hours of a month, leap years counted."""
        return 24.0 * calendar.monthrange(self.year(month), self.month_of_year(month))[1]

    @property
    def hours(self) -> FloatArray:
        """Hours of each period."""
        return self.by_period(np.array([self.month_hours(month) for month in range(self.months)]))

    def months_of(self, period: int) -> range:
        """Months of a period."""
        return range(period * self.step, (period + 1) * self.step)

    def by_period(self, monthly: FloatArray) -> FloatArray:
        """Sum numbers of the horizon's months over the months of each period."""
        total: FloatArray = monthly.reshape(self.count, self.step).sum(axis=1)
        return total

    def period_at(self, month: int) -> int:
        """First period that begins in the month or later; T where there is none."""
        return min(self.count, max(0, -(-month // self.step)))

    def years(self) -> dict[int, IntArray]:
        """Periods of each calendar year; a quarter belongs to the year of its first month."""
        year_of = np.array([self.year(int(month)) for month in self.first])
        return {int(year): np.flatnonzero(year_of == year) for year in np.unique(year_of)}

    def month_of_year(self, month: int) -> int:
        """Calendar month (1 to 12) of a month."""
        return (self.start_month - 1 + month) % 12 + 1


def clock_of(horizon: Horizon) -> Clock:
    """Clock of an instance's horizon."""
    year, month = horizon.start.split("-")[:2]
    return Clock(int(year), int(month), horizon.months, horizon.months_per_period)


def in_force(steps: Iterable[MonthValue], month: int) -> float:
    """Value in force in a month: that of the latest date not after it, 0 before the first."""
    past = [(date, value) for date, value in steps if date <= month]
    return max(past, key=lambda dated: dated[0])[1] if past else 0.0
