"""Batteries: what they store and lose, their size and price, the duties they stand ready for, and that they give no firm MW."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.core.hours import DAYS, Series, TypicalDays
from optimizer.core.offers import DemandCharge, EnergyCharge, Rate, Tier, Window
from optimizer.model import build
from optimizer.scenario.assemble.typical_days import all_days
from tests import builders as b
from tests.model.by_the_hour import ONE_DAY, YEAR_D, battery, daily, hourly, ppa, rules
from tests.model.hand import HURRY, NEVER, but, discount, discounted, line, musd, objective, solve

CENT = 10.0  # usd per kW-month: 0.01 musd per MW-month
NODE = daily("node", [20.0] * 12 + [100.0] * 12)
INDEX = b.tariff(kind="index", price_series="node")
GRID_ALONE = YEAR_D * (12 * 20 + 12 * 100) / 1e6
"""1 MW all year at the node's prices: 0.52704."""


def with_battery(node=NODE, **changes):
    return hourly(node, tariffs=(INDEX,), batteries=(battery(**changes),))


def with_engines(*batteries, **changes):
    """A load of 1 MW on rented units of 1 MW at 0.1 musd a month, one of them spare."""
    gas = b.gas(**{"unit_mw": 1.0, "spare_units": 1, "rent_usd_per_kw_month": 10.0 * CENT, **changes})
    days = {"typical_days": ONE_DAY if batteries else None}
    return hourly(tariffs=(), onsite_gas=(gas,), batteries=batteries, **days)


def test_energy_is_moved_from_cheap_hours_to_dear_ones():
    # 4.5 MWh: 5 MWh charged at 20 (times 0.9), 4.05 discharged at 100 (0.9 of 4.5), wear 1 on them: 405 − 100 − 4.05 a day.
    plan = solve(with_battery())
    assert plan.header["objective_musd"] == musd(GRID_ALONE - YEAR_D * 300.95 / 1e6)
    assert line(plan, "operations", "battery_wear") == musd(YEAR_D * 4.05 / 1e6)
    assert objective(hourly(NODE, tariffs=(INDEX,))) == musd(GRID_ALONE)


def test_losses_decide():
    # Prices of 80 and 100: 4.05·100 − 5·80 − 4.05 is 0.95 a day. Without losses 4.5·20 − 4.5 = 85.5; with a wear of 1.3 nothing.
    near = daily("node", [80.0] * 12 + [100.0] * 12)
    alone = YEAR_D * 12 * 180 / 1e6
    assert objective(with_battery(near)) == musd(alone - YEAR_D * 0.95 / 1e6)
    assert objective(with_battery(near, round_trip_efficiency=1.0)) == musd(alone - YEAR_D * 85.5 / 1e6)
    assert objective(with_battery(near, degradation_usd_per_mwh=1.3)) == musd(alone)


def test_wear_escalates_with_power():
    # July 2024 to June 2025, 184 and 181 days; power at 10 %: prices and wear alike, 1,139.05 a day.
    grown = but(with_battery(), horizon=b.horizon(12, 1, "2024-07"))
    grown = but(grown, escalation=replace(grown.escalation, power=0.1))
    assert objective(grown) == musd((1440 - 300.95) * (184 + 1.1 * 181) / 1e6)


def test_mw_and_mwh_are_chosen():
    # 5 MWh charged in twelve hours need 5/12 MW, at 100 usd/kW 0.0416667; 4.5 MWh at 10 usd/kWh 0.045. At 30 usd/kWh: 0.135, more
    # than the 0.1101477 a year that it saves.
    plan = solve(with_battery(usd_per_kw=100.0, usd_per_kwh=10.0))
    assert plan.header["objective_musd"] == musd(GRID_ALONE - YEAR_D * 300.95 / 1e6 + 0.1 * 5 / 12 + 0.045)
    assert line(plan, "capital", "batteries") == musd(0.1 * 5 / 12 + 0.045)
    assert objective(with_battery(usd_per_kw=100.0, usd_per_kwh=30.0)) == musd(GRID_ALONE)


def test_mw_limit_the_flow():
    # 0.1 MW: charged in 12 hours 1.2 MWh, 0.972 discharged: 97.2 − 24 − 0.972 a day.
    assert objective(with_battery(mw_max=0.1)) == musd(GRID_ALONE - YEAR_D * 72.228 / 1e6)


def test_duration_ties_mwh_to_mw():
    # 4 hours: 1 MW holds 4 MWh: 3.6·100 − 4/0.9·20 − 3.6 a day.
    daily_gain = 360.0 - 80.0 / 0.9 - 3.6
    assert objective(with_battery(duration_h=4.0, mwh_max=None)) == musd(GRID_ALONE - YEAR_D * daily_gain / 1e6)


EVEN_DAYS_CHEAP = Series("node", "price", "USD/MWh", tuple(20.0 if day % 2 == 0 else 100.0 for day in range(DAYS) for _ in range(24)))
TWO_DAYS = TypicalDays((0, 1), tuple(day % 2 for day in range(DAYS)))


def january(days):
    site = b.site(typical_days=days, max_gpus=1000.0, tariffs=(INDEX,), batteries=(battery(),))
    return b.instance(sites=(site,), workloads=(HURRY,), series=(EVEN_DAYS_CHEAP,), horizon=b.horizon(1))


def test_each_typical_day_ends_as_it_began():
    # Days at 20 and days at 100, in January 16 and 15 of them: nothing can be carried from one typical day to another.
    assert objective(january(TWO_DAYS)) == musd((16 * 24 * 20 + 15 * 24 * 100) / 1e6)


def test_with_all_days_energy_is_carried_over_midnight():
    # 15 times from a cheap day to the dear one that follows: 300.95 each. The month ends as it began.
    assert objective(january(all_days())) == musd((16 * 24 * 20 + 15 * 24 * 100 - 15 * 300.95) / 1e6)


def test_no_grid_and_a_free_battery_is_infeasible():
    free = battery(mw_max=1000.0, mwh_max=1e6, round_trip_efficiency=1.0, degradation_usd_per_mwh=0.0)
    alone = hourly(tariffs=(), batteries=(free,))
    assert objective(alone) == musd(NEVER)
    due = but(alone, workloads=(but(HURRY, deadline=3),))
    assert solve(due).status == "infeasible"
    # With the least of grids it is not: 1 MW.
    assert objective(hourly(tariffs=(b.tariff(mw_max=1.0),), batteries=(free,))) == musd(0.0)
    assert objective(hourly(tariffs=(b.tariff(mw_max=0.9),), batteries=(free,))) == musd(NEVER)


def both_ways(plan):
    """Hours in which some battery charges and discharges."""
    flows = plan.tables["dispatch"].pivot_table(index=["period", "hour", "subject"], columns="flow", values="mw", fill_value=0.0)
    return int(((flows.get("charge", 0.0) > 1e-9) & (flows.get("discharge", 0.0) > 1e-9)).sum())


def test_energy_is_not_burnt_where_its_price_is_below_zero():
    # One hour at -50, else 100; 0.09 MWh: 0.1 MWh charged in it (5 earned), 0.081 discharged (8.1 saved, 0.081 of wear): 13.019 a
    # day. Charging and discharging at once, 0.597 and 0.403 MW, would earn 17.3.
    node = daily("node", [-50.0] + [100.0] * 23)
    plan = solve(with_battery(node, mwh_max=0.09))
    assert plan.header["objective_musd"] == musd(YEAR_D * (2250 - 13.019) / 1e6)
    assert line(plan, "operations", "energy_credit") == musd(-YEAR_D * 55 / 1e6)
    assert both_ways(plan) == 0


def test_free_wear_burns_nothing_either():
    plan = solve(with_battery(daily("node", [0.0] * 12 + [100.0] * 12), degradation_usd_per_mwh=0.0))
    assert plan.header["objective_musd"] == musd(YEAR_D * (1200 - 405) / 1e6)
    assert both_ways(plan) == 0


@pytest.mark.parametrize(
    ("lowest", "grid", "wear", "is_exact"),
    [
        (-50.0, {}, 1.0, True),  # 1/0.81 − 1 = 0.2346 MWh are burnt for a MWh discharged: 11.7 earned, 1 of wear
        (-50.0, {}, 12.0, False),  # 11.7 earned, 12 of wear
        (-50.0, {"transmission_usd_per_mwh": 30.0, "adder_usd_per_mwh": 15.0}, 1.0, True),  # -5 delivered: 1.17 earned
        (-50.0, {"transmission_usd_per_mwh": 30.0, "adder_usd_per_mwh": 16.0}, 1.0, False),  # -4 delivered: 0.94 earned
        (0.0, {}, 0.0, True),  # neither energy nor wear costs anything
        (0.0, {}, 1.0, False),
        (20.0, {}, 0.0, False),
    ],
)
def test_binaries_stand_only_where_burning_could_pay(lowest, grid, wear, is_exact):
    stored = battery(degradation_usd_per_mwh=wear)
    model = build(hourly(daily("node", [lowest] + [100.0] * 23), tariffs=(replace(INDEX, **grid),), batteries=(stored,)))
    assert {h for _, _, h in model.sites["a"].is_discharging} == (set(range(24)) if is_exact else set())


def test_free_energy_beside_the_grid_counts():
    # The grid costs 20 or more, wear nothing: what an agreement spills, or what is taken or paid for anyhow, could be burnt for nothing.
    stored = battery(degradation_usd_per_mwh=0.0)
    grid = b.tariff(energy_usd_per_mwh=20.0)
    hub = daily("hub", 0.0)

    def exact_hours(grid, **offers):
        return len({h for _, _, h in build(hourly(hub, tariffs=(grid,), batteries=(stored,), **offers)).sites["a"].is_discharging})

    assert exact_hours(grid) == 0
    assert exact_hours(grid, ppas=(ppa(wires_usd_per_mwh=5.0),)) == 0
    assert exact_hours(grid, ppas=(ppa(),)) == 24
    assert exact_hours(grid, onsite_gas=(b.gas(gas_usd_per_mmbtu=3.0),)) == 0
    assert exact_hours(grid, onsite_gas=(b.gas(),)) == 24
    assert exact_hours(replace(grid, min_energy_fraction=0.5)) == 24
    assert exact_hours(replace(grid, minimum_bill_usd_per_month=1.0)) == 24


def test_binaries_stand_in_the_cycles_with_prices_below_zero():
    # The even days have an hour at -50, the odd ones do not; hours of a period: day 0, then day 1.
    values = [-50.0 if day % 2 == 0 and hour == 0 else 100.0 for day in range(DAYS) for hour in range(24)]
    two = but(january(TWO_DAYS), series=(Series("node", "price", "USD/MWh", tuple(values)),))
    assert {h for _, _, h in build(two).sites["a"].is_discharging} == set(range(24))


def test_a_full_battery_is_not_emptied_into_its_own_charge():
    # -100, 50 and -100 usd, then 50; 0.4 MWh on a load of 0.1 MW. 0.4/0.9 MWh are charged in the first hour; in the second the load
    # takes no more than 0.1 MWh (50 saved, 1 of wear each), which makes room for 0.1/0.81 MWh in the third; then 0.36 MWh go to the
    # load. Charging while it discharges in the second hour, though energy costs 50 then, would make more room to be paid for.
    node = daily("node", [-100.0, 50.0, -100.0] + [50.0] * 21)
    small = but(with_battery(node, mw_max=0.5, mwh_max=0.4), workloads=(but(HURRY, gpus_h100e=100.0),), gpus=(b.gpu(lot=100),))
    small = but(small, sites=(but(small.sites[0], max_gpus=100.0),))
    charged = 0.4 / 0.9 + 0.1 / 0.81
    discharged = 0.1 + 0.36
    gain = 100.0 * charged + (50.0 - 1.0) * discharged
    plan = solve(small)
    assert plan.header["objective_musd"] == musd(YEAR_D * (0.1 * (22 * 50 - 200) - gain) / 1e6)
    assert both_ways(plan) == 0


def with_peak(**changes):
    """Facility peak 1.2 times its mean, 10 usd a kW-month: 1.2 MW for 12 months are 0.144."""
    grid = b.tariff(demand_usd_per_kw_month=10.0)
    return hourly(tariffs=(grid,), batteries=(battery(**{"round_trip_efficiency": 1.0, **changes}),), peak_facility_ratio=1.2)


def test_shaving_the_peak_above_the_hourly_mean():
    # The mean is 1 MW, the peak 0.2 above it: 0.2 MW for 6 hours, 1.2 MWh: 0.12. With 0.6 MWh half of it: 0.132. The mean stays.
    assert objective(with_peak(mwh_max=0.0)) == musd(0.144)
    assert objective(with_peak(mwh_max=1.2)) == musd(0.12)
    assert objective(with_peak(mwh_max=100.0)) == musd(0.12)
    assert objective(with_peak(mwh_max=0.6)) == musd(0.132)
    assert objective(with_peak(mwh_max=1.2, mw_max=0.05)) == musd(0.138)
    # Of 0.6 MWh 0.9 come out: 0.09 MW. Peaks of 3 hours: the 0.2 MW need 0.6 MWh.
    assert objective(with_peak(mwh_max=0.6, round_trip_efficiency=0.81)) == musd(0.1332)
    assert objective(rules(with_peak(mwh_max=0.6), peak_hours_per_day=3.0)) == musd(0.12)


def with_window(**changes):
    """Facility peak 1.25 times its mean, billed from 14 to 18 h at 10 usd a kW-month: 1.25 MW for 12 months are 0.15."""
    afternoon = Window(tuple(range(1, 13)), "all", 14, 18)
    rate = Rate("window", (), (DemandCharge("afternoon", afternoon, 10.0, 0.0, 11, ()),), 0.0, 0.0)
    stored = battery(**{"round_trip_efficiency": 1.0, "degradation_usd_per_mwh": 0.0, **changes})
    return hourly(tariffs=(b.tariff(rate=rate),), batteries=(stored,), peak_facility_ratio=1.25)


def test_what_shaves_the_peak_does_not_discharge():
    # 0.25 MW take the peak of 1.25 MW down to 1.0, whether they discharge or shave: 0.12 (both would leave 0.75: 0.09).
    assert objective(with_window(mw_max=0.25, mwh_max=100.0)) == musd(0.12)
    assert objective(with_window(mw_max=0.0)) == musd(0.15)
    # 0.4 MW: 0.85 is billed; 0.25 of it may shave.
    assert objective(with_window(mw_max=0.4, mwh_max=100.0)) == musd(0.102)


def test_what_shaves_the_peak_stays_stored():
    # 2.5 MWh, peaks of 3 hours: 0.75 are held back to shave 0.25 MW, 1.75 discharged in 4 hours: 0.4375 MW. 1.25 - 0.6875 are billed.
    # (The same energy used twice, 0.25 and 0.625 MW, would leave 0.375: 0.045.)
    assert objective(rules(with_window(mwh_max=2.5), peak_hours_per_day=3.0)) == musd(0.0675)
    # Peaks of 6 hours take more energy than the window: all of it is discharged, 0.625 MW.
    assert objective(with_window(mwh_max=2.5)) == musd(0.075)
    # Of 2.5 MWh 0.9 come out: 2.25, less 0.75, in 4 hours 0.375 MW: 0.625 is billed.
    assert objective(rules(with_window(mwh_max=2.5, round_trip_efficiency=0.81), peak_hours_per_day=3.0)) == musd(0.075)


def test_a_battery_that_charges_can_shave():
    # 20 usd/MWh from 0 to 6 h, else 100; the peak of 6 to 24 h is billed. 0.4 MW charge for 6 hours: 2.4 MWh a day, 192 saved of 1,920,
    # given back in 18 hours at 0.1333 MW; 0.25 MW shave: 1.25 - 0.3833 are billed, 0.104 a year.
    year = tuple(range(1, 13))
    night, day = Window(year, "all", 0, 6), Window(year, "all", 6, 0)
    energy = (EnergyCharge("night", night, (Tier(None, 20.0),)), EnergyCharge("day", day, (Tier(None, 100.0),)))
    rate = Rate("night", energy, (DemandCharge("day", day, 10.0, 0.0, 11, ()),), 0.0, 0.0)
    stored = battery(mw_max=0.4, mwh_max=100.0, round_trip_efficiency=1.0, degradation_usd_per_mwh=0.0)
    charged = hourly(tariffs=(b.tariff(rate=rate),), batteries=(stored,), peak_facility_ratio=1.25)
    assert objective(charged) == musd(YEAR_D * (1920 - 192) / 1e6 + 0.104)


def test_standing_in_for_the_spare_unit():
    # Two units of 1 MW, one of them spare: 2.4 a year. A battery of 1 MW and 4 MWh (4 hours of outage) in its stead: 1.2.
    full = battery(mwh_max=4.0, round_trip_efficiency=1.0)
    assert objective(with_engines()) == musd(2.4)
    assert objective(with_engines(full)) == musd(1.2)
    assert objective(with_engines(replace(full, mw_max=0.9))) == musd(2.4)
    assert objective(with_engines(replace(full, mwh_max=3.9))) == musd(2.4)
    assert objective(with_engines(replace(full, round_trip_efficiency=0.81))) == musd(2.4)
    assert objective(with_engines(replace(full, mwh_max=3.0), outage_hours=3.0)) == musd(1.2)


def test_standing_in_for_units_that_do_not_stand():
    """Two spare units: three stand without a battery, 3.6 a year. With one of 2 MW and 8 MWh two do, 2.4: one alone is no reserve."""
    full = battery(mw_max=2.0, mwh_max=8.0, round_trip_efficiency=1.0)
    assert objective(with_engines(spare_units=2)) == musd(3.6)
    assert objective(with_engines(full, spare_units=2)) == musd(2.4)
    assert objective(with_engines(full, spare_units=2, units_max=1)) == musd(NEVER)


def test_batteries_share_duties():
    two = tuple(battery(contract_id=name, mw_max=0.5, mwh_max=2.0, round_trip_efficiency=1.0) for name in ("one", "other"))
    assert objective(with_engines(*two)) == musd(1.2)
    assert objective(with_engines(two[0])) == musd(2.4)
    # Only one of a group.
    assert objective(with_engines(*(replace(each, exclusive_group="yard") for each in two))) == musd(2.4)


def test_one_duty_at_a_time():
    # A mean of 1 MW with a peak of 1.2, on a grid of 0.5 MW at 0.01 a MW-month and units of 0.7 MW at 0.1. A battery of 0.7 MW stands
    # in for the spare unit (0.84 saved) or shaves 0.2 MW off the grid's demand (0.024 saved), not both.
    grid = b.tariff(mw_max=0.5, demand_usd_per_kw_month=10.0)
    gas = b.gas(unit_mw=0.7, spare_units=1, rent_usd_per_kw_month=10.0 * CENT)
    stored = battery(mw_max=0.7, mwh_max=100.0, round_trip_efficiency=1.0)

    def sharing(*batteries):
        days = ONE_DAY if batteries else None
        site = {"tariffs": (grid,), "onsite_gas": (gas,), "batteries": batteries, "peak_facility_ratio": 1.2, "typical_days": days}
        return objective(hourly(**site))

    # Peak 1.2: 0.7 on the unit, 0.5 on the grid: 0.84 + 0.06. Without a battery 1.68 + 0.06.
    assert sharing() == musd(1.68 + 0.06)
    assert sharing(stored) == musd(0.84 + 0.06)
    # With 0.9 MW, 0.2 of them shave: 0.3 on the grid.
    assert sharing(replace(stored, mw_max=0.9)) == musd(0.84 + 0.036)


def test_riding_through_called_hours():
    # 2 called hours, one after the other, once in the year: 1 MW and 2 MWh ride them through. Without them the run has no power then.
    called = Series("called", "flag", "1", tuple(1.0 if hour in (100, 101) else 0.0 for hour in range(24 * DAYS)))
    service = b.tariff(kind="interruptible", called_series="called")
    full = battery(mwh_max=2.0, round_trip_efficiency=1.0)

    def ridden(*batteries):
        return hourly(called, tariffs=(service,), batteries=batteries)

    assert objective(ridden(full)) == musd(0.0)
    assert objective(ridden()) == musd(NEVER)
    assert objective(ridden(replace(full, mwh_max=1.9))) == musd(NEVER)
    assert objective(ridden(replace(full, mw_max=0.9))) == musd(NEVER)


def test_price_lead_and_value_at_the_end():
    # 1 MW and 4 MWh at 100 usd/kW and 50 usd/kWh: 0.3, in place of a spare unit of 1.2. Half of 24 months of life left, sold at half:
    # 0.075 back. A lead of 3 months: two units until then, 0.3 more, and the value of 15 of 24 months: 0.09375.
    priced = battery(mwh_max=4.0, round_trip_efficiency=1.0, usd_per_kw=100.0, usd_per_kwh=50.0, lifetime_months=24, resale_fraction=0.5)
    plan = solve(with_engines(priced))
    assert plan.header["objective_musd"] == musd(1.2 + 0.3 - 0.075)
    assert line(plan, "residual", "batteries") == musd(-0.075)
    late = replace(priced, sign_lead_months=3)
    assert objective(with_engines(late)) == musd(1.2 + 0.3 + 0.3 - 0.09375)
    # Paid on the S-curve before service: 7/27, 13/27, 7/27 in the months 0 to 2.
    paid = 0.3 * sum(share / 27 * discount(month) for month, share in enumerate((7, 13, 7)))
    assert line(solve(discounted(with_engines(late))), "capital", "batteries") == musd(paid)


def test_it_ages_and_is_bought_again():
    # 0.1 for 1 MW; a life of 6 months: twice. The spare unit would cost 0.1 a month.
    aged = battery(mwh_max=4.0, round_trip_efficiency=1.0, usd_per_kw=100.0, lifetime_months=6)
    assert objective(with_engines(aged)) == musd(1.2 + 0.2)
    assert objective(with_engines(replace(aged, lifetime_months=12))) == musd(1.2 + 0.1)
    # Four months: three times.
    assert objective(with_engines(replace(aged, lifetime_months=4))) == musd(1.2 + 0.3)
