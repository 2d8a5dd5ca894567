"""Minimum bill: what a month's energy, demand and fixed charge fall short of it is paid on top."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.core.accounts import ACCOUNTS
from optimizer.core.offers import Tariff
from optimizer.model.bills import service_terms
from optimizer.model.ledger import LineKey, Terms, linear
from optimizer.model.rates import minimum_bill_usd_per_month

MINIMUM_BILL = "minimum_bill"
"""Line of the ledger, and charge in the table ``bills``."""


def minimum_bill(b: pyo.Block, k: str, t: int) -> Any:
    r"""Pay what the bill of a contract in service falls short of its minimum.

    .. math:: m_{k,t} \ge L \, \bar m_k (a_{k,t} - z_{k,t}) - \sum_\ell C_{k,\ell,t} \qquad [\mathrm{musd}]

    =====================  ================================  ======  ================================================
    Symbol                 Component                         Unit    Meaning
    =====================  ================================  ======  ================================================
    :math:`m_{k,t}`        ``top_up_musd[k, t]``             musd    paid on top
    :math:`a_{k,t}`        ``is_begun[k, t]``                1       service began in t or before
    :math:`z_{k,t}`        ``is_gone[k, t]``                 1       service ended in t or before
    :math:`C_{k,\ell,t}`   ``line[group, line]``             musd    energy, demand, fixed charge of the contract
    :math:`\bar m_k`       ``minimum_bill_usd_per_month``    musd    least bill of a month, escalated
    :math:`L`              ``months_per_period``             month   length of a period
    =====================  ================================  ======  ================================================

    Credits for energy at a price below 0 do not count.
    """
    m = b.model()
    grown = m.money.escalation(m.instance.escalation.power, t) / 1e6
    least = minimum_bill_usd_per_month(b.tariffs[k]) * m.calendar.months_per_period * grown
    short: Terms = [(-least * sign, var) for sign, var in service_terms(b, k, t)]
    for account in (account for account in ACCOUNTS.values() if account.in_minimum_bill):
        short += m.ledger.period_terms(LineKey(b.site.site_id, account.group, account.line, k), t)
    return 0.0, linear([(1.0, b.top_up_musd[k, t]), *short]), None


def service_line(tariff: Tariff) -> str:
    """Line of what a contract costs for serving alone: its minimum bill, which takes the place of the fixed charge where there is one."""
    return MINIMUM_BILL if minimum_bill_usd_per_month(tariff) else "fixed_charge"


def add_minimum_bills(b: pyo.Block) -> None:
    """Declare and book what the contracts of a site pay on top of their bills."""
    m = b.model()
    least = [(k, t) for k in b.TARIFFS if minimum_bill_usd_per_month(b.tariffs[k]) for t in m.PERIODS]
    b.top_up_musd = pyo.Var(least, within=pyo.NonNegativeReals)
    b.minimum_bill = pyo.Constraint(least, rule=minimum_bill)
    for k, t in least:
        m.ledger.book_period(LineKey(b.site.site_id, "operations", MINIMUM_BILL, k), [(1.0, b.top_up_musd[k, t])], t, 1.0)
