"""The dispatch of the real hours against arithmetic by hand: January 2022 has 744 hours, even days (0, 2, .. 30) are 16, odd ones 15."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest

from optimizer.core.hours import DAYS, TypicalDays
from optimizer.core.instance import Carbon
from optimizer.core.offers import DemandCharge, EnergyCharge, Rate, Tier, Window
from optimizer.plan.plan import Plan
from optimizer.scenario.assemble.typical_days import all_days, season_days
from optimizer.solve import HighsProcess, SolveSettings, compile_model
from optimizer.verify import verify
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b
from tests.model.hand import musd, solve
from tests.verify.hourly import HURRY, battery, days_of, half_and_half, index, instance, ppa, series

YEAR = tuple(range(1, 13))
GAS = b.gas(gas_usd_per_mmbtu=5.0, unit_mw=1.0, units_max=1)


def even_and_odd():
    """In every season the first even day stands for the even ones, the first odd day for the odd ones."""
    stands_for = np.arange(DAYS)
    for season in season_days(1):
        for rest in (0, 1):
            alike = season[season % 2 == rest]
            stands_for[alike] = alike[0]
    return TypicalDays(tuple(int(day) for day in np.unique(stands_for)), tuple(int(day) for day in stands_for))


def by_day(first, second):
    """Even days as the first, odd ones as the second."""
    return lambda day: first if day % 2 == 0 else second


TWO_KINDS = series("node", "price", by_day(half_and_half(20.0, 60.0), half_and_half(40.0, 100.0)))


def verified(plan):
    return plan.header["verification"]


def test_two_kinds_of_day_are_exact():
    """Gas burns at 10 MMBtu/MWh x 5 = 50 USD/MWh: even days 12 x 20 + 12 x 50 = 840, odd ones 12 x 40 + 12 x 50 = 1,080 USD."""
    plan = solve(instance(TWO_KINDS, days=even_and_odd(), tariffs=(index(),), onsite_gas=(GAS,)))
    assert plan.header["objective_musd"] == musd((16 * 840 + 15 * 1080) / 1e6)
    assert verified(plan)["verified_musd"] == musd((16 * 840 + 15 * 1080) / 1e6)
    assert plan.header["typical_hours_error"] == pytest.approx(0.0, abs=1e-9)
    assert (verified(plan)["passed"], verified(plan)["hours"], verified(plan)["rounds"]) == (True, 8760, 0)
    assert plan.header["typical_days_added"] == {}


def test_the_error_of_one_typical_day_is_what_it_does_not_see():
    """1 January alone, shifted to the mean of January: its halves at 20 + s and 60 + s, 40 + s = (16 x 40 + 15 x 70) / 31 = 54.516.

    Gas takes the dear half: 744 x (34.516 + 50) / 2 = 31,440 USD by the model; the real hours cost 29,640. That is
    more than 2 percent, and the plan says so.
    """
    asked = instance(TWO_KINDS, tariffs=(index(),), onsite_gas=(GAS,))
    plan = solve_without_rounds(asked)
    modelled, real = 744 * ((16 * 40 + 15 * 70) / 31 - 20 + 50) / 2 / 1e6, (16 * 840 + 15 * 1080) / 1e6
    assert plan.header["objective_musd"] == musd(modelled)
    assert verified(plan)["verified_musd"] == musd(real)
    assert plan.header["typical_hours_error"] == pytest.approx((modelled - real) / modelled, rel=1e-4)
    assert "5.73% less than by the typical hours, over 2%: raise contracts.typical_days" in verified(plan)["says"]


def test_three_rounds_at_most_bring_the_plan_nearer():
    """The first three odd days join one by one: the error falls, and what is still over 2 percent is said."""
    plan = solve(instance(TWO_KINDS, tariffs=(index(),), onsite_gas=(GAS,)))
    assert verified(plan)["rounds"] == 3
    assert plan.header["typical_days_added"] == {"a": ["01-02", "01-04", "01-06"]}
    assert 0.02 < plan.header["typical_hours_error"] < 0.05
    assert verified(plan)["verified_musd"] == musd((16 * 840 + 15 * 1080) / 1e6)


def test_all_hours_are_exact_with_every_form_together():
    """Whatever the plan does in 744 hours, dispatching those 744 hours again costs the same."""
    rng = np.random.default_rng(7)
    node = series("node", "price", lambda day: (30.0 + 20.0 * np.sin(np.arange(24) / 4.0) + 40.0 * (rng.random(24) - 0.6)).tolist())
    wind = series("wind", "share", lambda day: rng.random(24).tolist(), "1")
    pue = series("pue", "pue", lambda day: (1.1 + 0.1 * rng.random(24)).tolist(), "1")
    called = series("called", "flag", lambda day: [0.0] * 20 + [1.0] * 4 if day == 9 else [0.0] * 24, "1")
    asked = instance(
        node, wind, pue, called, days=all_days(), pue_series="pue", annual_pue=1.15, peak_facility_ratio=1.3, grid_t_per_mwh=0.4,
        tariffs=(
            index(demand_usd_per_kw_month=2.0, transmission_usd_per_mwh=3.0, mw_max=1.0, term_months=None),
            b.tariff(contract_id="soft", kind="interruptible", called_series="called", energy_usd_per_mwh=28.0, mw_max=0.5),
        ),
        onsite_gas=(replace(GAS, unit_mw=0.5, run_hours_per_year_max=2000.0, emissions_t_per_mwh=0.6),),
        ppas=(ppa(wires_usd_per_mwh=4.0),), batteries=(battery(mw_max=0.3, mwh_max=0.9, round_trip_efficiency=0.85),),
        workload=replace(HURRY, utilisation=0.9, flexible_fraction=0.1, lost_compute_usd_per_mwh=90.0),
    )
    plan = solve(replace(asked, carbon=Carbon(price_usd_per_t=20.0)))
    assert plan.status == "optimal"
    assert verified(plan)["verified_musd"] == pytest.approx(plan.header["objective_musd"], rel=1e-6)
    assert verified(plan)["cost_error"] < 1e-6
    assert verified(plan)["passed"]


def test_all_hours_are_exact_under_a_rate_and_minimum_bills():
    """Tiers that become cheaper, demand of weekdays, an index with a minimum bill and coincident peaks, credits below 0."""
    rng = np.random.default_rng(3)
    node = series("node", "price", lambda day: (35.0 + 20.0 * np.sin(np.arange(24) / 4.0) + 60.0 * (rng.random(24) - 0.6)).tolist())
    pue = series("pue", "pue", lambda day: (1.1 + 0.1 * rng.random(24)).tolist(), "1")
    peak = series("peak", "flag", lambda day: [0.0] * 17 + [1.0] + [0.0] * 6 if day == 11 else [0.0] * 24, "1")
    always, weekdays, days = Window(YEAR, "all", 0, 0), Window(YEAR, "weekday", 12, 18), Window(YEAR, "all", 8, 20)
    energy = (EnergyCharge("any", always, (Tier(150.0, 45.0), Tier(None, 25.0))), EnergyCharge("day", days, (Tier(None, 10.0),)))
    demand = (DemandCharge("weekdays", weekdays, 3.0, 0.5, 3, ()), DemandCharge("any", always, 2.0, 0.8, 11, ()))
    bought = index(
        demand_usd_per_kw_month=3.0, ratchet_fraction=0.7, transmission_usd_per_mwh=4.0, coincident_series="peak", mw_max=0.9,
        coincident_usd_per_kw=6.0, capacity_usd_per_kw_month=1.0, minimum_bill_usd_per_month=9000.0,
    )
    rated = b.tariff(contract_id="rate", rate=Rate("large", energy, demand, 500.0, 20_000.0), mw_max=0.8, min_take_fraction=0.3)
    plan = solve(instance(
        node, pue, peak, days=all_days(), pue_series="pue", annual_pue=1.15, peak_facility_ratio=1.3, tariffs=(rated, bought),
        onsite_gas=(replace(GAS, unit_mw=0.5, units_max=2),), workload=replace(HURRY, utilisation=0.9, deadline=0),
    ))
    assert {contract["contract_id"] for contract in plan.header["sites"][0]["contracts"]} == {"rate", "index", "gas"}
    assert verified(plan)["cost_error"] < 1e-5
    assert verified(plan)["verified_musd"] == pytest.approx(plan.header["objective_musd"], rel=1e-5)


HOT = series("pue", "pue", lambda day: [1.5] * 24 if day == 14 else [1.0] * 24, "1")
FLAT = series("node", "price", [50.0] * 24)


def hot_day(**tariff):
    """A PUE of 1.0, but for 1.5 on 15 January, that no typical day sees: in the mean (30 + 1.5) / 31 = 1.016."""
    return instance(HOT, FLAT, pue_series="pue", annual_pue=1.0, tariffs=(index(**tariff),))


def test_an_awful_day_joins_and_is_served():
    """Its own day first: by the mean alone 1.016 MW would be contracted, and 24 x (1.5 - 1.016) MWh unserved.

    With 15 January carried, 1.5 MW are contracted. Energy: (30 x 24 + 24 x 1.5) MWh x 50 = 37,800 USD, as it was in the mean.
    """
    plan = solve(hot_day(mw_max=3.0, demand_usd_per_kw_month=1.0))
    told = verified(plan)
    assert (told["passed"], told["rounds"]) == (True, 1)
    assert plan.header["typical_days_added"] == {"a": ["01-15"]}
    # Demand: 1.5 MW x 1 USD/kW.
    assert told["verified_musd"] == musd((37_800 + 1500) / 1e6)
    assert plan.header["typical_hours_error"] == pytest.approx(0.0, abs=1e-9)
    assert plan.header["instance_sha256"] == hot_day(mw_max=3.0, demand_usd_per_kw_month=1.0).sha256()


def test_what_cannot_be_served_is_told_and_the_first_plan_is_kept():
    """No more than 1.2 MW can be had, and the run must be ready at once: on 15 January 24 x 0.3 = 7.2 MWh are not served."""
    asked = hot_day(mw_max=1.2, mw_min=1.2)
    plan = solve(replace(asked, workloads=(replace(HURRY, deadline=0),)))
    told = verified(plan)
    assert (plan.status, told["passed"]) == ("best_found", False)
    assert told["unserved_mwh"] == pytest.approx(7.2)
    assert told["unserved_hours"] == 24.0
    assert told["worst_day"] == {"a": "01-15"}
    assert told["says"].startswith("Not all load is served: a lacks 7.2 MWh in 24 hours, most of it on 01-15.")
    assert 'contracts.hours = "all"' in told["says"]


def test_peaks_above_the_plans_are_paid_where_the_contract_has_the_mw():
    """2 MW contracted, a peak of 1.016 MW planned: 15 January draws 1.5 MW and pays for them."""
    asked = hot_day(mw_min=2.0, demand_usd_per_kw_month=10.0)
    checked = verify(asked, solve_without_rounds(asked))
    assert checked.passed
    assert checked.verified_musd == musd((37_800 + 15_000) / 1e6)


def solve_without_rounds(asked):
    """The plan of the typical days as asked."""
    from optimizer.workflow import whole_way as workflow

    kept = workflow.ROUNDS_MAX
    workflow.ROUNDS_MAX = 0
    try:
        return solve_instance(asked, SolveSettings(gap=0.0))
    finally:
        workflow.ROUNDS_MAX = kept


def test_called_hours_without_cover_go_unserved():
    """A plan for a firm contract, checked against one that is called for two hours of 4 January: 2 MWh, at 2,400 USD each."""
    called = series("called", "flag", lambda day: [0.0] * 17 + [1.0] * 2 + [0.0] * 5 if day == 3 else [0.0] * 24, "1")
    asked = instance(FLAT, called, tariffs=(index(),))
    soft = index(kind="interruptible", price_series=None, energy_usd_per_mwh=50.0, called_series="called")
    checked = verify(replace(asked, sites=(replace(asked.sites[0], tariffs=(soft,)),)), solve(asked))
    site = checked.sites["a"]
    assert not checked.passed
    assert (site.unserved_mwh, site.unserved_hours) == (pytest.approx(2.0), 2.0)
    assert site.worst.day == 3
    assert checked.verified_musd == musd((742 * 50 + 2 * 2400) / 1e6)


def test_called_hours_are_ridden_through_by_gas():
    """As before, but a unit of gas at 50 stands firm: nothing is unserved, and 744 MWh cost 50 each."""
    called = series("called", "flag", lambda day: [0.0] * 17 + [1.0] * 2 + [0.0] * 5 if day == 3 else [0.0] * 24, "1")
    soft = b.tariff(contract_id="soft", kind="interruptible", energy_usd_per_mwh=40.0, called_series="called")
    plan = solve(instance(called, days=all_days(), tariffs=(soft,), onsite_gas=(GAS,)))
    assert verified(plan)["passed"]
    assert verified(plan)["verified_musd"] == musd((742 * 40 + 2 * 50) / 1e6)


def test_a_load_that_must_be_served_is_served_at_any_price():
    """One hour at 9,000 USD/MWh, far above lost compute: only a workload that may shed goes without."""
    spike = series("node", "price", lambda day: [9000.0] + [50.0] * 23 if day == 0 else [50.0] * 24)
    asked = instance(spike, days=all_days(), tariffs=(index(),))
    plan = solve(asked)
    assert verified(plan)["verified_musd"] == musd((743 * 50 + 9000) / 1e6)
    flexible = replace(asked, workloads=(replace(HURRY, flexible_fraction=0.25),))
    # A quarter shed at 2,400, three quarters drawn at 9,000.
    assert verified(solve(flexible))["verified_musd"] == musd((743 * 50 + 0.75 * 9000 + 0.25 * 2400) / 1e6)


def test_a_battery_burns_nothing_where_energy_is_paid_for_being_taken():
    """One hour a day at -100, 23 at 10; a battery of 1 MW and 0.25 MWh, half lost on each way, wear 1 USD/MWh.

    Load: -100 + 230 = 130 USD a day. It can charge 0.5 MWh (0.25 kept) for -50, and give 0.125 MWh: -1.25 + 0.125. 78.875 a day.
    (Charging 0.9 and discharging 0.1 MW at once would take 80 of the 130.)
    """
    node = series("node", "price", [-100.0] + [10.0] * 23)
    store = battery(mw_max=1.0, mwh_max=0.25, round_trip_efficiency=0.25)
    plan = solve(instance(node, tariffs=(index(mw_max=5.0),), batteries=(store,)))
    assert plan.header["objective_musd"] == musd(31 * 78.875 / 1e6)
    assert verified(plan)["verified_musd"] == pytest.approx(31 * 78.875 / 1e6, rel=1e-6)
    assert plan.header["typical_hours_error"] < 1e-6


def test_a_battery_carries_energy_from_day_to_day():
    """Even days at 20, odd ones at 60, all day long: no typical day has use for a battery, real days have.

    1 MW and 24 MWh put into the plan: 15 even days each charge 24 MWh for the odd day after. 31 x 24 x 20 + 15 x 24 x 1 of wear.
    """
    node = series("node", "price", by_day([20.0] * 24, [60.0] * 24))
    asked = instance(node, days=even_and_odd(), tariffs=(index(mw_min=5.0),), batteries=(battery(),))
    plan = solve(asked)
    row = {"period": "2022-01", "site_id": "a", "contract_id": "battery", "added_mw": 1.0, "added_mwh": 24.0, "mw": 1.0, "mwh": 24.0}
    rows = pd.DataFrame([{**row, "shave_mw": 0.0, "spare_mw": 0.0, "cover_mw": 0.0}])
    ledger = plan.tables["ledger"]
    bare = ledger[ledger["line"] != "battery_wear"]
    checked = verify(asked, Plan(plan.header, {**plan.tables, "batteries": rows, "ledger": bare}))
    modelled = (16 * 24 * 20 + 15 * 24 * 60) / 1e6
    assert plan.header["objective_musd"] == musd(modelled)
    assert checked.verified_musd == musd((31 * 24 * 20 + 15 * 24) / 1e6)
    assert checked.cost_excess == pytest.approx((15_240 - 29_280) / 29_280, rel=1e-6)


def test_what_shaves_the_peak_does_not_discharge_in_the_hours():
    """Peak 1.25 MW at 10 USD/kW from 14 to 18 h. A battery of 0.25 MW discharges or shaves, not both: 1.0 MW, 10,000 USD.

    2.5 MWh in peaks of 3 hours: 0.75 stay stored, 1.75 are discharged in 4 hours: 1.25 - 0.25 - 0.4375 MW.
    """
    window = Window(YEAR, "all", 14, 18)
    grid = b.tariff(rate=Rate("window", (), (DemandCharge("afternoon", window, 10.0, 0.0, 0, ()),), 0.0, 0.0))
    free = battery(degradation_usd_per_mwh=0.0)

    def shaved(peak_hours, **changes):
        asked = instance(tariffs=(grid,), peak_facility_ratio=1.25, batteries=(replace(free, **changes),))
        return solve(replace(asked, power_rules=replace(asked.power_rules, peak_hours_per_day=peak_hours)))

    for plan, mw in ((shaved(6.0, mw_max=0.25), 1.0), (shaved(3.0, mw_max=1.0, mwh_max=2.5), 0.5625)):
        assert plan.header["objective_musd"] == musd(mw * 10_000 / 1e6)
        assert verified(plan)["verified_musd"] == musd(mw * 10_000 / 1e6)


def test_the_hours_of_a_plan_that_shaves_leave_its_mw_and_energy_alone():
    """12 hours at 20, 12 at 100 USD/MWh; a battery of 1 MW and 3 MWh put into the plan, wear 1 USD/MWh: 3 x 79 saved a day.

    With 0.25 MW that shave for 6 h 1.5 MWh stay stored, and 1.5 are left.
    """
    node = series("node", "price", half_and_half(20.0, 100.0))
    asked = instance(node, tariffs=(index(),), peak_facility_ratio=1.25, batteries=(battery(mw_max=1.0, mwh_max=3.0),))
    plan = solve(asked)
    stores = plan.tables["batteries"].assign(added_mw=1.0, added_mwh=3.0, mw=1.0, mwh=3.0)

    def saved(shave_mw, peak_hours=6.0):
        posed = replace(asked, power_rules=replace(asked.power_rules, peak_hours_per_day=peak_hours))
        tables = {**plan.tables, "batteries": stores.assign(shave_mw=shave_mw)}
        return (744 * 60 / 1e6 - verify(posed, Plan(plan.header, tables)).verified_musd) * 1e6 / 31

    assert saved(0.0) == pytest.approx(3 * 79.0, rel=1e-6)
    assert saved(0.25) == pytest.approx(1.5 * 79.0, rel=1e-6)
    # 0.95 MW for 0.1 h: 0.05 MW are left to give, in 12 hours 0.6 MWh.
    assert saved(0.95, peak_hours=0.1) == pytest.approx(0.6 * 79.0, rel=1e-6)


def test_a_flat_site_follows_its_hourly_pue():
    """Half a day at 1.0, half at 1.2: in the mean 1.1, 744 x 1.1 MWh at 50; peaks at pi = 1.3 as planned: nothing to learn."""
    pue = series("pue", "pue", half_and_half(1.0, 1.2), "1")
    grid = b.tariff(energy_usd_per_mwh=50.0, demand_usd_per_kw_month=10.0)
    site = {"pue_series": "pue", "annual_pue": 1.1, "peak_facility_ratio": 1.3, "tariffs": (grid,)}
    asked = instance(pue, **site)
    flat = replace(asked, sites=(replace(asked.sites[0], typical_days=None),))
    plan = solve(flat)
    assert plan.header["objective_musd"] == musd((744 * 1.1 * 50 + 1300 * 10) / 1e6)
    assert verified(plan)["verified_musd"] == musd((744 * 1.1 * 50 + 1300 * 10) / 1e6)
    assert verified(plan)["worst_day"] == {}
    # Typical days that no offer needs are no days to add to: the site has its one hour all the same.
    assert verified(solve(asked))["verified_musd"] == musd((744 * 1.1 * 50 + 1300 * 10) / 1e6)


def test_a_rate_is_billed_by_the_engine():
    """Days (12 to 24) at 30, nights at 10 USD/MWh; 5 USD/kW for the highest MW of days, 2 for any; 100 fixed; at least 40,000 a month.

    Energy 31 x 12 x 40 = 14,880, demand 7,000, fixed 100: 18,020 short of the minimum bill.
    """
    night, day, always = Window(YEAR, "all", 0, 12), Window(YEAR, "all", 12, 0), Window(YEAR, "all", 0, 0)
    energy = (EnergyCharge("day", day, (Tier(None, 30.0),)), EnergyCharge("night", night, (Tier(None, 10.0),)))
    demand = (DemandCharge("days", day, 5.0, 0.0, 0, ()), DemandCharge("any", always, 2.0, 0.0, 0, ()))
    rate = Rate("large", energy, demand, 100.0, 40_000.0)
    plan = solve(instance(tariffs=(b.tariff(rate=rate),)))
    assert plan.header["objective_musd"] == musd(0.04)
    assert verified(plan)["verified_musd"] == musd(0.04)
    free = solve(instance(tariffs=(b.tariff(rate=replace(rate, minimum_bill_usd_per_month=0.0)),)))
    assert verified(free)["verified_musd"] == musd((14_880 + 7000 + 100) / 1e6)


def test_a_ratchet_remembers_the_month_before():
    """January peaks at 1.2 MW, February at 1.0: billed 1.2 and 0.9 x 1.2 = 1.08 MW at 10 USD/kW."""
    pue = series("pue", "pue", lambda day: [1.2 if day < 31 else 1.0] * 24, "1")
    grid = index(demand_usd_per_kw_month=10.0, ratchet_fraction=0.9)
    plan = solve(instance(pue, series("node", "price", [0.0] * 24), months=2, days=days_of(31), pue_series="pue", tariffs=(grid,)))
    assert verified(plan)["verified_musd"] == musd((12_000 + 10_800) / 1e6)


@pytest.mark.parametrize("limit", [{"run_hours_per_year_max": 1752.0}, {"nox_t_per_gwh": 2.0, "nox_t_per_year_max": 3.504}])
def test_run_hours_or_nox_of_the_year_go_where_they_save_most(limit):
    """Gas (50) against 12 hours a day at 100 in January and 60 in February; 1,752 hours a year: 1,752 x 1,416 / 8,760 = 283.2 MWh.

    As much as 3.504 t of NOx a year allow at 2 t/GWh: 3.504 / 2 = 1.752 GWh a year.
    January alone has 372 dear hours: all of it burns there. 283.2 x 50 + 88.8 x 100 + 336 x 60, the other halves at 20.
    """
    node = series("node", "price", lambda day: half_and_half(20.0, 100.0 if day < 31 else 60.0))
    plan = solve(instance(node, months=2, days=days_of(31), tariffs=(index(),), onsite_gas=(replace(GAS, **limit),)))
    total = (283.2 * 50 + 88.8 * 100 + 336 * 60 + (372 + 336) * 20) / 1e6
    assert verified(plan)["verified_musd"] == musd(total)


def test_a_leap_february_counts_its_hours():
    """February 2024: 28 days of the model year stand for 29: 696 hours at 50."""
    asked = instance(FLAT, days=days_of(31), months=2, tariffs=(index(),))
    leap = replace(asked, horizon=b.horizon(2, 1, "2024-01"))
    assert verified(solve(leap))["verified_musd"] == musd((744 + 696) * 50 / 1e6)


def test_without_contracts_there_is_nothing_to_verify():
    plan = solve(replace(b.instance(), has_contracts=False))
    assert verified(plan)["passed"]
    assert verified(plan)["verified_musd"] == plan.header["objective_musd"]
    assert verified(plan)["says"] == "No site has load: there is nothing to verify."


def test_the_carbon_cap_holds_over_the_real_hours():
    """Gas (50, 1 t/MWh) against dear hours at 100; 1,000 t a year: 1,000 x 744 / 8,760 = 84.93 t, so 84.93 MWh of the 372 dear ones."""
    node = series("node", "price", half_and_half(20.0, 100.0))
    asked = instance(node, tariffs=(index(),), onsite_gas=(replace(GAS, emissions_t_per_mwh=1.0),))
    burnt = 1000 * 744 / 8760
    plan = solve(replace(asked, carbon=Carbon(cap_t_per_year=((0, 1000.0),))))
    assert verified(plan)["verified_musd"] == musd((burnt * 50 + (372 - burnt) * 100 + 372 * 20) / 1e6)


def test_a_goal_of_least_carbon_is_kept_before_cost():
    """Grid at 20 with 0.5 t/MWh, gas at 50 with 0.1: all from gas, in the real hours too."""
    node = series("node", "price", [20.0] * 24)
    gas, at_once = replace(GAS, emissions_t_per_mwh=0.1), replace(HURRY, deadline=0)
    asked = instance(node, tariffs=(index(),), onsite_gas=(gas,), grid_t_per_mwh=0.5, workload=at_once)
    plan = solve(replace(asked, goals=("min_carbon", "min_cost"), priority_tolerance=0.0))
    assert plan.header["objective_musd"] == musd(744 * 50 / 1e6)
    assert verified(plan)["verified_musd"] == pytest.approx(744 * 50 / 1e6, rel=1e-4)


def test_a_goal_of_most_clean_energy_is_kept_before_cost():
    """1 MW round the clock at 10 and 30 of wires, or sold at 100 while the grid gives at 100: used at the site, 40 USD/MWh, not 10."""
    node = series("node", "price", [100.0] * 24)
    asked = instance(node, tariffs=(index(),), ppas=(ppa(profile_series=None, form="baseload", wires_usd_per_mwh=30.0, mw_min=1.0),))
    kept = solve(replace(asked, goals=("max_clean", "min_cost"), priority_tolerance=0.0))
    assert verified(kept)["verified_musd"] == pytest.approx(744 * 40 / 1e6, rel=1e-4)
    assert verified(solve(asked))["verified_musd"] == musd(744 * 10 / 1e6)


def test_all_units_may_run_where_the_plan_asks_for_fewer_firm_ones():
    """Two units of 1 MW for a load of 1.016 MW in the mean: the 1.5 MW of 15 January come from the second one."""
    asked = instance(HOT, pue_series="pue", annual_pue=1.0, tariffs=(), onsite_gas=(replace(GAS, units_max=2),))
    hourly = replace(asked, sites=(replace(asked.sites[0], batteries=(battery(mw_max=1e-3, mwh_max=1e-3),)),))
    checked = verify(hourly, solve_without_rounds(hourly))
    assert checked.passed
    assert checked.verified_musd == musd((30 * 24 + 1.5 * 24) * 50 / 1e6)


def test_a_process_that_runs_is_used_and_left_running():
    asked = hot_day(mw_min=2.0)
    asked = replace(asked, sites=(replace(asked.sites[0], batteries=(battery(mw_max=1e-3, mwh_max=1e-3),)),))
    plan = solve_without_rounds(asked)
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(1.0, 2.0))
    model.least = pyo.Objective(expr=model.x)
    with HighsProcess() as highs:
        number = highs.process_id
        assert verify(asked, plan, highs) == verify(asked, plan)
        assert highs.solve(compile_model(model), SolveSettings()).objective == 1.0
        assert highs.process_id == number


def test_a_plan_that_is_held_survives_an_interrupted_verification(monkeypatch):
    from optimizer.workflow import whole_way as workflow

    def interrupted(*asked):
        raise KeyboardInterrupt

    monkeypatch.setattr(workflow, "verify", interrupted)
    plan = solve(hot_day(mw_max=3.0))
    assert (plan.status, plan.header["stopped_by"], plan.header["typical_hours_error"]) == ("best_found", "interrupted", None)
    assert not plan.tables["power"].empty


def test_an_interrupted_round_leaves_the_plan_of_the_round_before(monkeypatch):
    from optimizer.workflow import whole_way as workflow

    real, calls = workflow.verify, []

    def interrupted_later(instance, plan, *further):
        calls.append(plan)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(instance, plan, *further)

    monkeypatch.setattr(workflow, "verify", interrupted_later)
    plan = solve(hot_day(mw_max=3.0))
    assert (plan.status, plan.header["stopped_by"]) == ("best_found", "interrupted")
    assert plan.tables["ledger"].equals(calls[0].tables["ledger"])
    assert verified(plan)["unserved_mwh"] > 0.0
