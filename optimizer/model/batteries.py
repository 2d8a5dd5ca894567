"""Batteries: MW and MWh that are added and age, what they store hour by hour, and the duties that they stand ready for.

A battery gives no firm MW: what it discharges was drawn before. It may lower peaks, stand in for a spare generating unit, and carry
the load through called hours of interruptible service, each within its MW and MWh.
"""

from __future__ import annotations

import math
from typing import Any

import pyomo.environ as pyo

from optimizer.core.finance import s_curve, straight_line
from optimizer.core.offers import Battery
from optimizer.model.battery_duties import add_duties
from optimizer.model.hourly import mwh_terms
from optimizer.model.ledger import LineKey, Terms, linear
from optimizer.model.reuse import hourly_var
from optimizer.model.siting import is_open
from optimizer.model.storage import add_storage
from optimizer.model.tariffs import KW_PER_MW


def battery_begun_monotone(b: pyo.Block, k: str, t: int) -> Any:
    r"""Count the use of a battery offer of an exclusive group once.

    .. math:: a_{k,t} \ge a_{k,t-1} \qquad [1]

    ================  ==========================  =====  ======================================
    Symbol            Component                   Unit   Meaning
    ================  ==========================  =====  ======================================
    :math:`a_{k,t}`   ``battery_begun[k, t]``     1      MW were added in t or before
    ================  ==========================  =====  ======================================
    """
    return b.battery_begun[k, t] >= b.battery_begun[k, t - 1]


def battery_group(b: pyo.Block, k: str, t: int) -> Any:
    r"""Add MW of an offer of an exclusive group only when it is used.

    .. math:: v_{k,t} \le \bar P_k a_{k,t} \qquad [\mathrm{MW}]

    ================  ==============================  =====  ======================================
    Symbol            Component                       Unit   Meaning
    ================  ==============================  =====  ======================================
    :math:`v_{k,t}`   ``battery_added_mw[k, t]``      MW     MW that enter service in t
    :math:`a_{k,t}`   ``battery_begun[k, t]``         1      MW were added in t or before
    :math:`\bar P_k`  ``mw_max``                      MW     most MW of the offer
    ================  ==============================  =====  ======================================
    """
    return b.battery_added_mw[k, t] <= b.batteries[k].mw_max * b.battery_begun[k, t]


def battery_mw_limit(b: pyo.Block, k: str, t: int) -> Any:
    r"""Have a battery only at a site that is started, at most the offer's MW at a time.

    .. math:: b_{k,t} \le \bar P_k \sum_m s_{m,t} \qquad [\mathrm{MW}]

    ================  ========================  =====  ======================================
    Symbol            Component                 Unit   Meaning
    ================  ========================  =====  ======================================
    :math:`b_{k,t}`   ``battery_mw[k, t]``      MW     MW in service
    :math:`s_{m,t}`   ``is_started[m, t]``      1      mode m was started in t or before
    :math:`\bar P_k`  ``mw_max``                MW     most MW of the offer
    ================  ========================  =====  ======================================
    """
    return b.battery_mw[k, t] <= b.batteries[k].mw_max * is_open(b, t)


def battery_mwh_limit(b: pyo.Block, k: str, t: int) -> Any:
    r"""Have at a started site at most the offer's MWh at a time, where they are chosen apart from MW.

    .. math:: e_{k,t} \le \bar E_k \sum_m s_{m,t} \qquad [\mathrm{MWh}]

    ================  ========================  =====  ======================================
    Symbol            Component                 Unit   Meaning
    ================  ========================  =====  ======================================
    :math:`e_{k,t}`   ``battery_mwh[k, t]``     MWh    MWh in service
    :math:`s_{m,t}`   ``is_started[m, t]``      1      mode m was started in t or before
    :math:`\bar E_k`  ``mwh_max``               MWh    most MWh of the offer
    ================  ========================  =====  ======================================
    """
    return b.battery_mwh[k, t] <= b.batteries[k].mwh_max * is_open(b, t)


def battery_duration(b: pyo.Block, k: str, t: int) -> Any:
    r"""Add the MWh that follow from the MW, where the offer gives the duration.

    .. math:: x_{k,t} = \delta_k v_{k,t} \qquad [\mathrm{MWh}]

    =================  ==============================  =====  ======================================
    Symbol             Component                       Unit   Meaning
    =================  ==============================  =====  ======================================
    :math:`x_{k,t}`    ``battery_added_mwh[k, t]``     MWh    MWh that enter service in t
    :math:`v_{k,t}`    ``battery_added_mw[k, t]``      MW     MW that enter service in t
    :math:`\delta_k`   ``duration_h``                  h      MWh per MW
    =================  ==============================  =====  ======================================
    """
    return b.battery_added_mwh[k, t] == b.batteries[k].duration_h * b.battery_added_mw[k, t]


def battery_mw_in_service(b: pyo.Block, k: str, t: int) -> Any:
    r"""Count the MW that were added within the lifetime.

    .. math:: b_{k,t} = \sum_{\tau = t - \bar L_k + 1}^{t} v_{k,\tau} \qquad [\mathrm{MW}]

    ===================  ================================  =====  ======================================
    Symbol               Component                         Unit   Meaning
    ===================  ================================  =====  ======================================
    :math:`b_{k,t}`      ``battery_mw[k, t]``              MW     MW in service
    :math:`v_{k,\tau}`   ``battery_added_mw[k, tau]``      MW     MW that enter service in τ
    :math:`\bar L_k`     ``lifetime_months``               per.   lifetime in whole periods
    ===================  ================================  =====  ======================================
    """
    return _in_service(b, b.battery_mw, b.battery_added_mw, k, t)


def battery_mwh_in_service(b: pyo.Block, k: str, t: int) -> Any:
    r"""Count the MWh that were added within the lifetime.

    .. math:: e_{k,t} = \sum_{\tau = t - \bar L_k + 1}^{t} x_{k,\tau} \qquad [\mathrm{MWh}]

    ===================  ================================  =====  ======================================
    Symbol               Component                         Unit   Meaning
    ===================  ================================  =====  ======================================
    :math:`e_{k,t}`      ``battery_mwh[k, t]``             MWh    MWh in service
    :math:`x_{k,\tau}`   ``battery_added_mwh[k, tau]``     MWh    MWh that enter service in τ
    :math:`\bar L_k`     ``lifetime_months``               per.   lifetime in whole periods
    ===================  ================================  =====  ======================================
    """
    return _in_service(b, b.battery_mwh, b.battery_added_mwh, k, t)


def net_discharge_terms(b: pyo.Block, t: int, h: int) -> Terms:
    """MW that batteries give in an hour, less what they take."""
    terms: Terms = []
    for k in b.BATTERIES:
        terms.extend([(1.0, b.discharge_mw[k, t, h]), (-1.0, b.charge_mw[k, t, h])])
    return terms


def shave_terms(b: pyo.Block, t: int) -> Terms:
    """MW of the peak above the hourly mean that batteries take upon them."""
    return [(1.0, b.shave_mw[t])] if t in b.shave_mw else []


def cover_terms(b: pyo.Block, t: int) -> Terms:
    """MW that batteries hold ready for the called hours of interruptible service."""
    return [(1.0, b.cover_mw[t])] if t in b.cover_mw else []


def add_batteries(b: pyo.Block) -> None:
    """Declare the batteries of a site, what they store and stand ready for, and book what they cost."""
    m = b.model()
    b.batteries = {battery.contract_id: battery for battery in b.site.batteries}
    b.one_way = {k: math.sqrt(battery.round_trip_efficiency) for k, battery in b.batteries.items()}
    b.BATTERIES = pyo.Set(initialize=list(b.batteries), ordered=True)
    _declare_sizes(b)
    add_storage(b)
    add_duties(b)
    for battery in b.site.batteries:
        for t in m.PERIODS:
            if m.calendar.first_month(t) < battery.sign_lead_months:
                b.battery_added_mw[battery.contract_id, t].fix(0)
                b.battery_added_mwh[battery.contract_id, t].fix(0)
            _book_size(b, battery, t)
        for t in b.LOADED:
            _book_wear(b, battery, t)


def _declare_sizes(b: pyo.Block) -> None:
    periods = b.model().PERIODS
    b.battery_added_mw = pyo.Var(b.BATTERIES, periods, within=pyo.NonNegativeReals)
    b.battery_added_mwh = pyo.Var(b.BATTERIES, periods, within=pyo.NonNegativeReals)
    for name in ("battery_mw", "battery_mwh"):
        hourly_var(b, name, [(k, t) for k in b.BATTERIES for t in periods])
    grouped = [k for k, battery in b.batteries.items() if battery.exclusive_group]
    timed = [k for k, battery in b.batteries.items() if battery.duration_h is not None]
    limited = [k for k, battery in b.batteries.items() if battery.duration_h is None and battery.mwh_max is not None]
    b.battery_begun = pyo.Var(grouped, periods, within=pyo.Binary)
    b.battery_begun_monotone = pyo.Constraint(grouped, pyo.RangeSet(1, periods.last()), rule=battery_begun_monotone)
    b.battery_group = pyo.Constraint(grouped, periods, rule=battery_group)
    b.battery_mw_limit = pyo.Constraint(b.BATTERIES, periods, rule=battery_mw_limit)
    b.battery_mwh_limit = pyo.Constraint(limited, periods, rule=battery_mwh_limit)
    b.battery_duration = pyo.Constraint(timed, periods, rule=battery_duration)
    b.battery_mw_in_service = pyo.Constraint(b.BATTERIES, periods, rule=battery_mw_in_service)
    b.battery_mwh_in_service = pyo.Constraint(b.BATTERIES, periods, rule=battery_mwh_in_service)


def _in_service(b: pyo.Block, standing: pyo.Var, added: pyo.Var, k: str, t: int) -> Any:
    first = max(t - b.model().calendar.lag_periods(b.batteries[k].lifetime_months) + 1, 0)
    return linear([(1.0, standing[k, t]), *((-1.0, added[k, tau]) for tau in range(first, t + 1))]) == 0.0


def _book_size(b: pyo.Block, battery: Battery, t: int) -> None:
    """Price of the MW and of the MWh that enter service in a period, and what they are worth at the end."""
    m = b.model()
    k, first = battery.contract_id, m.calendar.first_month(t)
    usd = [(battery.usd_per_kw, b.battery_added_mw[k, t]), (battery.usd_per_kwh, b.battery_added_mwh[k, t])]
    added: Terms = [(price * KW_PER_MW / 1e6, var) for price, var in usd if price]
    works = m.money.schedule(s_curve(first - battery.sign_lead_months, battery.sign_lead_months, 1.0))
    m.ledger.book(LineKey(b.site.site_id, "capital", "batteries", k), added, works)
    left = straight_line(m.calendar.months - first, battery.lifetime_months) * battery.resale_fraction
    if left:
        m.ledger.book_end(LineKey(b.site.site_id, "residual", "batteries", k), added, -left)


def _book_wear(b: pyo.Block, battery: Battery, t: int) -> None:
    m = b.model()
    wear = battery.degradation_usd_per_mwh * m.money.escalation(m.instance.escalation.power, t) / 1e6
    key = LineKey(b.site.site_id, "operations", "battery_wear", battery.contract_id)
    m.ledger.book_period(key, mwh_terms(b, b.discharge_mw, battery.contract_id, t), t, wear)
