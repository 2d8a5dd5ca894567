"""Rate schedules: energy by time of use in tiers, fixed charge; and what a tariff owes, by its rate or by its own prices.

A charge whose window has no hour in a period has no component there. A tier that is cheaper than an earlier one is opened by a binary
that says the earlier one is full; tiers that only become dearer fill in order of themselves.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pyomo.environ as pyo

from optimizer.core.hours import HOURS_PER_DAY
from optimizer.core.offers import EnergyCharge, Rate, Tariff
from optimizer.core.windows import is_all_hours
from optimizer.model.bills import book_energy, book_fixed
from optimizer.model.coincident import add_coincident
from optimizer.model.hourly import mwh_terms
from optimizer.model.hours_use import add_hours_use
from optimizer.model.ledger import Terms, linear
from optimizer.model.rate_demand import add_rate_demand, hours_inside
from optimizer.model.tariffs import ramp_of

MWH_PER_GWH = 1000.0
"""Rows with what a whole tier holds are in GWh: coefficients stay small."""


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
    holds = _tier_mwh_at_most(b, k, c, j, t) / MWH_PER_GWH
    return b.tier_mwh[k, c, j, t] / MWH_PER_GWH >= holds * b.tier_full[k, c, j, t]


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
    holds = _tier_mwh_at_most(b, k, c, j + 1, t) / MWH_PER_GWH
    return b.tier_mwh[k, c, j + 1, t] / MWH_PER_GWH <= holds * b.tier_full[k, c, j, t]


def demand_take_usd_per_kw_month(tariff: Tariff) -> float:
    """Price of demand that the minimum take bills: of a rate, its charges over all hours of all months."""
    if tariff.rate is None:
        return tariff.demand_usd_per_kw_month
    return sum(charge.usd_per_kw_month for charge in tariff.rate.demand if is_all_hours(charge.window))


def fixed_usd(tariff: Tariff, months: int, hours: float) -> float:
    """Fixed charge of a tariff, or of its rate, over some months that have so many hours: by month, and by day."""
    if tariff.rate is None:
        return tariff.fixed_usd_per_month * months
    return tariff.rate.fixed_usd(months, hours / HOURS_PER_DAY)


def minimum_bill_usd_per_month(tariff: Tariff) -> float:
    """Least monthly bill of a tariff, or of its rate."""
    return tariff.minimum_bill_usd_per_month if tariff.rate is None else tariff.rate.minimum_bill_usd_per_month


def add_rates(b: pyo.Block) -> None:
    """Declare what the rates of a site bill and book it."""
    rates = {k: tariff.rate for k, tariff in b.tariffs.items() if tariff.rate is not None}
    b.energy_charges = {(k, charge.name): charge for k, rate in rates.items() for charge in rate.energy}
    add_rate_demand(b)
    _declare_tiers(b)
    add_coincident(b)
    for k, rate in rates.items():
        for t in b.model().PERIODS:
            _book_rate(b, k, rate, t)


def _declare_tiers(b: pyo.Block) -> None:
    several = [(index, charge.window) for index, charge in b.energy_charges.items() if _is_tiered(charge)]
    tiered = [(*index, t) for index, window in several for t in b.LOADED if hours_inside(b, window, t)]
    tiers = [(k, c, j, t) for k, c, t in tiered for j in range(len(b.energy_charges[k, c].tiers))]
    by_use = [index for index in tiers if b.energy_charges[index[0], index[1]].hours_use_of]
    ordered = [(k, c, j, t) for k, c, j, t in tiers if _must_be_full(b.energy_charges[k, c], j)]
    b.tier_mwh = pyo.Var(tiers, within=pyo.NonNegativeReals)
    b.tier_full = pyo.Var(ordered, within=pyo.Binary)
    b.tier_sum = pyo.Constraint(tiered, rule=tier_sum)
    limited = [index for index in tiers if b.energy_charges[index[0], index[1]].tiers[index[2]].upto_mwh is not None]
    b.tier_limit = pyo.Constraint(limited, rule=tier_limit)
    b.tier_filled = pyo.Constraint(ordered, rule=tier_filled)
    b.tier_opened = pyo.Constraint(ordered, rule=tier_opened)
    add_hours_use(b, by_use)


def _book_rate(b: pyo.Block, k: str, rate: Rate, t: int) -> None:
    calendar = b.model().calendar
    if t in b.weight_h:
        for energy in rate.energy:
            book_energy(b, b.tariffs[k], t, _energy_usd(b, k, energy, t))
    book_fixed(b, b.tariffs[k], t, fixed_usd(b.tariffs[k], calendar.months_per_period, calendar.hours(t)))


def _energy_usd(b: pyo.Block, k: str, charge: EnergyCharge, t: int) -> Terms:
    """What an energy charge bills in a period, in USD before escalation."""
    if not _is_tiered(charge):
        return [(charge.tiers[0].usd_per_mwh * hours, var) for hours, var in _window_mwh_terms(b, k, charge.name, t)]
    if not hours_inside(b, charge.window, t):
        return []
    return [(tier.usd_per_mwh, b.tier_mwh[k, charge.name, j, t]) for j, tier in enumerate(charge.tiers)]


def _window_mwh_terms(b: pyo.Block, k: str, c: str, t: int) -> Terms:
    shares = b.hours.window_share(b.energy_charges[k, c].window, t).tolist()
    return [(share * weight, var) for share, (weight, var) in zip(shares, mwh_terms(b, b.drawn_mw, k, t), strict=True) if share]


def _is_tiered(charge: EnergyCharge) -> bool:
    return len(charge.tiers) > 1


def _must_be_full(charge: EnergyCharge, j: int) -> bool:
    """Whether the order of tier j and those after it must be forced: a later one is cheaper than one up to it (not by hours of use)."""
    if charge.hours_use_of:
        return False
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
