"""An hourly load in local clock time over whole months, and the hours that a window covers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.core.offers import Window

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_HOURS_PER_DAY = 24
_FIRST_DAY_OF_1970, _SATURDAY = 3, 5
"""Days of the week, Monday 0: it was a Thursday."""


@dataclass(frozen=True, eq=False)
class HourlyLoad:
    """Mean MW of every hour of whole months, hour beginning, local clock.

    Parameters
    ----------
    times : pandas.DatetimeIndex
        Hours without time zone, shape (n,), ascending: all those of the months. 29 February may be left out; the hour that US clocks skip
        in March may be missing, and the one they repeat in November may stand twice.
    mw : array
        MW drawn, shape (n,), 0 or more.
    demand_mw : array, optional
        MW that demand charges see, shape (n,), where peaks within the hour lie above its mean; none: ``mw``.
    system_mw : array, optional
        Load of the whole system, shape (n,), for coincident charges without hours of their own.
    price_usd_per_mwh : array, optional
        Market price, shape (n,), for index charges; may be below 0.

    Raises
    ------
    ValueError
        Hours are missing, repeated or out of order, or an array is of another length, not finite or (MW) negative.
    """

    times: pd.DatetimeIndex
    mw: Floats
    demand_mw: Floats | None = None
    system_mw: Floats | None = None
    price_usd_per_mwh: Floats | None = None

    def __post_init__(self) -> None:
        faults = calendar_faults(self.times)
        for name in ("mw", "demand_mw", "system_mw"):
            values = getattr(self, name)
            if values is not None and (values.shape != (len(self.times),) or not np.isfinite(values).all() or (values < 0).any()):
                faults.append(f"{name} is not {len(self.times)} finite numbers of 0 or more")
        prices = self.price_usd_per_mwh
        if prices is not None and (prices.shape != (len(self.times),) or not np.isfinite(prices).all()):
            faults.append(f"price_usd_per_mwh is not {len(self.times)} finite numbers")
        if faults:
            raise ValueError("; ".join(faults))

    @classmethod
    def from_month(cls, start: str, mw: npt.ArrayLike) -> HourlyLoad:
        """Load from the first hour of a month ("2022-01") on.

        Raises
        ------
        ValueError
            The values do not end with a month: a year is 8,760 of them, or 8,784.
        """
        values = np.asarray(mw, dtype=np.float64)
        return cls(pd.date_range(f"{start}-01", periods=len(values), freq="h"), values)

    @classmethod
    def of_model_year(cls, year: int, mw: npt.ArrayLike) -> HourlyLoad:
        """Load over the 8,760 hours of a calendar year without its 29 February."""
        times = pd.date_range(f"{year}-01-01", f"{year + 1}-01-01", freq="h", inclusive="left")
        return cls(times[~_is_leap_day(times)], np.asarray(mw, dtype=np.float64))

    @property
    def demand(self) -> Floats:
        """MW that demand charges see, shape (n,)."""
        return self.mw if self.demand_mw is None else self.demand_mw

    @cached_property
    def months(self) -> Ints:
        """Month of each hour, counted from the load's first month, shape (n,)."""
        since_1970 = _months_since_1970(self.times)
        months: Ints = since_1970 - since_1970[0]
        return months

    @cached_property
    def month_labels(self) -> list[str]:
        """Names of the months, ``2022-01`` and so on."""
        return [str(month) for month in pd.period_range(self.times[0], self.times[-1], freq="M")]


def _months_since_1970(times: pd.DatetimeIndex) -> Ints:
    """Whole months since January 1970 of each time, shape (n,)."""
    return times.to_numpy().astype("datetime64[M]").astype(np.int64)


def _hours_since_1970(times: pd.DatetimeIndex) -> Ints:
    """Whole hours since 1970 of each time, shape (n,)."""
    return times.to_numpy().astype("datetime64[h]").astype(np.int64)


def inside(window: Window, times: pd.DatetimeIndex) -> Mask:
    """Whether each hour lies in a window, shape (n,); its day is the date on which the hour itself lies."""
    within: Mask = np.any([_inside_part(part, times) for part in window.parts], axis=0)
    return within


def _inside_part(window: Window, times: pd.DatetimeIndex) -> Mask:
    """Whether each hour lies in a window without the further ones that belong to it, shape (n,)."""
    days, hours = np.divmod(_hours_since_1970(times), _HOURS_PER_DAY)
    weekend = (days + _FIRST_DAY_OF_1970) % 7 >= _SATURDAY
    after, before = hours >= window.hour_from, hours < window.hour_to
    by_hour = after & before if window.hour_from < window.hour_to else after | before
    by_day = {"all": np.ones(len(times), dtype=np.bool_), "weekday": ~weekend, "weekend": weekend}[window.days]
    return np.asarray(by_hour & by_day & np.isin(_months_since_1970(times) % 12 + 1, window.months), dtype=np.bool_)


def calendar_faults(times: pd.DatetimeIndex) -> list[str]:
    """What keeps times from being all the hours of whole months, in words; empty where nothing does."""
    if _is_regular(times):
        return []
    if not len(times) or times.tz is not None or (times != times.floor("h")).any():
        return ["times are not full hours of the local clock"]
    if not times.is_monotonic_increasing:
        later = int(np.argmax(times[1:] < times[:-1]))
        return [f"hours are out of order: {_listed(times[later + 1])} stands after {_listed(times[later])}"]
    first, last = times[0].to_period("M").start_time, times[-1].to_period("M").end_time
    grid = pd.date_range(first, last, freq="h")
    absent, twice = grid.difference(times), times[times.duplicated()]
    missing = absent[~_may_be_missing(absent)]
    repeated = twice[~_may_repeat(twice) | twice.duplicated()]
    faults = []
    if len(missing):
        span = f"{_listed(first)[:7]} to {_listed(last)[:7]}"
        faults.append(f"{_count(missing)} missing in {span}, the first {_listed(missing[0])}; a bill is of whole months")
    if len(repeated):
        faults.append(f"{_count(repeated)} given more than once, the first {_listed(repeated[0])}")
    return faults


def _is_regular(times: pd.DatetimeIndex) -> bool:
    """Whether times are known to be hour after hour, from the first hour of a month to the last of one: no need to look at each."""
    if not len(times) or times.tz is not None or times.freqstr != "h":
        return False
    first, after = times[0], times[-1] + pd.Timedelta(hours=1)
    return bool(first.is_month_start and first == first.normalize() and after.is_month_start and after == after.normalize())


def _count(times: pd.DatetimeIndex) -> str:
    return "1 hour is" if len(times) == 1 else f"{len(times):,} hours are"


def _listed(time: datetime.datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"


def _is_leap_day(times: pd.DatetimeIndex) -> Mask:
    return np.asarray((times.month == 2) & (times.day == 29), dtype=np.bool_)


def _may_be_missing(times: pd.DatetimeIndex) -> Mask:
    """Hours of 29 February where all of them are missing, and the hour that US clocks skip (02:00, second Sunday of March)."""
    leap = _is_leap_day(times)
    whole = np.bincount(np.asarray(times.year), weights=leap, minlength=1)[np.asarray(times.year)] == _HOURS_PER_DAY
    second_sunday = (times.month == 3) & (times.day_of_week == 6) & (times.day >= 8) & (times.day <= 14)
    return np.asarray(leap & whole | np.asarray(second_sunday & (times.hour == 2)), dtype=np.bool_)


def _may_repeat(times: pd.DatetimeIndex) -> Mask:
    """The hour that US clocks have twice: 01:00 of the first Sunday of November."""
    return np.asarray((times.month == 11) & (times.day_of_week == 6) & (times.day <= 7) & (times.hour == 1), dtype=np.bool_)
