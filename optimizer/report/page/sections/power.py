"""Power: MW by the right they serve with, against the load; contracts and permits; typical days by the hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from optimizer.core.number_words import listed, short
from optimizer.report.page.approvals import approvals, unused
from optimizer.report.page.case import Section
from optimizer.report.page.charts import by_width, fill_colours, over_months
from optimizer.report.page.day_numbers import typical_hours
from optimizer.report.page.figures import figure
from optimizer.report.page.palette import INK, MUTED
from optimizer.report.page.power_numbers import conditional_at, firm_by_right, merged, stacked, steps
from optimizer.report.page.render import month_name, render
from optimizer.report.page.tables import table_html
from optimizer.report.summary_power import power_lines

if TYPE_CHECKING:
    from markupsafe import Markup

    from optimizer.core.instance import Site
    from optimizer.report.page.case import ReportCase
    from optimizer.report.page.day_numbers import TypicalHours

_LOAD = "Peak of the load"


def section(case: ReportCase) -> Section | None:
    """Write the power of every chosen site; nothing where there is no plan, or none with contracts."""
    if not case.tables or not case.header.get("has_contracts", True) or not case.header["sites"]:
        return None
    by_id = {site.site_id: site for site in case.instance.sites}
    told = [_site(case, by_id[row["site_id"]]) for row in case.header["sites"]]
    return Section("power", "Power", render("power.html", sites=told, is_one=len(told) == 1))


def _site(case: ReportCase, site: Site) -> dict[str, object]:
    name = site.name or site.site_id
    frame = firm_by_right(case, site)
    hours = typical_hours(case, site.site_id)
    header = next(row for row in case.header["sites"] if row["site_id"] == site.site_id)
    return {
        "name": name,
        "says": _conditional(case, site, frame),
        "months": _by_month(case, name, frame),
        "approvals": table_html(approvals(case, site), f"Contracts and permits of {name}: where each stands"),
        "unused": listed(unused(case, site)),
        "days": _by_hour(name, hours) if hours else "",
        "lines": [f"{line[0].upper()}{line[1:]}." for line in power_lines(header.get("power"))],
    }


def _conditional(case: ReportCase, site: Site, frame: pd.DataFrame) -> str:
    """Say how much of the peak hangs on a condition when the first workload there is ready, and at the end."""
    ready = [row["ready"] for row in case.header["workloads"] if row["ready"] and site.site_id in row["sites"]]
    told = []
    for when, period in (("when it is ready", min(ready, default="")), ("at the end", case.periods[-1])):
        found = [label for label in case.periods if label <= period]
        if not found:
            continue
        hangs, peak = conditional_at(frame, found[-1])
        if peak:
            lasting = "all of it served by lasting power"
            said = lasting if hangs < 0.05 else f"{short(hangs)} MW of it served by interruptible or temporary power alone"
            told.append(f"{when} ({month_name(found[-1])}), the peak is {short(peak)} MW, {said}")
    text = "; ".join(told)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _by_month(case: ReportCase, name: str, frame: pd.DataFrame) -> Markup:
    used = [column for column in frame.columns if column not in ("period", "load_mw")]
    bars, load = stacked(frame, used, case.calendar), steps(frame, "load_mw", case.calendar)
    most = float(frame["load_mw"].max())
    highest = max(most, float(bars["high"].max()) if len(bars) else 0.0)

    def chart(width_px: int) -> alt.TopLevelMixin:
        x = over_months("begin", case.calendar.months, width_px)
        colour = fill_colours("name", used, by_width(width_px, len(used), 1))
        stack = alt.Chart(bars).mark_rect().encode(x=x, x2="end:T", y=alt.Y("low:Q", title="MW"), y2="high:Q", color=colour)
        line = alt.Chart(load).mark_line(interpolate="step-after", color=INK, strokeWidth=2.4).encode(x=x, y=alt.Y("mw:Q", title="MW"))
        label = pd.DataFrame({"begin": [load["begin"].iloc[-1]], "mw": [1.12 * highest], "text": [f"━ {_LOAD}"]})
        text = alt.Chart(label).mark_text(align="right", color=INK).encode(x="begin:T", y="mw:Q", text="text:N")
        return alt.layer(stack, line, text).properties(height=by_width(width_px, 280, 230))

    description = (
        f"Bars: MW that count for the peak, by the right they serve with. Line: the peak at the meter, at most {short(most)} MW. "
        "Interruptible power gives way when called; temporary permits end. Agreements and batteries count for no firm MW of their own."
    )
    shown = frame.rename(columns={"period": "Period", "load_mw": f"{_LOAD}, MW", **{column: f"{column}, MW" for column in used}})
    return figure(chart, f"Power of {name} against its load, MW", description, shown)


def _by_hour(name: str, hours: TypicalHours) -> Markup:
    start = {day: 24 * place for place, day in enumerate(hours.days)}
    supply = hours.supply[hours.supply["high"] > hours.supply["low"]]
    begin = supply["day"].map(start) + supply["hour"]
    bars = merged(supply.assign(begin=begin, end=begin + 1), ["source"])
    load = hours.load.assign(at=hours.load["day"].map(start) + hours.load["hour"]).sort_values("at")
    line = pd.concat([load, load.tail(1).assign(at=24 * len(start))])
    top = float(max(hours.supply["high"].max(), hours.load["mw"].max()))
    labels = pd.DataFrame({"at": [12 + at for at in start.values()], "text": [_brief(day) for day in start], "mw": 1.34 * top})

    def chart(width_px: int) -> alt.TopLevelMixin:
        axis = alt.Axis(title=None, values=list(range(0, 24 * len(start) + 1, 24)), labels=False, grid=True, tickSize=8)

        def x(field: str) -> alt.X:
            return alt.X(f"{field}:Q", scale=alt.Scale(domain=[0, 24 * len(start)], nice=False), axis=axis)

        y = alt.Y("low:Q", title="MW", scale=alt.Scale(domain=[0, 1.34 * top], nice=False))
        colour = fill_colours("source", hours.sources, by_width(width_px, min(len(hours.sources), 4), 2))
        return alt.layer(
            alt.Chart(bars).mark_rect().encode(x=x("begin"), x2="end:Q", y=y, y2="high:Q", color=colour),
            alt.Chart(line).mark_line(interpolate="step-after", color=INK, strokeWidth=2).encode(x=x("at"), y="mw:Q"),
            alt.Chart(labels).mark_text(baseline="top", lineBreak="\n", fontSize=by_width(width_px, 11, 10), color=MUTED)
            .encode(x=x("at"), y="mw:Q", text="text:N"),
        ).properties(height=by_width(width_px, 240, 220))

    return figure(chart, f"Typical days at {name}, hour by hour, MW", _hours_text(hours), _hours_table(hours))


def _brief(day: str) -> str:
    """Label of a day in two lines: its month, and how many days it stands for."""
    period, _, rest = day.partition(": ")
    return f"{month_name(period).replace(' ', chr(10))}\n{rest[rest.index('(') + 1 : -1].replace('day', 'd').replace('ds', 'd')}"


def _hours_text(hours: TypicalHours) -> str:
    return (
        f"{len(hours.days)} of the {hours.year_days} typical days of the last twelve months with load, each from midnight to midnight in "
        "local time: the one with the highest hour and those that stand for most days (d). Areas: what serves. Line: the load, before "
        "anything is shed or shifted; what stands above it charges a battery or is load moved here; where nothing stands below it, load "
        "is shed or moved away."
    )


def _hours_table(hours: TypicalHours) -> pd.DataFrame:
    """MW by day, hour and source, and the load."""
    served = hours.supply.assign(mw=hours.supply["high"] - hours.supply["low"])
    table = served.pivot_table(index=["day", "hour"], columns="source", values="mw", fill_value=0.0, observed=True)
    load = hours.load.set_index(["day", "hour"])["mw"].rename("Load, MW")
    together = table.reindex(columns=hours.sources, fill_value=0.0).add_suffix(", MW").join(load).reset_index()
    return together.rename(columns={"day": "Day", "hour": "Hour"})
