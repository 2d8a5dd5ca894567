from __future__ import annotations

import pytest

from optimizer.solve.highs.answer import Progress as SearchProgress
from optimizer.solve.highs.settings import SolveSettings
from optimizer.workflow import question
from optimizer.workflow import whole_way as workflow
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b


@pytest.mark.parametrize(("goal", "told"), [("min_cost", (107.0, 102.0, "musd")), ("earliest", (100.0, 95.0, "month"))])
def test_progress_stands_on_the_footing_of_the_objective(monkeypatch, goal, told):
    """7 million USD were committed before: they are no cost of the search, and part of the objective of the plan."""
    said = []

    def solve_goals(model, compiled, settings, on_progress, warm):
        on_progress(goal, SearchProgress(1.0, 100.0, 95.0, 0.05, 1))
        return workflow.Solved("no_plan_in_time", (), None, 0.0, "time_limit")

    monkeypatch.setattr(question, "committed_musd", lambda model: 7.0)
    monkeypatch.setattr(question, "solve_goals", solve_goals)
    solve_instance(b.instance(), SolveSettings(), said.append)
    progress = next(each for each in said if each.phase == f"solve {goal}")
    assert (progress.incumbent, progress.bound, progress.unit) == told
    assert progress.gap == 0.05


def test_what_was_committed_before_is_in_the_objective_that_is_reported():
    """1,000 GPUs rented before, to the end of the year, at 1 USD an hour: 8,784 hours of 2024 are 8.784 million USD."""
    rented = b.rental(committed_gpus=1000, committed_until=11, gpus_max=0)
    purse = b.purse(amounts=((0, 100.0),))
    plan = solve_instance(b.instance(rentals=(rented,), purses=(purse,), has_budget=True), SolveSettings(gap=0.0))
    assert plan.header["committed_musd"] == pytest.approx(8.784)
    assert plan.header["objective_musd"] == pytest.approx(8.784)
    assert plan.header["cash_cost_musd"] == pytest.approx(0.0)


def test_a_search_has_what_building_has_left_of_the_time(monkeypatch):
    """10 s in all, of which 4 are gone when the search begins: 6 are left, and none where 12 are gone."""
    given = []

    def solve_goals(model, compiled, settings, on_progress, warm):
        given.append(settings.time_limit_s)
        return workflow.Solved("no_plan_in_time", (), None, 0.0, "time_limit")

    monkeypatch.setattr(question, "solve_goals", solve_goals)
    for spent in (4.0, 12.0):
        monkeypatch.setattr(workflow.Stopwatch, "elapsed", lambda clock, spent=spent: spent)
        solve_instance(b.instance(), SolveSettings(time_limit_s=10.0))
    assert given == [6.0, 0.0]
