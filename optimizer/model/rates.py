r"""Rate schedules: energy by time of use in tiers, demand by window with its own ratchet, fixed charge.

A charge whose window has no hour in a period has no component there. A tier that is cheaper than an earlier one is opened by a binary
that says the earlier one is full; tiers that only become dearer fill in order of themselves.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pyomo.environ as pyo

from optimizer.model.bills import book_energy, service_terms
from optimizer.model.hourly import mwh_terms
from optimizer.model.ledger import LineKey, Terms, linear
from optimizer.model.tariffs import KW_PER_MW, in_service, ramp_of
from optimizer.offers import DemandCharge, EnergyCharge, Rate, Tariff, Window

ALL_MONTHS = frozenset(range(1, 13))


def tier_sum(b: pyo.Block, k: str, c: str, t: int) -> Any:
    r"""Bill all energy drawn in the window of a charge, in its tiers.

    .. math:: \sum_j q_{k,c,j,t} = \sum_h w_{t,h} \bar s_{c,t,h} \, g_{k,t,h} \qquad [\mathrm{MWh}]

    =======================  ============================  =====  ================================================
    Symbol                   Component                     Unit   Meaning
    =======================  ============================  =====  ================================================
    :math:`q_{k,c,j,t}`      ``tier_mwh[k, c, j, t]``      MWh    energy billed in tier j of charge c
    :math:`g_{k,t,h}`        ``drawn_mw[k, t, h]``         MW     MW drawn from contract k
    :math:`w_{t,h}`          ``hours.weights``             h      hours for which the hour stands
    :math:`\bar s_{c,t,h}`   ``hours.window_share``        1      share of them inside the window
    =======================  ============================  =====  ================================================
    """
    tiers = [(1.0, b.tier_mwh[k, c, j, t]) for j in range(len(b.energy_charges[k, c].tiers))]
    return linear([*tiers, *((-hours, var) for hours, var in _window_mwh_terms(b, k, c, t))]) == 0.0


def tier_limit(b: pyo.Block, k: str, c: str, j: int, t: int) -> Any:
    r"""Bill in a tier no more than it holds.

    .. math:: q_{k,c,j,t} \le L (\bar q_{c,j} - \bar q_{c,j-1}) \qquad [\mathrm{MWh}]

    =====================  ============================  ======  ================================================
    Symbol                 Component                     Unit    Meaning
    =====================  ============================  ======  ================================================
    :math:`q_{k,c,j,t}`    ``tier_mwh[k, c, j, t]``      MWh     energy billed in tier j of charge c
    :math:`\bar q_{c,j}`   ``upto_mwh``                  MWh     cumulative end of the tier, by month
    :math:`L`              ``months_per_period``         month   length of a period
    =====================  ============================  ======  ================================================
    """
    return b.tier_mwh[k, c, j, t] <= _tier_mwh_at_most(b, k, c, j, t)


def tier_filled(b: pyo.Block, k: str, c: str, j: int, t: int) -> Any:
    r"""Call a tier full only when it is.

    .. math:: q_{k,c,j,t} \ge L (\bar q_{c,j} - \bar q_{c,j-1}) \, u_{k,c,j,t} \qquad [\mathrm{MWh}]

    =====================  ============================  ======  ================================================
    Symbol                 Component                     Unit    Meaning
    =====================  ============================  ======  ================================================
    :math:`q_{k,c,j,t}`    ``tier_mwh[k, c, j, t]``      MWh     energy billed in tier j of charge c
    :math:`u_{k,c,j,t}`    ``tier_full[k, c, j, t]``     1       tier j is full
    :math:`\bar q_{c,j}`   ``upto_mwh``                  MWh     cumulative end of the tier, by month
    :math:`L`              ``months_per_period``         month   length of a period
    =====================  ============================  ======  ================================================
    """
    return b.tier_mwh[k, c, j, t] >= _tier_mwh_at_most(b, k, c, j, t) * b.tier_full[k, c, j, t]


def tier_opened(b: pyo.Block, k: str, c: str, j: int, t: int) -> Any:
    r"""Use the tier after one that must be full only then.

    .. math:: q_{k,c,j+1,t} \le \bar Q_{k,c,j+1,t} \, u_{k,c,j,t} \qquad [\mathrm{MWh}]

    ===========================  ============================  =====  ================================================
    Symbol                       Component                     Unit   Meaning
    ===========================  ============================  =====  ================================================
    :math:`q_{k,c,j,t}`          ``tier_mwh[k, c, j, t]``      MWh    energy billed in tier j of charge c
    :math:`u_{k,c,j,t}`          ``tier_full[k, c, j, t]``     1      tier j is full
    :math:`\bar Q_{k,c,j,t}`     ``upto_mwh``, ``ramp_mw``     MWh    what the tier holds, and the ramp in the window
    ===========================  ============================  =====  ================================================
    """
    return b.tier_mwh[k, c, j + 1, t] <= _tier_mwh_at_most(b, k, c, j + 1, t) * b.tier_full[k, c, j, t]


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


def demand_take_usd_per_kw_month(tariff: Tariff) -> float:
    """Price of demand that the minimum take bills: of a rate, its charges over all hours of all months."""
    if tariff.rate is None:
        return tariff.demand_usd_per_kw_month
    return sum(charge.usd_per_kw_month for charge in tariff.rate.demand if is_all_hours(charge.window))


def fixed_usd_per_month(tariff: Tariff) -> float:
    """Fixed charge of a tariff, or of its rate."""
    return tariff.fixed_usd_per_month if tariff.rate is None else tariff.rate.fixed_usd_per_month


def minimum_bill_usd_per_month(tariff: Tariff) -> float:
    """Least monthly bill of a tariff, or of its rate."""
    return tariff.minimum_bill_usd_per_month if tariff.rate is None else tariff.rate.minimum_bill_usd_per_month


def billed_months(b: pyo.Block, window: Window, t: int) -> int:
    """Months of a period that a window names."""
    calendar = b.model().calendar
    return sum(int(calendar.label(month)[-2:]) in window.months for month in calendar.months_of(t))


def add_rates(b: pyo.Block) -> None:
    """Declare what the rates of a site bill and book it."""
    rates = {k: tariff.rate for k, tariff in b.tariffs.items() if tariff.rate is not None}
    b.energy_charges = {(k, charge.name): charge for k, rate in rates.items() for charge in rate.energy}
    b.demand_charges = {(k, charge.name): charge for k, rate in rates.items() for charge in rate.demand}
    _declare_tiers(b)
    _declare_demand(b)
    for k, rate in rates.items():
        for t in b.model().PERIODS:
            _book_rate(b, k, rate, t)


def _declare_tiers(b: pyo.Block) -> None:
    tiered = [(k, c, t) for (k, c), charge in b.energy_charges.items() for t in b.LOADED if _is_tiered(charge) and _inside(b, charge, t)]
    tiers = [(k, c, j, t) for k, c, t in tiered for j in range(len(b.energy_charges[k, c].tiers))]
    ordered = [(k, c, j, t) for k, c, j, t in tiers if _must_be_full(b.energy_charges[k, c], j)]
    b.tier_mwh = pyo.Var(tiers, within=pyo.NonNegativeReals)
    b.tier_full = pyo.Var(ordered, within=pyo.Binary)
    b.tier_sum = pyo.Constraint(tiered, rule=tier_sum)
    limited = [index for index in tiers if b.energy_charges[index[0], index[1]].tiers[index[2]].upto_mwh is not None]
    b.tier_limit = pyo.Constraint(limited, rule=tier_limit)
    b.tier_filled = pyo.Constraint(ordered, rule=tier_filled)
    b.tier_opened = pyo.Constraint(ordered, rule=tier_opened)


def _declare_demand(b: pyo.Block) -> None:
    m = b.model()
    billed = [(k, c, t) for (k, c), charge in b.demand_charges.items() for t in m.PERIODS if billed_months(b, charge.window, t)]
    hours = [(k, c, t, h) for k, c, t in billed if t in b.weight_h for h in _inside(b, b.demand_charges[k, c], t)]
    b.demand_mw = pyo.Var(billed, within=pyo.NonNegativeReals)
    b.window_peak_mw = pyo.Var(billed, within=pyo.NonNegativeReals)
    b.window_peak = pyo.Constraint(hours, rule=window_peak)
    b.charge_peak = pyo.Constraint(billed, rule=charge_peak)
    b.charge_ratchet = pyo.Constraint([(k, c, tau, t) for k, c, t in billed for tau in _ratchet_periods(b, k, c, t)], rule=charge_ratchet)
    taken = [(k, c, t) for k, c, t in billed if b.tariffs[k].min_take_fraction and is_all_hours(b.demand_charges[k, c].window)]
    b.charge_min_take = pyo.Constraint(taken, rule=charge_min_take)


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


def _book_rate(b: pyo.Block, k: str, rate: Rate, t: int) -> None:
    m = b.model()
    grown = m.money.escalation(m.instance.escalation.power, t) / 1e6
    if t in b.weight_h:
        for energy in rate.energy:
            book_energy(b, b.tariffs[k], t, _energy_usd(b, k, energy, t))
    for charge in rate.demand:
        months = billed_months(b, charge.window, t)
        if months:
            usd_per_mw = charge.usd_per_kw_month * KW_PER_MW * months
            m.ledger.book_period(_key(b, k, "demand"), [(1.0, b.demand_mw[k, charge.name, t])], t, usd_per_mw * grown)
    fixed = rate.fixed_usd_per_month * m.calendar.months_per_period * grown
    m.ledger.book_period(_key(b, k, "fixed_charge"), service_terms(b, k, t), t, fixed)


def _energy_usd(b: pyo.Block, k: str, charge: EnergyCharge, t: int) -> Terms:
    """What an energy charge bills in a period, in USD before escalation."""
    if not _is_tiered(charge):
        return [(charge.tiers[0].usd_per_mwh * hours, var) for hours, var in _window_mwh_terms(b, k, charge.name, t)]
    if not _inside(b, charge, t):
        return []
    return [(tier.usd_per_mwh, b.tier_mwh[k, charge.name, j, t]) for j, tier in enumerate(charge.tiers)]


def _window_mwh_terms(b: pyo.Block, k: str, c: str, t: int) -> Terms:
    shares = b.hours.window_share(b.energy_charges[k, c].window, t).tolist()
    return [(share * weight, var) for share, (weight, var) in zip(shares, mwh_terms(b, b.drawn_mw, k, t), strict=True) if share]


def _inside(b: pyo.Block, charge: EnergyCharge | DemandCharge, t: int) -> list[int]:
    """Positions of the hours of a period that lie, in part at least, inside the window of a charge."""
    return [h for h, share in enumerate(b.hours.window_share(charge.window, t).tolist()) if share > 0.0]


def _is_tiered(charge: EnergyCharge) -> bool:
    return len(charge.tiers) > 1


def _must_be_full(charge: EnergyCharge, j: int) -> bool:
    """Whether the order of tier j and those after it must be forced: a later one is cheaper than one up to it."""
    prices = [tier.usd_per_mwh for tier in charge.tiers]
    return j + 1 < len(prices) and min(prices[j + 1 :]) < max(prices[: j + 1])


def _tier_mwh_at_most(b: pyo.Block, k: str, c: str, j: int, t: int) -> float:
    """What a tier holds in a period; the last one what the ramp can draw in the window."""
    ends = [0.0, *(tier.upto_mwh for tier in b.energy_charges[k, c].tiers)]
    holds = [None if end is None else end - begin for begin, end in pairwise(ends)]
    hold = holds[j]
    if hold is not None:
        return float(hold * b.model().calendar.months_per_period)
    return float(ramp_of(b, k, t) * sum(hours for hours, _ in _window_mwh_terms(b, k, c, t)))


def _key(b: pyo.Block, k: str, line: str) -> LineKey:
    return LineKey(b.site.site_id, "operations", line, k)
