"""The model against brute force on 200 tiny instances, and that these instances put every mechanism to the test."""

from __future__ import annotations

import pytest

from optimizer.solve import SolveSettings
from optimizer.workflow.whole_way import solve_instance
from tests.oracle.enumerate import best_cost
from tests.oracle.expected import WHOLE, agree, read_expected
from tests.oracle.generate import random_instance
from tests.oracle.make_expected import optima
from tests.oracle.relax import MECHANISMS
from tests.oracle.seeds import SEEDS

EXPECTED = read_expected()
BINDING_IN = 15


def test_there_are_200_instances_and_a_table_of_them() -> None:
    assert len(set(SEEDS)) == 200
    assert set(EXPECTED) == set(SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_model_agrees_with_brute_force(seed: int) -> None:
    plan = solve_instance(random_instance(seed), SolveSettings(gap=0.0))
    assert plan.status in ("optimal", "within_gap", "infeasible")
    found = None if plan.status == "infeasible" else plan.header["objective_musd"]
    assert agree(EXPECTED[seed][WHOLE], found), f"brute force {EXPECTED[seed][WHOLE]}, model {found}"


def test_most_instances_have_a_plan() -> None:
    feasible = sum(optimum[WHOLE] is not None for optimum in EXPECTED.values())
    assert feasible >= 0.6 * len(SEEDS)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_every_mechanism_binds_often(mechanism: str) -> None:
    binding = [seed for seed, optimum in EXPECTED.items()
               if mechanism in optimum and not agree(optimum[WHOLE], optimum[mechanism])]
    assert len(binding) >= BINDING_IN, f"{mechanism} binds in {len(binding)} instances: {binding}"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_table_holds_what_brute_force_finds(seed: int) -> None:
    assert agree(EXPECTED[seed][WHOLE], best_cost(random_instance(seed)))


@pytest.mark.parametrize("seed", SEEDS[::10])
def test_the_table_holds_what_brute_force_finds_without_each_mechanism(seed: int) -> None:
    found = optima(seed)
    assert set(found) == set(EXPECTED[seed])
    assert [name for name, musd in found.items() if not agree(EXPECTED[seed][name], musd)] == []
