from __future__ import annotations

from optimizer.report.page import schedule
from tests import builders as b
from tests.report import sample
from tests.report.page.cases import case, solved


def test_bars_run_from_the_first_month_to_the_last_one():
    header = {"sites": [{**sample.header()["sites"][0], "construction_start": "2024-01"}], "rentals": []}
    made = case(
        header=header,
        construction=[("2024-01", "a", "retrofit", 1, 0.0, 0.0, 0.0), ("2024-03", "a", "retrofit", 0, 1.0, 1.0, 0.0),
                      ("2024-05", "a", "retrofit", 0, 2.0, 1.0, 0.0)],
        fleet=[("2024-02", "a", "H100", 5.0, 0.0, 0.0, 0.0, 0.0, 0.0), ("2024-04", "a", "H100", 0.0, 5.0, 0.0, 0.0, 0.0, 0.0)],
        workloads=[("2024-03", "train", "a", "hopper", 2000.0, 1), ("2024-12", "train", "a", "hopper", 2000.0, 1)],
    )
    assert list(schedule.bars(made).itertuples(index=False, name=None)) == [
        ("construction", schedule.BUILD, "2024-01", "2024-02", "2024-03"),
        ("halls enter service", schedule.BUILD, "2024-03", "2024-05", "2024-06"),
        ("grid", schedule.GRID, "2024-02", "2024-12", "2025-01"),
        ("H100", schedule.HARDWARE, "2024-02", "2024-04", "2024-05"),
        ("train", schedule.WORK, "2024-03", "2024-12", "2025-01"),
    ]


def test_a_quarter_ends_three_months_after_it_begins():
    made = case(b.instance(horizon=b.horizon(12, 3)), {"sites": [], "rentals": [{"name": "my_cloud", "from": "2024-04", "to": "2024-07"}]})
    assert list(schedule.bars(made).itertuples(index=False, name=None)) == [
        ("my cloud", schedule.RENTED, "2024-04", "2024-07", "2024-10")]


def test_dates_outside_the_horizon_are_left_out():
    work = {**sample.header()["workloads"][0], "wanted_from": "2023-11", "ready": "2024-03", "deadline": "2025-01"}
    assert list(schedule.milestones(case(header={"workloads": [work]})).itertuples(index=False, name=None)) == [("ready", "2024-03")]


def test_every_contract_of_a_solved_plan_has_its_bar():
    bars = schedule.bars(solved())
    contracts = [contract["contract_id"] for site in solved().header["sites"] for contract in site["contracts"]]
    assert set(contracts) <= set(bars["item"])
    assert (bars["first"] < bars["end"]).all()


def test_dates_of_several_workloads_name_theirs_and_those_of_one_do_not():
    first = sample.header()["workloads"][0]
    second = {**first, "name": "serve", "wanted_from": "2024-04", "ready": "", "deadline": None}
    made = case(header={"workloads": [first, second]})
    assert list(schedule.milestones(made)["what"]) == ["wanted (train)", "ready (train)", "deadline (train)", "wanted (serve)"]
    assert list(schedule.milestones(made, "serve").itertuples(index=False, name=None)) == [("wanted", "2024-04")]
