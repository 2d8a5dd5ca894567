"""The judge judged: cases small enough to be worked out on paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.core.instance import Instance
from tests import builders
from tests.oracle.enumerate import best_cost

WORKLOAD = builders.workload(delay_cost_musd_per_month=100.0)


def two_months(**changes: object) -> Instance:
    """January and February 2024: 744 h and 696 h; one lot of 1,000 GPUs at 30,000 USD draws 1 MW."""
    gpu = builders.gpu(price_usd=30_000.0)
    tariff = builders.tariff(energy_usd_per_mwh=50.0, demand_usd_per_kw_month=10.0)
    base = builders.instance(
        horizon=builders.horizon(2), gpus=(gpu,), workloads=(WORKLOAD,), sites=(builders.site(tariffs=(tariff,)),))
    return replace(base, **changes)  # type: ignore[arg-type]


def test_what_is_free_costs_nothing() -> None:
    assert best_cost(builders.instance(horizon=builders.horizon(2))) == pytest.approx(0.0, abs=1e-9)


def test_gpus_energy_and_demand() -> None:
    # 1,000 x 30,000 = 30; 1 MW x 1,440 h x 50 = 0.072; 1,000 kW x 10 x 2 months = 0.02.
    assert best_cost(two_months()) == pytest.approx(30.092)


def test_waiting_for_ever_is_a_plan() -> None:
    # Two months in the horizon and 24 after it at 1 each: 26 < 30.092.
    patient = builders.workload(delay_cost_musd_per_month=1.0)
    assert best_cost(two_months(workloads=(patient,))) == pytest.approx(26.0)


def test_a_deadline_before_installation_is_infeasible() -> None:
    gpu = builders.gpu(install_months=1)
    hurried = builders.workload(deadline=0)
    assert best_cost(two_months(gpus=(gpu,), workloads=(hurried,))) is None


def test_construction_is_paid_on_the_s_curve() -> None:
    # Start in January, lead 1 month: in service in February, paid in January: 2.0 at (1.21)^(-0.5/12).
    # Waiting in January: 100 at the same factor. GPUs are free; the power costs 0.696 x 0.05 + 0.01 at (1.21)^(-1.5/12).
    mode = builders.mode(lead_months=1, capex_musd_per_mw=2.0)
    site = replace(two_months().sites[0], modes=(mode,))
    expected = 102.0 * 1.21 ** (-0.5 / 12) + (0.0348 + 0.01) * 1.21 ** (-1.5 / 12)
    found = best_cost(two_months(gpus=(builders.gpu(),), sites=(site,), discount_rate_per_year=0.21))
    assert found == pytest.approx(expected)


def test_a_purse_makes_the_plan_wait() -> None:
    # 20 in January, 10 more in February: the GPUs of 30 come in February. 100 of waiting, 1 MW x 696 h x 50 and 10 per kW.
    purses = (builders.purse(amounts=((0, 20.0), (1, 10.0)), pays_for=("capital",)),
              builders.purse(name="running", amounts=((0, 1.0),), pays_for=("operations",)))
    found = best_cost(two_months(purses=purses, has_budget=True))
    assert found == pytest.approx(100.0 + 30.0 + 0.0348 + 0.01)


def test_an_empty_purse_leaves_only_waiting() -> None:
    purses = (builders.purse(amounts=((0, 29.9),), pays_for=("capital",)), builders.purse(name="b", pays_for=("operations",)))
    assert best_cost(two_months(purses=purses, has_budget=True)) == pytest.approx(2600.0)


def test_a_spare_unit_is_rented_and_not_counted() -> None:
    # Units of 1 MW, one of them spare: two stand for two months at 20 USD per kW: 0.08. Fuel 10 x 3 = 30 USD/MWh x 1,440 h = 0.0432.
    gas = builders.gas(unit_mw=1.0, units_max=3, spare_units=1, gas_usd_per_mmbtu=3.0, rent_usd_per_kw_month=20.0)
    site = replace(two_months().sites[0], tariffs=(), onsite_gas=(gas,))
    assert best_cost(two_months(sites=(site,))) == pytest.approx(30.0 + 0.08 + 0.0432)


def test_a_term_beyond_the_horizon_is_owed_or_bought_out() -> None:
    # Six months at 100,000 a month: 0.6 in all, or 0.2 for two and 0.15 to leave.
    tariff = builders.tariff(term_months=6, fixed_usd_per_month=100_000.0)
    owed, left = (replace(two_months().sites[0], tariffs=(replace(tariff, exit_musd=musd),)) for musd in (None, 0.15))
    assert best_cost(two_months(sites=(owed,))) == pytest.approx(30.6)
    assert best_cost(two_months(sites=(left,))) == pytest.approx(30.35)


def test_a_rental_hosts_where_it_is_one_cluster() -> None:
    # 1,000 GPUs x 1,440 h x 2 USD = 2.88, bound for 4 months: March and April (744 + 720 h) at half: 1.464. Else the site.
    rental = builders.rental(usd_per_gpu_hour=2.0, min_months=4, relet_fraction=0.5)
    assert best_cost(two_months(rentals=(rental,))) == pytest.approx(2.88 + 1.464)
    assert best_cost(two_months(rentals=(replace(rental, largest_cluster_gpus=999),))) == pytest.approx(30.092)


def test_more_is_built_to_be_exempt() -> None:
    # Tax 10 % of 30 = 3. Exempt from 31 on: another 1 MW at 0.5 beside the first: 0.5 x 2 = 1.0 of construction makes 31.
    mode = builders.mode(capex_musd_per_mw=0.5)
    site = replace(two_months().sites[0], modes=(mode,), sales_tax_fraction=0.1, sales_tax_exempt="true", exempt_min_musd=31.0)
    assert best_cost(two_months(sites=(site,))) == pytest.approx(30.092 + 1.0)
    assert best_cost(two_months(sites=(replace(site, exempt_min_musd=35.0),))) == pytest.approx(33.092 + 0.5)


def test_the_ratchet_bills_what_was_once_drawn() -> None:
    # Needed in January only: energy 744 h x 50 = 0.0372, demand 0.01, and 80 % of it in February.
    tariff = replace(two_months().sites[0].tariffs[0], ratchet_fraction=0.8)
    site = replace(two_months().sites[0], tariffs=(tariff,))
    brief = replace(WORKLOAD, until=0)
    assert best_cost(two_months(sites=(site,), workloads=(brief,))) == pytest.approx(30.0 + 0.0372 + 0.01 + 0.008)


def test_a_committed_site_is_started_and_a_second_one_is_one_too_many() -> None:
    # Site a is committed and has no power; b would host for 30.092, and may only where two sites may be started.
    a = builders.site(is_committed=True, tariffs=(), modes=(builders.mode(land_musd=3.0, staff_musd_per_mw_year=0.0),))
    b = replace(two_months().sites[0], site_id="b")
    assert best_cost(two_months(sites=(a, b))) == pytest.approx(30.092)  # land is bought and kept: 3 - 3
    assert best_cost(two_months(sites=(a, b), sites_at_most=1)) == pytest.approx(2600.0)
