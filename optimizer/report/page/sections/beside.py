"""Beside the plan: the next sites, rent only, half the size, do nothing; each solved, each with its money and its date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from optimizer.core.number_words import listed
from optimizer.report.page.bar_stacks import stacked_bars
from optimizer.report.page.case import Section
from optimizer.report.page.figures import figure
from optimizer.report.page.render import month_name, render
from optimizer.report.page.tables import table_html

if TYPE_CHECKING:
    import altair as alt

    from optimizer.report.page.case import ReportCase

PLAN = "The plan"
_CASH, _TIME = "cash cost", "value of time"


def section(case: ReportCase) -> Section | None:
    """Write what was solved beside the plan, or how to have it solved; nothing where there is no plan, or one with contracts held."""
    if not case.tables or case.header.get("signed"):
        return None
    table, chart = Markup(), Markup()
    if case.beside is not None:
        told = alternatives(case)
        table, chart = _table(told), _chart(told[told["objective_musd"].notna()])
    is_complete = case.beside is None or case.beside.is_complete
    html = render("beside.html", folder_name=case.folder_word, is_complete=is_complete, table=table, chart=chart)
    return Section("beside", "Beside the plan", html)


def alternatives(case: ReportCase) -> pd.DataFrame:
    """The plan and all that was solved beside it, in order.

    Returns
    -------
    pandas.DataFrame
        ``name``, ``what``, ``status`` (in words), ``ready``, ``site``, ``mw`` (IT), ``gpus``, ``cash_cost_musd``, ``value_of_time_musd``,
        ``objective_musd``, ``more_musd`` (than the plan); missing where there is no such plan.
    """
    header = case.header
    rows: list[tuple[str | float | None, ...]] = [(
        "plan", PLAN, _status(header["status"]), " and ".join(sorted({row["ready"] or "never" for row in header["workloads"]})),
        listed([row["site_id"] for row in header["sites"]] or [row["name"] for row in header["rentals"]]) or "none",
        sum(site["it_mw"] for site in header["sites"]),
        sum(gpu["count"] for site in header["sites"] for gpu in site["gpus"].values()),
        header["cash_cost_musd"], header["value_of_time_musd"], header["objective_musd"],
    )]
    rows += [
        (row.name, row.what, _status(row.status), row.ready, row.site, row.mw, row.gpus,
         row.cash_cost_musd, row.value_of_time_musd, row.objective_musd)
        for row in (case.beside.rows if case.beside else ())
    ]
    columns = ["name", "what", "status", "ready", "site", "mw", "gpus", "cash_cost_musd", "value_of_time_musd", "objective_musd"]
    frame = pd.DataFrame(rows, columns=columns)
    numbers = ["mw", "gpus", "cash_cost_musd", "value_of_time_musd", "objective_musd"]
    frame[numbers] = frame[numbers].astype(float)
    return frame.assign(more_musd=frame["objective_musd"] - float(header["objective_musd"]))


def _status(status: str) -> str:
    words = {"optimal": "proven the best", "within_gap": "proven within its gap", "best_found": "best found in the time given",
             "infeasible": "no such plan meets all that is asked", "no_plan_in_time": "none found in the time given",
             "not_asked": "not solved: nothing could come of it"}
    return words.get(status, status.replace("_", " "))


def _table(told: pd.DataFrame) -> Markup:
    ready = [listed([month_name(part) for part in str(value).split(" and ")]) if value else "" for value in told["ready"]]
    shown = told.assign(ready=ready)[
        ["what", "objective_musd", "more_musd", "cash_cost_musd", "value_of_time_musd", "ready", "site", "mw", "gpus", "status"]]
    heads = ["What", "In all, million USD", "More than the plan, million USD", "Cash cost, million USD", "Value of time, million USD",
             "Ready", "Site", "MW IT", "GPUs bought", "Proof"]
    return table_html(shown.set_axis(heads, axis="columns"), "The plan and what was solved beside it (present value)")


def _chart(known: pd.DataFrame) -> Markup:
    money = zip(known["what"], known["cash_cost_musd"].astype(float), known["value_of_time_musd"].astype(float), strict=True)
    parts = {what: {_CASH: cash, _TIME: time} for what, cash, time in money}
    in_all = dict(zip(known["what"], known["objective_musd"].astype(float), strict=True))

    def chart(width_px: int) -> alt.TopLevelMixin:
        return stacked_bars(parts, in_all, list(parts), width_px)

    description = (
        "Bars: cash cost and value of time. In all: both and what was committed before, less what buildings and hardware are still worth."
    )
    shown = known[["what", "cash_cost_musd", "value_of_time_musd", "objective_musd"]].set_axis(
        ["What", "Cash cost, million USD", "Value of time, million USD", "In all, million USD"], axis="columns")
    return figure(chart, "What else could be done, and what it comes to, million USD", description, shown)
