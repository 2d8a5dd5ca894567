"""The page: head, styles, contents and sections in one file that loads nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from optimizer.plan.plan_text import PLAN_MARK, plan_sha256
from optimizer.plan.proof import plan_proof
from optimizer.report.change_phrases import change_text
from optimizer.report.fonts import FONT_STACK, font_faces
from optimizer.report.page import sections
from optimizer.report.page.palette import FILLS, SURFACE, css_variables, pattern_id, variable
from optimizer.report.page.render import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.report.page.case import ReportCase, Section


def report_html(case: ReportCase) -> str:
    """Write the report of a plan: a whole page, self-contained, that no script is needed for."""
    found = [section for make in sections.SECTIONS if (section := make(case)) is not None]
    told = page_html(case.instance.title or case.instance.name, lead(case), found, footer(case))
    return told.replace("<title>", f'<meta name="{PLAN_MARK}" content="{plan_sha256(case.plan)}">\n<title>', 1)


def page_html(title: str, lead_html: Markup, found: Sequence[Section], footer_html: Markup) -> str:
    """Lay out any page: heading, contents, numbered sections, footer.

    Parameters
    ----------
    title : str
        Heading and title of the page.
    lead_html : Markup
        What stands below the heading.
    found : sequence of Section
        In order; numbered from 1.
    footer_html : Markup
        What the page was made from.
    """
    sheets = (file.read_text(encoding="utf-8") for file in sorted((Path(__file__).parent / "templates").glob("*.css")))
    styles = font_faces() + "".join(sheets)
    patterns = [(pattern_id(colour), variable(colour)) for colour in FILLS]
    return str(render(
        "page.html", title=title, lead=lead_html, sections=found, footer=footer_html, styles=Markup(styles), patterns=patterns,
        surface=variable(SURFACE), font=Markup(FONT_STACK), light=css_variables(is_dark=False), dark=css_variables(is_dark=True),
    ))


def lead(case: ReportCase) -> Markup:
    """Say what is asked and what is proven, below the heading."""
    said = plan_proof(case.plan) if case.tables else ""
    verification = case.header.get("verification", {})
    return render("lead.html", case=case, proof=said, is_verified=verification.get("passed", True), verification=verification,
                  changes=[change_text(change) for change in case.header.get("changes", ())])


def footer(case: ReportCase) -> Markup:
    """Say what the page was made from, so that it can be made again."""
    return render("footer.html", header=case.header, folder_name=case.folder_name)
