"""On-site gas: whole generating units, rented or bought, the permits they need and the time they stay."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.core.finance import s_curve, straight_line
from optimizer.core.offers import OnsiteGas
from optimizer.model.gas_output import add_gas_output, units_at_most
from optimizer.model.ledger import LineKey, before, change
from optimizer.model.siting import is_open
from optimizer.model.tariffs import KW_PER_MW


def gas_site(b: pyo.Block, k: str, t: int) -> Any:
    r"""Use a gas offer only at a site that is started.

    .. math:: a_{k,t} \le \sum_m s_{m,t} \qquad [1]

    ================  ========================  =====  ==============================================
    Symbol            Component                 Unit   Meaning
    ================  ========================  =====  ==============================================
    :math:`a_{k,t}`   ``gas_begun[k, t]``       1      first unit stood in t or before
    :math:`s_{m,t}`   ``is_started[m, t]``      1      mode m was started in t or before
    ================  ========================  =====  ==============================================
    """
    return b.gas_begun[k, t] <= is_open(b, t)


def gas_begun_monotone(b: pyo.Block, k: str, t: int) -> Any:
    r"""Count the use of a gas offer once.

    .. math:: a_{k,t} \ge a_{k,t-1} \qquad [1]

    ================  ========================  =====  ==============================================
    Symbol            Component                 Unit   Meaning
    ================  ========================  =====  ==============================================
    :math:`a_{k,t}`   ``gas_begun[k, t]``       1      first unit stood in t or before
    ================  ========================  =====  ==============================================
    """
    return b.gas_begun[k, t] >= b.gas_begun[k, t - 1]


def gas_units_limit(b: pyo.Block, k: str, t: int) -> Any:
    r"""Keep units within the offer and its permit, and within the time a temporary permit gives.

    .. math:: n_{k,t} \le \bar n_k (a_{k,t} - a_{k,t-X_k}) \qquad [1]

    ================  ========================  =====  ==================================================
    Symbol            Component                 Unit   Meaning
    ================  ========================  =====  ==================================================
    :math:`n_{k,t}`   ``units[k, t]``           1      units that stand
    :math:`a_{k,t}`   ``gas_begun[k, t]``       1      first unit stood in t or before
    :math:`\bar n_k`  ``units_at_most``         1      ``units_max``, and ``permit_mw / unit_mw``
    :math:`X_k`       ``max_months``            per.   longest stay of a temporary permit (else none)
    ================  ========================  =====  ==================================================
    """
    gas = b.gas[k]
    over = 0.0
    if gas.max_months is not None:
        over = before(b.gas_begun, k, t - b.model().calendar.lag_periods(gas.max_months))
    return b.units[k, t] <= units_at_most(gas) * (b.gas_begun[k, t] - over)


def gas_added(b: pyo.Block, k: str, t: int) -> Any:
    r"""Count every unit that comes.

    .. math:: n_{k,t} - n_{k,t-1} \le v_{k,t} - v_{k,t-1} \qquad [1]

    ================  ========================  =====  ==================================
    Symbol            Component                 Unit   Meaning
    ================  ========================  =====  ==================================
    :math:`n_{k,t}`   ``units[k, t]``           1      units that stand
    :math:`v_{k,t}`   ``units_added[k, t]``     1      units that came by t, cumulative
    ================  ========================  =====  ==================================
    """
    came = b.units_added[k, t] - before(b.units_added, k, t - 1)
    return b.units[k, t] - before(b.units, k, t - 1) <= came


def gas_added_monotone(b: pyo.Block, k: str, t: int) -> Any:
    r"""Count units that came cumulatively.

    .. math:: v_{k,t} \ge v_{k,t-1} \qquad [1]

    ================  ========================  =====  ==================================
    Symbol            Component                 Unit   Meaning
    ================  ========================  =====  ==================================
    :math:`v_{k,t}`   ``units_added[k, t]``     1      units that came by t, cumulative
    ================  ========================  =====  ==================================
    """
    return b.units_added[k, t] >= b.units_added[k, t - 1]


def gas_min_months(b: pyo.Block, k: str, t: int) -> Any:
    r"""Keep a rented unit for its minimum term, a bought one for good.

    .. math:: n_{k,t} \ge v_{k,t} - v_{k,t-M_k} \qquad [1]

    ================  ========================  =====  ==================================
    Symbol            Component                 Unit   Meaning
    ================  ========================  =====  ==================================
    :math:`n_{k,t}`   ``units[k, t]``           1      units that stand
    :math:`v_{k,t}`   ``units_added[k, t]``     1      units that came by t, cumulative
    :math:`M_k`       ``min_months``            per.   minimum term (bought: the horizon)
    ================  ========================  =====  ==================================
    """
    return b.units[k, t] >= b.units_added[k, t] - before(b.units_added, k, t - _stay_periods(b, b.gas[k]))


def _stay_periods(b: pyo.Block, gas: OnsiteGas) -> int:
    calendar = b.model().calendar
    return int(calendar.periods if gas.buy_usd_per_kw is not None else calendar.lag_periods(gas.min_months))


def add_onsite_gas(b: pyo.Block) -> None:
    """Declare the on-site gas offers of a site and book what they cost."""
    m = b.model()
    b.gas = {gas.contract_id: gas for gas in b.site.onsite_gas}
    b.GAS = pyo.Set(initialize=list(b.gas), ordered=True)
    periods, later = m.PERIODS, pyo.RangeSet(1, m.PERIODS.last())
    b.gas_begun = pyo.Var(b.GAS, periods, within=pyo.Binary)
    b.units = pyo.Var(b.GAS, periods, within=pyo.NonNegativeIntegers)
    b.units_added = pyo.Var(b.GAS, periods, within=pyo.NonNegativeReals)
    b.gas_site = pyo.Constraint(b.GAS, periods, rule=gas_site)
    b.gas_begun_monotone = pyo.Constraint(b.GAS, later, rule=gas_begun_monotone)
    b.gas_units_limit = pyo.Constraint(b.GAS, periods, rule=gas_units_limit)
    b.gas_added = pyo.Constraint(b.GAS, periods, rule=gas_added)
    b.gas_added_monotone = pyo.Constraint(b.GAS, later, rule=gas_added_monotone)
    b.gas_min_months = pyo.Constraint(b.GAS, periods, rule=gas_min_months)
    for gas in b.site.onsite_gas:
        for t in periods:
            if m.calendar.first_month(t) < max(gas.sign_lead_months, gas.permit_months):
                b.gas_begun[gas.contract_id, t].fix(0)
            _book_units(b, gas, t)
    add_gas_output(b)


def _book_units(b: pyo.Block, gas: OnsiteGas, t: int) -> None:
    m = b.model()
    k, first = gas.contract_id, m.calendar.first_month(t)
    kw = gas.unit_mw * KW_PER_MW
    added = change(b.units_added, k, t)
    if gas.rent_usd_per_kw_month is not None:
        rent = gas.rent_usd_per_kw_month * kw / 1e6
        key = LineKey(b.site.site_id, "operations", "generator_rent", k)
        m.ledger.book_period(key, [(1.0, b.units[k, t])], t, rent * m.calendar.months_per_period)
        left = [(month, rent) for month in range(m.calendar.months, first + gas.min_months)]
        m.ledger.book(key, added, m.money.schedule(left))
    if gas.buy_usd_per_kw is not None:
        price = gas.buy_usd_per_kw * kw / 1e6
        works = m.money.schedule(s_curve(first - gas.sign_lead_months, gas.sign_lead_months, price))
        m.ledger.book(LineKey(b.site.site_id, "capital", "generators", k), added, works)
        left_share = straight_line(m.calendar.months - first, gas.lifetime_months)
        residual = -price * left_share * gas.resale_fraction
        m.ledger.book_end(LineKey(b.site.site_id, "residual", "generators", k), added, residual)
