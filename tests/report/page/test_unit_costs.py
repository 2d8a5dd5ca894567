from __future__ import annotations

import pytest

from optimizer.core import accounts
from optimizer.report.page import unit_costs
from tests import builders as b
from tests.report import sample
from tests.report.page.cases import case, solved

_INSTANCE = b.instance(gpus=(b.gpu(h100_equivalents=2.0),), rentals=(b.rental(usd_per_gpu_hour=3.0),))
_SITE = {"site_id": "a", "name": "Alpha", "it_mw": 2.0, "facility_mw": 2.5}
_AT_WORK = {
    "workloads": [("2024-01", "train", "a", "hopper", 0.0, 0), ("2024-02", "train", "a", "hopper", 2000.0, 1)],
    "allocation": [("2024-01", "a", "H100", "train", 1000.0), ("2024-02", "a", "H100", "train", 1000.0)],
}


def test_a_gpu_hour_costs_the_sites_cash_over_the_hours_at_work():
    # February 2024 has 696 hours: 696,000 GPU-hours at work; in January the workload is not ready. 1.392 million USD of cash are
    # 2.00 USD an hour, less 0.348 of residual value 1.50; an hour of one H100-equivalent is half of that.
    ledger = [
        ("2024-01", "a", "capital", "gpus", "H100", 1.0, 1.0), ("2024-02", "a", "operations", "energy", "grid", 0.392, 0.392),
        ("beyond", "a", "residual", "gpus", "H100", -0.348, -0.348), ("2024-01", "", "delay", "delay", "train", 50.0, 50.0),
        ("2024-01", "other", "capital", "gpus", "H100", 70.0, 70.0),
    ]
    rows = unit_costs.per_gpu_hour(case(_INSTANCE, {"sites": [_SITE]}, ledger=ledger, **_AT_WORK))
    assert list(rows["kind"]) == ["cash", "less residual", "rent"]
    assert list(rows["usd_per_gpu_hour"]) == pytest.approx([2.0, 1.5, 3.0])
    assert list(rows["usd_per_h100e_hour"]) == pytest.approx([1.0, 0.75, 1.5])


def test_hours_are_discounted_like_money():
    instance = b.instance(discount_rate_per_year=0.21)
    hours = unit_costs.gpu_hours(case(instance, **_AT_WORK), "a")
    assert hours.gpu_hours == 696_000.0
    assert hours.present_gpu_hours == pytest.approx(696_000.0 * 1.21 ** (-1.5 / 12))  # February: the middle of month 1


def test_a_site_that_never_serves_has_no_price_of_an_hour():
    rows = unit_costs.per_gpu_hour(case(_INSTANCE, {"sites": [_SITE]}))
    assert list(rows["kind"]) == ["rent"]


def test_capital_per_mw_is_told_by_use_and_in_all():
    ledger = [
        ("2024-01", "a", "capital", "land", "m", 1.0, 1.0), ("2024-02", "a", "capital", "construction", "m", 9.0, 9.0),
        ("2024-02", "a", "capital", "gpus", "H100", 30.0, 30.0), ("beyond", "a", "capital", "gpus", "H100", 5.0, 5.0),
        ("2024-02", "a", "operations", "energy", "grid", 3.0, 3.0),
    ]
    rows = unit_costs.per_mw(case(_INSTANCE, {"sites": [_SITE]}, ledger=ledger)).set_index("what")
    # 10 of buildings over 2 MW of IT load and 2.5 MW at the meter; 40 in all within the horizon.
    assert rows.loc[accounts.BUILDINGS, ["musd", "per_it_mw", "per_facility_mw"]].tolist() == [10.0, 5.0, 4.0]
    assert rows.loc["all capital", ["musd", "per_it_mw", "per_facility_mw"]].tolist() == [40.0, 20.0, 16.0]


def test_the_waterfall_runs_from_nothing_over_cash_to_the_objective():
    ledger = [
        ("2024-01", "a", "capital", "gpus", "H100", 99.0, 60.0), ("2024-01", "a", "capital", "land", "m", 99.0, 10.0),
        ("2024-02", "a", "operations", "energy", "grid", 99.0, 5.0), ("2024-02", "a", "operations", "staff", "", 99.0, 2.0),
        ("2024-02", "a", "lease", "lease", "m", 99.0, 1.0), ("2024-01", "", "committed", "rental", "cloud", 99.0, 4.0),
        ("2024-01", "", "delay", "delay", "train", 99.0, 3.0), ("beyond", "a", "residual", "gpus", "H100", -99.0, -20.0),
    ]
    rows = unit_costs.waterfall(case(ledger=ledger))
    assert list(rows["what"]) == [
        accounts.BUILDINGS, accounts.HARDWARE, "energy and power", "staff and taxes", "leases", "cash cost", accounts.COMMITTED,
        "value of time",
        "residual value", "in all"]
    assert list(rows["musd"]) == [10.0, 60.0, 5.0, 2.0, 1.0, 78.0, 4.0, 3.0, -20.0, 65.0]
    assert list(rows["from_musd"]) == [0.0, 10.0, 70.0, 75.0, 77.0, 0.0, 78.0, 82.0, 85.0, 0.0]
    assert list(rows["to_musd"]) == [10.0, 70.0, 75.0, 77.0, 78.0, 78.0, 82.0, 85.0, 65.0, 65.0]


def test_the_waterfall_of_a_solved_plan_ends_where_its_header_does():
    rows = unit_costs.waterfall(solved()).set_index("what")["musd"]
    assert rows["cash cost"] == pytest.approx(solved().header["cash_cost_musd"])
    assert rows["in all"] == pytest.approx(solved().header["objective_musd"])


def test_the_sample_header_has_what_a_site_needs():
    assert set(_SITE) <= set(sample.header()["sites"][0])
