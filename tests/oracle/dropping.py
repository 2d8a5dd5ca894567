"""The model with one rule left out."""

from __future__ import annotations

from collections.abc import Sequence

import pyomo.environ as pyo

from optimizer.core.instance import Instance
from optimizer.model import build
from optimizer.solve import HighsProcess, SolveSettings, compile_model


def rules_of(instance: Instance) -> set[str]:
    """Names of all constraints in the model of an instance that have any row."""
    return {constraint.local_name for constraint in build(instance).component_objects(pyo.Constraint) if len(constraint)}


def optimum_without(highs: HighsProcess, instance: Instance, rules: Sequence[str]) -> float | None:
    """Least cost in musd with all constraints of some names left out; None: infeasible, minus infinity: unbounded."""
    model = build(instance)
    for constraint in model.component_objects(pyo.Constraint, descend_into=True):
        if constraint.local_name in rules:
            constraint.deactivate()
    answer = highs.solve(compile_model(model), SolveSettings(gap=0.0))
    if answer.stop_reason == "infeasible":
        return None
    if answer.stop_reason == "unbounded":
        return float("-inf")
    assert answer.stop_reason in ("optimal", "gap"), answer
    assert answer.objective is not None
    return answer.objective
