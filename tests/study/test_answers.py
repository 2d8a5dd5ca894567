"""All that a study answers, as ``answers.json`` holds it."""

from __future__ import annotations

import json

import pytest

from optimizer.study.answers.answers import answers_of
from optimizer.study.answers.breakpoints import find_breaks, seen_of
from optimizer.study.engine.outcome import FIGURES
from optimizer.study.file.definition import Breakpoint
from tests.study import made

SLIP = made.factor(title="Slip of the MW")
KEYS = [
    "format", "scenario", "study", "title", "design", "unit", "runs", "base", "tornado", "indices", "decisions", "close_calls", "regret",
    "signed", "spread", "breakpoints",
]


def drawn():
    """Costs 1, 2, ..., 21 at a and b in turn, one run infeasible, one failed, one quarantined, one not run; a and b held in two."""
    asked = made.study("monte_carlo", SLIP, regret=True)
    plans = [made.plan(float(cost), "ab"[cost % 2]) for cost in range(1, 22)]
    others = [made.none(), made.none("failed"), made.none("quarantined"), None]
    held = [({"slip": slip}, made.plan(cost, host), host) for slip, cost, host in ((1, 3.0, "a"), (2, 2.5, "b"))]
    rows = [({"slip": slip}, outcome) for slip, outcome in enumerate([*plans, *others], start=1)]
    return asked, made.table(asked, ({"slip": 0}, made.plan(50.0)), *rows, *held)


def test_every_key_is_there_and_json_holds_it():
    asked, table = drawn()
    answers = answers_of(asked, table, scenario="xai-2024")
    assert list(answers) == KEYS
    assert json.loads(json.dumps(answers, allow_nan=False)) == answers
    assert [answers[key] for key in ("format", "scenario", "study", "title", "design", "unit")] == [
        1, "xai-2024", "test", "Test", "monte_carlo", "musd",
    ]
    assert (answers["tornado"], answers["indices"], answers["breakpoints"]) == ([], None, [])


def test_runs_are_counted_by_what_became_of_them():
    runs = answers_of(*drawn())["runs"]
    # the base, 21 plans, 1 infeasible, 2 held; each plan 2 s, each other 1 s
    assert runs == {
        "asked": 28, "done": 25, "questions": 25, "infeasible": 1, "no_plan_in_time": 0, "failed": 1, "quarantined": 1, "seconds": 51.0,
    }


def test_equal_questions_are_solved_once_and_so_are_their_seconds():
    asked = made.study("named")
    table = made.table(asked, ({}, made.plan(1.0)), ({}, made.plan(1.0)), ({}, None)).assign(key=["same", "same", None])
    runs = answers_of(asked, table)["runs"]
    assert (runs["seconds"], runs["done"], runs["questions"]) == (2.0, 2, 1)


def test_the_base_has_all_figures():
    base = answers_of(*drawn())["base"]
    assert list(base) == ["status", *FIGURES]
    assert (base["objective_musd"], base["host"], base["verification_passed"], base["ready"]) == (50.0, "a", True, "2024-01")
    missing = answers_of(made.study("named"), made.table(made.study("named"), ({}, made.none())))["base"]
    assert missing == {"status": "infeasible", **dict.fromkeys(FIGURES)}


def test_spread_of_the_draws():
    spread = answers_of(*drawn())["spread"]
    # 1 to 21: mean and median 11, variance of the sample 21 * 22 / 12, percentiles at 1 + 20 p
    sd = (21 * 22 / 12) ** 0.5
    assert spread == pytest.approx({"mean": 11.0, "sd": sd, "p5": 2.0, "p50": 11.0, "p95": 20.0, "of": 21, "left_out": 4})


def test_decisions_and_close_calls():
    answers = answers_of(*drawn())
    assert [(row["host"], row["runs"], row["of"]) for row in answers["decisions"]] == [("b", 11, 21), ("a", 10, 21)]
    assert answers["close_calls"] == 0
    asked, table = drawn()
    assert answers_of(asked, table[table["phase"] == "design"])["close_calls"] is None


def test_regret_counts_what_was_not_held_as_unknown():
    regret = answers_of(*drawn())["regret"]
    assert regret["decisions"] == ["a", "b"]
    assert regret["rows"][0]["regrets"] == {"a": 2.0, "b": 0.0}
    assert regret["rows"][1]["regrets"] == {"a": 0.0, "b": 0.5}
    assert [row["unknown_runs"] for row in regret["summary"]] == [10, 9]
    assert (regret["infeasible_anyway"], regret["left_out"]) == (1, 3)


def test_a_breakpoint_is_told():
    asked = made.study("one_at_a_time", SLIP)
    table = made.table(asked, ({"slip": 0}, made.plan(50.0)))

    def evaluate(values):
        return [seen_of(made.plan(100.0, "a" if value < 8 else "b")) for value in values]

    breaks = [found for high in (24, 6) for found in find_breaks(evaluate, Breakpoint("slip", 0, high, 1, ("host", "contracts")))]
    change, none = answers_of(asked, table, breaks)["breakpoints"]
    assert change == {
        "factor": "slip", "title": "Slip of the MW", "unit": "months", "watch": "host", "from": "a", "to": "b", "last": 7, "at": 8,
        "precision": 1, "is_proven": True, "ties": None,
        "changes": ["host: a -> b", "contracts: a/grid -> b/grid"],
        "says": "Slip of the MW: a wins up to 7 months; from 8 months on b wins.",
        "not_excluded": "Slip of the MW: a change and a change back between two of the 5 values first tried is not excluded, "
        "nor that both cost the same where the decision changes.",
    }
    assert (none["watch"], none["from"], none["to"], none["at"], none["changes"]) == ("", "a", "a", None, [])
    assert none["says"] == "Slip of the MW: a wins at all 5 values tried from 0 months to 6 months."
