"""Rules of the loan: when it may be drawn, how much may be owed, and what its table says (docs/conventions.md, Debt)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.audit.comparison import Comparison, FloatArray
from optimizer.audit.paths import Case, FleetPath


def debt_date(case: Case) -> Iterator[Comparison]:
    """Nothing is drawn before the loan is open."""
    if case.instance.debt is not None:
        closed = case.clock.first < case.instance.debt.from_month
        yield case.row("", "musd", "drawn_musd before the loan is open").equal(np.where(closed, case.debt["drawn_musd"], 0.0), 0.0)


def debt_limit(case: Case) -> Iterator[Comparison]:
    """No more is owed than the lender's limit."""
    if case.instance.debt is not None:
        yield case.row("", "musd", "owed to the lender, of its limit").at_most(owed(case), case.instance.debt.limit_musd)


def debt_collateral(case: Case) -> Iterator[Comparison]:
    """No more is owed than is advanced on the book value of GPUs delivered and paid for."""
    if case.instance.debt is not None:
        yield case.row("", "musd", "owed to the lender, of what the GPUs secure").at_most(owed(case), secured(case))


def debt_table(case: Case) -> Iterator[Comparison]:
    """The table ``debt`` says what follows from the draws."""
    debt = case.instance.debt
    if debt is None:
        return
    drawn, left, before = case.debt["drawn_musd"], owed(case), owed_before(case)
    expected = {
        "repaid_musd": before + drawn - left,
        "interest_musd": before * debt.interest_per_year * case.clock.step / 12.0,
        "fee_musd": debt.fee_fraction * drawn,
        "balance_musd": left,
        "lendable_musd": np.minimum(debt.limit_musd, secured(case)),
    }
    for column, values in expected.items():
        yield case.row("", "musd", f"debt: {column}").equal(case.debt[column], values)


def still_owed(case: Case) -> FloatArray:
    """Share of the draw of each period (row) that is owed in each period (column), 0 before it."""
    assert case.instance.debt is not None
    age = case.clock.first[None, :] - case.clock.first[:, None]
    return np.where(age >= 0, np.maximum(1.0 - age / case.instance.debt.repay_months, 0.0), 0.0)


def owed(case: Case) -> FloatArray:
    """Million USD owed in each period, after its draws and instalments."""
    total: FloatArray = case.debt["drawn_musd"] @ still_owed(case)
    return total


def owed_before(case: Case) -> FloatArray:
    """Million USD owed in the period before each."""
    return np.concatenate([[0.0], owed(case)[:-1]])


def secured(case: Case) -> FloatArray:
    """Million USD that the lender advances in each period on the GPUs delivered."""
    assert case.instance.debt is not None
    worth = sum((_book_value(case, path) for path in case.fleet), np.zeros(case.clock.count))
    return case.instance.debt.advance_fraction_of_gpus * worth


def _book_value(case: Case, path: FleetPath) -> FloatArray:
    """What is paid for the GPUs delivered, less straight-line depreciation, by period."""
    gpu, first, last = path.gpu, case.clock.first, case.clock.first + case.clock.step - 1
    age = first[None, :] - first[:, None]
    with_order = np.maximum(first - gpu.order_lead_months, 0)[:, None] <= last[None, :]
    after = (first + gpu.pay_after_delivery_months)[:, None] <= last[None, :]
    paid = gpu.pay_at_order_fraction * with_order + (1.0 - gpu.pay_at_order_fraction) * after
    kept = np.where(age >= 0, np.maximum(1.0 - age / gpu.lifetime_months, 0.0), 0.0)
    value: FloatArray = path.columns["delivered"] * gpu.price_usd / 1e6 @ (paid * kept)
    return value
