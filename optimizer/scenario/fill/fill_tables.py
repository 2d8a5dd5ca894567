"""Adding what the datasets fill in to the tables of a scenario, before they are checked like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from optimizer.scenario.fill.filled import US_MEAN, Filler, FillFault, Filling, FillRequest, OwnRows
from optimizer.scenario.read.document import Document
from optimizer.scenario.read.findings import Findings, Place
from optimizer.scenario.read.tables import RawRow, RawTable
from optimizer.scenario.schema.config import Config
from optimizer.scenario.schema.describe_fields import column_names
from optimizer.scenario.schema.rows import KEYS, OFFER_TABLES, ROW_MODELS

_NAMES = ("site_id", "contract_id")
_MUST_BE_GIVEN = ("mode", "lead_months", "max_it_mw", "capex_musd_per_mw", "cooling")
"""Columns of a row of modes that have no default."""

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
        _note_missing_crs(own, document, findings)
        return
    if fill is None:
        message = "the sites are to be filled from the datasets, and this reader was given none: read_scenario(..., fill=fill_sites)"
        findings.add(document.place(("sites",)), "sites", message)
        return
    open_rows = _take_open_rows(tables)
    request = FillRequest(config, tuple(row.cells for row in own.rows) if own is not None else (), own_rows=_own_rows(tables, open_rows))
    filling = fill(request)
    for fault in filling.faults:
        _note(fault, own, document, findings)
    if own is not None:
        _complete(own, filling)
    for name, rows in _into_open_rows(filling, open_rows).items():
        add_rows(tables, name, rows, document)


def _take_open_rows(tables: Mapping[str, RawTable]) -> dict[str, list[RawRow]]:
    """Rows of modes with an open cell that must be given, by site; rows that name a site and nothing else are taken out of their tables."""
    for name in ("modes", *OFFER_TABLES):
        if name in tables:
            table = tables[name]
            table.rows[:] = [row for row in table.rows if any(cell for column, cell in row.cells.items() if column not in _NAMES)]
    open_rows: dict[str, list[RawRow]] = {}
    for row in tables["modes"].rows if "modes" in tables else ():
        if any(row.cells.get(column, "") == "" for column in _MUST_BE_GIVEN) and not row.cells.get(US_MEAN):
            open_rows.setdefault(row.cells.get("site_id", ""), []).append(row)
    return open_rows


def _own_rows(tables: Mapping[str, RawTable], open_rows: Mapping[str, Sequence[RawRow]]) -> OwnRows:
    """Sites that need no modes, and no offers."""
    most: dict[str, float] = {}
    modes = [*tables["modes"].rows, *tables["modes"].misfits] if "modes" in tables else []
    for row in modes:
        site, mw = row.cells.get("site_id", ""), _number(row.cells.get("max_it_mw", ""))
        if mw:
            most[site] = max(most.get(site, 0.0), mw)
    whole = {row.cells.get("site_id", "") for row in modes} - set(open_rows)
    given = [tables[name] for name in OFFER_TABLES if name in tables]
    offers = {row.cells.get("site_id", "") for table in given for row in (*table.rows, *table.misfits)}
    return OwnRows(frozenset(whole), frozenset(offers), most)


def _number(text: str) -> float:
    """Number of a cell; 0 where it is none (that is said where rows are checked)."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def _into_open_rows(filling: Filling, open_rows: Mapping[str, Sequence[RawRow]]) -> dict[str, Sequence[Mapping[str, str]]]:
    """Rows to be added, without the modes that were made to complete rows of the user's; those rows are completed, with their sources."""
    rows: dict[str, Sequence[Mapping[str, str]]] = dict(filling.rows)
    modes = {cells["site_id"]: cells for cells in rows.get("modes", ()) if cells["site_id"] in open_rows}
    rows["modes"] = [cells for cells in rows.get("modes", ()) if cells["site_id"] not in modes]
    sources = [(cells, cells["key"].rpartition("/")[0]) for cells in rows.get("sources", ()) if cells["table"] == "modes"]
    kept = [cells for cells in rows.get("sources", ()) if cells["table"] != "modes" or cells["key"].rpartition("/")[0] not in modes]
    for site, made in modes.items():
        for row in open_rows[site]:
            filled = [column for column in _MUST_BE_GIVEN if row.cells.get(column, "") == ""]
            row.cells.update({column: made.get(column, "") for column in filled})
            row.key = f"{site}/{row.cells['mode']}"
            kept += [{**cells, "key": row.key} for cells, of in sources if of == site and cells["column"] in filled]
    rows["sources"] = kept
    return rows


def _lacks_crs(own: RawTable, config: Config) -> bool:
    """Whether places stand in a table as ``x`` and ``y``, in a coordinate system that is not said."""
    columns = set(own.columns)
    return config.sites.crs is None and {"x", "y"} <= columns and not {"lat", "lon"} & columns


def _note_missing_crs(own: RawTable, document: Document, findings: Findings) -> None:
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
        own.rows[fault.position].is_unfilled = True
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
    taken = table.all_keys()
    for number, cells in enumerate(rows, start=2):
        key = "/".join(cells.get(part, "") for part in KEYS[name])
        if key not in taken:
            taken.add(key)  # a site that stands twice is told once, at its own rows
            table.rows.append(RawRow(FILLED, number, document.folder, key, dict(cells)))
