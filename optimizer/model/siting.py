"""Siting: which place, in which mode, from when, and how fast its capacity grows.

The state of a start is cumulative, ``is_started[m, t]``: 1 from the period of the start on. A start in τ is the difference
``is_started[m, τ] - is_started[m, τ-1]``, so every window sum of starts is one or two terms; the relaxation is that of time-indexed
starts (the two differ by a linear bijection), the matrix far sparser, and branching on "started by t" splits the tree evenly.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pyomo.environ as pyo

from optimizer.core.calendar import Calendar
from optimizer.core.instance import Mode
from optimizer.model.ledger import before
from optimizer.model.siting_costs import book_site


def cumulated_mw(mode: Mode, age_months: int, months_per_period: int) -> float:
    """Most IT MW that a mode can have added when ``age_months`` have passed since its first possible service (< 0: none)."""
    most = mode.max_it_mw - mode.initial_it_mw
    if age_months < 0:
        return 0.0
    if mode.mw_per_month is None:
        return most
    return min(most, mode.mw_per_month * (age_months + months_per_period))


def in_blocks_mw(mode: Mode, added_mw: float) -> float:
    """What whole blocks hold of some added MW; all of it where a mode is built without blocks."""
    return math.floor(added_mw / mode.block_it_mw * (1.0 + 1e-9)) * mode.block_it_mw if mode.block_it_mw else added_mw


def growth_steps(mode: Mode, periods: int, months_per_period: int) -> list[tuple[int, float]]:
    """Steps of ``cumulated_mw``: periods since first possible service, and MW that become possible in them."""
    reached = [cumulated_mw(mode, age * months_per_period, months_per_period) for age in range(-1, periods)]
    steps = [(age, now - then) for age, (then, now) in enumerate(pairwise(reached))]
    return [(age, step) for age, step in steps if step > 0]


def periods_to_mw(calendar: Calendar, mode: Mode, it_mw: float) -> int | None:
    """Periods from the start of a mode until it can have some IT MW in service; ``None``: never within the horizon."""
    if mode.initial_it_mw >= it_mw:
        return 0
    lead = calendar.lag_periods(mode.lead_months)
    for age in range(calendar.periods - lead):
        possible = cumulated_mw(mode, age * calendar.months_per_period, calendar.months_per_period)
        if mode.initial_it_mw + possible >= it_mw * (1.0 - 1e-9):
            return int(lead + age)
    return None


def one_start_per_site(b: pyo.Block) -> Any:
    r"""Start a site at most once: one mode, one period.

    .. math:: \sum_m s_{m,T} \le 1 \qquad [1]

    =================  ============================  ====  =======================================
    Symbol             Component                     Unit  Meaning
    =================  ============================  ====  =======================================
    :math:`s_{m,t}`    ``is_started[m, t]``          1     mode m was started in t or before
    =================  ============================  ====  =======================================

    A committed site has ``= 1``.
    """
    started = sum(b.is_started[mode, b.model().PERIODS.last()] for mode in b.MODES)
    return started == 1 if b.site.is_committed else started <= 1


def start_monotone(b: pyo.Block, mode: str, t: int) -> Any:
    r"""Keep a started mode started.

    .. math:: s_{m,t} \ge s_{m,t-1} \qquad [1]

    =================  ============================  ====  =======================================
    Symbol             Component                     Unit  Meaning
    =================  ============================  ====  =======================================
    :math:`s_{m,t}`    ``is_started[m, t]``          1     mode m was started in t or before
    =================  ============================  ====  =======================================
    """
    return b.is_started[mode, t] >= b.is_started[mode, t - 1]


def build_capacity(b: pyo.Block, mode: str, t: int) -> Any:
    r"""Let capacity exist only after the lead, and grow no faster in all than the mode's rate allows.

    .. math:: c_{m,t} \le \sum_{a \ge 0} \Delta_{m,a}\, s_{m,\,t-\ell_m-a} \qquad [\mathrm{MW}]

    =====================  ==============================  ====  =================================================
    Symbol                 Component                       Unit  Meaning
    =====================  ==============================  ====  =================================================
    :math:`c_{m,t}`        ``constructed_it_mw[m, t]``     MW    IT capacity added by t
    :math:`s_{m,t}`        ``is_started[m, t]``            1     mode m was started in t or before
    :math:`\ell_m`         ``lead_months``                 per.  lead, in whole periods
    :math:`\Delta_{m,a}`   ``growth_steps``                MW    MW that become possible a periods after the lead
    =====================  ==============================  ====  =================================================

    The steps add up to ``max_it_mw``; no big-M. Source: modes.csv of the scenario.
    """
    data = b.modes[mode]
    steps = growth_steps(data, t + 1, b.model().calendar.months_per_period)
    lead = b.model().calendar.lag_periods(data.lead_months)
    possible = sum(step * before(b.is_started, mode, t - lead - age) for age, step in steps)
    return b.constructed_it_mw[mode, t] <= possible


def build_step(b: pyo.Block, mode: str, t: int) -> Any:
    r"""Add no more in one period than the mode's rate (modes without blocks).

    .. math:: c_{m,t} - c_{m,t-1} \le \bar r_m L \, s_{m,\,t-\ell_m} \qquad [\mathrm{MW}]

    =================  ==============================  ========  ==========================================
    Symbol             Component                       Unit      Meaning
    =================  ==============================  ========  ==========================================
    :math:`c_{m,t}`    ``constructed_it_mw[m, t]``     MW        IT capacity added by t
    :math:`s_{m,t}`    ``is_started[m, t]``            1         mode m was started in t or before
    :math:`\bar r_m`   ``mw_per_month``                MW/month  growth after the lead
    :math:`L`          ``months_per_period``           month     length of a period
    :math:`\ell_m`     ``lead_months``                 per.      lead, in whole periods
    =================  ==============================  ========  ==========================================
    """
    calendar = b.model().calendar
    data = b.modes[mode]
    started = before(b.is_started, mode, t - calendar.lag_periods(data.lead_months))
    added = b.constructed_it_mw[mode, t] - before(b.constructed_it_mw, mode, t - 1)
    return added <= data.mw_per_month * calendar.months_per_period * started


def build_monotone(b: pyo.Block, mode: str, t: int) -> Any:
    r"""Keep what was built.

    .. math:: c_{m,t} \ge c_{m,t-1} \qquad [\mathrm{MW}]

    =================  ==============================  ====  =======================
    Symbol             Component                       Unit  Meaning
    =================  ==============================  ====  =======================
    :math:`c_{m,t}`    ``constructed_it_mw[m, t]``     MW    IT capacity added by t
    =================  ==============================  ====  =======================
    """
    return b.constructed_it_mw[mode, t] >= b.constructed_it_mw[mode, t - 1]


def block_size(b: pyo.Block, mode: str, t: int) -> Any:
    r"""Build whole blocks where the mode says so.

    .. math:: c_{m,t} = \beta_m \, n_{m,t} \qquad [\mathrm{MW}]

    =================  ==============================  ====  ==========================
    Symbol             Component                       Unit  Meaning
    =================  ==============================  ====  ==========================
    :math:`c_{m,t}`    ``constructed_it_mw[m, t]``     MW    IT capacity added by t
    :math:`n_{m,t}`    ``blocks[m, t]``                1     whole blocks added by t
    :math:`\beta_m`    ``block_it_mw``                 MW    size of a block
    =================  ==============================  ====  ==========================
    """
    return b.constructed_it_mw[mode, t] == b.modes[mode].block_it_mw * b.blocks[mode, t]


def liquid_equipped(b: pyo.Block, mode: str, t: int) -> Any:
    r"""Equip for liquid cooling only MW that are built.

    .. math:: q_{m,t} \le c_{m,t} + \bar c^0_m s_{m,t} \qquad [\mathrm{MW}]

    ==================  ==============================  ====  =======================================
    Symbol              Component                       Unit  Meaning
    ==================  ==============================  ====  =======================================
    :math:`q_{m,t}`     ``liquid_it_mw[m, t]``          MW    MW equipped by t
    :math:`c_{m,t}`     ``constructed_it_mw[m, t]``     MW    IT capacity added by t
    :math:`\bar c^0_m`  ``initial_it_mw``               MW    capacity that stands at the start
    :math:`s_{m,t}`     ``is_started[m, t]``            1     mode m was started in t or before
    ==================  ==============================  ====  =======================================
    """
    return b.liquid_it_mw[mode, t] <= it_capacity_of_mode(b, mode, t)


def liquid_monotone(b: pyo.Block, mode: str, t: int) -> Any:
    r"""Keep what was equipped for liquid cooling.

    .. math:: q_{m,t} \ge q_{m,t-1} \qquad [\mathrm{MW}]

    ==================  ==============================  ====  ====================
    Symbol              Component                       Unit  Meaning
    ==================  ==============================  ====  ====================
    :math:`q_{m,t}`     ``liquid_it_mw[m, t]``          MW    MW equipped by t
    ==================  ==============================  ====  ====================
    """
    return b.liquid_it_mw[mode, t] >= b.liquid_it_mw[mode, t - 1]


def sites_at_most(m: pyo.ConcreteModel) -> Any:
    r"""Start no more sites than the scenario allows.

    .. math:: \sum_s \sum_m s_{s,m,T} \le \bar k \qquad [1]

    ====================  ================================  ====  =======================================
    Symbol                Component                         Unit  Meaning
    ====================  ================================  ====  =======================================
    :math:`s_{s,m,T}`     ``sites[s].is_started[m, T]``     1     mode m of site s is started at the end
    :math:`\bar k`        ``sites.at_most``                 1     most sites
    ====================  ================================  ====  =======================================
    """
    last = m.PERIODS.last()
    started = sum(m.sites[s].is_started[mode, last] for s in m.SITES for mode in m.sites[s].MODES)
    return started + m.nothing <= m.instance.sites_at_most


def it_capacity_of_mode(b: pyo.Block, mode: str, t: int) -> Any:
    """IT MW in service under one mode: what was added and what stood at the start."""
    return b.constructed_it_mw[mode, t] + b.modes[mode].initial_it_mw * b.is_started[mode, t]


def is_open(b: pyo.Block, t: int) -> Any:
    """Whether the site was started in t or before, in whatever mode."""
    return sum(b.is_started[mode, t] for mode in b.MODES)


def add_siting(b: pyo.Block) -> None:
    """Declare the siting decisions of a site and book what they cost."""
    m = b.model()
    b.modes = {mode.mode: mode for mode in b.site.modes}
    b.MODES = pyo.Set(initialize=list(b.modes), ordered=True)
    b.BLOCK_MODES = pyo.Set(initialize=[name for name, mode in b.modes.items() if mode.block_it_mw > 0], ordered=True)
    b.RATED_MODES = pyo.Set(
        initialize=[name for name, mode in b.modes.items() if mode.block_it_mw == 0 and mode.mw_per_month is not None], ordered=True
    )
    b.ADDER_MODES = pyo.Set(
        initialize=[
            name for name, mode in b.modes.items() if mode.cooling == "air" and mode.liquid_adder_musd_per_mw is not None
        ],
        ordered=True,
    )
    later = pyo.RangeSet(1, m.PERIODS.last())
    b.is_started = pyo.Var(b.MODES, m.PERIODS, within=pyo.Binary)
    b.constructed_it_mw = pyo.Var(b.MODES, m.PERIODS, within=pyo.NonNegativeReals)
    b.blocks = pyo.Var(b.BLOCK_MODES, m.PERIODS, within=pyo.NonNegativeIntegers)
    b.liquid_it_mw = pyo.Var(b.ADDER_MODES, m.PERIODS, within=pyo.NonNegativeReals)
    b.one_start_per_site = pyo.Constraint(rule=one_start_per_site)
    b.start_monotone = pyo.Constraint(b.MODES, later, rule=start_monotone)
    b.build_capacity = pyo.Constraint(b.MODES, m.PERIODS, rule=build_capacity)
    b.build_step = pyo.Constraint(b.RATED_MODES, m.PERIODS, rule=build_step)
    b.build_monotone = pyo.Constraint(b.MODES, later, rule=build_monotone)
    b.block_size = pyo.Constraint(b.BLOCK_MODES, m.PERIODS, rule=block_size)
    b.liquid_equipped = pyo.Constraint(b.ADDER_MODES, m.PERIODS, rule=liquid_equipped)
    b.liquid_monotone = pyo.Constraint(b.ADDER_MODES, later, rule=liquid_monotone)
    for mode in b.site.modes:
        book_site(b, mode)


def add_sites_at_most(m: pyo.ConcreteModel) -> None:
    """Declare the limit on the number of sites, where there is one."""
    if m.instance.sites_at_most is not None:
        m.sites_at_most = pyo.Constraint(rule=sites_at_most)
