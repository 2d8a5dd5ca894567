"""The audit's reading of the hours of a site: weights, values and shares worked out by hand, and exact means whatever the days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.audit.calendar import clock_of
from optimizer.audit.hours import SiteHours
from optimizer.audit.year import DAY_NAMES, MONTH, fitted, inside, longest_run, uses
from optimizer.core.hours import Series, SeriesKind, TypicalDays
from optimizer.core.offers import Window
from tests import builders
from tests.audit import handmade_hourly as handmade

YEAR = tuple(range(1, 13))


def hours(days: TypicalDays | None, start: str = "2023-01", step: int = 1, series: tuple[Series, ...] = handmade.SERIES) -> SiteHours:
    clock = clock_of(builders.horizon(12, step, start))
    site = replace(handmade.site(), typical_days=days)
    return SiteHours(clock, site, {each.name: each for each in series}, 2022)


def alternating() -> TypicalDays:
    return TypicalDays((0, 1), tuple(day % 2 for day in range(365)))


class TestByHand:
    def test_a_month_weighs_its_days(self) -> None:
        weight = hours(alternating()).weight.reshape(12, 2, 24)
        assert weight[0, :, 0].tolist() == [16, 15]  # 31 days from an even one
        assert weight[1, :, 0].tolist() == [14, 14]
        assert weight[2, :, 5].tolist() == [15, 16]  # 1 March is day 59
        assert weight.sum(axis=(1, 2)).tolist() == [24 * days for days in (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)]

    def test_a_leap_year_uses_the_days_of_february_more_often(self) -> None:
        leap = hours(alternating(), "2024-01")
        assert leap.weight.reshape(12, 2, 24)[1, :, 0] == pytest.approx([14.5, 14.5])
        assert uses(leap.clock, [1]).sum() == pytest.approx(29.0)

    def test_a_quarter_has_the_days_of_its_months(self) -> None:
        quarter = hours(alternating(), "2023-11", 3)
        winter = [day for day in range(365) if MONTH[day] in (11, 12, 1)]
        assert quarter.weight[:48:24].tolist() == [sum(day % 2 == odd for day in winter) for odd in (0, 1)]
        assert quarter.weight[:48].sum() == 24 * 92

    def test_names(self) -> None:
        days = TypicalDays((31, 225), (31,) * 100 + (225,) * 265)
        named = hours(days)
        assert named.hour_names[:2] == ("02-01T00", "02-01T01")
        assert named.hour_names[-1] == "08-14T23"
        assert named.place["2023-04", "02-01T03"] == 3 * 24 + 3
        assert named.place["2023-04", "08-14T03"] == 3 * 24 + 24 + 3  # April has 10 days of the one, 20 of the other
        assert ("2023-05", "02-01T03") not in named.place
        assert DAY_NAMES[0] == "01-01"

    def test_prices_are_shifted(self) -> None:
        # All of January is stood for by the first day: its mean is (16 x 40 + 15 x 15)/31, that of the day 40.
        one = hours(TypicalDays((0,), (0,) * 365))
        true_mean = (16 * 40 + 15 * 15) / 31
        assert one.value("node")[:24] == pytest.approx([20 + true_mean - 40] * 12 + [60 + true_mean - 40] * 12)

    def test_shares_are_scaled_up_to_one(self) -> None:
        # (16 x 0.25 + 15 x 0.6)/31 by 0.5 and 0 in equal parts.
        one = hours(TypicalDays((0,), (0,) * 365))
        assert one.value("wind")[:24] == pytest.approx([(16 * 0.5 + 15 * 1.2) / 31] * 12 + [0] * 12)

    def test_flags_are_counted(self) -> None:
        one = hours(TypicalDays((0,), (0,) * 365))
        assert one.value("called")[:24] == pytest.approx([0] * 12 + [15 / 31] * 2 + [0] * 10)
        assert hours(alternating()).value("called")[24:48].tolist() == [0] * 12 + [1] * 2 + [0] * 10

    def test_a_flat_site_has_the_mean(self) -> None:
        flat = hours(None)
        assert flat.hour_names == ("mean",) * 12
        assert flat.weight.tolist() == flat.clock.hours.tolist()
        assert flat.value("node")[0] == pytest.approx((16 * 40 + 15 * 15) / 31)
        assert flat.value("called")[1] == pytest.approx(14 * 2 / 672)
        assert flat.before.tolist() == list(range(12))

    def test_typical_days_of_a_site_without_hourly_offers_are_not_carried(self) -> None:
        site = builders.site(typical_days=alternating())
        assert SiteHours(clock_of(builders.horizon(12)), site, {}, 2022).is_flat

    def test_every_day_for_itself_gives_the_year_back(self) -> None:
        year = hours(TypicalDays(tuple(range(365)), tuple(range(365))))
        for name in ("node", "wind", "called", "pue"):
            assert year.value(name) == pytest.approx(next(each for each in handmade.SERIES if each.name == name).values, abs=1e-9)
        # A store runs on through the month: before 2 January 0 h is 1 January 23 h, before 1 January 0 h is 31 January 23 h.
        assert (year.before[24], year.before[0]) == (23, 31 * 24 - 1)

    def test_a_store_runs_in_a_circle_over_each_typical_day(self) -> None:
        assert hours(alternating()).before[[0, 1, 24, 25]].tolist() == [23, 0, 47, 24]


class TestWindows:
    def test_working_days_of_the_model_year(self) -> None:
        # 1 January 2022 is a Saturday; it has 260 working days.
        by_day = inside(Window(YEAR, "weekday", 8, 20), 2022)
        assert by_day[:3].sum(axis=1).tolist() == [0, 0, 12]
        assert by_day.sum() == 260 * 12
        assert by_day[2, [7, 8, 19, 20]].tolist() == [0, 1, 1, 0]

    def test_over_midnight(self) -> None:
        # The hours of Saturday before dawn are not of a working day.
        night = inside(Window((1,), "weekday", 22, 6), 2022)
        assert night[6].tolist() == [1] * 6 + [0] * 16 + [1] * 2  # Friday 7 January
        assert night[7].sum() == 0
        assert night[31:].sum() == 0

    def test_the_whole_day(self) -> None:
        assert inside(Window((2,), "weekend", 5, 5), 2022).sum() == 8 * 24

    def test_29_february_is_no_day_of_the_model_year(self) -> None:
        # 2024: 28 February is a Wednesday, 1 March a Friday.
        assert inside(Window(YEAR, "weekend", 0, 0), 2024)[59:62, 0].tolist() == [0, 1, 1]

    def test_a_share_of_the_hours_that_a_day_stands_for(self) -> None:
        # 11 of the 16 even days of January 2022 are working days, 10 of the 15 odd ones.
        share = hours(alternating()).share(Window(YEAR, "weekday", 0, 12))
        assert share[:48:12].tolist() == pytest.approx([11 / 16, 0, 10 / 15, 0])


def test_the_longest_call() -> None:
    assert longest_run(np.array([[1, 0, 1, 1], [1, 0, 0, 1]])) == 3  # over midnight
    assert longest_run(np.zeros((2, 4))) == 0
    assert hours(alternating()).longest_call() == 2


class TestFitted:
    def test_what_is_full_stays_full(self) -> None:
        # 0.8 s + 0.4 s = 1.5: at s = 1.25 the first is full, so 0.4 s = 0.5.
        assert fitted("share", np.array([0.8, 0.4]), np.ones(2), 0.75) == pytest.approx([1.0, 0.5])

    def test_where_no_factor_does_it_is_shifted(self) -> None:
        assert fitted("share", np.array([0.0, 0.5]), np.ones(2), 0.75) == pytest.approx([0.5, 1.0])
        assert fitted("share", np.array([0.0, 0.0]), np.ones(2), 0.25) == pytest.approx([0.25, 0.25])

    def test_nothing_is_scaled_to_nothing(self) -> None:
        assert fitted("share", np.array([0.2, 0.5]), np.ones(2), 0.0).tolist() == [0.0, 0.0]


@st.composite
def typical(draw: st.DrawFn) -> TypicalDays:
    """Some days of each block of three months from any month stand for the others of it."""
    first = draw(st.integers(1, 12))
    stands_for = np.zeros(365, dtype=int)
    for season in range(4):
        days = np.flatnonzero((MONTH - first) % 12 // 3 == season)
        carried = draw(st.lists(st.sampled_from(days.tolist()), min_size=1, max_size=3, unique=True))
        turns = draw(st.lists(st.sampled_from(carried), min_size=12, max_size=12))
        stands_for[days] = np.resize(turns, len(days))
        stands_for[carried] = carried
    return TypicalDays(tuple(sorted({int(day) for day in stands_for})), tuple(int(day) for day in stands_for))


@settings(max_examples=25, deadline=None)
@given(days=typical(), start=st.sampled_from(["2023-01", "2024-02", "2023-11"]), step=st.sampled_from([1, 3]), seed=st.integers(0, 99))
@pytest.mark.parametrize("kind", ["price", "share", "pue", "flag"])
def test_every_series_keeps_its_mean(kind: SeriesKind, days: TypicalDays, start: str, step: int, seed: int) -> None:
    random = np.random.default_rng(seed).random(8760)
    values = {"price": 100 * random - 20, "share": random**3, "pue": 1 + random / 4, "flag": np.round(random)}[kind]
    own = Series("own", kind, "1", tuple(values.tolist()))
    read = hours(days, start, step, (own,))
    assert read.sums(np.ones(read.period.size)) == pytest.approx(read.clock.hours)
    true_mean = read.uses @ values.reshape(365, 24).mean(axis=1) / read.uses.sum(axis=1)
    assert read.sums(read.value("own")) / read.clock.hours == pytest.approx(true_mean, rel=1e-9)
