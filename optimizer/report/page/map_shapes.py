"""Counties of the United States as paths of a small SVG: few classes of a price, borders simplified, Alaska and Hawaii moved in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.data.catalogue import table_path
from optimizer.scenario.fill.facts import counties_of_states

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

WIDTH, HEIGHT = 960.0, 610.0
"""Units of the picture."""

STATES_CRS = "EPSG:5070"
_TOLERANCE = 1.1
"""Units by which a border may be drawn off its place."""

_FAR = ("AK", "HI")


@dataclass(frozen=True, slots=True)
class _Frame:
    """Part of the picture: its states (empty: all others), their coordinate system, and where it lies: scale, then offset, in units."""

    states: tuple[str, ...]
    crs: str
    bounds_m: tuple[float, float, float, float]
    box: tuple[float, float, float]

    def to_units(self, xy_m: np.ndarray) -> np.ndarray:
        """Units of the picture of coordinates in metres, shape (n, 2); the origin is the upper left corner."""
        left, _, right, top = self.bounds_m
        x, y, width = self.box
        scale = width / (right - left)
        return np.column_stack([x + (xy_m[:, 0] - left) * scale, y + (top - xy_m[:, 1]) * scale])


FRAMES = (
    _Frame((), STATES_CRS, (-2_370_000.0, 260_000.0, 2_270_000.0, 3_190_000.0), (5.0, 5.0, 950.0)),
    _Frame(("AK",), "EPSG:3338", (-900_000.0, 380_000.0, 1_520_000.0, 2_400_000.0), (10.0, 460.0, 165.0)),
    _Frame(("HI",), "ESRI:102007", (-430_000.0, 500_000.0, 500_000.0, 1_250_000.0), (190.0, 515.0, 100.0)),
)
"""The 48 states, Alaska (not to scale, its far islands cut) and Hawaii (not to scale)."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Paths of a map: per class of the value one, one of all state borders."""

    classes: tuple[str, ...]
    missing: str
    states: str


def classified(values: pd.Series[float], bounds: Sequence[float]) -> pd.Series[Any]:
    """Class (0, 1, ...) of every value between ascending bounds; -1 where there is none."""
    classes = np.searchsorted(np.asarray(bounds[1:-1]), values.to_numpy(dtype="float64"), side="right")
    return values.notna().astype(int) * (classes + 1) - 1


def shapes(classes: pd.Series[Any], count: int) -> Shapes:
    """Draw counties by class.

    Parameters
    ----------
    classes : pandas.Series
        By ``county_fips``: 0 to ``count`` - 1, or -1 where the value is not known.
    count : int
    """
    import shapely  # noqa: PLC0415 - heavy, and only maps need it

    paths = dict.fromkeys(range(-1, count), "")
    states = ""
    for frame, fips, geometries in _drawn():
        of_class = classes.reindex(fips).fillna(-1).astype(int).to_numpy()
        for number in np.unique(of_class):
            paths[int(number)] += "".join(_path(frame, geometry) for geometry in geometries[of_class == number])
        state = np.array([code[:2] for code in fips])
        states += "".join(_path(frame, shapely.union_all(geometries[state == code])) for code in np.unique(state))
    return Shapes(tuple(paths[number] for number in range(count)), paths[-1], states)


def place(lat: float, lon: float) -> tuple[float, float] | None:
    """Where a point lies in the picture; ``None`` if outside it."""
    from pyproj import Transformer  # noqa: PLC0415 - heavy, and only maps need it

    for frame in FRAMES:
        xy = np.array([Transformer.from_crs("EPSG:4326", frame.crs, always_xy=True).transform(lon, lat)])
        left, bottom, right, top = frame.bounds_m
        is_far = lat > 50.0 or lon < -130.0
        if is_far == bool(frame.states) and left <= xy[0, 0] <= right and bottom <= xy[0, 1] <= top:
            x, y = frame.to_units(xy)[0]
            return float(x), float(y)
    return None


@cache
def _drawn() -> tuple[tuple[_Frame, tuple[str, ...], Any], ...]:
    """Per frame its counties and their simplified borders, in metres."""
    import geopandas  # noqa: PLC0415 - heavy, and only maps need it
    import shapely  # noqa: PLC0415

    borders = geopandas.read_parquet(table_path("county_borders"))
    borders = borders[borders["county_fips"].isin(counties_of_states().index)]
    found = []
    for frame in FRAMES:
        is_inside = borders["state_abbr"].isin(frame.states) if frame.states else ~borders["state_abbr"].isin(_FAR)
        part = borders[is_inside].to_crs(frame.crs)
        left, _, right, _ = frame.bounds_m
        metres = _TOLERANCE * (right - left) / frame.box[2]
        geometries = shapely.coverage_simplify(part.geometry.to_numpy(), metres)
        if frame.states == ("AK",):
            geometries = shapely.clip_by_rect(geometries, *frame.bounds_m)
        found.append((frame, tuple(part["county_fips"]), geometries))
    return tuple(found)


def _path(frame: _Frame, geometry: Any) -> str:
    """Path of a geometry in half units."""
    return "".join(_ring(frame.to_units(np.asarray(ring.coords)[:, :2])) for ring in _rings(geometry))


def _rings(geometry: Any) -> Iterable[Any]:
    for polygon in getattr(geometry, "geoms", [geometry]):
        if polygon.geom_type == "Polygon" and not polygon.is_empty:
            yield polygon.exterior
            yield from polygon.interiors


def _ring(points: np.ndarray) -> str:
    """Closed ring in half units, as differences; rings that vanish are left out."""
    whole = np.rint(2.0 * points).astype(int)
    moves = np.diff(whole, axis=0)
    moves = moves[(moves != 0).any(axis=1)][:-1]
    if len(moves) < 2:
        return ""
    return f"M{whole[0, 0]} {whole[0, 1]}l{' '.join(f'{x} {y}' for x, y in moves)}z".replace(" -", "-")
