"""Where one host and one period are all that arithmetic leaves, that window is searched at once, without a relaxation before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimizer.core.instance import Instance
from optimizer.model import build
from optimizer.solve import CompiledModel, HighsProcess, SolveSettings, compile_model
from optimizer.solve.search import search
from optimizer.solve.search.activity import is_refuted
from optimizer.solve.search.hosts import host_branches
from optimizer.solve.search.search import solve_by_host
from optimizer.solve.search.windows import HostModel, host_model, only_window
from tests import builders as b
from tests.oracle.generate import random_instance
from tests.solve.models import two_item_knapsack

EXACT = SolveSettings(gap=0.0)


def knapsack() -> CompiledModel:
    """3 a + 2 b <= 6 with a and b from 0 to 2."""
    return compile_model(two_item_knapsack())


@pytest.mark.parametrize(
    ("lower", "upper", "refuted"),
    [
        (-np.inf, 6.0, False),
        (-np.inf, -1.0, True),  # the row is at least 0
        (10.0, np.inf, False),  # and at most 10
        (10.1, np.inf, True),
        (-np.inf, -1e-7, False),  # within tolerance
        (np.nan, np.nan, None),
    ],
)
def test_a_row_that_no_values_can_meet_refutes_a_model(lower: float, upper: float, refuted: bool | None) -> None:
    model = knapsack()
    if refuted is None:
        assert is_refuted(model.with_bounds([0], 1.0, 0.5))  # bounds that cross
        return
    assert is_refuted(model.with_row_bounds([0], lower, upper)) == refuted


def test_a_column_without_a_bound_makes_a_row_that_can_be_anything() -> None:
    """a - b with a free above and b free above: nothing is known of it, with coefficients of both signs."""
    model = replace(knapsack(), column_upper=np.array([np.inf, np.inf]))
    model = replace(model, matrix=(model.matrix * np.array([[1.0, -1.0]])).tocsc())
    assert not is_refuted(model.with_row_bounds([0], 1e6, np.inf))
    assert not is_refuted(model.with_row_bounds([0], -np.inf, -1e6))


@pytest.mark.parametrize("seed", range(0, 200, 10))
def test_a_model_with_a_plan_is_never_refuted(highs: HighsProcess, seed: int) -> None:
    """Random instances: where a plan is found, arithmetic has nothing against it."""
    compiled = compile_model(build(random_instance(seed)))
    if highs.solve(compiled, EXACT).values is not None:
        assert not is_refuted(compiled)


def hosts_of(asked: Instance) -> list[HostModel]:
    model = build(asked)
    compiled = compile_model(model)
    posed = compiled.with_objective(model.component("min_cost").expr)
    return [host_model(posed, branch) for branch in host_branches(model, compiled)]


def at_once(sites: str = "a") -> Instance:
    """1 MW at 10 million USD a site, for a run that must be ready in month 0."""
    places = tuple(b.site(site_id=name, modes=(b.mode(capex_musd_per_mw=10.0),)) for name in sites)
    return b.instance(sites=places, workloads=(b.workload(deadline=0),))


def test_one_site_and_a_run_due_at_once_leave_one_window() -> None:
    """Ready in month 0 at a; never is ruled out by the deadline, and so is no host."""
    window = only_window(hosts_of(at_once()))
    assert window is not None
    assert (window.host.name, window.first, window.last) == ("a hopper", 0, 0)


@pytest.mark.parametrize("asked", [at_once("ab"), replace(at_once(), workloads=(b.workload(deadline=1),))])
def test_two_sites_or_two_periods_leave_more_than_one(asked: Instance) -> None:
    assert only_window(hosts_of(asked)) is None


def test_where_all_is_refuted_there_is_no_plan() -> None:
    """Half a MW is too little: not one window, and the search says infeasible."""
    site = b.site(site_id="a", modes=(b.mode(max_it_mw=0.5),))
    hosts = hosts_of(replace(at_once(), sites=(site,)))
    with HighsProcess() as highs:
        assert solve_by_host(highs, hosts, EXACT).stop_reason == "infeasible"


def test_the_only_window_is_searched_without_a_relaxation(monkeypatch: pytest.MonkeyPatch) -> None:
    """One call, with the cost and the bound: 10."""
    asked, solve = [], HighsProcess.solve

    def noted(self: HighsProcess, compiled: CompiledModel, *how: Any) -> Any:
        asked.append(compiled.name)
        return solve(self, compiled, *how)

    monkeypatch.setattr(HighsProcess, "solve", noted)
    with HighsProcess() as highs:
        answer = solve_by_host(highs, hosts_of(at_once()), EXACT)
    assert asked == ["search of a hopper"]
    assert (answer.stop_reason, answer.objective, answer.bound) == ("optimal", pytest.approx(10.0), pytest.approx(10.0))


@pytest.mark.parametrize(("few", "told"), [(1.1, True), (1e-3, False)])
def test_a_search_with_few_whole_numbers_does_not_begin_again(monkeypatch: pytest.MonkeyPatch, few: float, told: bool) -> None:
    """To begin again would solve its linear program a second time; where many are whole it may, as HiGHS sees fit."""
    options, solve = [], HighsProcess.solve

    def noted(self: HighsProcess, model: CompiledModel, how: SolveSettings, *rest: Any) -> Any:
        options.append(how.options)
        return solve(self, model, how, *rest)

    monkeypatch.setattr(HighsProcess, "solve", noted)
    monkeypatch.setattr(search, "FEW_INTEGERS", few)
    with HighsProcess() as highs:
        assert solve_by_host(highs, hosts_of(at_once()), EXACT).objective == pytest.approx(10.0)
    assert options == [(("mip_allow_restart", False),) if told else ()]
