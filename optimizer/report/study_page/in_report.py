"""A study as the report of a plan tells it: at what value the decision changes, what each factor moves, and what is best then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from optimizer.report.page.render import month_name, render
from optimizer.report.page.tables import table_html
from optimizer.report.study_page.answer import base_missing
from optimizer.report.study_page.phrases import solved_text, value_text
from optimizer.report.study_page.tornado import is_drawn, tornado_figure

if TYPE_CHECKING:
    from markupsafe import Markup

    from optimizer.report.page.case import ReportCase
    from optimizer.report.study_page.case import StudyCase

SAME_MUSD = 0.001
"""Relative difference between two costs of one scenario that its gap explains."""


def study_in_report(case: ReportCase, study: StudyCase) -> Markup:
    """Tell a study in the report of a plan of the same scenario.

    Parameters
    ----------
    case : ReportCase
        The plan.
    study : StudyCase
        A study of its scenario.
    """
    rows = study.answers["tornado"]
    name = f"{study.study.title} ({study.study.name})"
    title = f"What each factor moves, million USD: {name}"
    tornado = tornado_figure(rows, title) if is_drawn(rows) else ""
    fallback = fallback_table(study)
    caption = f"What is best where another place wins: {name}"
    base, own = study.answers["base"]["objective_musd"], case.header["objective_musd"]
    return render(
        "study_in_report.html", study=study.study, solved=solved_text(study.answers["runs"]),
        says=[row["says"] for row in study.answers["breakpoints"]],
        tornado=tornado, fallback="" if fallback.empty else table_html(fallback, caption), base=base, own=own, missing=base_missing(study),
        differs=base is not None and abs(base - own) > SAME_MUSD * max(1.0, abs(own)),
    )


def fallback_table(study: StudyCase) -> pd.DataFrame:
    """Values at which another place is best than as it is: which one, when it is ready, what it costs more; none where that has no plan."""
    held = [
        (row["title"], value_text(point["value"], row["unit"]), point["host"], month_name(point["ready"]) if point["ready"] else "never",
         point["delta_musd"])
        for row in study.answers["tornado"] for point in row["points"]
        if point["delta_musd"] is not None and (point["host"] or "") != study.base_host
    ]
    heads = ["If", "is", "the best place is", "ready", "million USD more than as it is"]
    return pd.DataFrame(held, columns=heads).astype({heads[-1]: float})
