"""Tables of a scenario as text cells: CSV, Parquet, GeoPackage, GeoJSON, each only where its content is what its name says."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from optimizer.core.coordinates import CoordinateFault, System
from optimizer.core.input_files import InputFault, read_bytes
from optimizer.core.input_limits import TABLE_BYTES
from optimizer.scenario.read.csv_table import Cells, read_csv
from optimizer.scenario.read.findings import Findings, Place

KINDS = {
    ".csv": "CSV", ".parquet": "Parquet", ".gpkg": "GeoPackage", ".geojson": "GeoJSON", ".json": "GeoJSON",
}
"""What a file of a name is to be by its content."""

_BEGINS = {b"SQLite format 3\x00": "GeoPackage", b"PAR1": "Parquet"}


@dataclass(slots=True)
class RawRow:
    """A row before it is checked: text cells by column, the empty ones too, what ``--set`` changed, and what stood there before.

    ``is_unfilled`` says that the datasets could not fill it: its empty cells are then no news.
    """

    file: str
    number: int
    folder: Path
    key: str
    cells: dict[str, str]
    overridden: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    is_unfilled: bool = False

    def place(self, column: str) -> Place:
        """Where the cell of a column was written."""
        if column in self.overridden:
            return Place("--set", self.overridden[column], self.folder)
        where = f"row {self.number}" + (f" ({self.key})" if self.key else "") + (f", column {column}" if column else "")
        return Place(self.file, where, self.folder)


@dataclass(slots=True)
class RawTable:
    """A table before it is checked; ``misfits`` are the rows that do not fit its header: noted, and known by their keys alone."""

    name: str
    place: Place
    columns: list[str]
    rows: list[RawRow]
    misfits: list[RawRow] = field(default_factory=list)

    def all_keys(self) -> set[str]:
        """Keys of all rows, of those too that are wrong."""
        return {row.key for row in (*self.rows, *self.misfits)}


def read_cells(path: Path, layer: str | None = None) -> Cells:
    """Read the columns and the numbered rows of a table; the header is row 1.

    Parameters
    ----------
    path : Path
        A file ending in .csv, .parquet, .gpkg, .geojson or .json, and of that kind by its content. A geometry gives ``lat`` and ``lon``
        (WGS 84) where those cells are empty.
    layer : str, optional
        Layer of a GeoPackage; none: the only one.

    Raises
    ------
    BadRows
        A CSV file ends within a quote: what follows is not known.
    ValueError
        The file is of another kind, too large, or cannot be read as what its name says.
    OSError
        It may not be read.
    """
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise ValueError(f"{path.suffix!r} is no kind of table; allowed: .csv, .parquet, .gpkg, .geojson")
    if layer is not None and kind != "GeoPackage":
        raise ValueError(f"sites.layer is for a GeoPackage; a file of {kind} holds one table: leave it out")
    if kind == "CSV":
        return read_csv(path)
    _require_kind(kind, read_bytes(path, TABLE_BYTES)[:16])
    if kind == "Parquet":
        from optimizer.scenario.read.parquet_table import read_parquet  # noqa: PLC0415 - few scenarios need it

        return read_parquet(path)
    if kind == "GeoPackage":
        from optimizer.scenario.read.geopackage_table import read_geopackage  # noqa: PLC0415

        return read_geopackage(path, layer)
    from optimizer.scenario.read.geojson_table import read_geojson  # noqa: PLC0415

    return read_geojson(path)


def _require_kind(kind: str, begins: bytes) -> None:
    """Refuse a file whose first bytes are those of another kind."""
    found = next((name for mark, name in _BEGINS.items() if begins.startswith(mark)), None)
    is_json = begins.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    if found != kind and not (kind == "GeoJSON" and found is None and is_json):
        told = f"it is {found}: give it that name's ending" if found else "it begins like none of GeoPackage, GeoJSON and GeoParquet"
        raise InputFault(f"is no {kind} by its content; {told}")


def to_degrees(table: RawTable, crs: str, findings: Findings) -> None:
    """Give every row that has ``x`` and ``y`` in a coordinate system its ``lat`` and ``lon`` (WGS 84) instead.

    Parameters
    ----------
    table : RawTable
        Its rows are changed; cells that are no numbers are left as they are.
    crs : str
        Name of the system, such as ``EPSG:5070``.
    findings : Findings
        Takes a system that is not known, columns that are missing, and points that cannot be meant in it.
    """
    if not {"x", "y"} <= set(table.columns):
        findings.add(table.place, "crs", "sites.crs is for the columns x and y of a CSV file; the table has none")
        return
    try:
        system = System(crs)
    except CoordinateFault as error:
        findings.add(table.place, "crs", str(error))
        return
    beside = {"lat", "lon"} & set(table.columns)
    if beside:
        message = f"the table has {' and '.join(sorted(beside))} beside x and y, and which of them holds is not said; take one pair out"
        findings.add(table.place, "crs", message)
    table.columns[:] = [{"x": "lon", "y": "lat"}.get(column, column) for column in table.columns if column not in beside]
    for row in table.rows:
        x, y = row.cells.pop("x"), row.cells.pop("y")
        try:
            lat, lon = map(repr, system.point(float(x), float(y)))
        except CoordinateFault as error:
            findings.add(row.place("x"), "x", str(error))
            lat = lon = ""
        except ValueError:
            lat, lon = y, x
        row.cells.update(lat=lat, lon=lon)
