"""Prices of a past year on a later one: clocks, weeks, leap days, gaps, growth. Expected values are read off a calendar."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from optimizer.errors import DatasetError
from optimizer.prices import Growth, clock_year, complete, counterpart, hours_of_year, laid_on

CHICAGO = "America/Chicago"


def at_clock(series, stamp, fold=0):
    """Price at a local clock time of Chicago; fold 1: the second of two."""
    local = pd.Timestamp(datetime.datetime.fromisoformat(stamp).replace(fold=fold, tzinfo=None)).tz_localize(CHICAGO, ambiguous=fold == 0)
    return series[local.tz_convert("UTC")]


def numbered(year):
    """A series whose price tells its local day and hour: day of the year x 100 + hour (+ 0.5 in the second of two equal hours)."""
    hours = hours_of_year(year)
    local = hours.tz_convert(CHICAGO)
    second = pd.Series(local.tz_localize(None)).duplicated().to_numpy()
    return pd.Series(local.day_of_year * 100.0 + local.hour + 0.5 * second, index=hours)


def test_hours_of_a_year_are_8760_or_8784_also_where_clocks_change():
    assert len(hours_of_year(2023)) == len(hours_of_year(2023, CHICAGO)) == 8760
    assert len(hours_of_year(2024)) == len(hours_of_year(2024, CHICAGO)) == 8784
    assert hours_of_year(2024, CHICAGO)[0] == pd.Timestamp("2024-01-01T06:00Z")


def test_counterpart_is_the_nearest_same_day_of_the_week():
    # 2026-07-01 is a Wednesday; 2024-07-01 a Monday, so 2024-07-03.
    assert counterpart(datetime.date(2026, 7, 1), 2024) == datetime.date(2024, 7, 3)
    # 2028-02-29 is a Tuesday; 2022-02-28 a Monday, so 2022-03-01.
    assert counterpart(datetime.date(2028, 2, 29), 2022) == datetime.date(2022, 3, 1)
    # 2026-12-31 is a Thursday; 2024-12-31 a Tuesday; 2025-01-02 lies outside, so a week before it: 2024-12-26.
    assert counterpart(datetime.date(2026, 12, 31), 2024) == datetime.date(2024, 12, 26)
    # 2025-01-01 is a Wednesday; 2022-01-01 a Saturday; three days before lies outside, so 2022-01-05.
    assert counterpart(datetime.date(2025, 1, 1), 2022) == datetime.date(2022, 1, 5)


def test_an_hour_takes_the_price_of_the_same_clock_time_in_summer_too():
    # 2022: clocks go forward on 13 March, 2024: on 10 March. 12 March 2024 (Tuesday) is summer time, its counterpart
    # 15 March 2022 (Tuesday, day 74) is as well; UTC hours differ from neither.
    laid = laid_on(numbered(2022), 2022, 2024, CHICAGO)
    assert len(laid) == 8784
    assert at_clock(laid, "2024-03-12T08:00") == 74 * 100 + 8
    # Friday 8 March 2024 is winter time, its counterpart Friday 11 March 2022 (day 70) too.
    assert at_clock(laid, "2024-03-08T08:00") == 70 * 100 + 8
    # 1 November 2024 (Friday, summer time) takes 4 November 2022 (day 308, summer time, an hour earlier in UTC than winter time).
    assert at_clock(laid, "2024-11-01T17:00") == 308 * 100 + 17


def test_spring_day_of_23_hours():
    laid = laid_on(numbered(2022), 2022, 2024, CHICAGO)
    # The counterpart of Sunday 10 March 2024 (23 hours) is Sunday 13 March 2022 (day 72, 23 hours): no hour 2 on either.
    assert at_clock(laid, "2024-03-10T01:00") == 7201
    assert at_clock(laid, "2024-03-10T03:00") == 7203
    # Sunday 12 March 2023 is the day in 2023; for the whole days of 2023 whose counterpart skips hour 2 the neighbours' mean stands:
    # Sunday 10 March 2019 is 23 hours; its counterpart in 2022 is Sunday 13 March as well. Sunday 15 March 2026 has 24 hours
    # and the counterpart Sunday 13 March 2022: hour 2 takes (7201 + 7203) / 2.
    later = laid_on(numbered(2022), 2022, 2026, CHICAGO)
    assert at_clock(later, "2026-03-15T02:00") == 7202


def test_autumn_day_of_25_hours():
    # 2022 and 2026: clocks go back on 6 November (day 310) and 1 November. Sunday 1 November 2026 has hour 1 twice; its
    # counterpart is Sunday 30 October 2022 (day 303), which has it once: both take it.
    laid = laid_on(numbered(2022), 2022, 2026, CHICAGO)
    assert at_clock(laid, "2026-11-01T01:00") == at_clock(laid, "2026-11-01T01:00", fold=1) == 30301
    # Sunday 8 November 2026 has it once, its counterpart Sunday 6 November 2022 twice (31001, 31001.5): the mean.
    assert at_clock(laid, "2026-11-08T01:00") == 31001.25
    # Sunday 5 November 2023 has it twice, its counterpart Sunday 6 November 2022 too: first takes first, second second.
    laid = laid_on(numbered(2022), 2022, 2023, CHICAGO)
    assert at_clock(laid, "2023-11-05T01:00") == 31001
    assert at_clock(laid, "2023-11-05T01:00", fold=1) == 31001.5


def test_leap_day_of_a_later_year_and_of_the_price_year():
    # 29 February 2028 is a Tuesday: its counterpart is Tuesday 1 March 2022 (day 60).
    assert at_clock(laid_on(numbered(2022), 2022, 2028, CHICAGO), "2028-02-29T12:00") == 6012
    assert len(laid_on(numbered(2024), 2024, 2025, CHICAGO)) == 8760


def test_growth_and_level():
    prices = pd.Series(np.tile([10.0, 30.0], 4380), index=hours_of_year(2022))
    # Mean 20; 3 percent a year over two years: 20 x 1.0609.
    grown = laid_on(prices, 2022, 2024, "UTC", Growth(0.03))
    assert grown.mean() == pytest.approx(21.218)
    # At a level of 50 the prices are 40 and 60, then they grow.
    level = laid_on(prices, 2022, 2024, "UTC", Growth(0.03, 50.0))
    assert sorted(set(level.round(6))) == [42.436, 63.654]


def test_short_gaps_are_bridged_and_long_ones_take_the_same_hour_of_other_weeks():
    hours = hours_of_year(2022)
    week = pd.Series(np.arange(8760) % 168 * 1.0, index=hours)
    # Hours 10, 11 missing between 9 and 12: a straight line gives 10 and 11.
    gaps = week.copy()
    gaps.iloc[[10, 11]] = np.nan
    filled, missing = complete(gaps, 2022)
    assert missing == 2
    assert filled.iloc[10] == pytest.approx(10)
    assert filled.iloc[11] == pytest.approx(11)
    # A whole day missing in week 20, not there at all: the same hours of weeks 19 and 21 are the same numbers.
    gaps = week.drop(hours[20 * 168 : 20 * 168 + 24])
    filled, missing = complete(gaps, 2022)
    assert missing == 24
    assert np.allclose(filled, week)
    # Five weeks before and after missing too: the mean of that hour of the day in its month, never a gap.
    gaps = week.copy()
    gaps.iloc[2000:3700] = np.nan
    assert complete(gaps, 2022)[0].notna().all()


def test_a_year_with_too_many_gaps_is_refused():
    half = pd.Series(1.0, index=hours_of_year(2022)[:4000])
    with pytest.raises(DatasetError, match=r"4,760 of 8,760 hours of 2022"):
        complete(half, 2022)
    with pytest.raises(DatasetError, match="4,760 hours of 2022 have no price"):
        laid_on(half, 2022, 2024, "UTC")
    with pytest.raises(DatasetError, match="there is no time zone 'Texas'"):
        hours_of_year(2022, "Texas")


def test_an_hour_given_twice_counts_with_its_mean():
    hours = hours_of_year(2022)
    doubled = pd.concat([pd.Series(1.0, index=hours), pd.Series([3.0], index=hours[:1])])
    assert complete(doubled, 2022)[0].iloc[0] == 2.0


def counted(year):
    """A series that counts the UTC hours of a year from 0."""
    hours = hours_of_year(year)
    return pd.Series(np.arange(len(hours), dtype=float), index=hours)


def clock_day(values, month, day):
    """The 24 hours of a day of the model year, by the calendar of a year of 365 days."""
    first = (datetime.date(2023, month, day) - datetime.date(2023, 1, 1)).days * 24
    return values[first : first + 24]


def test_clock_year_skips_an_hour_in_spring_and_has_one_twice_in_autumn():
    values = clock_year(counted(2022), 2022, CHICAGO)
    assert values.shape == (8760,)
    # 13 March 2022 is day 71 (from 0). Midnight is 06:00 UTC, hour 71·24 + 6 = 1710. 02:00 does not exist: 01:00 is 1711, 03:00 is
    # 08:00 UTC, 1712, and between them stands 1711.5. 23:00 is 04:00 UTC of the next day, 1732.
    assert clock_day(values, 3, 13).tolist() == [1710, 1711, 1711.5, *range(1712, 1733)]
    # 6 November is day 309, midnight 05:00 UTC, hour 7421. 01:00 comes twice, 7422 and 7423: 7422.5; 02:00 is 08:00 UTC, 7424.
    assert clock_day(values, 11, 6).tolist() == [7421, 7422.5, *range(7424, 7446)]
    # Days between are an hour earlier in UTC than days of winter: 1 July is day 181.
    assert clock_day(values, 7, 1)[0] == 181 * 24 + 5
    # 1 January begins at 06:00 UTC. 31 December from 18:00 is 2023 in UTC: those hours are the six of 31 December 2021.
    assert values[:2].tolist() == [6, 7]
    assert clock_day(values, 12, 31)[17:].tolist() == [8759, 0, 1, 2, 3, 4, 5]


def test_clock_year_leaves_29_february_out():
    values = clock_year(counted(2024), 2024, CHICAGO)
    assert values.shape == (8760,)
    # 28 February is day 58, 1 March day 60 of 2024.
    assert clock_day(values, 2, 28)[23] == 58 * 24 + 23 + 6
    assert clock_day(values, 3, 1)[0] == 60 * 24 + 6
    # Phoenix keeps one time: seven hours after UTC all year.
    assert clock_day(clock_year(counted(2024), 2024, "America/Phoenix"), 7, 1)[2] == (31 + 29 + 31 + 30 + 31 + 30) * 24 + 2 + 7


def test_clock_year_east_of_greenwich_takes_its_first_hours_from_the_years_last():
    values = clock_year(counted(2022), 2022, "Etc/GMT-2")
    assert values[:3].tolist() == [8758, 8759, 0]
    assert values[-1] == 8757


def test_clock_year_needs_every_hour():
    with pytest.raises(DatasetError, match="1 hours of 2022 have no value"):
        clock_year(counted(2022).drop(pd.Timestamp("2022-05-05T05:00Z")), 2022, CHICAGO)
