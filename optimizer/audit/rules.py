"""Every rule of a plan under its id; the model names its constraints by the same ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from optimizer.audit import budget, fleet, gas, power, rentals, siting, tariffs, workloads
from optimizer.audit.comparison import Comparison
from optimizer.audit.paths import Case

RULES: tuple[tuple[str, Callable[[Case], Iterator[Comparison]]], ...] = (
    ("one_start_per_site", siting.one_start_per_site),
    ("sites_at_most", siting.sites_at_most),
    ("committed_site", siting.committed_site),
    ("build_capacity", siting.build_capacity),
    ("build_step", siting.build_step),
    ("block_size", siting.block_size),
    ("built_balance", siting.built_balance),
    ("gpus_limit", siting.gpus_limit),
    ("it_capacity", siting.it_capacity),
    ("liquid_capacity", siting.liquid_capacity),
    ("air_capacity", siting.air_capacity),
    ("liquid_equipped", siting.liquid_equipped),
    ("supply_limit", fleet.supply_limit),
    ("lot_size", fleet.lot_size),
    ("delivery_site", fleet.delivery_site),
    ("online_balance", fleet.online_balance),
    ("online_limit", fleet.online_limit),
    ("order_date", fleet.order_date),
    ("exempt_threshold", fleet.exempt_threshold),
    ("exempt_limit", fleet.exempt_limit),
    ("one_begin_per_contract", tariffs.one_begin_per_contract),
    ("contract_site", tariffs.contract_site),
    ("contract_date", tariffs.contract_date),
    ("contract_term", tariffs.contract_term),
    ("mw_limit", tariffs.mw_limit),
    ("mw_floor", tariffs.mw_floor),
    ("mw_keep", tariffs.mw_keep),
    ("grid_limit", power.grid_limit),
    ("adequacy", power.adequacy),
    ("peak_balance", power.peak_balance),
    ("peak_limit", power.peak_limit),
    ("drawn_limit", power.drawn_limit),
    ("energy_balance", power.energy_balance),
    ("billed_peak", tariffs.billed_peak),
    ("billed_ratchet", tariffs.billed_ratchet),
    ("billed_min_take", tariffs.billed_min_take),
    ("energy_min_take", tariffs.energy_min_take),
    ("exclusive_group", power.exclusive_group),
    ("gas_units_limit", gas.gas_units_limit),
    ("gas_permit_limit", gas.gas_permit_limit),
    ("gas_firm", gas.gas_firm),
    ("gas_min_months", gas.gas_min_months),
    ("gas_max_months", gas.gas_max_months),
    ("gas_run_hours", gas.gas_run_hours),
    ("gas_nox", gas.gas_nox),
    ("one_host", workloads.one_host),
    ("one_family", workloads.one_family),
    ("ready_target", workloads.ready_target),
    ("ready_monotone", workloads.ready_monotone),
    ("deadline", workloads.deadline),
    ("rental_size", rentals.rental_size),
    ("rental_term", rentals.rental_term),
    ("rental_host", rentals.rental_host),
    ("line_paid", budget.line_paid),
    ("purse_balance", budget.purse_balance),
    ("purse_eligible", budget.purse_eligible),
)
"""Rule ids and the functions that re-check them, in the order of docs/conventions.md."""
