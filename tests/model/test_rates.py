"""Rate schedules: energy by time of use and in tiers, demand by window with its ratchet, what is owed without being drawn."""

from __future__ import annotations

import pytest

from optimizer.core.offers import Rate, Tariff, Window
from tests import builders as b
from tests.model.hand import HURRY, but, line, musd, objective, solve
from tests.model.hourly import ALL_HOURS, ALL_YEAR, demand, energy, hourly, rate

DEAR = b.tariff(contract_id="dear", energy_usd_per_mwh=200.0)
"""Another tariff, without charges on demand."""


def on(schedule: Rate, **changes: object) -> Tariff:
    return b.tariff(rate=schedule, **changes)


def one_month_of_load(instance, months):
    """The run ends in January; the contract serves on."""
    return but(instance, horizon=b.horizon(months, 1, "2023-01"), workloads=(but(HURRY, until=0),))


def test_time_of_use_adds_charges():
    # January 2022 has 21 weekdays: 84 h from 16 to 20 at 100, and all 744 h at 30.
    evening = energy((None, 100.0), name="evening", window=Window(ALL_YEAR, "weekday", 16, 20))
    both = rate([energy((None, 30.0)), evening])
    assert objective(hourly((on(both),))) == musd(0.02232 + 0.0084)
    assert objective(hourly((on(rate([energy((None, 30.0))])),))) == musd(0.02232)


def test_a_window_over_midnight_and_a_weekend():
    # 22 to 6: 8 h a day, 248 h at 10. January 2022 has 10 days of weekends: 240 h at 7.
    night = energy((None, 10.0), name="night", window=Window(ALL_YEAR, "all", 22, 6))
    weekend = energy((None, 7.0), name="weekend", window=Window(ALL_YEAR, "weekend", 0, 0))
    assert objective(hourly((on(rate([night, weekend])),))) == musd(0.00248 + 0.00168)


def test_a_charge_of_other_months_costs_nothing():
    summer = Window((6, 7, 8), "all", 0, 0)
    seasonal = rate([energy((None, 50.0), window=summer)], [demand(10.0, window=summer)])
    assert objective(hourly((on(seasonal),))) == musd(0.0)
    # April to September by quarters: 720 + 744 + 744 h at 50; demand in June, July and August.
    half_year = but(hourly((on(seasonal),)), horizon=b.horizon(6, 3, "2023-04"))
    assert objective(half_year) == musd((720 + 744 + 744) * 50 / 1e6 + 0.03)


def test_rising_tiers_fill_in_order():
    # 300 MWh at 20, 444 MWh at 50.
    rising = rate([energy((300.0, 20.0), (None, 50.0))])
    assert objective(hourly((on(rising),))) == musd(0.006 + 0.0222)
    # A quarter has three times the tier: 900 MWh at 20, 1,260 MWh at 50.
    quarter = but(hourly((on(rising),)), horizon=b.horizon(3, 3, "2023-01"))
    assert objective(quarter) == musd(0.018 + 0.063)


def test_falling_tiers_do_not_skip_the_dear_one():
    # 300 MWh at 50 come before 444 MWh at 20.
    assert objective(hourly((on(rate([energy((300.0, 50.0), (None, 20.0))])),))) == musd(0.015 + 0.00888)
    # A tier that is never reached stays shut: all 744 MWh at 50.
    assert objective(hourly((on(rate([energy((800.0, 50.0), (None, 20.0))])),))) == musd(0.0372)


def test_tiers_up_and_down():
    # 100 MWh at 10, 200 at 20, 444 at 5.
    assert objective(hourly((on(rate([energy((100.0, 10.0), (300.0, 20.0), (None, 5.0))])),))) == musd(0.001 + 0.004 + 0.00222)
    # 100 MWh at 20, 200 at 5, 444 at 10.
    assert objective(hourly((on(rate([energy((100.0, 20.0), (300.0, 5.0), (None, 10.0))])),))) == musd(0.002 + 0.001 + 0.00444)


def test_a_cheap_last_tier_is_worth_drawing_for():
    # The rate has 400 MWh at 100, then 10; the other tariff has 60. All on the rate: 40,000 + 3,440; all on the other: 44,640.
    falling = on(rate([energy((400.0, 100.0), (None, 10.0))]))
    other = b.tariff(contract_id="other", energy_usd_per_mwh=60.0)
    assert objective(hourly((falling, other))) == musd(0.04344)
    # With 500 MWh in the first tier it is not: 50,000 + 2,440 against 44,640.
    longer = on(rate([energy((500.0, 100.0), (None, 10.0))]))
    assert objective(hourly((longer, other))) == musd(0.04464)


def test_tiers_of_a_window():
    # 84 h of weekday evenings: 50 MWh at 100, 34 MWh at 200.
    evening = energy((50.0, 100.0), (None, 200.0), window=Window(ALL_YEAR, "weekday", 16, 20))
    assert objective(hourly((on(rate([evening])),))) == musd(0.005 + 0.0068)


def test_demand_charges_of_windows_add_up():
    # 10 on weekday mornings and 4 on all hours, per kW and month, on 1 MW.
    morning = demand(10.0, "morning", Window(ALL_YEAR, "weekday", 8, 12))
    assert objective(hourly((on(rate(demand=[morning, demand(4.0)])),))) == musd(0.014)
    # The peak above the hourly mean counts in every window: 1.5 MW.
    assert objective(hourly((on(rate(demand=[morning, demand(4.0)])),), peak_facility_ratio=1.5)) == musd(0.021)


def test_a_window_is_worth_avoiding():
    # One hour a day, 31 h at 200 USD/MWh on the other tariff, instead of 10 USD per kW.
    evening = on(rate(demand=[demand(10.0, window=Window(ALL_YEAR, "all", 17, 18))]))
    assert objective(hourly((evening, DEAR))) == musd(0.0062)
    assert objective(hourly((evening,))) == musd(0.01)
    # A window of two hours is not: 12,400 against 10,000.
    longer = on(rate(demand=[demand(10.0, window=Window(ALL_YEAR, "all", 17, 19))]))
    assert objective(hourly((longer, DEAR))) == musd(0.01)


@pytest.mark.parametrize(("ratchet", "billed"), [
    ({}, 1.0),  # January only
    ({"ratchet_fraction": 0.8, "ratchet_lookback_months": 11}, 1.0 + 3 * 0.8),  # February, March and April look at January
    ({"ratchet_fraction": 0.8, "ratchet_lookback_months": 1}, 1.0 + 0.8),  # February alone does
    ({"ratchet_fraction": 0.8, "ratchet_lookback_months": 11, "ratchet_peak_months": (2, 7)}, 1.0),  # January's peak counts for none
    ({"ratchet_fraction": 0.8, "ratchet_lookback_months": 11, "ratchet_peak_months": (1, 7)}, 1.0 + 3 * 0.8),
])
def test_ratchet_of_a_charge(ratchet, billed):
    instance = one_month_of_load(hourly((on(rate(demand=[demand(10.0, **ratchet)])),)), 4)
    assert objective(instance) == musd(0.01 * billed)


def test_the_ratchet_ends_with_the_service():
    # A term of two months: January and February are billed.
    ratchet = demand(10.0, ratchet_fraction=0.8, ratchet_lookback_months=11)
    assert objective(one_month_of_load(hourly((on(rate(demand=[ratchet]), term_months=2),)), 4)) == musd(0.01 * 1.8)


def test_minimum_take_of_a_rate():
    # 90 % of 2 MW contracted: 1.8 MW in the charge over all hours; a window of some hours bills the peak of 1 MW.
    some = demand(3.0, "some", Window(ALL_YEAR, "all", 8, 20))
    taking = {"mw_min": 2.0, "min_take_fraction": 0.9}
    assert objective(hourly((on(rate(demand=[demand(10.0), some]), **taking),))) == musd(0.018 + 0.003)
    # Beyond the horizon 11 months of the term are left: 11 · 18,000 USD on the charge over all hours.
    owing = hourly((on(rate(demand=[demand(10.0), some]), term_months=12, **taking),))
    assert objective(owing) == musd(0.018 + 0.003 + 11 * 0.018)


def test_fixed_charge_of_a_rate():
    # 500 USD a month, and for the eleven months left of the term; the tariff's own fixed charge is replaced.
    plan = solve(hourly((on(rate(fixed_usd_per_month=500.0), term_months=12, fixed_usd_per_month=9000.0),)))
    assert line(plan, "operations", "fixed_charge") == musd(0.0005 * 12)


def test_a_rate_replaces_the_flat_prices_but_not_what_stands_beside():
    # Energy and demand of the columns do not count; transmission (744 MWh at 2) and capacity (3 USD/kW) do.
    tariff = on(rate([energy((None, 10.0))]), energy_usd_per_mwh=500.0, demand_usd_per_kw_month=50.0,
                transmission_usd_per_mwh=2.0, capacity_usd_per_kw_month=3.0)
    plan = solve(hourly((tariff,)))
    assert line(plan, "operations", "energy") == musd(0.00744)
    assert line(plan, "operations", "demand") == 0.0
    assert line(plan, "operations", "transmission") == musd(0.001488)
    assert line(plan, "operations", "capacity") == musd(0.003)


def test_an_energy_charge_below_zero_is_a_credit():
    # 744 MWh at 30 and a rider of -4 on all hours.
    rider = energy((None, -4.0), name="rider", window=ALL_HOURS)
    plan = solve(hourly((on(rate([energy((None, 30.0)), rider])),)))
    assert line(plan, "operations", "energy") == musd(0.02232)
    assert line(plan, "operations", "energy_credit") == musd(-0.002976)
