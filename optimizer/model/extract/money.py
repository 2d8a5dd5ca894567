"""Tables ledger, payments and cash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyomo.environ as pyo

from optimizer.model.budget import cash_sign, payers, received_musd
from optimizer.model.extract.reading import DUST, number
from optimizer.model.ledger import Entry, LineKey, Terms
from optimizer.plan.plan import BEYOND


def ledger_rows(m: pyo.ConcreteModel) -> Iterator[Mapping[str, Any]]:
    """Every amount that is not 0, by period (and beyond), site, group, line and subject."""
    for key, entry in m.ledger.entries.items():
        for t in sorted({*entry.periods, *entry.constants}):
            nominal = _value(entry.periods.get(t, [])) + entry.constants.get(t, 0.0)
            if abs(nominal) > DUST:
                yield _row(key, m.calendar.period_label(t), nominal, nominal * m.ledger.discount(t))
        yield from _beyond(key, entry)


def _beyond(key: LineKey, entry: Entry) -> Iterator[Mapping[str, Any]]:
    nominal = _value(entry.beyond) + entry.beyond_constant
    present = _value(entry.beyond_present) + entry.beyond_constant_present
    if abs(nominal) > DUST or abs(present) > DUST:
        yield _row(key, BEYOND, nominal, present)


def _row(key: LineKey, period: str, nominal: float, present: float) -> Mapping[str, Any]:
    return {"period": period, **key._asdict(), "nominal_musd": nominal, "present_musd": present}


def _value(terms: Terms) -> float:
    return float(sum(amount * value for amount, var in terms if (value := var.value)))


def payment_rows(m: pyo.ConcreteModel) -> Iterator[Mapping[str, Any]]:
    """What each purse pays (negative: what comes back to it), where not 0."""
    if not m.instance.has_budget:
        return
    for p, group, line, t in m.paid:
        musd = cash_sign(group, line) * number(m.paid[p, group, line, t])
        if musd:
            yield {"period": m.calendar.period_label(t), "purse": p, "group": group, "line": line, "musd": musd}


def cash_rows(m: pyo.ConcreteModel) -> Iterator[Mapping[str, Any]]:
    """Every period of every purse: what it receives, pays and holds."""
    if not m.instance.has_budget:
        return
    for p in m.purses:
        held = 0.0
        signs = {(group, line): cash_sign(group, line) for group, line in m.cash_lines if p in payers(m, group, line)}
        for t in m.PERIODS:
            income = number(received_musd(m, p, t))
            out = sum(sign * number(m.paid[p, group, line, t]) for (group, line), sign in signs.items())
            held += income - out
            row = {"period": m.calendar.period_label(t), "purse": p, "in_musd": income, "out_musd": out}
            yield {**row, "balance_musd": 0.0 if abs(held) < DUST else held}
