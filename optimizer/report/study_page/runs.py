"""Every run in a line, and how they were solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from optimizer.core.number_words import count, percent
from optimizer.report.page.render import month_name
from optimizer.report.page.tables import table_html
from optimizer.report.study_page.layout import arranged
from optimizer.report.study_page.phrases import decision_text, duration, solved_text, text_of, unbroken, value_text

if TYPE_CHECKING:
    from optimizer.report.page.case import Section
    from optimizer.report.study_page.case import StudyCase

ROWS_SHOWN = 200

PROVEN = 1e-6
"""Relative gap that is none."""

_PHASES = {"design": "design", "fixed": "decision held", "signed": "contracts signed", "breakpoint": "breakpoint"}


def section(case: StudyCase) -> Section:
    """List the runs and say how they were solved."""
    shown = case.table.head(ROWS_SHOWN)
    frame = factors_text(case, shown)
    frame["In all, million USD"] = shown["objective_musd"].astype(float).to_numpy()
    decisions = zip(shown["host"], shown["build_or_rent"], shown["objective_musd"].notna(), strict=True)
    frame["Best"] = [decision_text(host, way) if has_plan else "" for host, way, has_plan in decisions]
    frame["Ready"] = [unbroken(month_name(text_of(ready))) for ready in shown["ready"]]
    frame["Status"] = [str(status).replace("_", " ") for status in shown["status"]]
    rows = len(case.table)
    notes = [f"The first {ROWS_SHOWN} of {rows:,} runs; all are in study.parquet and study.csv."] if rows > ROWS_SHOWN else []
    tables = [table_html(frame, "Runs of the study")]
    return arranged(("runs", "The runs, and how they were solved"), run_sentences(case), tables=tables, notes=notes)


def factors_text(case: StudyCase, rows: pd.DataFrame) -> pd.DataFrame:
    """Number, purpose, held place and changes of runs, in words; a run that changes no factor is told by its name."""
    names = [name for name in case.factors if f"factor.{name}" in rows.columns]
    told = []
    for row in rows.to_dict("records"):
        values = [(name, row[f"factor.{name}"]) for name in names]
        said = ", ".join(f"{name} {value_text(value, case.factors[name].unit)}" for name, value in values
                         if not pd.isna(value) and value != case.factors[name].base)
        told.append((str(row["run"]), _PHASES.get(str(row["phase"]), str(row["phase"])), text_of(row["fixed"]), said or str(row["name"])))
    return pd.DataFrame(told, columns=["Run", "Of", "Held at", "What is changed"])


def run_sentences(case: StudyCase) -> list[str]:
    """Number, time and proof of the runs, in sentences."""
    runs = case.answers["runs"]
    workers = runs.get("workers", 0)
    clock = f", {duration(runs['wall_seconds'])} by the clock with {count(workers)} worker{'' if workers == 1 else 's'}" if workers else ""
    said = [f"{solved_text(runs)}: {duration(float(runs['seconds']))} of work{clock}."]
    gaps = case.table["gap"].dropna().astype(float)
    if len(gaps):
        largest = float(gaps.max())
        said.append("Every plan is proven the best possible." if largest <= PROVEN else
                    f"The largest gap between a plan and what is proven possible is {percent(largest)}.")
    versions = case.answers.get("versions")
    said += [f"Versions: {', '.join(f'{name} {number}' for name, number in versions.items())}."] if versions else []
    return said
