"""The real hours of a period: the 8,760 of the model year that belong to it, and those of them that are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.core.calendar import Calendar
from optimizer.core.hours import HOURS_PER_DAY, MONTH_DAYS, MONTH_OF_DAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ALIKE = 9
"""Decimals to which the data of two hours must agree for one to stand for both."""

Unit = Literal["hour", "day", "period"]
"""What may be put together: hours alike, whole days alike, or nothing (hours follow one another)."""


@dataclass(frozen=True, eq=False)
class PeriodHours:
    """Hours of one period in their order, shape (n,) each.

    Parameters
    ----------
    positions : numpy.ndarray of int
        Hour of the model year (0 to 8,759).
    uses : numpy.ndarray
        How often the period has the hour: real days of its month over those of the model year.
    months : numpy.ndarray of int
        Month of the horizon that the hour belongs to.
    """

    positions: Ints
    uses: Floats
    months: Ints

    @property
    def days(self) -> Ints:
        """Day of the model year (0 to 364) of each hour."""
        return self.positions // HOURS_PER_DAY


def period_hours(calendar: Calendar, t: int) -> PeriodHours:
    """Hours of the calendar months of a period, month by month."""
    positions, uses, months = [], [], []
    for month in calendar.months_of(t):
        number = int(calendar.label(month)[-2:])
        days = np.flatnonzero(number == MONTH_OF_DAY)
        hours = np.arange(days[0] * HOURS_PER_DAY, (days[-1] + 1) * HOURS_PER_DAY)
        positions.append(hours)
        uses.append(np.full(len(hours), calendar.month_hours(month) / HOURS_PER_DAY / MONTH_DAYS[number - 1]))
        months.append(np.full(len(hours), month))
    return PeriodHours(np.concatenate(positions), np.concatenate(uses), np.concatenate(months))


@dataclass(frozen=True, eq=False)
class Grouping:
    """Hours of a period of which one stands for all that are alike.

    Parameters
    ----------
    kept : numpy.ndarray of int
        Places of the hours that are dispatched, among those of the period, shape (m,).
    weights : numpy.ndarray
        Hours that each of them stands for, shape (m,); they sum to the hours of the period.
    group : numpy.ndarray of int
        For every hour of the period the place in ``kept`` of the one that stands for it, shape (n,).
    day : numpy.ndarray of int
        Number (0, 1, ...) of the day of each hour dispatched, shape (m,); hours put together one by one have no day: 0.
    """

    kept: Ints
    weights: Floats
    group: Ints
    day: Ints


def grouping(hours: PeriodHours, channels: Sequence[Floats], unit: Unit) -> Grouping:
    """Put together what is alike in every channel (arrays of shape (n,))."""
    count = len(hours.positions)
    every = np.arange(count)
    if unit == "period":
        return Grouping(every, hours.uses, every, every // HOURS_PER_DAY)
    size = HOURS_PER_DAY if unit == "day" else 1
    data = np.round(np.vstack([np.zeros(count), *channels]), _ALIKE)
    blocks = data.reshape(len(data), count // size, size).transpose(1, 0, 2).reshape(count // size, -1)
    _, first, inverse = np.unique(blocks, axis=0, return_index=True, return_inverse=True)
    within = np.tile(np.arange(size), count // size)
    group = np.repeat(inverse.ravel(), size) * size + within
    kept = (first[:, np.newaxis] * size + np.arange(size)).ravel()
    weights: Floats = np.bincount(group, weights=hours.uses, minlength=len(kept)).astype(np.float64)
    day = np.repeat(np.arange(len(first)), size) if unit == "day" else np.zeros(len(kept), dtype=np.int64)
    return Grouping(kept, weights, group, day)


def day_of(label: str) -> int:
    """Day of the model year (0 to 364) that ``08-14`` names."""
    month, day = (int(part) for part in label.split("-"))
    return int(sum(MONTH_DAYS[: month - 1])) + day - 1
