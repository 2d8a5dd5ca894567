"""What a decision costs that is made before the future is known: regret against the best of each run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.core.number_words import amount, percent
from optimizer.report.page.figures import figure
from optimizer.report.page.tables import table_html
from optimizer.report.study_page.interval_bars import Lane, interval_bars_chart
from optimizer.report.study_page.layout import arranged
from optimizer.report.study_page.phrases import held_text, value_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import altair as alt
    from markupsafe import Markup

    from optimizer.report.page.case import Section
    from optimizer.report.study_page.case import StudyCase

ROWS_SHOWN = 60
_SERIES = {"expected_musd": "on average", "cvar_musd": "mean of the worst", "worst_musd": "at worst"}


def section(case: StudyCase) -> Section | None:
    """Compare the decisions that were held in every run; nothing where the study did not hold any."""
    regret = case.answers["regret"]
    if not regret or not regret["summary"]:
        return None
    notes = [regret["says"], f"Mean of the worst: over the worst {percent(case.study.cvar_fraction)} of the runs.",
             "Regret: what a decision costs more than the best of the same run. One without a plan in some run is not drawn."]
    rows = regret["rows"]
    notes += [f"The first {ROWS_SHOWN} of {len(rows):,} runs; all are in study.parquet."] if len(rows) > ROWS_SHOWN else []
    figures = [_chart(regret["summary"])] if any(row["worst_musd"] is not None for row in regret["summary"]) else []
    tables = [] if figures else [table_html(_summary(regret["summary"]), "Regret of each decision, million USD")]
    shown = _by_run(case, rows[:ROWS_SHOWN], regret["decisions"])
    tables += [table_html(shown, "Cost of each decision in each run, million USD")] if rows else []
    return arranged(("regret", "Deciding before the future is known"), held_text(regret), figures, tables, notes)


def _chart(rows: Sequence[Mapping[str, Any]]) -> Markup:
    """Draw the decisions that have a plan in every run; the numbers below have all of them."""
    held = [row for row in rows if row["worst_musd"] is not None]
    lanes = [Lane(str(row["host"]), said, float(row[name]), amount(row[name])) for row in held for name, said in _SERIES.items()]

    def chart(width_px: int) -> alt.TopLevelMixin:
        return interval_bars_chart(lanes, list(_SERIES.values()), "million USD more than the best", width_px)

    return figure(chart, "Regret of each decision, million USD", "Less is better; a short bar at worst is a decision that is safe.",
                  _summary(rows))


def _summary(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    held = [(row["host"], row["expected_musd"], row.get("expected_at_least_musd"), row.get("expected_at_most_musd"), row["cvar_musd"],
             row["worst_musd"], int(row["infeasible_runs"]), int(row["unknown_runs"])) for row in rows]
    heads = ["Decision", "On average", "Proven at least", "Proven at most", "Mean of the worst", "At worst", "Runs without a plan",
             "Runs not solved"]
    return pd.DataFrame(held, columns=heads).astype(dict.fromkeys(heads[1:6], float))


def _by_run(case: StudyCase, rows: Sequence[Mapping[str, Any]], hosts: Sequence[str]) -> pd.DataFrame:
    held = [(f"{row['run']}: {values_text(case, row['values'])}", row["best"], *(_cost(row, host) for host in hosts)) for row in rows]
    return pd.DataFrame(held, columns=["Run", "Best", *hosts])


def _cost(row: Mapping[str, Any], host: str) -> str:
    """Cost of a decision in a run, its regret behind it."""
    cost, regret = row["costs"][host], row["regrets"][host]
    if cost is None:
        return "no plan" if host in row["infeasible"] else "not known"
    return f"{amount(cost)} (best)" if host == row["best"] else f"{amount(cost)} (+{amount(regret)})"


def values_text(case: StudyCase, values: Mapping[str, Any]) -> str:
    """Values of the factors of a run in a line."""
    parts = [f"{name} {value_text(value, case.factors[name].unit)}" for name, value in values.items() if name in case.factors]
    return ", ".join(parts) or "as it is"

