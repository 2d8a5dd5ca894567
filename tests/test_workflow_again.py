"""A plan that fails its audit is not shown: the question is solved again in other ways, and the weakest bound of all counts."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from optimizer.core.errors import AuditError
from optimizer.plan.plan import GoalResult, Plan
from optimizer.solve import SolveSettings
from optimizer.solve.search.goals import Solved, disagree, solve_goals, with_weakest_bounds
from optimizer.workflow import question
from optimizer.workflow.whole_way import solve_instance
from tests.solve.test_hosts import instance

EXACT = SolveSettings(gap=0.0)


class Runs:
    """Solves as they are, but for what is changed of each by its number; the audit refuses those named."""

    def __init__(self, patch: pytest.MonkeyPatch, refused: set[int], changed: dict[int, Any] | None = None) -> None:
        self.settings: list[SolveSettings] = []
        self._refused, self._changed, self._audit = refused, changed or {}, question.audit
        patch.setattr(question, "solve_goals", self._solve)
        patch.setattr(question, "audit", self._audited)

    def _solve(self, model: Any, compiled: Any, settings: SolveSettings, report: Any, warm: Any) -> Solved:
        self.settings.append(settings)
        solved = solve_goals(model, compiled, replace(settings, solver="highs"), report, warm)
        return self._changed.get(len(self.settings) - 1, lambda each: each)(solved)

    def _audited(self, asked: Any, plan: Plan) -> Any:
        report = self._audit(asked, plan)
        if len(self.settings) - 1 not in self._refused:
            return report
        return replace(report, passed=False, violations=("supply_limit at d by 3",))


def bounded(bound: float, value: float | None = None) -> Any:
    """A solve with another bound, and another value."""
    def change(solved: Solved) -> Solved:
        goal = replace(solved.goals[0], bound=bound, value=solved.goals[0].value if value is None else value)
        return replace(solved, goals=(goal,))
    return change


def no_plan(status: str, reason: str) -> Any:
    return lambda solved: replace(solved, status=status, stop_reason=reason, values=None, goals=())


def test_the_second_run_differs_in_presolve_and_seed_and_its_plan_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both prove 7: no third is asked."""
    runs = Runs(monkeypatch, {0})
    header = solve_instance(instance(), EXACT).header
    assert [(each.presolve, each.seed, each.solver) for each in runs.settings] == [(True, 0, "highs"), (False, 17, "highs")]
    assert (header["status"], header["objective_musd"]) == ("optimal", pytest.approx(7.0))
    (failure,) = header["solver_failures"]
    assert failure["answered_by"] == "HiGHS with other presolve and seed"
    assert failure["failed"] == [{"solver": "HiGHS", "what": "the plan fails its audit: 1 violation supply_limit at d by 3"}]


def test_the_weaker_bound_of_the_two_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run whose plan failed had proven 6.5 alone: so much and no more is proven, (7 - 6.5) / 7."""
    Runs(monkeypatch, {0}, {0: bounded(6.5)})
    header = solve_instance(instance(), EXACT).header
    (goal,) = header["goals"]
    assert (header["status"], goal["bound"], goal["gap"]) == ("best_found", pytest.approx(6.5), pytest.approx(0.5 / 7))


def test_where_the_two_disagree_another_code_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first claimed that nothing is cheaper than 8, and the second has a plan for 7."""
    runs = Runs(monkeypatch, {0}, {0: bounded(8.0, 8.0)})
    header = solve_instance(instance(), EXACT).header
    assert [each.solver for each in runs.settings] == ["highs", "highs", "scip"]
    assert (header["objective_musd"], header["goals"][0]["bound"]) == (pytest.approx(7.0), pytest.approx(7.0))


def test_one_that_says_that_there_is_no_plan_is_not_believed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """SCIP has a plan: it is shown."""
    runs = Runs(monkeypatch, {0}, {1: no_plan("infeasible", "infeasible")})
    assert solve_instance(instance(), EXACT).header["objective_musd"] == pytest.approx(7.0)
    assert len(runs.settings) == 3


def test_two_that_say_that_there_is_no_plan_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against one whose plan breaks a rule."""
    Runs(monkeypatch, {0}, dict.fromkeys((1, 2), no_plan("infeasible", "infeasible")))
    assert solve_instance(instance(), EXACT).status == "infeasible"


@pytest.mark.parametrize("changed", [{}, {1: no_plan("infeasible", "infeasible"), 2: no_plan("no_plan_in_time", "error")}])
def test_where_no_plan_passes_there_is_none(monkeypatch: pytest.MonkeyPatch, changed: dict[int, Any]) -> None:
    """All three fail; or one says that there is none, and the last says nothing."""
    Runs(monkeypatch, {0, 1, 2}, changed)
    with pytest.raises(AuditError, match="supply_limit at d by 3"):
        solve_instance(instance(), EXACT)


def test_a_search_stopped_by_hand_is_not_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its plan fails, and that is said."""
    runs = Runs(monkeypatch, {0}, {0: lambda solved: replace(solved, stop_reason="interrupted")})
    with pytest.raises(AuditError):
        solve_instance(instance(), EXACT)
    assert len(runs.settings) == 1


def solved(value: float, bound: float) -> Solved:
    goal = GoalResult("min_cost", value, "musd", bound, math.inf)
    return Solved("optimal", (goal,), (), 0.0, "optimal")  # type: ignore[arg-type]


def test_runs_disagree_where_one_has_proven_what_the_other_refutes() -> None:
    """110 at 100 and 105 at 99 may both be right; 110 at 106 and a plan of 105 may not."""
    assert not disagree(solved(110, 100), solved(105, 99))
    assert disagree(solved(110, 106), solved(105, 99))
    assert disagree(solved(105, 99), solved(110, 106))


def test_what_was_committed_before_is_no_part_of_the_weaker_gap() -> None:
    """110, of which 10 were committed, at 105 and at 100: 10 of 100."""
    (goal,) = with_weakest_bounds(solved(110, 105), [solved(112, 100)], EXACT, 10.0).goals
    assert (goal.bound, goal.gap) == (100, pytest.approx(0.1))
