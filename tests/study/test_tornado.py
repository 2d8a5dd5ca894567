"""The tornado, worked out by hand: base 100 at a; each factor alone."""

from __future__ import annotations

import pytest

from optimizer.study.answers.table import records, study_table
from optimizer.study.answers.tornado import changes_of, tornado_of
from optimizer.study.file.definition import Named
from optimizer.study.file.spreads import Listed, Range
from optimizer.study.runs.designs import runs_of
from tests.study import made

SLIP = made.factor("slip", spread=Listed((3, 6, 12)))
PRICE = made.factor("price", by="times", base=1.0, spread=Range(0.5, 2.0), unit="", whole=False)
EXEMPT = made.factor("exempt", by="set", base=True, spread=Listed((True, False)), unit="", whole=False)
BASE = {"slip": 0, "price": 1.0, "exempt": True}


def worked_out():
    asked = made.study("one_at_a_time", SLIP, PRICE, EXEMPT)
    table = made.table(
        asked,
        (BASE, made.plan(100.0, "a")),
        ({**BASE, "slip": 3}, made.plan(110.0, "a", ready="2024-04")),
        ({**BASE, "slip": 6}, made.plan(125.0, "b")),
        ({**BASE, "slip": 12}, made.plan(120.0, "cloud", gpus_bought=0.0, gpus_rented=1000.0)),
        ({**BASE, "price": 0.5}, made.plan(60.0, "a")),
        ({**BASE, "price": 2.0}, made.plan(180.0, "a")),
        (BASE, made.plan(100.0, "a")),  # exempt as it is
        ({**BASE, "exempt": False}, made.plan(101.0, "a")),
        ({"slip": 12, "price": 2.0, "exempt": True}, made.plan(999.0, "b")),  # a run beside the design, with two changes
    )
    return tornado_of(made.study("one_at_a_time", SLIP, PRICE, EXEMPT, named=(Named("both", "", ()),)), table)


def test_factors_stand_by_their_swing():
    rows = worked_out()
    assert [(row["factor"], row["swing_musd"]) for row in rows] == [("price", 120.0), ("slip", 25.0), ("exempt", 1.0)]
    assert [(row["title"], row["unit"], row["base"]) for row in rows] == [("Price", "", 1), ("Slip", "months", 0), ("Exempt", "", True)]


def test_both_ends_are_the_least_and_the_greatest_value_tried():
    _, slip, _ = worked_out()
    assert [point["value"] for point in slip["points"]] == [3, 6, 12]
    assert (slip["low"]["value"], slip["low"]["delta_musd"]) == (3, 10.0)
    assert (slip["high"]["value"], slip["high"]["delta_musd"], slip["high"]["objective_musd"]) == (12, 20.0, 120.0)
    assert slip["low"]["changes"] == ["ready: 2024-01 -> 2024-04"]
    assert slip["high"]["changes"] == [
        "host: a -> cloud", "build or rent: build -> rent", "sites: a -> none", "contracts: a/grid -> cloud/grid",
        "GPUs bought: 1,000 -> 0", "GPUs rented: 0 -> 1,000",
    ]


def test_truths_show_every_value_the_cheapest_first():
    exempt = worked_out()[2]
    assert [point["value"] for point in exempt["points"]] == [True, False]
    assert (exempt["low"]["value"], exempt["low"]["delta_musd"], exempt["high"]["value"]) == (True, 0.0, False)


def test_an_end_without_a_plan_is_said_and_stands_first():
    asked = made.study("one_at_a_time", PRICE, SLIP)
    base = {"price": 1.0, "slip": 0}
    table = made.table(
        asked,
        (base, made.plan(100.0)),
        ({**base, "price": 0.5}, made.plan(10.0)),
        ({**base, "price": 2.0}, made.none("failed")),
        ({**base, "slip": 3}, made.plan(101.0)),
        ({**base, "slip": 12}, made.none()),
    )
    slip, price = tornado_of(asked, table)
    assert (slip["factor"], slip["swing_musd"], slip["high"]["status"]) == ("slip", 1.0, "infeasible")
    assert [slip["high"][name] for name in ("objective_musd", "delta_musd", "host", "ready")] == [None] * 4
    assert slip["high"]["changes"] == []
    assert (price["high"]["status"], price["swing_musd"]) == ("failed", 90.0)


def test_a_base_without_a_plan_leaves_no_difference_but_the_costs():
    asked = made.study("one_at_a_time", PRICE)
    table = made.table(asked, ({"price": 1.0}, made.none()), ({"price": 0.5}, made.plan(10.0)), ({"price": 2.0}, made.plan(20.0)))
    (price,) = tornado_of(asked, table)
    assert [(point["objective_musd"], point["delta_musd"]) for point in price["points"]] == [(10.0, None), (20.0, None)]
    assert price["swing_musd"] is None


def test_a_base_that_is_not_known_differs_from_every_value():
    rent = made.factor("rent", by="set", base=None, spread=Listed((2.0, 4.3)), unit="USD", whole=False)
    asked = made.study("one_at_a_time", rent)
    table = made.table(asked, ({}, made.plan(100.0)), ({"rent": 2.0}, made.plan(90.0)), ({"rent": 4.3}, made.plan(105.0)))
    (row,) = tornado_of(asked, table)
    assert row["base"] is None
    assert [(point["value"], point["delta_musd"]) for point in row["points"]] == [(2, -10.0), (4.3, 5.0)]


def test_of_a_grid_the_lines_through_the_base_count():
    asked = made.study("grid", SLIP, PRICE)
    grid = [(slip, price) for slip in (3, 12) for price in (1.0, 2.0)]
    table = made.table(
        asked, ({"slip": 0, "price": 1.0}, made.plan(100.0)),
        *[({"slip": slip, "price": price}, made.plan(100.0 * price + slip)) for slip, price in grid],
    )
    rows = tornado_of(asked, table)
    assert [(row["factor"], [point["value"] for point in row["points"]]) for row in rows] == [("slip", [3, 12])]


def test_the_runs_of_a_study_are_found_again():
    # cost 100 + 2 a month + 50 times the price over 1; the range of the slip begins at the scenario as it is, which is run once
    asked = made.study("one_at_a_time", made.factor(spread=Range(0.0, 12.0)), PRICE, EXEMPT, named=(Named("both", "", ("slip=9",)),))
    runs = runs_of(asked)
    assert [run.name for run in runs] == ["base", "slip = 12 months", "price = 0.5", "price = 2", "exempt = false", "both"]
    costs = {run.index: made.plan(100.0 + 2 * run.values["slip"] + 50 * (run.values["price"] - 1)) for run in runs}
    rows = tornado_of(asked, study_table(asked, runs, {**costs, 5: made.plan(1.0)}))
    found = {row["factor"]: [(point["value"], point["delta_musd"]) for point in row["points"]] for row in rows}
    assert found == {"price": [(0.5, -25.0), (2, 50.0)], "slip": [(0, 0.0), (12, 24.0)], "exempt": [(True, 0.0), (False, 0.0)]}
    assert list(found) == ["price", "slip", "exempt"]


@pytest.mark.parametrize("design", ["monte_carlo", "sobol", "morris", "latin_hypercube", "named"])
def test_draws_have_no_tornado(design):
    asked = made.study(design, SLIP)
    assert tornado_of(asked, made.table(asked, ({"slip": 0}, made.plan(1.0)), ({"slip": 3}, made.plan(2.0)))) == []


def test_nothing_changes_between_equal_plans():
    one, other = records(made.table(made.study("named"), ({}, made.plan(1.0)), ({}, made.plan(2.0, gpus_bought=1000.4))))
    assert changes_of(one, other) == []
