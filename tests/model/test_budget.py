"""Purses: how much, when, for what; what comes back; what no purse is asked for."""

from __future__ import annotations

import pytest

from tests import builders as b
from tests.model.hand import HURRY, NEVER, but, musd, objective, solve, wanted, with_gpu, with_mode, with_rental, with_tariff

ALL = ("capital", "deposits", "operations", "lease", "rent")


def with_purses(instance, *purses):
    return but(instance, has_budget=True, purses=purses)


def purse(amounts, pays_for=ALL, **changes):
    return b.purse(amounts=amounts, pays_for=pays_for, **changes)


def test_a_purse_too_small_delays():
    # 10 musd of GPUs; 4 now and 6 more from month 5: 5 months late, 50 + 10.
    gpus = with_gpu(price_usd=10_000.0)
    assert objective(with_purses(gpus, purse(((0, 4.0), (5, 6.0))))) == musd(60.0)
    assert objective(with_purses(gpus, purse(((0, 10.0),)))) == musd(10.0)
    assert objective(gpus) == musd(10.0)
    # 9 in all never suffice.
    assert objective(with_purses(gpus, purse(((0, 4.0), (5, 5.0))))) == musd(NEVER)


def test_a_purse_too_small_for_what_is_committed_is_infeasible():
    site = b.site(is_committed=True, modes=(b.mode(fixed_cost_musd=9.0),))
    committed = b.instance(sites=(site,))
    assert solve(with_purses(committed, purse(((0, 8.0),)))).status == "infeasible"
    assert objective(with_purses(committed, purse(((0, 9.0),)))) == musd(9.0)


def test_two_purses_pay_together():
    gpus = with_gpu(price_usd=10_000.0)
    assert objective(with_purses(gpus, purse(((0, 4.0),)), purse(((0, 6.0),), name="other"))) == musd(10.0)


def test_what_a_purse_may_pay():
    # 10 of GPUs and 2 of network: the network is not paid from money for GPUs.
    hardware = with_gpu(price_usd=10_000.0, network_usd=2000.0)
    for_gpus = purse(((0, 100.0),), ("capital.gpus",))
    assert objective(with_purses(hardware, for_gpus, purse(((0, 1.0),), ("capital.network",), name="other"))) == musd(NEVER)
    assert objective(with_purses(hardware, for_gpus, purse(((0, 2.0),), ("capital.network",), name="other"))) == musd(12.0)
    # A group holds its lines.
    assert objective(with_purses(hardware, purse(((0, 12.0),), ("capital",)))) == musd(12.0)


def test_operations_are_not_paid_from_capital():
    # 50 usd/MWh and 0.2 musd for operations: July to December cost 0.2208, too much; from August 3,672 h: 0.1836, 7 months late.
    powered = with_tariff(energy_usd_per_mwh=50.0)
    capital = purse(((0, 100.0),), ("capital",))
    assert objective(with_purses(powered, capital, purse(((0, 0.2),), ("operations",), name="other"))) == musd(70.1836)
    assert objective(with_purses(powered, purse(((0, 100.0),), ("capital", "operations")))) == musd(0.4392)


def test_money_every_month():
    # Fixed charge of 1 a month. 1 every month carries it from month 0: 12. 1 once pays one month, the last: 11·10 + 1.
    fixed = with_tariff(fixed_usd_per_month=1e6)
    assert objective(with_purses(fixed, purse(((0, 1.0),), every_month=True))) == musd(12.0)
    assert objective(with_purses(fixed, purse(((0, 1.0),)))) == musd(111.0)


def test_money_every_month_changes_with_its_dates():
    # 1 a month for 6 months, then 0.5: 9 by the end, enough for the 9 months from month 3: 30 + 9.
    fixed = with_tariff(fixed_usd_per_month=1e6)
    assert objective(with_purses(fixed, purse(((0, 1.0), (6, 0.5)), every_month=True))) == musd(39.0)


def test_money_every_month_comes_by_quarters_with_the_first_day():
    # By quarters 3 are due in the first, of which only the month i <= a_t = 0 has been received: 1. In the quarter of month 3:
    # 4 received, 3 due; month 6: 7 of 6; month 9: 10 of 9. One quarter late: 30 + 9.
    fixed = but(with_tariff(fixed_usd_per_month=1e6), horizon=b.horizon(12, 3))
    assert objective(with_purses(fixed, purse(((0, 1.0),), every_month=True))) == musd(39.0)
    assert objective(fixed) == musd(12.0)


def test_a_refund_comes_back_to_the_purse():
    # Interconnection of 6 in month 0, given back by 2 in the months 0, 1, 2: the 6 for GPUs are there in month 2: 20 + 6.
    # Without a refund 6 remain unpaid: never. Without a budget 6.
    refunded = but(with_gpu(price_usd=6000.0), sites=with_tariff(customer_capex_musd=6.0, capex_refund_months=3).sites)
    assert objective(with_purses(refunded, purse(((0, 6.0),)))) == musd(26.0)
    kept = but(refunded, sites=with_tariff(customer_capex_musd=6.0).sites)
    assert objective(with_purses(kept, purse(((0, 6.0),)))) == musd(NEVER)
    assert objective(refunded) == musd(6.0)


def test_a_deposit_comes_back_to_the_purse():
    # 5 for the deposit of a contract of 6 months, and the same 5 in month 6 for the contract of a second run.
    first = b.tariff(deposit_musd=5.0, term_months=6)
    second = b.tariff(contract_id="second", deposit_musd=5.0, ramp=((6, 1.0),))
    runs = (*wanted(0, until=5), *wanted(6, name="second"))
    both = b.instance(sites=(b.site(tariffs=(first, second)),), workloads=runs)
    money = purse(((0, 5.0),))
    assert objective(with_purses(both, money)) == musd(0.0)
    lasting = b.tariff(deposit_musd=5.0, term_months=14, mw_max=1.0, ramp=((0, 1.0),))
    # Where the first contract lasts, 5 are too few for both, and the second run is late for 6 months and 24 beyond: 300.
    together = (HURRY, but(HURRY, name="second", wanted_from=6))
    apart = b.instance(sites=(b.site(tariffs=(lasting, second)),), workloads=together)
    assert objective(with_purses(apart, money)) == musd(300.0)
    assert objective(apart) == musd(0.0)


def test_no_purse_is_asked_beyond_the_horizon():
    # Paid 14 months after delivery, in month 14: 10 stand in the ledger, an empty purse does not mind. After 5 months it does.
    beyond = with_gpu(price_usd=10_000.0, pay_after_delivery_months=14)
    assert objective(with_purses(beyond, purse(((0, 0.0),)))) == musd(10.0)
    within = with_gpu(price_usd=10_000.0, pay_after_delivery_months=5)
    # Ready in month 7 and paid in month 12, beyond: 70 + 10.
    assert objective(with_purses(within, purse(((0, 0.0),)))) == musd(80.0)


def test_delay_and_residual_are_not_money():
    # 30 of delay, 10 of GPUs and half of them back at the end: the purse needs 10, no more and no less.
    gpu = b.gpu(price_usd=10_000.0, lifetime_months=12_000_000, resale_fraction=0.5)
    late = but(with_mode(lead_months=3), gpus=(gpu,))
    assert objective(with_purses(late, purse(((0, 10.0),)))) == musd(35.0)
    assert objective(with_purses(late, purse(((0, 9.9),)))) == musd(NEVER)


def test_committed_rent_is_paid_by_purses_that_may_pay_rent():
    # 8.784 of rent committed before.
    committed = with_rental(committed_gpus=1000, committed_until=11, gpus_max=0)
    assert solve(with_purses(committed, purse(((0, 8.0),), ("rent",)))).status == "infeasible"
    capital_only = (purse(((0, 9.0),), ("capital",)), purse(((0, 0.0),), ("rent",), name="other"))
    assert solve(with_purses(committed, *capital_only)).status == "infeasible"
    assert objective(with_purses(committed, purse(((0, 9.0),), ("rent",)))) == musd(8.784)


def test_cash_table():
    # 4 and, from month 5, 6: all spent in month 5.
    plan = solve(with_purses(with_gpu(price_usd=10_000.0), purse(((0, 4.0), (5, 6.0)))))
    cash = plan.tables["cash"].set_index("period")
    assert cash["in_musd"].sum() == pytest.approx(10.0)
    assert cash["out_musd"].sum() == pytest.approx(10.0)
    assert cash.loc["2024-12", "balance_musd"] == pytest.approx(0.0, abs=1e-6)
    assert plan.tables["payments"]["musd"].sum() == pytest.approx(10.0)
