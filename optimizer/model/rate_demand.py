"""Demand charges of rate schedules: the peak of a window by month, with its own ratchet, and the minimum take.

A charge whose window names no month of a period has no component there.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.model.ledger import LineKey, linear
from optimizer.model.tariffs import KW_PER_MW, in_service, ramp_of
from optimizer.offers import DemandCharge, Window

ALL_MONTHS = frozenset(range(1, 13))


def window_peak(b: pyo.Block, k: str, c: str, t: int, h: int) -> Any:
    r"""Measure the peak in the window of a demand charge.

    .. math:: h_{k,c,t} \ge g_{k,t,h} + e_{k,t} \quad \text{where } \bar s_{c,t,h} > 0 \qquad [\mathrm{MW}]

    =======================  ============================  =====  ================================================
    Symbol                   Component                     Unit   Meaning
    =======================  ============================  =====  ================================================
    :math:`h_{k,c,t}`        ``window_peak_mw[k, c, t]``   MW     peak of contract k in the window
    :math:`g_{k,t,h}`        ``drawn_mw[k, t, h]``         MW     MW drawn from contract k
    :math:`e_{k,t}`          ``extra_mw[k, t]``            MW     MW above the hourly mean, on contract k
    :math:`\bar s_{c,t,h}`   ``hours.window_share``        1      share of the hours inside the window
    =======================  ============================  =====  ================================================
    """
    return 0.0, linear([(1.0, b.window_peak_mw[k, c, t]), (-1.0, b.drawn_mw[k, t, h]), (-1.0, b.extra_mw[k, t])]), None


def window_peak_whole(b: pyo.Block, k: str, c: str, t: int) -> Any:
    r"""Take the peak of the contract for that of a window with all hours of the period.

    .. math:: h_{k,c,t} \ge h_{k,t} \qquad [\mathrm{MW}]

    =====================  ============================  =====  ======================================
    Symbol                 Component                     Unit   Meaning
    =====================  ============================  =====  ======================================
    :math:`h_{k,c,t}`      ``window_peak_mw[k, c, t]``   MW     peak of contract k in the window
    :math:`h_{k,t}`        ``peak_mw[k, t]``             MW     peak of contract k in all hours
    =====================  ============================  =====  ======================================

    One row instead of one for every hour.
    """
    return b.window_peak_mw[k, c, t] >= b.peak_mw[k, t]


def charge_peak(b: pyo.Block, k: str, c: str, t: int) -> Any:
    r"""Bill a demand charge at the peak of its window or more.

    .. math:: d_{k,c,t} \ge h_{k,c,t} \qquad [\mathrm{MW}]

    =======================  ============================  =====  ======================================
    Symbol                   Component                     Unit   Meaning
    =======================  ============================  =====  ======================================
    :math:`d_{k,c,t}`        ``demand_mw[k, c, t]``        MW     billed demand of charge c
    :math:`h_{k,c,t}`        ``window_peak_mw[k, c, t]``   MW     peak of contract k in the window
    =======================  ============================  =====  ======================================
    """
    return b.demand_mw[k, c, t] >= b.window_peak_mw[k, c, t]


def charge_ratchet(b: pyo.Block, k: str, c: str, tau: int, t: int) -> Any:
    r"""Bill a demand charge at the ratchet's share of the window's earlier peaks of the same service.

    .. math:: d_{k,c,t} \ge \varrho_c h_{k,c,\tau} - \varrho_c \bar P_{k,\tau} (1 - a_{k,t} + z_{k,t}) \qquad [\mathrm{MW}]

    =======================  ==============================  =====  ================================================
    Symbol                   Component                       Unit   Meaning
    =======================  ==============================  =====  ================================================
    :math:`d_{k,c,t}`        ``demand_mw[k, c, t]``          MW     billed demand of charge c
    :math:`h_{k,c,\tau}`     ``window_peak_mw[k, c, tau]``   MW     earlier peak of contract k in the window
    :math:`a_{k,t}`          ``is_begun[k, t]``              1      service began in t or before
    :math:`z_{k,t}`          ``is_gone[k, t]``               1      service ended in t or before
    :math:`\varrho_c`        ``ratchet_fraction``            1      share of an earlier peak that is billed
    :math:`\bar P_{k,\tau}`  ``ramp_mw``                     MW     ramp in force at the earlier peak
    =======================  ==============================  =====  ================================================

    Over the ``ratchet_lookback_months`` before, at peaks of ``ratchet_peak_months`` where these are named.
    """
    share = b.demand_charges[k, c].ratchet_fraction
    slack = share * ramp_of(b, k, tau) * (1.0 - in_service(b, k, t))
    return b.demand_mw[k, c, t] >= share * b.window_peak_mw[k, c, tau] - slack


def charge_min_take(b: pyo.Block, k: str, c: str, t: int) -> Any:
    r"""Bill a demand charge of all hours at the minimum take of the contracted MW.

    .. math:: d_{k,c,t} \ge \mu_k p_{k,t} \qquad [\mathrm{MW}]

    ==================  ==========================  =====  ======================================
    Symbol              Component                   Unit   Meaning
    ==================  ==========================  =====  ======================================
    :math:`d_{k,c,t}`   ``demand_mw[k, c, t]``      MW     billed demand of charge c
    :math:`p_{k,t}`     ``contracted_mw[k, t]``     MW     contracted facility MW
    :math:`\mu_k`       ``min_take_fraction``       1      share that is billed in any case
    ==================  ==========================  =====  ======================================
    """
    return b.demand_mw[k, c, t] >= b.tariffs[k].min_take_fraction * b.contracted_mw[k, t]


def is_all_hours(window: Window) -> bool:
    """Whether a window is all hours of all days of all months."""
    return window.days == "all" and window.hour_from == window.hour_to and set(window.months) >= ALL_MONTHS


def billed_months(b: pyo.Block, window: Window, t: int) -> int:
    """Months of a period that a window names."""
    calendar = b.model().calendar
    return sum(int(calendar.label(month)[-2:]) in window.months for month in calendar.months_of(t))


def hours_inside(b: pyo.Block, window: Window, t: int) -> list[int]:
    """Positions of the hours of a period that lie, in part at least, inside a window."""
    return [h for h, share in enumerate(b.hours.window_share(window, t).tolist()) if share > 0.0]


def add_rate_demand(b: pyo.Block) -> None:
    """Declare and book the demand charges of the rates of a site."""
    m = b.model()
    rates = {k: tariff.rate for k, tariff in b.tariffs.items() if tariff.rate is not None}
    b.demand_charges = {(k, charge.name): charge for k, rate in rates.items() for charge in rate.demand}
    billed = [(k, c, t) for (k, c), charge in b.demand_charges.items() for t in m.PERIODS if billed_months(b, charge.window, t)]
    inside = {(k, c, t): hours_inside(b, b.demand_charges[k, c].window, t) for k, c, t in billed if t in b.weight_h}
    whole = [index for index, hours in inside.items() if len(hours) == b.hours.count(index[-1])]
    parts = [(*index, h) for index, hours in inside.items() if index not in whole for h in hours]
    b.demand_mw = pyo.Var(billed, within=pyo.NonNegativeReals)
    b.window_peak_mw = pyo.Var(billed, within=pyo.NonNegativeReals)
    b.window_peak = pyo.Constraint(parts, rule=window_peak)
    b.window_peak_whole = pyo.Constraint(whole, rule=window_peak_whole)
    b.charge_peak = pyo.Constraint(billed, rule=charge_peak)
    b.charge_ratchet = pyo.Constraint([(k, c, tau, t) for k, c, t in billed for tau in _ratchet_periods(b, k, c, t)], rule=charge_ratchet)
    taken = [(k, c, t) for k, c, t in billed if b.tariffs[k].min_take_fraction and is_all_hours(b.demand_charges[k, c].window)]
    b.charge_min_take = pyo.Constraint(taken, rule=charge_min_take)
    for k, c, t in billed:
        _book_demand(b, k, b.demand_charges[k, c], t)


def _ratchet_periods(b: pyo.Block, k: str, c: str, t: int) -> list[int]:
    """Earlier periods whose peak the ratchet of a charge looks at."""
    calendar, charge = b.model().calendar, b.demand_charges[k, c]
    if not charge.ratchet_fraction:
        return []
    named = set(charge.ratchet_peak_months) or ALL_MONTHS
    first = max(t - charge.ratchet_lookback_months // calendar.months_per_period, 0)
    return [
        tau
        for tau in range(first, t)
        if (k, c, tau) in b.window_peak_mw and any(int(calendar.label(month)[-2:]) in named for month in calendar.months_of(tau))
    ]


def _book_demand(b: pyo.Block, k: str, charge: DemandCharge, t: int) -> None:
    m = b.model()
    usd_per_mw = charge.usd_per_kw_month * KW_PER_MW * billed_months(b, charge.window, t)
    key = LineKey(b.site.site_id, "operations", "demand", k)
    grown = m.money.escalation(m.instance.escalation.power, t) / 1e6
    m.ledger.book_period(key, [(1.0, b.demand_mw[k, charge.name, t])], t, usd_per_mw * grown)
