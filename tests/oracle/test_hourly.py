"""Power by the hour against brute force on 240 tiny instances."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from optimizer.audit import audit
from optimizer.model import build
from optimizer.model.extract import extract_tables
from optimizer.plan.plan import Plan
from optimizer.solve import HighsProcess, SolveSettings, compile_model
from optimizer.solve.search.goals import solve_goals
from optimizer.workflow.header import plan_header
from tests.oracle.dropping import optimum_without
from tests.oracle.hosting import waiting
from tests.oracle.hourly_enumerate import best_cost
from tests.oracle.hourly_expected import SEEDS, read_hourly, same_optimum
from tests.oracle.hourly_generate import random_hourly
from tests.oracle.money import Clock

EXPECTED = read_hourly()


@pytest.fixture(scope="module")
def highs() -> Iterator[HighsProcess]:
    with HighsProcess() as process:
        yield process


def test_the_table_is_of_all_seeds() -> None:
    assert set(EXPECTED) == set(SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_model_agrees_with_brute_force(highs: HighsProcess, seed: int) -> None:
    found = optimum_without(highs, random_hourly(seed), ())
    assert same_optimum(EXPECTED[seed], found), f"brute force {EXPECTED[seed]}, model {found}"


def test_in_most_instances_the_run_comes_to_be_ready() -> None:
    ready = 0
    for seed in SEEDS:
        instance, musd = random_hourly(seed), EXPECTED[seed]
        never = waiting(Clock(instance), instance.workloads[0], None).present
        ready += musd is not None and musd < never - 1e-6
    assert ready >= 0.6 * len(SEEDS), ready


@pytest.mark.parametrize("seed", SEEDS[::2])
def test_the_table_holds_what_brute_force_finds(seed: int) -> None:
    assert same_optimum(EXPECTED[seed], best_cost(random_hourly(seed)))


@pytest.mark.parametrize("seed", SEEDS[::5])
def test_the_best_plan_passes_its_audit(seed: int) -> None:
    instance = random_hourly(seed)
    model = build(instance)
    compiled = compile_model(model)
    solved = solve_goals(model, compiled, SolveSettings(gap=0.0))
    if EXPECTED[seed] is None:
        assert solved.status == "infeasible"
        return
    assert solved.values is not None
    compiled.load(solved.values)
    tables = extract_tables(model)
    audit(instance, Plan(plan_header(instance, tables, solved.goals), tables)).raise_if_failed()
