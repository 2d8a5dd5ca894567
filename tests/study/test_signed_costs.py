"""What having signed costs, worked out by hand from made outcomes; no solver is asked."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from optimizer.core.errors import SolverError
from optimizer.solve.search.committed_contract import CommittedContract, contracts_as_json
from optimizer.study.answers.answers import answers_of
from optimizer.study.answers.committed_costs import committed_comparison
from optimizer.study.answers.decisions import decisions_of
from optimizer.study.answers.table import study_table
from optimizer.study.engine.outcome import Outcome
from optimizer.study.file.definition import Named
from optimizer.study.file.spreads import Listed
from optimizer.study.runs.designs import Run
from optimizer.study.runs.signing import PHASE, CommittedCosts
from tests.study import made

GRID = CommittedContract("a", "grid", "firm", "2024-01", (("2024-01", 1.0),))
SLIPS = (3, 6, 9)
STUDY = made.study("one_at_a_time", made.factor("slip", spread=Listed(SLIPS)), signed=True)
FREE = {0: {"operations": {"demand": 4.0, "energy": 7.0}}, 1: {"operations": {"demand": 3.0, "energy": 7.0}}}
"""Ledgers of run 1 free; of run 4 the same with contracts held."""


def table(*held: Outcome, free: tuple[Outcome, ...] = (made.plan(100.0), made.plan(110.0), made.plan(120.0))):
    """Base at 90, slips of 3, 6 and 9 months free, and again with contracts held (runs 4, 5, 6)."""
    runs = [Run(0, "base", {}, (), None)]
    runs += [Run(index, f"slip {slip}", {"slip": slip}, (f"x={slip}",), 0) for index, slip in enumerate(SLIPS, start=1)]
    runs += [replace(run, index=run.index + 3, starts_from=run.index, phase=PHASE) for run in runs[1:]]
    outcomes = dict(enumerate((made.plan(90.0), *free, *held)))
    return study_table(STUDY, runs, outcomes)


def answer(*held: Outcome, **free):
    ledgers = {1: FREE[0], 4: {"operations": {"demand": 5.5, "energy": 7.001}, "deposits": {"contract_deposit": 0.5}}}
    return committed_comparison(STUDY, table(*held, **free), CommittedCosts((GRID,), ledgers))


def test_the_price_is_the_difference_to_having_known() -> None:
    """Prices of 2, 0 and 7: 3 on average, 7 at worst; all proven to the last dollar."""
    found = answer(made.plan(102.0, ready="2024-02"), made.plan(110.0), made.plan(127.0, "cloud"))
    assert [row["price_musd"] for row in found["rows"]] == [2.0, 0.0, 7.0]
    assert [(row["run"], row["signed_run"], row["knowing_musd"], row["signed_musd"]) for row in found["rows"]] == [
        (1, 4, 100.0, 102.0), (2, 5, 110.0, 110.0), (3, 6, 120.0, 127.0)
    ]
    assert [(row["ready_knowing"], row["ready_signed"], row["host_signed"]) for row in found["rows"]][::2] == [
        ("2024-01", "2024-02", "a"), ("2024-01", "2024-01", "cloud")
    ]
    assert found["contracts"] == contracts_as_json((GRID,))
    assert found["summary"] == {
        "runs": 3, "runs_with_plan": 3, "infeasible_runs": 0, "unknown_runs": 0,
        "expected_with_plan_musd": 3.0, "worst_with_plan_musd": 7.0,
        "expected_musd": 3.0, "expected_at_least_musd": 3.0, "expected_at_most_musd": 3.0,
        "worst_musd": 7.0, "worst_at_least_musd": 7.0, "worst_at_most_musd": 7.0,
    }


def test_the_lines_that_differ_are_told_the_largest_first() -> None:
    """Demand 1.5 and a deposit 0.5 more; a tenth of a cent of energy is not told; runs whose ledgers are not at hand tell none."""
    rows = answer(made.plan(102.0), made.plan(110.0), made.plan(127.0))["rows"]
    assert rows[0]["lines"] == [
        {"group": "operations", "line": "demand", "more_musd": 1.5},
        {"group": "deposits", "line": "contract_deposit", "more_musd": 0.5},
    ]
    assert [row["lines"] for row in rows[1:]] == [[], []]


def test_what_the_gaps_leave_open_is_told() -> None:
    """Run 1 costs 99 to 100 free and 100.5 to 102 held: a price of 2, proven 0.5 to 3. Run 2 costs as much held: 0 to 1. Run 3 is exact."""
    free = (made.plan(100.0, bound_musd=99.0), made.plan(110.0, bound_musd=109.0), made.plan(120.0))
    held = (made.plan(102.0, bound_musd=100.5), made.plan(110.0, bound_musd=109.5), made.plan(127.0))
    found = answer(*held, free=free)
    bounds = [(row["price_at_least_musd"], row["price_at_most_musd"]) for row in found["rows"]]
    assert bounds == [(0.5, 3.0), (0.0, 1.0), (7.0, 7.0)]
    summary = found["summary"]
    assert (summary["expected_at_least_musd"], summary["expected_at_most_musd"]) == (2.5, pytest.approx(11.0 / 3.0))
    assert (summary["worst_at_least_musd"], summary["worst_at_most_musd"]) == (7.0, 7.0)


def test_a_held_plan_within_the_gap_of_the_free_one_is_as_good_as_it() -> None:
    """The free search stopped at 100, proven 97; held it found 99: having signed costs nothing, at most 2."""
    free = (made.plan(100.0, bound_musd=97.0), made.plan(110.0), made.plan(120.0))
    row = answer(made.plan(99.0, bound_musd=98.0), made.plan(110.0), made.plan(120.0), free=free)["rows"][0]
    assert (row["price_musd"], row["price_at_least_musd"], row["price_at_most_musd"]) == (0.0, 0.0, 2.0)


def test_without_a_bound_of_the_free_run_the_most_is_not_known() -> None:
    free = (made.plan(100.0, bound_musd=None), made.plan(110.0), made.plan(120.0))
    found = answer(made.plan(102.0), made.plan(110.0), made.plan(120.0), free=free)
    assert found["rows"][0]["price_at_most_musd"] is None
    assert (found["summary"]["expected_at_most_musd"], found["summary"]["worst_at_most_musd"]) == (None, None)


def test_runs_without_a_plan_are_counted_and_no_mean_is_told_of_all() -> None:
    """Held, run 2 is proven to have no plan and run 3 found none in time: 2 musd is the price of the one left."""
    found = answer(made.plan(102.0), made.none(), made.none("no_plan_in_time"))
    assert [(row["status"], row["message"], row["price_musd"]) for row in found["rows"][1:]] == [
        ("infeasible", "why", None), ("no_plan_in_time", "why", None)
    ]
    summary = found["summary"]
    assert (summary["runs"], summary["runs_with_plan"], summary["infeasible_runs"], summary["unknown_runs"]) == (3, 1, 1, 1)
    assert (summary["expected_with_plan_musd"], summary["worst_with_plan_musd"]) == (2.0, 2.0)
    of_all = [f"{measure}{end}_musd" for measure in ("expected", "worst") for end in ("", "_at_least", "_at_most")]
    assert [summary[name] for name in of_all] == [None] * 6


def test_a_run_that_has_no_plan_of_itself_is_not_asked_again() -> None:
    """Run 2 has none: the runs held are those of slips 3 and 9."""
    runs = [Run(0, "base", {}, (), None)]
    runs += [Run(index, f"slip {slip}", {"slip": slip}, (f"x={slip}",), 0) for index, slip in enumerate(SLIPS, start=1)]
    runs += [replace(runs[1], index=4, phase=PHASE), replace(runs[3], index=5, phase=PHASE)]
    outcomes = dict(enumerate((made.plan(90.0), made.plan(100.0), made.none(), made.plan(120.0), made.plan(101.0), made.plan(125.0))))
    found = committed_comparison(STUDY, study_table(STUDY, runs, outcomes), CommittedCosts((GRID,), {}))
    assert [(row["run"], row["signed_run"], row["price_musd"]) for row in found["rows"]] == [(1, 4, 1.0), (3, 5, 5.0)]


def test_a_plan_that_beats_the_best_by_more_than_both_gaps_is_our_fault() -> None:
    with pytest.raises(SolverError, match=r"Run 1 \(slip 3\) contradicts itself: with contracts held it costs 95.000 musd"):
        answer(made.plan(95.0), made.plan(110.0), made.plan(120.0))


def test_nothing_signed_and_nothing_asked_are_told_apart() -> None:
    """A study that does not ask has no answer; one whose base signs nothing has one without runs."""
    free = table(made.plan(100.0), made.plan(110.0), made.plan(120.0)).head(4)
    assert committed_comparison(STUDY, free, None) is None
    empty = committed_comparison(STUDY, free, CommittedCosts((), {}))
    assert (empty["contracts"], empty["rows"], empty["summary"]["runs"], empty["summary"]["expected_musd"]) == ([], [], 0, None)


def test_runs_with_contracts_held_are_in_no_count_of_decisions() -> None:
    """Held, the cloud is best in one run; the decisions are those of the four free runs, and JSON holds the answer."""
    whole = table(made.plan(102.0), made.plan(110.0), made.plan(127.0, "cloud"))
    assert [(row["host"], row["runs"], row["of"]) for row in decisions_of(STUDY, whole)] == [("a", 4, 4)]
    answers = answers_of(STUDY, whole, signed=CommittedCosts((GRID,), {}))
    assert json.loads(json.dumps(answers, allow_nan=False))["signed"]["summary"]["worst_musd"] == 7.0


def test_a_named_run_beside_a_grid_is_told_and_in_no_mean() -> None:
    """Cells cost 2 and 4 more, the named run 60: 3 on average, 4 at worst."""
    study = made.study("grid", made.factor("slip", spread=Listed(SLIPS)), named=(Named("storm", (), ""),), signed=True)
    whole = table(made.plan(102.0), made.plan(114.0), made.plan(180.0))
    found = committed_comparison(study, whole, CommittedCosts((GRID,), {}))
    assert [(row["price_musd"], row["is_counted"]) for row in found["rows"]] == [(2.0, True), (4.0, True), (60.0, False)]
    summary = found["summary"]
    assert (summary["runs"], summary["expected_musd"], summary["worst_musd"]) == (2, 3.0, 4.0)
