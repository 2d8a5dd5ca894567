"""Rules of the budget: every line is paid, by purses that may and that hold the money (docs/conventions.md, Money)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from optimizer.audit.calendar import in_force
from optimizer.audit.comparison import Comparison, FloatArray
from optimizer.audit.paths import Case, PursePath
from optimizer.core.instance import Purse
from optimizer.plan.plan import BEYOND

NOT_CASH = ("delay", "residual")
"""Groups of the ledger that no purse pays."""

DRAW_LINE = "debt_draw"
"""Line of the group ``finance`` that the purse of the loan receives."""

RETURNS = frozenset(
    {
        ("capital", "interconnection_refund"),
        ("deposits", "contract_deposit_return"),
        ("deposits", "rental_deposit_return"),
        ("operations", "energy_credit"),
        ("operations", "ppa_sales"),
        ("operations", "ppa_credit"),
    }
)
"""Lines on which money comes back."""


def line_paid(case: Case) -> Iterator[Comparison]:
    """Purse payments of a period and line are the line's cash over all sites."""
    if not case.instance.has_budget:
        return
    is_drawn = (case.ledger["group"] == "finance") & (case.ledger["line"] == DRAW_LINE)
    due = case.ledger[~case.ledger["group"].isin(NOT_CASH) & (case.ledger["period"] != BEYOND) & ~is_drawn]
    cash = _by_line(case, due, "nominal_musd")
    paid = _by_line(case, case.payments, "musd")
    nothing = np.zeros(case.clock.count)
    for group, line in sorted(cash.keys() | paid.keys()):
        row = case.row("", "musd", f"payments of {group}.{line}")
        yield row.equal(paid.get((group, line), nothing), cash.get((group, line), nothing))


def purse_eligible(case: Case) -> Iterator[Comparison]:
    """A purse pays only what it may, and only returns come back to it."""
    for path in case.purses:
        own = case.payments[case.payments["purse"] == path.purse.name]
        for (group, line), musd in _by_line(case, own, "musd").items():
            row = case.row("", "musd", f"{path.purse.name} pays {group}.{line}")
            towards_purse = (group, line) in RETURNS
            yield row.at_least(0.0, musd) if towards_purse else row.at_least(musd, 0.0)
            if not _may_pay(path, group, line):
                yield row.equal(musd, 0.0)


def purse_balance(case: Case) -> Iterator[Comparison]:
    """A purse has never paid more than it has received; the table ``cash`` says what came, went and is left."""
    for path in case.purses:
        purse = path.purse
        own = case.payments[case.payments["purse"] == purse.name]
        paid = sum(_by_line(case, own, "musd").values(), np.zeros(case.clock.count))
        received = np.cumsum(case.debt["drawn_musd"]) if path.is_loan else _received(case, purse)
        yield case.row("", "musd", f"{purse.name} has paid so far").at_most(np.cumsum(paid), received)
        if case.instance.has_budget:
            columns = path.columns
            yield case.row("", "musd", f"{purse.name}: in_musd").equal(columns["in_musd"], np.diff(received, prepend=0.0))
            yield case.row("", "musd", f"{purse.name}: out_musd").equal(columns["out_musd"], paid)
            yield case.row("", "musd", f"{purse.name}: balance_musd").equal(columns["balance_musd"], received - np.cumsum(paid))


def _received(case: Case, purse: Purse) -> FloatArray:
    """What a purse has received by the first day of each period."""
    if not purse.every_month:
        by_then = [sum(musd for date, musd in purse.amounts if date <= month) for month in case.clock.first]
        return np.array(by_then, dtype=np.float64)
    monthly = np.cumsum([in_force(purse.amounts, month) for month in range(case.clock.months)])
    so_far: FloatArray = monthly[case.clock.first]
    return so_far


def _may_pay(path: PursePath, group: str, line: str) -> bool:
    """Whether a purse may pay a line.

    What was committed before is rent, a loan is served from operations too, and returns belong to their whole group but never to the
    purse of the loan.
    """
    group, named = "rent" if group == "committed" else group, path.purse.pays_for
    if (group, line) in RETURNS and any(entry.split(".")[0] == group for entry in named):
        return not path.is_loan
    if group == "finance" and "operations" in named:
        return True
    return group in named or f"{group}.{line}" in named


def _by_line(case: Case, frame: pd.DataFrame, column: str) -> dict[tuple[str, str], FloatArray]:
    """Sum a money column by group and line, over the periods."""
    place = {label: index for index, label in enumerate(case.clock.labels)}
    sums: dict[tuple[str, str], FloatArray] = {}
    for period, group, line, musd in zip(frame["period"], frame["group"], frame["line"], frame[column], strict=True):
        sums.setdefault((group, line), np.zeros(case.clock.count))[place[period]] += musd
    return sums
