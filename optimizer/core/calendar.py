"""The calendar of a horizon: months, periods, hours, lags (docs/conventions.md, Time). Pure functions of dates."""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Calendar:
    """Months and periods of a horizon that starts on the first day of ``start`` ("2024-06").

    Parameters
    ----------
    start : str
        First month, ``YYYY-MM``.
    months : int
        Number of months, a multiple of ``months_per_period``.
    months_per_period : int
        1 or 3.
    """

    start: str
    months: int
    months_per_period: int

    @property
    def periods(self) -> int:
        """Number of periods."""
        return self.months // self.months_per_period

    def year(self, month: int) -> int:
        """Calendar year of a month of the horizon (any integer, also outside it)."""
        return self._year_month(month)[0]

    def label(self, month: int) -> str:
        """Name of a month, ``YYYY-MM``."""
        year, number = self._year_month(month)
        return f"{year:04d}-{number:02d}"

    def period_label(self, period: int) -> str:
        """Name of a period: its first month."""
        return self.label(self.first_month(period))

    def first_month(self, period: int) -> int:
        """First month of a period."""
        return period * self.months_per_period

    def months_of(self, period: int) -> range:
        """Months of a period."""
        first = self.first_month(period)
        return range(first, first + self.months_per_period)

    def month_hours(self, month: int) -> float:
        """Hours of a month."""
        year, number = self._year_month(month)
        return 24.0 * calendar.monthrange(year, number)[1]

    def hours(self, period: int) -> float:
        """Hours of a period."""
        return sum(self.month_hours(month) for month in self.months_of(period))

    def lag_periods(self, months: float) -> int:
        """Whole periods that a lag of some months takes (rounded up)."""
        return math.ceil(months / self.months_per_period)

    def in_force(self, values: Sequence[tuple[int, float]], month: int) -> float:
        """Value in force in a month: the last one dated on or before it, 0 before the first."""
        return max(((date, value) for date, value in values if date <= month), default=(0, 0.0))[1]

    def years(self) -> dict[int, list[int]]:
        """Periods by the calendar year of their first month."""
        grouped: dict[int, list[int]] = {}
        for period in range(self.periods):
            grouped.setdefault(self.year(self.first_month(period)), []).append(period)
        return grouped

    def mean(self, values_by_month: Iterable[float]) -> float:
        """Mean over the months of one period."""
        return sum(values_by_month) / self.months_per_period

    def _year_month(self, month: int) -> tuple[int, int]:
        index = _months_since_year_0(self.start) + month
        return index // 12, index % 12 + 1


@cache
def _months_since_year_0(start: str) -> int:
    """Months from year 0 to ``2024-06``; read once, since every date of a model is counted from it."""
    year, number = (int(part) for part in start.split("-"))
    return year * 12 + number - 1
