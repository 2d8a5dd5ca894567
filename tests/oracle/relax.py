"""Each mechanism and the instance without it: where the optimum differs, the mechanism binds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from optimizer.core.instance import Escalation, Instance
from tests.oracle import change

Relax = Callable[[Instance], Instance]
Change = Callable[..., Instance]


def _with(what: Change, **changes: Any) -> Relax:
    return lambda instance: what(instance, **changes)


def _any_number_of_gpus(instance: Instance) -> Instance:
    alone = len({gpu.family for gpu in instance.gpus}) == len(instance.gpus)
    exempt = any(site.sales_tax_exempt == "true" for site in instance.sites)
    return change.gpus(instance, lot=0) if alone and not exempt else instance


def _no_groups(instance: Instance) -> Instance:
    return change.gas(change.tariffs(instance, exclusive_group=None), exclusive_group=None)


def _no_purchase(instance: Instance) -> Instance:
    return replace(instance, sites=tuple(
        replace(site, onsite_gas=tuple(gas for gas in site.onsite_gas if gas.buy_usd_per_kw is None)) for site in instance.sites))


def _no_committed_rentals(instance: Instance) -> Instance:
    return replace(instance, rentals=tuple(rental for rental in instance.rentals if not rental.committed_gpus))


def _liquid_for_nothing(instance: Instance) -> Instance:
    return replace(instance, sites=tuple(
        replace(site, modes=tuple(
            replace(mode, liquid_adder_musd_per_mw=None if mode.liquid_adder_musd_per_mw is None else 0.0) for mode in site.modes))
        for site in instance.sites))


MECHANISMS: Mapping[str, Relax] = {
    "lead": _with(change.modes, lead_months=0),
    "rate": _with(change.modes, mw_per_month=None),
    "blocks": _with(change.modes, block_it_mw=0.0),
    "initial_mw": _with(change.modes, initial_it_mw=0.0),
    "capex": _with(change.modes, capex_musd_per_mw=0.0),
    "fixed_cost": _with(change.modes, fixed_cost_musd=0.0),
    "land": _with(change.modes, land_musd=0.0),
    "cooling": _with(change.modes, cooling="both"),
    "liquid_adder": _liquid_for_nothing,
    "lease": _with(change.modes, lease_usd_per_kw_month=0.0),
    "lease_term": _with(change.modes, lease_months=0),
    "free_rent": _with(change.modes, free_rent_months=0),
    "staff": _with(change.modes, staff_musd_per_mw_year=0.0),
    "residual_buildings": _with(change.modes, residual_fraction=0.0),
    "at_most": _with(replace, sites_at_most=None),
    "forbidden": _with(change.sites, is_forbidden=False),
    "committed_site": _with(change.sites, is_committed=False),
    "max_gpus": _with(change.sites, max_gpus=None),
    "supply": _with(change.gpus, supply=None),
    "lots": _any_number_of_gpus,
    "install": _with(change.gpus, install_months=0),
    "install_cost": _with(change.gpus, install_usd=0.0),
    "network": _with(change.gpus, network_usd=0.0),
    "spares": _with(change.gpus, spares_fraction=0.0),
    "payment_terms": _with(change.gpus, pay_at_order_fraction=0.0, pay_after_delivery_months=0),
    "lifetime": _with(change.gpus, lifetime_months=1200),
    "initial_gpus": _with(change.gpus, initial_gpus=()),
    "resale": _with(change.gpus, resale_fraction=0.0),
    "sales_tax": _with(change.sites, sales_tax_fraction=0.0),
    "exemption": _with(change.sites, sales_tax_exempt="false"),
    "exempt_min": _with(change.sites, exempt_min_musd=0.0),
    "property_tax": _with(change.sites, property_tax_fraction_per_year=0.0),
    "abatement": _with(change.sites, abatement_months=0),
    "grid_limit": _with(change.sites, grid_limit_mw=None),
    "ramp": _with(change.tariffs, ramp=()),
    "mw_min": _with(change.tariffs, mw_min=0.0),
    "mw_max": _with(change.tariffs, mw_max=1000.0, ramp=()),
    "sign_lead": _with(change.tariffs, sign_lead_months=0),
    "demand": _with(change.tariffs, demand_usd_per_kw_month=0.0),
    "ratchet": _with(change.tariffs, ratchet_fraction=0.0),
    "min_take": _with(change.tariffs, min_take_fraction=0.0),
    "min_energy": _with(change.tariffs, min_energy_fraction=0.0),
    "fixed_charge": _with(change.tariffs, fixed_usd_per_month=0.0),
    "term": _with(change.tariffs, term_months=None),
    "exit": _with(change.tariffs, exit_musd=None),
    "interconnection": _with(change.tariffs, customer_capex_musd=0.0),
    "refund": _with(change.tariffs, capex_refund_months=0),
    "deposit": _with(change.tariffs, deposit_musd=0.0),
    "exclusive": _no_groups,
    "reserve": _with(replace, reserve_fraction=0.0),
    "spare_unit": _with(change.gas, spare_units=0),
    "gas_fuel": _with(change.gas, gas_usd_per_mmbtu=0.0),
    "gas_min_months": _with(change.gas, min_months=0),
    "gas_max_months": _with(change.gas, max_months=None),
    "permit_months": _with(change.gas, permit_months=0),
    "permit_mw": _with(change.gas, permit_mw=None),
    "run_hours": _with(change.gas, run_hours_per_year_max=None),
    "nox": _with(change.gas, nox_t_per_year_max=None),
    "gas_purchase": _no_purchase,
    "delay": _with(change.workload, delay_cost_musd_per_month=0.0),
    "deadline": _with(change.workload, deadline=None),
    "until": _with(change.workload, until=None),
    "rental_min_months": _with(change.offers, min_months=0),
    "rental_min_gpus": _with(change.offers, gpus_min=0),
    "rental_deposit": _with(change.offers, deposit_fraction=0.0),
    "relet": _with(change.offers, relet_fraction=0.0),
    "largest_cluster": _with(change.offers, largest_cluster_gpus=100_000),
    "available_from": _with(change.offers, available_from=0),
    "committed_rental": _no_committed_rentals,
    "purses": _with(replace, has_budget=False, purses=()),
    "escalation": _with(replace, escalation=Escalation(0.0, 0.0, 0.0, 0.0)),
    "discount": _with(replace, discount_rate_per_year=0.0),
    "earliest": _with(replace, goals=("min_cost",)),
}
"""Relaxation (or plain dropping) of each mechanism, by name."""
