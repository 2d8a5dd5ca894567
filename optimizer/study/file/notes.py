"""What is wrong with a study file, each problem with its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from optimizer.scenario.read.document import canonical
from optimizer.scenario.read.findings import Findings, Place
from optimizer.scenario.read.validate import value_message
from optimizer.scenario.schema.fields import Record

Key = tuple[str | int, ...]

RecordType = TypeVar("RecordType", bound=Record)


@dataclass(slots=True)
class StudyNotes:
    """Problems of one study file; ``lines`` are those of its values by path, ``data`` is its content."""

    path: Path
    data: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)

    def add(self, at: Key, message: str, where: str = "") -> None:
        """Note a problem of the value at a path, on its line or on that of what encloses it."""
        parts = tuple(str(part) for part in at)
        line = next((self.lines[parts[:depth]] for depth in range(len(parts), 0, -1) if parts[:depth] in self.lines), 0)
        place = Place(str(self.path), where or (f"line {line}" if line else ""), self.path.parent)
        self.findings.add(place, ".".join(canonical(self.data, at)), message)


@dataclass(frozen=True, slots=True)
class Item:
    """Place of one item of a study file, where its problems are noted."""

    notes: StudyNotes
    at: Key

    def add(self, name: str, message: str) -> None:
        """Note a problem of one of its values."""
        self.notes.add((*self.at, *name.split(".")) if name else self.at, message)


def checked(model: type[RecordType], data: Any, item: Item) -> RecordType | None:
    """Read an item value by value; None, and all its problems noted, where something is wrong."""
    if not isinstance(data, dict):
        item.add("", "should be a table, its values by name")
        return None
    try:
        return model.model_validate(_frozen(data), strict=True)
    except ValidationError as error:
        for detail in error.errors():
            if detail["type"] == "too_short" and detail["input"]:
                continue  # only because its items are wrong
            item.notes.add((*item.at, *detail["loc"]), value_message(detail, str(detail["loc"][0]), model))
        return None


def _frozen(value: Any) -> Any:
    """Lists as tuples, as strict checking wants them."""
    if isinstance(value, dict):
        return {key: _frozen(inner) for key, inner in value.items()}
    return tuple(_frozen(inner) for inner in value) if isinstance(value, list) else value
