"""Inputs that ``--set`` changed, as the plan shows them: the value that was solved, and what it was before."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from optimizer.core.changed import Change
from optimizer.core.instance import Assumption
from optimizer.scenario.read.cells import Cell
from optimizer.scenario.schema.describe_fields import unit_of


def place_of(change: Change) -> tuple[str, str, str]:
    """Table, key and column under which a change stands among the inputs."""
    first, *between = change.path.split(".")
    if first in ("sites", "objective", "horizon", "contracts", "scenario") and len(between) == 1:
        return first, first, between[0]
    if first == "budget" and between[:1] == ["purses"]:
        between = between[1:]
    return (first, ".".join(between[:-1]) or first, between[-1]) if between else (first, first, first)


def changed(change: Change, cell: Cell) -> Assumption:
    """A number that was changed: the asker's own assumption."""
    return Assumption(cell.table, cell.key, cell.column, cell.value, unit_of(cell.column), "assumption", "", "", _text(change))


def changed_words(changes: Collection[Change], cells: Collection[Cell]) -> Iterator[Assumption]:
    """Dates, names and choices that were changed: inputs that stand there for that reason alone. What was taken away is no input."""
    numbers = {(cell.table, cell.source_key, cell.column) for cell in cells}
    keys = {(cell.table, cell.source_key): cell.key for cell in cells}
    for change in changes:
        table, key, column = place_of(change)
        if change.after is not None and (table, key, column) not in numbers:
            yield Assumption(table, keys.get((table, key), key), column, change.after, "", "assumption", "", "", _text(change))


def _text(change: Change) -> str:
    before = "not given before" if change.before is None else f"before: {change.before}"
    return f"changed by --set {change.set} ({before})"
