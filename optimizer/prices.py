"""Hourly prices of a past year by local clocks, or laid on a later one: gaps filled, days of the week and clock times kept.

All series are UTC, hour beginning. People live by local clocks, so an hour of the later year takes its price from the hour of the
same local clock time; a local day has 23 hours when clocks go forward and 25 when they go back.
"""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.errors import DatasetError
from optimizer.hours import HOURS, HOURS_PER_DAY

GAP_INTERPOLATED_HOURS = 3
"""Longest gap that is bridged by a straight line."""

MISSING_SHARE_MAX = 0.2
"""A year with more missing hours than this is refused: its mean would be our invention."""

_WEEK = datetime.timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Growth:
    """How prices grow from the price year to a later one.

    Parameters
    ----------
    escalation_per_year : float
        Nominal growth per calendar year.
    level_usd_per_mwh : float, optional
        Mean over the later year, before growth; none: the price year's own mean. The shape is shifted, not stretched, so that hours
        far from the mean keep their distance in USD.
    """

    escalation_per_year: float = 0.0
    level_usd_per_mwh: float | None = None


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


def laid_on(prices: pd.Series[float], price_year: int, year: int, zone: str, growth: Growth | None = None) -> pd.Series[float]:
    """Prices of a price year laid on the UTC hours of a later year.

    An hour takes the price of the same local clock time on the counterpart of its day: the day of the price year nearest to the same
    date that is the same day of the week (29 February counts as 28 February where there is none). A clock time that the counterpart
    skips in spring takes the mean of the hours around it; one that it has twice in autumn takes the mean of the two, unless
    the later day has it twice as well: then first takes first and second takes second.

    Parameters
    ----------
    prices : pandas.Series
        USD/MWh by UTC hour, complete for ``price_year`` (see ``complete``).
    price_year, year : int
        Years of the prices and of the answer.
    zone : str
        Time zone of the place, such as ``America/Chicago``.
    growth : Growth, optional
        How the level grows; none: not at all.

    Raises
    ------
    DatasetError
        There is no such time zone, or hours of the price year are missing.
    """
    growth = growth or Growth()
    hours = hours_of_year(year)
    source = prices.reindex(hours_of_year(price_year))
    if source.isna().any():
        raise DatasetError(f"{int(source.isna().sum()):,} hours of {price_year} have no price; fill them first")
    values = _at_clock_times(source, price_year, hours, zone)
    if growth.level_usd_per_mwh is not None:
        values = values + (growth.level_usd_per_mwh - values.mean())
    return pd.Series(values * (1.0 + growth.escalation_per_year) ** (year - price_year), index=hours, name=prices.name)


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


def _at_clock_times(source: pd.Series[float], price_year: int, hours: pd.DatetimeIndex, zone: str) -> npt.NDArray[np.float64]:
    """Price of the counterpart of every hour."""
    by_clock = _by_clock(source, zone)
    wanted = _clock(hours, zone)
    days = {day: counterpart(day, price_year) for day in set(wanted["day"])}
    values = [
        _price_at(by_clock.get((days[day], hour), []), order, twice)
        for day, hour, order, twice in zip(wanted["day"], wanted["hour"], wanted["order"], wanted["twice"], strict=True)
    ]
    found = pd.Series(values, index=hours, dtype="float64")
    # At the turn of the year the local day may reach out of the UTC price year, and a spring hour is skipped: look to both sides.
    return np.asarray(found.interpolate(limit_direction="both"), dtype=np.float64)


def _clock(hours: pd.DatetimeIndex, zone: str) -> pd.DataFrame:
    """Local day and hour of UTC hours; of two equal clock times (``twice``) the second has ``order`` 1."""
    local = hours.tz_convert(_zone(zone))
    frame = pd.DataFrame({"day": local.date, "hour": local.hour})
    same = frame.groupby(["day", "hour"])
    frame["order"], frame["twice"] = same.cumcount(), same["hour"].transform("size") > 1
    return frame


def _by_clock(source: pd.Series[float], zone: str) -> dict[tuple[datetime.date, int], list[float]]:
    """Prices by local day and hour: one, or two where clocks go back."""
    clock = _clock(pd.DatetimeIndex(source.index), zone)
    found: dict[tuple[datetime.date, int], list[float]] = {}
    for day, hour, price in zip(clock["day"], clock["hour"], source.to_numpy(), strict=True):
        found.setdefault((day, int(hour)), []).append(float(price))
    return found


def _price_at(prices: list[float], order: int, twice: bool) -> float:
    """Price of a clock time that the counterpart has not at all, once or twice."""
    if twice and len(prices) > 1:
        return prices[order]
    return float(np.mean(prices)) if prices else float("nan")


@functools.lru_cache(maxsize=4096)
def counterpart(day: datetime.date, price_year: int) -> datetime.date:
    """Day of a price year that stands for a day: nearest to its date, same day of the week, within the year."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    same_date = datetime.date(price_year, day.month, last)
    ahead = (day.weekday() - same_date.weekday()) % 7
    found = same_date + datetime.timedelta(days=ahead if ahead <= 3 else ahead - 7)
    if found.year == price_year:
        return found
    return found + _WEEK if found.year < price_year else found - _WEEK


def _zone(name: str) -> Any:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise DatasetError(f"there is no time zone {name!r}; allowed: names such as America/Chicago") from error
