"""The search by host: the same answer as one search over the whole model, a bound for all hosts, and an end when time is up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimizer.core.bundled import scenario_path
from optimizer.core.instance import Instance
from optimizer.model import build
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites
from optimizer.solve import Answer, HighsProcess, SolveSettings, compile_model
from optimizer.solve.highs.process import WorkerProcess
from optimizer.solve.search import goals
from optimizer.solve.search.hosts import Branch, host_branches
from optimizer.solve.search.search import solve_by_host
from optimizer.solve.search.windows import HostModel, host_model
from optimizer.workflow.whole_way import solve_instance
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
    with HighsProcess() as highs:
        answer = solve_by_host(highs, posed_hosts(), SolveSettings(gap=0.5))
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


def posed_hosts() -> list[HostModel]:
    """The four sites and no host, for the least cost."""
    model = build(instance())
    compiled = compile_model(model)
    posed = compiled.with_objective(model.component("min_cost").expr)
    return [host_model(posed, branch) for branch in host_branches(model, compiled)]


class Faulty:
    """A HiGHS process of which some answers, by their number, are others."""

    def __init__(self, highs: HighsProcess, faults: dict[int, Answer]) -> None:
        self._highs, self._faults, self._asked = highs, faults, -1

    def solve(self, *question: Any) -> Answer:
        self._asked += 1
        return self._faults.get(self._asked) or self._highs.solve(*question)


def searched(faults: dict[int, Answer], start: bool = False) -> Answer:
    """Search for the cheapest of four sites (d, 7 musd) with the relaxations of a, b, c, d and no host as the first five questions."""
    hosts = posed_hosts()
    with HighsProcess() as highs:
        faulty: Any = Faulty(highs, faults)
        return solve_by_host(faulty, hosts, SolveSettings(gap=0.0), np.zeros(hosts[0].columns) if start else None)


def test_a_relaxation_that_fails_says_nothing_of_its_host() -> None:
    """The best site's relaxation ends in an error: the site is searched as it is, and found."""
    answer = searched({3: Answer("error", None, None, None, None, 0.0)})
    assert (answer.stop_reason, answer.objective) == ("optimal", pytest.approx(7.0))


def test_a_search_stopped_while_it_tries_its_start_is_stopped() -> None:
    """Nothing else is solved: no plan, no bound, no claim."""
    answer = searched({0: Answer("interrupted", None, None, None, None, 0.0)}, start=True)
    assert (answer.stop_reason, answer.values, answer.bound) == ("interrupted", None, None)


def test_a_cost_without_a_least_is_no_proof_that_there_is_no_plan() -> None:
    """The host with the least bound, d, is searched first and has no least cost."""
    unbounded = Answer("unbounded", None, None, None, None, 0.0)
    assert searched(dict.fromkeys(range(5, 20), unbounded)).stop_reason == "unbounded"


def test_ctrl_c_while_a_question_is_sent_is_a_stop_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other questions gave is not lost with it, and the next one is answered."""
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with HighsProcess() as highs:
        with monkeypatch.context() as patched:
            patched.setattr(WorkerProcess, "send", interrupted)
            assert highs.solve(hard_assignment(), SolveSettings()).stop_reason == "interrupted"
        assert highs.solve(hard_assignment(), SolveSettings(gap=0.0, stop_bound=-1e6, time_limit_s=20.0)).stop_reason == "bound"


@pytest.mark.parametrize("method", ["whole", "hosts"])
def test_without_time_for_a_later_goal_the_plan_of_the_goals_before_is_kept(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Earliest is solved and takes all the time: its plan is a plan, and nothing is proven of its cost."""
    limits = {"earliest": None, "min_cost": 0.0}
    monkeypatch.setattr(goals, "_settings", lambda settings, goal, _: replace(settings, gap=0.0, time_limit_s=limits[goal]))
    asked = assemble(read_scenario(scenario_path("quickstart"), ['objective.goals=["earliest", "min_cost"]'], fill_sites))
    header = solve_instance(asked, replace(SolveSettings(), method=method)).header
    assert (header["status"], header["stopped_by"]) == ("best_found", "time_limit")
    assert [goal["goal"] for goal in header["goals"]] == ["earliest", "min_cost"]
    assert [header["goals"][-1][name] for name in ("bound", "gap")] == [None, None]


def test_ctrl_c_at_one_goal_ends_the_search_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped at earliest with a plan in hand: the plan is kept, its money settled, and no search for the least cost begins."""
    search = goals.solve_by_host
    searched_for = []

    def stopped(*asked: Any) -> Answer:
        searched_for.append(asked)
        return replace(search(*asked), stop_reason="interrupted")

    monkeypatch.setattr(goals, "solve_by_host", stopped)
    asked = assemble(read_scenario(scenario_path("quickstart"), ['objective.goals=["earliest", "min_cost"]'], fill_sites))
    header = solve_instance(asked, SolveSettings()).header
    assert len(searched_for) == 1
    assert (header["status"], header["stopped_by"]) == ("best_found", "interrupted")
    assert header["goals"][0]["value"] == header["goals"][0]["bound"]
    assert [header["goals"][-1][name] for name in ("bound", "gap")] == [None, None]
    assert header["audit"]["passed"]


@pytest.mark.parametrize("method", ["auto", "hosts", "whole"])
def test_nothing_to_run_costs_nothing_by_either_method(method: str) -> None:
    """Without a workload there is no host to branch on."""
    model = build(replace(instance(), workloads=()))
    solved = goals.solve_goals(model, compile_model(model), replace(SolveSettings(), method=method))
    assert (solved.status, solved.goals[-1].value) == ("optimal", 0.0)
