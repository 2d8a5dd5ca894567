"""A study as a TOML file: every problem of the file at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from optimizer.core.errors import StudyError
from optimizer.core.input_files import InputFault
from optimizer.core.input_limits import NAMED_ITEMS
from optimizer.core.toml_text import read_toml
from optimizer.scenario.read.findings import nearest
from optimizer.scenario.schema.fields import NAME_PATTERN, Record
from optimizer.study.file.checks import Placed, check_factors_named, check_study
from optimizer.study.file.definition import Breakpoint, Correlation, Factor, Named, Study
from optimizer.study.file.factor_checks import factor_of
from optimizer.study.file.notes import Item, StudyNotes, checked
from optimizer.study.file.records import BreakpointItem, CorrelationItem, FactorItem, NamedItem, StudySection
from optimizer.study.file.spreads import Discrete, Listed, LogNormal, Normal, Range, Spread, Triangular, Uniform

__all__ = [
    "Breakpoint", "Correlation", "Discrete", "Factor", "Listed", "LogNormal", "Named", "Normal", "Range", "Spread", "Study", "Triangular",
    "Uniform", "read_study",
]

SECTION, LISTS = "study", ("factors", "correlations", "named", "breakpoints")

KEPT_AS = "study.toml"
"""Name of the copy beside a study's answers."""

ItemRecord = TypeVar("ItemRecord", bound=Record)
Made = TypeVar("Made")


def read_study(path: Path) -> Study:
    """Read and check a study.

    Parameters
    ----------
    path : Path
        TOML file.

    Raises
    ------
    StudyError
        There is no such file, or something in it is wrong: every problem found, with its line.
    """
    notes = StudyNotes(path)
    data = _parsed(path, notes)
    if data is not None:
        placed = _read(data, notes)
        if placed is not None:
            check_study(placed)
            if not notes.findings.problems:
                return placed.study
    raise StudyError(notes.findings.problems)


def _parsed(path: Path, notes: StudyNotes) -> dict[str, Any] | None:
    """Content of the file; None where it cannot be read."""
    try:
        read = read_toml(path)
    except InputFault as error:
        notes.add((), str(error), error.where)
    except OSError as error:
        notes.add((), f"cannot be read: {error.strerror or error}")
    else:
        notes.lines, notes.data = read.lines, read.data
        for at, fault in read.faults:
            notes.add(at, fault.message)
        return None if read.faults else read.data
    return None


def _read(data: dict[str, Any], notes: StudyNotes) -> Placed | None:
    """Read the items one by one; those with a wrong value are left out of the study, and of the checks that follow."""
    for name in data.keys() - {SECTION, *LISTS}:
        notes.add((name,), f"there is no {name!r} here; {nearest(name, (SECTION, *LISTS))}")
    if SECTION not in data:
        notes.add((SECTION,), "is required and missing: a study begins with [study]")
    section = checked(StudySection, data[SECTION], Item(notes, (SECTION,))) if SECTION in data else None
    lists = _Lists(data, notes)
    factors = lists.read("factors", FactorItem, factor_of)
    correlations = lists.read("correlations", CorrelationItem, lambda one, _: Correlation((one.factors[0], one.factors[1]), one.rho))
    named = lists.read("named", NamedItem, lambda one, _: Named(one.name, one.title or one.name, one.set))
    breakpoints = lists.read("breakpoints", BreakpointItem, lambda one, _: Breakpoint(**one.model_dump()))
    check_factors_named(notes, lists.names())
    if section is None:
        return None
    name = section.name or _stem(notes)
    head = section.model_dump() | {"name": name, "title": section.title or name}
    study = Study(**head, factors=factors, correlations=correlations, named=named, breakpoints=breakpoints)
    return Placed(study, notes, lists.at)


def _stem(notes: StudyNotes) -> str:
    """Name of the file, where the study gives none; of ``study.toml``, as it is kept with its answers, that of its folder."""
    path = notes.path.resolve()
    name = path.parent.name if path.name == KEPT_AS else path.stem
    if not re.fullmatch(NAME_PATTERN, name):
        notes.add((SECTION, "name"), f"is required here: {name!r}, after the file, is more than letters, digits, - and _")
    return name


class _Lists:
    """Lists of items of a study file, each read item by item; ``at`` keeps the place of those that stand."""

    def __init__(self, data: dict[str, Any], notes: StudyNotes) -> None:
        self.data = data
        self.notes = notes
        self.at: dict[str, list[Item]] = {name: [] for name in LISTS}

    def read(self, kind: str, model: type[ItemRecord], make: Callable[[ItemRecord, Item], Made | None]) -> tuple[Made, ...]:
        """Read the items of one kind."""
        items = self.data.get(kind, [])
        if not isinstance(items, list):
            self.notes.add((kind,), f"should be a list; write each as [[{kind}]]")
            return ()
        if kind != "named" and len(items) > NAMED_ITEMS.most:
            self.notes.add((kind,), f"has {len(items):,} items; at most {NAMED_ITEMS.most}")
            return ()
        found = []
        for index, data in enumerate(items):
            at = Item(self.notes, (kind, index))
            record = checked(model, data, at)
            made = None if record is None else make(record, at)
            if made is not None:
                found.append(made)
                self.at[kind].append(at)
        return tuple(found)

    def names(self) -> list[str]:
        """Names of all factors, of those too that are wrong."""
        items = self.data.get("factors", [])
        return [str(item["name"]) for item in items if isinstance(item, dict) and "name" in item] if isinstance(items, list) else []
