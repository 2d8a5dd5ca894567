from __future__ import annotations

import pytest

from optimizer.report.summary import summary_text
from optimizer.report.words import percent, proof
from tests.report import sample


def _line(text: str, start: str) -> str:
    return next(line.strip() for line in text.splitlines() if line.strip().startswith(start))


def test_the_decision_comes_first_and_fits_a_screen():
    lines = summary_text(sample.plan()).splitlines()
    assert lines[0] == "sample: 81.0 million USD, proven within 0.062 % of the best possible"
    assert lines[2] == "Build"
    assert lines[3] == "  Alpha (a), retrofit: start 2024-01, first power 2024-02, 2.8 MW IT, 3.6 MW at the meter"
    assert lines[4] == "    2,000 H100, delivered 2024-01 to 2024-02"
    assert lines[5] == "    grid: firm, 3.6 MW, 2024-02 to 2024-12, term 60 months"
    assert len(lines) <= 45


def test_dates_are_told_against_what_was_wanted():
    text = summary_text(sample.plan())
    assert _line(text, "train,") == "train, 2,000 H100-equivalents: 2024-03 at a (wanted 2024-02, deadline 2024-09, 1 month late)"
    late = {**sample.header()["workloads"][0], "ready": "", "deadline": "", "delay_months": 11, "sites": {}}
    assert _line(summary_text(sample.plan(workloads=[late])), "train,") == "train, 2,000 H100-equivalents: never (wanted 2024-02)"


def test_cost_shows_every_group_with_its_largest_lines_and_what_the_residual_is_worth():
    text = summary_text(sample.plan())
    # 67 + 10 + 6 + 2 + 1 = 86; beside the three largest lines 2 + 1 = 3 remain
    assert " ".join(_line(text, "capital").split()) == "capital 86.0 gpus 67.0, network 10.0, construction 6.0, other 3.0"
    assert _line(text, "cash cost").split()[-1] == "90.0"
    assert _line(text, "value of time").split()[-1] == "4.0"
    assert "(94.0 without residual value)" in _line(text, "in all")  # 81 + 13
    assert "lease" not in text  # a group without lines


def test_what_binds_what_was_assumed_and_what_is_left():
    text = summary_text(sample.plan())
    assert "What binds\n  supply of H100 in 2024-01\n" in text
    assert "3 inputs, by kind: estimate 2, fact 1 (" in text
    assert _line(text, "fund:") == "fund: 7.5 at the end, least 2.5 in 2024-02"


def test_an_earlier_goal_is_told_with_its_proof():
    goals = [{"goal": "earliest", "value": 2.0, "unit": "months", "bound": 2.0, "gap": 0.0}, *sample.header()["goals"]]
    assert "  first goal met: earliest = 2 months, proven\n" in summary_text(sample.plan(goals=goals))


def test_no_plan_is_said_in_words():
    infeasible = summary_text(sample.no_plan(binding=["deadline of train: 2024-02"]))
    assert infeasible == "sample: no plan can meet all that is asked.\nLimits in play\n  deadline of train: 2024-02\n"
    assert "not known" in summary_text(sample.no_plan(status="no_plan_in_time"))


@pytest.mark.parametrize(("fraction", "words"), [
    (0.0008, "0.08 %"), (0.000801, "0.081 %"), (0.001, "0.1 %"), (0.37, "37 %"), (0.371, "38 %"), (0.0, "0.0001 %"),
    (0.1, "10 %"), (1.234, "130 %"), (0.0999, "10 %"),
])
def test_a_percentage_is_rounded_up(fraction, words):
    assert percent(fraction) == words


@pytest.mark.parametrize(("status", "gap", "words"), [
    ("optimal", 0.0, "proven the best possible"),
    ("within_gap", 0.0008, "proven within 0.08 % of the best possible"),
    ("best_found", 0.02, "the best found in the time given, proven within 2 % of the best possible"),
    ("best_found", None, "the best found, nothing proven"),
    ("best_found", float("inf"), "the best found, nothing proven"),
])
def test_the_gap_in_words(status, gap, words):
    assert proof(status, gap) == words
