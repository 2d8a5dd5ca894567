"""The answers in sentences, the weightiest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.page.case import Section
from optimizer.report.page.render import money, month_name, render
from optimizer.report.study_page.named import named_said
from optimizer.report.study_page.signed import signed_said
from optimizer.report.study_page.tornado_words import tornado_said
from optimizer.report.study_page.words import (
    decided_said,
    decision_said,
    decisions_said,
    index_said,
    not_counted_said,
    regret_said,
    spread_of_cost_said,
)
from optimizer.study.answers.table import INFEASIBLE

if TYPE_CHECKING:
    from optimizer.report.study_page.case import StudyCase


def answers_said(case: StudyCase, *, in_full: bool = True) -> list[str]:
    """Tell the answers in sentences: whether the decision changes, at what value, what moves the cost, regret, and what is not known.

    In full: with what each decision costs that was held, which the page has in a section of its own.
    """
    answers = case.answers
    told_of_regret = regret_said if in_full else decided_said
    return [
        *decisions_said(answers["decisions"]), *(str(row["says"]) for row in answers["breakpoints"]), *tornado_said(answers["tornado"]),
        *named_said(case), *told_of_regret(answers["regret"] or {}), *_nothing_held(case), *spread_of_cost_said(answers["spread"] or {}),
        *signed_said(answers.get("signed") or {}), *index_said(answers["indices"] or {}), *not_counted_said(answers["runs"]),
    ]


def base_missing(case: StudyCase) -> str:
    """Say that the scenario as it is has no plan, or that nothing is known of it; empty where it has one."""
    base = case.answers["base"]
    if base["objective_musd"] is not None:
        return ""
    if base["status"] == INFEASIBLE:
        return "The scenario as it is has no plan."
    return f"Of the scenario as it is nothing is known ({base['status'].replace('_', ' ')})."


def _nothing_held(case: StudyCase) -> list[str]:
    """Say why a study that was to compare decisions compares none."""
    hosts = sorted({str(row["host"]) for row in case.answers["decisions"] if row["host"]})
    if not case.study.regret or case.answers["regret"] or len(hosts) != 1:
        return []
    return [f"No regret is told: {hosts[0]} is best in each run, and nothing was held against it. Name others under candidates."]


def section(case: StudyCase) -> Section:
    """Say what the scenario as it is decides, and how the answer moves."""
    base = case.answers["base"]
    facts = []
    if base["objective_musd"] is not None:
        facts = [("The scenario as it is", decision_said(base["host"], base["build_or_rent"]), ""),
                 ("In all", money(base["objective_musd"]), "present value"),
                 ("Ready", month_name(base["ready"]) if base["ready"] else "never", "")]
    sentences = answers_said(case, in_full=False)
    notes = [row["not_excluded"] for row in case.answers["breakpoints"]]
    html = render("study_answer.html", facts=facts, missing=base_missing(case), first=sentences[:1], others=sentences[1:], notes=notes)
    return Section("answer", "The answer", html)
