"""Series of a past year: gaps, and local clocks with their changes and leap days. Expected values are read off a calendar."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from optimizer.core.errors import DatasetError
from optimizer.data.prices import clock_year, complete, hours_of_year

CHICAGO = "America/Chicago"


def test_hours_of_a_year_are_8760_or_8784_also_where_clocks_change():
    assert len(hours_of_year(2023)) == len(hours_of_year(2023, CHICAGO)) == 8760
    assert len(hours_of_year(2024)) == len(hours_of_year(2024, CHICAGO)) == 8784
    assert hours_of_year(2024, CHICAGO)[0] == pd.Timestamp("2024-01-01T06:00Z")


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
