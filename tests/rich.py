"""One instance that uses everything: every rule of the model stands in it, every ledger line has money on it in its best plan.

October 2024 to May 2025, so that a year ends within. Three training runs: ``train`` at site a (owned, on grid, rented and bought
gas), ``tune`` at site b (leased, exempt from sales tax, its tariff left early), ``eval`` at a rental offer.
"""

from __future__ import annotations

from optimizer.core.instance import Escalation, Gpu, Instance, Purse, Rental, Site, Workload
from optimizer.core.offers import OnsiteGas, Tariff
from tests import builders as b


def instance() -> Instance:
    """Give the instance; its best plan is found in about a second."""
    return b.instance(
        name="rich", currency_year=2023, horizon=b.horizon(8, 1, "2024-10"), discount_rate_per_year=0.12,
        escalation=Escalation(power=0.02, gas=0.03, staff=0.04, lease=0.05), sites=(_owned(), _leased()), gpus=_gpus(),
        workloads=_workloads(), rentals=_rentals(), purses=_purses(), has_budget=True, sites_at_most=2, reserve_fraction=0.02,
    )


def _owned() -> Site:
    retrofit = b.mode(
        lead_months=2, mw_per_month=0.8, max_it_mw=4.0, initial_it_mw=0.3, capex_musd_per_mw=1.0, fixed_cost_musd=0.5,
        land_musd=0.4, cooling="air", liquid_adder_musd_per_mw=0.2, staff_musd_per_mw_year=0.3, residual_fraction=0.5,
    )
    blocks = b.mode(mode="greenfield", block_it_mw=1.0, cooling="both", land_musd=500.0)
    hall = b.mode(mode="conversion", cooling="liquid", land_musd=500.0)
    return b.site(
        peak_facility_ratio=1.2, annual_pue=1.1, sales_tax_fraction=0.08, sales_tax_exempt="unknown", exempt_min_musd=1.0,
        property_tax_fraction_per_year=0.03, abatement_months=1, grid_limit_mw=1.5, max_gpus=2500.0,
        modes=(retrofit, blocks, hall), tariffs=_grid(), onsite_gas=_gas(),
    )


def _grid() -> tuple[Tariff, ...]:
    grid = b.tariff(
        exclusive_group="line", mw_min=0.5, mw_max=2.0, sign_lead_months=1, term_months=24, energy_usd_per_mwh=90.0,
        demand_usd_per_kw_month=8.0, ratchet_fraction=0.8, min_take_fraction=0.9, min_energy_fraction=0.7,
        fixed_usd_per_month=1000.0, customer_capex_musd=0.3, capex_refund_months=12, deposit_musd=0.1, ramp=((1, 0.8), (3, 1.6)),
    )
    return (grid, b.tariff(contract_id="other", exclusive_group="line", energy_usd_per_mwh=500.0, mw_max=1.0))


def _gas() -> tuple[OnsiteGas, ...]:
    rented = b.gas(
        contract_id="engines", unit_mw=0.25, units_max=6, spare_units=1, gas_usd_per_mmbtu=3.0, rent_usd_per_kw_month=20.0,
        min_months=7, max_months=12, permit_months=1, permit_mw=1.1, nox_t_per_gwh=100.0, nox_t_per_year_max=200.0,
    )
    bought = b.gas(
        contract_id="turbine", unit_mw=0.25, units_max=1, gas_usd_per_mmbtu=2.0, buy_usd_per_kw=900.0, sign_lead_months=2,
        run_hours_per_year_max=4000.0, resale_fraction=0.5, lifetime_months=120,
    )
    return rented, bought


def _leased() -> Site:
    suite = b.mode(
        mode="build_to_suit", lead_months=1, mw_per_month=0.2, block_it_mw=0.101, max_it_mw=0.302, initial_it_mw=0.1,
        lease_usd_per_kw_month=100.0, lease_months=24, free_rent_months=1,
    )
    grid = b.tariff(
        contract_id="suite", term_months=24, energy_usd_per_mwh=70.0, demand_usd_per_kw_month=9.0, min_take_fraction=0.9,
        fixed_usd_per_month=500.0, exit_musd=0.002,
    )
    short = b.tariff(contract_id="short", term_months=3, energy_usd_per_mwh=30.0, ramp=((0, 0.15),))
    genset = b.gas(
        contract_id="genset", unit_mw=0.05, units_max=1, gas_usd_per_mmbtu=1.0, rent_usd_per_kw_month=1.0, min_months=5,
    )
    return b.site(
        site_id="b", sales_tax_fraction=0.09, sales_tax_exempt="true", exempt_min_musd=5.0, is_committed=True, modes=(suite,),
        tariffs=(grid, short), onsite_gas=(genset,),
    )


def _gpus() -> tuple[Gpu, ...]:
    h100 = b.gpu(
        price_usd=30_000.0, network_usd=5_000.0, install_usd=800.0, spares_fraction=0.03, lot=0, install_months=1,
        supply=((0, 200.0), (1, 500.0)), pay_at_order_fraction=0.2, order_lead_months=2, pay_after_delivery_months=1,
        lifetime_months=48, resale_fraction=0.5, initial_gpus=(("a", 100),),
    )
    b200 = b.gpu(
        name="B200", family="blackwell", h100_equivalents=2.0, it_kw_per_gpu=1.5, price_usd=50_000.0, network_usd=6_000.0,
        cooling="liquid", lot=50, install_months=1, supply=((0, 50.0),), lifetime_months=48, resale_fraction=0.5,
    )
    cloudy = b.gpu(name="MI300", family="cdna", cooling="air", supply=((0, 0.0),))
    return h100, b200, cloudy


def _workloads() -> tuple[Workload, ...]:
    train = b.workload(
        gpus_h100e=2000.0, one_family=False, accepts=("H100", "B200"), wanted_from=2, delay_cost_musd_per_month=40.0, deadline=6,
        utilisation=0.9,
    )
    tune = b.workload(name="tune", gpus_h100e=300.0, wanted_from=2, delay_cost_musd_per_month=30.0, until=5, utilisation=0.8)
    evaluation = b.workload(name="eval", gpus_h100e=400.0, accepts=("MI300",), wanted_from=3, delay_cost_musd_per_month=20.0)
    return train, tune, evaluation


def _rentals() -> tuple[Rental, ...]:
    offer = b.rental(
        gpu="MI300", usd_per_gpu_hour=2.0, gpus_min=420, gpus_max=900, available_from=4, min_months=6, deposit_fraction=0.1,
        relet_fraction=0.4, exclusive_group="line_of_the_cloud",
    )
    return offer, b.rental(name="held", gpu="H100", usd_per_gpu_hour=2.5, committed_gpus=50, committed_until=3)


def _purses() -> tuple[Purse, ...]:
    return (
        b.purse(name="series", amounts=((0, 80.0), (2, 60.0)), pays_for=("capital", "deposits")),
        b.purse(name="monthly", amounts=((0, 1.0), (4, 1.5)), every_month=True, pays_for=("operations", "lease", "rent")),
    )
