"""What a contract binds to: term, falling load, interconnection, deposit, exit, what is owed beyond the horizon."""

from __future__ import annotations

from dataclasses import replace

from tests import builders as b
from tests.model.hand import (
    HURRY,
    but,
    discount,
    discounted,
    hurried,
    in_quarters,
    line,
    musd,
    objective,
    solve,
    wanted,
    with_tariff,
)

CENT = 10.0  # usd per kW-month: 0.01 musd per MW-month
MILLION = 1e6  # usd of fixed charge: 1 musd a month


def test_a_term_ends_and_another_contract_follows():
    # The early contract ends after 6 months, the late one begins in month 6 and costs 0.1 a month: 6·0.1. Without the late one
    # the early one begins in month 6, and the run is 6 months late: 60.
    early = b.tariff(term_months=6, mw_max=1.0)
    late = b.tariff(contract_id="late", ramp=((6, 1.0),), fixed_usd_per_month=0.1 * MILLION)
    assert objective(hurried(tariffs=(early, late))) == musd(0.6)
    assert objective(hurried(tariffs=(early,))) == musd(60.0)
    assert objective(hurried(tariffs=(but(early, term_months=None), late))) == musd(0.0)


def test_a_term_is_rounded_up_to_whole_quarters():
    # Needed in the months 0 to 5; a term of 4 months leaves 2 of them late, by quarters it lasts 6.
    four = but(with_tariff(term_months=4, mw_max=1.0), workloads=wanted(0, until=5))
    assert objective(four) == musd(20.0)
    assert objective(in_quarters(four)) == musd(0.0)


def test_contracted_mw_never_falls():
    # A second run of 1 MW ends with month 5. All contracted MW are billed: 2 MW for 12 months at 0.01: 0.24.
    runs = (HURRY, but(HURRY, name="second", until=5))
    lasting = b.tariff(demand_usd_per_kw_month=CENT, min_take_fraction=1.0)
    assert objective(but(hurried(tariffs=(lasting,)), workloads=runs)) == musd(0.24)
    # With a second contract of 6 months for the second run: 12·0.01 + 6·0.01 = 0.18.
    short = but(lasting, contract_id="short", term_months=6)
    assert objective(but(hurried(tariffs=(lasting, short)), workloads=runs)) == musd(0.18)


def test_contracted_mw_may_grow():
    # The second run is wanted from month 6: 6·1·0.01 + 6·2·0.01 = 0.18.
    runs = (HURRY, but(HURRY, name="second", wanted_from=6))
    grows = but(with_tariff(demand_usd_per_kw_month=CENT, min_take_fraction=1.0), workloads=runs)
    assert objective(grows) == musd(0.18)


def test_interconnection_is_paid_on_the_s_curve_before_service():
    # 6 musd, 4 months of lead, service in month 4. F(1/4) = 0.15625, F(1/2) = 0.5, F(3/4) = 0.84375:
    # 0.15625, 0.34375, 0.34375, 0.15625 of it in the months 0 to 3.
    capex = discounted(but(with_tariff(customer_capex_musd=6.0, sign_lead_months=4), workloads=wanted(4)))
    shares = (0.15625, 0.34375, 0.34375, 0.15625)
    assert objective(capex) == musd(6.0 * sum(share * discount(month) for month, share in enumerate(shares)))
    # Without a lead: at once, in month 0.
    at_once = discounted(with_tariff(customer_capex_musd=6.0))
    assert objective(at_once) == musd(6.0 * discount(0))


def test_interconnection_refund():
    # Service in month 0, given back in 15 parts of 0.4 in the months 0 to 14, three of them beyond the horizon.
    refund = discounted(with_tariff(customer_capex_musd=6.0, capex_refund_months=15))
    plan = solve(refund)
    back = 0.4 * sum(discount(month) for month in range(15))
    assert line(plan, "capital", "interconnection") == musd(6.0 * discount(0))
    assert line(plan, "capital", "interconnection_refund") == musd(-back)
    assert plan.header["objective_musd"] == musd(6.0 * discount(0) - back)
    ledger = plan.tables["ledger"]
    beyond = ledger[(ledger["period"] == "beyond") & (ledger["line"] == "interconnection_refund")]
    assert beyond["nominal_musd"].sum() == musd(-1.2)


def test_deposit_comes_back_after_the_term():
    # 5 musd signed in month 1 (service in month 4, lead 3), term of 6 months, back in month 10.
    deposit = b.tariff(deposit_musd=5.0, sign_lead_months=3, term_months=6)
    short = discounted(but(hurried(tariffs=(deposit,)), workloads=wanted(4, until=9)))
    assert objective(short) == musd(5.0 * (discount(1) - discount(10)))


def test_deposit_without_a_term_comes_back_in_month_n():
    # Month 12 is beyond the horizon of 12 months (0 to 11), discounted as of itself.
    plan = solve(discounted(with_tariff(deposit_musd=5.0)))
    assert line(plan, "deposits", "contract_deposit") == musd(5.0 * discount(0))
    assert line(plan, "deposits", "contract_deposit_return") == musd(-5.0 * discount(12))
    # A term of 20 months: month 20.
    assert objective(discounted(with_tariff(deposit_musd=5.0, term_months=20))) == musd(5.0 * (discount(0) - discount(20)))


def test_exit_in_the_horizon():
    # Needed to month 5, fixed 1 a month for a term of 12: 12. Leaving in month 6 costs 6 + 2.
    bound = b.tariff(term_months=12, fixed_usd_per_month=MILLION)
    need = wanted(0, until=5)
    assert objective(but(hurried(tariffs=(bound,)), workloads=need)) == musd(12.0)
    assert objective(but(hurried(tariffs=(but(bound, exit_musd=2.0),)), workloads=need)) == musd(8.0)


def test_exit_fee_is_paid_in_the_period_of_the_exit():
    # Six months of fixed charge, 2 musd in month 6.
    free = but(with_tariff(term_months=12, fixed_usd_per_month=MILLION, exit_musd=2.0), workloads=wanted(0, until=5))
    expected = sum(discount(month) for month in range(6)) + 2.0 * discount(6)
    assert objective(discounted(free)) == musd(expected)


def test_a_contract_that_may_be_left_still_ends_with_its_term():
    # Six months of term, an exit that nobody wants and no MW to spare: begun in month 6 it lasts to the end, the run is 6 months late.
    assert objective(with_tariff(term_months=6, mw_max=1.0, exit_musd=100.0)) == musd(60.0)


def test_a_contract_once_left_is_not_taken_up_again():
    # Load in the months 0 to 2 and 9 to 11; fixed 1 a month. Kept all year, left at the end for 0.5: 12.5. (Left and taken up
    # again it would be 3 + 0.5 + 3 + 0.5.)
    kept = with_tariff(term_months=24, fixed_usd_per_month=MILLION, exit_musd=0.5)
    assert objective(but(kept, workloads=(*wanted(0, until=2), *wanted(9, name="second")))) == musd(12.5)


def test_interconnection_is_not_given_back_when_the_load_ends():
    # Needed to month 5: 6 musd all the same.
    assert objective(but(with_tariff(customer_capex_musd=6.0), workloads=wanted(0, until=5))) == musd(6.0)


def test_exit_at_the_end_of_the_horizon():
    # A term of 20 months: 12 + 8 beyond = 20; or 3 in month 12: 15. An exit at 9 is not worth it.
    bound = b.tariff(term_months=20, fixed_usd_per_month=MILLION)
    assert objective(hurried(tariffs=(bound,))) == musd(20.0)
    assert objective(hurried(tariffs=(but(bound, exit_musd=3.0),))) == musd(15.0)
    assert objective(hurried(tariffs=(but(bound, exit_musd=9.0),))) == musd(20.0)


def test_leaving_is_paid_in_month_n():
    plan = solve(discounted(with_tariff(term_months=20, fixed_usd_per_month=MILLION, exit_musd=3.0)))
    assert line(plan, "operations", "exit_fee") == musd(3.0 * discount(12))
    assert line(plan, "operations", "fixed_charge") == musd(sum(discount(month) for month in range(12)))


def test_power_table_says_when_a_contract_is_left():
    # Left in month 6: out of service from then on. Left at the end of the horizon: in service to the end.
    early = but(with_tariff(term_months=12, fixed_usd_per_month=MILLION, exit_musd=2.0), workloads=wanted(0, until=5))
    left = solve(early).tables["power"].set_index("period")
    assert list(left.index[left["exits"] == 1]) == ["2024-07"]
    assert left.loc["2024-07", "firm_mw"] == musd(0.0)
    assert left["leaves"].sum() == 0
    late = solve(with_tariff(term_months=20, fixed_usd_per_month=MILLION, exit_musd=3.0)).tables["power"].set_index("period")
    assert list(late.index[late["leaves"] == 1]) == ["2024-12"]
    assert late["exits"].sum() == 0
    assert late.loc["2024-12", "firm_mw"] >= 1.0 - 1e-6


def test_what_is_owed_beyond_the_horizon():
    # Minimum take: 10 MW at 0.01: 0.1 a month, 12 in the horizon and 8 of the term beyond: 2.0.
    take = with_tariff(term_months=20, mw_min=10.0, mw_max=10.0, min_take_fraction=1.0, demand_usd_per_kw_month=CENT)
    assert objective(take) == musd(2.0)
    # Take or pay: 9 MW at 50 usd: 8,784 h in 2024 = 3.9528; January to August 2025, 243 days = 5,832 h = 2.6244.
    energy = with_tariff(term_months=20, mw_min=10.0, mw_max=10.0, min_energy_fraction=0.9, energy_usd_per_mwh=50.0)
    assert objective(energy) == musd(6.5772)
    # Escalated by 10 % in 2025: 3.9528 + 2.88684.
    dearer = but(energy, escalation=replace(energy.escalation, power=0.1))
    assert objective(dearer) == musd(6.83964)


def test_nothing_is_owed_beyond_the_horizon_without_a_minimum():
    # Demand and energy follow what is drawn, and nothing is drawn: 0.12 + 0.4392.
    free = with_tariff(term_months=20, demand_usd_per_kw_month=CENT, energy_usd_per_mwh=50.0, mw_min=10.0, mw_max=10.0)
    assert objective(free) == musd(0.5592)


def test_obligations_beyond_are_discounted_as_of_their_months():
    plan = solve(discounted(with_tariff(term_months=14, fixed_usd_per_month=MILLION)))
    assert plan.header["objective_musd"] == musd(sum(discount(month) for month in range(14)))
    ledger = plan.tables["ledger"]
    beyond = ledger[ledger["period"] == "beyond"]
    assert beyond["nominal_musd"].sum() == musd(2.0)
    assert beyond["present_musd"].sum() == musd(discount(12) + discount(13))
