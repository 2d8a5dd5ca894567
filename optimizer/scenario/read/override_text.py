"""``--set`` as it is written: a path, how what stands there is changed, and a value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from optimizer.core.input_files import InputFault
from optimizer.core.printable import shown, unseen
from optimizer.core.toml_text import parse_toml
from optimizer.scenario.read.document import Document
from optimizer.scenario.read.findings import Findings, Place
from optimizer.scenario.schema.rows import KEYS

NONE = "none"
"""Bare word that takes an optional value away."""

Operator = Literal["=", "*=", "+=", ">>=", "~="]
"""Put a value there, multiply, add, make later by months, place between low and high."""

_OPERATORS: tuple[Operator, ...] = (">>=", "*=", "+=", "~=")
_LISTS = (("gpus",), ("workloads",), ("rentals",), ("budget", "purses"))


@dataclass(frozen=True, slots=True)
class Override:
    """One ``--set``: its text, the parts of its path, its value (``None``: taken away), and how it changes what stands there."""

    text: str
    parts: tuple[str, ...]
    value: Any
    operator: Operator = "="

    @property
    def path(self) -> str:
        """Dotted path, as in messages."""
        return ".".join(self.parts)

    @property
    def is_cell(self) -> bool:
        """Whether it names a cell of a table: table, key of the row, column. ``sites.fill`` is a section, not a row."""
        return len(self.parts) == 3 and self.parts[0] in KEYS and self.parts[:2] != ("sites", "fill")

    @property
    def is_pattern(self) -> bool:
        """Whether it may match several rows or items."""
        return any(mark in part for part in self.parts for mark in "*?[")


def place_of(document: Document, text: str) -> Place:
    """Place of what a ``--set`` said."""
    return Place("--set", text, document.folder)


def parse_overrides(texts: Sequence[str], document: Document, findings: Findings) -> tuple[Override, ...]:
    """Read the overrides; a text without ``=``, and a value that its operator cannot use, is a problem."""
    overrides = []
    for text in texts:
        if hidden := unseen(text):
            findings.add(place_of(document, shown(text)), "", hidden)
            continue
        override = _parsed(text)
        if "=" not in text or not all(override.parts):
            findings.add(place_of(document, text), "", "must be path=value, such as gpus.H100.price_usd=30000")
        elif fault := _cell_fault(override) or _value_fault(override):
            findings.add(place_of(document, text), override.path, fault)
        else:
            overrides.append(override)
    return tuple(overrides)


def _parsed(text: str) -> Override:
    """A ``*`` that stands for an item or a row, as in ``gpus.*=none``, belongs to the path: whole items are not multiplied."""
    left, _, value = text.partition("=")
    operator = next((operator for operator in _OPERATORS if left.endswith(operator[:-1])), "=")
    parts = _parts(left)
    if operator == "*=" and (parts[-1] == "*" or parts[:-1] in _LISTS):
        operator = "="
    elif operator != "=":
        parts = _parts(left[: 1 - len(operator)])
    return Override(text, parts, _value(value.strip()), cast("Operator", operator))


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in path.strip().split("."))


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


def _value_fault(override: Override) -> str:
    """What is wrong with the value, or the place, of an operator; else empty."""
    operator, value = override.operator, override.value
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if operator in ("*=", "+=") and not is_number:
        return f"{operator} takes a number, such as {operator}1.2"
    if operator == ">>=" and not (is_number and isinstance(value, int)):
        return ">>= takes a whole number of months, such as >>=3; below 0 is earlier"
    if operator == "~=" and not (is_number and -1 <= value <= 1):
        return "~= takes a number from -1 (from_low) over 0 (from) to 1 (from_high)"
    if operator == "~=" and not (override.is_cell and override.parts[0] == "ramps" and override.parts[2] == "from"):
        return "~= is for ramps.KEY.from alone, the only dates with a low and a high"
    return ""


def _value(text: str) -> Any:
    """Value in TOML; TRUE is true, any other bare word a string, ``none`` takes the value away."""
    if text == NONE:
        return None
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return parse_toml(f"value = {text}")["value"]
    except InputFault:
        return text
