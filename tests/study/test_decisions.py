"""How often each host is best."""

from __future__ import annotations

import math

import pytest

from optimizer.study.answers.decisions import decisions_of
from tests.study import made

SLIP = made.factor()


def wilson(count: int, of: int) -> tuple[float, float]:
    """The interval by Wilson's own formula."""
    z, share = 1.959963984540054, count / of
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return centre - half, centre + half


def drawn(*outcomes, design="monte_carlo"):
    asked = made.study(design, SLIP)
    return asked, made.table(asked, ({"slip": 0}, made.plan(1.0, "base")), *[({"slip": n}, outcome) for n, outcome in enumerate(outcomes)])


def test_shares_of_draws_with_their_intervals():
    plans = [made.plan(1.0, host) for host in 7 * ["a"] + ["b", "b", "cloud"]]
    rows = decisions_of(*drawn(*plans, made.none(), made.none("failed"), None))
    assert [(row["host"], row["build_or_rent"], row["runs"], row["of"]) for row in rows] == [
        ("a", "build", 7, 10), ("b", "build", 2, 10), ("cloud", "rent", 1, 10),
    ]
    assert [row["probability"] for row in rows] == [0.7, 0.2, 0.1]
    for row in rows:
        assert (row["low"], row["high"]) == pytest.approx(wilson(row["runs"], 10), rel=1e-9)
    assert {row["close_calls"] for row in rows} == {None}


def test_a_host_that_is_always_best_is_not_certain():
    (row,) = decisions_of(*drawn(*[made.plan(1.0)] * 20))
    assert row["probability"] == 1.0
    assert row["low"] == pytest.approx(20 / (20 + 1.959963984540054**2), rel=1e-9)  # Wilson at a share of 1: n / (n + z^2)


@pytest.mark.parametrize("design", ["grid", "sobol", "morris"])
def test_runs_that_are_not_drawn_are_counted_only(design):
    (row,) = decisions_of(*drawn(made.plan(1.0), made.plan(2.0), design=design))
    assert row["runs"] == 2
    assert [row[name] for name in ("probability", "low", "high")] == [None, None, None]


def test_where_no_run_has_a_plan_there_is_no_decision():
    assert decisions_of(*drawn(made.none())) == []


def test_close_calls_are_those_that_the_gap_does_not_tell_apart():
    # best 100 with a bound of 99: another host at 101 might be the best one, at 101.5 it cannot
    asked = made.study("monte_carlo", SLIP)
    close = {"bound_musd": 99.0}
    table = made.table(
        asked,
        ({"slip": 0}, made.plan(1.0)),
        ({"slip": 1}, made.plan(100.0, "a", **close)),
        ({"slip": 2}, made.plan(100.0, "a", **close)),
        ({"slip": 3}, made.plan(100.0, "b", **close)),
        ({"slip": 1}, made.plan(101.0, "b"), "b"),
        ({"slip": 1}, made.plan(100.0, "a"), "a"),
        ({"slip": 2}, made.plan(101.5, "b"), "b"),
        ({"slip": 3}, made.none(), "a"),
    )
    rows = decisions_of(asked, table)
    assert [(row["host"], row["close_calls"]) for row in rows] == [("a", 1), ("b", 0)]


def test_a_held_run_that_may_yet_cost_less_is_a_close_call():
    # best 100, proven to 99.9; held at b one found 150, proven to no more than 90 (99.9 by the free run), or to 100 and more
    asked = made.study("monte_carlo", SLIP)
    free = made.plan(100.0, "a", bound_musd=99.9)
    table = made.table(
        asked,
        ({"slip": 0}, made.plan(1.0)),
        ({"slip": 1}, free),
        ({"slip": 2}, free),
        ({"slip": 3}, made.plan(100.0, "a")),
        ({"slip": 1}, made.plan(150.0, "b", bound_musd=90.0), "b"),
        ({"slip": 2}, made.plan(150.0, "b", bound_musd=100.0), "b"),
        ({"slip": 3}, made.plan(150.0, "b", bound_musd=90.0), "b"),
    )
    (row,) = decisions_of(asked, table)
    assert row["close_calls"] == 1
