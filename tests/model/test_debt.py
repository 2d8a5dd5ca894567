"""The loan: what it makes possible, what bounds it, what it costs, and that it is never a gain.

GPUs for 10 musd in month 0; the purse holds 4, and 6 more from month 5. Without a loan the run is late by 5 months: 50 + 10.
With one, 6 are drawn in month 0: a fee of 0.12, interest of 1 % a month on what is owed, a 48th of the draw repaid every month.
"""

from __future__ import annotations

import pytest

from optimizer.core.errors import ModelError
from optimizer.core.instance import Debt
from tests import builders as b
from tests import rich_debt
from tests.model.hand import NEVER, but, discount, discounted, in_quarters, line, musd, objective, solve, wanted, with_gpu

LOAN = Debt(limit_musd=100.0, from_month=0, advance_fraction_of_gpus=0.7, interest_per_year=0.12, fee_fraction=0.02, repay_months=48)
LATE = 60.0

# After 11 instalments 37/48 of 6 are owed; interest is due on 48/48, 47/48, ... 38/48 of it, and for half a month on the rest.
BORROWED = 10.0 + 0.12 + 0.06 * (11.0 - 55.0 / 48.0) + 0.03 * 37.0 / 48.0
FROM_MONTH_2 = 10.0 + 0.12 + 0.06 * (9.0 - 36.0 / 48.0) + 0.03 * 39.0 / 48.0


def money(*capital, service=100.0):
    """A purse for capital and one that serves the loan."""
    return (b.purse(name="equity", amounts=capital, pays_for=("capital",)),
            b.purse(name="service", amounts=((0, service),), pays_for=("operations",)))


def borrowing(instance=None, **changes):
    """GPUs for 10 musd, 4 of them in the purse, and a loan with other terms."""
    gpus = with_gpu(price_usd=10_000.0) if instance is None else instance
    return but(gpus, has_budget=True, purses=money((0, 4.0), (5, 6.0)), debt=but(LOAN, **changes))


def test_a_loan_spares_the_wait():
    assert objective(but(borrowing(), debt=None)) == musd(LATE)
    assert objective(borrowing()) == musd(BORROWED)


def test_a_loan_makes_a_plan_where_there_is_none():
    hurried = borrowing(but(with_gpu(price_usd=10_000.0), workloads=wanted(0, deadline=0)))
    assert solve(but(hurried, debt=None)).status == "infeasible"
    assert objective(hurried) == musd(BORROWED)


def test_no_more_is_owed_than_the_limit():
    assert objective(borrowing(limit_musd=6.0)) == musd(BORROWED)
    assert objective(borrowing(limit_musd=5.9)) == musd(LATE)


def test_no_more_is_owed_than_the_gpus_secure():
    assert objective(borrowing(advance_fraction_of_gpus=0.6)) == musd(BORROWED)
    assert objective(borrowing(advance_fraction_of_gpus=0.59)) == musd(LATE)


def test_what_the_gpus_secure_falls_with_their_age():
    # In month 11 they are worth 10·13/24, and 6·37/48 = 4.625 are owed: 0.9 of their worth is 4.875, 0.8 is 4.33. Bought in month 1
    # they secure 4.67 of 4.75 then, bought in month 2 5 of 4.875. There is room for no others.
    ageing = but(with_gpu(price_usd=10_000.0, lifetime_months=24), sites=(b.site(max_gpus=1000.0),))
    assert objective(borrowing(ageing, advance_fraction_of_gpus=0.9)) == musd(BORROWED)
    assert objective(borrowing(ageing, advance_fraction_of_gpus=0.8)) == musd(20.0 + FROM_MONTH_2)


def test_nothing_is_drawn_before_the_loan_is_open():
    # From month 2: 20 late.
    assert objective(borrowing(from_month=2)) == musd(20.0 + FROM_MONTH_2)
    # From month 5 on there are 10 in the purse.
    assert objective(borrowing(from_month=5)) == musd(LATE)


def test_hardware_on_credit_secures_nothing():
    # Paid 3 months after delivery: drawn in month 3, 8 instalments.
    credit = with_gpu(price_usd=10_000.0, pay_after_delivery_months=3)
    assert objective(borrowing(credit)) == musd(10.12 + 0.06 * (8.0 - 28.0 / 48.0) + 0.03 * 40.0 / 48.0)
    # 5 for the site are due in month 0, of which 4 are there: GPUs not paid for do not bring the fifth. From month 3 there are 15.
    site = b.site(modes=(b.mode(fixed_cost_musd=5.0),))
    instance = borrowing(but(credit, sites=(site,)))
    assert objective(but(instance, purses=money((0, 4.0), (3, 11.0)))) == musd(30.0 + 15.0)
    # Where half is paid at the order, half of their price secures: 1 is drawn in month 0 for the site beside 5 of the order.
    half = with_gpu(price_usd=10_000.0, pay_at_order_fraction=0.5, pay_after_delivery_months=3)
    paid = but(borrowing(but(half, sites=(site,))), purses=money((0, 9.0), (3, 6.0)))
    assert objective(paid) == musd(15.0 + (BORROWED - 10.0) / 6.0)
    assert objective(but(paid, debt=None)) == musd(30.0 + 15.0)


def test_a_loan_pays_for_capital_alone():
    # A fixed charge of 1 a month is not borrowed for.
    charged = but(with_gpu(price_usd=10_000.0), sites=(b.site(tariffs=(b.tariff(fixed_usd_per_month=1e6),)),))
    assert objective(borrowing(charged)) == musd(BORROWED + 12.0)
    assert objective(but(borrowing(charged), purses=money((0, 4.0), (5, 6.0), service=0.0))) == musd(NEVER)


def test_a_refund_does_not_come_back_to_the_loan():
    # Interconnection of 6 is refunded by 2 in the months 0, 1 and 2, all of it to the purse: 4 are drawn for the GPUs beside 10 of 14.
    refunded = but(with_gpu(price_usd=10_000.0), sites=(b.site(tariffs=(b.tariff(customer_capex_musd=6.0, capex_refund_months=3),)),))
    plan = solve(but(borrowing(refunded), purses=money((0, 10.0))))
    back = plan.tables["payments"][plan.tables["payments"]["musd"] < 0]
    assert set(back["purse"]) == {"equity"}
    assert plan.tables["debt"]["drawn_musd"].sum() == pytest.approx(4.0)


def test_a_loan_must_be_served():
    # Due in month 0: 0.12. In month 1: 0.125 and 0.06.
    assert objective(but(borrowing(), purses=money((0, 4.0), (5, 6.0), service=0.11))) == musd(LATE)
    assert objective(but(borrowing(), purses=money((0, 4.0), (5, 6.0), service=0.12))) == musd(LATE)
    # By the end of month 11 all but 4.625 and the last half month's interest is paid: 0.12 + 1.375 + 0.59125 = 2.08625.
    assert objective(but(borrowing(), purses=money((0, 4.0), (5, 6.0), service=2.08625))) == musd(BORROWED)
    # For less it is drawn a month later: ten instalments.
    later = 10.0 + 10.12 + 0.06 * (10.0 - 45.0 / 48.0) + 0.03 * 38.0 / 48.0
    assert objective(but(borrowing(), purses=money((0, 4.0), (5, 6.0), service=2.0862))) == musd(later)


def test_a_purse_may_name_what_it_serves():
    equity = b.purse(name="equity", amounts=((0, 4.0), (5, 6.0)), pays_for=("capital",))
    for named in (("finance",), ("finance.debt_repayment", "finance.debt_interest", "finance.debt_fee"), ("operations",)):
        service = b.purse(name="service", amounts=((0, 3.0),), pays_for=named)
        assert objective(but(borrowing(), purses=(equity, service))) == musd(BORROWED)
    for named, unpaid in ((("capital",), "debt_repayment"), (("finance.debt_repayment", "finance.debt_interest"), "debt_fee")):
        service = b.purse(name="service", amounts=((5, 3.0),), pays_for=named)
        with pytest.raises(ModelError, match=rf"no purse may pay or take back finance\.{unpaid}"):
            solve(but(borrowing(), purses=(equity, service)))


def test_a_short_loan_is_repaid_within_the_horizon():
    # Four instalments of 1.5; interest on 6, 4.5, 3 and 1.5: 0.15.
    plan = solve(borrowing(repay_months=4))
    assert plan.header["objective_musd"] == musd(10.0 + 0.12 + 0.15)
    table = plan.tables["debt"].set_index("period")
    assert list(table["balance_musd"][:6]) == pytest.approx([6.0, 4.5, 3.0, 1.5, 0.0, 0.0])
    assert list(table["repaid_musd"][:6]) == pytest.approx([0.0, 1.5, 1.5, 1.5, 1.5, 0.0])
    assert list(table["interest_musd"][:6]) == pytest.approx([0.0, 0.06, 0.045, 0.03, 0.015, 0.0])
    assert list(table["lendable_musd"][:2]) == pytest.approx([7.0, 7.0 * 1199.0 / 1200.0])
    assert table["fee_musd"].sum() == pytest.approx(0.12)


def test_what_is_owed_at_the_end_is_repaid_then():
    plan = solve(borrowing())
    ledger = plan.tables["ledger"].set_index(["line", "period"])["nominal_musd"]
    assert ledger["debt_repayment", "beyond"] == pytest.approx(6.0 * 37.0 / 48.0)
    assert ledger["debt_interest", "beyond"] == pytest.approx(0.03 * 37.0 / 48.0)
    assert ledger["debt_draw"].sum() + ledger["debt_repayment"].sum() == pytest.approx(0.0, abs=1e-9)


def test_by_quarters():
    # Without a loan in the third quarter, 60 + 10. With one: instalments of 3/48 in three quarters; interest of 3 % on 48/48, 45/48 and
    # 42/48 of 6, and for half a quarter on 39/48.
    quarters = in_quarters(borrowing())
    assert objective(but(quarters, debt=None)) == musd(70.0)
    assert objective(quarters) == musd(10.12 + 0.18 * (48.0 + 45.0 + 42.0) / 48.0 + 0.09 * 39.0 / 48.0)


def test_interest_above_the_discount_rate_is_a_cost():
    # At 24 % a year 2 % a month are due; 12 % a year discount.
    plan = solve(discounted(borrowing(interest_per_year=0.24)))
    repaid = sum(0.125 * discount(month) for month in range(1, 12)) + 4.625 / 1.12
    interest = sum(0.12 * (1.0 - (month - 1) / 48.0) * discount(month) for month in range(1, 12)) + 0.06 * 37.0 / 48.0 / 1.12
    cost = -6.0 * discount(0) + repaid + interest
    assert cost > 0.3
    assert plan.header["objective_musd"] == musd(10.12 * discount(0) + cost)
    assert line(plan, "finance", "debt_offset") == 0.0


def test_interest_below_the_discount_rate_is_no_gain():
    # At 6 % a year the loan would gain: all but the fee is taken back.
    plan = solve(discounted(borrowing(interest_per_year=0.06)))
    assert plan.header["objective_musd"] == musd(10.12 * discount(0))
    assert plan.header["cash_cost_musd"] == musd(10.12 * discount(0))
    repaid = sum(0.125 * discount(month) for month in range(1, 12)) + 4.625 / 1.12
    interest = sum(0.03 * (1.0 - (month - 1) / 48.0) * discount(month) for month in range(1, 12)) + 0.015 * 37.0 / 48.0 / 1.12
    assert line(plan, "finance", "debt_offset") == musd(6.0 * discount(0) - repaid - interest)
    beyond = plan.tables["ledger"][plan.tables["ledger"]["line"] == "debt_offset"]
    assert list(beyond["period"]) == ["beyond"]
    assert list(beyond["nominal_musd"]) == [0.0]


@pytest.mark.parametrize("interest", [0.0, 0.05])
def test_a_loan_that_costs_nothing_is_drawn_no_earlier_and_no_higher_than_needed(interest):
    # The series holds 45 until month 5. The best plan asks 49.1867 of it by month 3 and 20.0552 in month 4, of which 0.4649 are deposits
    # that no loan pays and that must be left in the purse.
    rich = rich_debt.instance()
    free = but(rich.debt, fee_fraction=0.0, interest_per_year=interest, limit_musd=80.0, advance_fraction_of_gpus=1.0)
    series, monthly = rich.purses
    running = but(monthly, amounts=((0, 30.0),))
    enough = but(rich, debt=free, purses=(but(series, amounts=((0, 200.0),)), running))
    assert solve(enough).tables["debt"]["drawn_musd"].sum() == 0.0
    plan = solve(but(rich, debt=free, purses=(series, running)))
    drawn = [0.0, 0.0, 0.0, 4.1867 + 0.4649, 20.0552 - 0.4649, 0.0, 0.0, 0.0]
    assert plan.tables["debt"]["drawn_musd"].to_list() == pytest.approx(drawn, abs=1e-3)


@pytest.mark.parametrize("interest", [0.0, 0.06])
def test_nothing_is_borrowed_without_need(interest):
    # 10 in the purse: a loan that costs nothing is not drawn.
    enough = but(borrowing(interest_per_year=interest, fee_fraction=0.0), purses=money((0, 10.0)))
    plan = solve(discounted(enough))
    assert plan.header["objective_musd"] == musd(10.0 * discount(0))
    assert plan.tables["debt"]["drawn_musd"].sum() == 0.0


def test_the_purse_of_the_loan():
    plan = solve(borrowing())
    cash = plan.tables["cash"]
    loan = cash[cash["purse"] == "debt"].set_index("period")
    assert (loan.loc["2024-01", "in_musd"], loan.loc["2024-01", "out_musd"]) == (pytest.approx(6.0), pytest.approx(6.0))
    assert loan["in_musd"].sum() == pytest.approx(6.0)
    assert set(plan.tables["payments"].loc[plan.tables["payments"]["purse"] == "debt", "group"]) == {"capital"}


def test_without_a_loan_the_table_is_empty():
    assert solve(but(borrowing(), debt=None)).tables["debt"].empty
