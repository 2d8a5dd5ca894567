"""A number with its source on request: what an input is, who says so, of when, how good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.page.render import render

if TYPE_CHECKING:
    from markupsafe import Markup

    from optimizer.report.page.case import ReportCase


def sourced(case: ReportCase, said: str, table: str, key: str, column: str) -> Markup:
    """Write a number that opens on its source; where the scenario names none, that is what it says.

    Parameters
    ----------
    case : ReportCase
    said : str
        The number as the text says it, with its unit.
    table, key, column : str
        The input that is behind it, as the table ``assumptions`` names it.
    """
    rows = case.instance.assumptions
    found = next((row for row in rows if (row.table, row.key, row.column) == (table, key, column)), None)
    return render("source.html", said=said, row=found, place=f"{table}, {key}, {column}")
