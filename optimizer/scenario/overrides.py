"""``--set path=value``: changing a value without touching a file."""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optimizer.scenario.document import Document, find_item, item_name, named_lists, plain
from optimizer.scenario.findings import Findings, Place, nearest
from optimizer.scenario.rows import KEYS, ROW_MODELS
from optimizer.scenario.schema_fields import column_names
from optimizer.scenario.tables import RawTable

NONE = "none"
"""Bare word that takes an optional value away."""


@dataclass(frozen=True, slots=True)
class Override:
    """One ``--set``: its text, the parts of its path, and its value (``None``: taken away)."""

    text: str
    parts: tuple[str, ...]
    value: Any

    @property
    def is_cell(self) -> bool:
        """Whether it names a cell of a table: table, key of the row, column. ``sites.fill`` is a section, not a row."""
        return len(self.parts) == 3 and self.parts[0] in KEYS and self.parts[:2] != ("sites", "fill")


def parse_overrides(texts: Sequence[str], document: Document, findings: Findings) -> tuple[Override, ...]:
    """Read the overrides; a text without ``=`` is a problem."""
    overrides = []
    for text in texts:
        path, equals, value = text.partition("=")
        parts = tuple(part.strip() for part in path.strip().split("."))
        override = Override(text, parts, _value(value.strip()))
        if not equals or not all(parts):
            findings.add(_place(document, text), "", "must be path=value, such as gpus.H100.price_usd=30000")
        elif fault := _cell_fault(override):
            findings.add(_place(document, text), ".".join(parts), fault)
        else:
            overrides.append(override)
    return tuple(overrides)


def _cell_fault(override: Override) -> str:
    """What is wrong with a path that begins like that of a cell of a table but is none; else empty."""
    parts, name = override.parts, override.parts[0]
    is_section = name == "sites" and (len(parts) <= 2 or parts[1] == "fill")
    if name not in KEYS or is_section or override.is_cell:
        return ""
    width = len(KEYS[name])
    if len(parts) == width + 2 and width > 1:
        return f"the parts of a key are joined with /; did you mean {name}.{'/'.join(parts[1:-1])}.{parts[-1]}?"
    return f"a cell is table.key.column; the key of {name} is {'/'.join(KEYS[name])}: {name}.{'/'.join(KEYS[name]).upper()}.COLUMN=value"


def _value(text: str) -> Any:
    """Value in TOML; TRUE is true, any other bare word a string, ``none`` takes the value away."""
    if text == NONE:
        return None
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return plain(tomllib.loads(f"value = {text}")["value"])
    except tomllib.TOMLDecodeError:
        return text


def _place(document: Document, text: str) -> Place:
    return Place("--set", text, document.folder)


def apply_to_document(document: Document, override: Override, findings: Findings) -> None:
    """Change a value of ``scenario.toml``; what is then wrong with it, the check of the document says."""
    lists = named_lists(document.data)
    depth = next((depth for depth in (1, 2) if override.parts[:depth] in lists and len(override.parts) > depth), 0)
    if not depth:
        _put(document, document.data, override, 0, findings)
        return
    items, name = lists[override.parts[:depth]], override.parts[depth]
    names = [found for item in items if (found := item_name(item)) and fnmatch.fnmatchcase(found, name)]
    if not names:
        findings.add(
            _place(document, override.text),
            ".".join(override.parts),
            f"there is no {name!r} in {override.parts[depth - 1]}; {find_item(items, name)[1]}",
        )
    for found in names:
        path = (*override.parts[:depth], found, *override.parts[depth + 1 :])
        index, _ = find_item(items, found)
        if index is not None and len(path) == depth + 1:
            _replace_item(items, index, override.value)
        elif index is not None:
            items[index] = dict(items[index])
            _put(document, items[index], Override(override.text, path, override.value), depth + 1, findings)


def _replace_item(items: list[Any], index: int, value: Any) -> None:
    if value is None:
        del items[index]
    else:
        items[index] = value


def _put(document: Document, target: dict[str, Any], override: Override, depth: int, findings: Findings) -> None:
    """Write the value under the rest of the path from ``depth`` on; sections that are missing come to be."""
    for index, part in enumerate(override.parts[depth:-1], start=depth + 1):
        if part not in target:
            document.places[override.parts[:index]] = _place(document, override.text)
        inner = target.get(part, {})
        if not isinstance(inner, dict):
            findings.add(
                _place(document, override.text), ".".join(override.parts), f"{part!r} is a single value, nothing lies below it"
            )
            return
        target[part] = dict(inner)
        target = target[part]
    if override.value is None:
        target.pop(override.parts[-1], None)
    else:
        target[override.parts[-1]] = override.value
    document.places[override.parts] = _place(document, override.text)


def apply_to_tables(
    tables: Mapping[str, RawTable], overrides: Sequence[Override], document: Document, findings: Findings
) -> None:
    """Change cells of tables; ``*`` stands for any row."""
    keys = {name: {row.key for row in table.rows} for name, table in tables.items()}
    for override in overrides:
        name, key, column = override.parts
        known = column_names(ROW_MODELS[name])
        rows = [row for row in tables[name].rows if fnmatch.fnmatchcase(row.key, key)] if name in tables else []
        path = ".".join(override.parts)
        if column not in known:
            findings.add(_place(document, override.text), path, f"{name} has no column {column!r}; {nearest(column, known)}")
        elif not rows and key != "*":
            findings.add(_place(document, override.text), path, f"{name} has no row {key!r}; {nearest(key, keys.get(name, ()))}")
        else:
            for row in rows:
                row.cells[column] = _cell(override.value)
                row.overridden[column] = override.text


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
