"""Carbon: tonnes by location and by market, price, cap, hourly matched clean energy as a limit and as a goal."""

from __future__ import annotations

from dataclasses import replace

from optimizer.core.instance import Carbon
from tests import builders as b
from tests.model.by_the_hour import DAYTIME, ONE_DAY, YEAR_D, daily, hourly, ppa
from tests.model.hand import NEVER, but, hurried, line, musd, objective, solve, with_gas

GRID = b.tariff(energy_usd_per_mwh=50.0)
SUN = daily("sun", DAYTIME, "share")
HUB = daily("hub", 40.0)
ENERGY = 0.4392
"""8,784 MWh at 50 usd/MWh."""


def counted(instance, **carbon):
    """A grid of 0.5 t/MWh: 4,392 t a year."""
    sites = tuple(but(site, grid_t_per_mwh=0.5) for site in instance.sites)
    return but(instance, sites=sites, carbon=Carbon(**carbon))


def with_grid(**carbon):
    return counted(hurried(tariffs=(GRID,)), **carbon)


def with_ppa(carbon, grid=GRID, **changes):
    return counted(hourly(HUB, SUN, tariffs=(grid,), ppas=(ppa(**changes),)), **carbon)


def test_the_price_of_carbon():
    # 4,392 t at 20 usd: 0.08784.
    plan = solve(with_grid(price_usd_per_t=20.0))
    assert plan.header["objective_musd"] == musd(ENERGY + 0.08784)
    assert line(plan, "operations", "carbon") == musd(0.08784)
    assert objective(with_grid()) == musd(ENERGY)


def test_a_clean_tariff_counts_by_market_not_by_location():
    clean = counted(hurried(tariffs=(replace(GRID, emissions_t_per_mwh=0.1),)), price_usd_per_t=20.0)
    assert objective(clean) == musd(ENERGY + 0.08784 / 5)
    assert objective(but(clean, carbon=Carbon("location", 20.0))) == musd(ENERGY + 0.08784)


def test_on_site_gas_counts_either_way():
    # 0.6 t/MWh: 5,270.4 t.
    burning = counted(with_gas(emissions_t_per_mwh=0.6), price_usd_per_t=20.0)
    assert objective(burning) == musd(0.105408)
    assert objective(but(burning, carbon=Carbon("location", 20.0))) == musd(0.105408)


def test_a_clean_agreement_counts_by_market():
    # Around the clock at 60 against 50 and 15 of carbon: cheaper by market, where it counts nothing; by location 75 against 65.
    price = {"price_usd_per_t": 30.0}
    clean = {"strike_usd_per_mwh": 60.0, "technology": "nuclear"}
    assert objective(with_ppa(price, **clean)) == musd(8784 * 60 / 1e6)
    assert objective(with_ppa({**price, "basis": "location"}, **clean)) == musd(8784 * 65 / 1e6)
    # One that is not clean counts as the grid.
    assert objective(with_ppa(price, **{**clean, "technology": "gas"})) == musd(8784 * 65 / 1e6)


def test_certificates_of_a_financial_agreement_cover_what_is_drawn():
    # Strike 45 at a hub of 40: 5 a MWh for 10 of carbon. Sun by day covers a day's energy, whatever the hour: 2 MW, 24 MWh.
    price = {"price_usd_per_t": 20.0}
    paid = {"settlement": "financial", "strike_usd_per_mwh": 45.0, "profile_series": "sun", "technology": "solar"}
    plan = solve(with_ppa(price, **paid))
    assert plan.header["objective_musd"] == musd(ENERGY + 8784 * 5 / 1e6)
    assert line(plan, "operations", "carbon") == musd(0.0)
    assert objective(with_ppa({**price, "basis": "location"}, **paid)) == musd(ENERGY + 0.08784)
    assert objective(with_ppa(price, **{**paid, "technology": "gas"})) == musd(ENERGY + 0.08784)
    # 1 MW covers half: 12 MWh a day.
    assert objective(with_ppa(price, **paid, mw_max=1.0)) == musd(ENERGY + 4392 * 5 / 1e6 + 0.04392)


def test_certificates_never_count_below_nothing():
    # The tariff is clean: no certificate covers anything, none is bought, and none brings money. At 0.1 t/MWh they are worth 2 a MWh.
    price = {"price_usd_per_t": 20.0}
    paid = {"settlement": "financial", "strike_usd_per_mwh": 41.0}
    clean = replace(GRID, emissions_t_per_mwh=0.0)
    assert objective(with_ppa(price, clean, **paid)) == musd(ENERGY)
    # 0.1 t/MWh: 878.4 t are covered by the certificates of 1,756.8 MWh at 1 usd.
    nearly = replace(GRID, emissions_t_per_mwh=0.1)
    assert objective(with_ppa(price, nearly, **paid)) == musd(ENERGY + 1756.8 / 1e6)
    # An agreement that pays anyway, 1 MW at 39, covers them all and no more: no carbon, no credit for the other 7,027.2 MWh.
    plan = solve(with_ppa(price, nearly, settlement="financial", strike_usd_per_mwh=39.0))
    assert plan.header["objective_musd"] == musd(ENERGY - 8784 / 1e6)
    assert plan.tables["emissions"]["market_t"].sum() == musd(0.0)


def test_the_cap_of_a_year():
    # 4,200 t a year are 4,211.5 t of 2024: 8,423 h, a month late. 4,380 t: 4,392 t, all of it.
    assert objective(with_grid(cap_t_per_year=((0, 4380.0),))) == musd(ENERGY)
    assert objective(with_grid(cap_t_per_year=((0, 4200.0),))) == musd(10.0 + 8040 * 50 / 1e6)


def test_the_cap_in_force_is_that_of_the_years_first_month():
    # July 2024 to June 2025, a cap dated January 2025: 2024 has none; 2025 may draw 2·2,000·4,344/8,760 MWh, the rest of its 4,344 MWh
    # is clean gas at 40. Dated February it comes too late for 2025.
    gas = b.gas(gas_usd_per_mmbtu=4.0)
    both = but(hurried(tariffs=(b.tariff(),), onsite_gas=(gas,)), horizon=b.horizon(12, 1, "2024-07"))
    assert objective(counted(both, cap_t_per_year=((6, 2000.0),))) == musd(4344 * (1 - 4000 / 8760) * 40 / 1e6)
    assert objective(counted(both, cap_t_per_year=((7, 2000.0),))) == musd(0.0)


def test_the_cap_is_of_all_sites_together():
    # Two runs of 1 MW at two sites of 1 MW each: 8,784 t. 6,570 t a year are 6,588 t of 2024: clean gas at 40 gives 4,392 MWh.
    power = {"grid_t_per_mwh": 0.5, "tariffs": (b.tariff(),), "onsite_gas": (b.gas(gas_usd_per_mmbtu=4.0),)}
    sites = tuple(b.site(site_id=name, modes=(b.mode(max_it_mw=1.0),), **power) for name in ("a", "b"))
    runs = tuple(b.workload(name=name, delay_cost_musd_per_month=10.0) for name in ("one", "two"))
    two = b.instance(sites=sites, workloads=runs, carbon=Carbon(cap_t_per_year=((0, 6570.0),)))
    assert objective(two) == musd(4392 * 40 / 1e6)
    assert objective(but(two, carbon=Carbon())) == musd(0.0)


SOLAR = {"settlement": "financial", "strike_usd_per_mwh": 45.0, "profile_series": "sun", "technology": "solar"}


def test_a_share_of_the_load_matched_in_its_hour():
    # Sun by day at 5 a MWh: half the load needs 1 MW, 12 MWh a day; a quarter 0.5 MW; more than half is not to be had with load.
    assert objective(with_ppa({}, **SOLAR)) == musd(ENERGY)
    assert objective(with_ppa({"clean_share_min": 0.25}, **SOLAR)) == musd(ENERGY + YEAR_D * 30 / 1e6)
    assert objective(with_ppa({"clean_share_min": 0.5}, **SOLAR)) == musd(ENERGY + YEAR_D * 60 / 1e6)
    assert objective(with_ppa({"clean_share_min": 0.51}, **SOLAR)) == musd(NEVER)
    assert objective(with_grid(clean_share_min=0.1)) == musd(NEVER)


def test_own_use_matches_and_what_is_sold_does_not():
    # A physical agreement at 60 against 50: 1 MW by day is used for the share of 0.5: 12·(60 − 50) a day.
    used = {"strike_usd_per_mwh": 60.0, "profile_series": "sun", "technology": "solar"}
    assert objective(with_ppa({"clean_share_min": 0.5}, **used)) == musd(ENERGY + YEAR_D * 120 / 1e6)
    assert objective(with_ppa({"clean_share_min": 0.5}, **{**used, "technology": "gas"})) == musd(NEVER)


def test_most_clean_energy_as_a_goal():
    # Half of 8,784 MWh stays unmatched. The cheapest plan leaves 0.5 % more unmatched: 21.96 MWh less at 5.
    first = but(with_ppa({}, **SOLAR), goals=("earliest", "max_clean", "min_cost"))
    goals = solve(first).header["goals"]
    assert [(goal["goal"], goal["unit"]) for goal in goals] == [("earliest", "month"), ("max_clean", "MWh"), ("min_cost", "musd")]
    assert goals[1]["value"] == musd(4392.0)
    assert goals[2]["value"] == musd(ENERGY + 4392 * 0.995 * 5 / 1e6)
    exact = solve(but(first, priority_tolerance=0.0)).header["goals"]
    assert exact[2]["value"] == musd(ENERGY + 4392 * 5 / 1e6)


def test_least_carbon_as_a_goal():
    # Grid at 0.5 t and 50 usd, gas at 0.4 t and 60 usd: all gas, 3,513.6 t; 0.5 % more allow 175.68 MWh of grid, 10 cheaper.
    gas = b.gas(gas_usd_per_mmbtu=6.0, emissions_t_per_mwh=0.4)
    both = counted(hurried(tariffs=(GRID,), onsite_gas=(gas,)))
    goals = solve(but(both, goals=("earliest", "min_carbon", "min_cost"))).header["goals"]
    assert (goals[1]["goal"], goals[1]["unit"]) == ("min_carbon", "t")
    assert goals[1]["value"] == musd(3513.6)
    assert goals[2]["value"] == musd((8784 * 60 - 175.68 * 10) / 1e6)
    assert objective(both) == musd(ENERGY)


def test_least_carbon_alone_runs_nothing():
    assert solve(but(with_grid(), goals=("min_carbon", "min_cost"))).header["goals"][0]["value"] == musd(0.0)


def test_the_clean_share_is_of_all_sites_together():
    # A run at each of two sites of 1 MW, sun at one of them: 4,392 MWh at most are matched. 0.25 of 17,568 MWh: both run all year.
    # 0.26 of them are more: the other run starts in February (8,040 h), 0.26·16,824 = 4,374.24 MWh at 5.
    solar = ppa(**SOLAR)
    sites = tuple(
        b.site(site_id=name, modes=(b.mode(max_it_mw=1.0),), tariffs=(GRID,), ppas=agreed, typical_days=ONE_DAY if agreed else None)
        for name, agreed in (("a", (solar,)), ("b", ()))
    )
    runs = tuple(b.workload(name=name, delay_cost_musd_per_month=10.0) for name in ("one", "two"))
    two = b.instance(sites=sites, workloads=runs, series=(HUB, SUN), carbon=Carbon(clean_share_min=0.25))
    assert objective(two) == musd(2 * ENERGY + 4392 * 5 / 1e6)
    assert objective(but(two, carbon=Carbon(clean_share_min=0.26))) == musd(10.0 + (16824 * 50 + 4374.24 * 5) / 1e6)
