"""Polygons of a TopoJSON file: borders shared by two areas are stored once, as arcs of steps on a grid."""

from __future__ import annotations

import json
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

__all__ = ["COUNTY_TOPOLOGY", "Topology", "polygonal"]

COUNTY_TOPOLOGY = "sites/geo/us_atlas_counties_10m.json"
DECIMALS = 7

Point = tuple[float, float]


class Topology:
    """Geometries of a TopoJSON file (https://github.com/topojson/topojson-specification).

    Parameters
    ----------
    path : pathlib.Path
        A quantized TopoJSON file in longitude and latitude (degrees).
    """

    def __init__(self, path: Path) -> None:
        self._content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))

    @cached_property
    def _arcs(self) -> list[list[Point]]:
        """Points (longitude, latitude) of every arc; a stored arc is its first grid point and then the steps from point to point."""
        (scale_x, scale_y), (origin_x, origin_y) = self._content["transform"]["scale"], self._content["transform"]["translate"]
        decoded = []
        for arc in self._content["arcs"]:
            lons = [round(x * scale_x + origin_x, DECIMALS) for x in accumulate(step[0] for step in arc)]
            lats = [round(y * scale_y + origin_y, DECIMALS) for y in accumulate(step[1] for step in arc)]
            decoded.append(list(zip(lons, lats, strict=True)))
        return decoded

    def _ring(self, numbers: list[int]) -> list[Point]:
        """One closed line of arcs; ``~n`` is arc n walked backwards, and each arc begins where the one before ended."""
        points: list[Point] = []
        for number in numbers:
            arc = self._arcs[number] if number >= 0 else self._arcs[~number][::-1]
            points.extend(arc if not points else arc[1:])
        return points

    def _polygon(self, rings: list[list[int]]) -> Polygon:
        """One polygon, its outline first; rings that the grid has pressed to a line or a point (under 4 points) are left out."""
        outer, *holes = (points if len(points) > 3 else [] for points in map(self._ring, rings))
        return Polygon(outer, [hole for hole in holes if hole]) if outer else Polygon()

    def shapes(self, layer: str) -> dict[str, BaseGeometry]:
        """Valid polygons and multipolygons of a layer by their id; areas without a border are left out.

        Raises
        ------
        KeyError
            The file has no such layer.
        """
        found: dict[str, BaseGeometry] = {}
        for geometry in self._content["objects"][layer]["geometries"]:
            parts = geometry.get("arcs", [])
            if parts:
                polygons = [parts] if geometry["type"] == "Polygon" else parts
                found[geometry["id"]] = polygonal(MultiPolygon([self._polygon(rings) for rings in polygons]))
        return found


def polygonal(shape: BaseGeometry) -> BaseGeometry:
    """The same area as a valid polygon or multipolygon: lines and points left over from mending are dropped."""
    mended = shape if shape.is_valid else shapely.make_valid(shape)
    polygons = [part for part in shapely.get_parts(shapely.get_parts(mended)) if part.geom_type == "Polygon" and part.area > 0]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
