"""Interruptible service: called hours, what rides them through, workloads that do not accept it, conversion into firm service."""

from __future__ import annotations

from typing import Any

from optimizer.core.hours import DAYS, Series, TypicalDays
from optimizer.core.instance import Instance
from optimizer.core.offers import Battery, Tariff
from tests import builders as b
from tests.model.hand import HURRY, but, line, musd, objective, solve
from tests.model.hourly import NEVER_IN_A_MONTH, ONE_DAY, TWO_DAYS, hourly, optimum, pattern, series

CALLED = series("called", pattern(0.0, h17=1.0), kind="flag")
"""Hour 17 of every day: 31 h of January, 713 h are left."""

CHEAP = b.tariff(contract_id="called", kind="interruptible", called_series="called", energy_usd_per_mwh=10.0)


def january(*others: Any, **site: Any) -> Instance:
    return hourly((CHEAP, *others), CALLED, **site)


def flexible(instance: Instance, fraction: float, **changes: Any) -> Instance:
    """The run may shed a share of its load at 100 USD/MWh."""
    workload = but(HURRY, flexible_fraction=fraction, lost_compute_usd_per_mwh=100.0, **changes)
    return but(instance, workloads=(workload,))


def test_alone_it_carries_no_load():
    assert objective(january()) == musd(NEVER_IN_A_MONTH)
    # Not even where no hour of January is called: the load must be able to do without.
    silent = series("called", [0.0] * 24, kind="flag")
    assert objective(hourly((CHEAP,), silent)) == musd(NEVER_IN_A_MONTH)
    # A firm tariff of the same price does: 744 h at 10.
    assert objective(hourly((but(CHEAP, kind="firm", called_series=None),))) == musd(0.00744)


def test_load_that_may_be_shed_rides_through():
    # 713 h at 10, 31 h shed at 100.
    plan = solve(flexible(january(), 1.0))
    assert line(plan, "operations", "energy") == musd(0.00713)
    assert line(plan, "delay", "lost_compute") == musd(0.0031)
    # A share of 0.9 does not carry the whole load through.
    assert objective(flexible(january(), 0.9)) == musd(NEVER_IN_A_MONTH)


def test_gas_rides_through():
    # 31 h on gas at 10 MMBtu/MWh · 5 USD.
    assert objective(january(onsite_gas=(b.gas(gas_usd_per_mmbtu=5.0),))) == musd(0.00713 + 0.00155)
    # Units of 0.5 MW of which one is spare: 0.5 MW firm, and half the load to shed. 31 h of 0.5 MW gas and 0.5 MW shed.
    half = b.gas(unit_mw=0.5, units_max=2, spare_units=1, gas_usd_per_mmbtu=5.0)
    assert objective(flexible(january(onsite_gas=(half,)), 0.5)) == musd(0.00713 + 31 * (0.5 * 50 + 0.5 * 100) / 1e6)
    assert objective(january(onsite_gas=(half,))) == musd(NEVER_IN_A_MONTH)


def test_a_firm_tariff_rides_through():
    # 31 h at 50.
    assert objective(january(b.tariff(energy_usd_per_mwh=50.0))) == musd(0.00713 + 0.00155)


def test_the_reserve_is_held_in_called_hours_too():
    # 20 % reserve: 1.2 MW that are never called; 1.2 MW of firm tariff are enough, 1.1 MW are not.
    reserve = but(january(b.tariff(mw_max=1.2)), reserve_fraction=0.2)
    assert objective(reserve) == musd(0.0)
    assert objective(but(january(b.tariff(mw_max=1.1)), reserve_fraction=0.2)) == musd(NEVER_IN_A_MONTH)


def test_half_a_called_hour():
    # Called in hour 17 of even days only; one typical day: 16 of 31 days, so 15 / 31 of the contracted MW are left.
    some = series("called", pattern(0.0, h17=1.0), [0.0] * 24, kind="flag")
    limited = but(CHEAP, mw_max=1.0)
    # 31 h in which 15/31 MW are drawn: 15 MWh, and 16 MWh shed.
    assert optimum(flexible(hourly((limited,), some), 1.0)) == musd(0.00713 + 0.00015 + 0.0016)
    # Two MW contracted leave 30/31 MW, but the load of the days that are not called is 15/31 MW.
    assert optimum(flexible(hourly((but(CHEAP, mw_max=2.0),), some), 1.0)) == musd(0.00713 + 0.00015 + 0.0016)
    # With a typical day of each kind nothing is drawn in 16 h, whatever is contracted: 15 MWh, and 16 MWh shed.
    exact = hourly((but(CHEAP, mw_max=2.0),), some, days=TWO_DAYS)
    assert objective(flexible(exact, 1.0)) == musd(0.00713 + 0.00015 + 0.0016)


def tenth_days(*tariffs: Tariff, days: TypicalDays = ONE_DAY) -> Instance:
    """Called in all hours of every tenth day: four days of January, so 4/31 of every hour of its typical day."""
    called = Series("called", "flag", "", tuple(float(day % 10 == 0) for day in range(DAYS) for _ in range(24)))
    return flexible(hourly(tariffs, called, days=days), 1.0)


def test_called_days_are_not_served_from_spare_contracted_mw():
    # 648 h at 10, 96 h shed at 100, however the days are carried.
    real = musd(0.00648 + 0.0096)
    every = TypicalDays(tuple(range(DAYS)), tuple(range(DAYS)))
    assert optimum(tenth_days(CHEAP)) == real
    assert optimum(tenth_days(CHEAP, days=every)) == real
    # Without the rule 31/27 MW contracted leave 1 MW in every hour: 744 h at 10.
    assert optimum(tenth_days(CHEAP), without=("called_load",)) == musd(0.00744)
    # Two tariffs that are called together serve no more than one: 27/31 MW of each would.
    twice = (but(CHEAP, mw_max=1.0), but(CHEAP, contract_id="second", mw_max=1.0))
    assert optimum(tenth_days(*twice)) == real
    assert optimum(tenth_days(*twice), without=("called_load",)) == musd(0.00744)


def test_work_moved_out_of_an_hour_and_into_it_serves_no_called_hour():
    # Half the utilisation is half the load, all of which may be moved; but on a called day there is no hour to move it to.
    idle = tenth_days(CHEAP)
    assert optimum(but(idle, workloads=(but(idle.workloads[0], utilisation=0.5),))) == musd((0.00648 + 0.0096) / 2)
    # Called in hour 17 only it moves to other hours: 744 h of 0.5 MW at 10.
    called = Series("called", "flag", "", tuple(float(day % 10 == 0 and hour == 17) for day in range(DAYS) for hour in range(24)))
    assert optimum(flexible(hourly((CHEAP,), called), 1.0, utilisation=0.5)) == musd(0.00372)


def test_charging_while_not_called():
    # Called in hour 17 of every tenth day. A battery of 1 MW and 2 MWh charges 4/31 MW in any other hour: 744 MWh at 10, nothing is shed.
    called = Series("called", "flag", "", tuple(float(day % 10 == 0 and hour == 17) for day in range(DAYS) for hour in range(24)))
    store = Battery("store", None, 1.0, None, 2.0, 0.0, 0.0, 1.0, 0.0, 0, 120, 0.0)
    assert optimum(flexible(hourly((CHEAP,), called, batteries=(store,)), 1.0)) == musd(0.00744)
    # With all hours of these days called it charges 1 MW in 3 hours of the typical day and discharges 4/31 MW in the other 21, as charging
    # and discharging never go together: 31 · 3 · 4/31 = 12 MWh shed, 732 MWh at 10.
    both = but(tenth_days(CHEAP), sites=tuple(but(site, batteries=(store,)) for site in tenth_days(CHEAP).sites))
    assert optimum(both) == musd(0.00732 + 0.0012)
    assert optimum(both, without=("charge_one_way", "discharge_one_way")) == musd(0.00744)


def test_a_workload_that_does_not_accept_it():
    # It could shed everything, and is not allowed to rely on it.
    strict = flexible(january(), 1.0, accepts_interruptible=False)
    assert objective(strict) == musd(NEVER_IN_A_MONTH)
    # With gas for the whole load it runs; called hours are ridden through on gas at 50 rather than by shedding at 100.
    gas = (b.gas(gas_usd_per_mmbtu=5.0),)
    assert objective(flexible(january(onsite_gas=gas), 1.0, accepts_interruptible=False)) == musd(0.00713 + 0.00155)


def converting(months: int = 4, firm: dict[str, Any] | None = None, **changes: Any) -> Instance:
    """Interruptible service at 30 from the start; the firm offer at 20 gives MW from month 2 on. January to April: 2,880 h."""
    early = but(CHEAP, energy_usd_per_mwh=30.0, exclusive_group="line", **changes)
    offer = {"ramp": ((2, 5.0),), "exclusive_group": "line", **(firm or {})}
    later = b.tariff(contract_id="firm", energy_usd_per_mwh=20.0, **offer)
    silent = series("called", [0.0] * 24, kind="flag")
    return flexible(hourly((early, later), silent, months=months), 1.0)


def test_conversion_into_firm_service():
    # 1,416 h at 30, then 1,464 h at 20.
    converted = musd(1416 * 30e-6 + 1464 * 20e-6)
    assert objective(converting(converts_to="firm")) == converted
    # Without it the group lets one of them serve: 2,880 h at 30 (two months of delay cost 20 musd).
    assert objective(converting()) == musd(0.0864)
    # The fee for leaving does not fall due, nor what is left of the term.
    left = {"exit_musd": 5.0, "term_months": 24, "fixed_usd_per_month": 100.0}
    assert objective(converting(converts_to="firm", **left)) == musd(1416 * 30e-6 + 1464 * 20e-6 + 2 * 100e-6)
    # A term that ends before the firm offer begins leaves a gap of a month, or eleven: it is served from month 2 on.
    assert objective(converting(converts_to="firm", term_months=2)) == converted


def test_the_two_never_serve_together():
    # The firm offer gives 0.5 MW only: together they would carry the load from March on, but the interruptible one ends with its begin.
    assert objective(converting(converts_to="firm", firm={"mw_max": 0.5})) == musd(0.0864)
    # Offers of no group serve together: 1,416 h at 30, then half at 20 and half at 30.
    small = converting(firm={"mw_max": 0.5, "exclusive_group": None})
    assert objective(small) == musd(1416 * 30e-6 + 1464 * 25e-6)


def test_the_two_are_one_use_of_their_group():
    # A third offer of the group, at 15 from month 3 on, excludes both.
    third = b.tariff(contract_id="third", energy_usd_per_mwh=15.0, exclusive_group="line", ramp=((3, 5.0),))
    base = converting(converts_to="firm")
    (site,) = base.sites
    assert objective(but(base, sites=(but(site, tariffs=(*site.tariffs, third)),))) == musd(1416 * 30e-6 + 1464 * 20e-6)
    free = but(third, exclusive_group=None)
    # Free of the group it carries April: 720 h at 15 instead of 20.
    cheaper = musd(1416 * 30e-6 + 744 * 20e-6 + 720 * 15e-6)
    assert objective(but(base, sites=(but(site, tariffs=(*site.tariffs, free)),))) == cheaper


def test_interruptible_service_ends_by_conversion_only():
    # Load in January only; 1 MW contracted at 10 USD per kW, all of it taken: four months. The firm offer, free, ends it in March.
    taking = {"mw_min": 1.0, "min_take_fraction": 1.0, "demand_usd_per_kw_month": 10.0, "energy_usd_per_mwh": 0.0}
    done = (but(HURRY, flexible_fraction=1.0, until=0),)
    early = but(CHEAP, exclusive_group="line", **taking)
    later = b.tariff(contract_id="firm", exclusive_group="line", ramp=((2, 5.0),))
    silent = series("called", [0.0] * 24, kind="flag")
    base = but(hourly((early, later), silent, months=4), workloads=done)
    assert objective(base) == musd(0.04)
    (site,) = base.sites
    joined = (but(early, converts_to="firm"), later)
    assert objective(but(base, sites=(but(site, tariffs=joined),))) == musd(0.02)


def test_a_firm_offer_takes_over_what_it_ends():
    # Load in January only; 1 MW of the early offer, all of it taken at 0.01 a month. The firm one can end it in March, but not with 0 MW:
    # it takes over 1 MW at 0.02 a month. Four months of the early one: 0.04; with the conversion 2 · 0.01 and 2 · 0.02 = 0.06.
    taking = {"min_take_fraction": 1.0, "demand_usd_per_kw_month": 10.0, "energy_usd_per_mwh": 0.0}
    early = but(CHEAP, exclusive_group="line", converts_to="firm", **taking)
    later = b.tariff(contract_id="firm", exclusive_group="line", ramp=((2, 5.0),), min_take_fraction=1.0, demand_usd_per_kw_month=20.0)
    silent = series("called", [0.0] * 24, kind="flag")
    base = but(hourly((early, later), silent, months=4), workloads=(but(HURRY, flexible_fraction=1.0, until=0),))
    assert objective(base) == musd(0.04)
    # With a term of three months, of which March alone is left: 2 · 0.01 and 2 · 0.02 again, or the term: 0.03.
    (site,) = base.sites
    assert objective(but(base, sites=(but(site, tariffs=(but(early, term_months=3), later)),))) == musd(0.03)
    # A firm offer of 0.005 a month is worth it: 2 · 0.01 and 2 · 0.005.
    cheap = (early, but(later, demand_usd_per_kw_month=5.0))
    assert objective(but(base, sites=(but(site, tariffs=cheap),))) == musd(0.03)
