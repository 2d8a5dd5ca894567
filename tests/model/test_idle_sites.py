"""Sites on which nothing runs: they only cost, but for GPUs that secure a loan, or that resell for more than they cost.

Site a hosts 1,000 GPUs for 10 musd and no more; its works cost 5 in month 0, for which its purse has nothing until month 5. The purse
of hardware has plenty. A quarter of the GPUs' price is lent: 2.5 on those of a, and 5 with as many again at the free site b.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.core.instance import Debt, Instance
from optimizer.model import build
from optimizer.solve import SolveSettings
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b
from tests.model.hand import HURRY, but, musd, with_gpu

LOAN = Debt(limit_musd=100.0, from_month=0, advance_fraction_of_gpus=0.25, interest_per_year=0.0, fee_fraction=0.0, repay_months=240)
WORKS = b.site(modes=(b.mode(fixed_cost_musd=5.0),), max_gpus=1000.0)
YARD = b.site(site_id="b", name="B", modes=(b.mode(max_it_mw=0.5),))
METHODS = pytest.mark.parametrize("method", ["hosts", "whole"])


def pledging(**changes: Any) -> Instance:
    """Two sites, of which b can hold no workload, a purse for hardware, one for works from month 5, one that runs, and a loan."""
    purses = (
        b.purse(name="hardware", amounts=((0, 100.0),), pays_for=("capital.gpus",)),
        b.purse(name="works", amounts=((5, 5.0),), pays_for=("capital.construction",)),
        b.purse(name="running", amounts=((0, 100.0),), pays_for=("operations", "deposits", "finance")),
    )
    asked = but(with_gpu(price_usd=10_000.0), sites=(WORKS, YARD), purses=purses, has_budget=True, debt=LOAN)
    return but(asked, **changes)


def solved(instance: Instance, method: str) -> Any:
    return solve_instance(instance, replace(SolveSettings(gap=0.0), method=method))


@METHODS
def test_idle_gpus_secure_a_loan(method: str) -> None:
    # Both lots in month 0, 20, and 5 for the works, all of it lent; a alone waits until month 5: 50 + 10 + 5.
    plan = solved(pledging(), method)
    assert plan.header["objective_musd"] == musd(25.0)
    assert plan.header["audit"]["passed"]
    delivered = plan.tables["fleet"].groupby("site_id")["delivered"].sum()
    assert delivered.to_dict() == {"a": 1000.0, "b": 1000.0}
    assert solved(pledging(debt=None), method).header["objective_musd"] == musd(65.0)
    assert solved(pledging(sites=(WORKS, replace(YARD, is_forbidden=True))), method).header["objective_musd"] == musd(65.0)


@METHODS
def test_to_commit_a_site_is_never_cheaper_than_to_be_free_to_start_it(method: str) -> None:
    hurry = (replace(HURRY, deadline=0),)
    committed = (WORKS, replace(YARD, is_committed=True))
    assert solved(pledging(workloads=hurry), method).header["objective_musd"] == musd(25.0)
    assert solved(pledging(workloads=hurry, sites=committed), method).header["objective_musd"] == musd(25.0)
    assert solved(pledging(workloads=hurry, sites=(WORKS,)), method).status == "infeasible"
    assert solved(pledging(workloads=hurry, sites_at_most=1), method).status == "infeasible"


@METHODS
def test_as_many_idle_gpus_can_be_had_as_secure_the_loan(method: str) -> None:
    # Works of 20 ask for 80 musd of GPUs in month 0: seven lots at b, though no workload could use them.
    works = replace(WORKS, modes=(b.mode(fixed_cost_musd=20.0),))
    dear = pledging(sites=(works, YARD), workloads=(replace(HURRY, deadline=0),))
    assert solved(dear, method).header["objective_musd"] == musd(80.0 + 20.0)


@METHODS
def test_gpus_on_credit_that_keep_their_price_are_worth_a_site_of_their_own(method: str) -> None:
    # No debt, 12 % a year: a lot bought in the last month is paid a year after the end at 10 less 10.7 %, and is worth 10 at the end.
    gpu = b.gpu(price_usd=10_000.0, pay_after_delivery_months=13, resale_fraction=1.0, lifetime_months=120_000)
    free = b.instance(gpus=(gpu,), sites=(replace(WORKS, modes=(b.mode(),)), YARD), workloads=(replace(HURRY, deadline=0),),
                      discount_rate_per_year=0.12)
    host, yard = free.sites
    apart = solved(free, method).header["objective_musd"]
    committed = solved(replace(free, sites=(host, replace(yard, is_committed=True))), method)
    assert apart == pytest.approx(committed.header["objective_musd"])
    assert apart < solved(replace(free, sites=(host,)), method).header["objective_musd"] - 1.0


def test_where_an_idle_site_only_costs_it_is_left_out() -> None:
    model = build(pledging(debt=None, workloads=(replace(HURRY, deadline=0),)))
    assert list(model.SITES) == ["a"]
    assert len(model.sites["a"].start_hosts) == 1
    with_loan = build(pledging(workloads=(replace(HURRY, deadline=0),)))
    assert list(with_loan.SITES) == ["a", "b"]
    assert with_loan.sites["a"].component("start_hosts") is None
