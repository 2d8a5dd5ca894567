"""Tariffs: when an offer of grid power begins and ends, and how many MW are contracted.

Service is cumulative too: ``is_begun[k, t]`` is 1 from the begin on, ``is_gone[k, t]`` from the end on (no MW is left, exit, or
conversion into a firm offer); their difference is the contract in service. Nothing multiplies MW with service.

How a contract ends, and the term of each MW, is in ``optimizer.model.tariff_terms``.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.core.offers import Tariff
from optimizer.model.ledger import Terms, before, change
from optimizer.model.siting import is_open

KW_PER_MW = 1000.0


def ramp_mw(tariff: Tariff, month: int) -> float:
    """Most MW that a tariff lets one contract in a month: its ramp in force, at most ``mw_max``."""
    reached = [mw for date, mw in tariff.ramp if date <= month]
    if not tariff.ramp:
        return tariff.mw_max
    return min(tariff.mw_max, reached[-1]) if reached else 0.0


def begin_monotone(b: pyo.Block, k: str, t: int) -> Any:
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
    b.EXPIRING_TARIFFS = pyo.Set(initialize=[k for k in b.tariffs if expiry_periods(b, k)], ordered=True)
    b.LEAVING_TARIFFS = b.EXIT_TARIFFS | b.CONVERTING_TARIFFS
    b.ENDING_TARIFFS = b.LEAVING_TARIFFS | b.EXPIRING_TARIFFS
    _declare_service(b)
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
    b.begin_monotone = pyo.Constraint(b.TARIFFS, pyo.RangeSet(1, periods.last()), rule=begin_monotone)
    b.contract_site = pyo.Constraint(b.TARIFFS, periods, rule=contract_site)


def _declare_mw(b: pyo.Block) -> None:
    periods = b.model().PERIODS
    b.contracted_mw = pyo.Var(b.TARIFFS, periods, within=pyo.NonNegativeReals)
    b.added_mw = pyo.Var(b.ENDING_TARIFFS, periods, within=pyo.NonNegativeReals)
    b.entitled_mw = pyo.Var(b.LEAVING_TARIFFS, periods, within=pyo.NonNegativeReals)
    b.mw_limit = pyo.Constraint(b.TARIFFS, periods, rule=mw_limit)
    b.mw_floor = pyo.Constraint([k for k in b.TARIFFS if b.tariffs[k].mw_min], periods, rule=mw_floor)
    b.mw_keep = pyo.Constraint(b.TARIFFS - b.ENDING_TARIFFS, pyo.RangeSet(1, periods.last()), rule=mw_keep)
    if b.site.grid_limit_mw is not None and b.tariffs:
        b.grid_limit = pyo.Constraint(periods, rule=grid_limit)


def expiry_periods(b: pyo.Block, k: str) -> list[int]:
    """Periods in which the term of a begin can be over."""
    periods = range(b.model().calendar.periods)
    first = next((t for t in periods if not _too_early(b, b.tariffs[k], t)), None)
    return [] if first is None else list(periods)[first + term_periods(b, k) :]


def _too_early(b: pyo.Block, tariff: Tariff, t: int) -> bool:
    month = b.model().calendar.first_month(t)
    return month < tariff.sign_lead_months or ramp_mw(tariff, month) <= 0
