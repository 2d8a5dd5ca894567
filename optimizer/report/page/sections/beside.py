"""Beside the plan: the next sites, rent only, half the size, do nothing; each solved, each with its money and its date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from optimizer.report.page.case import Section
from optimizer.report.page.charts import by_width, fill_colours
from optimizer.report.page.figures import figure
from optimizer.report.page.palette import INK
from optimizer.report.page.render import month_name, render
from optimizer.report.page.tables import table_html
from optimizer.report.words import amount, listed

if TYPE_CHECKING:
    from markupsafe import Markup

    from optimizer.report.page.case import ReportCase

PLAN = "The plan"
_CASH, _TIME = "cash cost", "value of time"


def section(case: ReportCase) -> Section | None:
    """Write what was solved beside the plan, or how to have it solved; nothing where there is no plan."""
    if not case.tables:
        return None
    if case.beside is None:
        return Section("beside", "Beside the plan", render("beside.html", folder_name=case.folder_name, table="", chart="", not_known=[]))
    told = alternatives(case)
    known = told[told["objective_musd"].notna()]
    missing = [f"{row['what']}: {row['status']}" for row in told.to_dict("records") if pd.isna(row["objective_musd"])]
    html = render("beside.html", folder_name=case.folder_name, table=_table(told), chart=_chart(known), not_known=missing)
    return Section("beside", "Beside the plan", html)


def alternatives(case: ReportCase) -> pd.DataFrame:
    """The plan and all that was solved beside it, in order.

    Returns
    -------
    pandas.DataFrame
        ``what``, ``status`` (in words), ``ready``, ``site``, ``mw`` (IT), ``gpus``, ``cash_cost_musd``, ``value_of_time_musd``,
        ``objective_musd``, ``more_musd`` (than the plan); missing where there is no such plan.
    """
    header = case.header
    rows = [(
        PLAN, _status(header["status"]), listed(sorted({row["ready"] or "never" for row in header["workloads"]})),
        listed([site["site_id"] for site in header["sites"]]) or "none", sum(site["it_mw"] for site in header["sites"]),
        sum(gpu["count"] for site in header["sites"] for gpu in site["gpus"].values()),
        header["cash_cost_musd"], header["value_of_time_musd"], header["objective_musd"],
    )]
    rows += [
        (row.what, _status(row.status), row.ready, row.site, row.mw, row.gpus,
         row.cash_cost_musd, row.value_of_time_musd, row.objective_musd)
        for row in (case.beside.rows if case.beside else ())
    ]
    columns = ["what", "status", "ready", "site", "mw", "gpus", "cash_cost_musd", "value_of_time_musd", "objective_musd"]
    frame = pd.DataFrame(rows, columns=columns)
    numbers = ["mw", "gpus", "cash_cost_musd", "value_of_time_musd", "objective_musd"]
    frame[numbers] = frame[numbers].astype(float)
    return frame.assign(more_musd=frame["objective_musd"] - float(header["objective_musd"]))


def _status(status: str) -> str:
    words = {"optimal": "proven the best", "within_gap": "proven within its gap", "best_found": "best found in the time given",
             "infeasible": "no such plan meets all that is asked", "no_plan_in_time": "none found in the time given"}
    return words.get(status, status.replace("_", " "))


def _table(told: pd.DataFrame) -> Markup:
    ready = [listed([month_name(part) for part in str(value).split(" and ")]) if value else "" for value in told["ready"]]
    shown = told.assign(ready=ready)[
        ["what", "objective_musd", "more_musd", "cash_cost_musd", "value_of_time_musd", "ready", "site", "mw", "gpus", "status"]]
    heads = ["What", "In all, million USD", "More than the plan, million USD", "Cash cost, million USD", "Value of time, million USD",
             "Ready", "Site", "MW IT", "GPUs bought", "Proof"]
    return table_html(shown.set_axis(heads, axis="columns"), "The plan and what was solved beside it (present value)")


def _chart(known: pd.DataFrame) -> Markup:
    parts = [("cash_cost_musd", _CASH), ("value_of_time_musd", _TIME)]
    order = known["what"].tolist()
    rows = []
    for row in known.to_dict("records"):
        low = 0.0
        for column, name in parts:
            rows.append((row["what"], name, low, low + float(row[column])))
            low += float(row[column])
    bars = pd.DataFrame(rows, columns=["what", "part", "low", "high"])
    ends = bars.groupby("what", as_index=False)["high"].max().merge(known[["what", "objective_musd"]], on="what")
    ends = ends.assign(text=[f"{amount(value)} in all" for value in ends["objective_musd"]])
    reach = [min(0.0, float(bars["low"].min())), 1.32 * float(bars["high"].max())]

    def chart(width_px: int) -> alt.TopLevelMixin:
        axis = alt.Axis(title=None, labelLimit=by_width(width_px, 260, 120), domain=False, ticks=False)
        y = alt.Y("what:N", sort=order, axis=axis)
        ticks = alt.Axis(grid=True, tickCount=by_width(width_px, 6, 3))
        x = alt.X("low:Q", title="million USD, present value", scale=alt.Scale(domain=reach, nice=False), axis=ticks)
        colour = fill_colours("part", [_CASH, _TIME])
        stack = alt.Chart(bars).mark_bar(height=18).encode(y=y, x=x, x2="high:Q", color=colour)
        label = alt.Chart(ends).mark_text(align="left", dx=5, color=INK).encode(y=y, x="high:Q", text="text:N")
        return alt.layer(stack, label).properties(height=36 * len(order))

    description = (
        "Bars: cash cost and value of time. In all: both and what was committed before, less what buildings and hardware are still worth."
    )
    shown = known[["what", "cash_cost_musd", "value_of_time_musd", "objective_musd"]].set_axis(
        ["What", "Cash cost, million USD", "Value of time, million USD", "In all, million USD"], axis="columns")
    return figure(chart, "What else could be done, and what it comes to, million USD", description, shown)
