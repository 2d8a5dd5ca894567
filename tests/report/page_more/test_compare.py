"""Plans beside one another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from optimizer.core.instance import Assumption
from optimizer.report.page.case import ReportCase
from optimizer.report.page.compare import compare_html
from optimizer.report.page.compare_numbers import IN_ALL, dates, decisions, differing_inputs, money_lines, names, power
from tests.report import sample
from tests.report.page_more import hand


def _ledger(gpus, delay, extra=()):
    return [("2024-01", "a", "delay", "delay", "train", delay, delay), ("2024-01", "a", "capital", "gpus", "H100", gpus + 1.0, gpus),
            ("2024-02", "a", "capital", "gpus", "H100", 1.0, 1.0), *extra]


def _case(name, ledger=(), **changes):
    made = hand.case(hand.power_tables(ledger=list(ledger)), **changes)
    return replace(made, folder_name=name)


def _cases():
    first = _case("one", _ledger(60.0, 4.0))
    second = _case("two", _ledger(50.0, 9.0, [("2024-03", "a", "operations", "energy", "grid", 2.0, 2.0)]), objective_musd=70.0)
    return [first, second]


def _without_plan(name="none"):
    sums = dict.fromkeys(("cash_cost_musd", "value_of_time_musd", "residual_musd", "committed_musd"))
    return ReportCase(hand.instance(), sample.no_plan(**sums, versions={"gigasite": "0"}), None, name)


def test_folders_are_named_by_their_last_part_unless_two_are_alike():
    assert names([Path("x/one"), Path("x/two")]) == ["one", "two"]
    assert names([Path("x/one"), Path("y/one"), Path("two")]) == ["x/one", "y/one", "two"]


def test_money_is_summed_by_line_and_set_against_the_first_plan():
    frame = money_lines(_cases()).set_index(["group", "line"])
    assert frame.loc[("capital", "gpus"), "one"] == pytest.approx(61.0)  # 60 + 1
    assert frame.loc[("capital", "gpus"), "two less one"] == pytest.approx(-10.0)
    assert frame.loc[("operations", "energy")].tolist() == pytest.approx([0.0, 2.0, 2.0])  # a line that the first plan does not have
    assert frame.loc[(IN_ALL, "objective"), "two less one"] == pytest.approx(-11.0)  # 70 - 81
    assert list(frame.index.get_level_values(0))[:3] == ["capital", "operations", "delay"]


def test_an_answer_without_a_plan_has_no_money_and_says_so():
    cases = [_cases()[0], _without_plan()]
    frame = money_lines(cases)
    assert frame["none"].isna().all()
    assert frame["one"].notna().all()
    assert set(decisions(cases)["none"][:-1]) == {"no plan"}
    assert decisions(cases)["none"].iloc[-1] == "nothing"  # changed by --set
    assert set(dates(cases)["none"]) == {"no plan"}


def test_decision_and_dates_stand_side_by_side():
    told = decisions(_cases()).set_index("what")["one"]
    assert told["Build"] == "Alpha (retrofit)"
    assert told["GPUs bought"] == "2,000 H100"
    assert told["Contracts"] == "grid 30 MW; early 20 MW; trailers 10 MW"
    when = dates(_cases()).set_index("what")["one"]
    assert when["Construction starts"] == "Jan 2024"
    assert when["Last GPUs delivered"] == "Feb 2024"
    assert when["Ready: train"] == "Mar 2024 at a, 1 month late"


def test_power_of_all_sites_is_added_up():
    frame = power(_cases()).set_index("what")["one"]
    assert frame["Grid, firm, most MW"] == 30.0
    assert frame["On-site gas, temporary, most MW"] == 10.0
    assert frame["Peak at the meter, most MW"] == 55.0
    assert "All in, USD/MWh" not in frame.index  # the header made by hand knows no energy


def test_inputs_that_differ_are_named():
    given = Assumption("gpus", "H100", "price_usd", "33750", "USD", "estimate", "press", "2024-01-01", "")
    first = replace(_cases()[0], instance=hand.instance(assumptions=(given,)))
    later = replace(hand.instance().workloads[0], deadline=4)
    second = replace(_cases()[1], instance=hand.instance(assumptions=(replace(given, value="28000"),), workloads=(later,)))
    frame = differing_inputs([first, second])
    assert frame["column"].tolist() == ["price_usd", "deadline"]
    assert frame[["one", "two"]].to_numpy().tolist() == [["33750 USD", "28000 USD"], ["2024-06", "2024-05"]]
    assert differing_inputs([first, replace(first, folder_name="again")]).empty


def test_a_date_that_no_source_names_is_set_beside_the_other():
    """No difference between two questions is left unnamed, whatever kind of value it is."""
    first = _cases()[0]
    site = hand.site()
    grid = replace(site.tariffs[0], ramp=((3, 30.0), (4, 50.0)))
    moved = replace(first, folder_name="two", instance=hand.instance(sites=(replace(site, tariffs=(grid, *site.tariffs[1:])),)))
    frame = differing_inputs([first, moved])
    assert frame.to_numpy().tolist() == [
        ["tariffs", "a/grid", "ramp", "30 from 2024-03, 50 from 2024-05", "30 from 2024-04, 50 from 2024-05"]]


def test_what_was_changed_by_set_is_told_of_each_plan():
    cases = _cases()
    change = {"path": "ramps.a/grid/2024-03.from", "before": "2024-03", "after": "2024-04", "set": "ramps.*.from>>=1"}
    other = replace(cases[1], plan=hand.case(cases[1].tables, changes=[change]).plan)
    told = decisions([cases[0], other]).set_index("what").loc["Changed by --set"]
    assert told.tolist() == ["nothing", "ramps.a/grid/2024-03.from: 2024-03 becomes 2024-04"]
    assert "ramps.a/grid/2024-03.from: 2024-03 becomes 2024-04" in compare_html([cases[0], other])


def test_the_page_holds_all_plans_and_loads_nothing():
    html = compare_html([*_cases(), _without_plan("<none>")])
    assert html.startswith("<!doctype html>")
    assert "&lt;none&gt;" in html
    assert "<none>" not in html
    assert "src=" not in html
    assert "<script" not in html
    assert html.count("<h2") == 5


def test_same_questions_are_said_to_be_the_same():
    cases = _cases()
    assert "All plans answer the same question." in compare_html(cases)
    other = replace(cases[1], plan=hand.case(cases[1].tables, instance_sha256="b" * 64).plan)
    assert "the questions differ in their hourly series" in compare_html([cases[0], other])


def test_answers_that_hold_no_plan_at_all_have_no_picture():
    html = compare_html([_without_plan("x"), _without_plan("y")])
    assert "<figure" not in html
    assert html.count("no plan (infeasible)") == 2


def test_nothing_of_the_first_frame_is_lost():
    lines = money_lines(_cases())
    body = lines[lines["group"] != IN_ALL]
    assert isinstance(body, pd.DataFrame)
    assert body["two"].sum() == pytest.approx(51.0 + 9.0 + 2.0)


def test_a_plan_with_contracts_held_answers_another_question():
    held = {"site_id": "a", "contract_id": "grid", "kind": "firm", "begin": "2024-12", "mw_first": 10.0, "mw": 36.4}
    free, bound = _case("free", _ledger(60.0, 4.0)), _case("bound", _ledger(60.0, 4.0), signed=[held])
    frame = differing_inputs([free, bound])
    assert frame[["column", "free", "bound"]].to_numpy().tolist() == [["held as signed", "", "a/grid, 10.0 to 36.4 MW from 2024-12"]]
    assert "All plans answer the same question." not in compare_html([free, bound])
    proof = decisions([free, bound]).set_index("what").loc["Proof"]
    assert proof["bound"] == f"{proof['free']} with its contracts held as signed"
