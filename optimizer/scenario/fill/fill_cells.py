"""Filling the cells that a user's tables leave open to the datasets, after ``--set`` has changed what their values hang on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optimizer.scenario.checks.carbon import concerns_carbon
from optimizer.scenario.fill.fill_tables import add_rows
from optimizer.scenario.fill.filled import FILLABLE, GRID, Filler, FillRequest, OpenCell
from optimizer.scenario.read.document import Document
from optimizer.scenario.read.findings import Findings
from optimizer.scenario.read.tables import RawRow, RawTable
from optimizer.scenario.schema.config import Config


def fill_cells(tables: dict[str, RawTable], config: Config, document: Document, findings: Findings, fill: Filler | None) -> None:
    """Fill open cells, each with a row of ``sources`` that says so, and note those that cannot be filled.

    Without an open cell the datasets are not asked. The emissions of a site's grid are filled without being asked for, where they are
    known: that they are not is a fault of a scenario that hangs on them alone, and said by its check.

    Parameters
    ----------
    tables : dict
        Tables as read and overridden; changed.
    config, document, findings
        Of the scenario.
    fill : callable or None
        What fills; None is a fault of each open cell.
    """
    found = tuple(_open_cells(tables))
    if fill is not None and config.contracts is not None:
        found = (*found, *_grid_cells(tables, concerns_carbon(config)))
    if not found:
        return
    if fill is None:
        message = "the cell is left to the datasets, and this reader was given none: read_scenario(..., fill=fill_sites)"
        for row, cell in found:
            findings.add(row.place(cell.column), cell.column, message)
        return
    filling = fill(FillRequest(config, (), tuple(cell for _, cell in found)))
    for fault in filling.faults:
        if fault.position is not None and fault.field != GRID:
            findings.add(found[fault.position][0].place(fault.field), fault.field, fault.message)
    for (row, cell), value in zip(found, filling.values, strict=True):
        if value or cell.column != GRID:
            row.cells[cell.column] = value
        row.overridden.pop(cell.column, None)  # taken away by --set, given by the datasets
    _mark(tables, filling.rows["sources"], document)


def _open_cells(tables: Mapping[str, RawTable]) -> Iterator[tuple[RawRow, OpenCell]]:
    """Empty cells that the datasets may fill; a row of no known site is left to the checks."""
    sites = {row.key: row.cells for row in tables["sites"].rows} if "sites" in tables else {}
    for name, (column, needed) in FILLABLE.items():
        rows = tables[name].rows if name in tables and column in tables[name].columns else []
        for row in rows:
            site = sites.get(row.cells.get("site_id", ""))
            is_open = row.cells.get(column, "") == "" and row.cells.get("gas_hub_usd_per_mmbtu", "") == ""
            if site is not None and is_open and row.cells.get(needed, "") != "":
                yield row, OpenCell(name, row.key, column, row.cells, site)


def _grid_cells(tables: Mapping[str, RawTable], is_asked: bool) -> Iterator[tuple[RawRow, OpenCell]]:
    """Emissions of the grid of sites whose county is given; of all sites where carbon is asked for."""
    for row in tables["sites"].rows if "sites" in tables else ():
        if row.cells.get(GRID, "") == "" and (is_asked or row.cells.get("county_fips", "") != ""):
            yield row, OpenCell("sites", row.key, GRID, row.cells, row.cells)


def _mark(tables: dict[str, RawTable], sources: tuple[Mapping[str, str], ...], document: Document) -> None:
    """Add the sources of filled cells; a user's source of a cell that the user left empty gives way."""
    filled = {(row["table"], row["key"], row["column"]) for row in sources}
    if "sources" in tables:
        own = tables["sources"]
        own.rows[:] = [row for row in own.rows if tuple(row.cells.get(part, "") for part in ("table", "key", "column")) not in filled]
    add_rows(tables, "sources", sources, document)
