"""The arrays are the model: every kind of row, column and objective, by hand."""

from __future__ import annotations

import gc

import numpy as np
import pyomo.environ as pyo
import pytest

from optimizer.core.errors import SolverError
from optimizer.solve import compile_model

INFINITE = np.inf


def small_model() -> pyo.ConcreteModel:
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 20), domain=pyo.Integers)
    model.y = pyo.Var(["b", "a"], bounds=(8, None))
    model.unused = pyo.Var(bounds=(2, 5))
    model.free = pyo.Var()
    model.ranged = pyo.Constraint(expr=pyo.inequality(-100, model.x - 3 * model.y["a"] + 1, 50))
    model.at_least = pyo.Constraint(expr=model.x + model.y["b"] >= 20.5)
    model.at_most = pyo.Constraint(expr=2 * model.free <= 7 + model.x)
    model.equal = pyo.Constraint(expr=model.y["a"] == model.y["b"] + 4)
    model.switched_off = pyo.Constraint(expr=model.x >= 1000)
    model.switched_off.deactivate()
    model.cost = pyo.Objective(expr=model.x + 2 * model.y["a"] + 7)
    return model


def test_every_kind_of_row() -> None:
    compiled = compile_model(small_model())
    assert compiled.column_names == ["x", "y[b]", "y[a]", "unused", "free"]
    assert compiled.row_names == ["ranged", "at_least", "at_most", "equal"]
    # ranged: x - 3 y[a] within -100 - 1 .. 50 - 1; at_most: 2 free - x <= 7; equal: y[a] - y[b] = 4
    np.testing.assert_array_equal(
        compiled.matrix.toarray(), [[1, 0, -3, 0, 0], [1, 1, 0, 0, 0], [-1, 0, 0, 0, 2], [0, -1, 1, 0, 0]]
    )
    np.testing.assert_array_equal(compiled.row_lower, [-101, 20.5, -INFINITE, 4])
    np.testing.assert_array_equal(compiled.row_upper, [49, INFINITE, 7, 4])
    np.testing.assert_array_equal(compiled.column_lower, [0, 8, 8, 2, -INFINITE])
    np.testing.assert_array_equal(compiled.column_upper, [20, INFINITE, INFINITE, 5, INFINITE])
    np.testing.assert_array_equal(compiled.integrality, [True, False, False, False, False])
    np.testing.assert_array_equal(compiled.costs, [1, 0, 2, 0, 0])
    assert (compiled.offset, compiled.maximize) == (7.0, False)


def test_components_lead_to_columns_and_rows() -> None:
    model = small_model()
    compiled = compile_model(model)
    assert compiled.columns_of(model.y).tolist() == [1, 2]
    assert compiled.columns_of(model.y["a"]).tolist() == [2]
    assert compiled.rows_of(model.equal).tolist() == [3]
    assert compiled.rows_of(model.switched_off).tolist() == []
    with pytest.raises(SolverError, match="x is no variable of the compiled model"):
        compiled.columns_of(small_model().x)


def test_fixed_variable_is_a_column_held_at_its_value_and_stays_fixed() -> None:
    model = small_model()
    model.x.fix(3)
    compiled = compile_model(model)
    assert (compiled.column_lower[0], compiled.column_upper[0]) == (3, 3)
    assert compiled.matrix.toarray()[1].tolist() == [1, 1, 0, 0, 0]
    assert compiled.offset == 7
    assert model.x.fixed
    assert compiled.with_objective(5 * model.x).costs.tolist() == [5, 0, 0, 0, 0]


def test_a_fixed_variable_without_a_value_is_refused() -> None:
    model = small_model()
    model.x.fixed = True
    with pytest.raises(SolverError, match="x is fixed without a value"):
        compile_model(model)


def test_maximize_keeps_its_own_sense_and_signs() -> None:
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 2))
    model.gain = pyo.Objective(expr=3 * model.x - 1, sense=pyo.maximize)
    compiled = compile_model(model)
    assert (compiled.costs.tolist(), compiled.offset, compiled.maximize) == ([3.0], -1.0, True)


def test_blocks_count_and_deactivated_blocks_do_not() -> None:
    model = pyo.ConcreteModel()
    model.site = pyo.Block(["memphis", "abilene"])
    for block in model.site.values():
        block.mw = pyo.Var(bounds=(0, 1), domain=pyo.Binary)
        block.limit = pyo.Constraint(expr=block.mw <= 1)
    model.site["abilene"].deactivate()
    model.cost = pyo.Objective(expr=model.site["memphis"].mw)
    compiled = compile_model(model)
    assert (compiled.column_names, compiled.row_names) == (["site[memphis].mw"], ["site[memphis].limit"])


def test_a_variable_of_a_deactivated_block_is_named_when_it_is_used() -> None:
    model = pyo.ConcreteModel()
    model.site = pyo.Block()
    model.site.mw = pyo.Var()
    model.limit = pyo.Constraint(expr=model.site.mw <= 1)
    model.site.deactivate()
    with pytest.raises(SolverError, match=r"site\.mw .* outside its active blocks"):
        compile_model(model)


def test_without_objective_every_cost_is_zero() -> None:
    model = small_model()
    model.cost.deactivate()
    compiled = compile_model(model)
    assert not compiled.costs.any()
    assert compiled.offset == 0


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda model: setattr(model, "more", pyo.Objective(expr=model.x)), "several active objectives: cost, more"),
        (lambda model: setattr(model, "bent", pyo.Constraint(expr=model.x * model.free <= 1)), "bent.*nonlinear"),
        (lambda model: model.at_least.set_value(model.x * float("nan") + model.free >= 1), "x in at_least is nan|at_least.*nan"),
        (lambda model: model.cost.set_value(model.x * float("inf")), "cost of x is inf"),
        (lambda model: model.at_least.set_value(model.x + model.free * float("inf") >= 1), "free in at_least is inf"),
        (lambda model: model.at_most.set_value((None, model.x, float("nan"))), "upper bound of at_most is nan"),
        (lambda model: model.free.setlb(float("nan")), "free.*lower bound .nan"),
    ],
    ids=["two objectives", "nonlinear", "nan coefficient", "infinite cost", "infinite coefficient", "nan side", "nan bound"],
)
def test_what_is_not_a_linear_model_of_numbers_is_named(spoil, message: str) -> None:
    model = small_model()
    spoil(model)
    with pytest.raises(SolverError, match=message):
        compile_model(model)


def test_a_row_without_variables_that_cannot_hold_is_named() -> None:
    model = small_model()
    model.empty = pyo.Constraint(expr=0 * model.x >= 1)
    with pytest.raises(SolverError, match="empty"):
        compile_model(model)


def test_garbage_collection_is_on_again_even_after_a_failure() -> None:
    model = small_model()
    model.more = pyo.Objective(expr=model.x)
    with pytest.raises(SolverError):
        compile_model(model)
    assert gc.isenabled()


def test_patches_share_the_rest_and_leave_the_original_alone() -> None:
    model = small_model()
    compiled = compile_model(model)
    longer = compiled.with_row(model.x + 2 * model.free + 3, 1, 10, "kept goal")
    assert longer.row_names[-1] == "kept goal"
    assert longer.matrix.toarray()[-1].tolist() == [1, 0, 0, 0, 2]
    assert (longer.row_lower[-1], longer.row_upper[-1]) == (-2, 7)  # 1 - 3, 10 - 3
    other = compiled.with_objective(4 * model.free - 9, maximize=True)
    assert (other.costs.tolist(), other.offset, other.maximize) == ([0, 0, 0, 0, 4], -9, True)
    tighter = compiled.with_bounds([0, 3], [1, 2], 4).with_row_bounds([1], 21, 22)
    assert tighter.column_lower[[0, 3]].tolist() == [1, 2]
    assert tighter.column_upper[[0, 3]].tolist() == [4, 4]
    assert (tighter.row_lower[1], tighter.row_upper[1]) == (21, 22)
    assert (compiled.column_upper[0], len(compiled.row_lower), compiled.row_lower[1]) == (20, 4, 20.5)


def test_patches_refuse_what_is_not_finite_or_foreign() -> None:
    model = small_model()
    compiled = compile_model(model)
    with pytest.raises(SolverError, match="upper bound of y\\[b\\] is nan"):
        compiled.with_bounds([1], 0, float("nan"))
    with pytest.raises(SolverError, match="no variable of the compiled model"):
        compiled.with_objective(small_model().x)
    with pytest.raises(SolverError, match="not linear"):
        compiled.with_objective(model.x * model.free)
    with pytest.raises(SolverError, match="cost of free is inf"):
        compiled.with_objective(model.free * float("inf"))


def test_load_rounds_integers_and_cuts_dust() -> None:
    model = small_model()
    compiled = compile_model(model)
    compiled.load(np.array([2.9999999, 7.99999999, 12.5, 2, -3.25]))
    assert [variable.value for variable in compiled.variables] == [3, 8, 12.5, 2, -3.25]
    assert compiled.objective(np.array([3, 8, 12.5, 2, 0])) == 3 + 2 * 12.5 + 7


def test_float_dust_is_no_coefficient() -> None:
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 1))
    model.y = pyo.Var(bounds=(0, 1))
    model.row = pyo.Constraint(expr=(0.1 + 0.2 - 0.3) * model.x + 1e-8 * model.y <= 1)  # 5.6e-17, and a small one that is meant
    assert compile_model(model).matrix.toarray().tolist() == [[0, 1e-8]]


def test_a_coefficient_that_highs_would_leave_out_is_refused() -> None:
    model = pyo.ConcreteModel()
    model.y = pyo.Var(bounds=(0, 1))
    model.row = pyo.Constraint(expr=1e-11 * model.y <= 1)
    with pytest.raises(SolverError, match="coefficient of y in row is 1e-11"):
        compile_model(model)
