"""Whether the two forms of every table of a plan folder, CSV and Parquet, hold the same."""

from __future__ import annotations

import csv
import math
from io import StringIO
from pathlib import Path

import pandas as pd

from optimizer.core.errors import Problem
from optimizer.core.input_files import read_plan_text
from optimizer.plan.plan import TABLE_COLUMNS, Plan

_SAME = 1e-12
"""Relative distance up to which two numbers are one: a spreadsheet may have written ``35`` for ``35.0``."""


def differing_tables(plan: Plan, folder: Path) -> list[Problem]:
    """Compare every CSV file with the table that was read from Parquet; the first difference of each is told.

    Parameters
    ----------
    plan : Plan
        As ``read_plan`` gave it.
    folder : Path
        Its folder.
    """
    found = (_difference(table, folder / "tables" / f"{name}.csv") for name, table in plan.tables.items() if name in TABLE_COLUMNS)
    return [problem for problem in found if problem is not None]


def _difference(table: pd.DataFrame, file: Path) -> Problem | None:
    expected = table.to_csv(index=False)
    try:
        text = read_plan_text(file)
        if text == expected:
            return None
        held = _rows(text)
    except FileNotFoundError:
        return Problem(str(file), "", "", "This table is missing.")
    except (OSError, ValueError, csv.Error) as error:
        return Problem(str(file), "", "", f"This table cannot be read ({error}).")
    return _first_problem(str(file), held, _rows(expected))


def _first_problem(file: str, held: list[list[str]], expected: list[list[str]]) -> Problem | None:
    """First line at which a CSV file is not as expected."""
    if held[:1] != expected[:1]:
        return Problem(file, "line 1", "", "The columns are not those of the Parquet file.")
    for line, (row, right) in enumerate(zip(held[1:], expected[1:], strict=False), start=2):
        place = f"line {line} (row {line - 1})"
        if len(row) != len(right):
            return Problem(file, place, "", f"The row has {len(row)} cells, not {len(right)}.")
        at = next((at for at, value in enumerate(right) if not _is_same(row[at], value)), None)
        if at is not None:
            return Problem(file, place, expected[0][at], f"The CSV file says {row[at]!r}, the Parquet file {right[at]!r}.")
    if len(held) != len(expected):
        return Problem(file, "", "", f"The CSV file has {len(held) - 1} rows, the Parquet file {len(expected) - 1}.")
    return None


def _rows(text: str) -> list[list[str]]:
    return [row for row in csv.reader(StringIO(text, newline="")) if row]


def _is_same(value: str, right: str) -> bool:
    if value == right:
        return True
    try:
        return math.isclose(float(value), float(right), rel_tol=_SAME, abs_tol=_SAME)
    except ValueError:
        return False
