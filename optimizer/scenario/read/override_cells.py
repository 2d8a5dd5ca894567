"""``--set``: changing cells of tables, those too that the datasets fill in later."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optimizer.scenario.fill.filled import FILLABLE, GRID
from optimizer.scenario.read.changes import Unchangeable, changed_cell
from optimizer.scenario.read.document import Document
from optimizer.scenario.read.findings import Findings, near_miss, nearest
from optimizer.scenario.read.override_text import Override, place_of
from optimizer.scenario.read.tables import RawRow, RawTable
from optimizer.scenario.schema.describe_fields import column_names
from optimizer.scenario.schema.rows import ROW_MODELS


@dataclass(frozen=True, slots=True)
class Waiting:
    """An override of cells that are still open to the datasets; ``is_met`` where it has changed other cells already."""

    override: Override
    rows: tuple[RawRow, ...]
    is_met: bool


def apply_to_tables(
    tables: Mapping[str, RawTable], overrides: Sequence[Override], document: Document, findings: Findings
) -> tuple[Waiting, ...]:
    """Change cells of tables; ``*`` stands for any row.

    Returns
    -------
    tuple of Waiting
        What is to be changed once the datasets have filled it (``change_filled``).
    """
    keys = {name: {row.key for row in table.rows} for name, table in tables.items()}
    waiting: list[Waiting] = []
    for override in overrides:
        name, key, column = override.parts
        known = column_names(ROW_MODELS[name])
        rows = [row for row in tables[name].rows if fnmatch.fnmatchcase(row.key, key)] if name in tables else []
        if column not in known:
            findings.add(place_of(document, override.text), override.path, f"{name} has no column {column!r}; {nearest(column, known)}")
        elif not rows and (key != "*" or override.operator != "="):
            message = f"{name} has no row {key!r}; {near_miss(key, _alike(key, keys.get(name, ()))) or nearest(key, keys.get(name, ()))}"
            findings.add(place_of(document, override.text), override.path, message)
        elif override.operator == "=":
            waiting = [_without(one, rows, column) for one in waiting]
            for row in rows:
                _write(row, override, _cell(override.value))
        else:
            waiting.extend(_change(override, rows, document, findings))
    return tuple(waiting)


def change_filled(waiting: Sequence[Waiting], document: Document, findings: Findings) -> None:
    """Change the cells that waited for the datasets, in the order in which it was asked for."""
    for one in waiting:
        filled = [row for row in one.rows if row.cells.get(one.override.parts[-1], "") != ""]
        if not _changed(one.override, filled, document, findings) and one.rows and not one.is_met:
            findings.add(place_of(document, one.override.text), one.override.path, _why_unchanged(one.override))


def _alike(pattern: str, keys: Collection[str]) -> list[str]:
    """Patterns with the same ``*`` that match some row: what stands before and behind them is that of the row's key."""
    parts = pattern.split("/")
    is_wild = [any(mark in part for mark in "*?[") for part in parts]
    if not any(is_wild):
        return []
    lead, tail = is_wild.index(True), is_wild[::-1].index(True)
    made: list[str] = []
    for key in keys:
        own = key.split("/")
        if len(own) == len(parts):
            like = [part if wild else at for part, wild, at in zip(parts, is_wild, own, strict=True)]
        else:
            like = [*own[:lead], *parts[lead : len(parts) - tail], *own[len(own) - tail :]]
        if fnmatch.fnmatchcase(key, "/".join(like)):
            made.append("/".join(like))
    return sorted(set(made))


def _change(override: Override, rows: Sequence[RawRow], document: Document, findings: Findings) -> tuple[Waiting, ...]:
    """Change what is given; what is open waits. A row that is empty is passed over where a pattern matched it."""
    name, _, column = override.parts
    empty = tuple(row for row in rows if row.cells.get(column, "") == "")
    is_met = _changed(override, [row for row in rows if row.cells.get(column, "") != ""], document, findings)
    if empty and (FILLABLE.get(name, ("",))[0] == column or (name, column) == ("sites", GRID)):
        return (Waiting(override, empty, is_met),)
    if not is_met:
        findings.add(place_of(document, override.text), override.path, _why_unchanged(override))
    return ()


def _changed(override: Override, rows: Sequence[RawRow], document: Document, findings: Findings) -> bool:
    """Change the cells of some rows; false if there was nothing to change in any."""
    is_met = False
    for row in rows:
        try:
            text = changed_cell(override, row.cells)
        except Unchangeable as error:
            findings.add(place_of(document, override.text), override.path, f"{row.key}: {error}")
            is_met = True
            continue
        if text is not None:
            _write(row, override, text)
            is_met = True
    return is_met


def _why_unchanged(override: Override) -> str:
    """Why an operator changed no cell."""
    if override.operator != "~=":
        return f"is empty{' in every row' if override.is_pattern else ''}: there is nothing to change"
    column = "from_high" if override.value > 0 else "from_low" if override.value < 0 else "from_low or from_high"
    return f"no row that it names has a {column}: there is no month to move to"


def _without(waiting: Waiting, rows: Sequence[RawRow], column: str) -> Waiting:
    """What waits, without the cells that a later ``=`` has written."""
    if waiting.override.parts[-1] != column:
        return waiting
    written = {id(row) for row in rows}
    kept = tuple(row for row in waiting.rows if id(row) not in written)
    return Waiting(waiting.override, kept, waiting.is_met or len(kept) < len(waiting.rows))


def _write(row: RawRow, override: Override, text: str) -> None:
    row.before.setdefault(override.parts[-1], row.cells.get(override.parts[-1], ""))
    row.cells[override.parts[-1]] = text
    row.overridden[override.parts[-1]] = override.text


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
