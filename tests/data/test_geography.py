"""Points and distances: known places, water, borders, and what is nowhere."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optimizer.core.errors import PlaceError
from optimizer.data.catalogue import table
from optimizer.data.places import county_at, distance_km, fibre_latency_ms, route_km, to_degrees


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


@pytest.mark.parametrize(("lat", "lon"), [
    (47.6, -87.8),  # Lake Superior off the Keweenaw
    (42.4, -87.6),  # Lake Michigan off Waukegan
    (42.0, -81.0),  # Lake Erie off Ohio
    (43.45, -78.6),  # Lake Ontario off Niagara County
    (45.3, -83.2),  # Lake Huron off Alpena
    (42.45, -82.75),  # Lake St. Clair
    (29.2, -94.7),  # the Gulf off Galveston
    (26.0, -97.0),  # the Gulf off the mouth of the Rio Grande
    (34.0, -118.7),  # the Pacific off Malibu
    (32.6, -117.3),  # the Pacific off San Diego, near the border
    (48.2, -123.3),  # the Strait of Juan de Fuca
    (48.8, -122.95),  # Boundary Pass
    (48.95, -94.9),  # Lake of the Woods
])
def test_water_along_the_borders_is_no_land_abroad(lat, lon):
    assert county_at(lat, lon).water_km <= 25


@pytest.mark.parametrize(("lat", "lon", "country"), [
    (32.5, -117.02, "Mexico"),  # Tijuana
    (32.62, -115.45, "Mexico"),  # Mexicali
    (31.30, -110.94, "Mexico"),  # Nogales, Sonora
    (31.72, -106.47, "Mexico"),  # Ciudad Juarez
    (27.47, -99.53, "Mexico"),  # Nuevo Laredo
    (26.07, -98.28, "Mexico"),  # Reynosa
    (25.85, -97.50, "Mexico"),  # Matamoros
    (48.45, -123.35, "Canada"),  # Victoria
    (49.03, -122.80, "Canada"),  # White Rock
    (49.26, -123.11, "Canada"),  # Vancouver
    (49.01, -100.0, "Canada"),  # a kilometre north of North Dakota
    (48.38, -89.25, "Canada"),  # Thunder Bay
    (46.51, -84.33, "Canada"),  # Sault Ste. Marie, Ontario
    (42.3, -83.0, "Canada"),  # Windsor
    (42.97, -82.38, "Canada"),  # Sarnia
    (43.09, -79.10, "Canada"),  # Niagara Falls, Ontario
    (44.25, -76.50, "Canada"),  # Kingston
    (45.02, -74.73, "Canada"),  # Cornwall
    (45.5, -73.57, "Canada"),  # Montreal
    (45.27, -72.15, "Canada"),  # Magog
    (45.20, -67.27, "Canada"),  # St. Stephen
    (48.65, -123.40, "Canada"),  # Sidney
    (44.88, -66.93, "Canada"),  # Campobello Island
    (42.317, -83.04, "Canada"),  # the riverfront of Windsor
    (55.95, -129.98, "Canada"),  # Stewart
])
def test_land_abroad_is_no_water_of_the_united_states(lat, lon, country):
    with pytest.raises(PlaceError, match=f"lies in {country}; the datasets cover the 50 states and the District of Columbia"):
        county_at(lat, lon)


@pytest.mark.parametrize(("lat", "lon", "state"), [
    (31.7587, -106.4869, "48"),  # El Paso
    (27.5236, -99.49, "48"),  # Laredo
    (25.93, -97.48, "48"),  # Brownsville
    (32.6789, -115.4989, "06"),  # Calexico
    (42.3314, -83.0558, "26"),  # Detroit
    (42.975, -82.43, "26"),  # Port Huron
    (43.0945, -79.04, "36"),  # Niagara Falls, New York
    (42.8864, -78.8784, "36"),  # Buffalo
    (46.49, -84.35, "26"),  # Sault Ste. Marie, Michigan
    (48.59, -93.41, "27"),  # International Falls
    (49.3, -95.0, "27"),  # the Northwest Angle
    (48.98, -123.06, "53"),  # Point Roberts
    (48.54, -123.03, "53"),  # San Juan Island
    (44.9062, -66.99, "23"),  # Eastport
    (55.342, -131.646, "02"),  # Ketchikan
    (59.458, -135.314, "02"),  # Skagway
])
def test_towns_of_the_united_states_at_the_border_are_not_abroad(lat, lon, state):
    assert county_at(lat, lon).county_fips.startswith(state)


def test_large_cities_of_the_neighbours_belong_to_no_county():
    cities = table("cities")
    for city in cities[cities["country_code"].isin(["CA", "MX"])].itertuples():
        with pytest.raises(PlaceError):
            county_at(city.lat, city.lon)


@pytest.mark.parametrize(("lat", "lon", "says"), [
    (18.4, -66.06, "in Puerto Rico"),
    (18.34, -64.93, "U.S. Virgin Islands"),
    (13.45, 144.78, "in Guam"),
])
def test_territories_are_refused(lat, lon, says):
    with pytest.raises(PlaceError, match="the datasets cover the 50 states and the District of Columbia") as caught:
        county_at(lat, lon)
    assert says in str(caught.value)


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
    # 200 m north of it is 200 / 110,743 m (a degree of latitude there) x the scale of the projection, 0.985 along a meridian.
    lat, lon = to_degrees(200.0, 0.0, "EPSG:5070")
    assert (lat, lon) == pytest.approx((23.0 + 0.0018, -96.0), abs=1e-4)
    with pytest.raises(PlaceError, match="there is no coordinate system 'EPSG:1'"):
        to_degrees(0.0, 0.0, "EPSG:1")
