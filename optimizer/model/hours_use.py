"""Tiers by hours of use: a tier holds so many kWh for each kW of the demand that the month bills.

What a tier holds is then the product of a number and a variable, billed demand, and which tiers are full is a choice: of the form
(number) · (variable) · (binary). Its exact linear form splits off the billed demand of the tiers that are open, ``open_mw[k, c, j, t]``:
all of it or nothing. The rows are the convex hull of the choices of one charge and period, so that the relaxation gives nothing away.
Tiers that only become dearer fill in order of themselves and need no choice: what they cost is convex in energy and billed demand.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.core.offers import EnergyCharge, Window
from optimizer.core.windows import covers
from optimizer.model.ledger import linear
from optimizer.model.rate_demand import billed_months, own_fraction
from optimizer.model.tariffs import ramp_of

MWH_PER_GWH = 1000.0
"""Rows with what a whole tier holds are in GWh: coefficients stay small."""


def hours_use_limit(b: pyo.Block, k: str, c: str, j: int, t: int) -> Any:
    r"""Bill in a tier by hours of use no more than it holds for the billed demand for which it is open.

    .. math:: q_{k,c,j,t} \le n_{c,t} (\bar u_{c,j} - \bar u_{c,j-1}) \, o_{k,c,j,t} \qquad [\mathrm{MWh}]

    =======================  =================================  ======  ================================================
    Symbol                   Component                          Unit    Meaning
    =======================  =================================  ======  ================================================
    :math:`q_{k,c,j,t}`      ``tier_mwh[k, c, j, t]``           MWh     energy billed in tier j of charge c
    :math:`o_{k,c,j,t}`      ``open_mw[k, c, j, t]``            MW      billed demand, if the tiers before j are full
    :math:`\bar u_{c,j}`     ``upto_kwh_per_kw``                h       cumulative end of the tier, by month
    :math:`n_{c,t}`          ``billed_months``                  month   months of the period that the window names
    =======================  =================================  ======  ================================================

    The first tier is always open, and every one of a charge whose tiers only become dearer: then billed demand itself stands in place of
    the open one. The last tier holds what the hours of the window can draw at the month's peak, where the demand charge sees all of them.
    """
    billed_gwh = (-1.0 / MWH_PER_GWH, b.tier_mwh[k, c, j, t])
    return 0.0, linear([(_holds_gwh(b, k, c, j, t), _open(b, k, c, j, t)), billed_gwh]), None


def hours_use_filled(b: pyo.Block, k: str, c: str, j: int, t: int) -> Any:
    r"""Open the tier after one by hours of use only when that one is full.

    .. math:: q_{k,c,j,t} \ge n_{c,t} (\bar u_{c,j} - \bar u_{c,j-1}) \, o_{k,c,j+1,t} \qquad [\mathrm{MWh}]

    =======================  =================================  ======  ================================================
    Symbol                   Component                          Unit    Meaning
    =======================  =================================  ======  ================================================
    :math:`q_{k,c,j,t}`      ``tier_mwh[k, c, j, t]``           MWh     energy billed in tier j of charge c
    :math:`o_{k,c,j,t}`      ``open_mw[k, c, j, t]``            MW      billed demand, if the tiers before j are full
    :math:`\bar u_{c,j}`     ``upto_kwh_per_kw``                h       cumulative end of the tier, by month
    :math:`n_{c,t}`          ``billed_months``                  month   months of the period that the window names
    =======================  =================================  ======  ================================================

    With what a tier holds at most, it is open for no more billed demand than the one before it.
    """
    billed_gwh = (1.0 / MWH_PER_GWH, b.tier_mwh[k, c, j, t])
    return 0.0, linear([billed_gwh, (-_holds_gwh(b, k, c, j, t), b.open_mw[k, c, j + 1, t])]), None


def hours_use_last(b: pyo.Block, k: str, c: str, t: int) -> Any:
    r"""Bill energy beyond all hours of use that the tiers before the last hold only when those are full.

    .. math:: q_{k,c,J,t} \le \bar Q_{k,c,t} \, v_{k,c,J,t} \qquad [\mathrm{MWh}]

    =======================  =================================  ======  ================================================
    Symbol                   Component                          Unit    Meaning
    =======================  =================================  ======  ================================================
    :math:`q_{k,c,J,t}`      ``tier_mwh[k, c, J, t]``           MWh     energy billed in the last tier
    :math:`v_{k,c,J,t}`      ``is_open[k, c, J, t]``            1       the tiers before the last are full
    :math:`\bar Q_{k,c,t}`   ``ramp_mw``                        MWh     the ramp in the window
    =======================  =================================  ======  ================================================
    """
    charge = b.energy_charges[k, c]
    last = len(charge.tiers) - 1
    most = ramp_of(b, k, t) * _window_hours(b, charge.window, t) / MWH_PER_GWH
    return b.tier_mwh[k, c, last, t] / MWH_PER_GWH <= most * b.is_open[k, c, last, t]


def open_only(b: pyo.Block, k: str, c: str, j: int, t: int) -> Any:
    r"""Count billed demand for a tier by hours of use only when it is open.

    .. math:: o_{k,c,j,t} \le \bar D_{k,t} \, v_{k,c,j,t} \qquad [\mathrm{MW}]

    =======================  =================================  ======  ================================================
    Symbol                   Component                          Unit    Meaning
    =======================  =================================  ======  ================================================
    :math:`o_{k,c,j,t}`      ``open_mw[k, c, j, t]``            MW      billed demand, if the tiers before j are full
    :math:`v_{k,c,j,t}`      ``is_open[k, c, j, t]``            1       the tiers before j are full
    :math:`\bar D_{k,t}`     ``ramp_mw``                        MW      largest ramp in force up to t
    =======================  =================================  ======  ================================================
    """
    return b.open_mw[k, c, j, t] <= _most_mw(b, k, t) * b.is_open[k, c, j, t]


def open_whole(b: pyo.Block, k: str, c: str, j: int, t: int) -> Any:
    r"""Count all billed demand for a tier by hours of use that is open.

    .. math:: d_{k,c',t} - o_{k,c,j,t} \le \bar D_{k,t} (1 - v_{k,c,j,t}) \qquad [\mathrm{MW}]

    =======================  =================================  ======  ================================================
    Symbol                   Component                          Unit    Meaning
    =======================  =================================  ======  ================================================
    :math:`d_{k,c',t}`       ``demand_mw[k, c', t]``            MW      billed demand of the charge named
    :math:`o_{k,c,j,t}`      ``open_mw[k, c, j, t]``            MW      billed demand, if the tiers before j are full
    :math:`v_{k,c,j,t}`      ``is_open[k, c, j, t]``            1       the tiers before j are full
    :math:`\bar D_{k,t}`     ``ramp_mw``                        MW      largest ramp in force up to t
    =======================  =================================  ======  ================================================
    """
    billed = b.demand_mw[k, b.energy_charges[k, c].hours_use_of, t]
    return billed - b.open_mw[k, c, j, t] <= _most_mw(b, k, t) * (1.0 - b.is_open[k, c, j, t])


def add_hours_use(b: pyo.Block, tiers: list[tuple[str, str, int, int]]) -> None:
    """Declare what ties tiers by hours of use to billed demand.

    Parameters
    ----------
    b : pyomo Block
        Of the site, with ``tier_mwh`` and ``demand_mw``.
    tiers : list of tuple
        Contract, charge, tier and period of all tiers by hours of use.
    """
    ordered = [index for index in tiers if must_choose(b.energy_charges[index[0], index[1]])]
    chosen = [index for index in ordered if index[2]]
    last = [index for index in ordered if _is_last(b, index)]
    seen = [index for index in last if own_share(b, *index[:2], index[3])]
    b.open_mw = pyo.Var(chosen, within=pyo.NonNegativeReals)
    b.is_open = pyo.Var(chosen, within=pyo.Binary)
    b.hours_use_limit = pyo.Constraint([*(index for index in tiers if not _is_last(b, index)), *seen], rule=hours_use_limit)
    b.hours_use_filled = pyo.Constraint([index for index in ordered if not _is_last(b, index)], rule=hours_use_filled)
    b.hours_use_last = pyo.Constraint([(k, c, t) for k, c, j, t in last if (k, c, j, t) not in seen], rule=hours_use_last)
    b.open_only = pyo.Constraint(chosen, rule=open_only)
    b.open_whole = pyo.Constraint(chosen, rule=open_whole)


def must_choose(charge: EnergyCharge) -> bool:
    """Whether the order of a charge's tiers must be forced: a later one is cheaper than one before it."""
    prices = [tier.usd_per_mwh for tier in charge.tiers]
    return prices != sorted(prices)


def own_share(b: pyo.Block, k: str, c: str, t: int) -> float:
    """Share of the month's peak that the demand of a charge by hours of use bills at least; 0 where it does not see all its hours."""
    charge = b.energy_charges[k, c]
    demand = b.demand_charges[k, charge.hours_use_of]
    return own_fraction(b, demand, t) if covers(demand.window, charge.window) else 0.0


def _open(b: pyo.Block, k: str, c: str, j: int, t: int) -> Any:
    """Billed demand for which a tier is open: all of it for the first, and where nothing is to be chosen."""
    charge = b.energy_charges[k, c]
    return b.open_mw[k, c, j, t] if j and must_choose(charge) else b.demand_mw[k, charge.hours_use_of, t]


def _holds_gwh(b: pyo.Block, k: str, c: str, j: int, t: int) -> float:
    """What a tier holds in a period, GWh for a MW of billed demand."""
    charge = b.energy_charges[k, c]
    months = billed_months(b, charge.window, t)
    begin: float = charge.tiers[j - 1].upto_kwh_per_kw if j else 0.0
    end: float | None = charge.tiers[j].upto_kwh_per_kw
    if end is not None:
        return months * (end - begin) / MWH_PER_GWH
    return max(_window_hours(b, charge.window, t) / own_share(b, k, c, t) - months * begin, 0.0) / MWH_PER_GWH


def _window_hours(b: pyo.Block, window: Window, t: int) -> float:
    """Hours of a period that lie in a window."""
    return float(b.hours.window_share(window, t) @ b.hours.weights(t))


def _most_mw(b: pyo.Block, k: str, t: int) -> float:
    """Largest ramp in force up to a period: no demand billed in it, nor a ratchet's, is above it."""
    return max(ramp_of(b, k, tau) for tau in range(t + 1))


def _is_last(b: pyo.Block, index: tuple[str, str, int, int]) -> bool:
    k, c, j, _ = index
    return j + 1 == len(b.energy_charges[k, c].tiers)
