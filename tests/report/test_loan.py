"""A loan in what people read: GPUs for 10 musd in January 2024, 4 in the purse, 6 borrowed and repaid by half a musd a month.

12 % a year discount; the loan costs 6 % a year, so that its gain is taken back, and a fee of 0.12. By December 0.5 are owed.
"""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from optimizer.core import accounts
from optimizer.core.instance import Debt, Instance
from optimizer.explain.at_limit import fully_used
from optimizer.explain.in_the_way import limits_in_play
from optimizer.plan.plan import Plan
from optimizer.report.page import uses
from optimizer.report.page.case import ReportCase
from optimizer.report.page.sections import ask, beyond, money
from optimizer.report.page.unit_costs import waterfall
from optimizer.report.page.weights import weights
from optimizer.report.summary import summary_text
from optimizer.report.workbook import workbook
from optimizer.solve import SolveSettings
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b
from tests.model.hand import discount
from tests.report.test_workbook import named, opened

LOAN = Debt(limit_musd=6.0, from_month=0, advance_fraction_of_gpus=0.7, interest_per_year=0.06, fee_fraction=0.02, repay_months=12)
INTEREST = 0.03 * sum(1.0 - month / 12.0 for month in range(11))  # 0.195


def borrower() -> Instance:
    equity = b.purse(name="equity", amounts=((0, 4.0),), pays_for=("capital",))
    service = b.purse(name="service", amounts=((0, 7.0),), pays_for=("finance",))
    run = b.workload(delay_cost_musd_per_month=10.0, deadline=0)
    return b.instance(discount_rate_per_year=0.12, gpus=(b.gpu(price_usd=10_000.0),), workloads=(run,), purses=(equity, service),
                      has_budget=True, debt=LOAN)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return solve_instance(borrower(), SolveSettings(gap=0.0))


@pytest.fixture(scope="module")
def case(plan: Plan) -> ReportCase:
    return ReportCase(borrower(), plan, None, "plans/loan")


def test_what_is_drawn_is_a_source_and_what_is_repaid_a_use(case: ReportCase) -> None:
    by_use = uses.uses_by_quarter(case)
    assert by_use[accounts.HARDWARE].sum() == pytest.approx(10.0)
    assert by_use[accounts.LOAN].sum() == pytest.approx(0.12 + 5.5 + INTEREST)
    assert uses.sources_by_quarter(case)["received_musd"].sum() == pytest.approx(4.0 + 6.0 + 7.0)
    assert case.tables["cash"]["out_musd"].sum() == pytest.approx(by_use.to_numpy().sum())


def test_the_waterfall_shows_what_the_loan_costs(case: ReportCase) -> None:
    steps = waterfall(case).set_index("what")["musd"]
    assert steps[accounts.LOAN] == pytest.approx(0.12 * discount(0))
    assert steps["cash cost"] == pytest.approx(case.header["cash_cost_musd"])


def test_the_page_tells_of_the_loan(case: ReportCase) -> None:
    section = money.section(case)
    assert section is not None
    assert "brings 6 million USD for capital in Jan 2024" in section.html
    assert "0.5 million USD are still owed at its end" in section.html
    assert "equity comes closest" in section.html
    without = ReportCase(replace(borrower(), debt=None), case.plan, None, "plans/loan")
    assert "The loan" not in str(money.section(without))


def test_the_ask_counts_payments_and_no_draws(case: ReportCase) -> None:
    assert ask.sums(case)["horizon_musd"] == pytest.approx(10.0 + 0.12 + 5.5 + INTEREST)
    assert ask.sums(case)["beyond_musd"] == pytest.approx(0.5 + 0.015 / 12.0)


def test_what_takes_back_a_gain_is_no_flow_beyond_the_horizon(case: ReportCase) -> None:
    assert set(beyond.flows(case)["line"]) == {"debt_repayment", "debt_interest"}
    assert "debt_offset" in set(case.tables["ledger"]["line"])


def test_the_summary_says_what_is_owed(plan: Plan) -> None:
    text = summary_text(plan)
    assert "Owed to the lender (nominal million USD)\n  debt: 0.5 at the end, most 6.0 in 2024-01\n" in text
    assert "  debt: 0.0 at the end" not in text


def test_a_loan_that_is_used_up_binds(case: ReportCase) -> None:
    told = fully_used(case.instance, case.tables)
    assert "debt_limit: 6 million USD, the most that is lent, are owed in 2024-01" in told
    assert not any("debt is spent" in sentence for sentence in told)
    secured = replace(borrower(), debt=replace(LOAN, limit_musd=50.0))
    table = case.tables["debt"].assign(lendable_musd=case.tables["debt"]["balance_musd"])
    sentences = fully_used(secured, {**case.tables, "debt": table})
    assert "debt_collateral: all that the GPUs secure is owed in 12 periods, 2024-01 to 2024-12" in sentences


def test_a_loan_is_in_play() -> None:
    assert "debt: 6 million USD at most from 2024-01, for capital, and 70 % of the book value of GPUs delivered and paid for" in (
        limits_in_play(borrower()))


def test_the_terms_of_a_loan_weigh_what_it_costs(case: ReportCase) -> None:
    row = {"table": "budget", "key": "debt", "column": "fee_fraction", "value": "0.02"}
    asked = pd.DataFrame([{**dict.fromkeys(case.tables["assumptions"].columns, ""), **row}])
    given = ReportCase(case.instance, Plan(case.header, {**case.tables, "assumptions": asked}), None, "plans/loan")
    assert weights(given)["weight_musd"].tolist() == pytest.approx([0.12 * discount(0)])


def test_the_workbook_holds(plan: Plan) -> None:
    content = workbook(borrower(), plan)
    stored = opened(content, data_only=True)
    for name in ("npv_check_musd", "payments_check_musd", "rows_check_musd"):
        assert named(stored, name).value == pytest.approx(0.0, abs=1e-9)
    assert named(stored, "cash_cost_musd").value == pytest.approx(plan.header["cash_cost_musd"])
    finance = [row for row in stored["Totals"].iter_rows(values_only=True) if row[:2] == ("finance", "together")]
    assert finance[0][3] == pytest.approx(0.12 * discount(0))
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    assert all('ledger_line,"debt_draw"' in str(cell.value) for cell in named(formulas, "cash_out_musd"))
