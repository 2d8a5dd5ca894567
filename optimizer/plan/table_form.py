"""A table of a plan that a stranger may have altered: what its columns may hold, with the first cell of each that holds something else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from optimizer.core.errors import Problem
from optimizer.core.printable import shown, unseen
from optimizer.plan.columns import TABLES, PlanColumn

NUMBER_MOST = 1e15
"""Beyond it no number of a plan lies, in any unit."""

FIRST_ROW = 2
"""Number of the first row, as a spreadsheet counts: the names of the columns stand in row 1."""


def table_problems(name: str, table: pd.DataFrame, file: str) -> list[Problem]:
    """Give what is wrong with a table of a plan, whatever its numbers say together: that is for the audit.

    Parameters
    ----------
    name : str
        Name of the table.
    table : pandas.DataFrame
        As read.
    file : str
        Its file, for the problems.

    Returns
    -------
    list of Problem
        One for each column that is missing, or holds a text, a number or a cell that it may not; of a column its first such cell.
    """
    return [problem for column in TABLES[name].columns if (problem := _problem(table, column, file))]


def _problem(table: pd.DataFrame, about: PlanColumn, file: str) -> Problem | None:
    column = about.name
    if column not in table.columns:
        told = f"This column is missing; the columns of the table are {', '.join(str(c) for c in table.columns)}."
        return Problem(file, "", column, shown(told, 400))
    if list(table.columns).count(column) > 1:
        return Problem(file, "", column, "This column stands twice; once is right.")
    wrong = next(_misfits(table[column], is_text=about.is_text), None)
    if wrong is None:
        return None
    row, message = wrong
    return Problem(file, f"row {row + FIRST_ROW}", column, message)


def _misfits(cells: pd.Series, is_text: bool) -> Iterator[tuple[int, str]]:
    """Rows, counted from 0, whose cell the column may not hold, and why."""
    if not is_text:
        return _not_numbers(cells)
    return ((row, told) for row, cell in enumerate(cells) if (told := _not_text(cell)))


def _not_text(cell: object) -> str:
    if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return "This cell is empty; a text is right."
    if not isinstance(cell, str):
        return f"{shown(repr(cell))} is not a text."
    message = unseen(cell)
    return f"This text {message}." if message else ""


def _not_numbers(cells: pd.Series) -> Iterator[tuple[int, str]]:
    if cells.dtype.kind in "iuf":
        values = cells.to_numpy(dtype=np.float64)
        within = np.abs(values) <= NUMBER_MOST  # not a number is not within
        yield from ((int(row), _not_number(values[row])) for row in np.nonzero(~within)[0])
        return
    for row, cell in enumerate(cells):
        if told := _not_number(cell):
            yield row, told


def _not_number(cell: object) -> str:
    if isinstance(cell, bool | np.bool_) or not isinstance(cell, int | float | np.number):
        return f"{shown(repr(cell))} is not a number."
    if abs(cell) <= NUMBER_MOST:  # type: ignore[operator]
        return ""
    return f"{cell:g} is not a number of at most {NUMBER_MOST:g}, above or below zero."
