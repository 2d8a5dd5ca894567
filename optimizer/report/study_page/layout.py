"""How a section of the study's page is laid out: sentences, figures, tables, notes."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from optimizer.report.page.case import Section
from optimizer.report.page.render import render


def arranged(
    heading: tuple[str, str], said: Sequence[str] = (), figures: Sequence[Markup] = (), tables: Sequence[Markup] = (),
    notes: Sequence[str] = (),
) -> Section:
    """Put a section together.

    Parameters
    ----------
    heading : tuple of str
        Id and title.
    said : sequence of str
        Sentences at the beginning.
    figures, tables : sequence of Markup
        In this order below; tables scroll rather than squeeze.
    notes : sequence of str
        In small letters at the end.
    """
    html = render("study_section.html", said=said, parts=figures, tables=tables, notes=notes)
    return Section(*heading, html)
