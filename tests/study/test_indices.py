"""Indices of Morris and Sobol against closed forms, through the designs, the table and the analysis of a study.

The function of Ishigami and Homma (1990): ``sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1``, each x uniform in [-pi, pi].
"""

from __future__ import annotations

import math

import pytest

from optimizer.study.answers.indices import indices_of
from optimizer.study.answers.table import study_table
from optimizer.study.file.definition import Named
from optimizer.study.file.spreads import Listed, Range
from optimizer.study.runs.designs import runs_of
from tests.study import made

A, B = 7.0, 0.1
ANGLES = tuple(made.factor(name, by="plus", base=0.0, spread=Range(-math.pi, math.pi), unit="", whole=False) for name in ("x1", "x2", "x3"))


def ishigami(values):
    return math.sin(values["x1"]) + A * math.sin(values["x2"]) ** 2 + B * values["x3"] ** 4 * math.sin(values["x1"])


def solved(study, cost, lost=()):
    """The study with a closed form for a solver; the runs ``lost`` have no plan."""
    runs = runs_of(study)
    outcomes = {run.index: made.none() if run.index in lost else made.plan(cost(run.values)) for run in runs}
    return indices_of(study, study_table(study, runs, outcomes))


def by_factor(answer, name):
    return {row["factor"]: row[name] for row in answer["rows"]}


def shares_of_variance():
    """Closed form: variances of x1 alone, of x2 alone, and of x1 with x3."""
    first = 0.5 * (1 + B * math.pi**4 / 5) ** 2
    second = A**2 / 8
    both = 8 * B**2 * math.pi**8 / 225
    total = first + second + both
    alone = {"x1": first / total, "x2": second / total, "x3": 0.0}
    return alone, {"x1": (first + both) / total, "x2": second / total, "x3": both / total}


def test_sobol_indices_of_ishigami():
    answer = solved(made.study("sobol", *ANGLES, samples=1024, named=(Named("beside", "", ("x1=0",)),)), ishigami)
    alone, in_all = shares_of_variance()
    assert alone == pytest.approx({"x1": 0.3139, "x2": 0.4424, "x3": 0.0}, abs=1e-4)  # as published
    assert by_factor(answer, "s1") == pytest.approx(alone, abs=0.03)
    assert by_factor(answer, "st") == pytest.approx(in_all, abs=0.03)
    assert [row["factor"] for row in answer["rows"]] == ["x1", "x2", "x3"]  # 0.56, 0.44, 0.24
    assert all(0.0 < row[name] < 0.15 for row in answer["rows"] for name in ("s1_conf", "st_conf"))
    assert (answer["method"], answer["of"], answer["left_out"], answer["blocks"]) == ("sobol", "objective_musd", 0, 1024)


def test_the_intervals_hold_the_truth():
    answer = solved(made.study("sobol", *ANGLES, samples=256), ishigami)
    alone, in_all = shares_of_variance()
    for row in answer["rows"]:
        assert abs(row["s1"] - alone[row["factor"]]) < 2 * row["s1_conf"]
        assert abs(row["st"] - in_all[row["factor"]]) < 2 * row["st_conf"]


def test_morris_indices_of_ishigami():
    # Four levels -pi, -pi/3, pi/3, pi and steps of two of them (2/3 of the range). sin is 0, -h, h, 0 there, h = sin(pi/3).
    # x1: h (1 + B x3^4) / (2/3), x3^4 either pi^4 or (pi/3)^4, always upwards
    # x2: A h^2 / (2/3), upwards from the ends and downwards to them; x3: B (pi^4 - (pi/3)^4) |sin x1| / (2/3), x1 half of the time 0
    answer = solved(made.study("morris", *ANGLES, samples=1000), ishigami)
    step, height = 2 / 3, math.sin(math.pi / 3)
    fourth = math.pi**4, (math.pi / 3) ** 4
    effects = [height * (1 + B * power) / step for power in fourth]
    found = by_factor(answer, "mu_star")
    assert found["x2"] == pytest.approx(A * height**2 / step, rel=1e-6)  # 7.875
    assert found["x1"] == pytest.approx(sum(effects) / 2, abs=0.6)  # 7.70 within three standard errors
    assert found["x3"] == pytest.approx(B * (fourth[0] - fourth[1]) * height / 2 / step, abs=0.6)  # 6.25
    assert by_factor(answer, "mu")["x1"] == found["x1"]
    assert abs(by_factor(answer, "mu")["x2"]) < 1.0
    assert by_factor(answer, "sigma")["x1"] == pytest.approx(abs(effects[0] - effects[1]) / 2, rel=0.05)


def test_morris_of_a_straight_line_is_exact_and_has_the_sign():
    answer = solved(made.study("morris", *ANGLES, samples=8), lambda x: 3 * x["x1"] - 10 * x["x2"])
    assert [row["factor"] for row in answer["rows"]] == ["x2", "x1", "x3"]
    assert by_factor(answer, "mu") == pytest.approx({"x1": 6 * math.pi, "x2": -20 * math.pi, "x3": 0.0}, rel=1e-6)
    assert by_factor(answer, "mu_star") == pytest.approx({"x1": 6 * math.pi, "x2": 20 * math.pi, "x3": 0.0}, rel=1e-6)
    assert by_factor(answer, "sigma") == pytest.approx({"x1": 0.0, "x2": 0.0, "x3": 0.0}, abs=1e-6)


def test_texts_truths_and_whole_months_can_be_screened():
    factors = (
        made.factor("gas", by="set", base=None, spread=Listed(("none", "some", 4.0, "all")), unit="", whole=False),
        made.factor("exempt", by="set", base=True, spread=Listed((True, False)), unit="", whole=False),
        made.factor("slip", spread=Range(0.0, 3.0)),
    )
    gas = {"none": 0.0, "some": 1.0, 4: 2.0, "all": 3.0}

    def cost(x):
        return 10 * gas[x.get("gas", "none")] + x["slip"] + (0.0 if x["exempt"] else 50.0)

    answer = solved(made.study("morris", *factors, samples=20), cost)
    # in the order of the list; two places of four in a step of 2/3, one of two, two months
    assert by_factor(answer, "mu") == pytest.approx({"gas": 30.0, "exempt": 75.0, "slip": 3.0})


def test_a_run_without_a_plan_leaves_out_its_whole_trajectory():
    # runs 1 to 4 are the first trajectory, 5 to 8 the second
    answer = solved(made.study("morris", *ANGLES, samples=8), lambda x: 3 * x["x1"] - 10 * x["x2"], lost=(6, 7, 32))
    assert (answer["left_out"], answer["blocks"]) == (2, 8)
    assert answer["says"].startswith("2 of 8 trajectories are left out")
    assert by_factor(answer, "mu") == pytest.approx({"x1": 6 * math.pi, "x2": -20 * math.pi, "x3": 0.0}, rel=1e-6)


def test_a_run_without_a_plan_leaves_out_its_whole_base_sample():
    answer = solved(made.study("sobol", *ANGLES, samples=1024), ishigami, lost=range(1, 5 * 100, 5))
    assert answer["left_out"] == 100
    assert by_factor(answer, "st") == pytest.approx(shares_of_variance()[1], abs=0.05)
    assert "100 of 1024 base samples" in answer["says"]


@pytest.mark.parametrize(("cost", "lost", "why"), [
    (ishigami, range(1, 200), "fewer than two"), (lambda _: 5.0, (), "the same in all runs"),
])
@pytest.mark.parametrize("design", ["morris", "sobol"])
def test_no_index_is_given_where_there_is_none(design, cost, lost, why):
    answer = solved(made.study(design, *ANGLES, samples=8), cost, lost)
    assert answer["rows"] == []
    assert why in answer["says"]


def test_the_base_run_is_not_part_of_the_sample():
    study = made.study("sobol", *ANGLES, samples=64)
    assert solved(study, ishigami, lost=(0,)) == solved(study, ishigami)


def test_other_designs_have_no_indices():
    study = made.study("monte_carlo", *ANGLES, samples=4)
    assert solved(study, ishigami) is None
