"""Ties broken in the reader's favour: what costs nothing is shown no larger than a plan needs, and bills are what is due."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from optimizer.solve.compile.compiled import CompiledModel
from optimizer.solve.highs.answer import Answer
from optimizer.solve.highs.runner import HighsProcess
from optimizer.solve.highs.settings import SolveSettings

FREE_MW = {
    "contracted_mw": 1.0, "added_mw": 1.0, "entitled_mw": 1.0, "peak_mw": 1.0, "extra_mw": 1.0, "gas_peak_mw": 1.0, "gas_extra_mw": 1.0,
    "highest_mw": 1.0, "gas_highest_mw": 1.0,
    "shave_mw": 4.0, "cover_mw": 4.0, "spare_cover_mw": 4.0,
}
"""Variables of a site in MW, with what one counts; a battery is given a duty only where one is needed."""

BILLED = ("billed_mw", "billed_mean_mw", "demand_mw", "window_peak_mw", "tier_mwh")
"""Variables of a site that say what contracts bill. Under a minimum bill too much of one is made up by a smaller top-up, and with tiers by
hours of use more billed demand may be what a plan within its gap, not the best one, calls a tier not full by."""

CHOSEN = ("top_up_musd", "tier_full", "is_open", "open_mw")
"""Variables of a site that follow from those."""

MWH_WEIGHT = 1e-3
"""What a MWh of the first tier counts against a MW; later tiers count more, so that they are filled in order."""

HOURS_USE_WEIGHT = 1e-5
"""The same of tiers by hours of use: little, since more billed demand would fill more of the first."""


def tidied(model: pyo.ConcreteModel, posed: CompiledModel, answer: Answer, how: tuple[SolveSettings, HighsProcess]) -> Answer:
    """Take MW, bills and draws down to what the plan needs where more of them would cost nothing; everything else is held as it is.

    Else ties would show as MW nobody asked for, as bills nobody owes under a minimum bill, or as a loan without a fee that nobody needs.
    No dollar more is spent.

    Parameters
    ----------
    model : pyomo.environ.ConcreteModel
        The model that was compiled.
    posed : CompiledModel
        Its arrays, with the cost as objective.
    answer : Answer
        Its best plan, integers fixed.
    how : tuple of SolveSettings and HighsProcess
        With what to solve.
    """
    settings, highs = how
    if answer.values is None or not (model.instance.has_contracts or model.component("drawn_musd")):
        return answer
    weights, free = _free_mw(model, posed)
    billed = _bills_and_draws(model, posed)
    held = posed
    if billed is not None:
        weights, free = np.where(billed > 0.0, billed, weights), free | (billed >= 0.0)
        spent = float(posed.costs @ answer.values)
        held = posed.with_row(model.min_cost.expr, -math.inf, spent + _constant(model, posed), "spent")
    fixed = np.flatnonzero(~free)
    smaller = replace(held, costs=weights, offset=0.0, maximize=False, integrality=posed.integrality & free)
    tidy = highs.solve(smaller.with_bounds(fixed, answer.values[fixed], answer.values[fixed]), replace(settings, gap=0.0))
    if tidy.stop_reason != "optimal" or tidy.values is None:
        return answer
    return replace(answer, values=np.where(free, posed.rounded(tidy.values), answer.values))


def _free_mw(model: pyo.ConcreteModel, posed: CompiledModel) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Weight of every column, and which may move: MW without a cost of their own."""
    weights = np.zeros(len(posed.costs))
    for s in model.SITES:
        for name, weight in FREE_MW.items():
            weights[_columns(posed, model.sites[s].component(name))] = weight
    weights[posed.costs != 0.0] = 0.0
    return weights, weights > 0.0


def _bills_and_draws(model: pyo.ConcreteModel, posed: CompiledModel) -> NDArray[np.float64] | None:
    """Weight of every column that says what is billed where that may be too much, drawn and paid, -1 elsewhere; ``None``: none is."""
    weights = np.full(len(posed.costs), -1.0)
    freed = ("top_up_musd", "hours_use_limit")
    blocks = [model.sites[s] for s in model.SITES if any(_size(model.sites[s].component(name)) for name in freed)]
    for b in blocks:
        for name in CHOSEN:
            weights[_columns(posed, b.component(name))] = 0.0
        for name in BILLED:
            weights[_columns(posed, b.component(name))] = 1.0
        if _size(b.component("tier_mwh")):
            weights[_columns(posed, b.tier_mwh)] = [_weight_of_tier(b, index) for index in b.tier_mwh]
    for name in ("paid", "balance"):
        weights[_columns(posed, model.component(name))] = 0.0
    drawn = _columns(posed, model.component("drawn_musd"))
    weights[drawn] = np.linspace(2.0, 1.0, drawn.size)  # a later draw is owed for less long
    return weights if blocks or drawn.size else None


def _weight_of_tier(b: pyo.Block, index: tuple[str, str, int, int]) -> float:
    contract, charge, tier, _ = index
    return (HOURS_USE_WEIGHT if b.energy_charges[contract, charge].hours_use_of else MWH_WEIGHT) * (1 + tier)


def _constant(model: pyo.ConcreteModel, posed: CompiledModel) -> float:
    """Constant of the cost, which a row counts on its other side."""
    return float(posed.with_objective(model.min_cost.expr).offset)


def _columns(posed: CompiledModel, component: Any) -> NDArray[np.int64]:
    return posed.columns_of(component) if _size(component) else np.empty(0, dtype=np.int64)


def _size(component: Any) -> int:
    return 0 if component is None else len(component)
