"""A workbook under way: its formats, its names, and sheets with a frozen header that print on whole pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

HEADER_ROW = 3
"""Row (from 0) of the header of every sheet of rows; the title, what a row is and an empty line stand above it."""

_LOOKS: dict[str, dict[str, Any]] = {
    "text": {"valign": "top"},
    "wrapped": {"valign": "top", "text_wrap": True},
    "title": {"bold": True, "font_size": 14},
    "note": {"italic": True, "font_color": "#555555"},
    "section": {"bold": True, "font_size": 12, "bottom": 1},
    "header": {"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1, "bg_color": "#E8ECF1"},
    "number_header": {"bold": True, "text_wrap": True, "valign": "vcenter", "align": "right", "bottom": 1, "bg_color": "#E8ECF1"},
    "number_section": {"bold": True, "font_size": 12, "align": "right", "bottom": 1},
    "beside": {"indent": 1, "align": "left", "valign": "top"},
    "whole": {"num_format": "#,##0"},
    "amount": {"num_format": "#,##0.00;-#,##0.00;0.00"},
    "fine": {"num_format": "#,##0.000000;-#,##0.000000;0.000000"},
    "check": {"num_format": "0.0E+00"},
    "factor": {"num_format": "0.000000"},
    "rate": {"num_format": "0.00%", "bg_color": "#FFF6CC", "font_color": "#0000AA", "border": 1},
    "total": {"num_format": "#,##0.00;-#,##0.00;0.00", "bold": True, "top": 1},
    "total_text": {"bold": True, "top": 1},
    "good": {"font_color": "#0B5D1E", "bg_color": "#DFF2E1"},
    "bad": {"font_color": "#9C0006", "bg_color": "#FFD9D9"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: ``title``, its ``unit`` (empty: none), the look of its cells and its width in characters."""

    title: str
    unit: str = ""
    look: str = "text"
    width: float = 14.0

    @property
    def header(self) -> str:
        """Title with the unit below it."""
        return f"{self.title}\n[{self.unit}]" if self.unit else self.title

    @property
    def is_text(self) -> bool:
        """Whether its cells are texts."""
        return self.look in ("text", "wrapped", "beside")


class Book:
    """A workbook of xlsxwriter with the looks and the page set-up that all its sheets share.

    Parameters
    ----------
    file : xlsxwriter.Workbook
    name : str
        What stands at the foot of each printed page.
    """

    def __init__(self, file: Workbook, name: str) -> None:
        self.file, self.name = file, name
        self.looks = {look: file.add_format(properties) for look, properties in _LOOKS.items()}

    def sheet(self, name: str) -> Worksheet:
        """Add a sheet that prints on landscape pages, as wide as one of them."""
        sheet = self.file.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(1)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.set_footer(f"&L{self.name.replace('&', '&&')}&C&A&RPage &P of &N")
        sheet.hide_gridlines(1)
        return sheet

    def rows_sheet(self, name: str, title: str, note: str, columns: Sequence[Column]) -> Worksheet:
        """Add a sheet of rows: title, what a row is, and a header that stays in sight and is printed on every page."""
        sheet = self.sheet(name)
        sheet.write_string(0, 0, title, self.looks["title"])
        sheet.write_string(1, 0, note, self.looks["note"])
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(HEADER_ROW, place, column.header, self.looks["header" if column.is_text else "number_header"])
        sheet.set_row(HEADER_ROW, 48)
        sheet.freeze_panes(HEADER_ROW + 1, 1)
        sheet.repeat_rows(HEADER_ROW)
        return sheet

    def formula(self, sheet: Worksheet, cell: tuple[int, int], formula: str, value: float | str, look: str = "amount") -> None:
        """Write a formula with the value it comes to, so that viewers that do not calculate show it too."""
        sheet.write_formula(*cell, formula, self.looks[look], value)

    def name_cells(self, name: str, sheet: str, first: tuple[int, int], last: tuple[int, int] | None = None) -> None:
        """Give a cell, or a range of cells, a name that formulas of all sheets can use."""
        reference = xl_range_abs(*first, *last) if last else xl_rowcol_to_cell(*first, row_abs=True, col_abs=True)
        self.file.define_name(name, f"='{sheet}'!{reference}")


def last_row(count: int) -> int:
    """Row (from 0) of the last of some rows below the header; of none the first row, which is empty."""
    return HEADER_ROW + max(count, 1)
