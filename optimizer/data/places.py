"""Places on the Earth: the county of a point, distances and what light in fibre needs for them. Pure functions of coordinates."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from optimizer.core.coordinates import CoordinateFault, System
from optimizer.core.errors import PlaceError
from optimizer.data.catalogue import table_path

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

WATER_KM = 25.0
"""How far from a county a point in water may lie."""

FIBRE_MS_PER_KM = 0.005
"""One way; ITU-T Recommendation G.114 (05/2003), Annex A, table A.1: 5 microseconds per km of terrestrial optical fibre."""

_COVERED = "the datasets cover the 50 states and the District of Columbia"
_TERRITORIES = {
    "60": "American Samoa", "66": "Guam", "69": "the Northern Mariana Islands", "72": "Puerto Rico", "78": "the U.S. Virgin Islands",
}
"""By the first two digits of a county's FIPS code: they have borders, but no table knows them."""

_ABROAD: tuple[tuple[str, tuple[tuple[float, float], ...]], ...] = (
    ("Mexico", (
        (-117.125, 32.534), (-117.0, 32.55), (-116.5, 32.7), (-114.7, 32.8), (-111.0, 31.6), (-108.3, 31.9), (-106.4, 31.9),
        (-104.5, 30.0), (-103.2, 29.4), (-102.7, 29.9), (-101.4, 29.9), (-100.6, 29.2), (-99.5, 27.8), (-99.0, 26.7), (-97.6, 26.1),
        (-97.147, 25.956), (-97.2, 25.6), (-97.45, 25.0), (-99.5, 25.0), (-100.8, 26.5), (-102.5, 28.0), (-104.5, 28.5), (-106.0, 30.5),
        (-111.0, 30.5), (-112.5, 30.8), (-113.1, 31.3), (-113.6, 31.35), (-114.0, 31.55), (-114.8, 31.9), (-115.2, 31.9), (-116.6, 31.7),
        (-116.65, 31.9), (-116.9, 32.1), (-117.06, 32.33),
    )),
    ("Canada", (  # the mainland from the Pacific to Lake Superior
        (-122.74, 48.99), (-122.77, 49.005), (-122.88, 49.06), (-123.03, 49.06), (-123.04, 49.001), (-123.09, 49.001), (-123.2, 49.12),
        (-123.26, 49.27), (-123.27, 49.33), (-123.45, 49.4), (-123.5, 50.5), (-88.0, 50.5), (-88.0, 48.7), (-88.6, 48.55),
        (-88.75, 48.35), (-88.93, 48.3), (-89.0, 48.5), (-89.2, 48.4), (-89.35, 48.15), (-89.57, 48.0), (-90.8, 48.0), (-93.0, 48.4),
        (-94.6, 48.65), (-94.69, 48.84), (-94.6, 49.1), (-94.6, 49.6), (-95.1, 49.5), (-95.15, 49.38), (-95.15, 49.001), (-95.4, 48.95),
    )),
    ("Canada", (  # Vancouver Island and the Gulf Islands
        (-125.2, 48.78), (-124.75, 48.62), (-124.4, 48.54), (-123.95, 48.42), (-123.72, 48.35), (-123.53, 48.3), (-123.44, 48.4),
        (-123.32, 48.4), (-123.27, 48.44), (-123.35, 48.6), (-123.36, 48.7), (-123.2, 48.73), (-123.05, 48.77), (-123.05, 48.8),
        (-123.3, 48.9), (-123.9, 49.25), (-124.8, 49.6), (-125.5, 49.3),
    )),
    ("Canada", (  # Ontario between the lakes, along the rivers' middles, and down the St. Lawrence to Montreal
        (-83.12, 42.05), (-83.125, 42.15), (-83.13, 42.24), (-83.09, 42.305), (-83.03, 42.323), (-82.95, 42.34), (-82.9, 42.33),
        (-82.6, 42.29), (-82.43, 42.33), (-82.42, 42.48), (-82.51, 42.6), (-82.48, 42.75), (-82.41, 42.95), (-82.42, 43.0), (-82.02, 43.23),
        (-81.75, 43.4), (-81.7, 43.75), (-81.3, 44.6), (-80.0, 44.5), (-79.0, 45.5), (-75.0, 46.2), (-73.4, 45.8), (-73.4, 44.95),
        (-74.7, 44.99), (-74.99, 44.975), (-75.3, 44.83), (-75.5, 44.705), (-75.68, 44.575), (-75.8, 44.44), (-75.93, 44.355),
        (-76.1, 44.33), (-76.2, 44.22), (-76.4, 44.11), (-76.55, 44.2), (-76.9, 44.05), (-76.87, 43.94), (-77.15, 43.84), (-78.2, 43.95),
        (-78.85, 43.85), (-79.4, 43.63), (-79.8, 43.3), (-79.06, 43.262), (-79.05, 43.13), (-79.07, 43.08), (-79.03, 43.06),
        (-79.02, 43.0), (-78.93, 42.96), (-78.91, 42.91), (-78.95, 42.87), (-79.58, 42.85), (-80.2, 42.78), (-80.05, 42.55),
        (-80.4, 42.57), (-81.2, 42.66), (-81.9, 42.26), (-82.4, 42.05), (-82.51, 41.91), (-82.6, 42.03),
    )),
    ("Canada", ((-82.7, 41.72), (-82.62, 41.72), (-82.62, 41.83), (-82.7, 41.83))),  # Pelee Island
    ("Canada", (  # north of Lake Huron and of eastern Lake Superior
        (-84.7, 47.6), (-84.75, 46.95), (-84.55, 46.7), (-84.6, 46.53), (-84.45, 46.49), (-84.35, 46.503), (-84.3, 46.505),
        (-84.25, 46.525), (-84.12, 46.5), (-84.1, 46.22), (-83.98, 46.07), (-83.83, 46.12), (-83.48, 46.0), (-83.45, 45.85),
        (-83.2, 45.82), (-82.6, 45.6), (-81.7, 45.5),
        (-81.0, 46.0), (-81.0, 47.6),
    )),
    ("Canada", (  # Quebec and New Brunswick
        (-73.5, 44.95), (-71.5, 44.95), (-70.8, 45.2), (-70.2, 45.8), (-70.1, 46.4), (-69.3, 47.3), (-68.3, 47.2), (-67.9, 46.9),
        (-67.9, 45.8), (-67.5, 45.5), (-67.45, 45.2), (-67.28, 45.188), (-67.1, 45.12), (-67.06, 45.05), (-66.98, 44.98), (-66.97, 44.92),
        (-66.975, 44.85), (-66.9, 44.83), (-66.88, 44.95), (-66.7, 45.05), (-66.3, 45.1), (-65.5, 45.3), (-65.5, 48.0), (-69.0, 48.3),
        (-71.5, 47.0), (-73.5, 46.2),
    )),
    ("Canada", ((-66.9, 44.75), (-66.75, 44.83), (-66.72, 44.65), (-66.85, 44.58))),  # Grand Manan
    ("Canada", (  # Yukon and British Columbia, along Alaska
        (-141.0, 69.64), (-140.0, 69.6), (-137.0, 69.0), (-128.0, 65.0), (-122.0, 60.0), (-124.0, 54.0), (-130.3, 53.9), (-130.5, 54.35),
        (-130.4, 54.65), (-130.25, 54.95), (-129.97, 55.3), (-130.13, 55.55), (-130.02, 55.9), (-130.0, 56.1), (-131.75, 56.6),
        (-132.2, 57.1), (-133.4, 58.4), (-133.84, 58.73), (-134.95, 59.28), (-135.03, 59.57), (-136.3, 59.63), (-136.47, 59.46),
        (-136.8, 59.16), (-137.5, 58.91), (-138.7, 59.9), (-139.18, 60.08), (-139.08, 60.35), (-139.98, 60.19), (-141.0, 60.31),
    )),
    ("Canada", ((-131.05, 54.6), (-130.75, 54.63), (-130.7, 54.45), (-130.95, 54.45))),  # Dundas Island
)
"""Neighbours' land near the border, longitude and latitude: an assumption, drawn by hand and right to some 5 km.

It only tells land abroad from water where no county holds a point, so it may overlap the United States and ends some way inland.
"""

_KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180.0
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FoundCounty:
    """County of a point; ``water_km`` is 0 on land, else how far off its border the point lies."""

    county_fips: str
    water_km: float


@dataclass(frozen=True, slots=True)
class _Borders:
    codes: npt.NDArray[Any]
    tree: Any


def distance_km(lat: float, lon: float, lats: Floats, lons: Floats) -> Floats:
    """Great-circle distance from one point to many, in km (haversine on the mean radius; within 0.6 percent of the ellipsoid).

    Parameters
    ----------
    lat, lon : float
        Point, degrees (WGS 84).
    lats, lons : arrays
        The others, degrees.
    """
    from_lat, to_lat = math.radians(lat), np.radians(lats)
    half = np.sin((to_lat - from_lat) / 2.0) ** 2
    half = half + math.cos(from_lat) * np.cos(to_lat) * np.sin(np.radians(lons - lon) / 2.0) ** 2
    distance: Floats = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return distance


def route_km(great_circle_km: Floats) -> Floats:
    """Length of fibre between points some great-circle distance apart, in km.

    Planning rule of ITU-T Recommendation G.826 (also Y.1541, 6.2): 1.5 times a distance below 1,000 km, 1,500 km up to 1,200 km,
    1.25 times a greater one.
    """
    near, middle = 1.5 * great_circle_km, np.full_like(great_circle_km, 1500.0)
    route: Floats = np.where(great_circle_km < 1000.0, near, np.where(great_circle_km <= 1200.0, middle, 1.25 * great_circle_km))
    return route


def fibre_latency_ms(great_circle_km: Floats) -> Floats:
    """Propagation delay through fibre, one way, in ms: route length times ``FIBRE_MS_PER_KM``; switches and queues left out."""
    return FIBRE_MS_PER_KM * route_km(great_circle_km)


def county_at(lat: float, lon: float) -> FoundCounty:
    """County of a point; a point in water belongs to the nearest county within ``WATER_KM``.

    Parameters
    ----------
    lat, lon : float
        Degrees (WGS 84).

    Raises
    ------
    PlaceError
        The coordinates are none, no county of the United States is near, or they lie abroad or in a territory.
    """
    _check_degrees(lat, lon)
    found = _holding(lat, lon)
    if found is None:
        _check_abroad(lat, lon)
        found = _nearest(lat, lon)
    if found is not None:
        _check_territory(lat, lon, found)
        return found
    said = f"{lat:g}, {lon:g} is not within {WATER_KM:g} km of a county of the United States"
    if lat > 0 and lon > 0 and _is_found(lat, -lon):
        raise PlaceError(f"{said}; has the longitude lost its minus sign?")
    if abs(lon) <= 90 and _is_found(lon, lat):
        raise PlaceError(f"{said}; are latitude and longitude swapped?")
    raise PlaceError(f"{said}; {_COVERED}.")


def _check_degrees(lat: float, lon: float) -> None:
    if not (math.isfinite(lat) and math.isfinite(lon)):
        raise PlaceError(f"{lat}, {lon} are no coordinates")
    if abs(lat) > 90:
        swapped = "; are latitude and longitude swapped?" if abs(lon) <= 90 and abs(lat) <= 180 else "; is --crs missing?"
        raise PlaceError(f"{lat:g} is no latitude; allowed: -90 to 90{swapped}")
    if abs(lon) > 180:
        raise PlaceError(f"{lon:g} is no longitude; allowed: -180 to 180; is --crs missing?")


def _check_abroad(lat: float, lon: float) -> None:
    """Refuse a point on a neighbour's land, which else would pass for water of the United States."""
    import shapely  # noqa: PLC0415 - only places need it

    point = shapely.Point(lon, lat)
    country = next((name for name, outline in _ABROAD if shapely.Polygon(outline).intersects(point)), None)
    if country is not None:
        raise PlaceError(f"{lat:g}, {lon:g} lies in {country}; {_COVERED}.")


def _check_territory(lat: float, lon: float, found: FoundCounty) -> None:
    territory = _TERRITORIES.get(found.county_fips[:2])
    if territory is not None:
        where = "off" if found.water_km else "in"
        raise PlaceError(f"{lat:g}, {lon:g} lies {where} {territory}; {_COVERED}.")


def _is_found(lat: float, lon: float) -> bool:
    return abs(lat) <= 90 and _holding(lat, lon) is not None


def _holding(lat: float, lon: float) -> FoundCounty | None:
    """County whose border surrounds a point; of two that share the border, the first."""
    import shapely  # noqa: PLC0415 - only places need it

    borders = _borders()
    hits = borders.tree.query(shapely.Point(lon, lat), predicate="intersects")
    return FoundCounty(min(str(code) for code in borders.codes[hits]), 0.0) if len(hits) else None


def _nearest(lat: float, lon: float) -> FoundCounty | None:
    """Nearest county within ``WATER_KM``, measured on a plane that touches the Earth at the point."""
    import shapely  # noqa: PLC0415 - only places need it

    borders, narrowing = _borders(), max(math.cos(math.radians(lat)), 0.01)
    high, wide = WATER_KM / _KM_PER_DEGREE, WATER_KM / _KM_PER_DEGREE / narrowing
    near = borders.tree.query(shapely.box(lon - wide, lat - high, lon + wide, lat + high))
    if not len(near):
        return None
    plane = shapely.transform(
        borders.tree.geometries[near], lambda points: (points - (lon, lat)) * (_KM_PER_DEGREE * narrowing, _KM_PER_DEGREE)
    )
    distances = shapely.distance(plane, shapely.Point(0.0, 0.0))
    least = int(np.argmin(distances))
    return FoundCounty(str(borders.codes[near[least]]), float(distances[least])) if distances[least] <= WATER_KM else None


@functools.cache
def _borders() -> _Borders:
    """Borders of all counties in a search tree; read without geopandas, whose import alone would take longer."""
    import shapely  # noqa: PLC0415 - only places need it
    from pyarrow import parquet  # noqa: PLC0415 - only places need it

    columns = parquet.read_table(table_path("county_borders"), columns=["county_fips", "geometry"])
    shapes = shapely.from_wkb(columns["geometry"].to_numpy())
    return _Borders(columns["county_fips"].to_numpy(), shapely.STRtree(shapes))


def to_degrees(y: float, x: float, crs: str) -> tuple[float, float]:
    """Latitude and longitude (WGS 84) of a point in another coordinate system.

    Parameters
    ----------
    y, x : float
        Northing and easting (or latitude and longitude) in units of the system.
    crs : str
        Its name, such as ``EPSG:5070``.

    Raises
    ------
    PlaceError
        There is no such system, the point lies outside it, or degrees stand where the system counts lengths.
    """
    try:
        return System(crs).point(x, y)
    except CoordinateFault as error:
        raise PlaceError(str(error)) from error
