"""How tariffs end, and the term of each MW.

The term runs for each MW from the period in which it is added, by vintages as for GPUs: a begin with few MW, or none, saves nothing.
A contract whose terms all reach the end of the horizon, and that cannot end early, needs no vintages: what is added is what the
contracted MW grow by.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.model.ledger import Terms, before, linear
from optimizer.model.tariffs import entitled, expiry_periods, ramp_of, term_periods


def ended_by(b: pyo.Block, k: str, t: int) -> Any:
    r"""End a service only when the term of its begin is over, or by exit, or by conversion.

    .. math:: z_{k,t} \le a_{k,t-\bar T_k} + l_{k,t} + a_{f,t} \qquad [1]

    ===================  ======================  =====  ============================================
    Symbol               Component               Unit   Meaning
    ===================  ======================  =====  ============================================
    :math:`z_{k,t}`      ``is_gone[k, t]``       1      service ended in t or before
    :math:`a_{k,t}`      ``is_begun[k, t]``      1      service began in t or before
    :math:`l_{k,t}`      ``is_left[k, t]``       1      contract left in t or before, for the fee
    :math:`a_{f,t}`      ``is_begun[f, t]``      1      the firm offer f began that k converts to
    :math:`\bar T_k`     ``term_months``         per.   term, in whole periods
    ===================  ======================  =====  ============================================

    While MW stand that were added later, ``mw_limit`` keeps the service up beyond the term of the begin. A contract that cannot end
    within the horizon has no ``is_gone``.
    """
    firm = b.tariffs[k].converts_to
    converted = 0.0 if firm is None else b.is_begun[firm, t]
    return b.is_gone[k, t] <= before(b.is_begun, k, t - term_periods(b, k)) + _left(b, k, t) + converted


def left_monotone(b: pyo.Block, k: str, t: int) -> Any:
    r"""Leave a contract at most once, for the exit fee.

    .. math:: l_{k,t} \ge l_{k,t-1} \qquad [1]

    ===================  ======================  =====  ============================================
    Symbol               Component               Unit   Meaning
    ===================  ======================  =====  ============================================
    :math:`l_{k,t}`      ``is_left[k, t]``       1      contract left in t or before, for the fee
    ===================  ======================  =====  ============================================
    """
    return b.is_left[k, t] >= b.is_left[k, t - 1]


def left_ends(b: pyo.Block, k: str, t: int) -> Any:
    r"""End the service of a contract that is left.

    .. math:: z_{k,t} \ge l_{k,t} \qquad [1]

    ===================  ======================  =====  ============================================
    Symbol               Component               Unit   Meaning
    ===================  ======================  =====  ============================================
    :math:`z_{k,t}`      ``is_gone[k, t]``       1      service ended in t or before
    :math:`l_{k,t}`      ``is_left[k, t]``       1      contract left in t or before, for the fee
    ===================  ======================  =====  ============================================
    """
    return b.is_gone[k, t] >= b.is_left[k, t]


def ended_monotone(b: pyo.Block, k: str, t: int) -> Any:
    r"""Keep an ended contract ended.

    .. math:: z_{k,t} \ge z_{k,t-1} \qquad [1]

    ===================  ======================  =====  ============================================
    Symbol               Component               Unit   Meaning
    ===================  ======================  =====  ============================================
    :math:`z_{k,t}`      ``is_gone[k, t]``       1      service ended in t or before
    ===================  ======================  =====  ============================================
    """
    return b.is_gone[k, t] >= b.is_gone[k, t - 1]


def exit_after_begin(b: pyo.Block, k: str, t: int) -> Any:
    r"""End a contract early only in a period after its begin.

    .. math:: z_{k,t} \le a_{k,t-1} \qquad [1]

    ===================  ======================  =====  ============================================
    Symbol               Component               Unit   Meaning
    ===================  ======================  =====  ============================================
    :math:`z_{k,t}`      ``is_gone[k, t]``       1      service ended in t or before
    :math:`a_{k,t}`      ``is_begun[k, t]``      1      service began in t or before
    ===================  ======================  =====  ============================================
    """
    return b.is_gone[k, t] <= before(b.is_begun, k, t - 1)


def mw_vintages(b: pyo.Block, k: str, t: int) -> Any:
    r"""Hold every MW for its term from the period in which it is added, neither longer nor shorter.

    .. math:: e_{k,t} = e_{k,t-1} + v_{k,t} - v_{k,t-\bar T_k} \qquad [\mathrm{MW}]

    =====================  =============================================  =====  ==============================================
    Symbol                 Component                                      Unit   Meaning
    =====================  =============================================  =====  ==============================================
    :math:`e_{k,t}`        ``entitled_mw[k, t]``, ``contracted_mw``       MW     MW whose term runs
    :math:`v_{k,t}`        ``added_mw[k, t]``                             MW     MW added in t
    :math:`\bar T_k`       ``term_months``                                per.   term, in whole periods
    =====================  =============================================  =====  ==============================================

    Where the contract cannot end early, the contracted MW are those whose term runs: there is no ``entitled_mw``.
    """
    earlier = t - term_periods(b, k)
    rows: Terms = [(1.0, entitled(b, k, t)), (-1.0, b.added_mw[k, t])]
    rows += [(-1.0, entitled(b, k, t - 1))] if t > 0 else []
    rows += [(1.0, b.added_mw[k, earlier])] if earlier >= 0 else []
    return linear(rows) == 0.0


def mw_added(b: pyo.Block, k: str, t: int) -> Any:
    r"""Add MW only within the term of the begin: a contract is not renewed.

    .. math:: v_{k,t} \le \bar P_{k,t} (a_{k,t} - a_{k,t-\bar T_k}) \qquad [\mathrm{MW}]

    =====================  ==========================  =====  ==============================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ==============================================
    :math:`v_{k,t}`        ``added_mw[k, t]``          MW     MW added in t
    :math:`a_{k,t}`        ``is_begun[k, t]``          1      service began in t or before
    :math:`\bar P_{k,t}`   ``ramp_mw``                 MW     ramp in force, at most ``mw_max``
    :math:`\bar T_k`       ``term_months``             per.   term, in whole periods
    =====================  ==========================  =====  ==============================================
    """
    within = b.is_begun[k, t] - b.is_begun[k, t - term_periods(b, k)]
    return b.added_mw[k, t] <= ramp_of(b, k, t) * within


def mw_entitled(b: pyo.Block, k: str, t: int) -> Any:
    r"""Contract no MW whose term is over.

    .. math:: p_{k,t} \le e_{k,t} \qquad [\mathrm{MW}]

    =====================  ==========================  =====  ==============================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ==============================================
    :math:`p_{k,t}`        ``contracted_mw[k, t]``     MW     contracted facility MW
    :math:`e_{k,t}`        ``entitled_mw[k, t]``       MW     MW whose term runs
    =====================  ==========================  =====  ==============================================
    """
    return b.contracted_mw[k, t] <= b.entitled_mw[k, t]


def mw_bound(b: pyo.Block, k: str, t: int) -> Any:
    r"""Keep the MW whose term runs, unless the contract is left; a firm offer that it converts to takes them over.

    .. math:: p_{k,t} + p_{f,t} \ge e_{k,t} - \bar P_k \, l_{k,t} \qquad [\mathrm{MW}]

    =====================  ==========================  =====  ==================================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ==================================================
    :math:`p_{k,t}`        ``contracted_mw[k, t]``     MW     contracted facility MW
    :math:`p_{f,t}`        ``contracted_mw[f, t]``     MW     those of the firm offer f that k converts to
    :math:`e_{k,t}`        ``entitled_mw[k, t]``       MW     MW whose term runs
    :math:`l_{k,t}`        ``is_left[k, t]``           1      contract left in t or before, for the fee
    :math:`\bar P_k`       ``ramp_mw``                 MW     highest ramp up to t
    =====================  ==========================  =====  ==================================================

    Without the firm offer's MW a contract could be shed without a fee by converting it to 0 MW.
    """
    firm = b.tariffs[k].converts_to
    taken_over = 0.0 if firm is None else b.contracted_mw[firm, t]
    return b.contracted_mw[k, t] + taken_over >= b.entitled_mw[k, t] - _highest_ramp(b, k, t) * _left(b, k, t)


def add_tariff_terms(b: pyo.Block) -> None:
    """Declare how the tariffs of a site end, and for how long each MW is held."""
    periods = b.model().PERIODS
    later = pyo.RangeSet(1, periods.last())
    b.ended_by = pyo.Constraint(b.ENDING_TARIFFS, periods, rule=ended_by)
    b.ended_monotone = pyo.Constraint(b.ENDING_TARIFFS, later, rule=ended_monotone)
    b.left_monotone = pyo.Constraint(b.EXIT_TARIFFS, later, rule=left_monotone)
    b.left_ends = pyo.Constraint(b.EXIT_TARIFFS, periods, rule=left_ends)
    b.exit_after_begin = pyo.Constraint(b.LEAVING_TARIFFS, periods, rule=exit_after_begin)
    b.mw_vintages = pyo.Constraint(b.ENDING_TARIFFS, periods, rule=mw_vintages)
    b.mw_added = pyo.Constraint([(k, t) for k in b.EXPIRING_TARIFFS for t in expiry_periods(b, k)], rule=mw_added)
    b.mw_entitled = pyo.Constraint(b.LEAVING_TARIFFS, periods, rule=mw_entitled)
    b.mw_bound = pyo.Constraint(b.LEAVING_TARIFFS, periods, rule=mw_bound)


def _left(b: pyo.Block, k: str, t: int) -> Any:
    return b.is_left[k, t] if k in b.EXIT_TARIFFS else 0.0


def _highest_ramp(b: pyo.Block, k: str, t: int) -> float:
    return max(ramp_of(b, k, tau) for tau in range(t + 1))
