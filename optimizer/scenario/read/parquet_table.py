"""A table from Parquet; with geometries (GeoParquet) they give the places of its rows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from optimizer.core.input_files import InputFault
from optimizer.core.input_parquet import geo_of, read_stranger
from optimizer.core.printable import shown
from optimizer.scenario.read.cell_text import cell_text
from optimizer.scenario.read.csv_table import Cells, NumberedRows, require_size
from optimizer.scenario.read.layer_places import with_places
from optimizer.scenario.read.wkb import shape_of

_INDEX = re.compile(r"__index_level_\d+__")
"""Columns in which pandas keeps an index without a name."""


def read_parquet(path: Path) -> Cells:
    """Read a Parquet table.

    Raises
    ------
    ValueError
        It is too large, cannot be read, or its geometries are in a coordinate system that is not known.
    """
    table = read_stranger(path)
    geo = geo_of(table)
    geometry = _geometry(geo, table.column_names) if geo is not None else None
    columns = [name for name in table.column_names if name != geometry and not _INDEX.fullmatch(name)]
    require_size(table.num_rows, len(columns))
    texts = {name: _texts(table.column(name).to_pylist(), name) for name in columns}
    rows: NumberedRows = [(at + 2, {name: texts[name][at] for name in columns}) for at in range(table.num_rows)]
    if geo is None or geometry is None:
        return Cells(columns, rows)
    shapes = [None if held is None else shape_of(bytes(held)) for held in table.column(geometry).to_pylist()]
    return with_places(columns, rows, shapes, _crs(geo["columns"][geometry]))


def _texts(values: list[Any], name: str) -> list[str]:
    try:
        return [cell_text(value) for value in values]
    except ValueError as error:
        raise InputFault(f"column {shown(name)!r} {error}") from error


def _geometry(geo: dict[str, Any], columns: list[str]) -> str:
    """Column of the geometries, which must be of the one encoding that is read."""
    name, described = geo.get("primary_column"), geo.get("columns")
    if not isinstance(name, str) or name not in columns or not isinstance(described, dict) or not isinstance(described.get(name), dict):
        raise InputFault("its footer names geometries that are not there: not GeoParquet")
    if described[name].get("encoding") != "WKB":
        raise InputFault(f"its geometries are encoded as {shown(str(described[name].get('encoding')))!r}; write them as WKB")
    return name


def _crs(described: dict[str, Any]) -> str:
    """Name of the coordinate system; where it is not said, GeoParquet means longitude and latitude."""
    if "crs" not in described:
        return "OGC:CRS84"
    crs = described["crs"]
    name = crs.get("id") if isinstance(crs, dict) else None
    if not isinstance(name, dict) or "authority" not in name or "code" not in name:
        told = "says that its coordinate system is not known" if crs is None else "names its coordinate system without authority and code"
        raise InputFault(f"{told}; read as degrees its places would be a guess: save it in EPSG:4326")
    return f"{name['authority']}:{name['code']}"
