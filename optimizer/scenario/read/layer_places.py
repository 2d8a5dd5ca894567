"""Geometries of a layer as the ``lat`` and ``lon`` of its rows; where a row gives both, they must be the same place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from optimizer.core.coordinates import CoordinateFault, System, as_text
from optimizer.core.input_files import InputFault
from optimizer.scenario.read.csv_table import Cells, NumberedRows, RowFault

NEAR_DEGREES = 0.02
"""How far a place may lie from its geometry, some 2 km: people round to two decimals."""


def with_places(columns: Sequence[str], rows: NumberedRows, shapes: Sequence[Any], crs: str) -> Cells:
    """Give rows the place of their geometry.

    Parameters
    ----------
    columns, rows
        Cells beside the geometry.
    shapes : sequence of shapely.Geometry or None
        Geometry of each row; none where it has none.
    crs : str
        Name of their coordinate system.

    Raises
    ------
    InputFault
        There is no such system.
    """
    try:
        system = System(crs)
    except CoordinateFault as error:
        raise InputFault(f"its geometries are in a coordinate system that is not known ({error}); save it in EPSG:4326") from error
    kept, faults = [], []
    for (number, cells), shape in zip(rows, shapes, strict=True):
        message = _placed(cells, shape, system)
        kept.append((number, cells))
        if message:
            faults.append(RowFault(number, dict(cells), message))
    named = [*columns, *(column for column in ("lat", "lon") if column not in columns)]
    for _, cells in kept:
        cells.setdefault("lat", "")
        cells.setdefault("lon", "")
    left_out = {fault.number for fault in faults}
    return Cells(named, [row for row in kept if row[0] not in left_out], tuple(faults))


def _placed(cells: dict[str, str], shape: Any, system: System) -> str:
    """Fill ``lat`` and ``lon`` that are empty; gives what is wrong, else nothing."""
    if shape is None or shape.is_empty:
        return ""
    inner = shape if shape.geom_type == "Point" else shape.representative_point()
    try:
        lat, lon = system.point(inner.x, inner.y)
    except CoordinateFault as error:
        return f"its geometry cannot be placed: {error}"
    given = _place_of_cells(cells)
    if given is None:
        cells.update(lat=cells.get("lat") or repr(lat), lon=cells.get("lon") or repr(lon))
        return ""
    if _is_near(given, (lat, lon)) or _holds(shape, given, system):
        return ""
    return (f"lat and lon say {given[0]:g}, {given[1]:g}, the geometry says {as_text((lat, lon))}: two places; "
            "empty the cells lat and lon to take the geometry, or mend it")


def _place_of_cells(cells: dict[str, str]) -> tuple[float, float] | None:
    """Place that the cells of a row give; none where they are empty, or no numbers (that is said where cells are checked)."""
    try:
        return float(cells["lat"]), float(cells["lon"])
    except (KeyError, ValueError):
        return None


def _is_near(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) <= NEAR_DEGREES and abs(one[1] - other[1]) <= NEAR_DEGREES


def _holds(shape: Any, given: tuple[float, float], system: System) -> bool:
    """Whether a place lies in an area, or within reach of it."""
    import shapely  # noqa: PLC0415 - only layers need it

    if shape.geom_type == "Point":
        return False
    points = shapely.transform(shape, lambda xy: [[*reversed(system.point(x, y))] for x, y in xy])
    return bool(points.distance(shapely.Point(given[1], given[0])) <= NEAR_DEGREES)
