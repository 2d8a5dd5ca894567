"""Published models that HiGHS 1.14 or 1.15 solved wrongly with status Optimal; the right answers are by enumeration, in the comments."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
import pytest

from optimizer.core.errors import SolverError
from optimizer.solve import HighsProcess, SolveSettings, compile_model
from optimizer.solve.highs.highs_call import solve_task
from optimizer.solve.highs.messages import Result
from optimizer.solve.highs.task import task_of


def cheap_whole_part() -> pyo.ConcreteModel:
    """ERGO-Code/HiGHS#2957.

    x + y >= 20.1 with y >= 8: x = 12, y = 8.1 costs 28.2; x = 13, y = 8 costs 29.
    """
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 20), domain=pyo.Integers)
    model.y = pyo.Var(bounds=(8, 20))
    model.need = pyo.Constraint(expr=model.x + model.y >= 20.1)
    model.cost = pyo.Objective(expr=model.x + 2 * model.y)
    return model


def one_row() -> pyo.ConcreteModel:
    """ERGO-Code/HiGHS#3043.

    2 x + 3 z with x + z >= 4.5: every unit of z saves 2 and costs 3, so z = 0, x = 4.5 and 9.
    """
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 10))
    model.z = pyo.Var(bounds=(0, 10), domain=pyo.Integers)
    model.need = pyo.Constraint(expr=model.x + model.z >= 4.5)
    model.cost = pyo.Objective(expr=2 * model.x + 3 * model.z)
    return model


def three_rows() -> pyo.ConcreteModel:
    """ERGO-Code/HiGHS#3002.

    z = 7.5 + y with -1 <= y <= 1 whole: z = 7 or 8. z = 7: y = -0.5, x >= 3: 3 - 2 + 63 = 64; z = 8: 76.
    """
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 4))
    model.y = pyo.Var(bounds=(-1, 1))
    model.z = pyo.Var(bounds=(0, None), domain=pyo.Integers)
    model.first = pyo.Constraint(expr=model.x + model.y <= 5)
    model.second = pyo.Constraint(expr=model.x + model.z >= 10)
    model.third = pyo.Constraint(expr=-model.y + model.z == 7.5)
    model.cost = pyo.Objective(expr=model.x + 4 * model.y + 9 * model.z)
    return model


def absolute_value() -> pyo.ConcreteModel:
    """ERGO-Code/HiGHS#3073.

    gap = 3 - x, t = |x|, 0.45 <= x <= 3 whole: x = 3 costs 0.03, x = 2 costs 100.02, x = 1 costs 200.01.
    """
    model = pyo.ConcreteModel()
    model.gap = pyo.Var(bounds=(0, None))
    model.t = pyo.Var()
    model.x = pyo.Var(bounds=(0, None), domain=pyo.Integers)
    model.balance = pyo.Constraint(expr=model.gap + model.x == 3)
    model.above = pyo.Constraint(expr=model.x - model.t <= 0)
    model.below = pyo.Constraint(expr=-model.x - model.t <= 0)
    model.most = pyo.Constraint(expr=model.x <= 3)
    model.least = pyo.Constraint(expr=-model.x <= -0.45)
    model.cost = pyo.Objective(expr=100 * model.gap + 0.01 * model.t)
    return model


def two_sites_of_which_one() -> pyo.ConcreteModel:
    """ERGO-Code/HiGHS#3094, our own shape.

    One of two may serve 1000: serving the 10 leaves 8 * 1000; the 8, 10,000; none, 18,000.
    """
    model = pyo.ConcreteModel()
    model.open = pyo.Var([0, 1], domain=pyo.Binary)
    model.served = pyo.Var([0, 1], bounds=(0, 1000))
    model.lost = pyo.Var([0, 1], bounds=(0, 1000))
    model.link = pyo.Constraint([0, 1], rule=lambda model, site: model.served[site] <= 1000 * model.open[site])
    model.demand = pyo.Constraint([0, 1], rule=lambda model, site: model.served[site] + model.lost[site] == 1000)
    model.at_most = pyo.Constraint(expr=model.open[0] + model.open[1] <= 1)
    model.cost = pyo.Objective(expr=10 * model.lost[0] + 8 * model.lost[1])
    return model


def binaries_against_a_lower_bound() -> pyo.ConcreteModel:
    """PyPSA/linopy#651.

    Ten times 2 x + y with 2 x + y >= 10, y >= 9: x = 0, y = 10 costs 10; x = 1, y = 9 costs 11. In all 100.
    """
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(10), domain=pyo.Binary)
    model.y = pyo.Var(range(10), bounds=(9, None))
    model.need = pyo.Constraint(range(10), rule=lambda model, each: 2 * model.x[each] + model.y[each] >= 10)
    model.cost = pyo.Objective(expr=sum(2 * model.x[each] + model.y[each] for each in range(10)))
    return model


@pytest.mark.parametrize("presolve", [True, False])
@pytest.mark.parametrize(
    ("build", "right"),
    [
        (cheap_whole_part, 28.2),
        (one_row, 9.0),
        (three_rows, 64.0),
        (absolute_value, 0.03),
        (two_sites_of_which_one, 8000.0),
        (binaries_against_a_lower_bound, 100.0),
    ],
)
def test_right_with_and_without_presolve(
    highs: HighsProcess, build: Callable[[], pyo.ConcreteModel], right: float, presolve: bool
) -> None:
    answer = highs.solve(compile_model(build()), SolveSettings(gap=0, presolve=presolve))
    assert answer.stop_reason == "optimal"
    assert answer.objective == pytest.approx(right)
    assert answer.bound == pytest.approx(right)


def test_the_version_is_one_that_answers_them_right() -> None:
    assert (highspy.HIGHS_VERSION_MAJOR, highspy.HIGHS_VERSION_MINOR) >= (1, 16)


WORTH = (31, 17, 44, 12, 25, 39)
WEIGHT = (14, 9, 23, 5, 11, 18)
ROOM = 40


def packed_with_an_offset() -> pyo.ConcreteModel:
    """ERGO-Code/HiGHS#3178, our own numbers: what is left of 499.5 when the most is packed."""
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(6), domain=pyo.Binary)
    model.room = pyo.Constraint(expr=sum(WEIGHT[i] * model.x[i] for i in range(6)) <= ROOM)
    model.cost = pyo.Objective(expr=499.5 - sum(WORTH[i] * model.x[i] for i in range(6)))
    return model


def part_whole_part_not() -> tuple[pyo.ConcreteModel, float]:
    """ERGO-Code/HiGHS#3043: of 2 x + 3 z with x + z >= 4.5 and whole z the dearer z is left at 0: 2 * 4.5 = 9."""
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 10))
    model.z = pyo.Var(bounds=(0, 10), domain=pyo.Integers)
    model.least = pyo.Constraint(expr=model.x + model.z >= 4.5)
    model.cost = pyo.Objective(expr=2 * model.x + 3 * model.z)
    return model, 9.0


def gap_of_a_whole_number() -> tuple[pyo.ConcreteModel, float]:
    """ERGO-Code/HiGHS#3073: whole x in 0.45 to 3, 100 for what it lacks of 3 and 0.01 for its size: x = 3 costs 0.03, x = 1 200.01."""
    model = pyo.ConcreteModel()
    model.gap, model.size = pyo.Var(bounds=(0, None)), pyo.Var()
    model.x = pyo.Var(bounds=(0, None), domain=pyo.Integers)
    model.sum = pyo.Constraint(expr=model.gap + model.x == 3)
    model.above, model.below = pyo.Constraint(expr=model.x <= model.size), pyo.Constraint(expr=-model.x <= model.size)
    model.most, model.least = pyo.Constraint(expr=model.x <= 3), pyo.Constraint(expr=model.x >= 0.45)
    model.cost = pyo.Objective(expr=100 * model.gap + 0.01 * model.size)
    return model, 0.03


@pytest.mark.parametrize("presolve", [True, False])
@pytest.mark.parametrize("posed", [part_whole_part_not, gap_of_a_whole_number])
def test_presolve_gives_up_no_optimum_of_a_small_model(
    highs: HighsProcess, posed: Callable[[], tuple[pyo.ConcreteModel, float]], presolve: bool
) -> None:
    """1.14.0 called dearer plans of both optimal, with presolve on; worked out by hand in each."""
    model, right = posed()
    answer = highs.solve(compile_model(model), SolveSettings(gap=0.0, presolve=presolve))
    assert (answer.stop_reason, answer.objective) == ("optimal", pytest.approx(right))


@pytest.mark.parametrize("scale", [-10, -4, 4, 10])
def test_a_scaled_objective_with_an_offset_keeps_its_unit_and_its_bound(scale: int) -> None:
    """1.15.1 gave bounds of another unit, beyond its own plan, and ended early by the false gap; by enumeration of all 64 choices."""
    chosen = [each for count in range(7) for each in combinations(range(6), count) if sum(WEIGHT[i] for i in each) <= ROOM]
    right = 499.5 - max(sum(WORTH[i] for i in each) for each in chosen)
    task = task_of(compile_model(packed_with_an_offset()), SolveSettings(gap=1e-4))
    told: list[Any] = []
    solve_task(replace(task, options=(*task.options, ("user_objective_scale", scale))), threading.Event(), told.append)
    result = told[-1]
    assert isinstance(result, Result)
    assert (result.status, result.objective) == ("kOptimal", pytest.approx(right))
    assert result.bound == pytest.approx(right)


@pytest.mark.parametrize("option", ["user_objective_scale", "user_bound_scale", "user_cost_scale"])
def test_a_scale_is_refused_for_what_is_told_while_a_search_runs(option: str) -> None:
    """The bound that ends a search early is then not in the objective's unit."""
    with pytest.raises(SolverError, match=option):
        SolveSettings(options=((option, -4),))


def test_a_bound_within_tolerance_of_its_plan_is_not_rounded_up_to_it(highs: HighsProcess) -> None:
    """The weaker bound counts: 8.999999 stays so beside a plan of 9, and both together are still a proof."""
    from optimizer.solve import Answer, solve_with_integers_fixed

    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 20), domain=pyo.Integers)
    model.need = pyo.Constraint(expr=model.x >= 9)
    model.cost = pyo.Objective(expr=model.x)
    near = Answer("optimal", np.array([8.999999]), 8.999999, 8.999999, 0.0, 0.0)
    polished = solve_with_integers_fixed(compile_model(model), near, SolveSettings(gap=0.0), highs)
    assert (polished.stop_reason, polished.objective, polished.bound) == ("optimal", 9.0, 8.999999)
    assert polished.gap == pytest.approx(1e-6 / 9)
