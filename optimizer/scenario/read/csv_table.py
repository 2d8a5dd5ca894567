"""Reading a table from CSV, and saying of every row that is no row of its header what is wrong with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from optimizer.core.input_files import read_text
from optimizer.core.input_limits import TABLE_BYTES, TABLE_CELLS, TABLE_COLUMNS, TABLE_ROWS

_SEPARATORS = {";": "';'", "\t": "tabs", "|": "'|'"}

NumberedRows = list[tuple[int, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that cannot be read: its number (the header is 1), its cells as far as they are known, and what is wrong."""

    number: int
    cells: dict[str, str]
    message: str


class Cells(NamedTuple):
    """Columns of a table, its numbered rows, and the rows that are left out of them with what is wrong with each."""

    columns: list[str]
    rows: NumberedRows
    faults: tuple[RowFault, ...] = ()


class BadRows(ValueError):
    """Rows after which nothing more can be told apart."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"row {fault.number}: {fault.message}" for fault in self.faults))


def read_csv(path: Path) -> Cells:
    """Read the columns and the numbered rows of a CSV file in UTF-8; the header is row 1, empty rows are passed over.

    Rows with more or fewer cells than the header are left out and told.

    Raises
    ------
    BadRows
        A row with a quote that is not closed.
    ValueError
        The file is empty or too large, not in UTF-8, or its cells are not separated by commas.
    """
    rows = list(_rows(list(io.StringIO(read_text(path, TABLE_BYTES), newline=""))))
    if not rows or not any(rows[0]):
        raise ValueError("the file is empty; the first row names the columns")
    require_size(len(rows) - 1, len(rows[0]))
    header, body = rows[0], [(number, row) for number, row in enumerate(rows[1:], start=2) if any(row)]
    faults = [_misfit(number, header, row) for number, row in body if len(row) != len(header)]
    body = [(number, row) for number, row in body if len(row) == len(header)]
    # A spreadsheet saves columns that were once touched: no name, no cell.
    kept = [index for index, name in enumerate(header) if name or any(row[index] for _, row in body)]
    rows_kept = [(number, {header[index]: row[index] for index in kept}) for number, row in body]
    return Cells([header[index] for index in kept], rows_kept, tuple(faults))


def require_size(rows: int, columns: int) -> None:
    """Refuse a table of more rows, columns or cells than are read.

    Raises
    ------
    ValueError
        It is larger.
    """
    for count, limit in ((columns, TABLE_COLUMNS), (rows, TABLE_ROWS), (rows * columns, TABLE_CELLS)):
        if count > limit.most:
            raise ValueError(f"has {count:,} {limit.unit}; at most {limit} are read")


def _rows(lines: Sequence[str]) -> Iterator[list[str]]:
    """Cells of row after row, without the blanks around them."""
    for separator, name in _SEPARATORS.items():
        if lines and separator in lines[0]:
            raise ValueError(f"cells are separated by {name}, not by ','; save as CSV (comma)")
    reader = csv.reader(lines, strict=True)
    begin, number, header = 0, 1, [""]
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            header = row if number == 1 else header
            begin, number = reader.line_num, number + 1
            yield row
    except csv.Error as error:
        known = dict(zip(header, lines[begin].strip().split(","), strict=False))
        raise BadRows([RowFault(number, known, _syntax(error))]) from error


def _syntax(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return 'a quote (") is opened and not closed'
    if "expected after" in str(error):
        return 'a quote (") is not closed, or text follows a closing one; a quote within a cell is written twice ("")'
    return f"not CSV: {error}"


def _misfit(number: int, header: Sequence[str], row: Sequence[str]) -> RowFault:
    """The message about a row whose cells cannot be told apart."""
    too_many, too_few = "is a cell with a comma not quoted?", "is a comma missing? An empty cell needs its comma too"
    cause = too_many if len(row) > len(header) else too_few
    message = f"the row has {len(row)} cells, the header {len(header)}: {cause}"
    return RowFault(number, dict(zip(header, row, strict=False)), message)
