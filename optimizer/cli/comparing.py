"""``gigasite compare``: saved plans beside one another, as text and as a page."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from optimizer.cli.checking import answered
from optimizer.cli.data_tables import columns_text
from optimizer.cli.failing import reader_may_leave
from optimizer.cli.solving import say
from optimizer.core.errors import PlanFolderError, Problem
from optimizer.files.single_files import put_alone, require_absent
from optimizer.report.change_phrases import changed_lines
from optimizer.report.drawing import drawn
from optimizer.report.page.case import ReportCase
from optimizer.report.page.compare_numbers import IN_ALL, dates, decisions, differing_inputs, money_lines, names
from optimizer.report.page.compare_numbers import INPUTS_SHOWN as PAGE_INPUTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

CELL_WIDTH = 44
"""Most characters of a cell of text: what is longer is cut, and whole on the page."""

INPUTS_SHOWN = 20
"""Inputs that differ, in the text; the page has more."""


def run_compare(folders: Sequence[Path], out: Path | None, force: bool) -> int:
    """Print plans beside one another, and write the page where one was asked for.

    Returns
    -------
    int
        0: an answer without a plan is told as such.

    Raises
    ------
    OutputExists
        The page is there and ``force`` was not given.
    OutputUnwritable
        It cannot be written there.
    PlanFolderError
        A folder holds no plan or not the instance that it answers, or a folder is given twice.
    """
    _require_different(folders)
    if out is not None:
        require_absent(out, force)
    read = [answered(folder) for folder in folders]
    cases = [ReportCase(instance, plan, None, name) for (plan, instance), name in zip(read, names(folders), strict=True)]
    with reader_may_leave():
        print(compare_text(cases))
    if out is not None:
        _write(cases, out, force)
    return 0


def compare_text(cases: Sequence[ReportCase]) -> str:
    """Decision, dates and money of plans in columns: the money by group, and its sums."""
    lines = money_lines(cases)
    groups = lines[lines["group"] != IN_ALL].drop(columns="line").groupby("group", sort=False).sum(min_count=1).reset_index()
    sums = lines[lines["group"] == IN_ALL].drop(columns="group").rename(columns={"line": "group"})
    parts = [_columns(decisions(cases), ""), _columns(dates(cases), "")]
    parts += [_columns(frame, "million USD, present value" if place == 0 else "") for place, frame in enumerate((groups, sums))]
    changed = ["\n".join(changed_lines(case.header, of=case.folder_name)) for case in cases]
    return "\n\n".join([*parts, _question(cases), *filter(None, changed)])


def _question(cases: Sequence[ReportCase]) -> str:
    """What differs in the question, the first inputs of it."""
    frame = differing_inputs(cases)
    if frame.empty:
        is_same = len({case.header["instance_sha256"] for case in cases}) == 1
        return "The plans answer the same question." if is_same else "The questions differ in their hourly series alone."
    shown = frame.head(INPUTS_SHOWN)
    keys = zip(shown["table"], shown["key"], shown["column"], strict=True)
    named = shown.assign(table=[" ".join(parts) for parts in keys])
    left = len(frame) - len(shown)
    more = f"\nand {left} more; --out FILE.html shows up to {PAGE_INPUTS}" if left else ""
    return _columns(named.drop(columns=["key", "column"]), "What differs in the question") + more


def _columns(frame: pd.DataFrame, head: str) -> str:
    """Lay a table out: text to the left, numbers to one decimal to the right."""
    texts = [[head, *frame.columns[1:]]] + [[_cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    right = [place for place in range(1, frame.shape[1]) if frame.dtypes.iloc[place].kind == "f"]
    return columns_text(texts[0], texts[1:], right=right)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:,.1f}"  # noqa: PLR0124 - NaN alone is unlike itself
    text = str(value)
    return text if len(text) <= CELL_WIDTH else f"{text[: CELL_WIDTH - 3].rstrip()}..."


def _require_different(folders: Sequence[Path]) -> None:
    resolved = [folder.resolve() for folder in folders]
    twice = next((folder for place, folder in enumerate(folders) if resolved.index(folder.resolve()) < place), None)
    if twice is not None:
        raise PlanFolderError([Problem(str(twice), "", "", "This folder is given twice; name two plans or more, each once.")])


def _write(cases: Sequence[ReportCase], out: Path, force: bool) -> None:
    """Draw the page, and put it in its place whole."""
    put_alone(out, drawn("optimizer.report.page.compare:compare_page", cases, str(out)), force, say)
    with reader_may_leave():
        print(f"\nWritten: {out}", file=sys.stdout)
