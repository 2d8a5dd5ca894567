"""A scenario's own hourly series: one table of 8,760 rows, in local clock time of the model year."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.core.hours import HOURS
from optimizer.core.input_files import InputFault, within
from optimizer.core.input_limits import SERIES_SIZE
from optimizer.core.printable import not_one_line, shown, unseen
from optimizer.scenario.read.csv_table import BadRows, NumberedRows
from optimizer.scenario.read.document import Document
from optimizer.scenario.read.findings import MOST_ALIKE, Findings, Place, nearest
from optimizer.scenario.read.known_series import price_years, profile_names
from optimizer.scenario.read.tables import read_cells
from optimizer.scenario.schema.config import Contracts

HOUR = "hour"
SETTING = ("contracts", "series")


@dataclass(frozen=True, slots=True)
class OwnSeries:
    """The own series of a scenario.

    Attributes
    ----------
    values : mapping of str to tuple of float
        8,760 values by name of the series, those left out that have a fault.
    names : frozenset of str
        Names of all, those too that have a fault.
    is_whole : bool
        False where the table could not be read: which names there are is not known then.
    place : Place, optional
        Where the table stands.
    """

    values: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    is_whole: bool = True
    place: Place | None = None


def read_own_series(contracts: Contracts | None, document: Document, findings: Findings) -> OwnSeries:
    """Read the table ``contracts.series``.

    A table that cannot be read, a column without a name, an hour that is missing or given twice and a cell that is no number are
    noted; a series with a fault is left out.
    """
    if contracts is None or contracts.series is None:
        section = document.data.get(SETTING[0])
        return OwnSeries(is_whole=not (isinstance(section, dict) and SETTING[1] in section))
    named_at = document.place(SETTING)
    try:
        path = within(named_at.folder, contracts.series)
    except InputFault as error:
        findings.add(named_at, ".".join(SETTING), str(error))
        return OwnSeries(is_whole=False)
    place = Place(contracts.series, "", path.parent)
    if not path.is_file():
        near = nearest(path.name, [file.name for file in path.parent.glob("*")] if path.parent.is_dir() else ())
        findings.add(named_at, ".".join(SETTING), f"there is no file {contracts.series!r}; {near}")
        return OwnSeries(is_whole=False)
    try:
        columns, rows, misfits = read_cells(path)
    except BadRows as error:
        misfits = error.faults
    except (ValueError, OSError) as error:
        where = error.where if isinstance(error, InputFault) else ""
        findings.add(Place(place.file, where, place.folder), "", str(error))
        return OwnSeries(is_whole=False)
    for fault in misfits[:MOST_ALIKE]:
        findings.add(_at(place, fault.number, ""), "", fault.message)
    if misfits:
        return OwnSeries(is_whole=False)
    names = [name for name in columns if name != HOUR]
    _check_names(names, place, findings)
    order = _order(columns, rows, place, findings)
    found = {name: _values(name, rows, order, place, findings) for name in names} if order is not None else {}
    whole = {name: values for name, values in found.items() if values is not None}
    return OwnSeries(whole, frozenset(names), HOUR in columns, place)


def _check_names(names: list[str], place: Place, findings: Findings) -> None:
    header = Place(place.file, "row 1", place.folder)
    for name in names:
        if name == "":
            findings.add(header, name, "a column with cells has no name in the header; name it, or empty its cells")
        if name in price_years() or name in profile_names():
            findings.add(header, name, f"{name!r} is a series of the datasets; give your own another name")
        if message := unseen(name) or not_one_line(name):
            findings.add(header, shown(name), f"the name of the column {message}")
        if names.count(name) > 1:
            findings.add(header, name, f"column {name!r} stands {names.count(name)} times")


def _order(columns: list[str], rows: NumberedRows, place: Place, findings: Findings) -> list[int] | None:
    """Position of the row of each hour; ``None``, and what is wrong noted, where the hours are not each there once."""
    header = Place(place.file, "row 1", place.folder)
    if HOUR not in columns:
        findings.add(header, HOUR, f"column {HOUR!r} is missing; it counts the hours of the year from 0 to {HOURS - 1}")
        return None
    if len(columns) == 1:
        findings.add(header, "", f"the table has no series; name one in a column beside {HOUR!r}")
    position_of: dict[int, int] = {}
    faults_before = len(findings.problems)
    for position, (number, cells) in enumerate(rows):
        hour = _whole(cells[HOUR])
        message = ""
        if hour is None or not 0 <= hour < HOURS:
            message = f"{cells[HOUR]!r} is no hour of the model year; allowed: 0 to {HOURS - 1} (29 February is left out)"
        elif hour in position_of:
            message = f"hour {hour} stands twice; the first is row {rows[position_of[hour]][0]}"
        if message and len(findings.problems) - faults_before < MOST_ALIKE:
            findings.add(_at(place, number, HOUR), HOUR, message)
        if hour is not None:
            position_of.setdefault(hour, position)
    missing = [hour for hour in range(HOURS) if hour not in position_of]
    if missing:
        message = f"{len(missing):,} of the {HOURS:,} hours are missing, the first is {missing[0]}; every series needs each hour once"
        findings.add(place, HOUR, message)
    is_whole = len(findings.problems) == faults_before
    return [position_of[hour] for hour in range(HOURS)] if is_whole else None


def _values(name: str, rows: NumberedRows, order: list[int], place: Place, findings: Findings) -> tuple[float, ...] | None:
    """Values of a series by hour; ``None`` where a cell is no number, or too large for any."""
    values, faults = [], 0
    for position in order:
        number, cells = rows[position]
        value = _number(cells[name])
        values.append(value)
        if not abs(value) <= SERIES_SIZE.most:  # NaN too
            faults += 1
            is_large = math.isfinite(value)
            why = f"allowed: -{SERIES_SIZE.most:,} to {SERIES_SIZE.most:,}" if is_large else "every hour of a series needs one"
            if faults <= MOST_ALIKE:
                said = "is outside the range" if is_large else "is no finite number"
                findings.add(_at(place, number, name), name, f"{cells[name]!r} {said}; {why}")
    return None if faults else tuple(values)


def _at(place: Place, number: int, column: str) -> Place:
    return Place(place.file, f"row {number}" + (f", column {column}" if column else ""), place.folder)


def _whole(text: str) -> int | None:
    value = _number(text)
    return int(value) if math.isfinite(value) and value == int(value) else None


def _number(text: str) -> float:
    """Number of a cell; NaN where it is none."""
    try:
        return math.nan if "_" in text else float(text)
    except ValueError:
        return math.nan
