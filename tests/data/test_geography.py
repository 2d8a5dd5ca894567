"""Points and distances: known places, water, borders, and what is nowhere."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optimizer.errors import PlaceError
from optimizer.geography import county_at, distance_km, fibre_latency_ms, route_km, to_degrees


@pytest.mark.parametrize(("lat", "lon", "county"), [
    (35.07, -90.09, "47157"),  # Memphis: Shelby County, Tennessee
    (32.45, -99.73, "48441"),  # Abilene: Taylor County, Texas
    (39.04, -77.49, "51107"),  # Ashburn: Loudoun County, Virginia
    (61.2176, -149.8997, "02020"),  # Anchorage
    (21.3069, -157.8583, "15003"),  # Honolulu
    (38.9072, -77.0369, "11001"),  # Washington, D.C.
])
def test_county_of_a_point_on_land(lat, lon, county):
    found = county_at(lat, lon)
    assert (found.county_fips, found.water_km) == (county, 0.0)


def test_a_point_in_water_belongs_to_the_nearest_county_and_says_so():
    found = county_at(40.40, -73.80)  # Lower New York Bay, off Sandy Hook
    assert found.county_fips in ("34025", "36081", "36047")
    assert 0 < found.water_km <= 25


@pytest.mark.parametrize(("lat", "lon", "says"), [
    (0.0, 0.0, "not within 25 km of a county"),
    (19.43, -99.13, "not within 25 km"),  # Mexico City
    (35.07, 90.09, "lost its minus sign"),
    (-77.49, 39.04, "latitude and longitude swapped"),
    (-99.73, 32.45, "swapped"),
    (1_500_000.0, 500_000.0, "--crs missing"),
    (math.nan, -90.0, "no coordinates"),
])
def test_what_is_nowhere_is_refused_with_a_hint(lat, lon, says):
    with pytest.raises(PlaceError) as caught:
        county_at(lat, lon)
    assert says in str(caught.value)


def test_great_circle_distance():
    # A degree of latitude is pi x 6371.0088 / 180 = 111.195 km; Memphis to itself 0; antipodes half the circumference.
    distances = distance_km(35.0, -90.0, np.array([36.0, 35.0, -35.0]), np.array([-90.0, -90.0, 90.0]))
    assert distances == pytest.approx([111.195, 0.0, math.pi * 6371.0088], abs=1e-3)


def test_route_and_delay_through_fibre():
    # G.826: 400 km -> 600, 1,100 km -> 1,500, 2,000 km -> 2,500; at 5 microseconds per km 3.0, 7.5 and 12.5 ms.
    distances = np.array([400.0, 1100.0, 2000.0])
    assert route_km(distances).tolist() == [600.0, 1500.0, 2500.0]
    assert fibre_latency_ms(distances) == pytest.approx([3.0, 7.5, 12.5])
    # The route never gets shorter as the distance grows.
    assert (np.diff(route_km(np.linspace(0, 3000, 301))) >= 0).all()


def test_other_coordinate_systems():
    # The origin of EPSG:5070 (Conus Albers) lies at 23 degrees north, 96 west, on NAD83: within a metre or so of WGS 84.
    lat, lon = to_degrees(0.0, 0.0, "EPSG:5070")
    assert (lat, lon) == pytest.approx((23.0, -96.0), abs=1e-4)
    with pytest.raises(PlaceError, match="there is no coordinate system 'EPSG:1'"):
        to_degrees(0.0, 0.0, "EPSG:1")
