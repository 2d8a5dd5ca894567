"""Instances sharpened so that rare mechanisms matter: each entry names the kind of instance and what is made tight in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Literal

from optimizer.core.instance import Instance, Mode
from optimizer.core.offers import Tariff
from tests import builders
from tests.oracle import change

Sharpen = Callable[[Instance], Instance]


def as_thrown(instance: Instance) -> Instance:
    """Leave the instance as the dice threw it."""
    return instance


def worth_building(instance: Instance) -> Instance:
    """Take away what most often keeps an instance from being built at all, and the offers of rent."""
    width, peak = instance.horizon.months_per_period, peak_mw(instance)
    found = change.workload(instance, deadline=None, delay_cost_musd_per_month=2.0 * instance.workloads[0].delay_cost_musd_per_month)
    found = replace(found, rentals=())
    found = replace(found, gpus=tuple(replace(gpu, supply=None, install_months=min(gpu.install_months, width)) for gpu in found.gpus))
    liquid = instance.gpus[0].cooling == "liquid"
    sites = []
    for site in found.sites:
        modes = tuple(replace(mode, lead_months=min(mode.lead_months, width), cooling=_suited(mode, liquid)) for mode in site.modes)
        tariffs = tuple(_large(tariff, peak, width) for tariff in site.tariffs)
        sites.append(replace(site, modes=modes, tariffs=tariffs, max_gpus=None, grid_limit_mw=None))
    return replace(found, sites=tuple(sites))


def ratchet(instance: Instance) -> Instance:
    """The load ends before the horizon, and billed demand does not follow it."""
    width = instance.horizon.months_per_period
    found = change.workload(instance, until=instance.horizon.months - 1 - width, wanted_from=0, deadline=None)
    return change.tariffs(found, term_months=None, exit_musd=None, demand_usd_per_kw_month=12.0, ratchet_fraction=0.9,
                          min_take_fraction=0.5)


def exclusive(instance: Instance) -> Instance:
    """A cheap offer that carries half the load, and a dear one that carries it all, of which one may be taken."""
    peak = peak_mw(instance)
    found = change.tariffs(instance, exclusive_group="line", mw_max=round(0.7 * peak, 1), mw_min=0.0, ramp=(), fixed_usd_per_month=0.0,
                           min_take_fraction=0.0, min_energy_fraction=0.0, customer_capex_musd=0.0)
    sites = []
    for site in found.sites:
        first = site.tariffs[0]
        dear = replace(first, contract_id="dear", energy_usd_per_mwh=first.energy_usd_per_mwh + 60.0, mw_max=round(1.3 * peak, 1))
        sites.append(replace(site, tariffs=(first, dear)))
    return replace(found, sites=tuple(sites))


def committed(instance: Instance) -> Instance:
    """A committed site that is too small, and only one site allowed."""
    first, second = instance.sites
    modes = tuple(replace(mode, max_it_mw=round(mode.max_it_mw / 3.0, 1), initial_it_mw=0.0) for mode in first.modes)
    sites = (replace(first, is_committed=True, is_forbidden=False, modes=modes), replace(second, is_committed=False, is_forbidden=False))
    return replace(instance, sites_at_most=1, sites=sites)


def forbidden(instance: Instance) -> Instance:
    """The cheaper site may not be used."""
    first, _ = instance.sites
    dear = tuple(replace(mode, land_musd=mode.land_musd + 0.3, staff_musd_per_mw_year=0.1) for mode in first.modes)
    sites = (replace(first, is_forbidden=True, is_committed=False),
             replace(first, site_id="b", modes=dear, is_forbidden=False, is_committed=False))
    return replace(instance, sites=sites, rentals=(), gpus=tuple(replace(gpu, initial_gpus=()) for gpu in instance.gpus))


def stays(instance: Instance) -> Instance:
    """Rented units, one spare and one for the reserve: each stays all periods but one, and together they stay no longer."""
    width, months = instance.horizon.months_per_period, instance.horizon.months
    found = at_once(_only_gas(instance, units_max=3, spare_units=1, unit_mw=round(1.2 * peak_mw(instance), 1), permit_mw=None))
    found = replace(change.workload(found, until=None), reserve_fraction=0.25)
    return change.gas(found, rent_usd_per_kw_month=15.0, buy_usd_per_kw=None, min_months=months - width, max_months=months - width,
                      run_hours_per_year_max=None, nox_t_per_year_max=None, permit_months=0, sign_lead_months=0)


def at_once(instance: Instance) -> Instance:
    """Building and installing take no time, and the run is wanted from the first day."""
    return change.workload(change.gpus(change.modes(instance, lead_months=0), install_months=0), wanted_from=0)


def ramped(instance: Instance) -> Instance:
    """The grid carries the load from the third period on."""
    peak, width = peak_mw(instance), instance.horizon.months_per_period
    return at_once(change.tariffs(instance, ramp=((0, round(0.6 * peak, 1)), (2 * width, round(1.3 * peak, 1))), mw_min=0.0))


def crowded(instance: Instance) -> Instance:
    """The cheaper site is too small for the GPUs."""
    first, _ = instance.sites
    dear = tuple(replace(mode, staff_musd_per_mw_year=mode.staff_musd_per_mw_year + 0.1) for mode in first.modes)
    wanted = instance.workloads[0].gpus_h100e / instance.gpus[0].h100_equivalents
    sites = (replace(first, max_gpus=round(0.9 * wanted), is_committed=False, is_forbidden=False),
             replace(first, site_id="b", modes=dear, is_committed=False, is_forbidden=False))
    return replace(instance, sites=sites, gpus=tuple(replace(gpu, initial_gpus=()) for gpu in instance.gpus))


def permit(instance: Instance) -> Instance:
    """Cheap gas beside a dear grid, bought, permitted late, and for one of the two units that the load would take."""
    peak, width = peak_mw(instance), instance.horizon.months_per_period
    found = change.gas(instance, exclusive_group=None, units_max=2, spare_units=0, unit_mw=round(0.6 * peak, 1), permit_months=width,
                       permit_mw=round(0.9 * peak, 1), max_months=None, run_hours_per_year_max=None, nox_t_per_year_max=None,
                       buy_usd_per_kw=80.0, rent_usd_per_kw_month=None, resale_fraction=0.5, sign_lead_months=0)
    return _dear_grid(at_once(found))


def run_hours(instance: Instance) -> Instance:
    """One unit and a spare one carry the load, but not around the year; rented for longer than it is wanted; one lot is there."""
    found = _only_gas(instance, units_max=3, spare_units=1, unit_mw=round(1.2 * peak_mw(instance), 1), permit_mw=None, max_months=None)
    first, *others = found.gpus
    found = replace(found, gpus=(replace(first, initial_gpus=(("a", first.lot),)), *others))
    width = instance.horizon.months_per_period
    found = change.gas(at_once(found), permit_months=width, sign_lead_months=0, run_hours_per_year_max=2200.0,
                       nox_t_per_year_max=None, min_months=8, rent_usd_per_kw_month=15.0)
    return change.gas(found, buy_usd_per_kw=None)


def nox(instance: Instance) -> Instance:
    """Gas that may not run all the time beside a grid that is dearer; permitted late, bought."""
    peak, width = peak_mw(instance), instance.horizon.months_per_period
    found = change.gas(instance, unit_mw=round(1.2 * peak, 1), units_max=1, spare_units=0, nox_t_per_year_max=round(0.6 * peak, 1),
                       run_hours_per_year_max=None, permit_mw=None, max_months=None, permit_months=width, exclusive_group=None,
                       buy_usd_per_kw=80.0, rent_usd_per_kw_month=None, resale_fraction=0.5, sign_lead_months=0)
    return _dear_grid(at_once(found))


def cluster(instance: Instance) -> Instance:
    """A cheap rental that is not one cluster."""
    wanted = instance.workloads[0].gpus_h100e / instance.gpus[0].h100_equivalents
    return change.offers(instance, largest_cluster_gpus=round(0.9 * wanted), usd_per_gpu_hour=0.2, min_months=0)


def rent(instance: Instance) -> Instance:
    """A rental that comes late, is bound for long, and asks for a deposit."""
    wanted = instance.workloads[0].gpus_h100e / instance.gpus[0].h100_equivalents
    width = instance.horizon.months_per_period
    found = change.offers(instance, available_from=width, min_months=6 * width, deposit_fraction=0.1,
                          relet_fraction=0.5, usd_per_gpu_hour=0.2, gpus_min=round(1.2 * wanted), gpus_max=round(2.0 * wanted),
                          largest_cluster_gpus=round(2.0 * wanted))
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
    """A line that carries less than the offers on it, and a deadline."""
    peak = peak_mw(instance)
    found = change.workload(instance, deadline=2 * instance.horizon.months_per_period)
    return change.sites(change.tariffs(found, mw_min=0.0, ramp=()), grid_limit_mw=round(0.8 * peak, 1))


def mw_min(instance: Instance) -> Instance:
    """The least MW of every offer is above the load, and paid for."""
    peak = peak_mw(instance)
    return change.tariffs(instance, mw_min=round(1.3 * peak, 1), mw_max=round(1.6 * peak, 1), min_take_fraction=0.95, ramp=(),
                          demand_usd_per_kw_month=9.0)


def shortage(instance: Instance) -> Instance:
    """The vendor ships nothing in the first period, and part of a lot too many must be bought."""
    width, gpu = instance.horizon.months_per_period, instance.gpus[0]
    found = change.modes(at_once(instance), mw_per_month=None)
    shipped = ((width, 4.0 * gpu.lot / width),)
    found = replace(found, gpus=(replace(gpu, supply=shipped, install_months=0, initial_gpus=()),))
    found = change.tariffs(change.sites(found, sales_tax_exempt="unknown"), sign_lead_months=0, ramp=())
    return change.workload(found, gpus_h100e=0.7 * instance.workloads[0].gpus_h100e, accepts=(gpu.name,))


def peak_mw(instance: Instance) -> float:
    """Facility MW of the target with the first GPU model at the first site."""
    gpu, site = instance.gpus[0], instance.sites[0]
    return instance.workloads[0].gpus_h100e / gpu.h100_equivalents * gpu.it_kw_per_gpu / 1000.0 * site.peak_facility_ratio


def _suited(mode: Mode, liquid: bool) -> Literal["air", "liquid", "both"]:
    if liquid:
        return "both" if mode.cooling == "air" and mode.liquid_adder_musd_per_mw is None else mode.cooling
    return "both" if mode.cooling == "liquid" else mode.cooling


def _large(tariff: Tariff, peak: float, width: int) -> Tariff:
    largest = round(1.4 * peak, 1)
    ramp = tariff.ramp if tariff.ramp and tariff.ramp[-1][1] >= peak and tariff.ramp[-1][0] <= 2 * width else ()
    return replace(tariff, mw_max=largest, mw_min=min(tariff.mw_min, round(0.6 * peak, 1)), ramp=ramp,
                   sign_lead_months=min(tariff.sign_lead_months, width))


def _equipped(mode: Mode) -> Mode:
    return replace(mode, cooling="air", liquid_adder_musd_per_mw=0.08, lead_months=0, block_it_mw=round(0.38 * mode.max_it_mw, 1),
                   initial_it_mw=round(0.2 * mode.max_it_mw, 1), mw_per_month=None, residual_fraction=0.0)


def _dear_grid(instance: Instance) -> Instance:
    sites = []
    for site in instance.sites:
        first = replace(builders.tariff(), energy_usd_per_mwh=150.0, mw_max=round(1.3 * peak_mw(instance), 1), demand_usd_per_kw_month=5.0)
        sites.append(replace(site, tariffs=(first,)))
    return replace(instance, sites=tuple(sites))


def _built(*steps: Sharpen) -> Sharpen:
    """Make an instance worth building, then sharpen it step by step."""
    return lambda instance: reduce(lambda found, step: step(found), steps, worth_building(instance))


def _only_gas(instance: Instance, **changes: object) -> Instance:
    return change.sites(change.gas(instance, exclusive_group=None, **changes), tariffs=())


SHARPENED: tuple[tuple[str, Sharpen], ...] = (
    ("grid", as_thrown), ("grid", _built(ratchet, exclusive)), ("sites", _built(committed)), ("sites", _built(blocks, forbidden)),
    ("gas", _built(stays)), ("gas", _built(permit)), ("gas", _built(run_hours)), ("gas", _built(nox)), ("rental", cluster),
    ("rental", rent), ("grid", _built(contract, ratchet)), ("purses", blocks), ("sites", earliest), ("grid", _built(grid_limit)),
    ("grid", _built(shortage, mw_min)), ("purses", contract), ("gas", as_thrown), ("sites", as_thrown), ("rental", as_thrown),
    ("sites", _built(crowded, ramped)), ("purses", _built(earliest)),
)
"""Kinds of instance and how each is sharpened, taken in turn by the seeds."""
