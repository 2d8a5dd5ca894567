"""Sheets Periods, Ledger and Totals: discount factors, present values and sums by formula."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from optimizer.core.accounts import GROUPS
from optimizer.core.calendar import Calendar
from optimizer.core.finance import Money
from optimizer.plan.plan import BEYOND
from optimizer.report.workbook.book import HEADER_ROW, Book, Column, last_row

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.core.instance import Instance
    from optimizer.plan.plan import Plan

_FIRST = HEADER_ROW + 1
_MUSD = "million USD"
_DUE_AT_THE_END, _DUE_BEYOND, _IN_PERIOD, _KEPT = "end of horizon", "mean date beyond", "period", "kept"


def money_of(instance: Instance) -> Money:
    """Give the time value of money of an instance."""
    calendar = Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)
    return Money(calendar, instance.discount_rate_per_year, instance.currency_year)


def periods_sheet(book: Book, instance: Instance) -> None:
    """Sheet Periods: the discount factor of every month and period, by formula from the rate on sheet Summary."""
    money = money_of(instance)
    calendar, length = money.calendar, instance.horizon.months_per_period
    months = [Column(f"Factor of month {place + 1}", "1", "factor", 13) for place in range(length)]
    columns = [
        Column("Period", "first month"), Column("Calendar year", "", "text"), Column("Months before it", "months", "whole"),
        Column("Hours", "h", "whole"), *months, Column("Discount factor", "1", "factor"),
    ]
    note = "A flow is worth the mean of the factors of its period's months, each as of the middle of the month."
    sheet = book.rows_sheet("Periods", "Periods and their discount factors", note, columns)
    for t in range(calendar.periods):
        row = _FIRST + t
        sheet.write_string(row, 0, calendar.period_label(t))
        sheet.write_number(row, 1, calendar.year(calendar.first_month(t)))
        sheet.write_number(row, 2, calendar.first_month(t), book.looks["whole"])
        sheet.write_number(row, 3, calendar.hours(t), book.looks["whole"])
        for place, month in enumerate(calendar.months_of(t)):
            formula = f"=(1+discount_rate)^(-(C{row + 1}+{place}+0.5)/12)"
            book.formula(sheet, (row, 4 + place), formula, money.discount(month), "factor")
        book.formula(sheet, (row, 4 + length), f"=AVERAGE({xl_range(row, 4, row, 3 + length)})", money.period_discount(t), "factor")
    last = last_row(calendar.periods)
    book.name_cells("period_label", "Periods", (_FIRST, 0), (last, 0))
    book.name_cells("period_factor", "Periods", (_FIRST, 4 + length), (last, 4 + length))
    sheet.write_string(last + 2, 0, "End of the horizon", book.looks["total_text"])
    sheet.write_number(last + 2, 2, calendar.months, book.looks["whole"])
    book.formula(sheet, (last + 2, 4), f"=(1+discount_rate)^(-C{last + 3}/12)", money.end_discount(), "factor")
    book.name_cells("end_factor", "Periods", (last + 2, 4))


_LEDGER = (
    Column("Period", "first month"), Column("Calendar year"), Column("Site", "", "text", 18), Column("Group", "", "text", 13),
    Column("Line", "", "text", 22), Column("Subject", "", "text", 24), Column("Nominal", _MUSD, "fine", 17),
    Column("Due", "months after start", "amount", 12), Column("Discount factor", "1", "factor", 12),
    Column("Present value", _MUSD, "fine", 17), Column("As planned", _MUSD, "fine", 17), Column("Due in", "", "beside", 19),
)


def ledger_sheet(book: Book, instance: Instance, plan: Plan) -> None:
    """Sheet Ledger: every flow, its present value by formula; beside it the value of the plan."""
    note = "A row is a flow of money in a period. Positive is a cost. Groups delay (value of time) and residual are never cash."
    sheet = book.rows_sheet("Ledger", "Ledger", note, _LEDGER)
    money, looks = money_of(instance), book.looks
    row: int
    record: Any
    for row, record in enumerate(plan.tables["ledger"].itertuples(index=False), _FIRST):
        year = BEYOND if record.period == BEYOND else str(record.period)[:4]
        texts = (record.period, year, record.site_id, record.group, record.line, record.subject)
        for place, text in enumerate(texts):
            sheet.write_string(row, place, str(text))
        nominal, present = float(record.nominal_musd), float(record.present_musd)
        sheet.write_number(row, 6, nominal, looks["fine"])
        due_in, due = _due(record, money)
        if due is not None:
            sheet.write_number(row, 7, due, looks["amount"])
        if nominal:
            factor = present / nominal
            book.formula(sheet, (row, 8), _factor_formula(due_in, row + 1, factor), factor, "factor")
            book.formula(sheet, (row, 9), f"=G{row + 1}*I{row + 1}", present, "fine")
        else:
            sheet.write_number(row, 9, present, looks["fine"])
        sheet.write_number(row, 10, present, looks["fine"])
        sheet.write_string(row, 11, due_in, looks["beside"])
    last = last_row(len(plan.tables["ledger"]))
    sheet.autofilter(HEADER_ROW, 0, last, len(_LEDGER) - 1)
    for name, place in (("period", 0), ("year", 1), ("group", 3), ("line", 4), ("nominal", 6), ("present", 9), ("planned", 10)):
        book.name_cells(f"ledger_{name}", "Ledger", (_FIRST, place), (last, place))
    _explain_due(book, sheet)


def _due(record: Any, money: Money) -> tuple[str, float | None]:
    """When a flow falls due: its kind and, outside the periods, the months after the start of the horizon.

    Flows beyond the horizon stand in the ledger as a sum: the date is the one that gives it its present value.
    """
    if record.period != BEYOND:
        return _IN_PERIOD, None
    end = money.calendar.months
    if record.group == "residual":
        return _DUE_AT_THE_END, float(end)
    if not record.nominal_musd:
        return _KEPT, None
    ratio = record.present_musd / record.nominal_musd
    if ratio <= 0.0 or money.discount_rate_per_year <= 0.0:
        return _KEPT, None
    due = -12.0 * math.log(ratio) / math.log1p(money.discount_rate_per_year)
    return (_DUE_BEYOND, due) if due >= end else (_KEPT, None)


def _factor_formula(due_in: str, row: int, factor: float) -> str:
    """Formula of the discount factor of a row (from 1)."""
    formulas = {
        _IN_PERIOD: f"=INDEX(period_factor,MATCH(A{row},period_label,0))",
        _DUE_AT_THE_END: "=end_factor",
        _DUE_BEYOND: f"=(1+discount_rate)^(-H{row}/12)",
        _KEPT: f"={factor!r}",
    }
    return formulas[due_in]


def _explain_due(book: Book, sheet: Worksheet) -> None:
    text = (
        "period: within the horizon, at the factor of its period.\n"
        "end of horizon: residual value.\n"
        "mean date beyond: flows after the horizon stand as one sum; the date is the one that gives it its present value at the plan's "
        "rate. "
        "At another rate its present value is close, not exact.\n"
        "kept: such a sum of payments and receipts has no such date; its factor stays that of the plan. "
        "So does the present value of what takes back the gain of a loan, which has no nominal sum."
    )
    sheet.write_comment(HEADER_ROW, len(_LEDGER) - 1, text, {"x_scale": 3, "y_scale": 2, "author": book.name})


def totals_sheet(book: Book, instance: Instance, plan: Plan) -> None:
    """Sheet Totals: the ledger by group and line, nominal and in present value, and nominal by calendar year."""
    ledger = plan.tables["ledger"]
    ledger = ledger.assign(year=[BEYOND if period == BEYOND else str(period)[:4] for period in ledger["period"]])
    calendar = money_of(instance).calendar
    years = [*dict.fromkeys(str(calendar.year(month)) for month in range(calendar.months)), BEYOND]
    columns = [
        Column("Group", "", "text", 16), Column("Line", "", "text", 26), Column("Nominal", _MUSD, "amount", 16),
        Column("Present value", _MUSD, "amount", 16), *(Column(f"Nominal, {year}", _MUSD, "amount", 14) for year in years),
    ]
    note = "Sums over sheet Ledger. beyond: due after the horizon. Years as the first month of a period has them."
    sheet = book.rows_sheet("Totals", "Totals by group and line", note, columns)
    sums = _Sums(book, sheet, years)
    row = _FIRST
    for group in GROUPS:
        of_group = ledger[ledger["group"] == group]
        for line in dict.fromkeys(of_group["line"]):
            condition = f",ledger_group,$A{row + 1},ledger_line,$B{row + 1}"
            sums.write(row, (group, line, condition), of_group[of_group["line"] == line], "amount")
            row += 1
        if len(of_group):
            sums.write(row, (group, "together", f",ledger_group,$A{row + 1}"), of_group, "total")
            row += 1
    sums.write(row, ("all", "together", ',ledger_group,"*"'), ledger, "total")


@dataclass(frozen=True, slots=True)
class _Sums:
    """Rows of sums over the ledger: nominal, present, and nominal by year."""

    book: Book
    sheet: Worksheet
    years: Sequence[str]

    def write(self, row: int, names: tuple[str, str, str], rows: pd.DataFrame, look: str) -> None:
        """Write a row; ``names`` are group, line and the tail of SUMIFS that selects ``rows``."""
        group, line, condition = names
        text = self.book.looks["total_text" if look == "total" else "text"]
        self.sheet.write_string(row, 0, group, text)
        self.sheet.write_string(row, 1, line, text)
        nominal, present = rows["nominal_musd"], rows["present_musd"]
        self.book.formula(self.sheet, (row, 2), f"=SUMIFS(ledger_nominal{condition})", float(nominal.sum()), look)
        self.book.formula(self.sheet, (row, 3), f"=SUMIFS(ledger_present{condition})", float(present.sum()), look)
        for place, year in enumerate(self.years, 4):
            formula = f'=SUMIFS(ledger_nominal{condition},ledger_year,"{year}")'
            self.book.formula(self.sheet, (row, place), formula, float(nominal[rows["year"] == year].sum()), look)
