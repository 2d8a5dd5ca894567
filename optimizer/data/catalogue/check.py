"""Every card against its table: types, ranges, keys, units, coverage, dates. What breaks a rule is named by its row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyarrow.lib import ArrowException

from optimizer.core.bundled import datasets_folder
from optimizer.core.errors import DatasetError
from optimizer.data.catalogue.cards import Card, Field, card
from optimizer.data.catalogue.consistency import broken_rules
from optimizer.data.catalogue.units import unit_fault

QUALITIES = ("primary", "press", "secondary", "derived")
TRUSTS = ("high", "medium", "low")
_NOT_SHIPPED = ("odbl", "by-nc", "noncommercial", "non-commercial")
_NAMED_MAX = 5
_DAY = r"\d{4}-\d{2}-\d{2}"


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a dataset breaks: its row (key, or empty for the whole), column and what is wrong."""

    table: str
    row: str
    column: str
    message: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.table, self.row and f"row {self.row}", self.column) if part)
        return f"{place}: {self.message}"


def check_dataset(name: str) -> tuple[Fault, ...]:
    """Faults of a bundled dataset, none if it is what its card says.

    Raises
    ------
    DatasetError
        There is no such dataset.
    """
    folder = datasets_folder() / name
    if not folder.is_dir():
        card(name)  # says what there is
    try:
        description = card(name)
        table = folder / description.file
        if not table.is_file():
            raise DatasetError(f"the table {description.file} is missing")
        frame = _as_written(table, description)
    except DatasetError as error:
        return (Fault(name, "", "", str(error)),)
    return check_frame(description, frame, (folder / "README.md").is_file())


def check_frame(description: Card, frame: pd.DataFrame, has_readme: bool = True) -> tuple[Fault, ...]:
    """Faults of a table read as it was written (cells of a text file as text) against its card."""
    faults = [Fault(description.name, "", "", message) for message in _card_faults(description, has_readme)]
    faults += [Fault(description.name, "", column, message) for column, message in _field_faults(description)]
    expected = [field.name for field in description.fields]
    if list(frame.columns) != expected:
        said = f"columns are {list(frame.columns)}, in the card {expected}"
        return (*faults, Fault(description.name, "", "", said))
    rows = _Rows(frame, description.primary_key)
    for field in description.fields:
        faults += _column_faults(description, field, frame[field.name], rows)
    for column, message, is_wrong in broken_rules(description, frame):
        faults += _row_faults(description, column, message, is_wrong, rows)
    return (*faults, *_key_faults(description, frame, rows), *_coverage_faults(description, frame, rows))


def _as_written(path: Path, description: Card) -> pd.DataFrame:
    """Table of a file, cells of a text file as text; one that cannot be read is a fault of its table alone."""
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        return pd.read_csv(path, dtype="str", keep_default_na=False, na_values=list(description.missing_values), encoding="utf-8")
    except (OSError, ValueError, LookupError, NotImplementedError, ArrowException) as error:
        raise DatasetError(f"the table {path.name} cannot be read: {error}") from error


@dataclass(frozen=True, slots=True)
class _Rows:
    """Names of rows: the key where there is one, else the number (the first row after the header is 2)."""

    frame: pd.DataFrame
    key: tuple[str, ...]

    def name(self, position: int) -> str:
        if not self.key or not set(self.key) <= set(self.frame.columns):
            return str(position + 2)
        return "/".join(str(self.frame[column].iloc[position]) for column in self.key)

    def broken_by(self, is_wrong: Any) -> tuple[list[tuple[int, str]], int]:
        """First positions with their names, and how many there are in all."""
        positions = np.flatnonzero(np.asarray(is_wrong, dtype=bool))
        return [(int(position), self.name(int(position))) for position in positions[:_NAMED_MAX]], len(positions)


def _card_faults(description: Card, has_readme: bool) -> Iterator[str]:
    """What is wrong with the card as a whole."""
    if description.quality not in QUALITIES:
        yield f"quality is {description.quality!r}; allowed: {', '.join(QUALITIES)}"
    if description.trust not in TRUSTS:
        yield f"trust is {description.trust!r}; allowed: {', '.join(TRUSTS)}"
    texts = ("agency", "years", "retrieved", "licence", "derivation", "description")
    given = (description.agency, description.years, description.retrieved, description.licence)
    for name, text in zip(texts, (*given, description.derivation, description.description), strict=True):
        if not text.strip():
            yield f"the card says nothing of its {name}"
    if any(word in description.licence.lower() for word in _NOT_SHIPPED):
        yield f"a table under {description.licence} may not be shipped"
    if "cc by" in description.licence.lower() and not description.attribution:
        yield f"{description.licence} asks for an attribution and the card has none"
    if not description.sources:
        yield "the card names no source"
    if not has_readme:
        yield "there is no README.md"


def _field_faults(description: Card) -> Iterator[tuple[str, str]]:
    """What is wrong with the card's columns, and with the date from which figures could be known: column and message."""
    if description.known_from and not re.fullmatch(_DAY, description.known_from):
        yield "", f"known_from is {description.known_from!r}; write a day such as 2024-10-31"
    if description.known_from_column and description.known_from_column not in {field.name for field in description.fields}:
        yield description.known_from_column, "is named by known_from and is no column"
    for field in description.fields:
        if not field.description.strip():
            yield field.name, "the card does not say what the column means"
        fault = unit_fault(field)
        if fault:
            yield field.name, fault


def _column_faults(description: Card, field: Field, cells: pd.Series[Any], rows: _Rows) -> list[Fault]:
    """Cells of a column that are of another type, missing or out of range."""
    faults: list[Fault] = []
    for message, is_wrong in _rules(field, cells, cells.notna()):
        faults += _row_faults(description, field.name, message, is_wrong, rows)
    return faults


def _row_faults(description: Card, column: str, message: str, is_wrong: pd.Series[bool] | None, rows: _Rows) -> list[Fault]:
    """First rows that break a rule, each with its cell, and how many more do; without rows one fault of the column."""
    if is_wrong is None:
        return [Fault(description.name, "", column, message)]
    cells, faults = rows.frame[column], []
    named, count = rows.broken_by(is_wrong)
    for position, name in named:
        cell = cells.iloc[position]
        faults.append(Fault(description.name, name, column, message if pd.isna(cell) else f"{cell!r} {message}"))
    if count > len(named):
        faults.append(Fault(description.name, "", column, f"and {count - len(named):,} more rows: {message}"))
    return faults


def _rules(field: Field, cells: pd.Series[Any], present: pd.Series[bool]) -> Iterator[tuple[str, pd.Series[bool]]]:
    """Message of every rule of a field with the rows that break it."""
    limits, values = field.constraints, cells
    if limits.get("required"):
        yield "is empty and required", ~present
    if field.type in ("number", "integer"):
        values = pd.to_numeric(cells, errors="coerce")
        yield f"is no {field.type}", present & (values.isna() | values.abs().eq(float("inf")))
        if field.type == "integer":
            yield "is no whole number", present & values.notna() & values.mod(1).ne(0)
        if "minimum" in limits:
            yield f"is below the least, {limits['minimum']}", present & values.lt(float(limits["minimum"]))
        if "maximum" in limits:
            yield f"is above the most, {limits['maximum']}", present & values.gt(float(limits["maximum"]))
    if field.type == "boolean":
        yield "is neither true nor false", present & ~cells.astype("str").str.lower().isin(["true", "false"])
    if field.type == "date":
        yield "is no day such as 2024-10-31", present & pd.to_datetime(cells, errors="coerce", format="%Y-%m-%d").isna()
    if "enum" in limits:
        allowed = [str(item) for item in limits["enum"]]
        yield f"is not allowed; allowed: {', '.join(allowed)}", present & ~cells.astype("str").isin(allowed)
    if "pattern" in limits:
        yield f"does not match {limits['pattern']}", present & ~cells.astype("str").str.fullmatch(str(limits["pattern"]))
    if limits.get("unique"):
        yield "stands twice", present & cells.duplicated()


def _key_faults(description: Card, frame: pd.DataFrame, rows: _Rows) -> Iterator[Fault]:
    """Keys that are unknown, missing or doubled."""
    key = list(description.primary_key)
    unknown = [column for column in key if column not in frame.columns]
    if unknown or not key:
        yield Fault(description.name, "", ", ".join(unknown), "is no column and cannot be the key" if unknown else "has no key")
        return
    for message, is_wrong in (
        ("a part of the key is empty", frame[key].isna().any(axis=1)),
        ("the key stands twice", frame.duplicated(key)),
    ):
        for _, name in rows.broken_by(is_wrong)[0]:
            yield Fault(description.name, name, ", ".join(key), message)


def _coverage_faults(description: Card, frame: pd.DataFrame, rows: _Rows) -> Iterator[Fault]:
    """Rows that are missing or too many, and dates of knowledge that are none."""
    if description.rows is not None and len(frame) != description.rows:
        yield Fault(description.name, "", "", f"has {len(frame):,} rows, the card says {description.rows:,}")
    if len(frame) == 0:
        yield Fault(description.name, "", "", "has no rows")
    column = description.known_from_column
    if column in frame.columns:
        cells = frame[column].astype("str")
        for position, name in rows.broken_by(frame[column].notna() & ~cells.str.fullmatch(_DAY))[0]:
            yield Fault(description.name, name, column, f"{cells.iloc[position]!r} is no day such as 2024-10-31")
