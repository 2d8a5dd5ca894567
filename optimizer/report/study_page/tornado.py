"""What each factor moves: the cost at both of its ends, and what changes in the decision there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.report.page.figures import figure
from optimizer.report.page.render import month_name
from optimizer.report.page.tables import table_html
from optimizer.report.study_page.interval_bars import Lane, interval_bars_chart
from optimizer.report.study_page.layout import arranged
from optimizer.report.study_page.phrases import changes_text, ends_of, no_plan_text, unbroken, value_text, with_sign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import altair as alt
    from markupsafe import Markup

    from optimizer.report.page.case import Section
    from optimizer.report.study_page.case import StudyCase

FACTORS_DRAWN = 12
_SERIES = {"low": "low end", "high": "high end"}


def section(case: StudyCase) -> Section | None:
    """Draw the tornado; nothing where the study has none."""
    rows = case.answers["tornado"]
    if not any(ends_of(row) for row in rows):
        return None
    more = len(rows) - FACTORS_DRAWN
    notes = [f"Drawn are the {FACTORS_DRAWN} factors that move the cost most; the table has all {len(rows)}."] if more > 0 else []
    figures = [tornado_figure(rows)] if is_drawn(rows) else []
    return arranged(("tornado", "What moves the decision"), figures=figures, notes=notes,
                    tables=[table_html(tornado_table(rows), "Every value that was tried, against the scenario as it is")])


def is_drawn(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether there are bars to draw: not where the scenario as it is has no plan, which leaves nothing to compare with."""
    return any(end["delta_musd"] is not None for row in rows for _, end in ends_of(row))


def tornado_figure(rows: Sequence[Mapping[str, Any]], title: str = "What each factor moves, million USD") -> Markup:
    """Draw bars of both ends of the factors that weigh most, with the place that is then best where it is another.

    Parameters
    ----------
    rows : sequence of mapping
        ``tornado`` of the answers; at least one end is not the scenario as it is.
    title : str
        Of the figure; its own on the page.
    """
    lanes = [lane for row in rows[:FACTORS_DRAWN] for lane in _bars(row)]
    series = [said for end, said in _SERIES.items() if any(lane.series == said for lane in lanes)]

    def chart(width_px: int) -> alt.TopLevelMixin:
        return interval_bars_chart(lanes, series, "million USD against the scenario as it is", width_px)

    description = ("Each bar is one run with that factor alone changed: at the least and at the greatest value tried, of texts at the "
                   "cheapest and the dearest. An arrow names the place that is then best, where it is another.")
    return figure(chart, title, description, _numbers(rows[:FACTORS_DRAWN]))


def _bars(row: Mapping[str, Any]) -> list[Lane]:
    base = row["base"]
    title = str(row["title"]) if base is None else f"{row['title']}, as it is {value_text(base, row['unit'])}"
    lanes = []
    for end, held in ends_of(row):
        delta = held["delta_musd"]
        moved = [change.split("->")[-1].strip() for change in held["changes"] if change.startswith("host:")]
        said = f"{value_text(held['value'], row['unit'])}: {no_plan_text(held['status']) if delta is None else with_sign(delta)}"
        lanes.append(Lane(title, _SERIES[end], 0.0 if delta is None else float(delta), said + "".join(f" → {host}" for host in moved)))
    return lanes


def _numbers(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    held = [(row["title"], value_text(end["value"], row["unit"]), end["delta_musd"]) for row in rows for _, end in ends_of(row)]
    frame = pd.DataFrame(held, columns=["Factor", "Value", "Against the scenario as it is, million USD"])
    return frame.astype({frame.columns[2]: float})


def tornado_table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Every value that was tried: cost, place, date and what changes, as the page shows them."""
    held = [
        (row["title"], unbroken(value_text(point["value"], row["unit"])), point["objective_musd"], point["delta_musd"],
         point["cash_cost_musd"], point["host"] or "", unbroken(month_name(point["ready"] or "")), _changed(point))
        for row in rows for point in row["points"]
    ]
    heads = ["Factor", "Value", "In all, million USD", "Against the scenario as it is", "Cash cost", "Place", "Ready", "What changes"]
    frame = pd.DataFrame(held, columns=heads)
    return frame.astype(dict.fromkeys(heads[2:5], float))


def _changed(point: Mapping[str, Any]) -> str:
    if point["objective_musd"] is None:
        return no_plan_text(point["status"])
    return "; ".join(changes_text(point["changes"]))
