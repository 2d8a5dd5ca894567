"""The answers in sentences, the weightiest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.page.case import Section
from optimizer.report.page.render import money, month_name, render
from optimizer.report.study_page.committed import committed_sentences
from optimizer.report.study_page.named import named_run_sentences
from optimizer.report.study_page.phrases import (
    cost_spread_sentences,
    decided_text,
    decision_sentences,
    decision_text,
    index_sentences,
    not_counted_sentences,
    regret_sentences,
)
from optimizer.report.study_page.tornado_phrases import tornado_sentences
from optimizer.study.answers.table import INFEASIBLE

if TYPE_CHECKING:
    from optimizer.report.study_page.case import StudyCase


def answer_sentences(case: StudyCase, *, in_full: bool = True) -> list[str]:
    """Tell the answers in sentences: whether the decision changes, at what value, what moves the cost, regret, and what is not known.

    In full: with what each decision costs that was held, which the page has in a section of its own.
    """
    answers = case.answers
    told_of_regret = regret_sentences if in_full else decided_text
    return [
        *decision_sentences(answers["decisions"]), *(str(row["says"]) for row in answers["breakpoints"]),
        *tornado_sentences(answers["tornado"]),
        *named_run_sentences(case), *told_of_regret(answers["regret"] or {}), *_no_comparison(case),
        *cost_spread_sentences(answers["spread"] or {}),
        *committed_sentences(answers.get("signed") or {}), *index_sentences(answers["indices"] or {}),
        *not_counted_sentences(answers["runs"]),
    ]


def base_missing(case: StudyCase) -> str:
    """Say that the scenario as it is has no plan, or that nothing is known of it; empty where it has one."""
    base = case.answers["base"]
    if base["objective_musd"] is not None:
        return ""
    if base["status"] == INFEASIBLE:
        return "The scenario as it is has no plan."
    return f"Of the scenario as it is nothing is known ({base['status'].replace('_', ' ')})."


def _no_comparison(case: StudyCase) -> list[str]:
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
        facts = [("The scenario as it is", decision_text(base["host"], base["build_or_rent"]), ""),
                 ("In all", money(base["objective_musd"]), "present value"),
                 ("Ready", month_name(base["ready"]) if base["ready"] else "never", "")]
    sentences = answer_sentences(case, in_full=False)
    notes = [row["not_excluded"] for row in case.answers["breakpoints"]]
    html = render("study_answer.html", facts=facts, missing=base_missing(case), first=sentences[:1], others=sentences[1:], notes=notes)
    return Section("answer", "The answer", html)
