"""What it costs: from cash to the objective, and all in by GPU-hour, MWh and MW, against the rent that is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from optimizer.core.number_words import count
from optimizer.report.page.case import ReportCase, Section
from optimizer.report.page.charts import by_width, fill_colours
from optimizer.report.page.figures import Chart, figure
from optimizer.report.page.palette import INK, MUTED
from optimizer.report.page.render import render
from optimizer.report.page.sources import sourced
from optimizer.report.page.tables import table_html
from optimizer.report.page.unit_costs import per_gpu_hour, per_mw, waterfall

if TYPE_CHECKING:
    from markupsafe import Markup

_KINDS = {"cash": "own, all cash", "less residual": "own, less residual value", "rent": "rent"}


def section(case: ReportCase) -> Section | None:
    """Write the cost; nothing where there is no plan or nothing is paid."""
    if not case.tables or case.tables["ledger"].empty:
        return None
    hours = per_gpu_hour(case)
    rents = [
        (rental, sourced(case, f"{rental.usd_per_gpu_hour:,.2f} USD per GPU-hour", "rentals", rental.name, "usd_per_gpu_hour"))
        for rental in case.instance.rentals
    ]
    html = render(
        "cost.html", case=case, header=case.header, waterfall=_waterfall_figure(waterfall(case)), rents=rents,
        hours=_hours_figure(hours) if len(hours) else "", own={row.kind: row.usd_per_gpu_hour for row in hours.itertuples()},
        mw_table=_mw_table(per_mw(case)),
    )
    return Section("cost", "What it costs, all in", html)


def _waterfall_figure(rows: pd.DataFrame) -> Markup:
    told = rows.assign(
        said=[f"{value:,.0f}".replace("-", "−") if kind == "sum" else f"{value:+,.0f}".replace("-", "−")
              for value, kind in zip(rows["musd"], rows["kind"], strict=True)],
        end=rows[["from_musd", "to_musd"]].max(axis=1),
        side=["sum" if kind == "sum" else "adds" if value >= 0.0 else "takes off"
              for value, kind in zip(rows["musd"], rows["kind"], strict=True)],
    )
    sides = [side for side in ("sum", "adds", "takes off") if side in set(told["side"])]

    def chart(width_px: int) -> Chart:
        y = alt.Y("what:N", sort=None, axis=alt.Axis(title=None, labelLimit=by_width(width_px, 220, 130), labelColor=INK))
        reach = float(told["end"].max()) * by_width(width_px, 1.09, 1.24)
        x = alt.X("from_musd:Q", title="million USD, present value", axis=alt.Axis(grid=True, tickCount=by_width(width_px, 8, 3)),
                  scale=alt.Scale(domain=[min(0.0, float(rows["to_musd"].min())), reach], nice=False))
        bars = alt.Chart(told).mark_bar(height=17).encode(y=y, x=x, x2="to_musd:Q", color=fill_colours("side", sides, 3, 10))
        text = alt.Chart(told).mark_text(align="left", dx=5, color=INK).encode(y=y, x="end:Q", text="said:N")
        joined = alt.Chart(told.assign(next=told["what"].shift(-1)).dropna()).mark_rule(color=MUTED, strokeWidth=0.8).encode(
            x="to_musd:Q", y=alt.Y("what:N", sort=None), y2="next:N")
        drawn: Chart = alt.layer(joined, bars, text).properties(height=alt.Step(27))
        return drawn

    cash, total = (float(rows.loc[rows["what"] == what, "musd"].iloc[0]) for what in ("cash cost", "in all"))
    description = (
        f"Cash comes to {count(cash)} million USD in present value. Value of time is what every month without the cluster is said to be "
        f"worth, never cash; residual value is what is still owned at the end. Together the plan is judged at {count(total)}."
    )
    shown = rows[["what", "musd"]].rename(columns={"what": "Part", "musd": "Present value, million USD"})
    return figure(chart, "From cash to the objective, million USD, present value", description, shown)


def _hours_figure(rows: pd.DataFrame) -> Markup:
    told = rows.assign(said=[f"{value:,.2f}" for value in rows["usd_per_h100e_hour"]], family=rows["kind"].map(_KINDS))
    names = [name for name in _KINDS.values() if name in set(told["family"])]

    def chart(width_px: int) -> Chart:
        place = alt.Y("what:N", sort=None, axis=by_width(width_px, alt.Axis(title=None, labelLimit=330, labelColor=INK), None))
        reach = float(told["usd_per_h100e_hour"].max()) * by_width(width_px, 1.08, 1.2)
        x = alt.X("usd_per_h100e_hour:Q", title="USD per H100-equivalent and hour", axis=alt.Axis(grid=True, tickCount=5),
                  scale=alt.Scale(domain=[0, reach], nice=False))
        base = alt.Chart(told)
        legend = fill_colours("family", names, by_width(width_px, 3, 1), by_width(width_px, 10, 4))
        parts = [base.mark_bar(height=16).encode(y=place, x=x, color=legend),
                 base.mark_text(align="left", dx=5, color=INK).encode(y=place, x=x, text="said:N")]
        above = [base.mark_text(align="left", dy=-17, color=INK, baseline="middle").encode(y=place, x=alt.value(0), text="what:N")]
        drawn: Chart = alt.layer(*parts, *by_width(width_px, [], above)).properties(height=alt.Step(by_width(width_px, 30, 46)))
        return drawn

    description = (
        "Own: all cash of the site in present value over the present value of the GPU-hours at work within the horizon, once without and "
        "once less what is still owned at its end. Rent: the price offered."
    )
    shown = rows.drop(columns="kind").rename(columns={
        "what": "What", "usd_per_gpu_hour": "USD per GPU-hour", "usd_per_h100e_hour": "USD per H100-equivalent hour"})
    return figure(chart, "An hour of one H100-equivalent, own against rent, USD", description, shown)


def _mw_table(rows: pd.DataFrame) -> Markup:
    if rows.empty:
        return render("nothing.html")
    shown = rows if len(set(rows["site"])) > 1 else rows.drop(columns="site")
    return table_html(shown.rename(columns={
        "site": "Site", "what": "Capital", "musd": "Million USD", "per_it_mw": "Million USD per MW of IT load",
        "per_facility_mw": "Million USD per MW at the meter"}), "Capital per MW, nominal, within the horizon")
