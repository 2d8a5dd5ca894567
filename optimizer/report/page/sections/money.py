"""Sources and uses of money by quarter, and cash against what each purse has received."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from optimizer.core.number_words import amount, count
from optimizer.explain.at_limit import own_purses
from optimizer.report.page.case import ReportCase, Section
from optimizer.report.page.charts import by_width, fill_colours, moment, over_months, steps
from optimizer.report.page.figures import WIDE_PX, figure
from optimizer.report.page.render import month_name, render
from optimizer.report.page.tables import table_html
from optimizer.report.page.uses import sources_by_quarter, uses_by_quarter

if TYPE_CHECKING:
    from markupsafe import Markup

_RECEIVED, _PAID = "received so far", "paid so far"
_PURSE_HEIGHT_PX = 120


def section(case: ReportCase) -> Section | None:
    """Write sources and uses; nothing where there is no plan or nothing is paid."""
    if not case.tables or case.tables["ledger"].empty:
        return None
    uses, sources = uses_by_quarter(case), sources_by_quarter(case)
    html = render(
        "money.html", case=case, uses_figure=_uses_figure(uses), table=_table(uses, sources), has_purses=not sources.empty,
        purses_figure=_purses_figure(case) if len(sources) else "", purses=case.instance.purses, spelled_use=_spelled,
        loan=_loan(case),
    )
    return Section("sources-and-uses", "Sources and uses by quarter", html)


def _loan(case: ReportCase) -> dict[str, Any] | None:
    """What was borrowed and what it costs; ``None`` where there is no loan, or nothing was drawn."""
    if case.instance.debt is None or not case.tables["debt"]["drawn_musd"].any():
        return None
    table, ledger = case.tables["debt"], case.tables["ledger"]
    drawn = table[table["drawn_musd"] > 0.0]
    return {
        "drawn_musd": float(table["drawn_musd"].sum()), "first": drawn["period"].min(), "last": drawn["period"].max(),
        "most_musd": float(table["balance_musd"].max()), "left_musd": float(table["balance_musd"].iloc[-1]),
        "repaid_musd": float(table["repaid_musd"].sum()), "interest_musd": float(table["interest_musd"].sum()),
        "fee_musd": float(table["fee_musd"].sum()), "cost_musd": float(ledger.loc[ledger["group"] == "finance", "present_musd"].sum()),
    }


def cash_so_far(case: ReportCase) -> pd.DataFrame:
    """Rows of ``purse``, ``period``, ``received so far`` and ``paid so far`` (less what came back), million USD nominal."""
    cash = case.tables["cash"]
    by_purse = cash.sort_values(["purse", "period"]).groupby("purse", sort=False)
    so_far = by_purse[["in_musd", "out_musd"]].cumsum()
    ordered = cash.sort_values(["purse", "period"])
    return ordered[["purse", "period"]].assign(**{_RECEIVED: so_far["in_musd"], _PAID: so_far["out_musd"]})


def _spelled(use: str) -> str:
    return use.replace("_", " ").replace(".", ": ")


def _table(uses: pd.DataFrame, sources: pd.DataFrame) -> Markup:
    shown = uses.assign(**{"paid in all": uses.sum(axis=1)})
    if len(sources):
        shown.insert(0, "received", sources["received_musd"])
    total = shown.sum().to_frame("in all").T
    if len(sources):
        shown["left at the end"] = sources["balance_musd"]
    # One decimal throughout: a column of sums must add up as it is read.
    return table_html(pd.concat([shown, total]).rename_axis("Quarter").reset_index(),
                      "Sources and uses by quarter, million USD, nominal; what comes back is negative", total_rows=1, decimals=1)


def _uses_figure(uses: pd.DataFrame) -> Markup:
    long = uses.rename_axis("quarter").reset_index().melt("quarter", var_name="use", value_name="musd")
    names = list(uses.columns)

    def chart(width_px: int) -> alt.Chart:
        every = by_width(width_px, 1, 2) if len(uses) < 20 else by_width(width_px, 2, 4)
        said = f"indexof(domain('x'), datum.value) % {every} == 0 ? [slice(datum.value, 5), slice(datum.value, 0, 4)] : ''"
        axis = alt.Axis(title=None, labelAngle=0, labelExpr=said, labelOverlap=False, ticks=False)
        drawn: alt.Chart = alt.Chart(long).mark_bar().encode(
            x=alt.X("quarter:O", sort=list(uses.index), axis=axis),
            y=alt.Y("musd:Q", title="million USD, nominal"),
            color=fill_colours("use", names, by_width(width_px, 3 if len(names) > 4 else len(names), 2)),
            order=alt.Order("place:Q"),
        ).transform_calculate(place=f"indexof({names!r}, datum.use)").properties(height=by_width(width_px, 280, 240))
        return drawn

    total = uses.sum(axis=1)
    description = f"Most is paid in {total.idxmax()}: {count(total.max())} million USD. Below the line is what comes back."
    if not (uses < -0.05).any().any():
        description = description.split(" Below", maxsplit=1)[0]
    return figure(chart, "Uses of money by quarter, million USD, nominal", description, uses.rename_axis("Quarter").reset_index())


def _purses_figure(case: ReportCase) -> Markup:
    so_far = cash_so_far(case)
    long = so_far.melt(["purse", "period"], var_name="what", value_name="musd").assign(at=lambda rows: rows["period"].map(moment))

    def chart(width_px: int) -> alt.VConcatChart:
        room = by_width(width_px, WIDE_PX - 70, width_px - 56)
        x = over_months("at", case.calendar.months, width_px)
        y = alt.Y("musd:Q", title="million USD, nominal")
        return alt.vconcat(*(
            steps(rows, (x, y), "what", [_RECEIVED, _PAID]).properties(width=room, height=_PURSE_HEIGHT_PX, title=_spelled(str(purse)))
            for purse, rows in long.groupby("purse", sort=False)
        ))

    least = own_purses(case.instance, case.tables["cash"]).sort_values("balance_musd").iloc[0]
    description = (
        f"No purse is overdrawn: {_spelled(least['purse'])} comes closest, with {amount(least['balance_musd'])} million USD left in "
        f"{month_name(least['period'])}."
    )
    return figure(chart, "Cash against purses, cumulative, million USD, nominal", description, so_far.rename(columns={
        "purse": "Purse", "period": "Period", _RECEIVED: "Received so far, million USD", _PAID: "Paid so far, million USD"}))
