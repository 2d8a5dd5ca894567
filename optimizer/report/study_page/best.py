"""How often each place is best, and how sure that share is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.core.number_words import count
from optimizer.report.page.figures import figure
from optimizer.report.study_page.interval_bars import Lane, interval_bars_chart
from optimizer.report.study_page.layout import arranged
from optimizer.report.study_page.phrases import decision_text, share_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import altair as alt
    from markupsafe import Markup

    from optimizer.report.page.case import Section
    from optimizer.report.study_page.case import StudyCase


def section(case: StudyCase) -> Section | None:
    """Draw the share of runs in which each decision is best; nothing where no run has a plan."""
    rows = case.answers["decisions"]
    if not rows:
        return None
    drawn = rows[0]["probability"] is not None
    close = case.answers["close_calls"]
    notes = [] if drawn else ["The runs were chosen, not drawn: their number says nothing of how likely a decision is."]
    runs = f"{count(close)} run{'' if close == 1 else 's'}" if close else ""
    notes += [f"In {runs} another place is within what the solver left unproven of the best."] if runs else []
    return arranged(("best", "How likely each is best" if drawn else "How often each is best"),
                    figures=[_shares(rows) if drawn else _counts(rows)], notes=notes)


def _shares(rows: Sequence[Mapping[str, Any]]) -> Markup:
    lanes = [Lane(decision_text(row["host"], row["build_or_rent"]), "share", 100 * row["probability"], share_text(row),
                  100 * row["low"], 100 * row["high"]) for row in rows]

    def chart(width_px: int) -> alt.TopLevelMixin:
        return interval_bars_chart(lanes, ["share"], "% of the runs that have a plan", width_px)

    table = pd.DataFrame({"Decision": [lane.row for lane in lanes], "Runs": [int(row["runs"]) for row in rows],
                          "Share, %": [lane.value for lane in lanes], "At least, %": [lane.low for lane in lanes],
                          "At most, %": [lane.high for lane in lanes]})
    description = "The thin line is the 95 % interval of the share, by the number of runs (Wilson); it does not doubt the distributions."
    return figure(chart, "Share of runs in which each decision is best, %", description, table)


def _counts(rows: Sequence[Mapping[str, Any]]) -> Markup:
    lanes = [Lane(decision_text(row["host"], row["build_or_rent"]), "runs", float(row["runs"]), count(row["runs"])) for row in rows]

    def chart(width_px: int) -> alt.TopLevelMixin:
        return interval_bars_chart(lanes, ["runs"], "runs", width_px)

    table = pd.DataFrame({"Decision": [lane.row for lane in lanes], "Runs": [int(row["runs"]) for row in rows]})
    return figure(chart, "Runs in which each decision is best", "Of the runs that have a plan.", table)
