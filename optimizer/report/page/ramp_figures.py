"""Ramps over the months: shares of a need, GPUs and MW."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from optimizer.core.number_words import count, short
from optimizer.report.page.charts import by_width, moment, over_months, rules, steps
from optimizer.report.page.figures import Chart, figure
from optimizer.report.page.schedule import milestones

if TYPE_CHECKING:
    from markupsafe import Markup

    from optimizer.report.page.case import ReportCase


def share_figure(case: ReportCase, workload: str, shares: pd.DataFrame, told: tuple[str, str]) -> Markup:
    """Draw shares of what a workload needs (columns) by period (index) with its dates; ``told``: title and description."""
    axis = alt.Axis(format="%", title="share of what is needed", values=[0, 0.25, 0.5, 0.75, 1])
    return _ramp(case, shares, told, axis, milestones(case, workload))


def gpu_figure(case: ReportCase) -> Markup | str:
    """Draw GPUs delivered, installed, at work and rented; nothing where there are none."""
    fleet, rentals, allocation = case.tables["fleet"], case.tables["rentals"], case.tables["allocation"]
    serving = case.tables["workloads"]
    ready = pd.MultiIndex.from_frame(serving.loc[serving["ready"] == 1, ["period", "workload"]])
    working = allocation[pd.MultiIndex.from_frame(allocation[["period", "workload"]]).isin(ready)]
    columns = {
        "delivered so far": fleet.groupby("period")["delivered"].sum().reindex(case.periods, fill_value=0.0).cumsum(),
        "installed": fleet.groupby("period")["online"].sum(),
        "at work": working.groupby("period")["gpus"].sum(),
        "rented": rentals.groupby("period")["gpus"].sum(),
    }
    table = _by_period(case, columns)
    if table.empty:
        return ""
    description = f"Most installed: {count(table.get('installed', pd.Series([0.0])).max())} GPUs."
    return _ramp(case, table, ("GPUs by month", description), alt.Axis(title="GPUs", format=",d"), milestones(case))


def mw_figure(case: ReportCase) -> Markup | str:
    """Draw MW built, IT load and peak at the meter; nothing where nothing is built."""
    built, load = case.tables["construction"], case.tables["load"]
    columns = {
        "IT capacity built": built.groupby("period")["built_it_mw"].sum(),
        "IT load at its peak": load.groupby("period")["it_mw"].sum(),
        "peak at the meter": load.groupby("period")["facility_peak_mw"].sum(),
    }
    table = _by_period(case, columns)
    if table.empty:
        return ""
    description = f"{short(table.iloc[:, 0].max())} MW of IT capacity are built in the end. Contracts against this load: section on power."
    return _ramp(case, table, ("MW by month", description), alt.Axis(title="MW"), milestones(case))


def _by_period(case: ReportCase, columns: dict[str, pd.Series[float]]) -> pd.DataFrame:
    """Columns that are not all 0, over all periods."""
    table = pd.DataFrame({name: values.reindex(case.periods).fillna(0.0).astype(float) for name, values in columns.items()})
    return table.loc[:, (table > 0).any()]


def _ramp(case: ReportCase, table: pd.DataFrame, told: tuple[str, str], axis: alt.Axis, dates: pd.DataFrame) -> Markup:
    long = table.rename_axis("period").reset_index().melt("period", var_name="what", value_name="value")
    long["at"] = long["period"].map(moment)

    def chart(width_px: int) -> Chart:
        place = (over_months("at", case.calendar.months, width_px), alt.Y("value:Q", axis=axis))
        lines = steps(long, place, "what", list(table.columns), by_width(width_px, len(table.columns), 1))
        drawn: Chart = alt.layer(lines, *rules(dates)).properties(height=by_width(width_px, 230, 210))
        return drawn

    return figure(chart, told[0], told[1], table.rename_axis("Period").reset_index())
