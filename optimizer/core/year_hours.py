"""Which hours of the model year a window holds, and which are named one by one; arrays of shape (365, 24)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from optimizer.core.hours import DAYS, HOURS_PER_DAY, MONTH_OF_DAY, day_label
from optimizer.core.offers import Window


def window_hours(window: Window, price_year: int) -> npt.NDArray[np.bool_]:
    """Hours of the model year inside a window, shape (365, 24), by the days of the week of ``price_year``."""
    parts: npt.NDArray[np.bool_] = np.any([_part_hours(part, price_year) for part in window.parts], axis=0)
    return parts


def _part_hours(window: Window, price_year: int) -> npt.NDArray[np.bool_]:
    """Hours inside a window without the further ones that belong to it."""
    hours = np.arange(HOURS_PER_DAY)
    after, before = hours >= window.hour_from, hours < window.hour_to
    inside = after & before if window.hour_from < window.hour_to else after | before
    months = np.isin(MONTH_OF_DAY, window.months)
    weekday = np.array([datetime.date.fromisoformat(f"{price_year}-{day_label(day)}").weekday() for day in range(DAYS)]) < 5
    days = {"all": np.ones(DAYS, dtype=bool), "weekday": weekday, "weekend": ~weekday}[window.days]
    return np.outer(months & days, inside)


def marked_hours(hours: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Hours of the model year that are named, such as ``08-16 17:00``, shape (365, 24)."""
    marked = np.zeros((DAYS, HOURS_PER_DAY), dtype=np.bool_)
    places = {day_label(day): day for day in range(DAYS)}
    for hour in hours:
        marked[places[hour[:5]], int(hour[6:8])] = True
    return marked
