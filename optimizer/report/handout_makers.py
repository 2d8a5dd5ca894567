"""What is made of a plan for people, as bytes; imported where it is drawn alone, for what it imports is slow."""

from __future__ import annotations

from optimizer.report.layers import layers
from optimizer.report.page.case import ReportCase
from optimizer.report.page.page import report_html
from optimizer.report.workbook import workbook


def report(case: ReportCase) -> bytes:
    """Make ``report.html``; of a folder whose name is no text, the name by its numbers."""
    return report_html(case).encode(errors="backslashreplace")


def book(case: ReportCase) -> bytes:
    """Make ``plan.xlsx``."""
    return workbook(case.instance, case.plan)


def map_layers(case: ReportCase) -> bytes:
    """Make ``plan.gpkg``."""
    return layers(case.instance, case.plan)
