"""Rates and loads of the tests in few words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from optimizer.billing import HourlyLoad
from optimizer.core.offers import DemandCharge, EnergyCharge, Rate, Tier, Window

MONTHS = tuple(range(1, 13))
ALWAYS = Window(MONTHS, "all", 0, 0)


def rate(**parts: Any) -> Rate:
    """A rate that costs nothing but what is said."""
    return replace(Rate("test", (), (), 0.0, 0.0), **parts)


def energy(price: float, window: Window = ALWAYS, name: str = "energy") -> EnergyCharge:
    return EnergyCharge(name, window, (Tier(None, price),))


def demand(price: float, window: Window = ALWAYS, **terms: Any) -> DemandCharge:
    """A demand charge without a ratchet, unless ``terms`` say so."""
    plain = DemandCharge("demand", window, price, ratchet_fraction=0.0, ratchet_lookback_months=11, ratchet_peak_months=())
    return replace(plain, **terms)


def flat(mw: float, year: int = 2023, months: int = 12) -> HourlyLoad:
    """The same MW in every hour from January on."""
    times = pd.date_range(f"{year}-01-01", pd.Timestamp(f"{year}-01-01") + pd.DateOffset(months=months), freq="h", inclusive="left")
    return HourlyLoad(times, np.full(len(times), mw))


def with_hours(load: HourlyLoad, mw_at: dict[str, float]) -> HourlyLoad:
    """The load with other MW in single hours, each named by its time."""
    mw = load.mw.copy()
    for time, value in mw_at.items():
        mw[load.times.get_loc(pd.Timestamp(time))] = value
    return replace(load, mw=mw)


def with_months(load: HourlyLoad, mw_of: dict[int, float]) -> HourlyLoad:
    """The load with other MW in all hours of some months, numbered from the load's first as 1."""
    mw = load.mw.copy()
    for month, value in mw_of.items():
        mw[load.months == month - 1] = value
    return replace(load, mw=mw)
