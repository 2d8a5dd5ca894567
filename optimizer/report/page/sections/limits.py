"""Where there is no plan: the limits in play as sentences, and as a picture of what each alone makes possible, and when."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from optimizer.core.number_words import listed
from optimizer.explain.earliest_dates import capacities, hosting_rentals, power_period, rental_period, supply_period
from optimizer.report.page.case import Section
from optimizer.report.page.charts import by_width, fill_colours, moment, over_months, rules
from optimizer.report.page.figures import figure
from optimizer.report.page.limit_phrases import split_limit
from optimizer.report.page.palette import WARNING
from optimizer.report.page.render import month_name, render
from optimizer.report.page.tables import table_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from optimizer.core.instance import Workload
    from optimizer.report.page.case import ReportCase

SITES_SHOWN = 6
_BY = {"hall": "By hall", "power": "By power", "supply": "By supply of GPUs", "money": "By money", "offer": "By offer"}
IN_TIME, LATE, NEVER = "possible in time", "possible, but after the deadline", "never within the horizon"


def section(case: ReportCase) -> Section | None:
    """Write why there is no plan; nothing where there is one."""
    if case.tables:
        return None
    is_proven = case.plan.status == "infeasible"
    told = [split_limit(limit) for limit in case.header.get("binding", [])]
    in_table = {"way"} if case.header.get("ways") else set()
    limits = [(key.replace("_", " "), said) for key, said in told if key not in in_table]
    figures = [_figure(case, workload) for workload in case.instance.workloads]
    is_stopped = case.header.get("stopped_by") == "interrupted"
    html = render("limits.html", is_proven=is_proven, is_stopped=is_stopped, limits=limits, figures=figures,
                  ways=ways_table(case), needs=needs_table(case))
    return Section("limits", "Why there is no plan" if is_proven else "No plan was found", html)


def ways_table(case: ReportCase) -> Markup | str:
    """Every site and rental with the earliest date by each limit, what fails marked; empty where none is known."""
    ways = case.header.get("ways", ())
    if not ways:
        return ""
    several = len(case.instance.workloads) > 1
    frame = pd.DataFrame({
        **({"Workload": [way["workload"] for way in ways]} if several else {}),
        "Site or rental": [f"{way['place']} ({way['mode'].replace('_', ' ')})" if way["mode"] else way["place"] for way in ways],
        **{title: [_date(way, limit) for way in ways] for limit, title in _BY.items()},
        "What fails": [listed(way["fails"]) or "none alone" for way in ways],
    })
    return table_html(frame, "The earliest month that each limit alone allows, were there no other; those first that fail least")


def _date(way: Mapping[str, Any], limit: str) -> str:
    if not way[limit]:
        return "no limit"
    failed = "" if limit not in way["fails"] else ", fails" if way[limit] == "never" else ", too late"
    return f"{month_name(way[limit])}{failed}"


def needs_table(case: ReportCase) -> Markup | str:
    """What the cheapest plan without purses would need of each purse, by half-year; empty where it was not solved or has no plan."""
    rows = case.header.get("without_purses", {}).get("needs", [])
    if not rows:
        return ""
    chosen = sorted({*range(5, len(case.periods), 6), len(case.periods) - 1} if case.calendar.months_per_period == 1 else
                    {*range(1, len(case.periods), 2), len(case.periods) - 1})
    frame = pd.DataFrame({
        "Up to": [month_name(case.periods[t]) for t in chosen],
        **{f"{what} {listed(row['purses']) or 'no purse'}": [float(musd[t]) for t in chosen] for row in rows
           for what, musd in (("Needed of", row["needs_musd"]), ("Received by", row["receives_musd"]))},
    })
    return table_html(frame, "What the cheapest plan without purses would need of each purse, in all by then, million USD", decimals=1)


def windows(case: ReportCase, workload: Workload) -> pd.DataFrame:
    """What single limits make possible for a workload, and from when, were there no other.

    Returns
    -------
    pandas.DataFrame
        ``limit``, ``period`` (empty: never within the horizon), ``state``: in time for the deadline, late, or never.
    """
    instance, calendar = case.instance, case.calendar
    rows: list[tuple[str, int | None]] = [("Supply of GPUs", supply_period(instance, calendar, workload))]
    reached = capacities(instance, calendar, workload)
    modes = Counter(one.site_id for one in reached[:SITES_SHOWN])
    built = [(f"{one.site_id} ({one.mode})" if modes[one.site_id] > 1 else one.site_id, one.period) for one in reached[:SITES_SHOWN]]
    rows += [(f"Building: {name}", period) for name, period in built] or [("Building: any site", None)]
    sites = {site.site_id: site for site in instance.sites}
    if instance.has_contracts:
        powered = {one.site_id: power_period(instance, calendar, sites[one.site_id], one.least_it_mw) for one in reached[:SITES_SHOWN]}
        rows += [(f"Power: {site_id}", period) for site_id, period in powered.items()]
    rows += [(f"Rental: {rental.name}", rental_period(rental, calendar)) for rental in hosting_rentals(instance, workload)]
    found = [(limit, None if period is None or period >= calendar.periods else period) for limit, period in rows]
    table = [(limit, "" if period is None else calendar.period_label(period), _state(case, workload, period)) for limit, period in found]
    return pd.DataFrame(table, columns=["limit", "period", "state"])


def _state(case: ReportCase, workload: Workload, period: int | None) -> str:
    if period is None:
        return NEVER
    is_late = workload.deadline is not None and case.calendar.first_month(period) > workload.deadline
    return LATE if is_late else IN_TIME


def _figure(case: ReportCase, workload: Workload) -> Markup:
    frame = windows(case, workload)
    end = moment(case.calendar.label(case.calendar.months))
    drawn = frame[frame["period"] != ""].assign(end=end)
    drawn = drawn.assign(begin=drawn["period"].map(moment))
    never = frame[frame["period"] == ""].assign(begin=moment(case.periods[0]), text=NEVER)
    dates = [("wanted", workload.wanted_from), ("deadline", workload.deadline)]
    within = [(name, case.calendar.label(month)) for name, month in dates if month is not None and 0 <= month < case.calendar.months]
    lines = pd.DataFrame(within, columns=["what", "month"])
    order = frame["limit"].tolist()

    def chart(width_px: int) -> alt.TopLevelMixin:
        height = 30 * len(order) + 40
        y = alt.Y("limit:N", sort=order, scale=alt.Scale(domain=[" ", *order]),
                  axis=alt.Axis(title=None, labelLimit=by_width(width_px, 260, 130), domain=False, ticks=False))
        x = over_months("begin", case.calendar.months, by_width(width_px, width_px, width_px - 120))
        colour = fill_colours("state", [IN_TIME, LATE], by_width(width_px, 2, 1))
        bars = alt.Chart(drawn).mark_bar(height=15).encode(y=y, x=x, x2="end:T", color=colour)
        words = alt.Chart(never).mark_text(align="left", color=WARNING).encode(y=y, x="begin:T", text="text:N")
        whole = alt.Chart(pd.DataFrame({"begin": [moment(case.periods[0]), end]})).mark_point(opacity=0).encode(x=x)
        return alt.layer(whole, bars, words, *rules(lines)).properties(height=height)

    asked = f"wanted from {month_name(case.calendar.label(workload.wanted_from))}"
    asked += f", deadline {month_name(case.calendar.label(workload.deadline))}" if workload.deadline is not None else ", without a deadline"
    description = (
        f"{workload.name} is {asked}. Each bar begins when one limit alone would allow its target, were there no other; "
        "together they only allow it later. A bar that begins after the deadline, or never, is enough to leave no plan if nothing takes "
        "its place."
    )
    shown = frame.assign(period=[month_name(period) if period else "never" for period in frame["period"]])
    shown = shown.set_axis(["Limit", "Possible from", "Against the deadline"], axis="columns")
    return figure(chart, f"What each limit alone would allow: {workload.name}", description, shown)
