"""A table from a layer of a GeoPackage, read as the SQLite file it is: nothing in it is run, and only tables are read."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from optimizer.core.input_files import InputFault
from optimizer.core.input_limits import CELL_LETTERS, GEOMETRY_BYTES, TABLE_ROWS
from optimizer.core.printable import shown
from optimizer.scenario.read.cell_text import cell_text
from optimizer.scenario.read.csv_table import Cells, NumberedRows, require_size
from optimizer.scenario.read.layer_places import with_places
from optimizer.scenario.read.wkb import shape_of

_STEPS = 200_000_000
"""Steps of SQLite's machine after which a query is given up."""

_ENVELOPES = (0, 32, 48, 48, 64)
"""Bytes of the envelope that stands before a geometry, by its kind."""


def read_geopackage(path: Path, layer: str | None = None) -> Cells:
    """Read a layer of a GeoPackage.

    Parameters
    ----------
    path : Path
        File.
    layer : str, optional
        Name of the layer; none: the only one.

    Raises
    ------
    ValueError
        There is no such layer, there are several and none is named, or it cannot be read.
    """
    with _opened(path) as base:
        name = _layer(base, layer)
        geometry, crs = _geometry(base, name)
        columns, kinds = _columns(base, name, geometry)
        chosen = ", ".join(_quoted(column) for column in (geometry, *columns))
        held = base.execute(f"SELECT {chosen} FROM {_quoted(name)} LIMIT {TABLE_ROWS.most + 1}").fetchall()
    require_size(len(held), len(columns))
    rows: NumberedRows = []
    for number, (_, *values) in enumerate(held, start=2):
        try:
            rows.append((number, {column: _text(value, kinds[column]) for column, value in zip(columns, values, strict=True)}))
        except ValueError as error:
            raise InputFault(f"a cell {error}", f"row {number}") from error
    return with_places(columns, rows, [_shape(row[0]) for row in held], crs)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, to be read alone, with all that could run or grow limited."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2 * max(GEOMETRY_BYTES.most, 4 * CELL_LETTERS.most))
            base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            base.set_progress_handler(lambda: 1, _STEPS)
            yield base
    except (sqlite3.Error, UnicodeDecodeError, struct.error) as error:
        raise InputFault(f"cannot be read as a GeoPackage: {shown(str(error), 200)}") from error


def _layer(base: sqlite3.Connection, layer: str | None) -> str:
    """Name of the layer that is asked for, which must be a table."""
    found = base.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features' LIMIT 1000").fetchall()
    names = [str(name) for (name,) in found]
    listed = ", ".join(shown(name) for name in names[:20])
    if not names:
        raise InputFault("holds no layer of features")
    if layer is None and len(names) > 1:
        raise InputFault(f"holds {len(names)} layers: {listed}; say which, sites.layer = \"{shown(names[0])}\"")
    if layer is not None and layer not in names:
        raise InputFault(f"has no layer {shown(layer)!r}; known: {listed}")
    name = layer if layer is not None else names[0]
    kind = base.execute("SELECT type FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    if kind != ("table",):
        raise InputFault(f"its layer {shown(name)!r} is no table of its own; save it as one")
    return name


def _geometry(base: sqlite3.Connection, name: str) -> tuple[str, str]:
    """Column of the geometry of a layer, and the name of its coordinate system."""
    question = (
        "SELECT column_name, organization, organization_coordsys_id, srs_id FROM gpkg_geometry_columns JOIN gpkg_spatial_ref_sys "
        "USING (srs_id) WHERE table_name = ?"
    )
    found = base.execute(question, (name,)).fetchone()
    if found is None:
        raise InputFault(f"its layer {shown(name)!r} names no geometry, or a coordinate system that the file does not describe")
    column, organization, code, number = found
    if not isinstance(number, int) or number <= 0:
        raise InputFault(f"its layer {shown(name)!r} says that its coordinate system is not known; save it in EPSG:4326")
    return str(column), f"{organization}:{code}".upper()


def _columns(base: sqlite3.Connection, name: str, geometry: str) -> tuple[list[str], dict[str, str]]:
    """Columns beside the geometry and the number of the row, and how each was declared."""
    described = base.execute(f"PRAGMA table_info({_quoted(name)})").fetchall()
    kept = [
        (str(column), str(kind).upper())
        for _, column, kind, _, _, key in described
        if column != geometry and not (key and str(kind).upper() == "INTEGER")
    ]
    require_size(0, len(kept))
    return [column for column, _ in kept], dict(kept)


def _text(value: Any, kind: str) -> str:
    return cell_text(bool(value) if kind == "BOOLEAN" and isinstance(value, int) else value)


def _shape(held: Any) -> Any:
    """Geometry of a cell: a short head, an envelope, and the bytes (WKB)."""
    if held is None:
        return None
    if not isinstance(held, bytes) or held[:2] != b"GP" or len(held) < 8:
        raise InputFault("a geometry is none of a GeoPackage")
    kind = held[3] >> 1 & 0x07
    if kind >= len(_ENVELOPES):
        raise InputFault("a geometry is none of a GeoPackage")
    return None if held[3] >> 4 & 1 else shape_of(held[8 + _ENVELOPES[kind] :])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
