"""Assumptions ordered by their weight in the decision: the present value of the lines that each drives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from optimizer.core.number_words import count, short
from optimizer.report.page.case import Section
from optimizer.report.page.charts import by_width
from optimizer.report.page.figures import figure
from optimizer.report.page.palette import FILLS, INK
from optimizer.report.page.render import render
from optimizer.report.page.tables import table_html
from optimizer.report.page.weights import weights

if TYPE_CHECKING:
    from markupsafe import Markup

    from optimizer.report.page.case import ReportCase

ROWS_SHOWN, BARS_SHOWN = 40, 12
KNOWN = ("fact", "negotiated_offer")
"""Kinds of source that are no assumption."""

HEADS = ("Input", "Value", "Drives, million USD", "Lines", "Kind", "Source")


def section(case: ReportCase) -> Section | None:
    """Write the assumptions by weight; nothing where there is no plan or no input is named."""
    if not case.tables or case.tables["assumptions"].empty:
        return None
    told = ranked(case)
    of_all = len(case.tables["assumptions"])
    shown = told.head(ROWS_SHOWN)
    html = render(
        "assumptions.html", count_all=count(of_all), count_weighing=count(len(told)), count_shown=len(shown),
        chart=_chart(told.head(BARS_SHOWN)) if len(told) else "", table=_table(shown) if len(told) else "", kinds=kinds(case),
    )
    return Section("assumptions", "Assumptions by weight", html)


def ranked(case: ReportCase) -> pd.DataFrame:
    """Inputs that are no facts and drive some line, the heaviest first: the columns of ``weights`` and ``name``."""
    frame = weights(case)
    frame = frame[~frame["kind"].fillna("").isin(KNOWN) & (frame["weight_musd"] > 0.0)].reset_index(drop=True)
    named = [f"{key}: {column}" if key != table else column
             for table, key, column in zip(frame["table"], frame["key"], frame["column"], strict=True)]
    return frame.assign(name=named)


def kinds(case: ReportCase) -> list[tuple[str, str]]:
    """How many inputs there are of each kind of source."""
    counted = case.tables["assumptions"]["kind"].fillna("").value_counts()
    return [(str(kind).replace("_", " ") or "no source", count(number)) for kind, number in counted.items()]


def _table(shown: pd.DataFrame) -> Markup:
    frame = pd.DataFrame({
        HEADS[0]: shown["name"],
        HEADS[1]: [f"{value} {unit}".strip() for value, unit in zip(shown["value"].fillna(""), shown["unit"].fillna(""), strict=True)],
        HEADS[2]: shown["weight_musd"].round(1),
        HEADS[3]: shown["drives"],
        HEADS[4]: [str(kind).replace("_", " ") or "no source" for kind in shown["kind"].fillna("")],
        HEADS[5]: [_brief(str(source)) for source in shown["source"].fillna("")],
    })
    return table_html(frame, "Inputs that are no facts, by the present value of the lines they drive")


def _brief(source: str) -> str:
    """First words of a source; all of it stands among the inputs."""
    return source if len(source) <= 110 else f"{source[:107].rstrip()}..."


def _chart(bars: pd.DataFrame) -> Markup:
    order = bars["name"].tolist()
    drawn = bars[["name", "weight_musd"]].assign(text=[short(value) for value in bars["weight_musd"]])
    largest = float(bars["weight_musd"].max())

    def chart(width_px: int) -> alt.TopLevelMixin:
        y = alt.Y("name:N", sort=order, axis=alt.Axis(title=None, labelLimit=by_width(width_px, 330, 165), domain=False, ticks=False))
        axis = alt.Axis(grid=True, tickCount=by_width(width_px, 6, 3))
        scale = alt.Scale(domain=[0, by_width(width_px, 1.18, 1.45) * largest], nice=False)  # room for the number behind the bar
        x = alt.X("weight_musd:Q", title="million USD, present value", scale=scale, axis=axis)
        stack = alt.Chart(drawn).mark_bar(height=14, color=FILLS[0]).encode(y=y, x=x)
        label = alt.Chart(drawn).mark_text(align="left", dx=5, color=INK).encode(y=y, x=x, text="text:N")
        return alt.layer(stack, label).properties(height=26 * len(order))

    heads = {"name": "Input", "weight_musd": "Lines it drives, million USD"}
    description = "The heaviest inputs that are no facts. Inputs that drive the same lines weigh the same."
    shown = bars[["name", "weight_musd"]].rename(columns=heads)
    return figure(chart, "Money that hangs on each assumption, million USD", description, shown)
