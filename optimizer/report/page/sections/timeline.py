"""The timeline: building, deliveries, service and work; what each item alone would allow, and the ramps of GPUs and MW."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from optimizer.core.number_words import listed
from optimizer.report.page.case import ReportCase, Section
from optimizer.report.page.charts import LETTERING, by_width, fill_colours, moment, over_months, rules
from optimizer.report.page.figures import Chart, figure
from optimizer.report.page.palette import INK
from optimizer.report.page.ramp_figures import gpu_figure, mw_figure, share_figure
from optimizer.report.page.readiness import HALLS, POWER, SUPPLY, Host, allowed, earliest, holding_back, hosts, in_place, reasons
from optimizer.report.page.render import month_name, render
from optimizer.report.page.schedule import KINDS, bars, milestones
from optimizer.report.page.tables import table_html

if TYPE_CHECKING:
    from markupsafe import Markup

_ALLOWED = {SUPPLY: "what vendors ship, installed", HALLS: "halls built at the fastest", POWER: "firm power at the earliest"}
_DATE_PX, _NAME_PX = 13, 15
"""What the name of a date takes, and how far the name of a bar stands above it on a phone."""
_IN_PLACE = {SUPPLY: "GPUs installed", HALLS: "halls built", POWER: "firm power contracted"}


def section(case: ReportCase) -> Section | None:
    """Write the timeline; nothing where there is no plan, or nothing happens in it."""
    if not case.tables:
        return None
    told = bars(case)
    if told.empty:
        return None
    html = render(
        "timeline.html", case=case, header=case.header, schedule=_schedule_figure(case, told),
        hosts=[_readiness(case, host) for host in hosts(case)], gpus=gpu_figure(case), mw=mw_figure(case),
    )
    return Section("timeline", "Timeline", html)


def _readiness(case: ReportCase, host: Host) -> dict[str, object]:
    """What moves the readiness of one workload, as the template tells it."""
    shares = allowed(case, host)
    dates = earliest(shares)
    why = reasons(case.instance, host)
    last = max(dates.values(), key=lambda date: date or "9999")
    latest = [item for item, date in dates.items() if date == last]
    spans = holding_back(shares)
    name = host.workload.name
    return {
        "host": host, "latest": listed([_ALLOWED[item] for item in latest]), "last": last,
        "dates": [(_ALLOWED[item], date, why[item]) for item, date in dates.items()],
        "alone": share_figure(case, name, shares.rename(columns=_ALLOWED), (
            f"What each item alone would allow for {name}, share of what it needs",
            "Each as early and as fast as its offers let it be, were there no other limit: the lowest line is what readiness waits for. "
            "It is no forecast, but what cannot be beaten with the GPUs of this plan.")),
        "planned": share_figure(case, name, in_place(case, host).rename(columns=_IN_PLACE), (
            f"What the plan has in place for {name}, share of need",
            "What is delivered, built and contracted month by month; all of it is there when it is ready. Nothing is paid for earlier than "
            "it helps, so the items meet.")),
        "spans": _spans_table(spans, name) if len(spans) else "",
    }


def _spans_table(spans: pd.DataFrame, name: str) -> Markup:
    shown = pd.DataFrame({
        "Months": [month_name(first) if first == last else f"{month_name(first)} to {month_name(last)}"
                   for first, last in zip(spans["first"], spans["last"], strict=True)],
        "Allows least": [listed([_ALLOWED[item] for item in items]) for items in spans["items"]],
        "Share of need, first month, %": 100.0 * spans["share_first"],
        "Share of need, last month, %": 100.0 * spans["share_last"],
    })
    return table_html(shown, f"Which item moves the readiness of {name}, month by month", decimals=1)


def _schedule_figure(case: ReportCase, told: pd.DataFrame) -> Markup:
    table = told.assign(start=told["first"].map(moment), stop=told["end"].map(moment), row=[f"{place:02d}" for place in range(len(told))])
    dates = milestones(case)
    kinds = [kind for kind in KINDS if kind in set(table["kind"])]

    def chart(width_px: int) -> Chart:
        step_px = by_width(width_px, 25, 40)
        # Rows without a name at the top are the room in which the dates are named.
        room_px = _DATE_PX * len(dates) + by_width(width_px, 0, _NAME_PX)
        rows = [*(f"date {place}" for place in range(math.ceil(room_px / step_px))), *table["row"]]
        names = dict.fromkeys(rows, "") | dict(zip(table["row"], table["item"], strict=True))
        axis = alt.Axis(title=None, labelLimit=220, labelColor=INK, labelExpr=f"({names!r})[datum.value]")
        y = alt.Y("row:N", scale=alt.Scale(domain=rows), axis=by_width(width_px, axis, None))
        x = over_months("start", case.calendar.months, width_px)
        bar = alt.Chart(table).mark_bar(height=13, cornerRadius=1).encode(
            x=x, x2="stop:T", y=y, color=fill_colours("kind", kinds, by_width(width_px, 5, 2), 10))
        names_above = alt.Chart(table).encode(x=alt.value(0), y=y, text="item:N")
        above = [names_above.mark_text(align="left", dy=-_NAME_PX, **look) for look in LETTERING]
        drawn: Chart = alt.layer(bar, *rules(dates, 6), *by_width(width_px, [], above)).properties(height=step_px * len(rows))
        return drawn

    description = "From first signature to work. Bars of power and rent end with the horizon where the contract goes on."
    shown = told[["item", "kind", "first", "last"]].rename(columns=str.capitalize)
    return figure(chart, "What happens when", description, shown)
