"""Tables of a scenario as text cells: CSV, Parquet, GeoPackage, GeoJSON."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from optimizer.scenario.csv_table import NumberedRows, read_csv
from optimizer.scenario.findings import Place

GEOGRAPHIC = (".gpkg", ".geojson", ".json")


@dataclass(slots=True)
class RawRow:
    """A row before it is checked: text cells by column, the empty ones too, what ``--set`` changed, and what stood there before."""

    file: str
    number: int
    folder: Path
    key: str
    cells: dict[str, str]
    overridden: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)

    def place(self, column: str) -> Place:
        """Where the cell of a column was written."""
        if column in self.overridden:
            return Place("--set", self.overridden[column], self.folder)
        where = f"row {self.number}" + (f" ({self.key})" if self.key else "") + (f", column {column}" if column else "")
        return Place(self.file, where, self.folder)


@dataclass(slots=True)
class RawTable:
    """A table before it is checked."""

    name: str
    place: Place
    columns: list[str]
    rows: list[RawRow]


def read_cells(path: Path) -> tuple[list[str], NumberedRows]:
    """Read the columns and the numbered rows of a table; the header is row 1.

    Parameters
    ----------
    path : Path
        A file ending in .csv, .parquet, .gpkg, .geojson or .json. A geometry gives ``lat`` and ``lon`` (WGS 84) where those
        columns are missing.

    Raises
    ------
    BadRows
        Rows of a CSV file do not fit its header.
    ValueError
        The file is of another kind, or cannot be read as what its name says.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return read_csv(path)
    if suffix not in (".parquet", *GEOGRAPHIC):
        raise ValueError(f"{path.suffix!r} is no kind of table; allowed: .csv, .parquet, .gpkg, .geojson")
    try:
        frame = pd.read_parquet(path) if suffix == ".parquet" and not _is_geoparquet(path) else _read_geographic(path)
    except (OSError, RuntimeError, ValueError) as error:
        raise ValueError(f"cannot be read: {error}") from error
    columns = [str(column) for column in frame.columns]
    rows = [
        {column: _text(value) for column, value in zip(columns, values, strict=True)} for values in frame.itertuples(index=False)
    ]
    return columns, list(enumerate(rows, start=2))


def _is_geoparquet(path: Path) -> bool:
    from pyarrow import parquet  # noqa: PLC0415 - few scenarios need it

    return b"geo" in (parquet.read_schema(path).metadata or {})


def to_degrees(table: RawTable, crs: str) -> None:
    """Give every row that has ``x`` and ``y`` in a coordinate system its ``lat`` and ``lon`` (WGS 84) instead.

    Parameters
    ----------
    table : RawTable
        Its rows are changed; cells that are no numbers are left as they are.
    crs : str
        Name of the system, such as ``EPSG:5070``.

    Raises
    ------
    ValueError
        There is no such system, or the table has no such columns.
    """
    from pyproj import Transformer  # noqa: PLC0415 - few scenarios need it
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    if not {"x", "y"} <= set(table.columns):
        raise ValueError("sites.crs is for the columns x and y of a CSV file; the table has none")
    try:
        transformer = Transformer.from_crs(crs, 4326, always_xy=True)
    except CRSError as error:
        raise ValueError(f"there is no coordinate system {crs!r}; allowed: a name such as EPSG:5070") from error
    table.columns[:] = [{"x": "lon", "y": "lat"}.get(column, column) for column in table.columns]
    for row in table.rows:
        x, y = row.cells.pop("x"), row.cells.pop("y")
        try:
            lon, lat = transformer.transform(float(x), float(y))
        except ValueError:
            lon, lat = x, y
        row.cells.update(lat=str(lat), lon=str(lon))


def _read_geographic(path: Path) -> pd.DataFrame:
    """Read a layer; its geometry becomes ``lat`` and ``lon`` where those are not columns."""
    import geopandas  # noqa: PLC0415 - heavy, and few scenarios need it

    frame = geopandas.read_parquet(path) if path.suffix == ".parquet" else geopandas.read_file(path)
    if frame.crs is None:
        raise ValueError("the layer names no coordinate system")
    points = frame.geometry.representative_point().to_crs(4326)
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    for column, values in (("lat", points.y), ("lon", points.x)):
        if column not in table:
            table[column] = values
    return table


def _text(value: Any) -> str:
    """Typed cell as the text a person would have written; missing is empty."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if str(value) in ("True", "False"):
        return str(value).lower()
    return str(value).strip()
