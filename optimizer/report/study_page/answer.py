"""The answers in sentences, the weightiest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.page.case import Section
from optimizer.report.page.render import money, month_name, render
from optimizer.report.study_page.words import answers_said, decision_said

if TYPE_CHECKING:
    from optimizer.report.study_page.case import StudyCase


def section(case: StudyCase) -> Section:
    """Say what the scenario as it is decides, and how the answer moves."""
    base = case.answers["base"]
    facts = []
    if base["objective_musd"] is not None:
        facts = [("The scenario as it is", decision_said(base["host"], base["build_or_rent"]), ""),
                 ("In all", money(base["objective_musd"]), "present value"),
                 ("Ready", month_name(base["ready"]) if base["ready"] else "never", "")]
    sentences = answers_said(case.answers)
    return Section("answer", "The answer", render("study_answer.html", facts=facts, first=sentences[:1], others=sentences[1:]))
