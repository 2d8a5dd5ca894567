"""Where a solver fails the question is asked in another way, and of another code at last; what failed is kept, and the search goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimizer.solve import Answer, HighsProcess, SolveSettings, compile_model
from optimizer.solve.highs.ladder import rungs, what_is_wrong
from optimizer.solve.search.search import solve_by_host
from optimizer.solve.search.windows import relaxation
from optimizer.workflow.whole_way import solve_instance
from tests.solve.models import two_item_knapsack
from tests.solve.test_hosts import instance, posed_hosts

EXACT = SolveSettings(gap=0.0)
REFUSED = Answer("error", None, None, None, None, 0.0, message="HiGHS refused run.")
NAMES = ["HiGHS", "HiGHS without presolve", "HiGHS with another seed", "SCIP"]


def failing(monkeypatch: pytest.MonkeyPatch, fails: Any) -> list[SolveSettings]:
    """Let the process answer with a refusal where ``fails`` says so of task and settings; give the settings of every call."""
    asked, ask = [], HighsProcess._one_answer

    def answer(self: HighsProcess, task: Any, settings: SolveSettings, on_progress: Any) -> Answer:
        asked.append(settings)
        return REFUSED if fails(task, settings) else ask(self, task, settings, on_progress)

    monkeypatch.setattr(HighsProcess, "_one_answer", answer)
    return asked


def scip_or_skip(rung: int) -> None:
    if rung == len(NAMES) - 1:
        pytest.importorskip("pyscipopt")


@pytest.mark.parametrize("rung", range(4))
def test_each_rung_answers_where_those_before_it_fail(highs: HighsProcess, monkeypatch: pytest.MonkeyPatch, rung: int) -> None:
    """The knapsack of 110 (a = 2, b = 0), with the first 0, 1, 2 or 3 calls refused."""
    scip_or_skip(rung)
    calls = iter(range(9))
    asked = failing(monkeypatch, lambda *_: next(calls) < rung)
    before = len(highs.failures)
    answer = highs.solve(compile_model(two_item_knapsack()), EXACT)
    assert (answer.stop_reason, answer.objective, answer.bound) == ("optimal", pytest.approx(110.0), pytest.approx(110.0))
    assert [(one.presolve, one.seed != 0, one.solver) for one in asked] == [
        (True, False, "highs"), (False, False, "highs"), (True, True, "highs"), (True, False, "scip"),
    ][: rung + 1]
    told = highs.failures[before:]
    assert [(one.failed, one.answered_by) for one in told] == (
        [(tuple((name, "HiGHS refused run.") for name in NAMES[:rung]), NAMES[rung])] if rung else []
    )


def test_a_linear_program_is_tried_by_interior_point_too(highs: HighsProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """The relaxed knapsack: 100 + 8 + 10/3 (tests of answers)."""
    failing(monkeypatch, lambda _, settings: ("solver", "ipm") not in settings.options)
    answer = highs.solve(relaxation(compile_model(two_item_knapsack())), EXACT)
    assert answer.objective == pytest.approx(100 + 8 + 10 / 3)
    assert highs.failures[-1].answered_by == "HiGHS by interior point"
    assert highs.failures[-1].question == "relaxation of the whole model"


def test_where_all_fail_nothing_is_known(highs: HighsProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """No plan, no bound; every way is told."""
    failing(monkeypatch, lambda *_: True)
    answer = highs.solve(compile_model(two_item_knapsack()), EXACT)
    assert (answer.stop_reason, answer.values, answer.bound) == ("error", None, None)
    assert [name for name, _ in highs.failures[-1].failed] == NAMES
    assert highs.failures[-1].answered_by is None
    assert all(name in answer.message for name in NAMES)


def test_without_scip_the_last_rung_says_what_is_missing(highs: HighsProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker answers a task for SCIP by a failure where PySCIPOpt is not there, and lives on."""
    from optimizer.solve.highs import scip_call
    from optimizer.solve.highs.messages import Failure

    monkeypatch.setitem(__import__("sys").modules, "pyscipopt", None)
    told: list[Any] = []
    scip_call.solve_task(None, None, told.append)  # type: ignore[arg-type]
    assert told == [Failure(scip_call.NOT_INSTALLED)]


def test_a_process_that_dies_is_a_rung_that_failed(highs: HighsProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed as it is asked: the next process answers."""
    ask, is_first = HighsProcess._one_answer, iter([True])

    def killed(self: HighsProcess, *question: Any) -> Answer:
        if next(is_first, False):
            self._worker._process.kill()
            self._worker._process.wait()
            monkeypatch.setattr(type(self._worker), "is_alive", lambda _: True)
            try:
                return ask(self, *question)
            finally:
                monkeypatch.undo()
        return ask(self, *question)

    monkeypatch.setattr(HighsProcess, "_one_answer", killed)
    assert highs.solve(compile_model(two_item_knapsack()), EXACT).objective == pytest.approx(110.0)
    assert "ended (code -9)" in highs.failures[-1].failed[0][1]


def plan(a: float, b: float, objective: float, bound: float | None, reason: str = "optimal") -> Answer:
    return Answer(reason, np.array([a, b]), objective, bound, None, 0.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "known", "wrong"),
    [
        (plan(2, 0, 110, 110), None, ""),
        (plan(2, 1, 114, 114), None, "breaks room by 0.333"),  # 8 against 6: 2 over, of 6
        (plan(1, 1, 109, 109), plan(2, 0, 110, None), "bound of 109 is beyond a plan of 110"),
        (plan(2, 0, 110, 109), None, "bound of 109 is beyond a plan of 110"),
        (Answer("optimal", None, None, None, None, 0.0), None, "optimal without a solution"),
        (Answer("infeasible", None, None, None, None, 0.0), plan(2, 0, 110, None), "no plan, and one of 110 is at hand"),
        (Answer("infeasible", None, None, None, None, 0.0), None, ""),
        (plan(1, 1, 109, 112, "gap"), plan(2, 0, 110, None), ""),
    ],
)
def test_an_answer_that_is_none_is_a_failure(answer: Answer, known: Answer | None, wrong: str) -> None:
    """Of the knapsack, which is maximised: the best is 110, and 109 is a plan too."""
    said = what_is_wrong(compile_model(two_item_knapsack()), answer, known)
    assert wrong in said
    assert bool(said) == bool(wrong)


def test_a_wrong_answer_leaves_its_plan_and_climbs(highs: HighsProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first call says that 109 is all there is and holds 110: the plan counts, the claim does not."""
    ask, calls = HighsProcess._one_answer, iter([plan(2, 0, 110, 109), plan(1, 1, 109, 112, "gap")])
    monkeypatch.setattr(HighsProcess, "_one_answer", lambda self, *question: next(calls, None) or ask(self, *question))
    answer = highs.solve(compile_model(two_item_knapsack()), SolveSettings(gap=0.1))
    assert (answer.stop_reason, answer.objective, answer.bound) == ("gap", 110, 112)
    assert answer.gap == pytest.approx(2 / 110)
    assert answer.values is not None
    assert answer.values.tolist() == [2, 0]


def test_a_window_on_which_all_fail_is_unknown_and_the_search_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sites a to d cost 10, 9, 8 and 7. Nothing is to be had of d: c is found for 8, and nothing is proven of it."""
    failing(monkeypatch, lambda task, _: task.name.split(" of ")[1].startswith("d "))
    with HighsProcess() as highs:
        answer = solve_by_host(highs, posed_hosts(), EXACT)
        questions = {failure.question for failure in highs.failures}
    assert (answer.stop_reason, answer.objective, answer.bound) == ("error", pytest.approx(8.0), None)
    assert answer.held == "best_found"
    assert questions == {"relaxation of d hopper", "search of d hopper"}
    assert "search of d hopper" in answer.message


def test_where_only_the_search_of_a_window_fails_its_relaxation_is_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """The relaxation of d is 7: no plan is cheaper than that, and c is found for 8."""
    failing(monkeypatch, lambda task, _: "search of d hopper" in task.name)
    with HighsProcess() as highs:
        answer = solve_by_host(highs, posed_hosts(), EXACT)
    assert (answer.stop_reason, answer.objective) == ("error", pytest.approx(8.0))
    assert answer.bound == pytest.approx(7.0)


def test_where_all_windows_fail_it_is_not_said_that_there_is_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not infeasible: not known."""
    failing(monkeypatch, lambda *_: True)
    with HighsProcess() as highs:
        answer = solve_by_host(highs, posed_hosts(), EXACT)
    assert (answer.stop_reason, answer.values, answer.bound) == ("error", None, None)


def test_what_failed_stands_in_the_header_of_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a failure there is no such field."""
    assert "solver_failures" not in solve_instance(instance(), EXACT).header
    failing(monkeypatch, lambda task, settings: settings.presolve and task.name == "relaxation of d hopper")
    header = solve_instance(instance(), EXACT).header
    assert header["objective_musd"] == pytest.approx(7.0)
    assert header["solver_failures"] == [{
        "question": "relaxation of d hopper",
        "failed": [{"solver": "HiGHS", "what": "HiGHS refused run."}],
        "answered_by": "HiGHS without presolve",
    }]


def test_a_question_for_scip_is_for_scip_alone() -> None:
    """Another way would be another code."""
    asked = replace(EXACT, solver="scip")
    assert [(rung.name, rung.settings) for rung in rungs(asked, has_integers=True)] == [("SCIP", asked)]


def test_scip_answers_as_highs_does(highs: HighsProcess) -> None:
    """A maximum with a constant, an infeasible and a relaxed model."""
    pytest.importorskip("pyscipopt")
    scip, knapsack = replace(EXACT, solver="scip"), compile_model(two_item_knapsack())
    for asked in (knapsack, relaxation(knapsack), replace(knapsack, row_upper=np.array([-1.0]))):
        own, other = highs.solve(asked, EXACT), highs.solve(asked, scip)
        assert own.stop_reason == other.stop_reason
        assert own.objective == (None if other.objective is None else pytest.approx(other.objective))


def test_scip_heeds_a_limit_of_time_and_keeps_its_best(highs: HighsProcess) -> None:
    """A model far beyond seconds to prove."""
    pytest.importorskip("pyscipopt")
    from tests.solve.models import hard_assignment

    answer = highs.solve(hard_assignment(), SolveSettings(gap=0.0, time_limit_s=2.0, solver="scip"))
    assert (answer.stop_reason, answer.held) == ("time_limit", "best_found")
