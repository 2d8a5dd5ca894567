"""Every way a solve can end, and what is held then."""

from __future__ import annotations

import math

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.contrib.solver.solvers.highs import Highs

from optimizer.core.errors import SolverError
from optimizer.solve import HighsProcess, SolveSettings, compile_model, solve_compiled, solve_with_integers_fixed
from optimizer.solve.highs.check import check_solution
from tests.solve.models import hard_assignment, two_item_knapsack

EXACT = SolveSettings(gap=0)


def test_optimal_in_the_models_own_sense(highs: HighsProcess) -> None:
    answer = highs.solve(compile_model(two_item_knapsack()), EXACT)
    # a = 2, b = 0 is worth 10 and the constant is 100; see two_item_knapsack for the others.
    assert (answer.stop_reason, answer.held) == ("optimal", "optimal")
    assert answer.values is not None
    assert answer.values.round(9).tolist() == [2, 0]
    assert answer.objective == pytest.approx(110)
    assert answer.bound == pytest.approx(110)
    assert answer.gap == pytest.approx(0)


def test_a_linear_program_is_its_own_bound(highs: HighsProcess) -> None:
    model = two_item_knapsack()
    model.a.domain = model.b.domain = pyo.Reals
    answer = highs.solve(compile_model(model), EXACT)
    # b = 2 takes 4 of 6, a = 2/3 the rest: 8 + 10/3
    assert answer.objective == pytest.approx(100 + 8 + 10 / 3)
    assert (answer.stop_reason, answer.bound) == ("optimal", answer.objective)


def test_unused_variables_get_a_value_within_their_bounds(highs: HighsProcess) -> None:
    model = two_item_knapsack()
    model.unused = pyo.Var(bounds=(2, 5))
    compiled = compile_model(model)
    answer = highs.solve(compiled, EXACT)
    assert answer.values is not None
    compiled.load(answer.values)
    assert 2 <= model.unused.value <= 5
    assert (model.a.value, model.b.value) == (2, 0)


@pytest.mark.parametrize("presolve", [True, False])
def test_infeasible(highs: HighsProcess, presolve: bool) -> None:
    model = two_item_knapsack()
    model.more = pyo.Constraint(expr=model.a + model.b >= 5)
    answer = highs.solve(compile_model(model), SolveSettings(presolve=presolve))
    assert (answer.stop_reason, answer.held, answer.values, answer.objective, answer.bound) == (
        "infeasible",
        "nothing",
        None,
        None,
        None,
    )


@pytest.mark.parametrize("presolve", [True, False])
def test_infeasible_only_through_integrality(highs: HighsProcess, presolve: bool) -> None:
    model = two_item_knapsack()
    model.odd = pyo.Constraint(expr=2 * model.a + 2 * model.b == 3)  # a + b = 1.5
    assert highs.solve(compile_model(model), SolveSettings(presolve=presolve)).stop_reason == "infeasible"


@pytest.mark.parametrize("presolve", [True, False])
@pytest.mark.parametrize("domain", [pyo.Reals, pyo.Integers])
def test_unbounded_is_told_from_infeasible(highs: HighsProcess, presolve: bool, domain: object) -> None:
    model = pyo.ConcreteModel()
    model.x = pyo.Var(domain=domain, bounds=(0, None))
    model.y = pyo.Var(bounds=(0, None))
    model.tie = pyo.Constraint(expr=model.x - model.y <= 3)
    model.cost = pyo.Objective(expr=-model.x)
    settings = SolveSettings(presolve=presolve)
    assert highs.solve(compile_model(model), settings).stop_reason == "unbounded"
    model.against = pyo.Constraint(expr=model.x - model.y >= 4)
    assert highs.solve(compile_model(model), settings).stop_reason == "infeasible"


def test_a_gap_allowed_is_not_called_optimal(highs: HighsProcess) -> None:
    answer = highs.solve(hard_assignment(), SolveSettings(gap=0.999, time_limit_s=20))
    assert (answer.stop_reason, answer.held) == ("gap", "within_gap")
    assert answer.gap is not None
    assert 0 < answer.gap <= 0.999


def test_the_same_answer_twice_and_in_a_fresh_process(highs: HighsProcess) -> None:
    compiled, settings = hard_assignment(size=16, rows=2), SolveSettings(gap=0, time_limit_s=60)
    answers = [highs.solve(compiled, settings), highs.solve(compiled, settings), solve_compiled(compiled, settings)]
    assert answers[0].stop_reason == "optimal"
    for other in answers[1:]:
        assert other.values is not None
        np.testing.assert_array_equal(other.values, answers[0].values)
        assert (other.nodes, other.simplex_iterations) == (answers[0].nodes, answers[0].simplex_iterations)


def test_a_start_is_taken(highs: HighsProcess) -> None:
    compiled = hard_assignment()
    good = highs.solve(compiled, SolveSettings(gap=0, time_limit_s=1.5))
    assert good.values is not None
    assert good.objective is not None
    settings = SolveSettings(gap=0, time_limit_s=60, options=(("mip_max_nodes", 0), ("mip_heuristic_effort", 0.0)))
    without, with_start = highs.solve(compiled, settings), highs.solve(compiled, settings, start=good.values)
    assert with_start.objective is not None
    assert with_start.objective <= good.objective + 1e-6
    assert without.objective is None or without.objective > with_start.objective


def test_polishing_holds_the_integers_and_cleans_the_rest(highs: HighsProcess) -> None:
    model = two_item_knapsack()
    model.c = pyo.Var(bounds=(0, 0.5))
    model.share = pyo.Constraint(expr=model.c <= 0.2 * model.a)
    model.worth.set_value(5 * model.a + 4 * model.b + model.c)
    compiled = compile_model(model)
    answer = highs.solve(compiled, EXACT)
    polished = solve_with_integers_fixed(compiled, answer, EXACT, highs)
    # a = 2 allows c = 0.4: 10.4
    assert polished.values is not None
    assert polished.values.tolist() == [2, 0, pytest.approx(0.4)]
    assert polished.objective == pytest.approx(10.4)
    assert (polished.stop_reason, polished.bound) == ("optimal", answer.bound)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((("mip_rel_gapp", 0.1),), "option mip_rel_gapp"),
        ((("time_limit", "soon"),), "option time_limit"),
        ((("presolve", 3),), "presolve"),
    ],
)
def test_a_wrong_option_is_an_error_and_the_process_lives_on(highs: HighsProcess, options, message: str) -> None:
    with pytest.raises(SolverError, match=message):
        highs.solve(compile_model(two_item_knapsack()), SolveSettings(options=options))
    assert highs.solve(compile_model(two_item_knapsack()), EXACT).stop_reason == "optimal"


def test_a_second_thread_count_in_one_process_is_heeded(highs: HighsProcess) -> None:
    for threads in (1, 2, 1):
        assert highs.solve(compile_model(two_item_knapsack()), SolveSettings(gap=0, threads=threads)).stop_reason == "optimal"


@pytest.mark.parametrize(
    "wrong", [{"gap": -0.1}, {"gap": math.nan}, {"time_limit_s": -1}, {"time_limit_s": math.nan}, {"threads": 0}, {"seed": -1}]
)
def test_settings_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SolverError):
        SolveSettings(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "objective", "message"),
    [
        ([3.0, 0.0], 115.0, "breaks room by 0.5"),  # 9 against 6
        ([-1.0, 0.0], 95.0, "breaks a by 1"),
        ([0.5, 0.0], 102.5, "breaks a by 0.5"),
        ([2.0, 0.0], 112.0, "objective 112"),
        ([math.nan, 0.0], 100.0, "no number for a"),
    ],
)
def test_a_solution_that_breaks_the_model_is_refused(values: list[float], objective: float, message: str) -> None:
    with pytest.raises(SolverError, match=message):
        check_solution(compile_model(two_item_knapsack()), np.array(values), objective)


@pytest.mark.parametrize("seed", range(5))
def test_equal_to_pyomos_own_interface(highs: HighsProcess, seed: int) -> None:
    model = random_program(seed)
    answer = highs.solve(compile_model(model), EXACT)
    peer = Highs().solve(model, load_solutions=False, raise_exception_on_nonoptimal_result=False, rel_gap=0, abs_gap=0)
    assert answer.stop_reason == "optimal"
    assert answer.objective == pytest.approx(peer.incumbent_objective)
    assert answer.bound == pytest.approx(peer.objective_bound)


def random_program(seed: int) -> pyo.ConcreteModel:
    """A feasible mixed-integer program with ranged, one-sided and equality rows, minimised or maximised."""
    random = np.random.default_rng(seed)
    count, rows = 12, 8
    inside = random.integers(0, 4, size=count)
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(count), bounds=(0, 5), domain=lambda _, column: pyo.Integers if column % 2 else pyo.Reals)
    model.rows = pyo.ConstraintList()
    for row in range(rows):
        weights = random.integers(-5, 9, size=count)
        body, level = sum(int(weights[column]) * model.x[column] for column in range(count)), int(weights @ inside)
        kinds = (pyo.inequality(level - 3, body, level + 2), body <= level, body >= level, body == level)
        model.rows.add(kinds[row % 4])
    prices = random.integers(-9, 10, size=count)
    sense = pyo.maximize if seed % 2 else pyo.minimize
    model.price = pyo.Objective(expr=sum(int(prices[column]) * model.x[column] for column in range(count)) + 13, sense=sense)
    return model
