"""The runs that a study names: what each changes in the decision, its date and its cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.report.page.render import month_name
from optimizer.report.page.tables import table_html
from optimizer.report.study_page.layout import arranged
from optimizer.report.study_page.phrases import changes_text, decision_text, moved_text, no_plan_text, text_of, unbroken
from optimizer.study.answers.table import records
from optimizer.study.answers.tornado import changes_of

if TYPE_CHECKING:
    from optimizer.report.page.case import Section
    from optimizer.report.study_page.case import StudyCase


def section(case: StudyCase) -> Section | None:
    """Set the named runs beside the scenario as it is; nothing where there is none."""
    found = named_runs(case)
    if not found:
        return None
    told = [(title, row["objective_musd"], delta, _place(row), unbroken(month_name(text_of(row["ready"]))), _changed(row, changes))
            for title, row, delta, changes in found]
    heads = ["Run", "In all, million USD", "Against the scenario as it is", "Place", "Ready", "What changes"]
    frame = pd.DataFrame(told, columns=heads).astype(dict.fromkeys(heads[1:3], float))
    return arranged(("named", "What if"), tables=[table_html(frame, "Runs that were named, against the scenario as it is")])


def named_run_sentences(case: StudyCase) -> list[str]:
    """Tell each named run in a sentence: what it costs more or less, and what changes in the decision."""
    return [f"{title}: {moved_text(row, delta, changes)}." for title, row, delta, changes in named_runs(case)]


def named_runs(case: StudyCase) -> list[tuple[str, dict[str, Any], float | None, list[str]]]:
    """Title, row, cost against the scenario as it is (None without a plan) and changes in the decision of each named run."""
    named = case.study.named
    design = records(case.table[case.table["phase"] == "design"].sort_values("run"))
    base = design[0]
    return [(one.title or one.name, row, _delta(base, row), changes_of(base, row))
            for one, row in zip(named, design[len(design) - len(named):], strict=True)]


def _delta(base: dict[str, Any], row: dict[str, Any]) -> float | None:
    delta = row["objective_musd"] - base["objective_musd"]
    return None if pd.isna(delta) else float(delta)


def _place(row: dict[str, Any]) -> str:
    return "" if pd.isna(row["objective_musd"]) else decision_text(row["host"], row["build_or_rent"])


def _changed(row: dict[str, Any], changes: list[str]) -> str:
    return no_plan_text(row["status"]) if pd.isna(row["objective_musd"]) else "; ".join(changes_text(changes))
