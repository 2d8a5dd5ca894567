"""What a tariff still costs after the horizon: the months left of the term of each MW, or the fee for leaving.

The months left are data, by the period in which a MW was added: linear in what is added. Where the contract may end early, ``tail_mw``
is what of it is still owed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyomo.environ as pyo

from optimizer.core.finance import Money, Schedule
from optimizer.core.offers import Tariff
from optimizer.model.ledger import LineKey, Terms, before
from optimizer.model.minimum_bill import service_line
from optimizer.model.rates import demand_take_usd_per_kw_month, fixed_usd, minimum_bill_usd_per_month
from optimizer.model.tariffs import KW_PER_MW, added_terms, gone, ramp_of


def tail_added(b: pyo.Block, k: str, tau: int) -> Any:
    r"""Owe the months left for the MW added in τ, unless the contract is left or converted.

    .. math:: o_{k,\tau} \ge v_{k,\tau} - \bar P_{k,\tau} (l_{k,T} + y_k + a_{f,T}) \qquad [\mathrm{MW}]

    =======================  ======================  =====  ======================================================
    Symbol                   Component               Unit   Meaning
    =======================  ======================  =====  ======================================================
    :math:`o_{k,\tau}`       ``tail_mw[k, tau]``     MW     MW added in τ that are owed beyond the horizon
    :math:`v_{k,\tau}`       ``added_mw[k, tau]``    MW     MW added in τ
    :math:`l_{k,T}`          ``is_left[k, T]``       1      contract left in the horizon, for the fee
    :math:`y_k`              ``leaves[k]``           1      contract left at the end of the horizon
    :math:`a_{f,T}`          ``is_begun[f, T]``      1      the firm offer f began that k converts to
    :math:`\bar P_{k,\tau}`  ``ramp_mw``             MW     ramp in force in τ
    =======================  ======================  =====  ======================================================

    τ runs over the periods from which the term reaches the end of the horizon. A contract that cannot end early has no ``tail_mw``:
    what it added is owed.
    """
    last, firm = b.model().PERIODS.last(), b.tariffs[k].converts_to
    ended = b.is_left[k, last] + b.leaves[k] if k in b.EXIT_TARIFFS else 0.0
    converted = 0.0 if firm is None else b.is_begun[firm, last]
    return b.tail_mw[k, tau] >= b.added_mw[k, tau] - ramp_of(b, k, tau) * (ended + converted)


def tail_balance(b: pyo.Block, k: str) -> Any:
    r"""Owe for all MW that are contracted at the end, unless the plan leaves.

    .. math:: \sum_\tau o_{k,\tau} \ge p_{k,T} - \bar P_{k,T} \, y_k \qquad [\mathrm{MW}]

    =====================  ==========================  =====  ==================================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ==================================================
    :math:`o_{k,\tau}`     ``tail_mw[k, tau]``         MW     MW added in τ that are owed beyond the horizon
    :math:`p_{k,T}`        ``contracted_mw[k, T]``     MW     contracted MW in the last period
    :math:`y_k`            ``leaves[k]``               1      contract left at the end of the horizon
    :math:`\bar P_{k,T}`   ``ramp_mw``                 MW     ramp in force in the last period
    =====================  ==========================  =====  ==================================================

    It follows from ``tail_added`` for whole numbers and tightens the relaxation.
    """
    last = b.model().PERIODS.last()
    owed = sum(b.tail_mw[k, tau] for tau in _tail_begins(b, k))
    leaves = ramp_of(b, k, last) * b.leaves[k] if k in b.EXIT_TARIFFS else 0.0
    return owed >= b.contracted_mw[k, last] - leaves


def tail_service(b: pyo.Block, k: str, tau: int) -> Any:
    r"""Owe the fixed charge, or the minimum bill, of the service that began in τ, unless it ended before or is left at the end.

    .. math:: f_{k,\tau} \ge (a_{k,\tau} - a_{k,\tau-1}) - z_{k,T} - y_k \qquad [1]

    =====================  ==========================  =====  ==================================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ==================================================
    :math:`f_{k,\tau}`     ``tail_fixed[k, tau]``      1      months left are owed for a begin in τ
    :math:`a_{k,t}`        ``is_begun[k, t]``          1      service began in t or before
    :math:`z_{k,T}`        ``is_gone[k, T]``           1      service ended in the horizon
    :math:`y_k`            ``leaves[k]``               1      contract left at the end of the horizon
    =====================  ==========================  =====  ==================================================
    """
    begins = b.is_begun[k, tau] - before(b.is_begun, k, tau - 1)
    ended = b.is_gone[k, b.model().PERIODS.last()] if k in b.ENDING_TARIFFS else 0.0
    leaves = b.leaves[k] if k in b.EXIT_TARIFFS else 0.0
    return b.tail_fixed[k, tau] >= begins - ended - leaves


def leave_in_service(b: pyo.Block, k: str) -> Any:
    r"""Leave at the end only what is in service.

    .. math:: y_k \le a_{k,T} - z_{k,T} \qquad [1]

    ===================  ======================  =====  ============================================
    Symbol               Component               Unit   Meaning
    ===================  ======================  =====  ============================================
    :math:`y_k`          ``leaves[k]``           1      contract left at the end of the horizon
    :math:`a_{k,T}`      ``is_begun[k, T]``      1      service began in the horizon
    :math:`z_{k,T}`      ``is_gone[k, T]``       1      service ended in the horizon
    ===================  ======================  =====  ============================================
    """
    last = b.model().PERIODS.last()
    return b.leaves[k] <= b.is_begun[k, last] - gone(b, k, last)


def add_obligations(b: pyo.Block) -> None:
    """Declare and book what the tariffs of a site still cost after the horizon."""
    m = b.model()
    owing = [k for k in b.TARIFFS if b.tariffs[k].term_months is not None]
    on_mw = [k for k in owing if _has_demand_take(b.tariffs[k]) or _has_energy_take(b.tariffs[k])]
    on_service = [k for k in owing if fixed_usd(b.tariffs[k], 1, 1.0) or minimum_bill_usd_per_month(b.tariffs[k])]
    mw_begins = [(k, tau) for k in on_mw for tau in _tail_begins(b, k)]
    may_end = [(k, tau) for k, tau in mw_begins if k in b.LEAVING_TARIFFS]
    service_begins = [(k, tau) for k in on_service for tau in _tail_begins(b, k)]
    b.leaves = pyo.Var(b.EXIT_TARIFFS, within=pyo.Binary)
    b.tail_mw = pyo.Var(may_end, within=pyo.NonNegativeReals)
    b.tail_fixed = pyo.Var(service_begins, within=pyo.NonNegativeReals)
    b.tail_added = pyo.Constraint(may_end, rule=tail_added)
    b.tail_balance = pyo.Constraint([k for k in on_mw if k in b.LEAVING_TARIFFS], rule=tail_balance)
    b.tail_service = pyo.Constraint(service_begins, rule=tail_service)
    b.leave_in_service = pyo.Constraint(b.EXIT_TARIFFS, rule=leave_in_service)
    for k, tau in mw_begins:
        _book_take_or_pay(b, b.tariffs[k], tau)
    for k, tau in service_begins:
        _book_service(b, b.tariffs[k], tau)
    for k in b.EXIT_TARIFFS:
        fee = m.money.schedule([(m.calendar.months, b.tariffs[k].exit_musd)])
        m.ledger.book(_key(b, k, "exit_fee"), [(1.0, b.leaves[k])], fee)


def _has_demand_take(tariff: Tariff) -> bool:
    return bool(tariff.min_take_fraction and demand_take_usd_per_kw_month(tariff) and not minimum_bill_usd_per_month(tariff))


def _has_energy_take(tariff: Tariff) -> bool:
    """Take or pay of energy; a minimum bill takes its place beyond the horizon."""
    flat = tariff.rate is None and tariff.kind != "index" and tariff.energy_usd_per_mwh
    return bool(tariff.min_energy_fraction and flat and not minimum_bill_usd_per_month(tariff))


def _book_take_or_pay(b: pyo.Block, tariff: Tariff, tau: int) -> None:
    m = b.model()
    k = tariff.contract_id
    mw: Terms = [(1.0, b.tail_mw[k, tau])] if k in b.LEAVING_TARIFFS else added_terms(b, k, tau)
    if _has_demand_take(tariff):
        demand = tariff.min_take_fraction * demand_take_usd_per_kw_month(tariff) * KW_PER_MW / 1e6
        m.ledger.book(_key(b, k, "demand"), mw, _owed(b, tariff, tau, lambda _: demand))
    if _has_energy_take(tariff):
        per_hour = tariff.min_energy_fraction * tariff.energy_usd_per_mwh / 1e6
        energy = _owed(b, tariff, tau, lambda month: per_hour * m.calendar.month_hours(month))
        m.ledger.book(_key(b, k, "energy"), mw, energy)


def _book_service(b: pyo.Block, tariff: Tariff, tau: int) -> None:
    """Book the fixed charge of the months left, or the minimum bill, which takes its place."""
    least = minimum_bill_usd_per_month(tariff)
    calendar = b.model().calendar
    owed = _owed(b, tariff, tau, lambda month: (least or fixed_usd(tariff, 1, calendar.month_hours(month))) / 1e6)
    b.model().ledger.book(_key(b, tariff.contract_id, service_line(tariff)), [(1.0, b.tail_fixed[tariff.contract_id, tau])], owed)


def _owed(b: pyo.Block, tariff: Tariff, tau: int, musd_in_month: Callable[[int], float]) -> Schedule:
    """Escalated monthly amounts from the end of the horizon to the end of a term that began in τ."""
    m = b.model()
    rate = m.instance.escalation.power
    left = range(m.calendar.months, m.calendar.first_month(tau) + (tariff.term_months or 0))
    money: Money = m.money
    return money.schedule([(i, musd_in_month(i) * money.month_escalation(rate, i)) for i in left])


def _tail_begins(b: pyo.Block, k: str) -> list[int]:
    """Periods from which a term still runs in the last period of the horizon."""
    calendar = b.model().calendar
    term = calendar.lag_periods(b.tariffs[k].term_months)
    return [tau for tau in range(calendar.periods) if tau + term > calendar.periods - 1]


def _key(b: pyo.Block, k: str, line: str) -> LineKey:
    return LineKey(b.site.site_id, "operations", line, k)
