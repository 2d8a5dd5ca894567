"""Where there is no plan: what the cheapest plan without purses would need of each purse, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.plan.plan import Plan
from optimizer.solve.highs.settings import SolveSettings
from optimizer.workflow.whole_way import solve_instance
from optimizer.workflow.without_purses import explained
from tests import builders as b

# 2 USD an hour for 1,000 GPUs in months of 31, 29, 31, 30, ... days, from January to December 2024: 8,784 h, 17.568 million USD
RENTAL = b.rental(name="cloud", usd_per_gpu_hour=2.0, gpus_min=1000, gpus_max=1000, min_months=12)


def _asked(musd_a_month, **changes):
    purse = b.purse(name="opex", amounts=((0, musd_a_month),), every_month=True, pays_for=("rent",))
    work = b.workload(gpus_h100e=1000.0, deadline=0)
    return b.instance(rentals=(RENTAL,), sites=(), purses=(purse,), has_budget=True, workloads=(work,), **changes)


def test_what_is_missing_is_said_with_its_dates():
    instance = _asked(1.4)
    plan = explained(solve_instance(instance, SolveSettings()), instance, SolveSettings())
    told = plan.header["without_purses"]
    row, = told["needs"]
    assert (told["places"], told["ready"], row["purses"], row["lines"]) == (["cloud"], {"train": "2024-01"}, ["opex"], ["rent.rental"])
    assert row["needs_musd"][0] == pytest.approx(1.488)  # 744 h
    assert row["needs_musd"][-1] == pytest.approx(17.568)
    assert row["receives_musd"][-1] == pytest.approx(16.8)  # 12 times 1.4
    assert row["first_short"] == "2024-01"
    assert (row["most_short_in"], row["most_short_musd"]) == ("2024-12", pytest.approx(0.768))
    said = [limit for limit in plan.header["binding"] if limit.startswith("money")]
    assert said[0].startswith("money: without purses the cheapest plan costs 17.6 million USD")
    assert said[0].endswith("train ready 2024-01 at cloud")
    assert said[1] == ("money: of opex it would need 1.5 million USD by 2024-01, where opex receives 1.4; "
                       "most is missing by 2024-12: 0.8 million USD")


def test_where_more_money_does_not_help_that_is_text():
    instance = _asked(5.0, gpus=(b.gpu(),))
    never = b.workload(gpus_h100e=1001.0, deadline=0)
    asked = replace(instance, workloads=(never,))
    plan = explained(solve_instance(asked, SolveSettings()), asked, SolveSettings())
    assert plan.header["without_purses"] == {"status": "infeasible"}
    assert plan.header["binding"][-1] == "money: without purses there is no plan either: more money alone does not help"


def test_other_answers_are_left_as_they_are():
    plan = Plan({"status": "optimal"}, {})
    assert explained(plan, _asked(1.0), SolveSettings()) is plan
    none = Plan({"status": "infeasible", "binding": []}, {})
    assert explained(none, b.instance(), SolveSettings()) is none  # without purses money forbids nothing
