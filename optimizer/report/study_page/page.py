"""The page of a study: the answers in sentences, then each with its figure, then what was asked and every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.page.page import page_html
from optimizer.report.page.render import render
from optimizer.report.study_page import (
    answer,
    best,
    committed,
    failures,
    heat,
    indices,
    named,
    regret,
    runs,
    spread,
    study_question,
    tornado,
)
from optimizer.report.study_page.phrases import design_text, solved_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.report.page.case import Section
    from optimizer.report.study_page.case import StudyCase

SECTIONS: tuple[Callable[[StudyCase], Section | None], ...] = (
    answer.section, heat.section, tornado.section, named.section, best.section, regret.section, committed.section, indices.section,
    spread.section, failures.section, study_question.section, runs.section,
)
"""In the order of the page; each gives None where the study does not answer it."""


def study_bytes(case: StudyCase) -> bytes:
    """Make the page as the content of a file."""
    return study_html(case).encode(errors="backslashreplace")


def study_html(case: StudyCase) -> str:
    """Write the page of a study: self-contained, loads nothing and needs no script.

    Parameters
    ----------
    case : StudyCase
        What was asked, the answers and the runs.
    """
    found = [section for make in SECTIONS if (section := make(case)) is not None]
    lead = render("study_lead.html", study=case.study, answers=case.answers, design=design_text(case.study),
                  solved=solved_text(case.answers["runs"]))
    footer = render("study_footer.html", study=case.study, answers=case.answers, folder_name=case.folder_name, folder_word=case.folder_word)
    return page_html(case.study.title, lead, found, footer)
