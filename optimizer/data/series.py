"""Hourly series of a site over the model year: prices, profiles of wind and sun, PUE and heat, called and peak hours.

All are in local clock time (docs/conventions.md, section Hours). Names say all that makes the values, so that equal names are equal
series.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.core.errors import DatasetError, nearest
from optimizer.core.hours import HOURS, MONTH_OF_DAY, Series, SeriesKind
from optimizer.core.time_zones import time_zone
from optimizer.data.catalogue import card, table, table_path
from optimizer.data.climate import Cooling, FacilityRatios, hourly_pue, outdoor_year
from optimizer.data.prices import clock_year, complete

__all__ = [
    "PROFILE_YEAR",
    "SeriesSource",
    "called_hours",
    "capacity_factor_series",
    "coincident_hours",
    "heat_series",
    "is_frozen",
    "own_series",
    "price_series",
    "pue_series",
    "series_source",
    "time_zone",
]

PROFILE_YEAR = 2024
"""Year of the profiles of wind and sun: on another price year they are laid by date and clock time."""

UNOBSERVED_LAST_HOURS = 25
"""Hours at the end of the profiles' year that no record observed: they repeat earlier ones (card of the dataset)."""

FROZEN_HOURS, FROZEN_RANGE, FROZEN_ABOVE = 12, 0.005, 0.02
"""A fleet whose output stays within half a percent of its capacity for 12 hours, above calm or night and below full, is a fault of the
record (the last hours of 2024 repeat one value in most regions, those of SPP, CENT, do so for days): such hours count as missing."""

_PRICES, _PROFILES = "wholesale_price_hourly", "renewable_capacity_factors"
_UNITS: dict[SeriesKind, str] = {"price": "USD/MWh", "share": "MW/MW", "pue": "MW/MW", "flag": "0 or 1"}
_MONTH_OF_HOUR = np.repeat(MONTH_OF_DAY, 24)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SeriesSource:
    """What a dataset says of one of its series: the day from which it could be known, and where it comes from."""

    dataset: str
    year: int
    known_from: str
    source: str
    url: str
    licence: str
    quality: str
    is_estimate: bool


def price_series(series_id: str, price_year: int, zone: str, level_usd_per_mwh: float | None = None) -> Series:
    """Wholesale prices of a hub over a year, in USD/MWh of that year.

    Parameters
    ----------
    series_id : str
        Of dataset ``wholesale_price_hourly``, such as ``ercot_rt_west``.
    price_year : int
    zone : str
        Time zone of the site, such as ``America/Chicago``.
    level_usd_per_mwh : float, optional
        Mean over the model year: all hours are shifted alike; none: the prices' own.

    Raises
    ------
    DatasetError
        There is no such series, year or zone.
    """
    _check_price(series_id, price_year)
    values = _clock_prices(series_id, price_year, zone)
    return _levelled(Series(f"{series_id} {price_year} ({zone})", "price", _UNITS["price"], _plain(values)), level_usd_per_mwh)


def capacity_factor_series(region: str, technology: str, zone: str) -> Series:
    """Output over capacity of a region's wind or sun in 2024, by the clock of a site's time zone.

    Hours in which the record stands still count as missing and are filled as ``prices.complete`` does.

    Raises
    ------
    DatasetError
        There is no such profile or zone.
    """
    _check_profile(region, technology)
    values = _clock_profile(region, technology, zone)
    return Series(f"{region}/{technology} ({zone})", "share", _UNITS["share"], _plain(np.clip(values, 0.0, 1.0)))


def pue_series(county_fips: str, ratios: FacilityRatios, cooling: Cooling = "air") -> Series:
    """PUE by hour in a county's climate, with mean ``annual_pue`` and never above ``peak_facility_ratio``: an assumption.

    Raises
    ------
    DatasetError
        The county has no normals, or not ``1 <= annual_pue <= peak_facility_ratio``.
    """
    values = hourly_pue(outdoor_year(county_fips), ratios, cooling)
    name = f"pue {county_fips} {cooling} {ratios.annual_pue:.6g} to {ratios.peak_facility_ratio:.6g}"
    return Series(name, "pue", _UNITS["pue"], _plain(values))


def heat_series(county_fips: str) -> Series:
    """Modelled outdoor temperature of a county by hour, in °C: kept like a price where days stand for others.

    Raises
    ------
    DatasetError
        The county has no normals.
    """
    return Series(f"heat {county_fips}", "price", "degC", _plain(outdoor_year(county_fips).hours_c))


def own_series(name: str, values: Sequence[float], kind: SeriesKind, level_usd_per_mwh: float | None = None) -> Series:
    """Series that a scenario brings itself: 8,760 values by hour of the local clock.

    ``level_usd_per_mwh`` is the mean a price is shifted to, as in ``price_series``.

    Raises
    ------
    DatasetError
        Not 8,760 finite values, a share outside 0 to 1, or a flag that is neither 0 nor 1.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (HOURS,) or not np.isfinite(array).all():
        raise DatasetError(f"series {name!r} must have {HOURS:,} finite numbers, one for each hour of the model year")
    outside = {"share": (array < 0) | (array > 1), "flag": (array != 0) & (array != 1)}.get(kind)
    if outside is not None and outside.any():
        hour, allowed = int(np.argmax(outside)), "a share between 0 and 1" if kind == "share" else "0 or 1"
        raise DatasetError(f"series {name!r} is {array[hour]:g} in hour {hour}; allowed: {allowed}")
    return _levelled(Series(name, kind, _UNITS[kind], _plain(array)), level_usd_per_mwh)


def called_hours(series: Series, count: int) -> Series:
    """Flag of the ``count`` highest hours of a series, of equal ones the earlier: when an interruptible contract does not serve."""
    if not 0 <= count <= HOURS:
        raise DatasetError(f"{count:,} called hours a year; allowed: 0 to {HOURS:,}")
    flags = np.zeros(HOURS)
    flags[np.argsort(-np.asarray(series.values), kind="stable")[:count]] = 1.0
    return Series(f"{count} highest hours of {series.name}", "flag", _UNITS["flag"], _plain(flags))


def coincident_hours(series: Series, months: Sequence[int]) -> Series:
    """Flag of the highest hour of a series in each of some calendar months (1 to 12), of equal ones the earlier: the system's peaks."""
    values, flags = np.asarray(series.values), np.zeros(HOURS)
    for month in months:
        hours = np.flatnonzero(month == _MONTH_OF_HOUR)
        if len(hours) == 0:
            raise DatasetError(f"there is no calendar month {month}; allowed: 1 to 12")
        flags[hours[np.argmax(values[hours])]] = 1.0
    named = ", ".join(str(month) for month in sorted(set(months)))
    return Series(f"highest hour of {series.name} in months {named}", "flag", _UNITS["flag"], _plain(flags))


def series_source(series_id: str, price_year: int) -> SeriesSource:
    """Source of a dataset's price series in a year, or of a profile (``REGION/TECHNOLOGY``), as the assumptions show it.

    Raises
    ------
    DatasetError
        There is no such series.
    """
    if "/" in series_id:
        _check_profile(*series_id.split("/", 1))
        return _source(_PROFILES, PROFILE_YEAR, card(_PROFILES).known_from)
    summary = _check_price(series_id, price_year)
    return _source(_PRICES, price_year, str(summary["known_from"].iloc[0]))


def _source(dataset: str, year: int, known_from: str) -> SeriesSource:
    about = card(dataset)
    origin = about.sources[0]
    return SeriesSource(dataset, year, known_from, origin.title, origin.url, about.licence, about.quality, about.estimate)


def _levelled(series: Series, level: float | None) -> Series:
    """A price shifted to a mean, which its name then states."""
    if level is None:
        return series
    values = np.asarray(series.values)
    return replace(series, name=f"{series.name} @ {level:.10g}", values=_plain(values + (level - values.mean())))


def _check_price(series_id: str, year: int) -> pd.DataFrame:
    """Summary of a price series in a year: one row."""
    summary = table("wholesale_price_summary")
    own = summary[summary["series_id"] == series_id]
    if own.empty:
        raise DatasetError(f"there is no price series {series_id!r}; {nearest(series_id, summary['series_id'])}")
    if year not in set(own["year"]):
        raise DatasetError(f"price series {series_id} has no year {year}; known: {', '.join(str(known) for known in own['year'])}")
    return own[own["year"] == year]


def _check_profile(region: str, technology: str) -> None:
    profiles = table("renewable_capacity_factors_summary")
    names = set(profiles["region"] + "/" + profiles["technology"])
    if f"{region}/{technology}" not in names:
        raise DatasetError(f"there is no profile {region}/{technology}; {nearest(f'{region}/{technology}', names)}")


@functools.lru_cache(maxsize=256)
def _clock_prices(series_id: str, year: int, zone: str) -> Floats:
    chosen: list[tuple[str, str, object]] = [("series_id", "==", series_id), ("year", "==", year)]
    filled, _ = complete(_one(_PRICES, chosen, "price_usd_per_mwh"), year)
    return clock_year(filled, year, zone)


@functools.lru_cache(maxsize=256)
def _clock_profile(region: str, technology: str, zone: str) -> Floats:
    chosen: list[tuple[str, str, object]] = [("region", "==", region), ("technology", "==", technology)]
    recorded = _one(_PROFILES, chosen, "capacity_factor")
    observed = recorded.iloc[:-UNOBSERVED_LAST_HOURS]
    filled, _ = complete(observed.where(~is_frozen(observed)), PROFILE_YEAR)
    return clock_year(filled, PROFILE_YEAR, zone)


def is_frozen(shares: pd.Series[float]) -> pd.Series[bool]:
    """Hours of a record of shares, in order of time, that lie in a stretch in which it stands still."""
    window = shares.rolling(FROZEN_HOURS)
    is_last = (window.max() - window.min() <= FROZEN_RANGE) & (window.min() > FROZEN_ABOVE) & (window.max() < 1.0)
    return is_last[::-1].astype(float).rolling(FROZEN_HOURS, min_periods=1).max()[::-1] > 0


def _one(dataset: str, chosen: list[tuple[str, str, object]], column: str) -> pd.Series[float]:
    """One series of a dataset by UTC hour, read without the others."""
    frame = pd.read_parquet(table_path(dataset), filters=chosen, columns=["hour_utc", column])
    return frame.set_index("hour_utc")[column].sort_index()


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(values.tolist())
