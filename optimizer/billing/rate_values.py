"""Values of a rate's TOML file, each checked at the place it is written: keys, units, ranges, near misses."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from optimizer.core.errors import Problem, nearest

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that may be written in one of several units, each with a key of its own.

    Parameters
    ----------
    units : mapping of str to float
        Key and how many units of the first key one of it is.
    least, most : float
        Range, in the unit of the first key.
    doubt : str, optional
        Key under which a number below ``doubt_below`` (but 0) was probably meant for another key.
    doubt_below : float
        As written under ``doubt``.
    """

    units: Mapping[str, float]
    least: float
    most: float
    doubt: str = ""
    doubt_below: float = 0.0

    def meant(self, value: float, key: str) -> str:
        """Part of a message that names the key under which the number would be likely; empty where there is none."""
        fitting = [other for other, factor in self.units.items() if other != key and self.least <= value * factor <= self.most]
        return f"; did you mean {fitting[0]} = {value:g}?" if fitting else ""


ENERGY_PRICE = Quantity({"usd_per_mwh": 1.0, "usd_per_kwh": 1000.0}, -1_000.0, 5_000.0, "usd_per_mwh", 0.5)
ADDER = Quantity({"adder_usd_per_mwh": 1.0, "adder_usd_per_kwh": 1000.0}, -1_000.0, 5_000.0)
DEMAND_PRICE = Quantity({"usd_per_kw_month": 1.0, "usd_per_mw_month": 0.001}, 0.0, 1_000.0, "usd_per_mw_month", 50.0)
PEAK_PRICE = Quantity({"usd_per_kw": 1.0, "usd_per_mw": 0.001}, 0.0, 1_000.0, "usd_per_mw", 50.0)
ENERGY = Quantity({"upto_mwh": 1.0, "upto_kwh": 0.001}, 1e-9, 1e9)
HOURS_USE = Quantity({"upto_kwh_per_kw": 1.0}, 1e-6, 744.0)
DEMAND = Quantity({"upto_mw": 1.0, "upto_kw": 0.001}, 1e-9, 1e6)
LEAST_DEMAND = Quantity({"minimum_mw": 1.0, "minimum_kw": 0.001}, 0.0, 1e6)


@dataclass(slots=True)
class Notes:
    """Problems found in one file, and the line on which each value stands."""

    file: str
    lines: Mapping[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: Path, message: str, where: str = "") -> None:
        """Note once what is wrong with the value at a path, under the place given, else the line of it or of what encloses it."""
        line = next((self.lines[path[:depth]] for depth in range(len(path), 0, -1) if path[:depth] in self.lines), None)
        problem = Problem(self.file, where or ("" if line is None else f"line {line}"), ".".join(path), message)
        if problem not in self.problems:
            self.problems.append(problem)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file; what is wrong with a value is noted, and a stand-in returned for it."""

    data: Mapping[str, Any]
    path: Path
    notes: Notes

    def note(self, key: str, message: str) -> None:
        """Note what is wrong with the value of a key."""
        self.notes.add((*self.path, key), message)

    def only(self, known: Collection[str]) -> None:
        """Note the keys that nobody reads."""
        for key in self.data:
            if key not in known:
                self.note(key, f"there is no {key!r} here; {nearest(key, known)}")

    def number(self, key: str, least: float, most: float) -> float:
        """Number within a range; 0 where it is not given."""
        value = self.data.get(key, 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.note(key, f"{value!r} is not a number; allowed: {least:g} to {most:,.15g}")
            return 0.0
        if not least <= value <= most:
            percent = f"; looks like percent: {value / 100:g}?" if most == 1 and 1 < value <= 100 else ""
            self.note(key, f"{value:g} is outside the range; allowed: {least:g} to {most:,.15g}{percent}")
            return 0.0
        return float(value)

    def whole(self, key: str, least: int, most: int, default: int) -> int:
        """Whole number within a range."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.note(key, f"{value!r} is not a whole number from {least} to {most}")
            return default
        return value

    def flag(self, key: str) -> bool:
        """``true`` or ``false``; false where it is not given."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            self.note(key, f"{value!r}: allowed: true or false")
        return value is True

    def quantity(self, kind: Quantity) -> float | None:
        """Number under one of the keys of a quantity, in the unit of its first key; ``None`` where none of them is given."""
        given = [key for key in kind.units if key in self.data]
        if len(given) > 1:
            self.note(given[1], f"is given beside {given[0]}; only one of {' and '.join(kind.units)} may stand")
        if not given:
            return None
        key = given[0]
        value = self.data[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.note(key, f"{value!r} is not a number")
            return None
        base = float(Decimal(repr(value)) * Decimal(str(kind.units[key])))
        if not kind.least <= base <= kind.most:
            bounds = f"{kind.least / kind.units[key]:,.15g} to {kind.most / kind.units[key]:,.15g}"
            self.note(key, f"{value:g} is outside the range; allowed: {bounds}{kind.meant(value, key)}")
        elif key == kind.doubt and 0 < abs(value) < kind.doubt_below:
            other = next(name for name in kind.units if name != key)
            as_meant = float(Decimal(repr(base)) / Decimal(str(kind.units[other])))
            right = f"If the number is right, write {other} = {as_meant:.10g}"
            self.note(key, f"{value:g} is unlikely in this unit{kind.meant(value, key)} {right}")
        return base

    def required(self, kind: Quantity) -> float:
        """As ``quantity``, with a problem where none is given."""
        value = self.quantity(kind)
        if value is None and not any(key in self.data for key in kind.units):
            first, *others = kind.units
            self.note(first, f"is required and missing (or {' or '.join(others)})")
        return value or 0.0

    def items(self, key: str) -> list[Table]:
        """Tables of a list."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            self.note(key, f"is not a list of tables; write each as [[{key}]]")
            return []
        return [Table(item, (*self.path, key, str(place)), self.notes) for place, item in enumerate(value)]

    def months(self, key: str) -> tuple[int, ...] | None:
        """Calendar months, ascending; ``None`` where they are not given."""
        if key not in self.data:
            return None
        value = self.data[key]
        whole = isinstance(value, list) and all(isinstance(month, int) and not isinstance(month, bool) for month in value)
        if not whole or not value or len(set(value)) < len(value) or not all(1 <= month <= 12 for month in value):
            self.note(key, f"{value!r}: allowed: a list of different months, 1 (January) to 12, such as [6, 7, 8, 9]")
            return None
        return tuple(sorted(value))

    def names(self, key: str) -> list[str]:
        """Names in a list, each once; empty where there is none."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not value or not all(isinstance(name, str) and name.strip() for name in value):
            self.note(key, f"{value!r} is not a list of names, such as [\"on-peak\"]")
            return []
        return list(dict.fromkeys(name.strip() for name in value))

    def text(self, key: str, default: str) -> str:
        """Text that is not blank."""
        value = self.data.get(key, default)
        if not isinstance(value, str) or not value.strip():
            self.note(key, f"{value!r} is not a name")
            return default
        return value.strip()
