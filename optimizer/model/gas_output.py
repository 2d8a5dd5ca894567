"""What on-site gas gives: firm MW, and energy hour by hour within fuel, run hours and emissions."""

from __future__ import annotations

import math
from typing import Any

import pyomo.environ as pyo

from optimizer.core.offers import OnsiteGas
from optimizer.model.hourly import mwh_terms
from optimizer.model.ledger import LineKey, Terms, linear
from optimizer.model.reuse import hourly_var

HOURS_PER_YEAR = 8760.0
HOURS_PER_DAY = 24.0
MWH_PER_GWH = 1000.0


def units_at_most(gas: OnsiteGas) -> int:
    """Most units: the offer's, and those the permit's MW allow."""
    if gas.permit_mw is None:
        return gas.units_max
    return min(gas.units_max, math.floor(gas.permit_mw / gas.unit_mw + 1e-9))


def unit_yield_mw(gas: OnsiteGas) -> float:
    """MW that one unit yields at the site: its size less the de-rate for heat and height."""
    return gas.unit_mw * (1.0 - gas.derate_fraction)


def firm_at_most(b: pyo.Block, gas: OnsiteGas) -> float:
    """Most firm MW of an offer: all its units, less the spare ones unless a battery can stand in for them."""
    held_back = 0 if gas.contract_id in b.SPARE_GAS else gas.spare_units
    return unit_yield_mw(gas) * max(units_at_most(gas) - held_back, 0)


def gas_firm(b: pyo.Block, k: str, t: int) -> Any:
    r"""Count as firm only what is left when the spare units fail, and what a battery holds ready in their stead.

    .. math:: f_{k,t} \le \kappa_k (n_{k,t} - \sigma_k o_{k,t}) + q_{k,t} \qquad [\mathrm{MW}]

    ===================  ==========================  =====  ==============================================
    Symbol               Component                   Unit   Meaning
    ===================  ==========================  =====  ==============================================
    :math:`f_{k,t}`      ``gas_firm_mw[k, t]``       MW     firm MW
    :math:`n_{k,t}`      ``units[k, t]``             1      units that stand
    :math:`o_{k,t}`      ``gas_on[k, t]``            1      the offer gives firm MW in t
    :math:`q_{k,t}`      ``spare_cover_mw[k, t]``    MW     a battery stands in for spare units
    :math:`\kappa_k`     ``unit_yield_mw``           MW     size of a unit less its de-rate
    :math:`\sigma_k`     ``spare_units``             1      units held in reserve (N-1: one)
    ===================  ==========================  =====  ==============================================

    Not a credit per unit: one outage costs a whole unit however many stand.
    """
    gas = b.gas[k]
    held_back = -unit_yield_mw(gas) * gas.spare_units
    standing: Terms = [(unit_yield_mw(gas), b.units[k, t]), (held_back, b.gas_on[k, t]), *_stand_in_terms(b, k, t)]
    return None, linear([(1.0, b.gas_firm_mw[k, t]), *((-share, var) for share, var in standing)]), 0.0


def gas_firm_on(b: pyo.Block, k: str, t: int) -> Any:
    r"""Give firm MW only when the spare units are counted.

    .. math:: f_{k,t} \le \bar F_k \, o_{k,t} \qquad [\mathrm{MW}]

    ===================  ==========================  =====  ==============================================
    Symbol               Component                   Unit   Meaning
    ===================  ==========================  =====  ==============================================
    :math:`f_{k,t}`      ``gas_firm_mw[k, t]``       MW     firm MW
    :math:`o_{k,t}`      ``gas_on[k, t]``            1      the offer gives firm MW in t
    :math:`\bar F_k`     ``firm_at_most``            MW     most firm MW of the units
    ===================  ==========================  =====  ==============================================
    """
    return b.gas_firm_mw[k, t] <= firm_at_most(b, b.gas[k]) * b.gas_on[k, t]


def spare_cover_limit(b: pyo.Block, k: str, t: int) -> Any:
    r"""Let a battery stand in for no more than the spare units, where they are counted.

    .. math:: q_{k,t} \le \kappa_k \sigma_k o_{k,t} \qquad [\mathrm{MW}]

    ===================  ==========================  =====  ==============================================
    Symbol               Component                   Unit   Meaning
    ===================  ==========================  =====  ==============================================
    :math:`q_{k,t}`      ``spare_cover_mw[k, t]``    MW     a battery stands in for spare units
    :math:`o_{k,t}`      ``gas_on[k, t]``            1      the offer gives firm MW in t
    :math:`\kappa_k`     ``unit_yield_mw``           MW     size of a unit less its de-rate
    :math:`\sigma_k`     ``spare_units``             1      units held in reserve (N-1: one)
    ===================  ==========================  =====  ==============================================

    The battery carries the load for ``outage_hours``, until the failed unit is back or another has started.
    """
    gas = b.gas[k]
    return b.spare_cover_mw[k, t] <= unit_yield_mw(gas) * gas.spare_units * b.gas_on[k, t]


def spare_cover_units(b: pyo.Block, k: str, t: int) -> Any:
    r"""Let a battery stand in only for units that stand.

    .. math:: q_{k,t} \le \kappa_k \, n_{k,t} \qquad [\mathrm{MW}]

    ===================  ==========================  =====  ==============================================
    Symbol               Component                   Unit   Meaning
    ===================  ==========================  =====  ==============================================
    :math:`q_{k,t}`      ``spare_cover_mw[k, t]``    MW     a battery stands in for spare units
    :math:`n_{k,t}`      ``units[k, t]``             1      units that stand
    :math:`\kappa_k`     ``unit_yield_mw``           MW     size of a unit less its de-rate
    ===================  ==========================  =====  ==============================================

    So an offer of which no unit stands gives nothing, whatever the battery holds; nor do fewer units than are held in reserve.
    """
    return b.spare_cover_mw[k, t] <= unit_yield_mw(b.gas[k]) * b.units[k, t]


def gas_day_fuel(b: pyo.Block, k: str, t: int) -> Any:
    r"""Count as firm only what the pipeline can feed for a whole day.

    .. math:: f_{k,t} \le \frac{\bar\Phi_k}{24 \, \eta_k} \, o_{k,t} \qquad [\mathrm{MW}]

    ===================  ==========================  =========  ==========================================
    Symbol               Component                   Unit       Meaning
    ===================  ==========================  =========  ==========================================
    :math:`f_{k,t}`      ``gas_firm_mw[k, t]``       MW         firm MW
    :math:`o_{k,t}`      ``gas_on[k, t]``            1          the offer gives firm MW in t
    :math:`\bar\Phi_k`   ``gas_mmbtu_per_day_max``   mmbtu/d    most fuel on the peak day
    :math:`\eta_k`       ``heat_rate_mmbtu_per_mwh`` mmbtu/MWh  heat rate
    ===================  ==========================  =========  ==========================================

    No hour generates more than is firm, so the fuel of every typical day is within the limit too.
    """
    gas = b.gas[k]
    return b.gas_firm_mw[k, t] <= gas.gas_mmbtu_per_day_max / (HOURS_PER_DAY * gas.heat_rate_mmbtu_per_mwh) * b.gas_on[k, t]


def gas_run_hours(b: pyo.Block, k: str, year: int) -> Any:
    r"""Keep a calendar year's energy within the permitted run hours of the units that stand.

    .. math:: \sum_{t \in y} \sum_h w_h g_{k,t,h} \le \bar h_k P_k \sum_{t \in y} \frac{H_t}{8760} n_{k,t} \qquad [\mathrm{GWh}]

    ===================  ==============================  =====  ====================================
    Symbol               Component                       Unit   Meaning
    ===================  ==============================  =====  ====================================
    :math:`g_{k,t,h}`    ``gas_drawn_mw[k, t, h]``       MW     MW generated in hour h
    :math:`n_{k,t}`      ``units[k, t]``                 1      units that stand
    :math:`w_h`          ``hours.weights``               h      hours that h stands for
    :math:`H_t`          ``hours``                       h      hours of the period
    :math:`\bar h_k`     ``run_hours_per_year_max``      h/a    permitted hours a year and unit
    :math:`P_k`          ``unit_mw``                     MW     size of a unit
    ===================  ==============================  =====  ====================================
    """
    gas = b.gas[k]
    calendar = b.model().calendar
    allowed = gas.run_hours_per_year_max * gas.unit_mw / MWH_PER_GWH
    terms: Terms = []
    for t in calendar.years()[year]:
        terms.extend(mwh_terms(b, b.gas_drawn_mw, k, t, 1.0 / MWH_PER_GWH))
        terms.append((-allowed * calendar.hours(t) / HOURS_PER_YEAR, b.units[k, t]))
    return None, linear(terms), 0.0


def gas_nox(b: pyo.Block, k: str, year: int) -> Any:
    r"""Keep a calendar year's nitrogen oxides within the permit, pro rata of the year's hours in the horizon.

    .. math:: \sum_{t \in y} \sum_h \xi_k w_h g_{k,t,h} / 1000 \le \bar E_k \sum_{t \in y} H_t / 8760 \qquad [\mathrm{t}]

    ===================  ==============================  =====  ====================================
    Symbol               Component                       Unit   Meaning
    ===================  ==============================  =====  ====================================
    :math:`g_{k,t,h}`    ``gas_drawn_mw[k, t, h]``       MW     MW generated in hour h
    :math:`w_h`          ``hours.weights``               h      hours that h stands for
    :math:`H_t`          ``hours``                       h      hours of the period
    :math:`\xi_k`        ``nox_t_per_gwh``               t/GWh  emissions
    :math:`\bar E_k`     ``nox_t_per_year_max``          t/a    permitted tons a year
    ===================  ==============================  =====  ====================================
    """
    gas = b.gas[k]
    calendar = b.model().calendar
    periods = calendar.years()[year]
    tons: Terms = [(1.0, b.model().nothing)]
    for t in periods:
        tons.extend(mwh_terms(b, b.gas_drawn_mw, k, t, gas.nox_t_per_gwh / MWH_PER_GWH))
    return None, linear(tons), gas.nox_t_per_year_max * sum(calendar.hours(t) for t in periods) / HOURS_PER_YEAR


def add_gas_output(b: pyo.Block) -> None:
    """Declare firm MW and energy of the gas offers of a site and book the fuel."""
    m = b.model()
    periods = m.PERIODS
    spare = [k for k, gas in b.gas.items() if gas.spare_units and b.site.batteries]
    b.SPARE_GAS = pyo.Set(initialize=spare, ordered=True)
    b.gas_on = pyo.Var(b.GAS, periods, within=pyo.Binary)
    b.gas_firm_mw = pyo.Var(b.GAS, periods, within=pyo.NonNegativeReals)
    b.gas_peak_mw = pyo.Var(b.GAS, periods, within=pyo.NonNegativeReals)
    b.gas_extra_mw = pyo.Var(b.GAS, b.LOADED, within=pyo.NonNegativeReals)
    hourly_var(b, "gas_drawn_mw", [(k, t, h) for k in b.gas for t, h in b.HOURS])
    b.spare_cover_mw = pyo.Var(b.SPARE_GAS, b.LOADED, within=pyo.NonNegativeReals)
    b.gas_firm = pyo.Constraint(b.GAS, periods, rule=gas_firm)
    b.gas_firm_on = pyo.Constraint(b.GAS, periods, rule=gas_firm_on)
    b.spare_cover_limit = pyo.Constraint(b.SPARE_GAS, b.LOADED, rule=spare_cover_limit)
    b.spare_cover_units = pyo.Constraint(b.SPARE_GAS, b.LOADED, rule=spare_cover_units)
    fed = [k for k, gas in b.gas.items() if gas.gas_mmbtu_per_day_max is not None]
    b.gas_day_fuel = pyo.Constraint(fed, periods, rule=gas_day_fuel)
    years = list(m.calendar.years())
    limited = [k for k, gas in b.gas.items() if gas.run_hours_per_year_max is not None]
    b.gas_run_hours = pyo.Constraint(limited, years, rule=gas_run_hours)
    emitting = [k for k, gas in b.gas.items() if gas.nox_t_per_year_max is not None and gas.nox_t_per_gwh]
    b.gas_nox = pyo.Constraint(emitting, years, rule=gas_nox)
    for gas in b.site.onsite_gas:
        for t in b.LOADED:
            _book_fuel(b, gas, t)


def _stand_in_terms(b: pyo.Block, k: str, t: int) -> Terms:
    return [(1.0, b.spare_cover_mw[k, t])] if (k, t) in b.spare_cover_mw else []


def _book_fuel(b: pyo.Block, gas: OnsiteGas, t: int) -> None:
    m = b.model()
    usd_per_mwh = gas.heat_rate_mmbtu_per_mwh * gas.gas_usd_per_mmbtu
    fuel = usd_per_mwh * m.money.escalation(m.instance.escalation.gas, t) / 1e6
    key = LineKey(b.site.site_id, "operations", "gas_fuel", gas.contract_id)
    m.ledger.book_period(key, mwh_terms(b, b.gas_drawn_mw, gas.contract_id, t), t, fuel)
