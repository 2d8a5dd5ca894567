"""Runs without a plan: those that cannot have one, and those of which nothing is known, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.page.tables import table_html
from optimizer.report.study_page.layout import arranged
from optimizer.report.study_page.phrases import not_counted_sentences, text_of
from optimizer.report.study_page.runs import factors_text

if TYPE_CHECKING:
    from optimizer.report.page.case import Section
    from optimizer.report.study_page.case import StudyCase

ROWS_SHOWN = 100


def section(case: StudyCase) -> Section | None:
    """List the runs without a plan; nothing where every run has one."""
    rows = case.table[case.table["objective_musd"].isna()]
    if rows.empty:
        return None
    shown = rows.head(ROWS_SHOWN)
    frame = factors_text(case, shown)
    frame["What came of it"] = [said.replace("_", " ") for said in shown["status"]]
    frame["Why"] = [" ".join(text_of(reason).split()) for reason in shown["message"]]
    notes = [f"The first {ROWS_SHOWN} of {len(rows):,}; all are in study.parquet."] if len(rows) > ROWS_SHOWN else []
    return arranged(("failures", "Runs without a plan"), not_counted_sentences(case.answers["runs"]),
                    tables=[table_html(frame, "Runs without a plan, with the reason")], notes=notes)
