"""Hourly series of a site: prices and profiles by its own clock, PUE and heat of its county, called and peak hours."""

# ruff: noqa: PD011 - values of a record, not of a frame
from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from optimizer.core.errors import DatasetError
from optimizer.core.hours import DAYS, HOURS, Series
from optimizer.data.catalogue import counties, table
from optimizer.data.climate import FREE_COOLING_C, FacilityRatios, OutdoorYear, hourly_pue, outdoor_year
from optimizer.data.series import (
    called_hours,
    capacity_factor_series,
    coincident_hours,
    heat_series,
    is_frozen,
    own_series,
    price_series,
    pue_series,
    series_source,
    time_zone,
)

CHICAGO = "America/Chicago"
SHELBY, SAN_JUAN = "47157", "72127"  # Memphis; Puerto Rico


def published(dataset, stamp, **chosen):
    """Figure of a dataset in a UTC hour, read without the code under test."""
    frame = table(dataset)
    for column, value in chosen.items():
        frame = frame[frame[column] == value]
    row = frame[frame["hour_utc"] == pd.Timestamp(stamp)]
    return float(row.iloc[0]["price_usd_per_mwh" if "series_id" in chosen else "capacity_factor"])


def hour_of(month, day, hour):
    return (pd.Timestamp(2022, month, day).day_of_year - 1) * 24 + hour


def test_price_of_a_local_hour_is_that_of_its_utc_hour():
    prices = price_series("ercot_rt_west", 2022, CHICAGO)
    assert (prices.kind, prices.unit, len(prices.values)) == ("price", "USD/MWh", HOURS)
    west = {"series_id": "ercot_rt_west", "year": 2022}
    # 17:00 on 14 July is summer time, 22:00 UTC; 17:00 on 14 January is winter time, 23:00 UTC.
    assert prices.values[hour_of(7, 14, 17)] == published("wholesale_price_hourly", "2022-07-14T22:00Z", **west)
    assert prices.values[hour_of(1, 14, 17)] == published("wholesale_price_hourly", "2022-01-14T23:00Z", **west)
    # 01:00 on 6 November comes twice, at 06:00 and at 07:00 UTC.
    twice = [published("wholesale_price_hourly", f"2022-11-06T0{hour}:00Z", **west) for hour in (6, 7)]
    assert prices.values[hour_of(11, 6, 1)] == pytest.approx(sum(twice) / 2)


def test_price_level_shifts_all_hours_alike():
    own, level = price_series("ercot_rt_west", 2022, CHICAGO), price_series("ercot_rt_west", 2022, CHICAGO, 61.5)
    assert np.mean(level.values) == pytest.approx(61.5, abs=1e-9)
    assert np.ptp(np.subtract(level.values, own.values)) < 1e-9
    assert own.name != level.name
    # The same hub on another clock, or of another year, is another series by name too.
    denver, later = price_series("ercot_rt_west", 2022, "America/Denver"), price_series("ercot_rt_west", 2024, CHICAGO)
    assert len({own.name, denver.name, later.name}) == 3
    assert denver.values[hour_of(7, 14, 16)] == own.values[hour_of(7, 14, 17)]


def test_profile_of_a_region_lies_on_the_same_date_of_the_model_year():
    sun = capacity_factor_series("ERCOT", "solar", CHICAGO)
    assert (sun.kind, len(sun.values)) == ("share", HOURS)
    ercot = {"region": "ERCOT", "technology": "solar"}
    # 2024 is a leap year: 1 March is the day after 28 February of the model year; noon is 18:00 UTC.
    assert sun.values[hour_of(3, 1, 12)] == published("renewable_capacity_factors", "2024-03-01T18:00Z", **ercot)
    assert sun.values[hour_of(12, 30, 12)] == published("renewable_capacity_factors", "2024-12-30T18:00Z", **ercot)


def test_hours_in_which_a_record_stands_still_are_filled():
    # From 22:00 UTC of 30 December to 10:00 UTC the sun over Texas stands at 0.4587 in the dataset, at night too. The week before has
    # those hours: 20:00 of 30 December, 02:00 UTC of the 31st, takes 02:00 UTC of the 24th.
    ercot = {"region": "ERCOT", "technology": "solar"}
    assert published("renewable_capacity_factors", "2024-12-31T02:00Z", **ercot) == 0.4587
    sun = capacity_factor_series("ERCOT", "solar", CHICAGO)
    assert sun.values[hour_of(12, 30, 20)] == published("renewable_capacity_factors", "2024-12-24T02:00Z", **ercot)
    assert np.asarray(sun.values).reshape(DAYS, 24)[:, :4].max() < 0.01  # no sun before dawn on any day


@pytest.mark.parametrize(
    ("still", "expected"),
    [([0.5] * 12, 12), ([0.5] * 11, 0), ([0.0] * 30, 0), ([1.0] * 30, 0), ([0.5, 0.504] * 10, 20), ([0.5, 0.506] * 10, 0)],
)
def test_calm_night_full_output_and_short_stretches_are_not_frozen(still, expected):
    moving = [0.1, 0.3] * 6
    found = is_frozen(pd.Series([*moving, *still, *moving]))
    assert found.sum() == expected
    assert found[len(moving) : len(moving) + expected].all()


def test_unknown_series_are_named_with_their_likes():
    with pytest.raises(DatasetError, match="no price series 'ercot_rt_wst'; did you mean 'ercot_rt_west'"):
        price_series("ercot_rt_wst", 2022, CHICAGO)
    with pytest.raises(DatasetError, match="price series ercot_da_west has no year 2024; known: 2022"):
        price_series("ercot_da_west", 2024, CHICAGO)
    with pytest.raises(DatasetError, match="no profile SE/wind"):
        capacity_factor_series("SE", "wind", CHICAGO)
    with pytest.raises(DatasetError, match="there is no time zone 'Mars'"):
        price_series("ercot_rt_west", 2022, "Mars")


def test_source_of_a_series_says_when_it_was_known():
    price, wind = series_source("ercot_rt_west", 2022), series_source("ERCOT/wind", 2022)
    assert (price.dataset, price.year, price.known_from, price.quality) == ("wholesale_price_hourly", 2022, "2023-01-01", "primary")
    assert series_source("ercot_rt_west", 2024).known_from == "2025-01-01"
    assert (wind.dataset, wind.year, wind.known_from, wind.is_estimate) == ("renewable_capacity_factors", 2024, "2025-03-31", True)
    assert wind.url.startswith("https://www.eia.gov/")
    with pytest.raises(DatasetError, match="no profile ERCOT/tide"):
        series_source("ERCOT/tide", 2024)


def test_outdoor_temperatures_follow_the_normals():
    # Memphis, zone 3A (moist, half range 5.5 K): normals from the dataset and 1 K of warming.
    row = table("climate").set_index("county_fips").loc[SHELBY]
    january, july = row["january_normal_temp_c"] + 1, row["july_normal_temp_c"] + 1
    outdoor = outdoor_year(SHELBY)
    by_day = outdoor.hours_c.reshape(DAYS, 24)
    assert by_day[14].mean() == pytest.approx(january)  # 15 January
    assert by_day.mean(axis=1).max() == pytest.approx(july, abs=0.01)
    assert by_day[14].max() == by_day[14, 16] == pytest.approx(january + 5.5)
    assert by_day[14, 4] == pytest.approx(january - 5.5)
    assert outdoor.design_c == pytest.approx(july + 5.5 + 5)
    assert heat_series(SHELBY).values == pytest.approx(outdoor.hours_c)


def test_hourly_pue_by_hand():
    # Half the hours at 2 °C, half at 22 °C; air: free up to 12 °C, so 10 K above it half the time, 5 K in the mean. Design at 37 °C,
    # 25 K above. The line from (12, b) to (37, 1.4) with mean 1.2: 0.2 = slope · (25 − 5), slope 0.01; b = 1.2 − 0.05 = 1.15.
    outdoor = OutdoorYear(np.repeat([2.0, 22.0], HOURS // 2), 37.0)
    pue = hourly_pue(outdoor, FacilityRatios(1.2, 1.4), "air")
    assert pue[[0, -1]] == pytest.approx([1.15, 1.25])
    # A mean of 1.02 with a peak of 1.4 would start below 1 (0.925): it starts at 1 and rises by 0.02 / 5 per K to 1.04.
    assert hourly_pue(outdoor, FacilityRatios(1.02, 1.4), "air")[[0, -1]] == pytest.approx([1.0, 1.04])
    # Liquid cooling runs free up to 24 °C: never on compressors here.
    assert hourly_pue(outdoor, FacilityRatios(1.1, 1.2), "liquid") == pytest.approx(np.full(HOURS, 1.1))
    assert FREE_COOLING_C == {"air": 12.0, "liquid": 24.0}


@pytest.mark.parametrize("cooling", ["air", "liquid"])
def test_hourly_pue_keeps_its_mean_and_its_bounds_in_every_climate(cooling):
    climate = table("climate").dropna(subset=["january_normal_temp_c", "july_normal_temp_c"])
    for county in climate["county_fips"].iloc[::101]:
        for annual, peak in ((1.2, 1.4), (1.02, 1.4), (1.3, 1.3), (1.0, 1.1)):
            values = np.asarray(pue_series(county, FacilityRatios(annual, peak), cooling).values)
            assert values.mean() == pytest.approx(annual, abs=1e-12)
            assert values.min() >= 1 - 1e-12
            assert values.max() <= peak + 1e-12
    assert values.shape == (HOURS,)


def test_pue_needs_a_climate_and_ratios_in_order():
    with pytest.raises(DatasetError, match=f"county {SAN_JUAN} has no January and July normals"):
        pue_series(SAN_JUAN, FacilityRatios(1.2, 1.4))
    with pytest.raises(DatasetError, match=r"an annual PUE of 1\.5 must lie between 1 and the peak facility ratio of 1\.4"):
        pue_series(SHELBY, FacilityRatios(1.5, 1.4))


def test_own_series_are_checked():
    ramp = np.linspace(0, 1, HOURS)
    assert own_series("sun", ramp, "share").values == pytest.approx(ramp)
    assert np.mean(own_series("node", ramp, "price", 42.0).values) == pytest.approx(42.0)
    with pytest.raises(DatasetError, match="series 'sun' must have 8,760 finite numbers"):
        own_series("sun", ramp[1:], "share")
    with pytest.raises(DatasetError, match="series 'sun' must have 8,760 finite numbers"):
        own_series("sun", np.where(ramp > 0.5, np.nan, ramp), "share")
    with pytest.raises(DatasetError, match=r"series 'sun' is 1\.5 in hour 8759; allowed: a share between 0 and 1"):
        own_series("sun", ramp * 1.5 * (ramp == 1), "share")
    with pytest.raises(DatasetError, match=r"series 'called' is 0\.5 in hour 3; allowed: 0 or 1"):
        own_series("called", [0, 1, 0, 0.5] + [0] * (HOURS - 4), "flag")


def test_called_hours_are_the_highest_and_of_equal_ones_the_earlier():
    values = [0.0] * HOURS
    values[10], values[500], values[20], values[30] = 9.0, 8.0, 7.0, 7.0
    called = called_hours(Series("p", "price", "", tuple(values)), 3)
    assert called.kind == "flag"
    assert np.flatnonzero(called.values).tolist() == [10, 20, 500]
    assert sum(called_hours(heat_series(SHELBY), 200).values) == 200
    assert sum(called_hours(heat_series(SHELBY), 0).values) == 0
    with pytest.raises(DatasetError, match="9,000 called hours a year"):
        called_hours(Series("p", "price", "", tuple(values)), 9000)


def test_coincident_hours_are_the_highest_of_each_month():
    values = [0.0] * HOURS
    values[hour_of(6, 30, 23)], values[hour_of(7, 1, 0)], values[hour_of(7, 9, 17)], values[hour_of(8, 2, 16)] = 5.0, 6.0, 6.0, -1.0
    peaks = coincident_hours(Series("p", "price", "", tuple(values)), [7, 6, 8])
    # In July two hours are alike, the earlier counts; in August all but one are 0: the first hour of the month.
    assert np.flatnonzero(peaks.values).tolist() == [hour_of(6, 30, 23), hour_of(7, 1, 0), hour_of(8, 1, 0)]
    assert peaks.name == "highest hour of p in months 6, 7, 8"
    with pytest.raises(DatasetError, match="there is no calendar month 13"):
        coincident_hours(Series("p", "price", "", tuple(values)), [13])


@pytest.mark.parametrize(
    ("lat", "lon", "state", "zone"),
    [
        (35.15, -90.05, "TN", "America/Chicago"),  # Memphis
        (35.96, -83.92, "TN", "America/New_York"),  # Knoxville
        (31.76, -106.49, "TX", "America/Denver"),  # El Paso
        (32.45, -99.73, "TX", "America/Chicago"),  # Abilene
        (41.70, -86.90, "IN", "America/Chicago"),  # Michigan City
        (41.70, -86.50, "IN", "America/New_York"),  # New Carlisle
        (37.98, -87.57, "IN", "America/Chicago"),  # Evansville
        (30.44, -87.22, "FL", "America/Chicago"),  # Pensacola
        (38.25, -85.76, "KY", "America/New_York"),  # Louisville
        (36.99, -86.44, "KY", "America/Chicago"),  # Bowling Green
        (44.08, -103.23, "SD", "America/Denver"),  # Rapid City
        (46.88, -102.79, "ND", "America/Denver"),  # Dickinson
        (46.81, -100.78, "ND", "America/Chicago"),  # Bismarck
        (41.87, -103.66, "NE", "America/Denver"),  # Scottsbluff
        (39.35, -101.71, "KS", "America/Denver"),  # Goodland
        (47.69, -116.78, "ID", "America/Los_Angeles"),  # Coeur d'Alene
        (43.62, -116.20, "ID", "America/Boise"),
        (44.03, -116.96, "OR", "America/Boise"),  # Ontario
        (45.59, -122.60, "OR", "America/Los_Angeles"),
        (45.82, -88.07, "MI", "America/Chicago"),  # Iron Mountain
        (46.54, -87.40, "MI", "America/New_York"),  # Marquette
        (33.45, -112.07, "AZ", "America/Phoenix"),
        (64.84, -147.72, "AK", "America/Anchorage"),
        (40.71, -74.01, None, "America/New_York"),
        (39.74, -104.99, None, "America/Denver"),
        (52.52, 13.40, None, "Etc/GMT-1"),
        (51.48, 0.0, None, "Etc/GMT"),
    ],
)
def test_time_zone_of_a_place(lat, lon, state, zone):
    assert time_zone(lat, lon, state) == zone


def test_every_county_has_a_time_zone_and_each_split_state_both_of_its_zones():
    known = counties()
    zones = pd.Series([time_zone(*place) for place in zip(known["lat"], known["lon"], known["state_abbr"], strict=True)])
    assert set(known["state_abbr"][zones.str.startswith("Etc").to_numpy()]) == {"PR", "GU", "VI", "AS", "MP"}
    of_state = zones.groupby(known["state_abbr"].to_numpy()).nunique()
    assert set(of_state.index[of_state == 2]) == {"TX", "FL", "TN", "KY", "IN", "MI", "ND", "SD", "NE", "KS", "OR", "ID"}
