"""Sheets Cash and Payments: cash out by period from the ledger, and every purse with its running balance, by formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from optimizer.core.accounts import DRAW_LINE, NEVER_CASH
from optimizer.report.workbook.book import HEADER_ROW, Book, Column, last_row
from optimizer.report.workbook.ledger_sheets import money_of

if TYPE_CHECKING:
    from optimizer.core.instance import Instance
    from optimizer.plan.plan import Plan

_FIRST = HEADER_ROW + 1
_MUSD = "million USD"
_PURSE_COLUMNS = 4


def cash_rows(ledger: pd.DataFrame) -> pd.DataFrame:
    """Rows of a ledger that are cash."""
    return ledger[~ledger["group"].isin(NEVER_CASH)]


def paid_rows(ledger: pd.DataFrame) -> pd.DataFrame:
    """Rows of a ledger that purses pay: what is drawn from a lender is received."""
    cash = cash_rows(ledger)
    return cash[cash["line"] != DRAW_LINE]


def payments_sheet(book: Book, plan: Plan) -> None:
    """Sheet Payments: what each purse pays, from which sheet Cash sums."""
    columns = [
        Column("Period", "first month"), Column("Purse", "", "text", 24), Column("Group", "", "text", 14),
        Column("Line", "", "text", 24), Column("Paid", _MUSD, "fine", 17),
    ]
    note = "A row is what a purse pays for a line of the ledger in a period, nominal; negative: comes back to it."
    sheet = book.rows_sheet("Payments", "Payments by purse", note, columns)
    payments = plan.tables["payments"]
    for row, record in enumerate(payments.itertuples(index=False), _FIRST):
        for place, text in enumerate((record.period, record.purse, record.group, record.line)):
            sheet.write_string(row, place, str(text))
        sheet.write_number(row, 4, float(str(record.musd)), book.looks["fine"])
    last = last_row(len(payments))
    sheet.autofilter(HEADER_ROW, 0, last, len(columns) - 1)
    for name, place in (("period", 0), ("purse", 1), ("musd", 4)):
        book.name_cells(f"payments_{name}", "Payments", (_FIRST, place), (last, place))


def cash_sheet(book: Book, instance: Instance, plan: Plan) -> None:
    """Sheet Cash: by period what is paid, and for each purse what comes in, goes out and is left."""
    purses = list(dict.fromkeys(plan.tables["cash"]["purse"]))
    columns = [Column("Period", "first month"), Column("Cash out", _MUSD, "amount", 16), Column("Cash out so far", _MUSD, "amount", 16)]
    for purse in purses:
        columns += [Column("", width=3), *(Column(f"{purse}: {what}", _MUSD, "amount", 18) for what in ("in", "out", "balance"))]
    drawn = ", and without what is drawn from the lender, which the purse debt receives" if instance.debt is not None else ""
    note = f"Nominal. Cash out: sheet Ledger without value of time and residual value{drawn}. Out of a purse: sheet Payments."
    sheet = book.rows_sheet("Cash", "Cash by period and purse", note, columns)
    calendar = money_of(instance).calendar
    labels = [calendar.period_label(t) for t in range(calendar.periods)]
    for row, label in enumerate(labels, _FIRST):
        sheet.write_string(row, 0, label)
    _cash_out(book, sheet, labels, (paid_rows(plan.tables["ledger"]), instance.debt is not None))
    for place, purse in enumerate(purses):
        rows = plan.tables["cash"].loc[plan.tables["cash"]["purse"] == purse].set_index("period").reindex(labels).fillna(0.0)
        _purse(book, sheet, (purse, 4 + _PURSE_COLUMNS * place), rows)


def _cash_out(book: Book, sheet: Worksheet, labels: list[str], about: tuple[pd.DataFrame, bool]) -> None:
    """Write what is paid in each period, from the rows that purses pay; where there is a loan, its draws stand in sheet Ledger too."""
    cash, has_loan = about
    paid = cash.groupby("period")["nominal_musd"].sum()
    so_far = 0.0
    for row, label in enumerate(labels, _FIRST):
        out = float(paid.get(label, 0.0))
        so_far += out
        of_period = f"=SUMIFS(ledger_nominal,ledger_period,A{row + 1})"
        without = "".join(f'-SUMIFS(ledger_nominal,ledger_period,A{row + 1},ledger_group,"{group}")' for group in NEVER_CASH)
        if has_loan:
            without += f'-SUMIFS(ledger_nominal,ledger_period,A{row + 1},ledger_line,"{DRAW_LINE}")'
        book.formula(sheet, (row, 1), of_period + without, out)
        book.formula(sheet, (row, 2), f"=B{row + 1}" if row == _FIRST else f"=C{row}+B{row + 1}", so_far)
    last = last_row(len(labels))
    book.name_cells("cash_out_musd", "Cash", (_FIRST, 1), (last, 1))
    sheet.conditional_format(_FIRST, 1, last, 1, {"type": "data_bar", "bar_color": "#B7C9E2"})


def _purse(book: Book, sheet: Worksheet, purse: tuple[str, int], rows: pd.DataFrame) -> None:
    """Write the three columns of a purse (its name and first column), then the least of its balances."""
    name, first = purse
    inward, outward, balance = (xl_col_to_name(first + place) for place in range(3))
    quoted = name.replace('"', '""')
    held = 0.0
    for row, record in enumerate(rows.itertuples(), _FIRST):
        received, paid = float(str(record.in_musd)), float(str(record.out_musd))
        held += received - paid
        sheet.write_number(row, first, received, book.looks["amount"])
        out = f'=SUMIFS(payments_musd,payments_purse,"{quoted}",payments_period,$A{row + 1})'
        book.formula(sheet, (row, first + 1), out, paid)
        change = f"{inward}{row + 1}-{outward}{row + 1}"
        book.formula(sheet, (row, first + 2), f"={change}" if row == _FIRST else f"={balance}{row}+{change}", held)
    last = last_row(len(rows))
    area = xl_range(_FIRST, first + 2, last, first + 2)
    sheet.conditional_format(area, {"type": "cell", "criteria": "<", "value": -0.000001, "format": book.looks["bad"]})
    sheet.write_string(last + 2, first + 1, "least balance", book.looks["total_text"])
    book.formula(sheet, (last + 2, first + 2), f"=MIN({area})", float(rows["balance_musd"].min()), "total")
