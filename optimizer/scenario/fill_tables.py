"""Adding what the datasets fill in to the tables of a scenario, before they are checked like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from optimizer.scenario.config import Config
from optimizer.scenario.document import Document
from optimizer.scenario.filled import Filler, FillFault, Filling, FillRequest
from optimizer.scenario.findings import Findings, Place
from optimizer.scenario.rows import KEYS, ROW_MODELS
from optimizer.scenario.schema_fields import column_names
from optimizer.scenario.tables import RawRow, RawTable

FILLED = "filled from the datasets"
"""File name under which filled rows appear in messages."""


def fill_tables(tables: dict[str, RawTable], config: Config, document: Document, findings: Findings, fill: Filler | None) -> None:
    """Add filled rows, fill the open cells of the user's sites, and note what stands in the way.

    Parameters
    ----------
    tables : dict
        Tables as read; changed.
    config, document, findings
        Of the scenario.
    fill : callable or None
        What fills; None is a fault.
    """
    own = tables.get("sites")
    if config.sites.dataset is None and own is None:
        return  # the table could not be read, and that was said
    if own is not None and _lacks_crs(own, config):
        _ask_for_crs(own, document, findings)
        return
    if fill is None:
        message = "the sites are to be filled from the datasets, and this reader was given none: read_scenario(..., fill=fill_sites)"
        findings.add(document.place(("sites",)), "sites", message)
        return
    filling = fill(FillRequest(config, tuple(row.cells for row in own.rows) if own is not None else ()))
    for fault in filling.faults:
        _note(fault, own, document, findings)
    if own is not None:
        _complete(own, filling)
    for name, rows in filling.rows.items():
        add_rows(tables, name, rows, document)


def _lacks_crs(own: RawTable, config: Config) -> bool:
    """Whether places stand in a table as ``x`` and ``y``, in a coordinate system that is not said."""
    columns = set(own.columns)
    return config.sites.crs is None and {"x", "y"} <= columns and not {"lat", "lon"} & columns


def _ask_for_crs(own: RawTable, document: Document, findings: Findings) -> None:
    """Note that the coordinate system is missing, in place of what was said of the columns for want of it."""
    where = (own.place.file, own.place.where)
    findings.problems[:] = [
        problem for problem in findings.problems
        if (problem.file, problem.where) != where or problem.field not in ("x", "y", "lat", "lon")
    ]
    message = "the table has x and y and no lat and lon: say their coordinate system, sites.crs, such as \"EPSG:5070\""
    findings.add(document.place(("sites", "crs")), "sites.crs", message)


def _note(fault: FillFault, own: RawTable | None, document: Document, findings: Findings) -> None:
    if fault.position is not None and own is not None:
        findings.add(own.rows[fault.position].place(fault.field), fault.field, fault.message)
    else:
        findings.add(document.place(tuple(fault.field.split("."))), fault.field, fault.message)


def _complete(own: RawTable, filling: Filling) -> None:
    """Fill the cells that the user's sites leave open; columns of modes and offers have moved to their tables."""
    known = column_names(ROW_MODELS["sites"])
    for row, cells in zip(own.rows, filling.open_cells, strict=False):
        for column in known:
            if row.cells.get(column, "") == "" and cells.get(column, "") != "":
                row.cells[column] = cells[column]
    filled = {column for row in own.rows for column in row.cells}
    own.columns[:] = [column for column in known if column in filled]


def add_rows(tables: dict[str, RawTable], name: str, rows: Sequence[Mapping[str, str]], document: Document) -> None:
    """Add rows to a table, which comes to be where there was none; a source the user gave stays."""
    place = Place(FILLED, "", document.folder)
    table = tables.setdefault(name, RawTable(name, place, column_names(ROW_MODELS[name]), []))
    taken = {row.key for row in table.rows}
    for number, cells in enumerate(rows, start=2):
        key = "/".join(cells.get(part, "") for part in KEYS[name])
        if key not in taken:
            table.rows.append(RawRow(FILLED, number, document.folder, key, dict(cells)))
