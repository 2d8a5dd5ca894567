"""Places on the Earth: the county of a point, distances and what light in fibre needs for them. Pure functions of coordinates."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from optimizer.catalogue import table_path
from optimizer.errors import PlaceError

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

WATER_KM = 25.0
"""How far from a county a point in water may lie."""

FIBRE_MS_PER_KM = 0.005
"""One way; ITU-T Recommendation G.114 (05/2003), Annex A, table A.1: 5 microseconds per km of terrestrial optical fibre."""

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
        The coordinates are none, or no county of the United States is near.
    """
    _check_degrees(lat, lon)
    found = _holding(lat, lon) or _nearest(lat, lon)
    if found is not None:
        return found
    said = f"{lat:g}, {lon:g} is not within {WATER_KM:g} km of a county of the United States"
    if lat > 0 and lon > 0 and _is_found(lat, -lon):
        raise PlaceError(f"{said}; has the longitude lost its minus sign?")
    if abs(lon) <= 90 and _is_found(lon, lat):
        raise PlaceError(f"{said}; are latitude and longitude swapped?")
    raise PlaceError(f"{said}; the datasets cover the 50 states and the District of Columbia.")


def _check_degrees(lat: float, lon: float) -> None:
    if not (math.isfinite(lat) and math.isfinite(lon)):
        raise PlaceError(f"{lat}, {lon} are no coordinates")
    if abs(lat) > 90:
        swapped = "; are latitude and longitude swapped?" if abs(lon) <= 90 and abs(lat) <= 180 else "; is --crs missing?"
        raise PlaceError(f"{lat:g} is no latitude; allowed: -90 to 90{swapped}")
    if abs(lon) > 180:
        raise PlaceError(f"{lon:g} is no longitude; allowed: -180 to 180; is --crs missing?")


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
        There is no such system, or the point lies outside it.
    """
    from pyproj import Transformer  # noqa: PLC0415 - only places in other systems need it
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        lon, lat = Transformer.from_crs(crs, 4326, always_xy=True).transform(x, y)
    except CRSError as error:
        raise PlaceError(f"there is no coordinate system {crs!r}; allowed: a name such as EPSG:5070") from error
    if not (math.isfinite(lat) and math.isfinite(lon)):
        raise PlaceError(f"{y:g}, {x:g} lies outside {crs}")
    return float(lat), float(lon)
