"""The audit's own model year: its days, what a month uses of them, and how a series keeps its mean (docs/conventions.md, Hours)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable

import numpy as np

from optimizer.audit.calendar import Clock, IntArray
from optimizer.audit.comparison import FloatArray
from optimizer.core.hours import Series
from optimizer.core.offers import Window

DAYS = 365
DAY_HOURS = 24
MONTH_LENGTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of the calendar months of the model year."""

MONTH: IntArray = np.repeat(np.arange(1, 13, dtype=np.int64), MONTH_LENGTH)
"""Calendar month of each day of the model year."""

DAY_NAMES: tuple[str, ...] = tuple(
    f"{month:02d}-{day:02d}" for month, length in enumerate(MONTH_LENGTH, start=1) for day in range(1, length + 1)
)
"""Name of each day of the model year, ``08-14``."""


def uses(clock: Clock, months: Iterable[int]) -> FloatArray:
    """How many times some months of the horizon (or after it) use each day of the model year."""
    times = np.zeros(13)
    for month in months:
        calendar_month = clock.month_of_year(month)
        times[calendar_month] += clock.month_hours(month) / DAY_HOURS / MONTH_LENGTH[calendar_month - 1]
    used: FloatArray = times[MONTH]
    return used


def by_day(series: Series) -> FloatArray:
    """Values of a series; rows are days, columns hours."""
    return np.array(series.values, dtype=np.float64).reshape(DAYS, DAY_HOURS)


def inside(window: Window, price_year: int) -> FloatArray:
    """1 in the hours of the model year that lie in a window or in one of its further ones, else 0; rows are days, columns hours."""
    covered = _within(window, price_year)
    for other in window.also:
        covered = np.maximum(covered, _within(other, price_year))
    return covered


def _within(window: Window, price_year: int) -> FloatArray:
    """1 in the hours of a single window, else 0."""
    dates = (datetime.date(price_year, int(name[:2]), int(name[3:])) for name in DAY_NAMES)
    at_weekend = np.array([date.weekday() >= 5 for date in dates])
    wanted = {"all": np.full(DAYS, True), "weekday": ~at_weekend, "weekend": at_weekend}[window.days]
    wanted = wanted & np.isin(MONTH, window.months)
    length = (window.hour_to - window.hour_from) % DAY_HOURS or DAY_HOURS
    hours = np.isin(np.arange(DAY_HOURS), (window.hour_from + np.arange(length)) % DAY_HOURS)
    return (wanted[:, None] & hours[None, :]).astype(np.float64)


def marked(names: Iterable[str]) -> FloatArray:
    """1 in the hours of the model year that are named, such as ``08-16 17:00``, else 0; rows are days, columns hours."""
    year = np.zeros((DAYS, DAY_HOURS))
    for name in names:
        day, clock = name.split(" ")
        year[DAY_NAMES.index(day), int(clock.split(":")[0])] = 1.0
    return year


def longest_run(flags: FloatArray) -> int:
    """Most hours in a row that are marked, over all days one after the other."""
    marked = np.concatenate([[False], flags.ravel() > 0, [False]])
    edges = np.flatnonzero(marked[1:] != marked[:-1])
    return int(np.max(edges[1::2] - edges[::2], initial=0))


def fitted(kind: str, values: FloatArray, weight: FloatArray, mean: float) -> FloatArray:
    """Bring the values of typical hours to a mean: shares are scaled and kept at most 1, prices and PUE are shifted."""
    if kind != "share":
        return values + (mean - float(np.average(values, weights=weight)))
    total = mean * float(weight.sum())
    if float(weight[values > 0].sum()) >= total * (1.0 - 1e-12):
        scale = _least(lambda scale: float(np.minimum(1.0, scale * values) @ weight), 0.0, total)
        return np.minimum(1.0, scale * values)
    shift = _least(lambda shift: float(np.clip(values + shift, 0.0, 1.0) @ weight), -1.0, total)
    return np.clip(values + shift, 0.0, 1.0)


def _least(reaches: Callable[[float], float], low: float, total: float) -> float:
    """Least number from ``low`` on at which a rising function reaches a total (to the last bits)."""
    enough = total * (1.0 - 1e-14)
    if reaches(low) >= enough:
        return low
    high = low + 1.0
    while reaches(high) < enough and high < 1e15:
        high = low + 2.0 * (high - low)
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if reaches(middle) >= enough else (middle, high)
    return high
