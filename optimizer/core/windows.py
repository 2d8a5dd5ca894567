"""Windows of hours put together and taken apart: the months that one names, the hours left beside some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal

import numpy as np
import numpy.typing as npt

from optimizer.core.offers import Window

Kinds = tuple[Literal["weekday", "weekend"], Literal["weekday", "weekend"]]
KINDS_OF_DAY: Kinds = ("weekday", "weekend")
MONTHS = tuple(range(1, 13))
HOURS_PER_DAY = 24

Grid = npt.NDArray[np.bool_]
"""Which hours a window has, shape (12 months, 2 kinds of day, 24 hours): a window says nothing finer."""


def named_months(window: Window) -> frozenset[int]:
    """Calendar months in which a window has hours."""
    return frozenset(month for part in window.parts for month in part.months)


def is_all_hours(window: Window) -> bool:
    """Whether a window is all hours of all days of all months."""
    return bool(grid_of(window).all())


def grid_of(window: Window) -> Grid:
    """Hours of a window by month, kind of day and hour, shape (12, 2, 24)."""
    grid = np.zeros((len(MONTHS), len(KINDS_OF_DAY), HOURS_PER_DAY), dtype=np.bool_)
    for part in window.parts:
        long = (part.hour_to - part.hour_from) % HOURS_PER_DAY or HOURS_PER_DAY
        hours = (part.hour_from + np.arange(long)) % HOURS_PER_DAY
        months, kinds = np.isin(MONTHS, part.months), np.isin(KINDS_OF_DAY, KINDS_OF_DAY if part.days == "all" else part.days)
        grid |= months[:, None, None] & kinds[:, None] & np.isin(np.arange(HOURS_PER_DAY), hours)
    return grid


def joined(windows: Sequence[Window]) -> Window:
    """One window of all hours of some."""
    parts = [part for window in windows for part in window.parts]
    first, *others = parts
    return Window(first.months, first.days, first.hour_from, first.hour_to, tuple(others))


def without(window: Window, others: Iterable[Window]) -> Window | None:
    """The hours of a window that lie in none of the others; ``None`` where nothing is left."""
    grid = grid_of(window)
    for other in others:
        grid &= ~grid_of(other)
    parts = list(_parts_of(grid))
    return joined(parts) if parts else None


def covers(window: Window, other: Window) -> bool:
    """Whether a window has every hour of another."""
    return bool((grid_of(window) >= grid_of(other)).all())


def _parts_of(grid: Grid) -> Iterator[Window]:
    """Windows that have just the hours of a grid: months with equal days together, and hours that follow one another."""
    alike = sorted(MONTHS, key=lambda month: grid[month - 1].tobytes())
    for _, group in groupby(alike, key=lambda month: grid[month - 1].tobytes()):
        months = tuple(group)
        weekday, weekend = grid[months[0] - 1]
        if (weekday == weekend).all():
            yield from (Window(months, "all", *run) for run in _runs(weekday))
            continue
        for kind, hours in zip(KINDS_OF_DAY, (weekday, weekend), strict=True):
            yield from (Window(months, kind, *run) for run in _runs(hours))


def _runs(hours: Grid) -> Iterator[tuple[int, int]]:
    """First hour and the one after the last of each run of hours, over midnight too; the whole day is 0 to 0."""
    if hours.all():
        yield 0, 0
        return
    begins = np.flatnonzero(hours & ~np.roll(hours, 1))
    ends = np.flatnonzero(~hours & np.roll(hours, 1))
    for begin in begins:
        later = ends[ends > begin]
        yield int(begin), int(later[0] if len(later) else ends[0])
