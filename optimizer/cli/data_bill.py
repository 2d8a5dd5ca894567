"""``gigasite data bill``: the bill of a load under a rate, as text or JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from optimizer.billing import Bill, BillLine, HourlyLoad, bill, missing_for_bill, read_load
from optimizer.billing.lines import KINDS
from optimizer.billing.rate_file import read_rate
from optimizer.cli.data_tables import columns_text
from optimizer.core.errors import Problem, RateError
from optimizer.core.offers import Rate

_HEADS = ("month", "kind", "charge", "billed", "price", "USD", "set by")


def print_bill(tariff: Path, load: Path, year: int | None, as_json: bool) -> None:
    """Print every line of the bill by month, sums by kind, and the total.

    Raises
    ------
    RateError
        Either file is wrong; carries every problem of both.
    """
    rate, hourly, notes = _read(tariff, load, year)
    done = bill(rate, hourly)
    notes = (*notes, *done.notes)
    by_kind = {kind: done.sum_usd(kind=kind) for kind in KINDS if any(line.kind == kind for line in done.lines)}
    if as_json:
        by_month = {month: done.sum_usd(month=month) for month in done.months}
        told = {"rate": done.rate, "usd": done.usd, "by_kind": by_kind, "by_month": by_month, "notes": notes}
        print(json.dumps({**told, "lines": [asdict(line) for line in done.lines]}, indent=1))
        return
    print(f"{done.rate}: {done.months[0]} to {done.months[-1]}, {hourly.mw.sum():,.6g} MWh, peak {hourly.demand.max():,.6g} MW\n")
    print(columns_text(_HEADS, _rows(done), right=(3, 4, 5)))
    print()
    sums = [*((KINDS[kind], _usd(usd)) for kind, usd in by_kind.items()), ("total", _usd(done.usd))]
    print(columns_text(("sum", "USD"), sums, right=(1,)))
    print("".join(f"\nnote: {note}" for note in notes), end="\n" if notes else "")


def _read(tariff: Path, load: Path, year: int | None) -> tuple[Rate, HourlyLoad, tuple[str, ...]]:
    """Both files, or the problems of both at once."""
    problems: list[Problem] = []
    rate: Rate | None = None
    hourly: HourlyLoad | None = None
    notes: tuple[str, ...] = ()
    try:
        rate = read_rate(tariff)
    except RateError as error:
        problems += error.problems
    try:
        hourly, notes = read_load(load, year)
    except RateError as error:
        problems += error.problems
    if rate is not None and hourly is not None:
        problems += [Problem(str(load), "", "", message) for message in missing_for_bill(rate, hourly)]
        if not problems:
            return rate, hourly, notes
    raise RateError(problems)


def _rows(done: Bill) -> list[tuple[str, ...]]:
    """Cells of every line, and of the sum of each month."""
    rows = []
    for month in done.months:
        rows += [_cells(line) for line in done.lines if line.month == month]
        rows.append((month, "", "sum of the month", "", "", _usd(done.sum_usd(month=month)), ""))
    return rows


def _cells(line: BillLine) -> tuple[str, ...]:
    charge = line.charge if line.tier is None else f"{line.charge}, tier {line.tier}"
    billed, price = "", ""
    if line.unit != "month":
        billed = f"{line.billed:,.10g} {line.unit}"
        price = f"{line.price:,.10g} USD/{'MWh' if line.unit == 'MWh' else 'kW'}"
    return (line.month, KINDS[line.kind], charge, billed, price, _usd(line.usd), line.set_by)


def _usd(value: float) -> str:
    return f"{value:,.2f}"
