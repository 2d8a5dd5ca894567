"""Models that several tests of the solver share."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from optimizer.solve import CompiledModel, compile_model


def two_item_knapsack() -> pyo.ConcreteModel:
    """Most of 5 a + 4 b with 3 a + 2 b <= 6 and whole a, b <= 2: a = 0, b = 2 gives 8, a = 1, b = 1 gives 9, a = 2 gives 10."""
    model = pyo.ConcreteModel()
    model.a = pyo.Var(bounds=(0, 2), domain=pyo.Integers)
    model.b = pyo.Var(bounds=(0, 2), domain=pyo.Integers)
    model.room = pyo.Constraint(expr=3 * model.a + 2 * model.b <= 6)
    model.worth = pyo.Objective(expr=5 * model.a + 4 * model.b + 100, sense=pyo.maximize)
    return model


def hard_assignment(size: int = 30, rows: int = 5) -> CompiledModel:
    """A market-split-like model: easy to find solutions for (slack is priced), far beyond seconds to prove."""
    random = np.random.default_rng(7)
    weights = random.integers(1, 100, size=(rows, size))
    model = pyo.ConcreteModel()
    model.pick = pyo.Var(range(size), domain=pyo.Binary)
    model.over = pyo.Var(range(rows), bounds=(0, None))
    model.under = pyo.Var(range(rows), bounds=(0, None))
    model.split = pyo.Constraint(
        range(rows),
        rule=lambda model, row: (
            sum(int(weights[row, item]) * model.pick[item] for item in range(size)) + model.under[row] - model.over[row]
            == int(weights[row].sum()) // 2
        ),
    )
    model.miss = pyo.Objective(expr=1 + sum(model.over[row] + model.under[row] for row in range(rows)))
    return compile_model(model)


def deaf() -> CompiledModel:
    """4 y - z = 0, 8 x + z = -19 in free whole numbers: infeasible by parity, and without presolve HiGHS searches on
    past its time limit (ERGO-Code/HiGHS#2226).
    """
    model = pyo.ConcreteModel()
    model.x = pyo.Var(domain=pyo.Integers)
    model.y = pyo.Var(domain=pyo.Integers)
    model.z = pyo.Var(domain=pyo.Integers)
    model.first = pyo.Constraint(expr=4 * model.y - model.z == 0)
    model.second = pyo.Constraint(expr=8 * model.x + model.z == -19)
    return compile_model(model)
