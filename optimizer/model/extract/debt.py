"""Table debt: what is drawn, repaid and owed, where there is a loan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyomo.environ as pyo

from optimizer.model.debt import lendable_terms, owed_musd
from optimizer.model.extract.reading import number
from optimizer.model.ledger import LineKey, linear
from optimizer.plan.plan import DEBT

_LINES = {"repaid_musd": "debt_repayment", "interest_musd": "debt_interest", "fee_musd": "debt_fee"}
"""Lines of the ledger by column of the table."""


def debt_rows(m: pyo.ConcreteModel) -> Iterator[Mapping[str, Any]]:
    """Every period of the loan; none without one."""
    debt = m.instance.debt
    if debt is None or not m.instance.has_budget:
        return
    for t in m.PERIODS:
        paid = {
            column: number(linear(m.ledger.period_terms(LineKey("", "finance", line, DEBT), t))) for column, line in _LINES.items()
        }
        yield {
            "period": m.calendar.period_label(t),
            "drawn_musd": number(m.drawn_musd[t]) if t in m.DRAWS else 0.0,
            **paid,
            "balance_musd": number(owed_musd(m, t)),
            "lendable_musd": min(debt.limit_musd, number(linear(lendable_terms(m, t)))),
        }
