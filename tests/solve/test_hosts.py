"""The search by host: the same answer as one search over the whole model, a bound for all hosts, and an end when time is up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.instance import Instance
from optimizer.model import build
from optimizer.solve import HighsProcess, SolveSettings, compile_model
from optimizer.solve.hosts import Branch, host_branches
from optimizer.solve.search import solve_by_host
from optimizer.solve.windows import host_model
from optimizer.workflow import solve_instance
from tests import builders as b
from tests.solve.models import hard_assignment


def instance(sites: int = 4) -> Instance:
    """Sites a, b, ... whose MW cost 10, 9, 8, ... million USD; 1 MW serves the run, ready in month 0, or a month costs 5."""
    places = tuple(
        b.site(site_id=chr(97 + i), modes=(b.mode(capex_musd_per_mw=10.0 - i),)) for i in range(sites)
    )
    return b.instance(sites=places, workloads=(b.workload(delay_cost_musd_per_month=5.0),))


def test_branches_are_every_host_and_none() -> None:
    """Four sites with one family each, one rental offer that can hold the run, and no host at all."""
    model = build(replace(instance(), rentals=(b.rental(),)))
    compiled = compile_model(model)
    branches = host_branches(model, compiled)
    assert [branch.name for branch in branches] == ["a hopper", "b hopper", "c hopper", "d hopper", "cloud", "no host"]
    ready = np.array([".ready[" in compiled.column_name(i) for i in range(len(compiled.costs))])
    # 12 periods of ready at each site: one site's are free in its branch, none in the last.
    assert [int((ready & ~branch.zero).sum()) for branch in branches] == [12, 12, 12, 12, 0, 0]


@pytest.mark.parametrize("method", ["whole", "hosts"])
def test_both_methods_find_the_cheapest_site(method: str) -> None:
    """Site d: 1 MW at 7 million USD; never building would cost 36 x 5."""
    plan = solve_instance(instance(), replace(SolveSettings(gap=0.0), method=method))
    assert plan.status == "optimal"
    assert plan.header["objective_musd"] == pytest.approx(7.0)
    assert plan.header["goals"][0]["bound"] == pytest.approx(7.0)


def test_without_any_host_the_answer_is_infeasible() -> None:
    """A deadline and no capacity: every branch is empty."""
    places = tuple(b.site(site_id=name, modes=(b.mode(max_it_mw=0.5),)) for name in "abcdef")
    asked = b.instance(sites=places, workloads=(b.workload(deadline=5),))
    assert solve_instance(asked, replace(SolveSettings(), method="hosts")).status == "infeasible"


def test_no_time_means_no_plan_and_no_claim() -> None:
    """With a limit of 0 s nothing is known: neither a plan nor a bound."""
    plan = solve_instance(instance(), replace(SolveSettings(time_limit_s=0.0), method="hosts"))
    assert plan.status == "no_plan_in_time"
    assert plan.header["goals"] == []


def test_the_bound_is_the_least_of_all_branches() -> None:
    """With a gap of a half, the first branch may end the search; the bound still holds for the best site of all (7)."""
    model = build(instance())
    compiled = compile_model(model)
    posed = compiled.with_objective(model.component("min_cost").expr)
    with HighsProcess() as highs:
        answer = solve_by_host(highs, [host_model(posed, branch) for branch in host_branches(model, compiled)], SolveSettings(gap=0.5))
    assert answer.objective is not None
    assert answer.bound is not None
    assert answer.bound <= 7.0 + 1e-6 <= answer.objective + 2e-6
    assert answer.objective - answer.bound <= 0.5 * answer.objective + 1e-6


def test_a_search_ends_at_the_bound_asked_for() -> None:
    """A bound that the relaxation reaches at once ends the search as ``bound``, with no claim to be optimal."""
    with HighsProcess() as highs:
        answer = highs.solve(hard_assignment(), SolveSettings(gap=0.0, stop_bound=-1e6, time_limit_s=20.0))
    assert answer.stop_reason == "bound"
    assert answer.held != "optimal"
    assert answer.bound is not None
    assert answer.bound >= -1e6


def test_columns_that_are_zero_are_gone_and_come_back_as_zero() -> None:
    """The plan of a branch has the columns of the whole model."""
    model = build(instance())
    compiled = compile_model(model)
    none = Branch("no host", host_branches(model, compiled)[-1].zero)
    with HighsProcess() as highs:
        answer = solve_by_host(highs, [host_model(compiled, none)], SolveSettings(gap=0.0))
    assert answer.values is not None
    assert len(answer.values) == len(compiled.costs)
    assert not answer.values[none.zero].any()
    # 12 months of delay and 24 more: never ready.
    assert answer.objective == pytest.approx(5.0 * 36)
