"""Instances sharpened so that rare mechanisms matter: each entry names the kind of instance and what is made tight in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from optimizer.instance import Instance, Mode
from tests.oracle import change

Sharpen = Callable[[Instance], Instance]


def as_thrown(instance: Instance) -> Instance:
    """Leave the instance as the dice threw it."""
    return instance


def ratchet(instance: Instance) -> Instance:
    """The load ends before the horizon, and billed demand does not follow it."""
    width = instance.horizon.months_per_period
    found = change.workload(instance, until=instance.horizon.months - 1 - width, wanted_from=0, deadline=None)
    return change.tariffs(found, term_months=None, exit_musd=None, demand_usd_per_kw_month=12.0, ratchet_fraction=0.9, min_take_fraction=0.5)


def exclusive(instance: Instance) -> Instance:
    """Two offers that together carry the load, of which one may be taken."""
    peak = peak_mw(instance)
    found = change.tariffs(instance, exclusive_group="line", mw_max=round(0.75 * peak, 1), mw_min=0.0, ramp=())
    found = change.gas(found, exclusive_group="line", unit_mw=round(0.6 * peak, 1), units_max=1, spare_units=0, permit_mw=None)
    sites = []
    for site in found.sites:
        first = site.tariffs[0]
        second = replace(first, contract_id="more", energy_usd_per_mwh=first.energy_usd_per_mwh + 9.0, mw_max=round(0.55 * peak, 1))
        sites.append(replace(site, tariffs=(first,) if site.onsite_gas else (first, second), grid_limit_mw=None))
    return replace(found, sites=tuple(sites))


def committed(instance: Instance) -> Instance:
    """A committed site that is too small, and only one site allowed."""
    first, second = instance.sites
    modes = tuple(replace(mode, max_it_mw=round(mode.max_it_mw / 3.0, 1), initial_it_mw=0.0) for mode in first.modes)
    sites = (replace(first, is_committed=True, is_forbidden=False, modes=modes), replace(second, is_committed=False, is_forbidden=False))
    return replace(instance, sites_at_most=1, sites=sites)


def forbidden(instance: Instance) -> Instance:
    """The cheaper site may not be used."""
    first, second = instance.sites
    dear = tuple(replace(mode, land_musd=mode.land_musd + 0.3, staff_musd_per_mw_year=0.1) for mode in first.modes)
    sites = (replace(first, is_forbidden=True, is_committed=False), replace(first, site_id="b", modes=dear, is_forbidden=False, is_committed=False))
    return replace(instance, sites=sites, rentals=(), gpus=tuple(replace(gpu, initial_gpus=()) for gpu in instance.gpus))


def stays(instance: Instance) -> Instance:
    """Rented units that stay two periods, no more and no less, one of them spare."""
    two = 2 * instance.horizon.months_per_period
    found = _only_gas(instance, units_max=2, spare_units=1, unit_mw=round(1.2 * peak_mw(instance), 1), permit_mw=None, buy_usd_per_kw=None)
    return change.gas(found, rent_usd_per_kw_month=15.0, min_months=two, max_months=two, run_hours_per_year_max=None, nox_t_per_year_max=None)


def permit(instance: Instance) -> Instance:
    """Two units would carry the load and the permit is for one and a half."""
    peak = peak_mw(instance)
    return _only_gas(instance, units_max=2, spare_units=0, unit_mw=round(0.7 * peak, 1), permit_mw=round(peak, 1), max_months=None,
                     run_hours_per_year_max=None, nox_t_per_year_max=None)


def run_hours(instance: Instance) -> Instance:
    """One unit carries the load, but not around the year; rented for longer than it is wanted."""
    found = _only_gas(instance, units_max=2, spare_units=0, unit_mw=round(1.2 * peak_mw(instance), 1), permit_mw=None, max_months=None)
    found = change.gas(found, run_hours_per_year_max=5200.0, nox_t_per_year_max=None, min_months=8, rent_usd_per_kw_month=15.0)
    return change.gas(found, buy_usd_per_kw=None)


def nox(instance: Instance) -> Instance:
    """Gas that may not run all the time beside a grid that is dearer; permitted late, bought."""
    peak = peak_mw(instance)
    width = instance.horizon.months_per_period
    found = change.gas(instance, unit_mw=round(1.2 * peak, 1), units_max=1, spare_units=0, nox_t_per_year_max=round(0.8 * peak, 1),
                       run_hours_per_year_max=None, permit_mw=None, max_months=None, permit_months=width, exclusive_group=None)
    found = change.gas(found, buy_usd_per_kw=200.0, rent_usd_per_kw_month=None, gas_usd_per_mmbtu=2.0, resale_fraction=0.5)
    return change.tariffs(found, energy_usd_per_mwh=140.0, mw_max=round(1.3 * peak, 1), mw_min=0.0, min_take_fraction=0.0, ramp=())


def cluster(instance: Instance) -> Instance:
    """A cheap rental that is not one cluster."""
    wanted = instance.workloads[0].gpus_h100e / instance.gpus[0].h100_equivalents
    return change.offers(instance, largest_cluster_gpus=round(0.9 * wanted), usd_per_gpu_hour=0.2, min_months=0)


def rent(instance: Instance) -> Instance:
    """A rental that comes late, is bound for long, and asks for a deposit."""
    width = instance.horizon.months_per_period
    found = change.offers(instance, available_from=width, min_months=6 * width, deposit_fraction=0.1, relet_fraction=0.5, usd_per_gpu_hour=0.2)
    return replace(change.workload(found, wanted_from=0, deadline=None), discount_rate_per_year=0.1)


def contract(instance: Instance) -> Instance:
    """Interconnection with a refund, a deposit, and a long term that is worth buying out."""
    found = change.tariffs(instance, customer_capex_musd=0.6, capex_refund_months=6, deposit_musd=0.4, term_months=16, exit_musd=0.05,
                           min_take_fraction=0.9, fixed_usd_per_month=40_000.0)
    sole = tuple(purse for purse in found.purses if purse.name != "vendor")
    return replace(found, discount_rate_per_year=0.1, purses=sole)


def blocks(instance: Instance) -> Instance:
    """Blocks that do not fit the load, air halls equipped for liquid, some MW already there."""
    found = change.gpus(instance, cooling="liquid")
    return replace(found, sites=tuple(
        replace(site, modes=tuple(_equipped(mode) for mode in site.modes)) for site in found.sites))


def earliest(instance: Instance) -> Instance:
    """A run that is hardly worth anything and is wanted soon all the same."""
    return replace(change.workload(instance, delay_cost_musd_per_month=0.1), goals=("earliest", "min_cost"), discount_rate_per_year=0.12)


def grid_limit(instance: Instance) -> Instance:
    """A line that carries less than the offers on it; or a least MW far above the load."""
    peak = peak_mw(instance)
    first, *rest = (replace(site, grid_limit_mw=round(0.8 * peak, 1)) for site in instance.sites)
    found = replace(instance, sites=(first, *(replace(site, grid_limit_mw=None) for site in rest)))
    return change.tariffs(found, mw_max=round(1.4 * peak, 1), mw_min=round(0.7 * peak, 1), ramp=())


def mw_min(instance: Instance) -> Instance:
    """The least MW of every offer is above the load, and paid for."""
    peak = peak_mw(instance)
    return change.tariffs(instance, mw_min=round(1.3 * peak, 1), mw_max=round(1.6 * peak, 1), min_take_fraction=0.95, ramp=(),
                          demand_usd_per_kw_month=9.0)


def shortage(instance: Instance) -> Instance:
    """The vendor ships nothing in the first period, and half a lot too many must be bought."""
    width = instance.horizon.months_per_period
    gpu = instance.gpus[0]
    found = replace(instance, gpus=(replace(gpu, supply=((width, 4.0 * gpu.lot / width),), install_months=0, initial_gpus=()),))
    found = change.sites(found, sales_tax_exempt="unknown", max_gpus=None)
    return change.workload(found, gpus_h100e=1.5 * gpu.lot * gpu.h100_equivalents, accepts=(gpu.name,), wanted_from=0, deadline=None)


def peak_mw(instance: Instance) -> float:
    """Facility MW of the target with the first GPU model at the first site."""
    gpu, site = instance.gpus[0], instance.sites[0]
    return instance.workloads[0].gpus_h100e / gpu.h100_equivalents * gpu.it_kw_per_gpu / 1000.0 * site.peak_facility_ratio


def _equipped(mode: Mode) -> Mode:
    return replace(mode, cooling="air", liquid_adder_musd_per_mw=0.08, lead_months=0, block_it_mw=round(0.45 * mode.max_it_mw, 1),
                   initial_it_mw=round(0.2 * mode.max_it_mw, 1), mw_per_month=None, residual_fraction=0.0)


def _only_gas(instance: Instance, **changes: object) -> Instance:
    return change.sites(change.gas(instance, exclusive_group=None, **changes), tariffs=())


SHARPENED: tuple[tuple[str, Sharpen], ...] = (
    ("grid", as_thrown), ("grid", ratchet), ("grid", exclusive), ("sites", committed), ("sites", forbidden), ("gas", stays),
    ("gas", permit), ("gas", run_hours), ("gas", nox), ("rental", cluster), ("rental", rent), ("grid", contract), ("grid", blocks),
    ("sites", earliest), ("grid", grid_limit), ("grid", mw_min), ("purses", as_thrown), ("grid", shortage), ("gas", as_thrown),
    ("sites", as_thrown), ("purses", contract), ("purses", blocks), ("rental", as_thrown),
)
"""Kinds of instance (the first: all as thrown), taken in turn by the seeds."""
