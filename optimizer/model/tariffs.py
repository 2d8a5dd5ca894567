"""Tariffs: when an offer of grid power begins and ends, and how many MW are contracted.

Service is cumulative too: ``is_begun[k, t]`` is 1 from the begin on, ``is_gone[k, t]`` from the end on (no MW is left, exit, or
conversion into a firm offer); their difference is the contract in service. Nothing multiplies MW with service.

The term runs for each MW from the period in which it is added, by vintages as for GPUs: a begin with few MW, or none, saves nothing.
A contract whose terms all reach the end of the horizon, and that cannot end early, needs no vintages: what is added is what the
contracted MW grow by.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.model.ledger import Terms, before, change, linear
from optimizer.model.siting import is_open
from optimizer.offers import Tariff

KW_PER_MW = 1000.0


def ramp_mw(tariff: Tariff, month: int) -> float:
    """Most MW that a tariff lets one contract in a month: its ramp in force, at most ``mw_max``."""
    reached = [mw for date, mw in tariff.ramp if date <= month]
    if not tariff.ramp:
        return tariff.mw_max
    return min(tariff.mw_max, reached[-1]) if reached else 0.0


def begin_stays(b: pyo.Block, k: str, t: int) -> Any:
    r"""Begin a contract at most once; a begun one stays begun.

    .. math:: a_{k,t} \ge a_{k,t-1} \qquad [1]

    ================  ======================  =====  ======================================
    Symbol            Component               Unit   Meaning
    ================  ======================  =====  ======================================
    :math:`a_{k,t}`   ``is_begun[k, t]``      1      service began in t or before
    ================  ======================  =====  ======================================
    """
    return b.is_begun[k, t] >= b.is_begun[k, t - 1]


def contract_site(b: pyo.Block, k: str, t: int) -> Any:
    r"""Begin a contract only at a site that is started.

    .. math:: a_{k,t} \le \sum_m s_{m,t} \qquad [1]

    ================  ========================  =====  ========================================
    Symbol            Component                 Unit   Meaning
    ================  ========================  =====  ========================================
    :math:`a_{k,t}`   ``is_begun[k, t]``        1      service began in t or before
    :math:`s_{m,t}`   ``is_started[m, t]``      1      mode m was started in t or before
    ================  ========================  =====  ========================================
    """
    return b.is_begun[k, t] <= is_open(b, t)


def gone_why(b: pyo.Block, k: str, t: int) -> Any:
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


def left_stays(b: pyo.Block, k: str, t: int) -> Any:
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


def gone_stays(b: pyo.Block, k: str, t: int) -> Any:
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


def mw_limit(b: pyo.Block, k: str, t: int) -> Any:
    r"""Contract no more MW than the dated ramp gives, and only in service.

    .. math:: p_{k,t} \le \bar P_{k,t} (a_{k,t} - z_{k,t}) \qquad [\mathrm{MW}]

    =====================  ==========================  =====  ==============================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ==============================================
    :math:`p_{k,t}`        ``contracted_mw[k, t]``     MW     contracted facility MW
    :math:`a_{k,t}`        ``is_begun[k, t]``          1      service began in t or before
    :math:`z_{k,t}`        ``is_gone[k, t]``           1      service ended in t or before
    :math:`\bar P_{k,t}`   ``ramp_mw``                 MW     ramp in force, at most ``mw_max``
    =====================  ==========================  =====  ==============================================

    The ramp is by calendar date, so it is data: no product of MW and service.
    """
    return b.contracted_mw[k, t] <= ramp_of(b, k, t) * in_service(b, k, t)


def mw_floor(b: pyo.Block, k: str, t: int) -> Any:
    r"""Contract at least the offer's minimum over the term of the begin.

    .. math:: p_{k,t} \ge \underline P_k (a_{k,t} - a_{k,t-\bar T_k} - z_{k,t}) \qquad [\mathrm{MW}]

    =======================  ==========================  =====  ==================================
    Symbol                   Component                   Unit   Meaning
    =======================  ==========================  =====  ==================================
    :math:`p_{k,t}`          ``contracted_mw[k, t]``     MW     contracted facility MW
    :math:`a_{k,t}`          ``is_begun[k, t]``          1      service began in t or before
    :math:`z_{k,t}`          ``is_gone[k, t]``           1      service ended in t or before
    :math:`\underline P_k`   ``mw_min``                  MW     least MW of the offer
    :math:`\bar T_k`         ``term_months``             per.   term, in whole periods
    =======================  ==========================  =====  ==================================

    MW that were added later and stand longer may be fewer.
    """
    first_term = b.is_begun[k, t] - before(b.is_begun, k, t - term_periods(b, k))
    ended = b.is_gone[k, t] if k in b.ENDING_TARIFFS else 0.0
    return b.contracted_mw[k, t] >= b.tariffs[k].mw_min * (first_term - ended)


def mw_keep(b: pyo.Block, k: str, t: int) -> Any:
    r"""Do not walk contracted MW down; of a contract that cannot end within the horizon.

    .. math:: p_{k,t} \ge p_{k,t-1} \qquad [\mathrm{MW}]

    =====================  ==========================  =====  ==============================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ==============================================
    :math:`p_{k,t}`        ``contracted_mw[k, t]``     MW     contracted facility MW
    =====================  ==========================  =====  ==============================================

    Without it the contract would follow the load month by month, and minimum takes would be worth nothing.
    """
    return b.contracted_mw[k, t] >= b.contracted_mw[k, t - 1]


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


def grid_limit(b: pyo.Block, t: int) -> Any:
    r"""Keep the tariffs of a site within its one grid connection.

    .. math:: \sum_k p_{k,t} \le \bar P \qquad [\mathrm{MW}]

    ================  ==========================  =====  ==============================
    Symbol            Component                   Unit   Meaning
    ================  ==========================  =====  ==============================
    :math:`p_{k,t}`   ``contracted_mw[k, t]``     MW     contracted facility MW
    :math:`\bar P`    ``grid_limit_mw``           MW     limit of the connection
    ================  ==========================  =====  ==============================
    """
    return sum(b.contracted_mw[k, t] for k in b.TARIFFS) <= b.site.grid_limit_mw


def gone(b: pyo.Block, k: str, t: int) -> Any:
    """Whether the service of a contract ended in t or before (0 where it cannot end within the horizon)."""
    return b.is_gone[k, t] if t >= 0 and k in b.ENDING_TARIFFS else 0.0


def entitled(b: pyo.Block, k: str, t: int) -> Any:
    """MW of a contract with vintages whose term runs: those contracted, unless it may end early."""
    return b.entitled_mw[k, t] if k in b.LEAVING_TARIFFS else b.contracted_mw[k, t]


def added_terms(b: pyo.Block, k: str, t: int) -> Terms:
    """MW that a contract adds in a period, as terms."""
    return [(1.0, b.added_mw[k, t])] if k in b.ENDING_TARIFFS else change(b.contracted_mw, k, t)


def in_service(b: pyo.Block, k: str, t: int) -> Any:
    """Whether a contract serves in a period."""
    return b.is_begun[k, t] - gone(b, k, t)


def term_periods(b: pyo.Block, k: str) -> int:
    """Term of a contract in whole periods; without a term the whole horizon."""
    calendar = b.model().calendar
    term = b.tariffs[k].term_months
    return int(calendar.periods if term is None else calendar.lag_periods(term))


def ramp_of(b: pyo.Block, k: str, t: int) -> float:
    """Ramp of a contract in a period."""
    return ramp_mw(b.tariffs[k], b.model().calendar.first_month(t))


def add_tariffs(b: pyo.Block) -> None:
    """Declare when the tariffs of a site serve, and with how many MW."""
    b.tariffs = {tariff.contract_id: tariff for tariff in b.site.tariffs}
    b.TARIFFS = pyo.Set(initialize=list(b.tariffs), ordered=True)
    b.EXIT_TARIFFS = pyo.Set(
        initialize=[k for k, tariff in b.tariffs.items() if tariff.exit_musd is not None and tariff.term_months is not None],
        ordered=True,
    )
    b.CONVERTING_TARIFFS = pyo.Set(initialize=[k for k, tariff in b.tariffs.items() if tariff.converts_to is not None], ordered=True)
    b.EXPIRING_TARIFFS = pyo.Set(initialize=[k for k in b.tariffs if _expiry_periods(b, k)], ordered=True)
    b.LEAVING_TARIFFS = b.EXIT_TARIFFS | b.CONVERTING_TARIFFS
    b.ENDING_TARIFFS = b.LEAVING_TARIFFS | b.EXPIRING_TARIFFS
    _declare_service(b)
    _declare_ends(b)
    _declare_mw(b)
    for tariff in b.site.tariffs:
        for t in b.model().PERIODS:
            if _too_early(b, tariff, t):
                b.is_begun[tariff.contract_id, t].fix(0)


def _declare_service(b: pyo.Block) -> None:
    periods = b.model().PERIODS
    b.is_begun = pyo.Var(b.TARIFFS, periods, within=pyo.Binary)
    b.is_gone = pyo.Var(b.ENDING_TARIFFS, periods, within=pyo.Binary)
    b.is_left = pyo.Var(b.EXIT_TARIFFS, periods, within=pyo.Binary)
    b.begin_stays = pyo.Constraint(b.TARIFFS, pyo.RangeSet(1, periods.last()), rule=begin_stays)
    b.contract_site = pyo.Constraint(b.TARIFFS, periods, rule=contract_site)


def _declare_ends(b: pyo.Block) -> None:
    periods = b.model().PERIODS
    later = pyo.RangeSet(1, periods.last())
    b.gone_why = pyo.Constraint(b.ENDING_TARIFFS, periods, rule=gone_why)
    b.gone_stays = pyo.Constraint(b.ENDING_TARIFFS, later, rule=gone_stays)
    b.left_stays = pyo.Constraint(b.EXIT_TARIFFS, later, rule=left_stays)
    b.left_ends = pyo.Constraint(b.EXIT_TARIFFS, periods, rule=left_ends)
    b.exit_after_begin = pyo.Constraint(b.LEAVING_TARIFFS, periods, rule=exit_after_begin)


def _declare_mw(b: pyo.Block) -> None:
    periods = b.model().PERIODS
    b.contracted_mw = pyo.Var(b.TARIFFS, periods, within=pyo.NonNegativeReals)
    b.added_mw = pyo.Var(b.ENDING_TARIFFS, periods, within=pyo.NonNegativeReals)
    b.entitled_mw = pyo.Var(b.LEAVING_TARIFFS, periods, within=pyo.NonNegativeReals)
    b.mw_limit = pyo.Constraint(b.TARIFFS, periods, rule=mw_limit)
    b.mw_floor = pyo.Constraint([k for k in b.TARIFFS if b.tariffs[k].mw_min], periods, rule=mw_floor)
    b.mw_keep = pyo.Constraint(b.TARIFFS - b.ENDING_TARIFFS, pyo.RangeSet(1, periods.last()), rule=mw_keep)
    b.mw_vintages = pyo.Constraint(b.ENDING_TARIFFS, periods, rule=mw_vintages)
    b.mw_added = pyo.Constraint([(k, t) for k in b.EXPIRING_TARIFFS for t in _expiry_periods(b, k)], rule=mw_added)
    b.mw_entitled = pyo.Constraint(b.LEAVING_TARIFFS, periods, rule=mw_entitled)
    b.mw_bound = pyo.Constraint(b.LEAVING_TARIFFS, periods, rule=mw_bound)
    if b.site.grid_limit_mw is not None and b.tariffs:
        b.grid_limit = pyo.Constraint(periods, rule=grid_limit)


def _expiry_periods(b: pyo.Block, k: str) -> list[int]:
    """Periods in which the term of a begin can be over."""
    periods = range(b.model().calendar.periods)
    first = next((t for t in periods if not _too_early(b, b.tariffs[k], t)), None)
    return [] if first is None else list(periods)[first + term_periods(b, k) :]


def _left(b: pyo.Block, k: str, t: int) -> Any:
    return b.is_left[k, t] if k in b.EXIT_TARIFFS else 0.0


def _highest_ramp(b: pyo.Block, k: str, t: int) -> float:
    return max(ramp_of(b, k, tau) for tau in range(t + 1))


def _too_early(b: pyo.Block, tariff: Tariff, t: int) -> bool:
    month = b.model().calendar.first_month(t)
    return month < tariff.sign_lead_months or ramp_mw(tariff, month) <= 0
