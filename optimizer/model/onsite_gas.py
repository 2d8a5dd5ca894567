"""On-site gas: whole generating units, rented or bought, with spare units, permits, run hours and fuel."""

from __future__ import annotations

import math
from typing import Any

import pyomo.environ as pyo

from optimizer.finance import s_curve, straight_line
from optimizer.model.ledger import LineKey, before, change
from optimizer.model.siting import is_open
from optimizer.model.tariffs import KW_PER_MW
from optimizer.offers import OnsiteGas

HOURS_PER_YEAR = 8760.0


def units_at_most(gas: OnsiteGas) -> int:
    """Most units: the offer's, and those the permit's MW allow."""
    if gas.permit_mw is None:
        return gas.units_max
    return min(gas.units_max, math.floor(gas.permit_mw / gas.unit_mw + 1e-9))


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


def gas_begun_stays(b: pyo.Block, k: str, t: int) -> Any:
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


def gas_added_stays(b: pyo.Block, k: str, t: int) -> Any:
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


def gas_firm(b: pyo.Block, k: str, t: int) -> Any:
    r"""Count as firm only what is left when the spare units fail.

    .. math:: f_{k,t} \le \kappa_k (n_{k,t} - \sigma_k o_{k,t}) \qquad [\mathrm{MW}]

    ===================  ========================  =====  ==================================
    Symbol               Component                 Unit   Meaning
    ===================  ========================  =====  ==================================
    :math:`f_{k,t}`      ``gas_firm_mw[k, t]``     MW     firm MW
    :math:`n_{k,t}`      ``units[k, t]``           1      units that stand
    :math:`o_{k,t}`      ``gas_on[k, t]``          1      the offer gives firm MW in t
    :math:`\kappa_k`     ``unit_mw``               MW     size of a unit
    :math:`\sigma_k`     ``spare_units``           1      units held in reserve (N-1: one)
    ===================  ========================  =====  ==================================

    Not a credit per unit: one outage costs a whole unit however many stand.
    """
    gas = b.gas[k]
    return b.gas_firm_mw[k, t] <= gas.unit_mw * (b.units[k, t] - gas.spare_units * b.gas_on[k, t])


def gas_firm_on(b: pyo.Block, k: str, t: int) -> Any:
    r"""Give firm MW only when the spare units are counted.

    .. math:: f_{k,t} \le \kappa_k (\bar n_k - \sigma_k) \, o_{k,t} \qquad [\mathrm{MW}]

    ===================  ========================  =====  ==================================
    Symbol               Component                 Unit   Meaning
    ===================  ========================  =====  ==================================
    :math:`f_{k,t}`      ``gas_firm_mw[k, t]``     MW     firm MW
    :math:`o_{k,t}`      ``gas_on[k, t]``          1      the offer gives firm MW in t
    :math:`\kappa_k`     ``unit_mw``               MW     size of a unit
    :math:`\bar n_k`     ``units_at_most``         1      most units
    :math:`\sigma_k`     ``spare_units``           1      units held in reserve (N-1: one)
    ===================  ========================  =====  ==================================
    """
    gas = b.gas[k]
    return b.gas_firm_mw[k, t] <= gas.unit_mw * max(units_at_most(gas) - gas.spare_units, 0) * b.gas_on[k, t]


def gas_run_hours(b: pyo.Block, k: str, year: int) -> Any:
    r"""Keep a calendar year's energy within the permitted run hours of the units that stand.

    .. math:: \sum_{t \in y} H_t g_{k,t} \le \bar h_k \kappa_k \sum_{t \in y} \frac{H_t}{8760} n_{k,t} \qquad [\mathrm{MWh}]

    ================  ==============================  =====  ====================================
    Symbol            Component                       Unit   Meaning
    ================  ==============================  =====  ====================================
    :math:`g_{k,t}`   ``gas_drawn_mw[k, t]``          MW     mean MW generated
    :math:`n_{k,t}`   ``units[k, t]``                 1      units that stand
    :math:`H_t`       ``hours``                       h      hours of the period
    :math:`\bar h_k`  ``run_hours_per_year_max``      h/a    permitted hours a year and unit
    :math:`\kappa_k`  ``unit_mw``                     MW     size of a unit
    ================  ==============================  =====  ====================================
    """
    gas = b.gas[k]
    share = {t: b.model().calendar.hours(t) / HOURS_PER_YEAR for t in b.model().calendar.years()[year]}
    energy = sum(share[t] * b.gas_drawn_mw[k, t] for t in share)
    return energy <= gas.run_hours_per_year_max / HOURS_PER_YEAR * gas.unit_mw * sum(share[t] * b.units[k, t] for t in share)


def gas_nox(b: pyo.Block, k: str, year: int) -> Any:
    r"""Keep a calendar year's nitrogen oxides within the permit, pro rata of the year's hours in the horizon.

    .. math:: \sum_{t \in y} \eta_k H_t g_{k,t} / 1000 \le \bar E_k \sum_{t \in y} H_t / 8760 \qquad [\mathrm{t}]

    ================  ==============================  =====  ====================================
    Symbol            Component                       Unit   Meaning
    ================  ==============================  =====  ====================================
    :math:`g_{k,t}`   ``gas_drawn_mw[k, t]``          MW     mean MW generated
    :math:`H_t`       ``hours``                       h      hours of the period
    :math:`\eta_k`    ``nox_t_per_gwh``               t/GWh  emissions
    :math:`\bar E_k`  ``nox_t_per_year_max``          t/a    permitted tons a year
    ================  ==============================  =====  ====================================
    """
    gas = b.gas[k]
    hours = {t: b.model().calendar.hours(t) for t in b.model().calendar.years()[year]}
    tons = sum(gas.nox_t_per_gwh * hours[t] / 1000.0 * b.gas_drawn_mw[k, t] for t in hours)
    return tons <= gas.nox_t_per_year_max * sum(hours.values()) / HOURS_PER_YEAR


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
    b.gas_on = pyo.Var(b.GAS, periods, within=pyo.Binary)
    b.units = pyo.Var(b.GAS, periods, within=pyo.NonNegativeIntegers)
    b.units_added = pyo.Var(b.GAS, periods, within=pyo.NonNegativeReals)
    b.gas_firm_mw = pyo.Var(b.GAS, periods, within=pyo.NonNegativeReals)
    b.gas_peak_mw = pyo.Var(b.GAS, periods, within=pyo.NonNegativeReals)
    b.gas_drawn_mw = pyo.Var(b.GAS, periods, within=pyo.NonNegativeReals)
    b.gas_site = pyo.Constraint(b.GAS, periods, rule=gas_site)
    b.gas_begun_stays = pyo.Constraint(b.GAS, later, rule=gas_begun_stays)
    b.gas_units_limit = pyo.Constraint(b.GAS, periods, rule=gas_units_limit)
    b.gas_added = pyo.Constraint(b.GAS, periods, rule=gas_added)
    b.gas_added_stays = pyo.Constraint(b.GAS, later, rule=gas_added_stays)
    b.gas_min_months = pyo.Constraint(b.GAS, periods, rule=gas_min_months)
    b.gas_firm = pyo.Constraint(b.GAS, periods, rule=gas_firm)
    b.gas_firm_on = pyo.Constraint(b.GAS, periods, rule=gas_firm_on)
    years = list(m.calendar.years())
    limited = [k for k, gas in b.gas.items() if gas.run_hours_per_year_max is not None]
    b.gas_run_hours = pyo.Constraint(limited, years, rule=gas_run_hours)
    emitting = [k for k, gas in b.gas.items() if gas.nox_t_per_year_max is not None and gas.nox_t_per_gwh]
    b.gas_nox = pyo.Constraint(emitting, years, rule=gas_nox)
    for gas in b.site.onsite_gas:
        for t in periods:
            if m.calendar.first_month(t) < max(gas.sign_lead_months, gas.permit_months):
                b.gas_begun[gas.contract_id, t].fix(0)
            _book_units(b, gas, t)
            _book_fuel(b, gas, t)


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


def _book_fuel(b: pyo.Block, gas: OnsiteGas, t: int) -> None:
    m = b.model()
    usd_per_mwh = gas.heat_rate_mmbtu_per_mwh * gas.gas_usd_per_mmbtu
    grown = m.money.escalation(m.instance.escalation.gas, t)
    fuel = usd_per_mwh * m.calendar.hours(t) * grown / 1e6
    key = LineKey(b.site.site_id, "operations", "gas_fuel", gas.contract_id)
    m.ledger.book_period(key, [(1.0, b.gas_drawn_mw[gas.contract_id, t])], t, fuel)
