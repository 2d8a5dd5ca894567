"""From the tables a scenario names to checked rows."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from optimizer.core.input_files import InputFault, within
from optimizer.core.printable import shown, unseen
from optimizer.scenario.read.csv_table import BadRows, RowFault
from optimizer.scenario.read.document import Document
from optimizer.scenario.read.findings import MOST_ALIKE, Findings, Place, nearest
from optimizer.scenario.read.partly_read import partly_read
from optimizer.scenario.read.tables import RawRow, RawTable, read_cells, to_degrees
from optimizer.scenario.read.validate import value_message
from optimizer.scenario.schema.config import SitesSection
from optimizer.scenario.schema.describe_fields import column_names, field_of, shown_name
from optimizer.scenario.schema.fields import Record
from optimizer.scenario.schema.rows import KEYS, ROW_MODELS, TABLE_SETTINGS, ModeRow, RampRow, SiteRow, SourceRow
from optimizer.scenario.schema.rows_power import BatteryRow, OnsiteGasRow, PpaRow, TariffRow

Row = TypeVar("Row", bound=Record)

_NEVER_FILLED = ("site_id", "lat", "lon")
"""Columns of a site that only its author can know."""


@dataclass(frozen=True, slots=True)
class Placed(Generic[Row]):
    """A checked row with the raw row it came from, and whether all of it is right."""

    row: Row
    raw: RawRow
    is_right: bool = True

    def place(self, column: str) -> Place:
        """Where the cell of a column was written."""
        return self.raw.place(column)


@dataclass(frozen=True, slots=True)
class TableRows:
    """The checked rows of every table of a scenario."""

    sites: tuple[Placed[SiteRow], ...]
    modes: tuple[Placed[ModeRow], ...]
    tariffs: tuple[Placed[TariffRow], ...]
    onsite_gas: tuple[Placed[OnsiteGasRow], ...]
    ppas: tuple[Placed[PpaRow], ...]
    batteries: tuple[Placed[BatteryRow], ...]
    ramps: tuple[Placed[RampRow], ...]
    sources: tuple[Placed[SourceRow], ...]


def read_tables(document: Document, findings: Findings, sites: SitesSection | None = None) -> dict[str, RawTable]:
    """Read every table the scenario names, with its columns checked.

    Sites that are filled may lack columns, and carry those of the modes and tariffs that are made for them.
    """
    is_filled = sites is not None and sites.is_filled
    tables = {}
    for name, setting in TABLE_SETTINGS.items():
        section = document.data.get(setting[0])
        file = section.get(setting[1]) if isinstance(section, dict) else None
        if isinstance(file, str):
            table = _read_table(name, _Named(file, document.place(setting), document.folder, sites), findings)
            if table is not None:
                if name == "sites" and sites is not None and sites.crs is not None:
                    to_degrees(table, sites.crs, findings)
                _check_columns(table, is_filled and name in ("sites", "modes"), findings)
                tables[name] = table
    return tables


@dataclass(frozen=True, slots=True)
class _Named:
    """File of a table as it is named: where, the scenario's folder, and the section that may name a layer."""

    file: str
    at: Place
    folder: Path
    sites: SitesSection | None


def _read_table(name: str, named: _Named, findings: Findings) -> RawTable | None:
    field = ".".join(TABLE_SETTINGS[name])
    try:
        path = within(named.at.folder, named.file)
    except InputFault as error:
        findings.add(named.at, field, str(error))
        return None
    label = _label(path, named.folder)
    if not path.is_file():
        findings.add(named.at, field, f"there is no file {named.file!r}; {_near_file(path)}")
        return None
    try:
        layer = named.sites.layer if name == "sites" and named.sites is not None else None
        columns, numbered, faults = read_cells(path, layer)
    except BadRows as error:
        _note_rows(name, label, path.parent, error.faults, findings)
        return None
    except (ValueError, OSError) as error:
        where = error.where if isinstance(error, InputFault) else ""
        findings.add(Place(label, where, path.parent), "", str(error))
        return None
    _note_rows(name, label, path.parent, faults, findings)
    rows = [RawRow(label, number, path.parent, _key(name, cells), cells) for number, cells in numbered]
    _check_texts(columns, rows, Place(label, "row 1", path.parent), findings)
    misfits = [RawRow(label, fault.number, path.parent, _key(name, fault.cells), fault.cells) for fault in faults]
    return RawTable(name, Place(label, "row 1", path.parent), columns, rows, misfits)


def _check_texts(columns: list[str], rows: Sequence[RawRow], header: Place, findings: Findings) -> None:
    """Note cells and column names that cannot be shown; they are emptied, so that nothing more is said of them."""
    for column in columns:
        if message := unseen(column):
            findings.add(header, shown(column), f"the name of the column {message}")
    for row in rows:
        for column, cell in row.cells.items():
            if message := unseen(cell):
                findings.add(row.place(shown(column)), shown(column), message)
                row.cells[column] = ""


def _key(name: str, cells: Mapping[str, str]) -> str:
    """Key of a row of a table, its parts joined."""
    return "/".join(cells.get(part, "") for part in KEYS[name])


def _note_rows(name: str, label: str, folder: Path, faults: Sequence[RowFault], findings: Findings) -> None:
    """Note the rows that do not fit the header; of many, the first."""
    for fault in faults[:MOST_ALIKE]:
        key = _key(name, fault.cells) if set(KEYS[name]) <= set(fault.cells) else ""
        findings.add(RawRow(label, fault.number, folder, key, fault.cells).place(""), "", fault.message)
    more = len(faults) - MOST_ALIKE
    if more > 0:
        findings.add(Place(label, "", folder), "", f"... and {more} more rows that do not fit the header")


def _label(path: Path, folder: Path) -> str:
    """File as the user knows it: relative to the scenario's folder."""
    return Path(os.path.relpath(path, folder)).as_posix()


def _near_file(path: Path) -> str:
    return nearest(path.name, [file.name for file in path.parent.glob("*")] if path.parent.is_dir() else ())


def _check_columns(table: RawTable, is_filled: bool, findings: Findings) -> None:
    name, place, model = table.name, table.place, ROW_MODELS[table.name]
    known = column_names(model)
    if is_filled and name == "sites":
        known = [*known, *column_names(ModeRow), *column_names(TariffRow)]
    for column, count in Counter(table.columns).items():
        if column == "":
            findings.add(place, column, "a column with cells has no name in the header; name it, or empty its cells")
        elif column not in known:
            findings.add(place, column, f"{name} has no column {column!r}; {nearest(column, known)}")
        if count > 1:
            findings.add(place, column, f"column {column!r} stands {count} times")
    for key, field in model.model_fields.items():
        is_required = key in _NEVER_FILLED if is_filled else field.is_required()
        if is_required and shown_name(key, field) not in table.columns:
            other = "" if is_filled or name != "sites" or key in _NEVER_FILLED else ", or a section [sites.fill] fills it from the datasets"
            findings.add(place, shown_name(key, field), f"column {shown_name(key, field)!r} is missing; {name} must have it{other}")


def check_rows(tables: dict[str, RawTable], findings: Findings) -> tuple[TableRows, TableRows]:
    """Check every row value by value, and that keys differ; what is wrong is noted.

    Returns
    -------
    tuple of TableRows
        Rows that are right; and with them, in their order, those of which numbers alone cannot be read, not-a-number in their place.
    """
    for table in tables.values():
        _check_keys(table, findings)
    readable = TableRows(
        sites=_checked(tables, "sites", SiteRow, findings),
        modes=_checked(tables, "modes", ModeRow, findings),
        tariffs=_checked(tables, "tariffs", TariffRow, findings),
        onsite_gas=_checked(tables, "onsite_gas", OnsiteGasRow, findings),
        ppas=_checked(tables, "ppas", PpaRow, findings),
        batteries=_checked(tables, "batteries", BatteryRow, findings),
        ramps=_checked(tables, "ramps", RampRow, findings),
        sources=_checked(tables, "sources", SourceRow, findings),
    )
    right = {field.name: tuple(one for one in getattr(readable, field.name) if one.is_right) for field in fields(readable)}
    return TableRows(**right), readable


def _check_keys(table: RawTable, findings: Findings) -> None:
    if not {*KEYS[table.name]} <= {*table.columns}:
        return  # that a key is missing was said
    first: dict[str, RawRow] = {}
    for row in table.rows:
        other = first.setdefault(row.key, row)
        if other is not row:
            column = KEYS[table.name][-1]
            findings.add(row.place(column), column, f"{row.key!r} is defined twice; the first is row {other.number}")


def _checked(tables: dict[str, RawTable], name: str, model: type[Row], findings: Findings) -> tuple[Placed[Row], ...]:
    if name not in tables:
        return ()
    known = set(column_names(model))
    present = known & {*tables[name].columns}
    rows = []
    for raw in tables[name].rows:
        cells = {column: cell for column, cell in raw.cells.items() if cell != "" and column in known}
        try:
            rows.append(Placed(model.model_validate(cells), raw))
        except ValidationError as error:
            for detail in error.errors():
                column = str(detail["loc"][0])
                if detail["type"] != "missing" or column in present:
                    _note_cell(raw, column, value_message(detail, column, model), model, findings)
            row = partly_read(model, cells)
            if row is not None:
                rows.append(Placed(row, raw, is_right=False))
    return tuple(rows)


def _note_cell(raw: RawRow, column: str, message: str, model: type[Record], findings: Findings) -> None:
    field = field_of(model, column)
    is_empty = field is not None and field.is_required() and raw.cells.get(column, "") == ""
    if is_empty and (raw.is_unfilled or findings.knows(raw.place(column))):
        return  # why the datasets do not fill it was said
    findings.add(
        raw.place(column), column, f"the cell is empty and the column has no default; {message}" if is_empty else message
    )
