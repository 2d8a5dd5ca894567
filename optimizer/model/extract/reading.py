"""Reading solved values: what every table needs."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

DUST = 1e-9
"""What is smaller is nothing: the solver works to 1e-7."""


def number(component: Any) -> float:
    """Value of a variable or expression, without the dust of tolerances."""
    value = float(pyo.value(component))
    return 0.0 if abs(value) < DUST else value


def number_at(b: pyo.Block, name: str, *index: Any) -> float:
    """Value of a component of a block at an index; 0 where the block has none there."""
    component = b.component(name)
    place = index if len(index) > 1 else index[0]
    return number(component[place]) if component is not None and place in component else 0.0


def gained(var: pyo.Var, *index: Any) -> float:
    """What a cumulative variable gains in its period (the last index)."""
    *head, period = index
    now = number(var[index])
    return now - number(var[(*head, period - 1)]) if period > 0 else now


def chosen_sites(model: pyo.ConcreteModel) -> list[tuple[pyo.Block, str]]:
    """Blocks of the started sites with the mode they were started in."""
    last = model.PERIODS.last()
    return [
        (model.sites[s], mode)
        for s in model.SITES
        for mode in model.sites[s].MODES
        if round(number(model.sites[s].is_started[mode, last])) == 1
    ]


def first_period(var: pyo.Var, *index: Any) -> int | None:
    """First period in which a cumulative 0/1 variable is 1; ``None``: never."""
    periods = var.model().PERIODS
    return next((t for t in periods if (*index, t) in var and round(number(var[(*index, t)])) == 1), None)
