"""When money moves and what it is worth: S-curve, order and delivery, leases, staff, residual values, periods."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import builders as b
from tests.model.hand import (
    but,
    discount,
    discounted,
    hurried,
    in_quarters,
    line,
    musd,
    objective,
    quarter_discount,
    solve,
    wanted,
    with_gpu,
    with_mode,
)

# F(x) = 3x² - 2x³ at 1/4, 1/2, 3/4, 1: 0.15625, 0.5, 0.84375, 1; its steps:
FOUR_MONTHS = (0.15625, 0.34375, 0.34375, 0.15625)


def test_construction_is_paid_on_the_s_curve_before_service():
    # 10 musd/MW, lead 4, in service in month 4 when wanted: paid in the months 0 to 3.
    built = discounted(but(with_mode(capex_musd_per_mw=10.0, lead_months=4), workloads=wanted(4)))
    assert objective(built) == musd(10.0 * sum(share * discount(month) for month, share in enumerate(FOUR_MONTHS)))
    # Without a lead: in month 0.
    assert objective(discounted(with_mode(capex_musd_per_mw=10.0))) == musd(10.0 * discount(0))


def test_construction_by_quarters_counts_back_from_its_service():
    # In service in month 6 (lead 4 rounded up), paid in the months 2 (first quarter) and 3, 4, 5 (second).
    built = discounted(in_quarters(but(with_mode(capex_musd_per_mw=10.0, lead_months=4), workloads=wanted(6))))
    assert objective(built) == musd(10.0 * (0.15625 * quarter_discount(0) + 0.84375 * quarter_discount(3)))


def test_liquid_cooling_is_paid_as_construction():
    cooled = b.mode(cooling="air", liquid_adder_musd_per_mw=10.0, lead_months=4)
    instance = but(with_gpu(cooling="liquid"), sites=(b.site(modes=(cooled,)),), workloads=wanted(4))
    plan = solve(discounted(instance))
    expected = 10.0 * sum(share * discount(month) for month, share in enumerate(FOUR_MONTHS))
    assert line(plan, "capital", "liquid_cooling") == musd(expected)


def test_fixed_cost_is_paid_on_the_s_curve_after_the_start():
    fixed = with_mode(fixed_cost_musd=7.0, lead_months=4)
    expected = 7.0 * sum(share * discount(month) for month, share in enumerate(FOUR_MONTHS))
    assert objective(discounted(but(fixed, workloads=wanted(4)))) == musd(expected)
    assert objective(discounted(with_mode(fixed_cost_musd=7.0))) == musd(7.0 * discount(0))
    # By quarters: 0.84375 of it in the months 0 to 2, 0.15625 in month 3.
    quarters = discounted(in_quarters(but(fixed, workloads=wanted(6))))
    assert objective(quarters) == musd(7.0 * (0.84375 * quarter_discount(0) + 0.15625 * quarter_discount(3)))


def test_fixed_cost_reaches_beyond_the_horizon():
    # A committed site that nothing needs is started as late as can be, in month 5 of 6: months 5 to 8, three of them beyond.
    site = b.site(is_committed=True, modes=(b.mode(fixed_cost_musd=7.0, lead_months=4),))
    plan = solve(discounted(b.instance(sites=(site,), horizon=b.horizon(6))))
    expected = 7.0 * sum(share * discount(5 + month) for month, share in enumerate(FOUR_MONTHS))
    assert plan.header["objective_musd"] == musd(expected)
    ledger = plan.tables["ledger"]
    assert ledger.loc[ledger["period"] == "beyond", "nominal_musd"].sum() == musd(7.0 * 0.84375)


def test_land_is_paid_at_the_start_and_worth_its_price_at_the_end():
    plan = solve(discounted(with_mode(land_musd=5.0)))
    assert line(plan, "capital", "land") == musd(5.0 * discount(0))
    assert line(plan, "residual", "land") == musd(-5.0 / 1.12)
    assert objective(with_mode(land_musd=5.0)) == musd(0.0)


def test_residual_of_buildings():
    # 10 of construction, 4 of fixed cost and 3 of liquid cooling, a fifth left: 17·0.2 at the end.
    hall = b.mode(cooling="air", capex_musd_per_mw=10.0, fixed_cost_musd=4.0, liquid_adder_musd_per_mw=3.0, residual_fraction=0.2)
    plan = solve(discounted(but(with_gpu(cooling="liquid"), sites=(b.site(modes=(hall,)),))))
    assert line(plan, "residual", "buildings") == musd(-3.4 / 1.12)
    assert line(plan, "capital", "construction") == musd(14.0 * discount(0))


def test_a_leased_hall_leaves_nothing():
    # Of 10 musd half is left; with a lease (1.2 in 12 months) nothing is.
    owned = with_mode(capex_musd_per_mw=10.0, residual_fraction=0.5)
    assert objective(owned) == musd(5.0)
    leased = with_mode(capex_musd_per_mw=10.0, residual_fraction=0.5, lease_usd_per_kw_month=100.0)
    assert objective(leased) == musd(11.2)


def test_lease():
    # 100 usd per kW-month on 1 MW: 0.1 a month. 12 months: 1.2, also where the lease would end before.
    assert objective(with_mode(lease_usd_per_kw_month=100.0, lease_months=12)) == musd(1.2)
    assert objective(with_mode(lease_usd_per_kw_month=100.0, lease_months=6)) == musd(1.2)
    # Two months free: 1.0. Fifteen months of term: three beyond, 1.3.
    assert objective(with_mode(lease_usd_per_kw_month=100.0, lease_months=12, free_rent_months=2)) == musd(1.0)
    assert objective(with_mode(lease_usd_per_kw_month=100.0, lease_months=15, free_rent_months=2)) == musd(1.3)


def test_lease_escalates_and_is_discounted_as_of_its_months():
    # Months 2 to 11 of 2024 at 0.1, 12 to 14 in 2025 at 0.11: 1.33.
    leased = with_mode(lease_usd_per_kw_month=100.0, lease_months=15, free_rent_months=2)
    leased = but(leased, escalation=replace(leased.escalation, lease=0.1))
    assert objective(leased) == musd(1.33)
    expected = sum((0.1 if month < 12 else 0.11) * discount(month) for month in range(2, 15))
    assert objective(discounted(leased)) == musd(expected)


def test_each_vintage_has_its_own_lease():
    # Rate 0.5 MW a month: 0.5 MW from month 0, 0.5 MW from month 1, two months free each, 14 months each:
    # 0.05·(10 + 2) + 0.05·(9 + 3) = 1.2, besides one month late.
    leased = with_mode(lease_usd_per_kw_month=100.0, lease_months=14, free_rent_months=2, mw_per_month=0.5)
    assert objective(leased) == musd(11.2)


def test_initial_capacity_is_leased_from_the_start():
    assert objective(with_mode(initial_it_mw=1.0, lease_usd_per_kw_month=100.0, free_rent_months=2)) == musd(1.0)


def test_staff_escalates():
    # 12 musd per MW-year: 1 a month. July 2024 to June 2025 at 10 %: 6 + 6.6.
    staffed = but(with_mode(staff_musd_per_mw_year=12.0), horizon=b.horizon(12, 1, "2024-07"))
    assert objective(staffed) == musd(12.0)
    assert objective(but(staffed, escalation=replace(staffed.escalation, staff=0.1))) == musd(12.6)
    # November, December, January in one quarter: 3·(1 + 1 + 1.1)/3.
    quarter = in_quarters(but(staffed, escalation=replace(staffed.escalation, staff=0.1)), "2024-11", 3)
    assert objective(quarter) == musd(3.1)


def test_hardware_is_paid_at_order_and_after_delivery():
    # Delivered in month 4: a fifth in month 2, the rest in month 7.
    terms = {"price_usd": 10_000.0, "pay_at_order_fraction": 0.2, "order_lead_months": 2, "pay_after_delivery_months": 3}
    late = discounted(but(with_gpu(**terms), workloads=wanted(4)))
    assert objective(late) == musd(10.0 * (0.2 * discount(2) + 0.8 * discount(7)))
    # Delivered in month 0: what was due before month 0 is paid in month 0.
    plan = solve(discounted(with_gpu(**terms)))
    assert plan.header["objective_musd"] == musd(10.0 * (0.2 * discount(0) + 0.8 * discount(3)))
    assert plan.tables["fleet"].set_index("period").loc["2024-01", "ordered"] == pytest.approx(1000.0)


def test_hardware_paid_beyond_the_horizon():
    # Delivered in month 0, the rest due in month 14.
    terms = {"price_usd": 10_000.0, "pay_at_order_fraction": 0.2, "order_lead_months": 2, "pay_after_delivery_months": 14}
    plan = solve(discounted(with_gpu(**terms)))
    assert plan.header["objective_musd"] == musd(10.0 * (0.2 * discount(0) + 0.8 * discount(14)))
    ledger = plan.tables["ledger"]
    assert ledger.loc[ledger["period"] == "beyond", "nominal_musd"].sum() == musd(8.0)


def test_payments_fall_into_the_quarter_that_holds_their_month():
    # Delivered in month 6; a fifth in month 4 (second quarter), the rest in month 7 (third).
    terms = {"price_usd": 10_000.0, "pay_at_order_fraction": 0.2, "order_lead_months": 2, "pay_after_delivery_months": 1}
    quarters = discounted(in_quarters(but(with_gpu(**terms), workloads=wanted(6))))
    assert objective(quarters) == musd(10.0 * (0.2 * quarter_discount(3) + 0.8 * quarter_discount(6)))


def test_everything_of_the_hardware_is_paid_alike():
    # Spares, network, installation and 10 % of sales tax follow the GPUs: 10 + 0.5 + 2 + 0.5 + 1.25 = 14.25.
    terms = {"pay_at_order_fraction": 0.2, "order_lead_months": 2, "pay_after_delivery_months": 3}
    gpu = b.gpu(price_usd=10_000.0, spares_fraction=0.05, network_usd=2000.0, install_usd=500.0, **terms)
    instance = b.instance(gpus=(gpu,), sites=(b.site(sales_tax_fraction=0.1),), workloads=wanted(4))
    assert objective(discounted(instance)) == musd(14.25 * (0.2 * discount(2) + 0.8 * discount(7)))


def test_residual_of_gpus_stands_at_the_end_of_the_horizon():
    # 10·(1 - 12/24)·0.5 = 2.5, one year away.
    gpus = discounted(with_gpu(price_usd=10_000.0, lifetime_months=24, resale_fraction=0.5))
    assert objective(gpus) == musd(10.0 * discount(0) - 2.5 / 1.12)


def test_flows_of_a_month_and_of_a_quarter():
    # A fixed charge of 1 a month: each month by itself, or three by the mean of their months, which is the same sum.
    fixed = discounted(hurried(tariffs=(b.tariff(fixed_usd_per_month=1e6),)))
    expected = sum(discount(month) for month in range(12))
    assert objective(fixed) == musd(expected)
    assert objective(in_quarters(fixed)) == musd(expected)
    # A single payment is worth its month, or the mean of its quarter.
    once = discounted(with_mode(fixed_cost_musd=10.0))
    assert objective(once) == musd(10.0 * discount(0))
    assert objective(in_quarters(once)) == musd(10.0 * quarter_discount(0))


def test_months_and_quarters_agree_where_dates_are_whole_quarters():
    # Lead 3, wanted in month 3. Construction 10, fixed 4, GPUs 10, staff 9·1, energy of April to December: 275 days = 6,600 h at
    # 50 usd = 0.33, demand 9·0.01 = 0.09: 33.42.
    mode = b.mode(capex_musd_per_mw=10.0, fixed_cost_musd=4.0, lead_months=3, staff_musd_per_mw_year=12.0)
    tariff = b.tariff(energy_usd_per_mwh=50.0, demand_usd_per_kw_month=10.0)
    site = b.site(modes=(mode,), tariffs=(tariff,))
    months = but(with_gpu(price_usd=10_000.0), sites=(site,), workloads=wanted(3))
    assert objective(months) == musd(33.42)
    assert objective(in_quarters(months)) == musd(33.42)
