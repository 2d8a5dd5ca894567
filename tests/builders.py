"""Small instances for tests: every record with neutral values (free, immediate, unlimited), changed by keyword."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from optimizer.core.instance import (
    Escalation,
    Gpu,
    Horizon,
    Instance,
    Mode,
    OnsiteGas,
    Purse,
    Rental,
    Site,
    Tariff,
    Workload,
)

_MODE = Mode(
    mode="retrofit", lead_months=0, mw_per_month=None, block_it_mw=0.0, max_it_mw=1000.0, initial_it_mw=0.0,
    capex_musd_per_mw=0.0, fixed_cost_musd=0.0, land_musd=0.0, cooling="both", liquid_adder_musd_per_mw=None,
    lease_usd_per_kw_month=0.0, lease_months=0, free_rent_months=0, staff_musd_per_mw_year=0.0, residual_fraction=0.0,
)
_TARIFF = Tariff(
    contract_id="grid", kind="firm", stage="offered", exclusive_group=None, mw_min=0.0, mw_max=1000.0, sign_lead_months=0,
    term_months=None, energy_usd_per_mwh=0.0, demand_usd_per_kw_month=0.0, ratchet_fraction=0.0, min_take_fraction=0.0,
    min_energy_fraction=0.0, fixed_usd_per_month=0.0, customer_capex_musd=0.0, capex_refund_months=0, deposit_musd=0.0,
    exit_musd=None, ramp=(),
)
_GAS = OnsiteGas(
    contract_id="gas", exclusive_group=None, unit_mw=10.0, units_max=10, spare_units=0, heat_rate_mmbtu_per_mwh=10.0,
    gas_usd_per_mmbtu=0.0, rent_usd_per_kw_month=0.0, buy_usd_per_kw=None, sign_lead_months=0, min_months=0, max_months=None,
    permit_route="minor", permit_months=0, permit_mw=None, run_hours_per_year_max=None, nox_t_per_gwh=0.0,
    nox_t_per_year_max=None, emissions_t_per_mwh=0.0, lifetime_months=240, resale_fraction=0.0,
)
_SITE = Site(
    site_id="a", name="A", lat=35.0, lon=-90.0, county_fips="47157", utility="U", max_gpus=None, peak_facility_ratio=1.0,
    annual_pue=1.0, sales_tax_fraction=0.0, sales_tax_exempt="false", exempt_min_musd=0.0, property_tax_fraction_per_year=0.0,
    abatement_months=0, grid_limit_mw=None, related_party=False, note="", is_committed=False, is_forbidden=False,
    modes=(_MODE,), tariffs=(_TARIFF,), onsite_gas=(),
)
_GPU = Gpu(
    name="H100", family="hopper", h100_equivalents=1.0, it_kw_per_gpu=1.0, price_usd=0.0, network_usd=0.0, install_usd=0.0,
    spares_fraction=0.0, cooling="air", lot=1000, install_months=0, supply=None, pay_at_order_fraction=0.0, order_lead_months=0,
    pay_after_delivery_months=0, lifetime_months=1200, resale_fraction=0.0, initial_gpus=(),
)
_WORKLOAD = Workload(
    name="train", gpus_h100e=1000.0, one_family=True, accepts=("H100",), wanted_from=0, delay_cost_musd_per_month=0.0,
    deadline=None, until=None, utilisation=1.0, never_ready_months=24,
)
_RENTAL = Rental(
    name="cloud", gpu="H100", usd_per_gpu_hour=1.0, committed_gpus=0, committed_until=None, gpus_min=0, gpus_max=100_000,
    largest_cluster_gpus=100_000, available_from=0, min_months=0, deposit_fraction=0.0, relet_fraction=0.0, exclusive_group=None,
)
_PURSE = Purse(name="purse", amounts=((0, 1000.0),), every_month=False,
               pays_for=("capital", "deposits", "operations", "lease", "rent"))


def mode(**changes: Any) -> Mode:
    return replace(_MODE, **changes)


def tariff(**changes: Any) -> Tariff:
    return replace(_TARIFF, **changes)


def gas(**changes: Any) -> OnsiteGas:
    return replace(_GAS, **changes)


def site(**changes: Any) -> Site:
    """A free site; ``modes``, ``tariffs``, ``onsite_gas`` as tuples of records."""
    return replace(_SITE, **changes)


def gpu(**changes: Any) -> Gpu:
    return replace(_GPU, **changes)


def workload(**changes: Any) -> Workload:
    return replace(_WORKLOAD, **changes)


def rental(**changes: Any) -> Rental:
    return replace(_RENTAL, **changes)


def purse(**changes: Any) -> Purse:
    return replace(_PURSE, **changes)


def horizon(months: int = 12, months_per_period: int = 1, start: str = "2024-01") -> Horizon:
    return Horizon(start, months, months_per_period)


def instance(**changes: Any) -> Instance:
    """One free site, one free GPU model, one workload of 1,000 H100e, twelve months, no discount, no budget."""
    base = Instance(
        name="test", title="", as_of="2024-01-01", currency_year=2024, scenario_sha256="", horizon=horizon(),
        discount_rate_per_year=0.0, escalation=Escalation(0.0, 0.0, 0.0, 0.0), goals=("min_cost",), priority_tolerance=0.005,
        sites=(_SITE,), gpus=(_GPU,), workloads=(_WORKLOAD,), rentals=(), purses=(), has_budget=False, has_contracts=True,
        sites_at_most=None, reserve_fraction=0.0, assumptions=(),
    )
    return replace(base, **changes)
