"""On-site gas: whole units, spares, permits, renting and buying, run hours, NOx, fuel; a bridge to the grid."""

from __future__ import annotations

from dataclasses import replace

from tests import builders as b
from tests.model.by_the_hour import YEAR_D, daily, hourly
from tests.model.hand import (
    NEVER,
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
    with_gas,
)

CENT = 10.0  # usd per kW-month: 0.01 musd per MW-month


def test_units_are_whole():
    # 1 MW from units of 0.6 MW: two, 1.2 MW · 0.01 · 12 = 0.144. Units of 0.5 MW: 0.12.
    assert objective(with_gas(unit_mw=0.6, rent_usd_per_kw_month=CENT)) == musd(0.144)
    assert objective(with_gas(unit_mw=0.5, rent_usd_per_kw_month=CENT)) == musd(0.12)


def test_spare_units_are_not_firm():
    # One unit of 1 MW and one spare: 0.24; without a spare 0.12.
    assert objective(with_gas(unit_mw=1.0, spare_units=1, rent_usd_per_kw_month=CENT)) == musd(0.24)
    assert objective(with_gas(unit_mw=1.0, rent_usd_per_kw_month=CENT)) == musd(0.12)


def test_units_max():
    assert objective(with_gas(unit_mw=1.0, spare_units=1, units_max=2)) == musd(0.0)
    assert objective(with_gas(unit_mw=1.0, spare_units=1, units_max=1)) == musd(NEVER)


def test_spares_are_asked_for_only_where_units_stand():
    # The grid carries the load: no unit and no spare is needed.
    gas = b.gas(unit_mw=1.0, spare_units=1, rent_usd_per_kw_month=CENT)
    assert objective(hurried(onsite_gas=(gas,))) == musd(0.0)


def test_firm_mw_is_unit_mw_times_units_less_spares():
    # 2 MW of load from units of 1 MW with one spare: three, 3·0.01·12 = 0.36.
    two = but(with_gas(unit_mw=1.0, spare_units=1, rent_usd_per_kw_month=CENT), workloads=wanted(0, gpus_h100e=2000.0))
    assert objective(two) == musd(0.36)


def test_spares_stand_wherever_gas_carries_load():
    # 2 MW: the grid gives 1, gas the other, from two units of 1 MW of which one is spare: 0.24; without a spare 0.12.
    gas = b.gas(unit_mw=1.0, spare_units=1, rent_usd_per_kw_month=CENT)
    gpus = (b.gpu(price_usd=10_000.0), b.gpu(name="H200", it_kw_per_gpu=2.0))
    site = b.site(tariffs=(b.tariff(mw_max=1.0),), onsite_gas=(gas,))
    two = b.instance(sites=(site,), gpus=gpus, workloads=wanted(0, accepts=("H100", "H200")))
    assert objective(two) == musd(0.24)
    assert objective(but(two, sites=(but(site, onsite_gas=(but(gas, spare_units=0),)),))) == musd(0.12)


def test_permit_and_signing_run_side_by_side():
    assert objective(with_gas(sign_lead_months=3)) == musd(30.0)
    assert objective(with_gas(permit_months=5)) == musd(50.0)
    assert objective(with_gas(sign_lead_months=3, permit_months=5)) == musd(50.0)
    assert objective(in_quarters(with_gas(permit_months=4))) == musd(60.0)


def test_permit_mw_counts_all_units():
    # Two units of 1 MW (one spare) need a permit for 2 MW.
    assert objective(with_gas(unit_mw=1.0, spare_units=1, permit_mw=2.0)) == musd(0.0)
    assert objective(with_gas(unit_mw=1.0, spare_units=1, permit_mw=1.9)) == musd(NEVER)


def test_least_rent():
    # Needed for 4 months, rented for 8: 0.08 instead of 0.04.
    need = wanted(0, until=3)
    assert objective(but(with_gas(unit_mw=1.0, rent_usd_per_kw_month=CENT), workloads=need)) == musd(0.04)
    assert objective(but(with_gas(unit_mw=1.0, rent_usd_per_kw_month=CENT, min_months=8), workloads=need)) == musd(0.08)


def test_least_rent_by_quarters():
    # Needed for a quarter, four months at least: two quarters, 0.06; by months 0.04.
    four = but(with_gas(unit_mw=1.0, rent_usd_per_kw_month=CENT, min_months=4), workloads=wanted(0, until=2))
    assert objective(four) == musd(0.04)
    assert objective(in_quarters(four)) == musd(0.06)


def test_least_rent_beyond_the_horizon():
    # 20 months at least, 12 in the horizon and 8 beyond: 0.20.
    rented = with_gas(unit_mw=1.0, rent_usd_per_kw_month=CENT, min_months=20)
    assert objective(rented) == musd(0.20)
    plan = solve(discounted(rented))
    assert plan.header["objective_musd"] == musd(0.01 * sum(discount(month) for month in range(20)))
    ledger = plan.tables["ledger"]
    assert ledger.loc[ledger["period"] == "beyond", "nominal_musd"].sum() == musd(0.08)


def test_a_temporary_permit_ends_for_all_units():
    # Needed for 9 months: 0.09. Six months after the first unit stood all are gone: three months late, then 6 months of rent. No
    # second set of units follows.
    rented = {"unit_mw": 1.0, "rent_usd_per_kw_month": CENT, "units_max": 2}
    need = wanted(0, until=8)
    assert objective(but(with_gas(**rented), workloads=need)) == musd(0.09)
    assert objective(but(with_gas(**rented, max_months=6), workloads=need)) == musd(30.06)
    # Where the grid takes over in month 6, six months are enough: 0.06; four are not: two months late, 20.04.
    grid = (b.tariff(ramp=((6, 1.0),)),)
    assert objective(hurried(tariffs=grid, onsite_gas=(b.gas(**rented, max_months=6),))) == musd(0.06)
    assert objective(hurried(tariffs=grid, onsite_gas=(b.gas(**rented, max_months=4),))) == musd(20.04)


def test_buying():
    # 1 MW at 1,000 usd/kW: 1 musd; half of 24 months of life left, sold at half: 0.25 back.
    bought = {"rent_usd_per_kw_month": None, "buy_usd_per_kw": 1000.0}
    plan = solve(with_gas(unit_mw=1.0, lifetime_months=24, resale_fraction=0.5, **bought))
    assert line(plan, "capital", "generators") == musd(1.0)
    assert line(plan, "residual", "generators") == musd(-0.25)
    assert plan.header["objective_musd"] == musd(0.75)


def test_buying_is_paid_on_the_s_curve_before_service():
    # Lead 4, in service in month 4: 0.15625, 0.34375, 0.34375, 0.15625 in the months 0 to 3. The value after 8 of 16 months,
    # half of it, sold at all of it: 0.5 at the end of month 12.
    bought = b.gas(unit_mw=1.0, rent_usd_per_kw_month=None, buy_usd_per_kw=1000.0, sign_lead_months=4, lifetime_months=16,
                   resale_fraction=1.0)
    plan = solve(discounted(but(hurried(tariffs=(), onsite_gas=(bought,)), workloads=wanted(4))))
    shares = (0.15625, 0.34375, 0.34375, 0.15625)
    assert line(plan, "capital", "generators") == musd(sum(share * discount(month) for month, share in enumerate(shares)))
    assert line(plan, "residual", "generators") == musd(-0.5 / 1.12)


def test_a_bought_unit_stays():
    # Needed for 4 months: bought once for 1, never given back; a later run uses it again.
    bought = with_gas(unit_mw=1.0, rent_usd_per_kw_month=None, buy_usd_per_kw=1000.0)
    runs = (*wanted(0, until=3), *wanted(8, name="second"))
    plan = solve(but(bought, workloads=runs))
    assert plan.header["objective_musd"] == musd(1.0)
    units = plan.tables["power"].set_index("period")["units"]
    assert units["2024-06"] == 1
    assert units["2024-12"] == 1


def test_run_hours():
    # 1 MW all year is 8,784 MWh. 4,380 h in 8,760 are 4,380·8,784/8,760 = 4,392 MWh a unit: two units, 0.24. 8,760 h: one, 0.12.
    assert objective(with_gas(unit_mw=1.0, rent_usd_per_kw_month=CENT, run_hours_per_year_max=4380.0)) == musd(0.24)
    assert objective(with_gas(unit_mw=1.0, rent_usd_per_kw_month=CENT, run_hours_per_year_max=8760.0)) == musd(0.12)


def test_nox_limit():
    # 8.784 GWh at 0.5 t: 4.392 t. A limit of 4.2·8,784/8,760 = 4.2115 t allows 8,423 h: 361 h short, 15.04 days; a month late
    # leaves 335 days = 8,040 h. Without the limit: 0.
    assert objective(with_gas(nox_t_per_gwh=0.5, nox_t_per_year_max=4.2)) == musd(10.0)
    assert objective(with_gas(nox_t_per_gwh=0.5)) == musd(0.0)


def test_nox_limit_of_part_of_a_year():
    # July to December 2024: 4,416 h, 2.208 t. 4.4·4,416/8,760 = 2.2181 t suffice; 4.0·4,416/8,760 = 2.0164 t do not: August to
    # December have 153 days = 3,672 h = 1.836 t, one month late.
    half = but(with_gas(nox_t_per_gwh=0.5, nox_t_per_year_max=4.4), horizon=b.horizon(6, 1, "2024-07"))
    assert objective(half) == musd(0.0)
    assert objective(but(half, sites=with_gas(nox_t_per_gwh=0.5, nox_t_per_year_max=4.0).sites)) == musd(10.0)


def test_each_calendar_year_has_its_own_run_hours():
    # July 2024 to June 2025, 8,000 h of 8,760 a year. 2024: 4,416 h wanted, 4,032.9 allowed: August (3,672 h) is the first month
    # to hold; 2025: 4,344 h wanted, 3,967.1 allowed, so no unit alone can hold January to June. Two units do: nothing late.
    hours = but(with_gas(unit_mw=1.0, units_max=2, run_hours_per_year_max=8000.0), horizon=b.horizon(12, 1, "2024-07"))
    assert objective(hours) == musd(0.0)
    # One unit: ready in February 2025 at the earliest (150 days = 3,600 h): 7 months late.
    one = with_gas(unit_mw=1.0, units_max=1, run_hours_per_year_max=8000.0)
    assert objective(but(hours, sites=one.sites)) == musd(70.0)


def test_fuel():
    # 10 mmbtu/MWh at 4 usd: 40 usd/MWh, 8,784 MWh: 0.35136.
    assert objective(with_gas(gas_usd_per_mmbtu=4.0)) == musd(0.35136)
    # July 2024 to June 2025 at 10 %: 40·(4,416 + 1.1·4,344) usd = 0.17664 + 0.191136.
    july = but(with_gas(gas_usd_per_mmbtu=4.0), horizon=b.horizon(12, 1, "2024-07"))
    dearer = but(july, escalation=replace(july.escalation, gas=0.1))
    assert objective(dearer) == musd(0.367776)
    # Power prices do not move it, nor does gas move the rent.
    rent = but(dearer, sites=with_gas(unit_mw=1.0, rent_usd_per_kw_month=CENT).sites)
    assert objective(rent) == musd(0.12)


def test_gas_bridges_the_time_until_the_grid_arrives():
    # The grid carries the load from month 6; until then a rented MW at 0.1 a month: 0.6. No gas: 6 months late, 60; no grid: 1.2.
    gas = b.gas(unit_mw=1.0, rent_usd_per_kw_month=100.0)
    grid = b.tariff(ramp=((6, 1.0),))
    assert objective(hurried(tariffs=(grid,), onsite_gas=(gas,))) == musd(0.6)
    assert objective(hurried(tariffs=(grid,))) == musd(60.0)
    assert objective(hurried(tariffs=(), onsite_gas=(gas,))) == musd(1.2)


def test_the_cheaper_energy_of_grid_and_gas_is_used():
    # Gas at 20 usd/MWh and 0.5 MW, grid at 50 usd: 8,784·(0.5·20 + 0.5·50) = 0.30744; all grid 0.4392.
    gas = b.gas(unit_mw=0.5, units_max=1, gas_usd_per_mmbtu=2.0)
    grid = b.tariff(energy_usd_per_mwh=50.0)
    assert objective(hurried(tariffs=(grid,), onsite_gas=(gas,))) == musd(0.30744)
    assert objective(hurried(tariffs=(grid,))) == musd(0.4392)


def test_a_unit_yields_less_at_a_hot_and_high_site():
    # 1.25 MW less 20 % is 1 MW: one unit, rent on all of its 1.25 MW: 0.15. Less 21 %: two, 0.30.
    rented = {"unit_mw": 1.25, "rent_usd_per_kw_month": CENT}
    assert objective(with_gas(**rented, derate_fraction=0.2)) == musd(0.15)
    assert objective(with_gas(**rented, derate_fraction=0.21)) == musd(0.30)
    assert objective(with_gas(**rented)) == musd(0.15)


def test_a_derated_unit_fails_as_a_whole():
    # 1 MW from units of 0.625 MW that yield 0.5, one spare: three, 3·0.625·0.01·12 = 0.225. Not derated: two and a spare too.
    rented = {"unit_mw": 0.625, "spare_units": 1, "rent_usd_per_kw_month": CENT}
    assert objective(with_gas(**rented, derate_fraction=0.2)) == musd(0.225)
    assert objective(with_gas(**rented, derate_fraction=0.5)) == musd(0.375)
    assert objective(with_gas(**rented)) == musd(0.225)


def test_fuel_of_the_peak_day():
    # 10 mmbtu/MWh: 1 MW burns 240 mmbtu a day. With 239 no unit more helps.
    assert objective(with_gas(gas_mmbtu_per_day_max=240.0)) == musd(0.0)
    assert objective(with_gas(gas_mmbtu_per_day_max=239.0)) == musd(NEVER)
    # It is the peak that must be fed, not the mean: a facility peak of 1.2 needs 288.
    peaked = with_gas(gas_mmbtu_per_day_max=287.0)
    assert objective(but(peaked, sites=(but(peaked.sites[0], peak_facility_ratio=1.2),))) == musd(NEVER)
    fed = with_gas(gas_mmbtu_per_day_max=288.0)
    assert objective(but(fed, sites=(but(fed.sites[0], peak_facility_ratio=1.2),))) == musd(0.0)


def test_fuel_of_the_peak_day_limits_what_gas_adds_to_a_grid():
    # The grid gives 0.5 MW; 0.5 MW of gas burn 120 mmbtu a day.
    half = b.tariff(mw_max=0.5)
    assert objective(hurried(tariffs=(half,), onsite_gas=(b.gas(gas_mmbtu_per_day_max=120.0),))) == musd(0.0)
    assert objective(hurried(tariffs=(half,), onsite_gas=(b.gas(gas_mmbtu_per_day_max=119.0),))) == musd(NEVER)


NODE = daily("node", [20.0] * 12 + [100.0] * 12)
INDEX = b.tariff(kind="index", price_series="node")


def test_gas_runs_in_the_hours_in_which_it_is_cheaper():
    # Fuel at 40 usd/MWh: the node at 20 for twelve hours, gas for the others: 12·20 + 12·40 = 720 a day. Half a MW: 12·20 + 6·40 + 6·100.
    gas = b.gas(unit_mw=1.0, gas_usd_per_mmbtu=4.0)
    assert objective(hourly(NODE, tariffs=(INDEX,), onsite_gas=(gas,))) == musd(YEAR_D * 720 / 1e6)
    half = replace(gas, unit_mw=0.5, units_max=1)
    assert objective(hourly(NODE, tariffs=(INDEX,), onsite_gas=(half,))) == musd(YEAR_D * 1080 / 1e6)
    assert objective(hourly(NODE, tariffs=(INDEX,))) == musd(YEAR_D * 1440 / 1e6)


def test_run_hours_are_kept_for_the_dear_hours():
    # One unit of 1 MW, 2,190 h in 8,760: 6 of 24 hours, used at 100: 12·20 + 6·40 + 6·100 a day. Permitted NOx of 6 hours a day:
    # 0.5 t/GWh · 2.19 GWh = 1.095 t a year: the same.
    gas = b.gas(unit_mw=1.0, units_max=1, gas_usd_per_mmbtu=4.0)
    hours = replace(gas, run_hours_per_year_max=2190.0)
    nox = replace(gas, nox_t_per_gwh=0.5, nox_t_per_year_max=1.095)
    assert objective(hourly(NODE, tariffs=(INDEX,), onsite_gas=(hours,))) == musd(YEAR_D * 1080 / 1e6)
    assert objective(hourly(NODE, tariffs=(INDEX,), onsite_gas=(nox,))) == musd(YEAR_D * 1080 / 1e6)
