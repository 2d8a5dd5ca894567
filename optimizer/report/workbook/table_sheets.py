"""Sheets of the plan's tables: fleet, capacity, power, load, commitments, assumptions and what else the plan has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from optimizer.plan.columns import BESIDE, GPUS, H100E, HOURS, MUSD, MW, MWH, ONE, TABLES, TONNES, UNITS, YES_NO, PlanColumn
from optimizer.report.workbook.book import HEADER_ROW, Book, Column, last_row

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.plan.plan import Plan

_FIRST = HEADER_ROW + 1
_SHORT = 250
"""Most characters of a source that also stands as a comment on its value."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table as a sheet: its name, title, what a row is, and whether it is there when the table is empty."""

    table: str
    name: str
    title: str
    note: str
    always: bool = False


_SHEETS = (
    _Sheet("construction", "Capacity", "Capacity of the sites", "A row is a started site in a period: MW of IT load."),
    _Sheet("fleet", "Fleet", "GPUs", "A row is a GPU model at a site in a period.", True),
    _Sheet("power", "Power", "Tariffs and on-site gas", "A row is a contract in a period.", True),
    _Sheet("ppas", "Agreements", "Power purchase agreements", "A row is an agreement in a period."),
    _Sheet("batteries", "Batteries", "Batteries", "A row is a battery in a period."),
    _Sheet("bills", "Bills", "What rates bill", "A row is a charge of a rate in a period, or the top-up to a minimum bill."),
    _Sheet("load", "Load", "Load of the sites", "A row is a site in a period.", True),
    _Sheet("emissions", "Emissions", "Emissions", "A row is a site in a period with load: by location, and by market."),
    _Sheet("workloads", "Workloads", "Workloads", "A row is a workload in a period: its host, what is allocated to it, ready or not."),
    _Sheet("rentals", "Rentals", "Rented GPUs", "A row is a rental offer in a period."),
)

_ENDINGS = {MUSD: "_musd", MWH: "_mwh", MW: "_mw", H100E: "_h100e", TONNES: "_t", HOURS: "_h"}
"""How the name of a column ends that holds a unit; a heading leaves it out."""

_WHOLE = (YES_NO, ONE, UNITS, GPUS, H100E, HOURS)
"""Units that are shown without decimals."""

_LABELS = {
    "it": "IT", "gpu": "GPU model", "site_id": "Site", "contract_id": "Contract", "mw": "In service", "mwh": "In service",
    "billed": "Billed (unit beside it)", "gpus": "Rented", "begun_gpus": "Begun", "musd": "Amount",
}


def column_of(about: PlanColumn) -> Column:
    """Heading, unit and look of a column of a plan's table."""
    if about.name in ("period", "sign_by"):
        return Column("Period" if about.name == "period" else "Sign by", "first month")
    words = " ".join("IT" if word == "it" else word for word in about.name.removesuffix(_ENDINGS.get(about.unit, "")).split("_"))
    title = _LABELS.get(about.name, words[:1].upper() + words[1:])
    if about.is_text:
        return Column(title, "", "text", 20.0)
    return Column(title, "" if about.unit == BESIDE else about.unit, "whole" if about.unit in _WHOLE else "amount", 15.0)


def table_sheets(book: Book, plan: Plan) -> None:
    """Add a sheet for every table that has rows; fleet, power, load, commitments and assumptions in any case."""
    for sheet in _SHEETS:
        table = plan.tables[sheet.table]
        if len(table) or sheet.always:
            _table_sheet(book, sheet, table)
    _commitments(book, plan.tables["commitments"])
    _assumptions(book, plan.tables["assumptions"])


def _table_sheet(book: Book, about: _Sheet, table: pd.DataFrame) -> None:
    columns = [column_of(column) for column in TABLES[about.table].columns]
    sheet = book.rows_sheet(about.name, about.title, about.note, columns)
    for place, name in enumerate(table.columns):
        sheet.write_comment(HEADER_ROW, place, f"Column {name} of tables/{about.table}.csv", {"author": book.name})
    for row, values in enumerate(table.itertuples(index=False), _FIRST):
        _row(book, sheet, (row, columns), values)
    sheet.autofilter(HEADER_ROW, 0, last_row(len(table)), len(columns) - 1)


def _row(book: Book, sheet: Worksheet, at: tuple[int, Sequence[Column]], values: Sequence[Any]) -> None:
    """Write the cells of a row: numbers as such, all else as text; what is missing stays empty."""
    row, columns = at
    for place, (column, value) in enumerate(zip(columns, values, strict=True)):
        if value is None or value != value:  # noqa: PLR0124 - not a number
            continue
        if column.is_text:
            sheet.write_string(row, place, str(value), book.looks[column.look])
        else:
            sheet.write_number(row, place, float(value), book.looks[column.look])


def _commitments(book: Book, table: pd.DataFrame) -> None:
    """Sheet Commitments, with what is lost for good so far by formula."""
    table = table.sort_values("sign_by", kind="stable")
    columns = [*map(column_of, TABLES["commitments"].columns), Column("Nonrefundable so far", "million USD", "amount", 16)]
    note = "Nominal. A row is a signature: what it commits to, and what of it is lost if all is cancelled the day after."
    sheet = book.rows_sheet("Commitments", "What must be signed by when", note, columns)
    lost = list(table.columns).index("nonrefundable_musd")
    so_far = 0.0
    for row, values in enumerate(table.itertuples(index=False), _FIRST):
        _row(book, sheet, (row, columns[:-1]), values)
        so_far += float(values[lost])
        letter, last = xl_col_to_name(lost), xl_col_to_name(len(columns) - 1)
        formula = f"={letter}{row + 1}" if row == _FIRST else f"={last}{row}+{letter}{row + 1}"
        book.formula(sheet, (row, len(columns) - 1), formula, so_far)
    last_of_rows = last_row(len(table))
    sheet.autofilter(HEADER_ROW, 0, last_of_rows, len(columns) - 1)
    book.name_cells("nonrefundable_musd", "Commitments", (_FIRST, lost), (last_of_rows, lost))


_ASSUMPTIONS = {"table": 13, "key": 30, "column": 30, "value": 14, "unit": 18, "kind": 16, "quality": 12, "as_of": 12, "source": 70}


def _assumptions(book: Book, table: pd.DataFrame) -> None:
    """Sheet Assumptions: every input with its unit and source; short sources also stand as a comment on the value."""
    columns = [Column(name.replace("_", " ").capitalize(), "", "wrapped" if name == "source" else "text", width)
               for name, width in _ASSUMPTIONS.items()]
    note = "A row is an input of the plan with its unit; kind says whether it is a fact, an estimate, an assumption or an offer."
    sheet = book.rows_sheet("Assumptions", "Inputs and their sources", note, columns)
    for row, record in enumerate(table[list(_ASSUMPTIONS)].fillna("").itertuples(index=False), _FIRST):
        texts = [str(text) for text in record]
        for place, (column, text) in enumerate(zip(columns, texts, strict=True)):
            _input(book, sheet, (row, place, column), text)
        if texts[8] and len(texts[8]) <= _SHORT:
            said = f"{texts[5]}, {texts[6]}, {texts[7]}: {texts[8]}"
            sheet.write_comment(row, 3, said, {"author": book.name, "x_scale": 2, "visible": False})
    last = last_row(len(table))
    sheet.autofilter(HEADER_ROW, 0, last, len(columns) - 1)
    looks = (("assumption", "#FFF6CC"), ("estimate", "#FFFBEA"))
    for kind, colour in looks:
        light = book.file.add_format({"bg_color": colour})
        sheet.conditional_format(_FIRST, 5, last, 5, {"type": "cell", "criteria": "==", "value": f'"{kind}"', "format": light})


def _input(book: Book, sheet: Worksheet, at: tuple[int, int, Column], text: str) -> None:
    """Write one cell of an input: a value as a number where it is one and nothing is lost by it (not ``01001``)."""
    row, place, column = at
    number = _as_number(text) if column.title == "Value" else None
    if number is None:
        sheet.write_string(row, place, text, book.looks[column.look])
    else:
        sheet.write_number(row, place, number, book.looks["text"])


def _as_number(text: str) -> float | None:
    """Give the number that a text is, or ``None`` where it is none or a code with leading zeros."""
    is_code = len(text) > 1 and text[0] == "0" and text[1].isdigit()
    try:
        number = float(text)
    except ValueError:
        return None
    return None if is_code or number in (float("inf"), float("-inf")) or number != number else number  # noqa: PLR0124 - not a number
