"""Regret of every candidate in every run, worked out by hand.

=====  =====  =====  =====  =====
Run    Free   a      b      c
=====  =====  =====  =====  =====
1      10 a   10     14     30
2      20 a   20     21     30
3      15 b   25     15     30
4      20 b   50     20     30
=====  =====  =====  =====  =====

Regret of a: 0, 0, 10, 30; of b: 4, 1, 0, 0; of c: 20, 10, 15, 10.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.core.errors import SolverError
from optimizer.study.answers.regret import candidates_of, regret_of
from optimizer.study.answers.regret_measures import mean_of_worst
from tests.study import made

SLIP = made.factor()
FREE = {1: (10.0, "a"), 2: (20.0, "a"), 3: (15.0, "b"), 4: (20.0, "b")}
HELD = {
    (1, "a"): 10.0, (2, "a"): 20.0, (3, "a"): 25.0, (4, "a"): 50.0,
    (1, "b"): 14.0, (2, "b"): 21.0, (3, "b"): 15.0, (4, "b"): 20.0,
    (1, "c"): 30.0, (2, "c"): 30.0, (3, "c"): 30.0, (4, "c"): 30.0,
}


def asked(**changes):
    return made.study("monte_carlo", SLIP, **{"regret": True, "candidates": ("a", "b", "c"), "cvar_fraction": 0.375, **changes})


def table(held=None, free=None, study=None):
    """Runs 1 to 4 and what was held in them; the scenario as it is has a host of its own that must not count."""
    outcomes = {**{run: made.plan(*found) for run, found in FREE.items()}, **(free or {})}
    held_rows = {**{place: made.plan(cost, place[1]) for place, cost in HELD.items()}, **(held or {})}
    return made.table(
        study or asked(),
        ({"slip": 0}, made.plan(1.0, "base")),
        *[({"slip": run}, outcome) for run, outcome in outcomes.items()],
        *[({"slip": run}, outcome, host) for (run, host), outcome in held_rows.items() if outcome is not None],
    )


def test_regret_by_run_and_in_sum():
    regret = regret_of(asked(), table())
    assert regret["decisions"] == ["a", "b", "c"]
    assert [row["regrets"] for row in regret["rows"]] == [
        {"a": 0.0, "b": 4.0, "c": 20.0}, {"a": 0.0, "b": 1.0, "c": 10.0},
        {"a": 10.0, "b": 0.0, "c": 15.0}, {"a": 30.0, "b": 0.0, "c": 10.0},
    ]
    assert [(row["run"], row["values"], row["best"], row["best_musd"]) for row in regret["rows"]][2] == (3, {"slip": 3}, "b", 15.0)
    summed = {row["host"]: row for row in regret["summary"]}
    assert [summed[host]["expected_musd"] for host in "abc"] == [10.0, 1.25, 13.75]
    assert [summed[host]["worst_musd"] for host in "abc"] == [30.0, 4.0, 20.0]
    # the worst 0.375 of four runs: the worst one and half of the next: (30 + 5) / 1.5, (4 + 0.5) / 1.5, (20 + 7.5) / 1.5
    assert [summed[host]["cvar_musd"] for host in "abc"] == pytest.approx([70 / 3, 3.0, 55 / 3])
    assert [summed[host]["expected_cost_musd"] for host in "abc"] == [26.25, 17.5, 30.0]
    assert (regret["least_expected_cost"], regret["minimax_regret"]) == ("b", "b")
    # expected cost of b 17.5, expected best (10 + 20 + 15 + 20) / 4 = 16.25
    assert regret["value_of_perfect_information_musd"] == 1.25
    assert (regret["infeasible_anyway"], regret["left_out"]) == (0, 0)
    assert "4 runs" in regret["says"]


def test_the_decision_of_least_mean_cost_need_not_be_the_safest():
    # b at 40 in run 1: regret 30, 1, 0, 0 - mean 7.75; c: worst 20
    regret = regret_of(asked(), table({(1, "b"): made.plan(40.0, "b")}))
    assert (regret["least_expected_cost"], regret["minimax_regret"]) == ("b", "c")


def test_infeasible_is_counted_and_is_no_number():
    regret = regret_of(asked(), table({(2, "b"): made.none(), (3, "c"): made.none("failed")}))
    summed = {row["host"]: row for row in regret["summary"]}
    for host in "bc":
        assert [summed[host][name] for name in ("expected_musd", "worst_musd", "cvar_musd", "expected_cost_musd")] == [None] * 4
    assert [(summed[host]["infeasible_runs"], summed[host]["unknown_runs"]) for host in "abc"] == [(0, 0), (1, 0), (0, 1)]
    # b in runs 1, 3 and 4: regrets 4, 0, 0; c in runs 1, 2 and 4: 20, 10, 10
    told = [[summed[host][name] for name in ("runs_with_plan", "expected_with_plan_musd", "worst_with_plan_musd")] for host in "abc"]
    assert told == [[4, 10.0, 30.0], [3, pytest.approx(4 / 3), 4.0], [3, pytest.approx(40 / 3), 20.0]]
    assert [regret["rows"][place]["costs"] for place in (1, 2)] == [{"a": 20.0, "b": None, "c": 30.0}, {"a": 25.0, "b": 15.0, "c": None}]
    assert (regret["rows"][1]["infeasible"], regret["rows"][2]["unknown"]) == (["b"], ["c"])
    assert (regret["least_expected_cost"], regret["value_of_perfect_information_musd"]) == ("a", 10.0)
    assert "(a)" in regret["says"]


def test_where_every_decision_fails_somewhere_nothing_is_compared():
    lost = {(1, host): made.none() for host in "bc"} | {(4, "a"): made.none()}
    regret = regret_of(asked(), table(lost))
    assert [regret[name] for name in ("least_expected_cost", "minimax_regret", "value_of_perfect_information_musd")] == [None] * 3
    never = regret_of(asked(), table({(run, "c"): made.none() for run in FREE}))["summary"][2]
    assert [never[name] for name in ("runs_with_plan", "expected_with_plan_musd", "worst_with_plan_musd")] == [0, None, None]
    assert "cannot be said" in regret["says"]


def test_runs_without_a_plan_whatever_is_decided_are_left_out_and_counted():
    held = {(1, host): made.none() for host in "abc"} | {(2, host): made.none("failed") for host in "abc"}
    regret = regret_of(asked(), table(held, {1: made.none(), 2: made.none("quarantined")}))
    assert [row["run"] for row in regret["rows"]] == [3, 4]
    assert (regret["infeasible_anyway"], regret["left_out"]) == (1, 1)
    assert {row["host"]: row["infeasible_runs"] for row in regret["summary"]} == {"a": 0, "b": 0, "c": 0}


def test_the_free_run_stands_for_its_own_decision():
    regret = regret_of(asked(), table({(1, "a"): None}))
    assert regret["rows"][0]["costs"] == {"a": 10.0, "b": 14.0, "c": 30.0}


def test_a_decision_that_was_not_solved_is_unknown():
    regret = regret_of(asked(), table({(1, "c"): None}))
    assert regret["rows"][0]["unknown"] == ["c"]


def test_within_both_gaps_the_best_is_the_lesser():
    # free 10 with a bound of 9.5; b held at 9.2 with a bound of 8.9: less by 0.8, both gaps are 0.5 + 0.3
    free = {1: made.plan(10.0, "a", bound_musd=9.5)}
    row = regret_of(asked(), table({(1, "b"): made.plan(9.2, "b", bound_musd=8.9)}, free))["rows"][0]
    assert (row["best"], row["best_musd"]) == ("b", 9.2)
    assert row["regrets"] == pytest.approx({"a": 0.8, "b": 0.0, "c": 20.8})


def bounds(regret, host):
    (row,) = (row for row in regret["summary"] if row["host"] == host)
    return [row[f"{name}_at_{end}_musd"] for name in ("expected", "worst") for end in ("least", "most")]


def test_where_all_is_proven_the_bounds_are_the_regret_itself():
    assert bounds(regret_of(asked(), table()), "b") == [1.25, 1.25, 4.0, 4.0]


def test_gaps_leave_the_regret_between_bounds():
    """Run 1: a is best at 10, proven to 9; b held costs 14, proven to 12: its regret is 4, at least 12 - 10 and at most 14 - 9.

    In the other runs b regrets 1, 0 and 0, which is proven: (2 + 1) / 4 and (5 + 1) / 4 on average, 2 and 5 at worst.
    c held in run 1 is proven to 8.5 only, but no plan of the run costs less than 9: its regret is 20, at least 0 (9 is below 10), at
    most 30 - 9; 10, 15 and 10 beside it: 35 / 4 and 56 / 4. a itself regrets up to 1 there, if a better plan was not found.
    """
    held = {(1, "a"): None, (1, "b"): made.plan(14.0, "b", bound_musd=12.0), (1, "c"): made.plan(30.0, "c", bound_musd=8.5)}
    regret = regret_of(asked(), table(held, {1: made.plan(10.0, "a", bound_musd=9.0)}))
    assert bounds(regret, "b") == [0.75, 1.5, 2.0, 5.0]
    assert bounds(regret, "c") == [8.75, 14.0, 15.0, 21.0]
    assert bounds(regret, "a") == [10.0, 10.25, 30.0, 30.0]
    first = regret["rows"][0]
    assert (first["best_at_least_musd"], first["costs_at_least"]) == (9.0, {"a": 9.0, "b": 12.0, "c": 9.0})


def test_without_a_bound_of_the_best_a_regret_has_no_most():
    regret = regret_of(asked(), table(free={1: made.plan(10.0, "a", bound_musd=None)}))
    assert bounds(regret, "b") == [1.25, None, 4.0, None]
    assert regret["rows"][0]["best_at_least_musd"] is None


@given(st.lists(st.tuples(*(st.floats(0.0, 10.0) for _ in range(4))), min_size=1, max_size=6))
def test_the_true_regret_lies_between_the_bounds(runs):
    """True costs 100 + x of a and 100 + y of b; what is found of each lies above the truth by one gap, its bound below it by another."""
    found, truths = [({"slip": 0}, made.plan(1.0, "a"))], []
    for place, (of_a, of_b, above, below) in enumerate(runs, start=1):
        best, host = min((100.0 + of_a, "a"), (100.0 + of_b, "b"))
        found.append(({"slip": place}, made.plan(best + above, host, bound_musd=best - below)))
        truths.append({"a": 100.0 + of_a - best, "b": 100.0 + of_b - best})
    for place, (of_a, of_b, above, below) in enumerate(runs, start=1):
        for host, cost in (("a", 100.0 + of_a), ("b", 100.0 + of_b)):
            found.append(({"slip": place}, made.plan(cost + below, host, bound_musd=cost - above), host))
    study = asked(candidates=("a", "b"))
    regret = regret_of(study, made.table(study, *found))
    for host in "ab":
        true = [truth[host] for truth in truths]
        least, most, worst_least, worst_most = bounds(regret, host)
        assert least - 1e-9 <= sum(true) / len(true) <= most + 1e-9
        assert worst_least - 1e-9 <= max(true) <= worst_most + 1e-9


def test_a_held_decision_better_than_the_best_by_more_than_both_gaps_is_an_error():
    free = {1: made.plan(10.0, "a", bound_musd=9.5)}
    with pytest.raises(SolverError, match=r"Run 1 .*held at b it costs 9.100 musd, less than the best, 10.000 musd"):
        regret_of(asked(), table({(1, "b"): made.plan(9.1, "b", bound_musd=8.8)}, free))


def test_a_held_decision_cannot_have_a_plan_where_there_is_none():
    with pytest.raises(SolverError, match="held at a it has a plan"):
        regret_of(asked(), table(free={1: made.none()}))


@pytest.mark.parametrize("held", [made.plan(12.0, "a"), made.none(), made.none("failed")])
def test_the_plan_of_the_free_run_is_one_of_its_own_decision(held):
    row = regret_of(asked(), table({(1, "a"): held}))["rows"][0]
    assert (row["costs"]["a"], row["regrets"]["a"], row["infeasible"], row["unknown"]) == (10.0, 0.0, [], [])


def test_without_named_candidates_every_host_that_was_best_is_one():
    study = asked(candidates=())
    assert candidates_of(study, table(study=study)) == ("a", "b", "base")
    assert candidates_of(asked(), table()) == ("a", "b", "c")


def test_a_study_that_holds_nothing_has_no_regret():
    assert regret_of(asked(), table(dict.fromkeys(HELD))) is None


@pytest.mark.parametrize(("fraction", "mean"), [(1.0, 2.5), (0.25, 4.0), (0.5, 3.5), (0.1, 4.0), (0.6, (4 + 3 + 0.4 * 2) / 2.4)])
def test_mean_of_the_worst(fraction, mean):
    assert mean_of_worst([1.0, 4.0, 2.0, 3.0], fraction) == pytest.approx(mean)


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), fraction=st.floats(0.01, 1.0))
def test_the_mean_of_the_worst_lies_between_mean_and_worst_and_falls_with_the_fraction(values, fraction):
    found = mean_of_worst(values, fraction)
    assert sum(values) / len(values) - 1e-6 <= found <= max(values) + 1e-6
    assert found <= mean_of_worst(values, fraction / 2) + 1e-6
