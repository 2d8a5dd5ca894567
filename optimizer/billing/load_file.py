"""An hourly load as a CSV file, every problem of the file at once (docs/tariffs.md)."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd

from optimizer.billing.load import Floats, HourlyLoad, calendar_faults
from optimizer.core.errors import Problem, RateError, nearest
from optimizer.core.input_files import InputFault, read_text
from optimizer.core.input_limits import SERIES_SIZE, TABLE_BYTES, TABLE_COLUMNS, TABLE_ROWS

DEFAULT_YEAR = 2023
"""Calendar year of a load that names no times: not a leap year."""

MOST_CELLS = 10
"""Wrong cells of a column that are told one by one; of what is beyond, the number."""

_MW_MAX = 20_000.0
_LOAD = {"load_mw": 1.0, "load_kw": 1000.0}
_DEMAND = {"demand_mw": 1.0, "demand_kw": 1000.0}
_SYSTEM = {"system_mw": 1.0}
_PRICE = {"price_usd_per_mwh": 1.0, "price_usd_per_kwh": 0.001}
_COLUMNS = ("time", *_LOAD, *_DEMAND, *_SYSTEM, *_PRICE)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:00(:00(\.0+)?)?")


def read_load(path: Path, year: int | None = None) -> tuple[HourlyLoad, tuple[str, ...]]:
    """Read a load.

    Parameters
    ----------
    path : Path
        CSV file with a column ``load_kw`` or ``load_mw``, and optionally ``time``, ``demand_kw`` or ``demand_mw``, ``system_mw``,
        ``price_usd_per_mwh`` or ``price_usd_per_kwh``.
    year : int, optional
        Calendar year of a load without ``time``, whose first row is its first hour; none: ``DEFAULT_YEAR``.

    Returns
    -------
    HourlyLoad
    tuple of str
        What was assumed and what was not read, in words.

    Raises
    ------
    RateError
        The file cannot be read, or something in it is wrong; carries every problem.
    """
    file = _File(path)
    times, told = file.times(year)
    mw = file.column(_LOAD, is_required=True)
    demand, system, price = file.column(_DEMAND), file.column(_SYSTEM), file.column(_PRICE)
    if mw is not None and demand is not None:
        file.note_peaks_below_mean(mw, demand)
    if file.problems or times is None or mw is None:
        raise RateError(file.problems)
    others = [name for name in file.frame.columns if name not in _COLUMNS]
    notes = [told] if told else []
    if others:
        notes.append(f"columns of {path.name} that are not read: {', '.join(others)}")
    return HourlyLoad(times, mw, demand, system, price), tuple(notes)


class _File:
    """The cells of the file as text, by line and column, and the problems found in them."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.problems: list[Problem] = []
        try:
            reader = csv.reader(io.StringIO(read_text(path, TABLE_BYTES), newline=""), skipinitialspace=True)
            rows = [(reader.line_num, row) for row in reader if any(row)]
        except OSError as error:
            raise RateError([Problem(self.name, "", "", f"cannot be read: {error.strerror or error}")]) from None
        except InputFault as error:
            raise RateError([Problem(self.name, error.where, "", str(error))]) from None
        except csv.Error as error:
            raise RateError([Problem(self.name, "", "", f"is not a table of comma-separated values: {error}")]) from None
        self.frame = self._frame(rows)

    def _frame(self, rows: list[tuple[int, list[str]]]) -> pd.DataFrame:
        """Rows under their heads, by line; none where the rows are not as wide as the heads."""
        heads = [name.strip() for name in rows[0][1]] if rows else []
        odd = [(line, len(row)) for line, row in rows if len(row) != len(heads)]
        for line, width in odd[:MOST_CELLS]:
            self.note(f"line {line}", "", f"has {width} cells, the heads {len(heads)}")
        if len(rows) > TABLE_ROWS.most or len(heads) > TABLE_COLUMNS.most:
            self.note("", "", f"has {len(rows):,} rows and {len(heads):,} columns; at most {TABLE_ROWS} and {TABLE_COLUMNS} are read")
            raise RateError(self.problems)
        for name in sorted({name for name in heads if heads.count(name) > 1}):
            self.note("", name, "is the head of more than one column")
        if not rows:
            self.note("", "", "is empty; write a line of heads and a row for every hour")
        if self.problems:
            raise RateError(self.problems)
        return pd.DataFrame([row for _, row in rows[1:]], columns=heads, index=[line for line, _ in rows[1:]], dtype=str)

    def note(self, where: str, field: str, message: str) -> None:
        self.problems.append(Problem(self.name, where, field, message))

    def column(self, units: dict[str, float], *, is_required: bool = False) -> Floats | None:
        """Numbers of a column that may be in one of several units, in the first of them; ``None`` where it is missing."""
        given = [name for name in units if name in self.frame]
        if not given and is_required:
            first, *others = units
            self.note("", first, f"is required and missing (or {' or '.join(others)}); {nearest(first, self.frame.columns)}")
        if len(given) > 1:
            self.note("", given[1], f"stands beside {given[0]}; only one of them may")
        if not given:
            return None
        texts = self.frame[given[0]].str.strip()
        numbers = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64)
        is_price = units is _PRICE
        wrong = ~(np.isfinite(numbers) & (is_price | (numbers >= 0)))
        self._note_cells(given[0], texts[wrong], "is not a number" if is_price else "is not a number of 0 or more")
        large = np.isfinite(numbers) & (np.abs(numbers) > SERIES_SIZE.most) & (units not in (_LOAD, _DEMAND))
        self._note_cells(given[0], texts[large], f"is outside the range; allowed: -{SERIES_SIZE.most:,} to {SERIES_SIZE.most:,}")
        values = np.asarray(numbers / units[given[0]], dtype=np.float64)
        if units in (_LOAD, _DEMAND) and (values > _MW_MAX).any():
            hint = f"; is it kW? Name the column {given[0].replace('_mw', '_kw')}" if units[given[0]] == 1 else ""
            self.note("", given[0], f"reaches {float(np.nanmax(values)):,.6g} MW, more than any site ({_MW_MAX:,.0f} MW){hint}")
        return values

    def note_peaks_below_mean(self, mw: Floats, demand_mw: Floats) -> None:
        """Note hours whose peak is said to be less than their mean."""
        below = demand_mw < mw * (1 - 1e-6)
        if below.any():
            first = int(np.argmax(below))
            told = f"{int(below.sum()):,} hours have a peak below their mean, the first on line {self.frame.index[first]}"
            self.note("", next(name for name in _DEMAND if name in self.frame), f"{told}: {demand_mw[first]:g} MW against {mw[first]:g} MW")

    def times(self, year: int | None) -> tuple[pd.DatetimeIndex | None, str]:
        """Times of the rows, and what was assumed of them; ``None`` where they are wrong."""
        if "time" not in self.frame:
            return self._times_of_year(DEFAULT_YEAR if year is None else year, is_assumed=year is None)
        if year is not None:
            self.note("", "time", f"the rows say their times; leave out --year {year}")
        texts = self.frame["time"].str.strip()
        is_time = texts.str.fullmatch(_TIME).to_numpy(dtype=np.bool_)
        parsed = pd.to_datetime(texts.where(is_time).str.slice(0, 16).str.replace("T", " "), format="%Y-%m-%d %H:%M", errors="coerce")
        wrong = texts[parsed.isna()]
        self._note_cells("time", wrong, 'is not a full hour of the local clock without time zone, such as "2023-01-31 17:00"')
        if len(wrong):
            return None, ""
        times = pd.DatetimeIndex(parsed)
        for fault in calendar_faults(times):
            self.note("", "time", fault)
        return times, ""

    def _times_of_year(self, year: int, *, is_assumed: bool) -> tuple[pd.DatetimeIndex | None, str]:
        """As many hours as there are rows, from the first of January on."""
        count = len(self.frame)
        hours = pd.date_range(f"{year}-01-01", f"{year + 1}-01-01", freq="h", inclusive="left")
        if count in {int(np.sum(hours.month <= month)) for month in range(1, 13)}:
            told = f"the load names no times: its rows are taken as the hours from {year}-01-01 00:00 on"
            return hours[:count], told + (" (give --year for another year)" if is_assumed else "")
        right = f"{year} has {len(hours):,} hours"
        hint = "; a leap year such as --year 2024 has 8,784" if count == 8784 else ""
        self.note("", "", f"{count:,} rows are not the hours of whole months from January {year} on: {right}{hint}; or add a column time")
        return None, ""

    def _note_cells(self, column: str, wrong: pd.Series[str], message: str) -> None:
        """Note wrong cells with their lines, the first of them one by one."""
        for line, text in list(wrong.items())[:MOST_CELLS]:
            self.note(f"line {line}", column, f"{text!r} {message}")
        if len(wrong) > MOST_CELLS:
            self.note("", column, f"and {len(wrong) - MOST_CELLS:,} more cells like these")
