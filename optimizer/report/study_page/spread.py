"""What the plan may cost: the runs by cost, told apart by the place that is best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from optimizer.report.page.charts import by_width, fill_colours
from optimizer.report.page.figures import figure
from optimizer.report.page.tables import table_html
from optimizer.report.study_page.layout import arranged
from optimizer.report.study_page.phrases import decision_text

if TYPE_CHECKING:
    from markupsafe import Markup

    from optimizer.report.page.case import Section
    from optimizer.report.study_page.case import StudyCase

BINS = 24
PLACES_DRAWN = 5
_FIGURES = (("p5", "One run in twenty costs less than"), ("p50", "Half of the runs cost less than"),
            ("p95", "One run in twenty costs more than"), ("mean", "Mean"), ("sd", "Standard deviation"))


def section(case: StudyCase) -> Section | None:
    """Draw the spread of the cost; nothing where the study claims none."""
    spread = case.answers["spread"]
    if not spread or spread["p50"] is None or len(case.free) < 2:
        return None
    held = [(said, spread[name]) for name, said in _FIGURES if spread[name] is not None]
    table = table_html(pd.DataFrame(held, columns=["Cost of a run", "Million USD"]), "The spread of the cost", decimals=1)
    return arranged(("spread", "What it may cost"), figures=[_chart(case)], tables=[table])


def _chart(case: StudyCase) -> Markup:
    bars = binned(case.free)
    names = list(dict.fromkeys(bars["place"]))

    def chart(width_px: int) -> alt.TopLevelMixin:
        ticks = alt.Axis(tickCount=by_width(width_px, 8, 4))
        drawn: alt.Chart = alt.Chart(bars).mark_bar(stroke=None).encode(
            x=alt.X("from:Q", title="million USD", axis=ticks, scale=alt.Scale(zero=False, nice=False)), x2="to:Q",
            y=alt.Y("low:Q", title="runs", axis=alt.Axis(grid=True, tickMinStep=1)), y2="high:Q",
            color=fill_colours("place", names, by_width(width_px, 6, 2)),
        ).properties(height=240)
        return drawn

    table = bars[["place", "from", "to", "runs"]].rename(
        columns={"place": "Best place", "from": "From, million USD", "to": "To, million USD", "runs": "Runs"})
    description = "Each bar is a class of cost; its parts are the places that are best in it."
    return figure(chart, "Runs by what the best plan costs", description, table)


def binned(free: pd.DataFrame) -> pd.DataFrame:
    """Runs by class of cost and best place, each part of a bar with where it begins and ends.

    Returns
    -------
    pandas.DataFrame
        ``place``, ``from`` and ``to`` (million USD), ``runs``, ``low`` and ``high`` (runs); places beyond the most frequent are *others*.
    """
    costs = free["objective_musd"].astype(float)
    said = [decision_text(host, way) for host, way in zip(free["host"], free["build_or_rent"], strict=True)]
    places = pd.Series(said, index=free.index, dtype="str")
    often = list(places.value_counts().index[:PLACES_DRAWN])
    places = places.where(places.isin(often), "others")
    span = float(costs.max() - costs.min())
    edges = np.linspace(costs.min(), costs.max() if span > 0 else costs.min() + 1.0, min(BINS, max(2, int(np.sqrt(len(costs)) * 2))) + 1)
    at = np.clip(np.searchsorted(edges, costs, side="right") - 1, 0, len(edges) - 2)
    rows = []
    for place in range(len(edges) - 1):
        low = 0
        for name in [*often, "others"]:
            runs = int(((at == place) & (places == name)).sum())
            if runs:
                rows.append((name, edges[place], edges[place + 1], runs, low, low + runs))
                low += runs
    return pd.DataFrame(rows, columns=["place", "from", "to", "runs", "low", "high"])
