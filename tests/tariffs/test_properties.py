"""What holds for every load and every rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.billing import HourlyLoad, bill
from optimizer.billing.load import calendar_faults
from optimizer.core.offers import DemandTier, EnergyCharge, Tier, Window
from tests.tariffs.rates import ALWAYS, demand, energy, rate

FEW = settings(max_examples=25, deadline=None)


@st.composite
def loads(draw: st.DrawFn) -> HourlyLoad:
    """Three months from January 2023 on; some hours have a load of their own."""
    seed = draw(st.integers(0, 2**32 - 1))
    top = draw(st.sampled_from([0.0, 0.5, 20.0, 3_000.0]))
    return HourlyLoad.from_month("2023-01", np.random.default_rng(seed).uniform(0, 1, 24 * 90) ** 4 * top)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    months = draw(st.sets(st.integers(1, 4), min_size=1))
    days = draw(st.sampled_from(["all", "weekday", "weekend"]))
    return Window(tuple(sorted(months)), days, draw(st.integers(0, 23)), draw(st.integers(0, 23)))


PRICES = st.floats(0.1, 500)
ENDS = st.lists(st.floats(0.5, 5e5), min_size=1, max_size=4, unique=True).map(sorted)


@FEW
@given(loads(), windows(), PRICES, ENDS)
def test_equal_tiers_change_nothing(load: HourlyLoad, window: Window, price: float, ends: list[float]) -> None:
    tiers = (*(Tier(end, price) for end in ends), Tier(None, price))
    whole = bill(rate(energy=(energy(price, window),)), load)
    assert bill(rate(energy=(EnergyCharge("tiers", window, tiers),)), load).usd == pytest.approx(whole.usd, rel=1e-12, abs=1e-9)


@FEW
@given(loads(), windows(), windows(), PRICES, ENDS, st.floats(0.01, 100))
def test_load_and_tiers_scaled_scale_the_bill(load, window, other, price, ends, factor) -> None:
    def scaled(by: float) -> float:
        tiers = (*(Tier(by * end, price + place) for place, end in enumerate(ends)), Tier(None, price / 2))
        steps = (*(DemandTier(by * end, price + place) for place, end in enumerate(ends)), DemandTier(None, price / 2))
        terms = {"ratchet_fraction": 0.7, "ratchet_lookback_months": 1, "minimum_mw": by * ends[0]}
        charged = rate(energy=(EnergyCharge("tiers", window, tiers),), demand=(demand(0.0, other, tiers=steps, **terms),))
        return bill(charged, replace(load, mw=by * load.mw)).usd

    assert scaled(factor) == pytest.approx(factor * scaled(1.0), rel=1e-9, abs=1e-6)


@FEW
@given(loads(), windows(), windows(), st.floats(0, 1), st.integers(1, 12), st.booleans())
def test_a_ratchet_never_lowers_a_bill(load, window, remembered, fraction, lookback, whole_year) -> None:
    plain = demand(10.0, window)
    terms = {"ratchet_fraction": fraction, "ratchet_lookback_months": lookback, "ratchet_whole_year": whole_year}
    for ratcheted in (replace(plain, **terms), replace(plain, ratchet_window=remembered, **terms)):
        assert bill(rate(demand=(ratcheted,)), load).usd >= bill(rate(demand=(plain,)), load).usd - 1e-9


@FEW
@given(loads(), windows(), PRICES)
def test_a_window_and_the_rest_of_the_day_are_the_whole(load: HourlyLoad, window: Window, price: float) -> None:
    # Every hour lies in the window from a to b or in the one from b to a, never in both; a = b is the whole day.
    rest = replace(window, hour_from=window.hour_to, hour_to=window.hour_from)
    charges = (energy(price, window),) if window.hour_from == window.hour_to else (energy(price, window), energy(price, rest, "rest"))
    whole = energy(price, replace(window, hour_from=0, hour_to=0))
    assert bill(rate(energy=charges), load).usd == pytest.approx(bill(rate(energy=(whole,)), load).usd, rel=1e-12, abs=1e-9)


@FEW
@given(loads(), PRICES, st.floats(0, 1e7))
def test_a_bill_is_never_below_its_minimum(load: HourlyLoad, price: float, least: float) -> None:
    free = rate(energy=(energy(price),), demand=(demand(price),))
    months = bill(replace(free, minimum_bill_usd_per_month=least), load)
    for month in months.months:
        assert months.sum_usd(month=month) == pytest.approx(max(least, bill(free, load).sum_usd(month=month)), rel=1e-12, abs=1e-9)


def test_an_hour_is_in_every_day_of_always() -> None:
    load = HourlyLoad.from_month("2023-01", np.ones(24 * 31))
    assert bill(rate(energy=(energy(1.0, ALWAYS),)), load).usd == 744


@given(st.integers(1990, 2040), st.integers(1, 12), st.integers(1, 14), st.sampled_from([0, 0, 1, -1, 30]), st.sampled_from([0, 0, 1, -1]))
def test_regular_hours_are_judged_as_hours_looked_at_one_by_one(year, month, months, early, late):
    """Hour after hour over some months, perhaps begun or ended at another hour: the quick look and the look at each hour say the same."""
    first = pd.Timestamp(year, month, 1)
    hour = pd.Timedelta(hours=1)
    regular = pd.date_range(first - early * hour, first + pd.DateOffset(months=months) + (late - 1) * hour, freq="h")
    assert calendar_faults(regular) == calendar_faults(pd.DatetimeIndex(regular, freq=None))
    assert (calendar_faults(regular) == []) == (early == late == 0)
