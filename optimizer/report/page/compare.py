"""The page of ``gigasite compare``: two plans or more, their decision, money, dates and power beside one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.number_words import listed
from optimizer.report.page.bar_stacks import stacked_bars
from optimizer.report.page.case import Section
from optimizer.report.page.compare_numbers import IN_ALL, INPUTS_SHOWN, dates, decisions, differing_inputs, money_lines, power
from optimizer.report.page.figures import figure
from optimizer.report.page.render import render
from optimizer.report.page.tables import table_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt
    import pandas as pd
    from markupsafe import Markup

    from optimizer.report.page.case import ReportCase

_PARTS = ("cash cost", "value of time", "committed before")


def compare_html(cases: Sequence[ReportCase]) -> str:
    """Write the page that sets plans beside one another.

    Parameters
    ----------
    cases : sequence of ReportCase
        Two or more; differences are to the first. Their ``folder_name`` names them and is unlike any other's.
    """
    from optimizer.report.page.page import page_html  # noqa: PLC0415 - the page knows the sections, and they the plans

    titles = [case.folder_name for case in cases]
    lead = render("compare_lead.html", cases=cases)
    footer = render("compare_footer.html", cases=cases)
    found = [_decision(cases), _money(cases), _dates(cases), *_power(cases), *_inputs(cases)]
    return page_html(f"{listed(titles)} compared", lead, found, footer)


def compare_page(cases: Sequence[ReportCase]) -> bytes:
    """Make the page as the content of a file."""
    return compare_html(cases).encode(errors="backslashreplace")


def _decision(cases: Sequence[ReportCase]) -> Section:
    return Section("decision", "Decision", _roomy(table_html(_headed(decisions(cases)), "What each plan decides")))


def _dates(cases: Sequence[ReportCase]) -> Section:
    return Section("dates", "Dates", _roomy(table_html(_headed(dates(cases)), "Dates of each plan")))


def _money(cases: Sequence[ReportCase]) -> Section:
    lines = money_lines(cases)
    shown = lines.assign(line=[line.replace("_", " ") for line in lines["line"]])
    named = shown.rename(columns={"group": "Group", "line": "Line"})[["Line", "Group", *shown.columns[2:]]]
    sums = int((lines["group"] == IN_ALL).sum())
    table = table_html(named, "Present value, million USD, by line of the ledger; sums last", total_rows=sums)
    chart = _chart(lines, cases) if any(case.tables for case in cases) else ""
    years = sorted({f"{case.instance.currency_year}" for case in cases})
    notes = ["Cash cost, value of time, residual value and what was committed before add up to the objective."]
    notes += [f"The plans count in dollars of different years ({listed(years)})."] if len(years) > 1 else []
    return Section("money", "Money, line by line", render("compare_money.html", chart=chart, table=table, notes=notes))


def _power(cases: Sequence[ReportCase]) -> list[Section]:
    frame = power(cases)
    if frame.empty:
        return []
    table = table_html(_headed(frame), "Power of each plan, all its sites together")
    return [Section("power", "Power", _roomy(table, "The most MW of each right, whenever they stand; by month in each report."))]


def _inputs(cases: Sequence[ReportCase]) -> list[Section]:
    frame = differing_inputs(cases)
    if frame.empty:
        is_same = len({case.header["instance_sha256"] for case in cases}) == 1
        differs = "All named values are the same; the questions differ in their hourly series."
        said = "All plans answer the same question." if is_same else differs
        return [Section("inputs", "What differs in the question", _roomy("", said))]
    shown = frame.head(INPUTS_SHOWN).rename(columns={"table": "Table", "key": "Of", "column": "Input"})
    notes = [f"The first {INPUTS_SHOWN} of {len(frame):,} inputs that differ."] if len(frame) > INPUTS_SHOWN else []
    table = table_html(shown[["Input", "Of", "Table", *shown.columns[3:]]], "Inputs that are not the same in all plans")
    return [Section("inputs", "What differs in the question", _roomy(table, *notes))]


def _roomy(table: Markup | str, *notes: str) -> Markup:
    """Put a table into a frame that scrolls rather than squeezes, with notes below."""
    return render("roomy.html", table=table, notes=notes)


def _headed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns={"what": " "})


def _chart(lines: pd.DataFrame, cases: Sequence[ReportCase]) -> Markup:
    """Bars of each plan's cash cost, value of time and commitments; the objective as a number."""
    sums = lines[lines["group"] == IN_ALL].set_index("line")
    musd = {name: {str(line): float(value) for line, value in sums[name].items()} for name in (case.folder_name for case in cases)}
    order = [case.folder_name for case in cases if case.tables]
    held = [part for part in _PARTS if any(musd[name][part] for name in order)]
    parts = {name: {part: musd[name][part] for part in held} for name in order}
    in_all = {name: musd[name]["objective"] for name in order}

    def chart(width_px: int) -> alt.TopLevelMixin:
        return stacked_bars(parts, in_all, order, width_px)

    table = sums[order].T.rename_axis("Plan").reset_index()
    table = table.rename(columns={line: f"{line}, million USD" for line in sums.index})
    description = "In all: the bar less what buildings and hardware are still worth at the end."
    return figure(chart, "What each plan comes to, million USD", description, table)
