"""Typical days and the hours of a period: every weight and mean by hand, and exact for any horizon and any days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.calendar import Calendar
from optimizer.core.hours import DAYS, HOURS, MONTH_OF_DAY, Series, TypicalDays, day_label
from optimizer.core.offers import Window
from optimizer.core.site_hours import scaled
from optimizer.core.year_hours import window_hours
from optimizer.scenario.assemble.typical_days import (
    all_days,
    extreme_days,
    is_hourly,
    month_values,
    season_days,
    site_hours,
    typical_days,
    with_day,
)
from tests import builders

ALL_MONTHS = tuple(range(1, 13))


def series(name, kind, by_day):
    """A series from 365 daily levels, or from an array of (365, 24)."""
    array = np.asarray(by_day, dtype=float)
    array = np.repeat(array[:, np.newaxis], 24, axis=1) if array.ndim == 1 else array
    return Series(name, kind, "", tuple(array.ravel().tolist()))


def hours_of(days, *known, calendar=None, **changes):
    """Hours of a site with an hourly price, over a horizon."""
    site = builders.site(tariffs=(builders.tariff(price_series=known[0].name),), typical_days=days, **changes)
    return site_hours(replace(builders.instance(sites=(site,)), series=known), site, calendar or Calendar("2022-01", 12, 1))


def two_types():
    """1 January stands for 1 to 21 January, 31 January for the ten days after; every other day for itself."""
    stands_for = [0] * 21 + [30] * 10 + list(range(31, DAYS))
    return TypicalDays(tuple(sorted(set(stands_for))), tuple(stands_for))


def levels(first, others, last):
    """Daily levels: 1 January, 2 to 21 January, 22 to 31 January; 0.25 afterwards."""
    return [first] + [others] * 20 + [last] * 10 + [0.25] * (DAYS - 31)


def test_two_day_types_by_hand():
    price = series("p", "price", levels(10.0, 20.0, 50.0))
    share = series("s", "share", levels(0.2, 0.4, 0.8))
    hours = hours_of(two_types(), price, share)
    assert hours.count(0) == 48
    assert hours.labels(0)[:2] == ("01-01T00", "01-01T01")
    assert hours.labels(0)[-1] == "01-31T23"
    assert hours.weights(0) == pytest.approx([21.0] * 24 + [10.0] * 24)
    # True mean (10 + 20·20 + 10·50)/31 = 910/31; the typical days' (21·10 + 10·50)/31 = 710/31; so all are shifted by 200/31.
    assert hours.values("p", 0) == pytest.approx([10 + 200 / 31] * 24 + [50 + 200 / 31] * 24)
    # True sum 0.2 + 8 + 8 = 16.2. Scaled, 0.8 passes 1 and is cut: 21·0.2·s + 10 = 16.2, s = 6.2/4.2.
    assert hours.values("s", 0) == pytest.approx([0.2 * 6.2 / 4.2] * 24 + [1.0] * 24)


def test_shares_that_no_scale_can_raise_are_shifted():
    # 20 of the 21 days that the still 1 January stands for blow at 0.5: sum 20·0.5 + 10·1 = 20. No scale lifts 0, and 31 January
    # stands at 1 already: 21·c + 10 = 20, c = 10/21.
    hours = hours_of(two_types(), series("s", "share", levels(0.0, 0.5, 1.0)))
    assert hours.values("s", 0) == pytest.approx([10 / 21] * 24 + [1.0] * 24)


def test_the_least_scale_is_taken_and_a_shift_may_cut_at_0():
    assert scaled(np.array([0.5, 0.0]), np.array([1.0, 1.0]), 0.0) == pytest.approx([0.0, 0.0])
    assert scaled(np.array([0.5, 0.25]), np.array([1.0, 3.0]), 1.0) == pytest.approx([1.0, 1.0])
    assert scaled(np.zeros(2), np.ones(2), 0.3) == pytest.approx([0.3, 0.3])
    # Half the hours at 0 and half at 0.4, mean 0.8: at the shift 0.6 the latter reach 1 and the mean is 0.8.
    assert scaled(np.array([0.0, 0.4]), np.array([1.0, 1.0]), 0.8) == pytest.approx([0.6, 1.0])


def test_flags_and_windows_are_counted_among_the_days_stood_for():
    marked = np.zeros((DAYS, 24))
    marked[5, 17] = marked[25, 17] = marked[26, 17] = 1.0
    hours = hours_of(two_types(), series("f", "flag", marked))
    expected = np.zeros(48)
    expected[17], expected[24 + 17] = 1 / 21, 2 / 10
    assert hours.values("f", 0) == pytest.approx(expected)
    # 1 January 2022 is a Saturday. 1 to 21 January: weekends 1, 2, 8, 9, 15, 16, so 15 weekdays of 21; 22 to 31: weekends 22, 23, 29,
    # 30, so 6 of 10. From 22 to 6 are the hours 22, 23 and 0 to 5 of each such date.
    night = Window(ALL_MONTHS, "weekday", 22, 6)
    at_night = np.array([1.0] * 6 + [0.0] * 16 + [1.0] * 2)
    assert hours.window_share(night, 0) == pytest.approx(np.concatenate([at_night * 15 / 21, at_night * 6 / 10]))
    assert hours.window_share(Window((2, 3), "all", 0, 0), 0) == pytest.approx(np.zeros(48))
    assert hours.window_share(Window((1,), "all", 7, 7), 0) == pytest.approx(np.ones(48))


def test_windows_know_the_days_of_the_week_of_a_leap_year():
    # 1 March 2024 is a Friday (29 February, left out, a Thursday); in 2022 it is a Tuesday, 5 March 2022 a Saturday.
    weekend = window_hours(Window(ALL_MONTHS, "weekend", 8, 10), 2024)
    assert [bool(weekend[day, 8]) for day in (58, 59, 60, 61, 62)] == [False, False, True, True, False]
    assert weekend.sum() == 2 * weekend.any(axis=1).sum()
    assert window_hours(Window(ALL_MONTHS, "weekend", 8, 10), 2022)[31 + 28 + 4, 9]


def test_february_of_a_leap_year_uses_each_day_a_little_more():
    hours = hours_of(all_days(), series("p", "price", MONTH_OF_DAY * 1.0), calendar=Calendar("2024-02", 2, 1))
    # 29 real days laid on 28: each of the 672 hours weighs 29/28.
    assert hours.weights(0) == pytest.approx(np.full(672, 29 / 28))
    assert hours.weights(1) == pytest.approx(np.ones(744))
    # A quarter from December 2023 to February 2024: its mean is (12·31 + 1·31 + 2·29)/91.
    quarter = hours_of(all_days(), series("p", "price", MONTH_OF_DAY * 1.0), calendar=Calendar("2023-12", 3, 3))
    assert np.average(quarter.values("p", 0), weights=quarter.weights(0)) == pytest.approx((12 * 31 + 31 + 2 * 29) / 91)
    # Its days follow one another in time: December, January, February.
    assert quarter.labels(0)[0] == "12-01T00"
    assert quarter.labels(0)[31 * 24] == "01-01T00"
    assert quarter.labels(0)[-1] == "02-28T23"


def test_all_hours_give_back_the_year():
    rng = np.random.default_rng(7)
    price, wind = series("p", "price", rng.normal(40, 60, (DAYS, 24))), series("w", "share", rng.random((DAYS, 24)) ** 3)
    hours = hours_of(all_days(), price, wind, calendar=Calendar("2022-01", 12, 3))
    for name, known in (("p", price), ("w", wind)):
        assert np.concatenate([hours.values(name, t) for t in range(4)]) == pytest.approx(known.values, abs=1e-9)
    assert hours.cycles(0) == [list(range(90 * 24))]
    assert len(hours.day_groups(0)) == 90


def test_cycles_and_groups_of_typical_days():
    hours = hours_of(two_types(), series("p", "price", levels(1.0, 2.0, 3.0)))
    assert hours.cycles(0) == hours.day_groups(0) == [list(range(24)), list(range(24, 48))]


def test_flat_site_has_one_hour_with_the_mean():
    site = builders.site(pue_series="u")
    pue = series("u", "pue", MONTH_OF_DAY / 10 + 1)
    instance = replace(builders.instance(sites=(site,)), series=(pue,))
    hours = site_hours(instance, site, Calendar("2024-01", 3, 3))
    assert not is_hourly(site)
    assert (hours.count(0), hours.labels(0), hours.cycles(0), hours.day_groups(0)) == (1, ("mean",), [], [[0]])
    assert hours.weights(0) == pytest.approx([91 * 24])
    # January 1.1, February 1.2 (29 days), March 1.3.
    assert hours.pue(0) == pytest.approx([(31 * 1.1 + 29 * 1.2 + 31 * 1.3) / 91])
    assert hours.window_share(Window((1,), "all", 0, 6), 0) == pytest.approx([31 / 91 / 4])
    without = replace(site, pue_series=None, annual_pue=1.17)
    assert site_hours(instance, without, Calendar("2024-01", 3, 3)).pue(0) == pytest.approx([1.17])


def test_what_makes_a_site_hourly():
    from optimizer.core.offers import Battery, Ppa, Rate

    ppa = Ppa("p", None, "wind", "baseload", "physical", 30.0, None, "hub", 0.0, 10.0, 0, None, 0.0, 0.0)
    battery = Battery("b", None, 10.0, 4.0, None, 0.0, 0.0, 0.9, 0.0, 0, 240, 0.0)
    rate = Rate("r", (), (), 0.0, 0.0)
    for changes in ({"price_series": "x"}, {"called_series": "x"}, {"coincident_series": "x"}, {"rate": rate}):
        assert is_hourly(builders.site(tariffs=(builders.tariff(**changes),)))
    assert is_hourly(builders.site(ppas=(ppa,)))
    assert is_hourly(builders.site(batteries=(battery,)))
    assert not is_hourly(builders.site(onsite_gas=(builders.gas(),)))


def test_hourly_site_without_days_or_series_is_refused():
    with pytest.raises(ValueError, match="site a has hourly offers and no typical days"):
        hours_of(None, series("p", "price", np.zeros(DAYS)))
    with pytest.raises(ValueError, match="site a names the series 'wind'"):
        hours_of(all_days(), series("p", "price", np.zeros(DAYS))).values("wind", 0)


def test_longest_run_of_a_flag_crosses_midnight_but_not_the_turn_of_the_year():
    marked = np.zeros(HOURS)
    marked[[0, 1, 2, HOURS - 1, HOURS - 2]] = 1.0  # three after New Year, two before it
    marked[47:52] = 1.0  # five over midnight
    assert hours_of(all_days(), series("f", "flag", marked.reshape(DAYS, 24))).flag_runs("f") == 5


def test_values_of_a_calendar_month():
    known = series("p", "price", MONTH_OF_DAY * 1.0)
    assert month_values(known, 2) == pytest.approx(np.full(28 * 24, 2.0))
    assert len(month_values(known, 7)) == 744


def test_seasons_are_counted_from_the_first_month():
    names = [(day_label(days[0]), day_label(days[-1]), len(days)) for days in season_days(6)]
    assert names == [("06-01", "08-31", 92), ("09-01", "11-30", 91), ("01-01", "12-31", 90), ("03-01", "05-31", 92)]


def test_clusters_of_two_plain_types_are_told_apart():
    # Odd days cost 100, even days 10: two days a season, each standing for its like.
    days = typical_days([series("p", "price", np.where(np.arange(DAYS) % 2, 100.0, 10.0))], 1, 8)
    assert len(days.days) == 8
    assert all(day % 2 == found % 2 for day, found in enumerate(days.stands_for))
    seasons = season_days(1)
    assert all(set(np.asarray(days.stands_for)[season]) <= set(season) for season in seasons)


def test_one_day_of_a_season_that_rises_evenly_is_the_one_in_the_middle():
    # Levels rise day by day: in the 91 days from 1 April (day 90) day 135 has the mean of the season; of the 90 days of winter 44 and 45
    # are as near to it, and the earlier is taken.
    days = typical_days([series("p", "price", np.arange(DAYS))], 1, 4)
    assert days.days[:2] == (44, 135)
    assert len(days.days) == 4


def test_own_days_stand_for_themselves_and_count():
    level = np.random.default_rng(3).normal(50, 20, (DAYS, 24))
    level[100] += 5000
    price = series("p", "price", level)
    own = extreme_days(price, 1)
    assert 100 in own
    assert len(own) == 4
    days = typical_days([price], 1, 12, own)
    assert len(days.days) == 12
    assert all(days.stands_for.count(day) == 1 for day in own)
    # Three own days in winter, whose share of 12 is three: it keeps two clusters beside them; the others have three each.
    crowded = typical_days([price], 1, 12, (3, 20, 60))
    assert len(crowded.days) == 3 + 2 + 3 * 3
    # 10 days: the first two seasons have three.
    assert [sum(day in season for day in typical_days([price], 1, 10).days) for season in season_days(1)] == [3, 3, 2, 2]
    # A season whose own days are all of its days has no cluster.
    assert set(season_days(1)[0]) <= set(typical_days([price], 1, 12, tuple(season_days(1)[0])).days)


def test_many_and_too_few_days():
    assert typical_days([], 1, 365) == all_days()
    assert all_days().is_chronological
    with pytest.raises(ValueError, match="3 typical days a year leave a season without a day; at least 4"):
        typical_days([], 1, 3)
    # Nothing tells days apart: one a season.
    assert len(typical_days([series("p", "price", np.full(DAYS, 7.0))], 1, 12).days) == 4


def test_a_day_that_joins_stands_for_itself():
    days = typical_days([series("p", "price", np.arange(DAYS))], 1, 4)
    more = with_day(days, 50)
    assert more.days == tuple(sorted((*days.days, 50)))
    assert [day for day in range(DAYS) if more.stands_for[day] == 50] == [50]
    assert [day for day in range(DAYS) if more.stands_for[day] != days.stands_for[day]] == [50]
    assert with_day(more, 50) == more


def test_node_hub_and_wind_keep_the_same_hours():
    rng = np.random.default_rng(11)
    node, hub = (series(name, "price", rng.normal(40, 30, (DAYS, 24))) for name in ("node", "hub"))
    wind = series("wind", "share", rng.random((DAYS, 24)) * 0.9)
    days = typical_days([node, hub, wind], 1, 12)
    hours = hours_of(days, node, hub, wind)
    for t in range(12):
        at = [list(map(int, label.replace("T", "-").split("-"))) for label in hours.labels(t)]
        positions = [(int(np.flatnonzero(month == MONTH_OF_DAY)[0]) + day - 1) * 24 + hour for month, day, hour in at]
        for known in (node, hub):
            difference = hours.values(known.name, t) - np.asarray(known.values)[positions]
            assert np.ptp(difference) < 1e-9
        share, typical = hours.values("wind", t), np.asarray(wind.values)[positions]
        is_cut = share >= 1.0
        assert np.ptp((share / typical)[~is_cut]) < 1e-9


@settings(deadline=None, max_examples=60)
@given(
    year=st.integers(2022, 2029), month=st.integers(1, 12), quarters=st.integers(1, 12), length=st.sampled_from([1, 3]),
    count=st.integers(4, 30), seed=st.integers(0, 2**32 - 1), own=st.lists(st.integers(0, 364), max_size=3, unique=True),
    added=st.integers(0, 364),
)  # fmt: skip
def test_weights_and_means_are_exact_for_any_horizon(year, month, quarters, length, count, seed, own, added):
    rng = np.random.default_rng(seed)
    price = series("p", "price", rng.normal(30, 80, (DAYS, 24)))
    wind = series("w", "share", rng.random((DAYS, 24)) ** rng.uniform(0.1, 6))
    sun = series("s", "share", np.maximum(0, np.sin((np.arange(24) - 6) / 12 * np.pi)) * rng.random((DAYS, 1)))
    rare = series("r", "share", rng.random((DAYS, 24)) * (rng.random((DAYS, 24)) < 0.02))
    pue = series("u", "pue", 1 + rng.random((DAYS, 24)))
    flag = series("f", "flag", rng.random((DAYS, 24)) < 0.01)
    known = (price, wind, sun, rare, pue, flag)
    days = with_day(typical_days([price, wind], month, count, own), added)
    calendar = Calendar(f"{year}-{month:02d}", 3 * quarters, length)
    hours = hours_of(days, *known, calendar=calendar, pue_series="u")
    for t in range(calendar.periods):
        weights = hours.weights(t)
        assert (weights > 0).all()
        assert weights.sum() == pytest.approx(calendar.hours(t), abs=1e-9)
        uses = np.zeros(DAYS)  # D_i / N_c of each day, by the calendar alone
        for i in calendar.months_of(t):
            is_month = np.equal(MONTH_OF_DAY, int(calendar.label(i)[5:]))
            uses[is_month] = calendar.month_hours(i) / 24 / is_month.sum()
        for one in known:
            values = hours.pue(t) if one is pue else hours.values(one.name, t)
            true = float(uses @ np.asarray(one.values).reshape(DAYS, 24).sum(axis=1)) / calendar.hours(t)
            assert weights @ values / weights.sum() == pytest.approx(true, abs=1e-9)
            if one.kind in ("share", "flag"):
                assert values.min() >= 0
                assert values.max() <= 1
