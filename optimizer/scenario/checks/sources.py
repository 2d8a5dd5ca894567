"""Whether every number has a source, and no source is hindsight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from optimizer.scenario.read.cells import TABLES, Cell
from optimizer.scenario.read.draft import Draft
from optimizer.scenario.read.findings import MOST_ALIKE, nearest
from optimizer.scenario.read.provenance import provenance_of
from optimizer.scenario.read.table_rows import Placed
from optimizer.scenario.schema.rows import SourceRow

_DATED_BEFORE = ("fact", "estimate", "assumption")
_MAY_BE_LATER = "negotiated_offer and later_measure"


def check_sources(draft: Draft, cells: Sequence[Cell]) -> None:
    """Note numbers without a source, sources dated after ``as_of``, and rows for unknown tables."""
    section = draft.config.provenance
    if section is None or "sources" not in draft.tables:
        return
    if section.require_source:
        _check_required(draft, cells)
    for placed in draft.rows.sources:
        if section.refuse_after_as_of:
            _check_date(draft, placed)
        _check_table(draft, placed)


def _check_required(draft: Draft, cells: Sequence[Cell]) -> None:
    provenance = provenance_of(placed.row for placed in draft.rows.sources)
    file = draft.tables["sources"].place.file
    unsourced: dict[str, list[Cell]] = {}
    for cell in cells:
        # A number set on the command line is the asker's own assumption; it needs no row.
        if not cell.is_override and provenance.source_of(cell.table, cell.source_key, cell.column) is None:
            unsourced.setdefault(cell.table, []).append(cell)
    for table, without in unsourced.items():
        for cell in without[:MOST_ALIKE]:
            row = f"{cell.table},{cell.key},{cell.column}"
            draft.findings.add(cell.place, cell.column, f"{cell.value} has no source; add a row {row} to {file}")
        if len(without) > MOST_ALIKE:
            message = f"... and {len(without) - MOST_ALIKE} more of table {table} have no source; key * covers a whole column"
            draft.findings.add(replace(draft.tables["sources"].place, where=""), "", message)


def _check_date(draft: Draft, placed: Placed[SourceRow]) -> None:
    row, as_of = placed.row, draft.config.scenario.as_of
    if row.kind not in _DATED_BEFORE:
        return
    if not row.as_of:
        draft.findings.add(
            placed.place("as_of"), "as_of", "the cell is empty; with refuse_after_as_of every source needs its date"
        )
    elif row.as_of > as_of[: len(row.as_of)]:
        allowed = f"allowed: up to {as_of} ({_MAY_BE_LATER} may be later)"
        message = f"{row.kind} of {row.as_of} is after as_of = {as_of}: hindsight; {allowed}"
        draft.findings.add(placed.place("as_of"), "as_of", message)


def _check_table(draft: Draft, placed: Placed[SourceRow]) -> None:
    """An unknown table is a slip of the pen; an unknown key need not be: sources may be inherited for more than is kept."""
    table = placed.row.table
    if table not in TABLES:
        draft.findings.add(placed.place("table"), "table", f"there is no table {table!r}; {nearest(table, TABLES)}")
