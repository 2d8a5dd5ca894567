from __future__ import annotations

import pandas as pd
import pytest

from optimizer.core.number_words import amount, count, musd, mw, percent, proof, short
from optimizer.report.summary import summary_text
from tests.report import sample


def _line(text: str, start: str) -> str:
    return next(line.strip() for line in text.splitlines() if line.strip().startswith(start))


def test_the_decision_comes_first_and_fits_a_screen():
    lines = summary_text(sample.plan()).splitlines()
    assert lines[0] == "sample: 81.0 million USD, proven within 0.062 % of the best possible"
    assert lines[2] == "Build"
    assert lines[3] == "  Alpha (a), retrofit: start 2024-01, first contract 2024-02, 2.8 MW IT, 3.6 MW at the meter"
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
    assert "  first goal met: earliest: ready 2024-03, 2 months after the start, proven\n" in summary_text(sample.plan(goals=goals))
    goals[0]["value"] = 1.0
    assert "ready 2024-03, 1 month after the start, proven\n" in summary_text(sample.plan(goals=goals))
    goals[0]["value"] = 2.5  # two workloads of equal targets, ready after 2 and 3 months
    two = summary_text(sample.plan(goals=goals, workloads=2 * sample.header()["workloads"]))
    assert "  first goal met: earliest: ready 2.5 months after the start on average, weighted by target, proven\n" in two
    goals[0] = {"goal": "min_cost", "value": 80.0, "unit": "musd", "bound": 80.0, "gap": 0.0}
    assert "  first goal met: min_cost: 80 million USD, proven\n" in summary_text(sample.plan(goals=goals))


FAILURES = [
    {"question": "relaxation of belvidere H100", "failed": [{"solver": "HiGHS", "what": "HiGHS refused run."}],
     "answered_by": "HiGHS without presolve"},
    {"question": "search of a H100", "failed": [{"solver": "HiGHS", "what": "it ended"}, {"solver": "SCIP", "what": "not installed"}],
     "answered_by": None},
]


def test_what_a_solver_failed_on_is_told_with_what_answered():
    text = summary_text(sample.plan(solver_failures=FAILURES))
    first = "Solver: HiGHS failed on the relaxation of belvidere H100 (HiGHS refused run); HiGHS without presolve answered it."
    second = "Solver: HiGHS failed on the search of a H100 (it ended), and so did SCIP: what is proven without its answer counts."
    assert f"\n{first}\n{second}\n" in text
    assert "Solver:" not in summary_text(sample.plan())


def test_of_many_failures_the_rest_is_counted():
    lines = [line for line in summary_text(sample.plan(solver_failures=FAILURES * 4)).splitlines() if line.startswith("Solver:")]
    assert lines[5:] == ["Solver: 3 more such failures stand in plan.json, solver_failures."]


def test_no_plan_for_want_of_a_solver_asks_for_no_more_time():
    text = summary_text(sample.no_plan(status="no_plan_in_time", stopped_by="error", solver_failures=FAILURES[1:]))
    assert "every solver that was tried failed before a plan was found" in text
    assert "time-limit" not in text
    assert "search of a H100" in text


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
    ("best_found", None, "the best found in the time given, nothing proven"),
    ("best_found", float("inf"), "the best found in the time given, nothing proven"),
])
def test_the_gap_in_words(status, gap, words):
    assert proof(status, gap) == words


def test_what_a_person_stopped_is_said_to_be_stopped_by_that_person():
    goals = [{"goal": "min_cost", "value": 81.0, "unit": "musd", "bound": 79.38, "gap": 0.02}]
    told = summary_text(sample.plan(status="best_found", stopped_by="interrupted", goals=goals))
    assert told.startswith("sample: 81.0 million USD, the best found when stopped by you, proven within 2 % of the best possible\n")
    nothing = summary_text(sample.no_plan(status="no_plan_in_time", stopped_by="interrupted"))
    assert "stopped by you" in nothing
    assert "--time-limit" not in nothing


def test_what_signing_loses_stands_outside_the_present_values():
    text = summary_text(sample.plan())
    # 7.5 of the order in January and 4.5 of the contract in March; the land is signed for too, but nothing of it is lost
    said = "Signed step by step: 12 million USD (nominal, sum over 2 signatures from 2024-01 to 2024-03) cannot be got back once signed"
    assert text.count(f"\n\n{said} (tables/commitments.csv).\n\n") == 1


def test_what_was_committed_before_is_said_beside_the_cash_cost():
    assert "committed before" not in summary_text(sample.plan())
    assert _line(summary_text(sample.plan(committed_musd=610.29)), "cash cost").endswith("90.0   (without 610.3 committed before)")


def _contract_line(**changes):
    site = sample.header()["sites"][0]
    contract = {**site["contracts"][0], **changes}
    return _line(summary_text(sample.plan(sites=[{**site, "contracts": [contract]}])), "grid:")


@pytest.mark.parametrize(("changes", "said"), [
    ({"mw": 30.8, "mw_first": 12.0, "mw_last": 30.8}, "grid: firm, 12.0 to 30.8 MW, 2024-02 to 2024-12, term 60 months"),
    ({"mw": 30.8, "mw_first": 30.8, "mw_last": 12.0}, "grid: firm, up to 30.8 MW, 2024-02 to 2024-12, term 60 months"),
    ({"mw": 48.0, "mw_first": 48.0, "mw_last": 48.0, "kind": "onsite_gas", "units": 3, "spare_units": 1, "term_months": 3},
     "grid: onsite_gas, 48.0 MW in 3 units, one spare, 2024-02 to 2024-12, at least 3 months"),
    ({"mw": 16.0, "mw_first": 16.0, "mw_last": 16.0, "kind": "onsite_gas", "units": 1, "spare_units": 0, "term_months": 1},
     "grid: onsite_gas, 16.0 MW in 1 unit, 2024-02 to 2024-12, at least 1 month"),
])
def test_a_contract_is_told_with_its_growth_its_units_and_its_term(changes, said):
    assert _contract_line(**changes) == said


def test_a_scenario_without_contracts_has_no_meter():
    site = {**sample.header()["sites"][0], "first_power": "", "contracts": []}
    text = summary_text(sample.plan(sites=[site], has_contracts=False))
    assert "  Power is left out of this plan: the scenario has no [contracts].\n" in text
    assert "at the meter" not in text


@pytest.mark.parametrize(("number", "words"), [
    (6000.0, "6,000"), (90.0, "90"), (12.55, "12.6"), (0.3, "0.3"), (0.045, "0.045"), (0.0, "0")])
def test_a_sum_is_told_as_short_as_it_can_be(number, words):
    assert short(number) == words


def test_what_set_changed_stands_in_the_first_lines():
    changes = [{"path": f"ramps.a/grid/{month}.from", "before": month, "after": "2025-01", "set": "ramps.*.from>>=6"}
               for month in (f"2024-{number:02d}" for number in range(1, 13))]
    changes.append({"path": "rentals.cloud", "before": '{"name": "cloud"}', "after": None, "set": "rentals.cloud=none"})
    lines = summary_text(sample.plan(changes=changes)).splitlines()
    assert lines[2] == "Changed by --set: 13 values are not as the scenario's files say"
    assert lines[3] == "  ramps.a/grid/2024-01.from: 2024-01 becomes 2025-01"
    assert lines[15] == "  and 1 more by rentals.cloud=none (plan.json, changes)"
    none = summary_text(sample.no_plan(changes=changes[-1:])).splitlines()
    assert none[1:3] == ["Changed by --set: 1 value is not as the scenario's files say", "  rentals.cloud: taken away"]
    assert "Changed by" not in summary_text(sample.plan())


@pytest.mark.parametrize(("say", "number", "words"), [
    (count, 0.07, "0.07"), (count, 0.0, "0"), (count, 1e-9, "0"), (count, 72.0, "72"), (count, 0.6, "1"),
    (amount, 0.012, "0.012"), (amount, 0.00004, "0.000040"), (amount, 1e-9, "0.0"), (amount, -0.01, "-0.010"), (amount, 0.05, "0.1"),
    (musd, 880.34, "880.3 million USD"), (musd, 0.045, "45 thousand USD"), (musd, 0.00062, "620 USD"), (musd, 0.0, "0.0 million USD"),
    (mw, 28.0, "28.0 MW"), (mw, 0.045, "45 kW"), (mw, 0.0, "0.0 MW"), (short, 0.00002, "0.00002"), (short, 1e-12, "0"),
])
def test_what_is_not_nothing_is_never_said_to_be_0(say, number, words):
    assert say(number) == words


def test_a_small_plan_is_told_in_thousands_and_kilowatts():
    site = {**sample.header()["sites"][0], "it_mw": 0.028, "facility_mw": 0.0364}
    lines = summary_text(sample.plan(objective_musd=0.081, sites=[site])).splitlines()
    assert lines[0].startswith("sample: 81 thousand USD, ")
    assert "28 kW IT, 36.4 kW at the meter" in lines[3]


def test_a_start_on_which_no_cost_hangs_is_told_as_a_latest_month():
    site = {**sample.header()["sites"][0], "start_by": "2024-04"}
    assert "retrofit: start by 2024-04, first" in summary_text(sample.plan(sites=[site]))
    assert "retrofit: start 2024-01, first" in summary_text(sample.plan(sites=[{**site, "start_by": "2024-01"}]))


def test_least_is_told_of_months_in_which_a_purse_pays():
    plan = sample.plan()
    plan.tables["cash"] = plan.tables["cash"].iloc[:0]
    rows = [("2024-01", "pay", 12.0, 0.0, 12.0), ("2024-02", "pay", 12.0, 4.0, 20.0), ("2024-03", "pay", 12.0, 3.0, 29.0),
            ("2024-01", "idle", 5.0, 0.0, 5.0)]
    plan.tables["cash"] = pd.DataFrame(rows, columns=plan.tables["cash"].columns)
    assert _line(summary_text(plan), "pay:") == "pay: 29.0 at the end, least 20.0 in 2024-02"
    assert _line(summary_text(plan), "idle:") == "idle: 5.0 at the end, nothing is paid of it"
