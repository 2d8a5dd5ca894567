"""Runs that follow from others, worked out by hand: which decisions are held where, and how the searches number their runs."""

from dataclasses import replace

from optimizer.study.answers.table import study_table
from optimizer.study.engine.outcome import Outcome
from optimizer.study.file.definition import Breakpoint
from optimizer.study.file.spreads import Listed
from optimizer.study.runs.designs import Run
from optimizer.study.runs.further_runs import breaks_of, end_runs, host_fixed_runs
from tests.study import made

SLIP = made.factor("slip", spread=Listed((3, 6)))
GRID = made.study("grid", SLIP, regret=True, breakpoints=(Breakpoint("slip", 0, 8, 2, ("host",)),))


def test_each_candidate_is_held_where_a_run_does_not_choose_it_by_itself() -> None:
    """Base, and slips of 3 (a best), 6 (b best) and one that has no plan: b is held at 3, a at 6; the base is no run of the grid."""
    runs = [Run(index, f"r{index}", {"slip": slip}, (f"x={slip}",), None) for index, slip in enumerate((0, 3, 6, 9))]
    outcomes = {0: made.plan(1.0, "a"), 1: made.plan(1.0, "a"), 2: made.plan(2.0, "b"), 3: Outcome(3, "k", "infeasible")}
    table = study_table(GRID, runs, outcomes)
    found = host_fixed_runs(GRID, table, runs)
    assert [(run.index, run.fixed, run.starts_from, run.overrides, run.phase) for run in found] == [
        (4, "b", 1, ("x=3",), "fixed"),
        (5, "a", 2, ("x=6",), "fixed"),
    ]
    assert host_fixed_runs(replace(GRID, regret=False), table, runs) == []


def test_a_search_asks_its_first_values_together_and_then_halves() -> None:
    """Memphis until 3 months, lordstown after: 0, 2, 4, 6 and 8 first; steps of 2 leave nothing to halve; both hosts are held once."""
    asked: list[Run] = []

    def solved(runs):
        asked.extend(runs)
        return [_plan(run) for run in runs]

    found = list(breaks_of(GRID, 10, solved, with_hosts_held=True))
    assert [run.values["slip"] for run in asked[:5]] == [0, 2, 4, 6, 8]
    assert [run.index for run in asked] == list(range(10, 10 + len(asked)))
    assert {run.phase for run in asked} == {"breakpoint"}
    assert [(one.last, one.first, one.is_proven) for one in found] == [(2, 4, True)]
    assert [(run.values["slip"], run.fixed) for run in asked[5:]] == [(2, "lordstown"), (4, "memphis")]
    asked.clear()
    list(breaks_of(GRID, 10, solved, with_hosts_held=False))
    assert [run.fixed for run in asked] == [""] * 5


def _plan(run: Run) -> Outcome:
    """A plan whose gap of 1 leaves unproven that it is the best; one with its host held costs 20 more."""
    host = run.fixed or ("memphis" if run.values["slip"] <= 3 else "lordstown")
    cost = 120.0 if run.fixed else 100.0
    return made.plan(cost, host, bound_musd=cost - 1.0)


def test_the_ends_of_a_range_are_read_early() -> None:
    assert [(run.index, run.values["slip"]) for run in end_runs(GRID, 7)] == [(7, 0), (8, 8)]
