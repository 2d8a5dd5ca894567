"""Hourly series of a past year, UTC and hour beginning: gaps filled, and read by the local clock of a place.

People live by local clocks: a local day has 23 hours when clocks go forward and 25 when they go back.
"""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.core.errors import DatasetError
from optimizer.core.hours import HOURS, HOURS_PER_DAY

GAP_INTERPOLATED_HOURS = 3
"""Longest gap that is bridged by a straight line."""

MISSING_SHARE_MAX = 0.2
"""A year with more missing hours than this is refused: its mean would be our invention."""


def hours_of_year(year: int, zone: str = "UTC") -> pd.DatetimeIndex:
    """All hours of a calendar year of a time zone, as UTC: 8,760 or 8,784 of them, whatever its clocks do."""
    begin, end = (pd.Timestamp(datetime.datetime(number, 1, 1, tzinfo=_zone(zone))) for number in (year, year + 1))
    return pd.date_range(begin.tz_convert("UTC"), end.tz_convert("UTC"), freq="h", inclusive="left")


def complete(prices: pd.Series[float], year: int) -> tuple[pd.Series[float], int]:
    """Fill the missing hours of a UTC year, and say how many there were.

    A gap of up to three hours is bridged by a straight line; a longer one takes the same hour of the nearest week that has it
    (before and after alike: their mean), and else the mean of that hour of the day in its month.

    Parameters
    ----------
    prices : pandas.Series
        USD/MWh by UTC hour; hours may be missing altogether. Of an hour given twice the mean counts.
    year : int

    Raises
    ------
    DatasetError
        More than ``MISSING_SHARE_MAX`` of the year is missing.
    """
    present = prices.dropna()
    hours = hours_of_year(year)
    series = present.groupby(level=0).mean().reindex(hours)
    missing = int(series.isna().sum())
    if missing > MISSING_SHARE_MAX * len(hours):
        raise DatasetError(f"{missing:,} of {len(hours):,} hours of {year} have no price: too many to fill")
    bridged = _bridged(series)
    for weeks in range(1, 5):
        before, after = bridged.shift(weeks * 168), bridged.shift(-weeks * 168)
        bridged = bridged.fillna(pd.concat([before, after], axis=1).mean(axis=1))
    typical = bridged.groupby([hours.month, hours.hour]).transform("mean").fillna(bridged.mean())
    return bridged.fillna(typical), missing


def _bridged(series: pd.Series[float]) -> pd.Series[float]:
    """Short gaps between known hours bridged by a straight line; long ones untouched."""
    is_gap = series.isna()
    run = (is_gap != is_gap.shift()).cumsum()
    length = is_gap.groupby(run).transform("sum")
    line = series.interpolate(limit_area="inside")
    return series.where(~is_gap | (length > GAP_INTERPOLATED_HOURS), line)


def clock_year(series: pd.Series[float], year: int, zone: str) -> npt.NDArray[np.float64]:
    """Hours of a UTC year by the local clock of a place: the model year of 365 days of 24 hours.

    29 February is left out. An hour that the clock skips in spring is the mean of its neighbours, one that it has twice in autumn the
    mean of both. The last local hours of the year, which a UTC year does not hold (or the first, east of Greenwich), are those of the
    same clock time a year before, which it does.

    Parameters
    ----------
    series : pandas.Series
        Values by UTC hour, complete for ``year`` (see ``complete``).
    year : int
    zone : str
        Time zone of the place, such as ``America/Chicago``.

    Returns
    -------
    ndarray of shape (8760,)
        Unit of the series.

    Raises
    ------
    DatasetError
        There is no such time zone, or hours of the year are missing.
    """
    values = series.reindex(hours_of_year(year)).to_numpy(dtype=np.float64)
    if np.isnan(values).any():
        raise DatasetError(f"{int(np.isnan(values).sum()):,} hours of {year} have no value; fill them first")
    hours = hours_of_year(year, zone)
    local = hours.tz_convert(_zone(zone))
    is_model_day = ~((local.month == 2) & (local.day == 29))
    days = local.day_of_year - 1 - (local.is_leap_year & (local.month > 2))
    slots = np.asarray(days * HOURS_PER_DAY + local.hour)[is_model_day]
    since = np.arange(len(hours)) + (hours[0] - hours_of_year(year)[0]) // pd.Timedelta(hours=1)
    total = np.bincount(slots, values[since % len(values)][is_model_day], HOURS)
    times = np.bincount(slots, minlength=HOURS)
    known = np.flatnonzero(times)
    return np.interp(np.arange(HOURS), known, total[known] / times[known])


def _zone(name: str) -> Any:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise DatasetError(f"there is no time zone {name!r}; allowed: names such as America/Chicago") from error
