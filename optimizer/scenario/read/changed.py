"""What ``--set`` made of a scenario: every value that is not as its files have it, with what it was before."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from optimizer.core.changed import Change
from optimizer.scenario.read.document import item_name
from optimizer.scenario.read.override_text import Override
from optimizer.scenario.read.tables import RawTable

Path = tuple[str, ...]


def changes_of(
    before: Mapping[str, Any], after: Mapping[str, Any], tables: Mapping[str, RawTable], overrides: Sequence[Override]
) -> tuple[Change, ...]:
    """Every value that ``--set`` changed; one that was set to what it was is none.

    Parameters
    ----------
    before, after : mapping
        Data of ``scenario.toml``, with what it extends, as written and as changed.
    tables : mapping of str to RawTable
        Tables as changed and filled; their rows remember what they were.
    overrides : sequence of Override
        What was asked for.

    Returns
    -------
    tuple of Change
        Those of ``scenario.toml`` first, then cells of tables in their order.
    """
    of_cells = [one for one in overrides if one.is_cell]
    of_document = [one for one in overrides if not one.is_cell]
    return (
        *(Change(".".join(path), old, new, _set_by(path, of_document)) for path, old, new in _differing(dict(before), dict(after), ())),
        *(Change(".".join(path), old, new, _set_by(path, of_cells)) for path, old, new in _cells(tables)),
    )


def _cells(tables: Mapping[str, RawTable]) -> Iterator[tuple[Path, str | None, str | None]]:
    for name, table in tables.items():
        for row in table.rows:
            for column, old in row.before.items():
                if not _is_same(row.cells.get(column, ""), old):
                    yield (name, row.key, column), old or None, row.cells.get(column) or None


def _is_same(one: str, other: str) -> bool:
    """Whether two cells say the same: ``1.20`` is ``1.2``."""
    try:
        return one == other or float(one) == float(other)
    except ValueError:
        return False


def _differing(before: Any, after: Any, path: Path) -> Iterator[tuple[Path, str | None, str | None]]:
    """Values that are not the same, by path: tables field by field, named items by name, all else (by month too) as one value."""
    if before == after:
        return
    old, new = (_parts(value, other) for value, other in ((before, after), (after, before)))
    if (old is None and before is not None) or (new is None and after is not None) or _is_item(path, before, after):
        yield path, _text(before), _text(after)
    else:
        for name in dict.fromkeys([*(old or {}), *(new or {})]):
            yield from _differing((old or {}).get(name), (new or {}).get(name), (*path, name))


def _is_item(path: Path, before: Any, after: Any) -> bool:
    """Whether a whole named item has come or gone."""
    return bool(path) and (before is None or after is None) and item_name(before if after is None else after) is not None


def _parts(value: Any, other: Any) -> dict[str, Any] | None:
    """Fields of a table, or items of a list by name; ``None`` for a single value, a value by month or a list without names."""
    if value == [] and not _parts(other, None):
        return None
    if isinstance(value, Mapping):
        return None if value and all(key[:1].isdigit() for key in value) else dict(value)
    if not isinstance(value, list):
        return None
    names = [item_name(item) for item in value]
    return {str(name): item for name, item in zip(names, value, strict=True)} if all(names) else None


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _set_by(path: Path, overrides: Sequence[Override]) -> str:
    """The ``--set`` that changed a value, or several in their order."""
    said = [one.text for one in overrides if all(map(fnmatch.fnmatchcase, path, one.parts))]
    return "; ".join(said)
