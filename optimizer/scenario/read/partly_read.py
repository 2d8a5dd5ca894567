"""Rows of which some numbers cannot be read: the others are held against each other all the same.

A number that cannot be read stands as not-a-number, which is neither more nor less than any other: no comparison speaks of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TypeVar

from pydantic import ValidationError

from optimizer.scenario.read.findings import Findings
from optimizer.scenario.schema.describe_fields import is_numeric, shown_name
from optimizer.scenario.schema.fields import Record

Row = TypeVar("Row", bound=Record)

_STAND_INS = ("0", "1", "1000")
"""Numbers of which every column of numbers allows one."""

_OF_UNREAD = re.compile(r"\bnan\b")


def partly_read(model: type[Row], cells: Mapping[str, str]) -> Row | None:
    """Give a row of which numbers are wrong or missing; ``None`` where a text is, or the row as a whole.

    Parameters
    ----------
    model : type
        Record of the table.
    cells : mapping of str to str
        Its cells by column, those alone that are not empty.
    """
    wrong = _wrong(model, cells)
    names = {shown_name(key, field): key for key, field in model.model_fields.items() if is_numeric(field)}
    if not wrong or not wrong <= names.keys():
        return None
    stood_in = dict(cells)
    for column in sorted(wrong):
        fitting = (value for value in _STAND_INS if column not in _wrong(model, {**stood_in, column: value}))
        stood_in[column] = next(fitting, "")
    if _wrong(model, stood_in):
        return None
    return model.model_validate(stood_in).model_copy(update={names[column]: math.nan for column in wrong})


def forget_unread(findings: Findings, since: int) -> None:
    """Take out what was said of numbers that cannot be read, among the problems noted since there were so many."""
    findings.problems[since:] = [problem for problem in findings.problems[since:] if not _OF_UNREAD.search(problem.message)]


def _wrong(model: type[Record], cells: Mapping[str, str]) -> set[str]:
    """Columns that are wrong or missing; an empty name where the row as a whole is."""
    try:
        model.model_validate(cells)
    except ValidationError as error:
        return {str(detail["loc"][0]) if detail["loc"] else "" for detail in error.errors()}
    return set()
