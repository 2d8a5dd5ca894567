"""Grid tariffs as physics and as bills: dates, limits, energy, demand, what is owed without being drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import builders as b
from tests.model.hand import HURRY, NEVER, but, hurried, in_quarters, line, musd, objective, solve, wanted, with_tariff

CENT = 10.0  # usd per kW-month: 0.01 musd per MW-month


def escalated(instance, **rates):
    return but(instance, escalation=replace(instance.escalation, **rates))


def test_dated_ramp():
    assert objective(with_tariff(ramp=((4, 1.0),))) == musd(40.0)
    assert objective(with_tariff(ramp=())) == musd(0.0)
    # 0.5 MW are too few for the cluster until month 3.
    assert objective(with_tariff(ramp=((0, 0.5), (3, 1.0)))) == musd(30.0)
    # Dated month 4, by quarters in force from month 6.
    assert objective(in_quarters(with_tariff(ramp=((4, 1.0),)))) == musd(60.0)


def test_mw_max_holds_besides_the_ramp():
    assert objective(with_tariff(ramp=((0, 5.0),), mw_max=0.9)) == musd(NEVER)
    assert objective(with_tariff(ramp=((0, 5.0),), mw_max=1.0)) == musd(0.0)


def test_signing_takes_its_time():
    assert objective(with_tariff(sign_lead_months=3)) == musd(30.0)
    assert objective(in_quarters(with_tariff(sign_lead_months=4))) == musd(60.0)


def test_least_size_waits_for_the_ramp():
    # Not before the ramp has reached mw_min = 2.
    assert objective(with_tariff(mw_min=2.0, ramp=((0, 1.0), (3, 5.0)))) == musd(30.0)
    assert objective(with_tariff(mw_min=0.0, ramp=((0, 1.0), (3, 5.0)))) == musd(0.0)


def test_grid_limit_of_the_site():
    # Two contracts of 0.6 MW carry 1 MW together, but not through a connection of 0.9 MW.
    two = (b.tariff(mw_max=0.6), b.tariff(contract_id="second", mw_max=0.6))
    assert objective(hurried(tariffs=two)) == musd(0.0)
    assert objective(hurried(tariffs=two, grid_limit_mw=0.9)) == musd(NEVER)
    # It limits what is contracted, not what is drawn: a least size of 10 MW does not fit 9.
    assert objective(hurried(tariffs=(b.tariff(mw_min=10.0),), grid_limit_mw=9.0)) == musd(NEVER)


def test_peak_ratio_asks_for_firm_power():
    # 1 MW of IT load at a ratio of 1.5 needs 1.5 MW.
    assert objective(hurried(peak_facility_ratio=1.5, tariffs=(b.tariff(mw_max=1.5),))) == musd(0.0)
    assert objective(hurried(peak_facility_ratio=1.5, tariffs=(b.tariff(mw_max=1.4),))) == musd(NEVER)


def test_reserve():
    reserve = but(with_tariff(mw_max=1.4), reserve_fraction=0.5)
    assert objective(reserve) == musd(NEVER)
    assert objective(but(reserve, reserve_fraction=0.0)) == musd(0.0)
    assert objective(but(with_tariff(mw_max=1.5), reserve_fraction=0.5)) == musd(0.0)


def test_reserve_holds_for_the_gpus_that_are_used():
    # H200 are free and take 2 kW: 2 MW and a reserve of 1 MW; H100 cost 10 musd and take 1 kW: 1.5 MW. 2.5 MW of contract carry
    # H100 only, without the reserve H200 too.
    gpus = (b.gpu(price_usd=10_000.0), b.gpu(name="H200", it_kw_per_gpu=2.0))
    either = but(with_tariff(mw_max=2.5), gpus=gpus, workloads=(but(HURRY, accepts=("H100", "H200")),))
    assert objective(but(either, reserve_fraction=0.5)) == musd(10.0)
    assert objective(either) == musd(0.0)


def test_without_contracts_power_is_left_out():
    dark = hurried(tariffs=())
    assert objective(dark) == musd(NEVER)
    assert objective(but(dark, has_contracts=False)) == musd(0.0)


def test_energy_by_the_hours_of_the_months():
    # 1 MW for the 366 days of 2024: 8,784 MWh at 50 usd: 0.4392.
    assert objective(with_tariff(energy_usd_per_mwh=50.0)) == musd(0.4392)
    # February alone: 29 days, 696 MWh: 0.0348; of 2025: 28 days, 672 MWh: 0.0336.
    assert objective(but(with_tariff(energy_usd_per_mwh=50.0), horizon=b.horizon(1, 1, "2024-02"))) == musd(0.0348)
    assert objective(but(with_tariff(energy_usd_per_mwh=50.0), horizon=b.horizon(1, 1, "2025-02"))) == musd(0.0336)


def test_energy_follows_pue_and_utilisation_and_not_the_peak():
    # 8,784 h · 1 MW · PUE 1.3 · utilisation 0.8 = 9,135.36 MWh at 50 usd: 0.456768. The peak ratio of 1.5 does not enter.
    site = b.site(peak_facility_ratio=1.5, annual_pue=1.3, tariffs=(b.tariff(energy_usd_per_mwh=50.0),))
    assert objective(b.instance(sites=(site,), workloads=wanted(0, utilisation=0.8))) == musd(0.456768)


def test_demand_follows_the_peak():
    # 10 usd per kW-month on 1,000 kW, 12 months: 0.12; at a peak ratio of 1.5: 0.18.
    assert objective(with_tariff(demand_usd_per_kw_month=CENT)) == musd(0.12)
    assert objective(hurried(peak_facility_ratio=1.5, tariffs=(b.tariff(demand_usd_per_kw_month=CENT),))) == musd(0.18)


def test_fixed_charge():
    assert objective(with_tariff(fixed_usd_per_month=20_000.0)) == musd(0.24)


def test_power_prices_escalate_by_calendar_year():
    # July 2024 to June 2025 at 10 %: demand 0.01·(6 + 6·1.1) = 0.126.
    july = escalated(but(with_tariff(demand_usd_per_kw_month=CENT), horizon=b.horizon(12, 1, "2024-07")), power=0.1)
    assert objective(july) == musd(0.126)
    # Fixed 0.02·(6 + 6.6) = 0.252.
    assert objective(but(july, sites=with_tariff(fixed_usd_per_month=20_000.0).sites)) == musd(0.252)
    # Energy: 184 days = 4,416 MWh, then 181 days = 4,344 MWh: 50·(4,416 + 1.1·4,344) usd = 0.2208 + 0.23892.
    assert objective(but(july, sites=with_tariff(energy_usd_per_mwh=50.0).sites)) == musd(0.45972)


def test_a_quarter_across_the_year_escalates_by_its_mean():
    # November, December, January: 92 days = 2,208 MWh at 50 usd, times (1 + 1 + 1.1)/3: 0.1104·3.1/3 = 0.11408.
    quarter = escalated(in_quarters(with_tariff(energy_usd_per_mwh=50.0), "2024-11", 3), power=0.1)
    assert objective(quarter) == musd(0.11408)


def test_the_currency_year_anchors_escalation():
    # 2026 in dollars of 2024 at 10 %: 1.21 · 8,760 h · 50 usd = 0.52998.
    later = escalated(but(with_tariff(energy_usd_per_mwh=50.0), horizon=b.horizon(12, 1, "2026-01")), power=0.1)
    assert objective(later) == musd(0.52998)


def test_minimum_take():
    # 10 MW contracted at least, 80 % of them billed: 8 MW · 0.01 · 12 = 0.96, though 1 MW is drawn (0.12).
    assert objective(with_tariff(demand_usd_per_kw_month=CENT, mw_min=10.0, min_take_fraction=0.8)) == musd(0.96)
    assert objective(with_tariff(demand_usd_per_kw_month=CENT, mw_min=10.0)) == musd(0.12)


def test_take_or_pay():
    # 90 % of 10 MW round the clock: 9·8,784 = 79,056 MWh at 50 usd: 3.9528, though 8,784 are drawn (0.4392).
    assert objective(with_tariff(energy_usd_per_mwh=50.0, mw_min=10.0, min_energy_fraction=0.9)) == musd(3.9528)
    assert objective(with_tariff(energy_usd_per_mwh=50.0, mw_min=10.0)) == musd(0.4392)


def test_ratchet_bills_the_past_peak_for_eleven_months():
    # 24 months, load to month 5: 6·0.01 = 0.06. A ratchet of 50 % bills 0.5 MW in the months 6 to 16 too: 11·0.005 = 0.055.
    years = but(with_tariff(demand_usd_per_kw_month=CENT), horizon=b.horizon(24), workloads=wanted(0, until=5))
    assert objective(years) == musd(0.06)
    ratchet = with_tariff(demand_usd_per_kw_month=CENT, ratchet_fraction=0.5)
    assert objective(but(years, sites=ratchet.sites)) == musd(0.115)


def test_ratchet_by_quarters():
    # Load in the quarters of the months 0 and 3; the peak of month 3 binds while a_t <= 14: months 6 to 14, 9·0.005 = 0.045.
    years = in_quarters(with_tariff(demand_usd_per_kw_month=CENT, ratchet_fraction=0.5), months=24)
    assert objective(but(years, workloads=wanted(0, until=5))) == musd(0.105)


def test_the_cheap_contract_draws_up_to_its_peak():
    # 20 usd for 0.5 MW, 60 usd for the rest: (0.5·20 + 0.5·60)·8,784 = 0.35136.
    two = (b.tariff(energy_usd_per_mwh=20.0, mw_max=0.5), b.tariff(contract_id="dear", energy_usd_per_mwh=60.0))
    assert objective(hurried(tariffs=two)) == musd(0.35136)
    assert objective(hurried(tariffs=two[1:])) == musd(0.52704)
    # Half used, the mean of 0.5 MW all comes from the cheap one: 0.5·20·8,784 = 0.08784.
    half = but(hurried(tariffs=two), workloads=wanted(0, utilisation=0.5))
    assert objective(half) == musd(0.08784)


def test_firm_mw_carries_the_peak_not_only_the_mean():
    # Half used, the mean is 0.5 MW, but the peak of 1 MW needs 1 MW of contract.
    half = wanted(0, utilisation=0.5)
    assert objective(but(with_tariff(mw_max=0.9), workloads=half)) == musd(NEVER)


@pytest.mark.parametrize(("group", "expected"), [(None, 0.0), ("substation", NEVER)])
def test_exclusive_group_across_sites(group, expected):
    # Two runs at two sites of 1 MW; contracts of one group let only one of them run.
    sites = tuple(
        b.site(site_id=name, name=name, modes=(b.mode(max_it_mw=1.0),), tariffs=(b.tariff(exclusive_group=group),))
        for name in ("a", "b")
    )
    both = b.instance(sites=sites, workloads=(HURRY, but(HURRY, name="second")))
    assert objective(both) == musd(expected)


@pytest.mark.parametrize(("group", "expected"), [(None, 0.0), ("corridor", NEVER)])
def test_exclusive_group_of_grid_and_gas(group, expected):
    # 0.5 MW of each are needed.
    grid, gas = b.tariff(mw_max=0.5, exclusive_group=group), b.gas(unit_mw=0.5, units_max=1, exclusive_group=group)
    assert objective(hurried(tariffs=(grid,), onsite_gas=(gas,))) == musd(expected)


def test_power_table():
    # 10 MW contracted, 8 billed, 1 drawn: January has 744 hours.
    site = with_tariff(demand_usd_per_kw_month=CENT, mw_min=10.0, mw_max=10.0, min_take_fraction=0.8)
    plan = solve(site)
    january = plan.tables["power"].set_index("period").loc["2024-01"]
    assert january["contracted_mw"] == musd(10.0)
    assert january["firm_mw"] == musd(10.0)
    assert january["billed_mw"] == musd(8.0)
    assert january["energy_mwh"] == pytest.approx(744.0)
    assert january["begins"] == 1
    assert line(plan, "operations", "demand") == musd(0.96)
