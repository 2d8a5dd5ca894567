"""Who represents a cluster of days: figures and choice by hand, and what the choice keeps of real prices."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.hours import DAYS, MONTH_OF_DAY, Series
from optimizer.data.series import capacity_factor_series, price_series
from optimizer.scenario.assemble.representatives import WEIGHTS, DayFigures, day_figures, representatives
from optimizer.scenario.assemble.typical_days import extreme_days, typical_days

DEAR = np.arange(24) >= 12


def series(name, kind, by_day):
    return Series(name, kind, "", tuple(np.asarray(by_day, dtype=float).ravel().tolist()))


def by_day(known):
    return np.asarray(known.values).reshape(DAYS, 24)


def plain(*values):
    """One figure of the first days, whose error counts as it is; all shapes alike."""
    found = np.zeros((DAYS, 1))
    found[: len(values), 0] = values
    return DayFigures(found, (), np.ones(1)), np.zeros((DAYS, 1))


def test_figures_of_a_day_by_hand():
    # From 2 January on 12 hours at 10 and 12 at 30, in which the profile yields 1; on 1 January 20 and 0.5 all day.
    price, profile = np.tile(np.where(DEAR, 30.0, 10.0), (DAYS, 1)), np.tile(np.where(DEAR, 1.0, 0.0), (DAYS, 1))
    price[0], profile[0] = 20.0, 0.5
    figures = day_figures([series("p", "price", price), series("x", "share", profile), series("still", "price", np.full((DAYS, 24), 7.0))])
    # Mean of the price and the profile; hours in order less the mean; above the levels 10, 20 (of 8,760 hours 4,368 cost 10, 24 cost 20),
    # 30, 30, 30: 12·20/24 and 12·10/24, on 1 January 10 and 0; mean of price times profile: 12·30/24 and 10.
    assert figures.values[1] == pytest.approx([20, 0.5, *[10] * 12, *[-10] * 12, 10, 5, 0, 0, 0, 15])
    assert figures.values[0] == pytest.approx([20, 0.5, *[0] * 24, 10, 0, 0, 0, 0, 10])
    # Captured: 15 / 0.5 - 20 = 10 above the mean price; on 1 January 10 / 0.5 - 20 = 0; of both together (12.5 / 0.5) - 20 = 5.
    both = figures.values[:2].mean(axis=0)
    for totals, captured in ((figures.values[1], 10), (figures.values[0], 0), (both, 5)):
        assert figures.compared(totals)[-1] / figures.factors[-1] == pytest.approx(captured)
    assert figures.compared(both)[:-1] == pytest.approx(both[:-1] * figures.factors[:-1])
    # Errors are relative to the year: of the order to 10·364/365 and to the root of 24 hours; of what is captured to the mean of price
    # times profile, (15·364 + 10)/365, over that of the profile, 0.5.
    assert figures.factors[2] == pytest.approx(WEIGHTS["order"] / (10 * 364 / 365) / 24**0.5)
    assert figures.factors[-1] == pytest.approx(WEIGHTS["captured"] * 0.5 / ((15 * 364 + 10) / 365))


def test_the_mean_of_a_cluster_is_kept_not_its_middle():
    # Mean (0 + 10 + 20 + 90) / 4 = 30: 20 is nearest. The day least far from all others together would be the second or the third alike.
    assert representatives(*plain(0, 10, 20, 90), np.arange(4), np.zeros(4, dtype=int)).tolist() == [2] * 4


def test_clusters_are_chosen_together():
    # Clusters 1, 0, 8 (mean 3) and 15, 10, 11 (mean 12), half the days each: the season's mean is 7.5. Each by itself would take 1 and
    # 11, together 6; 0 and 15 are 7.5. From 1 and 15 (the first, where all have the shape of the mean) 0 for 1 gets there.
    found = representatives(*plain(1, 0, 8, 15, 10, 11), np.arange(6), np.repeat([0, 1], 3))
    assert found.tolist() == [1] * 3 + [3] * 3


def test_of_members_equally_good_the_one_like_its_cluster_then_the_earliest():
    figures, shapes = plain(5, 5, 5, 5)
    assert representatives(figures, shapes, np.arange(4), np.zeros(4, dtype=int)).tolist() == [0] * 4
    shapes[:4, 0] = [0, 3, 1, 4]  # mean 2: days 1 and 2 are 1 away, days 0 and 3 two
    assert representatives(figures, shapes, np.arange(4), np.zeros(4, dtype=int)).tolist() == [1] * 4


def test_days_do_not_depend_on_the_unit_of_a_price():
    rng = np.random.default_rng(5)
    price, wind = rng.gamma(1.0, 40.0, (DAYS, 24)) - 10, series("w", "share", rng.random((DAYS, 24)))
    found = typical_days([series("p", "price", price), wind], 3, 16)
    assert typical_days([series("p", "price", price * 100), wind], 3, 16) == found


@pytest.mark.parametrize(
    ("series_id", "year", "region", "zone"),
    [
        ("ercot_rt_west", 2022, "ERCOT", "America/Chicago"),
        ("spp_rt_south_hub", 2024, "CENT", "America/Chicago"),
        ("caiso_rt_np_15", 2024, "CAISO", "America/Los_Angeles"),
    ],
)
def test_what_contracts_of_power_cost_is_kept_at_24_days(series_id, year, region, zone):
    price = price_series(series_id, year, zone)
    profiles = [capacity_factor_series(region, technology, zone) for technology in ("wind", "solar")]
    days = typical_days([price, *profiles], 1, 24, extreme_days(price, 1))
    values, seasons, standing = by_day(price), (MONTH_OF_DAY - 1) // 3, np.asarray(days.stands_for)
    shift = np.array([(values[seasons == s] - values[standing[seasons == s]]).mean() for s in range(4)])[seasons]
    kept = values[standing] + shift[:, np.newaxis]
    spread = [(np.sort(p, axis=1)[:, -4:] - np.sort(p, axis=1)[:, :4]).mean() for p in (values, kept)]
    assert spread[1] == pytest.approx(spread[0], rel=0.06)
    for profile in map(by_day, profiles):
        captured = [(p * x).sum() / x.sum() for p, x in ((values, profile), (kept, profile[standing]))]
        assert captured[1] == pytest.approx(captured[0], rel=0.06)
    above = [np.maximum(p - 60, 0).mean() for p in (values, kept)]
    assert above[1] == pytest.approx(above[0], abs=0.03 * values.mean())
