"""The loan of a right plan is changed in one number: the rule that bites is named, with its period."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from optimizer.audit import AuditReport, audit
from optimizer.core.instance import Debt, Instance
from optimizer.plan.plan import Plan
from optimizer.solve import SolveSettings
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b

LOAN = Debt(limit_musd=6.0, from_month=1, advance_fraction_of_gpus=0.6, interest_per_year=0.12, fee_fraction=0.02, repay_months=4)


def borrower() -> Instance:
    """GPUs for 10 musd in month 1, wanted then; 4 are in the purse, and 6 are drawn, repaid by 1.5 a month."""
    equity = b.purse(name="equity", amounts=((0, 4.0),), pays_for=("capital",))
    service = b.purse(name="service", amounts=((0, 7.0),), pays_for=("operations",))
    return b.instance(
        gpus=(b.gpu(price_usd=10_000.0),), workloads=(b.workload(wanted_from=1, delay_cost_musd_per_month=10.0, deadline=1),),
        purses=(equity, service), has_budget=True, debt=LOAN,
    )


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = solve_instance(borrower(), SolveSettings(gap=0.0))
    assert list(found.tables["debt"]["balance_musd"][:6]) == pytest.approx([0.0, 6.0, 4.5, 3.0, 1.5, 0.0])
    return found


def changed(plan: Plan, table: str, place: tuple[str, str], musd: float) -> Plan:
    """Add a sum to a column of a table in a period."""
    period, column = place
    frame = plan.tables[table].copy()
    frame.loc[frame["period"] == period, column] += musd
    return Plan(plan.header, {**plan.tables, table: frame})


def broken(report: AuditReport) -> set[tuple[str, str]]:
    return {(violation.rule, violation.period) for violation in report.violations}


def test_the_plan_is_right(plan: Plan) -> None:
    assert audit(borrower(), plan).violations == ()


def test_a_draw_too_much_breaks_every_limit(plan: Plan) -> None:
    found = broken(audit(borrower(), changed(plan, "debt", ("2024-02", "drawn_musd"), 0.1)))
    assert {("debt_limit", "2024-02"), ("debt_collateral", "2024-02"), ("debt_table", "2024-02"), ("finance.debt_draw", "2024-02"),
            ("finance.debt_fee", "2024-02"), ("finance.debt_interest", "2024-03"), ("finance.debt_repayment", "2024-03")} <= found


@pytest.mark.parametrize("column", ["repaid_musd", "interest_musd", "fee_musd", "balance_musd", "lendable_musd"])
def test_a_column_of_the_table_is_wrong(plan: Plan, column: str) -> None:
    assert broken(audit(borrower(), changed(plan, "debt", ("2024-03", column), 0.01))) == {("debt_table", "2024-03")}


@pytest.mark.parametrize(("change", "rule", "period"), [
    ({"from_month": 2}, "debt_date", "2024-02"),
    ({"limit_musd": 5.99}, "debt_limit", "2024-02"),
    ({"advance_fraction_of_gpus": 0.59}, "debt_collateral", "2024-02"),
    ({"interest_per_year": 0.13}, "finance.debt_interest", "2024-03"),
    ({"fee_fraction": 0.03}, "finance.debt_fee", "2024-02"),
    ({"repay_months": 5}, "finance.debt_repayment", "2024-03"),
])
def test_another_loan_is_not_this_one(plan: Plan, change: dict[str, Any], rule: str, period: str) -> None:
    assert (rule, period) in broken(audit(replace(borrower(), debt=replace(LOAN, **change)), plan))


def test_the_purse_of_the_loan_pays_for_capital_alone(plan: Plan) -> None:
    payments = plan.tables["payments"]
    is_fee = (payments["purse"] == "service") & (payments["line"] == "debt_fee")
    swapped = payments.assign(purse=payments["purse"].mask(is_fee, "debt"))
    found = broken(audit(borrower(), Plan(plan.header, {**plan.tables, "payments": swapped})))
    assert {("purse_eligible", "2024-02"), ("purse_balance", "2024-02")} <= found


def test_a_purse_that_serves_must_be_named(plan: Plan) -> None:
    equity, service = borrower().purses
    for named, is_right in ((("finance",), True), (("rent", "finance.debt_fee"), False), (("lease",), False)):
        other = replace(borrower(), purses=(equity, replace(service, pays_for=named)))
        assert audit(other, plan).passed == is_right


def test_a_table_without_a_loan_is_a_fault(plan: Plan) -> None:
    rules = {violation.rule for violation in audit(replace(borrower(), debt=None), plan).violations}
    assert {"tables", "finance.debt_draw"} <= rules


def test_a_plan_from_before_there_were_loans_passes() -> None:
    plain = b.instance()
    plan = solve_instance(plain, SolveSettings(gap=0.0))
    tables: dict[str, pd.DataFrame] = {name: frame for name, frame in plan.tables.items() if name != "debt"}
    assert audit(plain, Plan(plan.header, tables)).passed
    missing = audit(replace(plain, debt=LOAN), Plan(plan.header, tables))
    assert any("table debt lacks" in violation.message for violation in missing.violations)
