"""Budget: purses with dates on their money, and what each of them may pay."""

from __future__ import annotations

from typing import Any, Literal

import pyomo.environ as pyo

from optimizer.core.accounts import ACCOUNTS, is_returned, may_pay
from optimizer.core.errors import ModelError
from optimizer.core.instance import Purse
from optimizer.model.ledger import before, linear
from optimizer.plan.plan import DEBT


def line_paid(m: pyo.ConcreteModel, group: str, line: str, t: int) -> Any:
    r"""Pay the whole cash of a ledger line in every period, out of purses that may pay it.

    .. math:: \sum_p b_{p,\ell,t} = C_{\ell,t} \qquad [\mathrm{musd}]

    ====================  ==============================  =====  ================================================
    Symbol                Component                       Unit   Meaning
    ====================  ==============================  =====  ================================================
    :math:`b_{p,\ell,t}`  ``paid[p, group, line, t]``     musd   paid by purse p (negative lines: comes back)
    :math:`C_{\ell,t}`    ``Ledger.cash``                 musd   nominal cash of the line in the period
    ====================  ==============================  =====  ================================================
    """
    paid = sum(m.paid[p, group, line, t] for p in payers(m, group, line))
    return cash_sign(group, line) * paid == linear(*m.ledger.cash(group, line, t))


def purse_balance(m: pyo.ConcreteModel, p: str, t: int) -> Any:
    r"""Keep account of a purse: what it held, what it receives, what it pays.

    .. math:: B_{p,t} = B_{p,t-1} + \bar I_{p,t} + u_{p,t} - \sum_\ell b_{p,\ell,t} \ge 0 \qquad [\mathrm{musd}]

    ====================  ==============================  =====  ================================================
    Symbol                Component                       Unit   Meaning
    ====================  ==============================  =====  ================================================
    :math:`B_{p,t}`       ``balance[p, t]``               musd   left in the purse at the end of the period
    :math:`b_{p,\ell,t}`  ``paid[p, group, line, t]``     musd   paid by purse p (negative lines: comes back)
    :math:`\bar I_{p,t}`  ``purse_income``                musd   amounts dated in the period
    :math:`u_{p,t}`       ``drawn_musd[t]``               musd   drawn from the lender, in the purse of the loan
    ====================  ==============================  =====  ================================================
    """
    out = sum(
        cash_sign(group, line) * m.paid[p, group, line, t]
        for group, line in m.cash_lines
        if p in payers(m, group, line)
    )
    return m.balance[p, t] == before(m.balance, p, t - 1) + received_musd(m, p, t) - out


def received_musd(m: pyo.ConcreteModel, p: str, t: int) -> Any:
    """What a purse receives in a period: its amounts, or what is drawn from the lender."""
    if m.instance.debt is not None and p == DEBT:
        return m.drawn_musd[t] if t in m.DRAWS else 0.0
    return purse_income(m.purses[p], m.calendar.first_month(t - 1) if t else None, m.calendar.first_month(t))


def cash_sign(group: str, line: str) -> Literal[-1, 1]:
    """Sign of a line's cash: -1 where it comes back to the purses, else 1."""
    return -1 if is_returned(group, line) else 1


def payers(m: pyo.ConcreteModel, group: str, line: str) -> list[str]:
    """Purses that may pay a line or take back what it returns; nothing ever comes back to borrowed money."""
    able = [p for p, purse in m.purses.items() if may_pay(purse.pays_for, group, line)]
    return [p for p in able if not (m.instance.debt is not None and p == DEBT and is_returned(group, line))]


def purse_income(purse: Purse, after_month: int | None, month: int) -> float:
    """What a purse receives after one month (``None``: ever) and up to another, both first months of periods."""
    if not purse.every_month:
        return sum(musd for date, musd in purse.amounts if date <= month and (after_month is None or date > after_month))
    earliest = min((date for date, _ in purse.amounts), default=month + 1)
    received = range(max(earliest, 0) if after_month is None else after_month + 1, month + 1)
    return sum(max((date, musd) for date, musd in purse.amounts if date <= i)[1] for i in received if i >= earliest)


def add_budget(m: pyo.ConcreteModel) -> None:
    """Declare the purses, where the scenario has a budget."""
    m.purses = {purse.name: purse for purse in m.instance.purses}
    if not m.instance.has_budget:
        return
    if m.instance.debt is not None:
        m.purses[DEBT] = Purse(DEBT, (), every_month=False, pays_for=("capital",))
    m.cash_lines = _lines_of_purses(m)
    index = [
        (p, group, line, t)
        for group, line in m.cash_lines
        for p in payers(m, group, line)
        for t in m.PERIODS
    ]
    m.paid = pyo.Var(index, within=pyo.NonNegativeReals)
    m.balance = pyo.Var(list(m.purses), m.PERIODS, within=pyo.NonNegativeReals)
    m.line_paid = pyo.Constraint(m.cash_lines, m.PERIODS, rule=line_paid)
    m.purse_balance = pyo.Constraint(list(m.purses), m.PERIODS, rule=purse_balance)


def _lines_of_purses(m: pyo.ConcreteModel) -> list[tuple[str, str]]:
    """Give the lines with cash within the horizon that purses pay or take back; every one needs a purse that may."""
    lines = [key for key in m.ledger.lines() if ACCOUNTS[key].direction != "apart" and _has_cash(m, *key)]
    unpaid = [f"{group}.{line}" for group, line in lines if not payers(m, group, line)]
    if unpaid:
        raise ModelError(
            f"no purse may pay or take back {', '.join(unpaid)}; a plan with money on such a line would be refused without a reason. "
            "The scenario must name a purse for it in pays_for."
        )
    return lines


def _has_cash(m: pyo.ConcreteModel, group: str, line: str) -> bool:
    """Whether a line has money in any period, of a decision or in any case."""
    return any(terms or constant for terms, constant in (m.ledger.cash(group, line, t) for t in m.PERIODS))
