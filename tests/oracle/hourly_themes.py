"""Kinds of hourly instance: which offers each has, and what is sharpened so that its mechanism matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Any

from optimizer.core.hours import Series
from optimizer.core.instance import Carbon, Instance
from optimizer.core.offers import DemandCharge
from tests.oracle import change
from tests.oracle.hourly_rates import is_whole

Sharpen = Callable[[Instance], Instance]


def as_thrown(instance: Instance) -> Instance:
    """No change."""
    return instance


def ppas(instance: Instance, **changes: Any) -> Instance:
    """Change every agreement."""
    return replace(instance, sites=tuple(
        replace(site, ppas=tuple(replace(ppa, **changes) for ppa in site.ppas)) for site in instance.sites))


def batteries(instance: Instance, **changes: Any) -> Instance:
    """Change every battery."""
    return replace(instance, sites=tuple(
        replace(site, batteries=tuple(replace(battery, **changes) for battery in site.batteries)) for site in instance.sites))


def negative(instance: Instance) -> Instance:
    """One hour of the day has a price far below 0."""
    def values(series: Series) -> tuple[float, ...]:
        return tuple(-60.0 if i % 24 == 3 else value for i, value in enumerate(series.values)) if series.name == "node" else series.values

    return replace(instance, series=tuple(replace(series, values=values(series)) for series in instance.series))


def burning(instance: Instance) -> Instance:
    """Three hours below 0, and a battery of few MWh, many MW and no wear, that would burn energy if it could."""
    def values(series: Series) -> tuple[float, ...]:
        return tuple(-60.0 if i % 24 in (2, 3, 4) else value for i, value in enumerate(series.values))

    found = replace(instance, series=tuple(
        replace(series, values=values(series)) if series.name == "node" else series for series in instance.series))
    return batteries(found, degradation_usd_per_mwh=0.0, duration_h=None, mwh_max=4.0, mw_max=12.0)


def flexible(instance: Instance) -> Instance:
    """Part of the load may be shed or moved."""
    return change.workload(instance, flexible_fraction=0.3, lost_compute_usd_per_mwh=45.0, utilisation=0.8)


def called_least(instance: Instance) -> Instance:
    """The interruptible offer has a minimum bill near what is drawn."""
    return replace(instance, sites=tuple(
        replace(site, tariffs=tuple(replace(offer, minimum_bill_usd_per_month=600_000.0) if offer.kind == "interruptible" else offer
                                    for offer in site.tariffs)) for site in instance.sites))


def firm(instance: Instance, **changes: Any) -> Instance:
    """Change every firm tariff."""
    return replace(instance, sites=tuple(
        replace(site, tariffs=tuple(replace(offer, **changes) if offer.kind == "firm" else offer for offer in site.tariffs))
        for site in instance.sites))


def bends(instance: Instance) -> Instance:
    """Load that gives way when it is called, dear to shed."""
    return change.workload(instance, flexible_fraction=0.5, lost_compute_usd_per_mwh=120.0)


def strict(instance: Instance) -> Instance:
    """A run that may not be interrupted."""
    found = change.workload(called_least(bends(instance)), accepts_interruptible=False)
    return firm(found, min_take_fraction=1.0, demand_usd_per_kw_month=6.0, energy_usd_per_mwh=65.0,
                sign_lead_months=0)


def plenty(instance: Instance, share: float) -> Instance:
    """Cheap agreements of many MW, held back by the share of the load they may be."""
    found = ppas(instance, strike_usd_per_mwh=22.0, mw_max=40.0)
    return replace(found, power_rules=replace(instance.power_rules, ppa_energy_share_max=share, ppa_peak_multiple_max=5.0))


def clean(instance: Instance) -> Instance:
    """A share of clean energy, and a price of what is emitted by location."""
    return replace(plenty(instance, 0.4), carbon=Carbon("location", 15.0, (), 0.3))


def market(instance: Instance) -> Instance:
    """A price of what is emitted by market."""
    return replace(instance, carbon=Carbon("market", 15.0, (), 0.0))


def dated(instance: Instance) -> Instance:
    """Cheap agreements from the second period on."""
    return ppas(instance, available_from=instance.horizon.months_per_period, strike_usd_per_mwh=22.0, mw_min=0.0, mw_max=12.0)


def capped(instance: Instance) -> Instance:
    """Less may be emitted than the grid would."""
    grid = max(site.grid_t_per_mwh for site in instance.sites)
    mwh = 8760.0 * 20.0 * instance.sites[0].annual_pue * instance.workloads[0].utilisation
    found = ppas(instance, available_from=0, mw_min=0.0, mw_max=40.0, technology="wind")
    found = replace(found, power_rules=replace(found.power_rules, ppa_energy_share_max=1.0, ppa_peak_multiple_max=5.0))
    return replace(dear(found), carbon=Carbon("market", 5.0, ((0, round(0.6 * grid * mwh)),), 0.0))


def dear(instance: Instance) -> Instance:
    """Agreements above the market."""
    return change.tariffs(ppas(instance, strike_usd_per_mwh=50.0), emissions_t_per_mwh=None)


def little(instance: Instance) -> Instance:
    """A little clean energy is asked for, and the least agreement is more than that."""
    found = ppas(clean(instance), strike_usd_per_mwh=75.0, mw_min=14.0, mw_max=30.0, available_from=0)
    found = ppas(found, technology="wind", profile_series="wind")
    found = replace(found, power_rules=replace(found.power_rules, ppa_energy_share_max=1.0, ppa_peak_multiple_max=5.0))
    return replace(found, carbon=replace(found.carbon, clean_share_min=0.1))


def ratcheted(instance: Instance) -> Instance:
    """The run ends early and leaves a peak behind that is billed on."""
    months = (2, 11) if instance.horizon.months == 2 else ()

    def charge(each: DemandCharge) -> DemandCharge:
        window = replace(each.window, months=tuple(range(1, 13)))
        return each if is_whole(each.window) else replace(
            each, ratchet_fraction=0.8, ratchet_lookback_months=11, ratchet_peak_months=months, window=window)

    found = change.workload(instance, until=instance.horizon.months_per_period - 1, wanted_from=0, delay_cost_musd_per_month=30.0)
    found = change.gpus(found, supply=None) if len(found.sites) == 1 else found
    return replace(found, sites=tuple(replace(site, tariffs=tuple(
        offer if offer.rate is None else replace(offer, term_months=None, rate=replace(
            offer.rate, minimum_bill_usd_per_month=0.0, demand=tuple(charge(each) for each in offer.rate.demand)))
        for offer in site.tariffs)) for site in found.sites))


def converts(instance: Instance) -> Instance:
    """The firm offer is the cheaper one, and comes later."""
    found = change.workload(instance, until=None, deadline=None)
    return replace(found, sites=tuple(replace(site, tariffs=tuple(
        replace(offer, energy_usd_per_mwh=60.0) if offer.kind == "interruptible" else offer for offer in site.tariffs))
        for site in found.sites))


def grouped(instance: Instance) -> Instance:
    """Agreement, gas and battery of a site are in one group: only one of them is used."""
    found = batteries(ppas(change.gas(instance, exclusive_group="one"), exclusive_group="one"), exclusive_group="one")
    found = change.gas(found, gas_usd_per_mmbtu=2.0, rent_usd_per_kw_month=1.0, spare_units=0, gas_mmbtu_per_day_max=None)
    found = batteries(found, usd_per_kw=1.0, usd_per_kwh=0.5, sign_lead_months=0)
    return ppas(found, strike_usd_per_mwh=25.0, available_from=0, term_months=None)


def stand_in(instance: Instance) -> Instance:
    """A battery may take the place of the spare unit; the grid is small."""
    peak = 20.0 * instance.sites[0].peak_facility_ratio
    found = change.tariffs(instance, mw_max=round(0.6 * peak, 1), sign_lead_months=0)
    found = change.gas(found, spare_units=1, unit_mw=round(0.7 * peak, 1), derate_fraction=0.0, gas_mmbtu_per_day_max=None,
                       outage_hours=2.0, rent_usd_per_kw_month=12.0)
    return batteries(found, mw_max=20.0, mwh_max=80.0, duration_h=None, usd_per_kw=1.0, usd_per_kwh=0.5, sign_lead_months=0)


def derated(instance: Instance) -> Instance:
    """Units that yield less than their plate, and gas for part of the day."""
    peak = 20.0 * instance.sites[0].peak_facility_ratio
    found = change.sites(change.tariffs(instance, sign_lead_months=0), grid_limit_mw=round(0.75 * peak, 1))
    found = change.gas(found, unit_mw=round(0.35 * peak, 1), units_max=2, spare_units=0, derate_fraction=0.1,
                       gas_mmbtu_per_day_max=None, run_hours_per_year_max=5000.0)
    return change.gas(replace(found, reserve_fraction=0.05), gas_usd_per_mmbtu=2.0)


def by_day(instance: Instance) -> Instance:
    """Cheap gas for part of the day, beside a grid that is too small alone."""
    peak = 20.0 * instance.sites[0].peak_facility_ratio
    found = change.sites(change.tariffs(instance, sign_lead_months=0), grid_limit_mw=round(0.75 * peak, 1))
    return change.gas(found, gas_mmbtu_per_day_max=round(24.0 * 10.0 * 0.35 * peak), gas_usd_per_mmbtu=2.0, spare_units=0,
                      run_hours_per_year_max=None)


def covers(instance: Instance) -> Instance:
    """A battery rides through called hours."""
    return batteries(instance, mw_max=40.0, mwh_max=120.0, duration_h=None, usd_per_kw=2.0, usd_per_kwh=1.0, sign_lead_months=0)


def beyond(instance: Instance) -> Instance:
    """Agreements that outlast the horizon at a loss, worth it within."""
    return ppas(plenty(instance, 0.5), term_months=instance.horizon.months + 3, strike_usd_per_mwh=30.0)


def steps(*parts: Sharpen) -> Sharpen:
    """One change after another."""
    return lambda instance: reduce(lambda found, part: part(found), parts, instance)


THEMES: tuple[tuple[str, tuple[str, ...], Sharpen], ...] = (
    ("index", ("index", "battery"), burning),
    ("plain", ("index", "flat"), steps(flexible, negative, market)),
    ("rate", ("rate", "battery"), ratcheted),
    ("rate", ("rate",), ratcheted),
    ("rate", ("rate", "index"), as_thrown),
    ("rate", ("rate", "battery"), flexible),
    ("called", ("called", "flat"), strict),
    ("called", ("called", "flat", "battery"), steps(covers, strict)),
    ("conversion", ("called", "late", "battery"), steps(covers, converts)),
    ("conversion", ("called", "late", "gas"), steps(bends, converts)),
    ("called", ("called", "gas"), steps(bends, derated)),
    ("gas", ("gas", "flat"), derated),
    ("gas", ("gas", "index"), by_day),
    ("gas", ("gas", "index", "battery"), stand_in),
    ("gas", ("gas", "flat", "battery"), stand_in),
    ("ppa", ("index", "wind"), clean),
    ("ppa", ("flat", "wind"), little),
    ("ppa", ("index", "swap"), steps(dated, market)),
    ("ppa", ("flat", "swap"), capped),
    ("ppa", ("index", "wind"), capped),
    ("ppa", ("flat", "block"), beyond),
    ("ppa", ("index", "block"), steps(dated, market)),
    ("groups", ("index", "wind", "battery"), grouped),
    ("groups", ("index", "gas", "swap"), steps(grouped, market)),
)
"""Kind, offers and sharpening, taken in turn by the seeds."""
