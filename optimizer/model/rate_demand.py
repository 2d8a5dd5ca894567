"""Demand charges of rate schedules: the peak of a window by month, with its own ratchet, and the minimum take.

A charge whose window names no month of a period has no component there.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.core.offers import DemandCharge, Window
from optimizer.core.windows import is_all_hours, named_months
from optimizer.model.ledger import LineKey, linear
from optimizer.model.tariffs import KW_PER_MW, in_service, ramp_of


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

    .. math:: d_{k,c,t} \ge \phi_{c,t} \, h_{k,c,t} \qquad [\mathrm{MW}]

    =======================  ============================  =====  ======================================
    Symbol                   Component                     Unit   Meaning
    =======================  ============================  =====  ======================================
    :math:`d_{k,c,t}`        ``demand_mw[k, c, t]``        MW     billed demand of charge c
    :math:`h_{k,c,t}`        ``window_peak_mw[k, c, t]``   MW     peak of contract k in the window
    :math:`\phi_{c,t}`       ``peak_fraction``             1      share of a month's own peak that counts
    =======================  ============================  =====  ======================================

    The share is 1 but in ``peak_fraction_months``; of the months of a period, and of the ratchets that look at them, the largest counts.
    """
    return b.demand_mw[k, c, t] >= own_fraction(b, b.demand_charges[k, c], t) * b.window_peak_mw[k, c, t]


def charge_ratchet(b: pyo.Block, k: str, c: str, tau: int, t: int) -> Any:
    r"""Bill a demand charge at the share that its ratchets take of the window's earlier peaks of the same service.

    .. math:: d_{k,c,t} \ge \varrho_{c,\tau,t} (h_{k,c,\tau} - \bar P_{k,\tau} (1 - a_{k,t} + z_{k,t})) \qquad [\mathrm{MW}]

    ==========================  ==============================  =====  ================================================
    Symbol                      Component                       Unit   Meaning
    ==========================  ==============================  =====  ================================================
    :math:`d_{k,c,t}`           ``demand_mw[k, c, t]``          MW     billed demand of charge c
    :math:`h_{k,c,\tau}`        ``window_peak_mw[k, c, tau]``   MW     earlier peak of contract k in the window
    :math:`a_{k,t}`             ``is_begun[k, t]``              1      service began in t or before
    :math:`z_{k,t}`             ``is_gone[k, t]``               1      service ended in t or before
    :math:`\varrho_{c,\tau,t}`  ``ratchet_fraction``            1      share of that peak that is billed in t
    :math:`\bar P_{k,\tau}`     ``ramp_mw``                     MW     ramp in force at the earlier peak
    ==========================  ==============================  =====  ================================================

    A ratchet looks at the periods of its ``lookback_months`` before that hold one of its ``peak_months``, where these are named; of
    several ratchets that look at the same peak the largest share counts.
    """
    share = ratchet_share(b, k, c, (tau, t))
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


def billed_months(b: pyo.Block, window: Window, t: int) -> int:
    """Months of a period that a window names."""
    named = named_months(window)
    return sum(month in named for month in _months_of_year(b, t))


def own_fraction(b: pyo.Block, charge: DemandCharge, t: int) -> float:
    """Share of its own peak that a period is billed at least: the largest of its months that the window names."""
    named = named_months(charge.window)
    return max(charge.own_fraction(month) for month in _months_of_year(b, t) if month in named)


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
    looks = [(k, c, tau, t) for k, c, t in billed for tau in _ratchet_periods(b, k, c, t)]
    b.charge_ratchet = pyo.Constraint(looks, rule=charge_ratchet)
    taken = [(k, c, t) for k, c, t in billed if b.tariffs[k].min_take_fraction and is_all_hours(b.demand_charges[k, c].window)]
    b.charge_min_take = pyo.Constraint(taken, rule=charge_min_take)
    for k, c, t in billed:
        _book_demand(b, k, b.demand_charges[k, c], t)


def _ratchet_periods(b: pyo.Block, k: str, c: str, t: int) -> list[int]:
    """Earlier periods whose peak the ratchets of a charge look at."""
    return [tau for tau in range(t) if (k, c, tau) in b.window_peak_mw and ratchet_share(b, k, c, (tau, t))]


def ratchet_share(b: pyo.Block, k: str, c: str, periods: tuple[int, int]) -> float:
    """Share of the peak of an earlier period (the first) that is billed in a later one, by the ratchets of a charge; 0: none looks."""
    tau, t = periods
    months, length = set(_months_of_year(b, tau)), b.model().calendar.months_per_period
    looking = [
        ratchet.fraction
        for ratchet in b.demand_charges[k, c].ratchets
        if t - tau <= ratchet.lookback_months // length and (not ratchet.peak_months or months & set(ratchet.peak_months))
    ]
    return max(looking, default=0.0)


def _months_of_year(b: pyo.Block, t: int) -> list[int]:
    """Calendar months of a period, 1 to 12."""
    calendar = b.model().calendar
    return [int(calendar.label(month)[-2:]) for month in calendar.months_of(t)]


def _book_demand(b: pyo.Block, k: str, charge: DemandCharge, t: int) -> None:
    m = b.model()
    usd_per_mw = charge.usd_per_kw_month * KW_PER_MW * billed_months(b, charge.window, t)
    key = LineKey(b.site.site_id, "operations", "demand", k)
    grown = m.money.escalation(m.instance.escalation.power, t) / 1e6
    m.ledger.book_period(key, [(1.0, b.demand_mw[k, charge.name, t])], t, usd_per_mw * grown)
