"""Each mechanism of power by the hour and the instance without it: where the optimum differs, the mechanism binds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from optimizer.core.hours import HOURS, TypicalDays
from optimizer.core.instance import Carbon, Instance, Site, Workload
from optimizer.core.offers import DemandCharge, EnergyCharge, Rate, Tariff, Tier
from tests.oracle import change
from tests.oracle.hourly_themes import Sharpen, batteries, ppas

ALL_YEAR = tuple(range(1, 13))


def _with(what: Callable[..., Instance], **changes: Any) -> Sharpen:
    return lambda instance: what(instance, **changes)


def _rates(edit: Callable[[Rate], Rate]) -> Sharpen:
    def tariff(offer: Tariff) -> Tariff:
        return offer if offer.rate is None else replace(offer, rate=edit(offer.rate))

    return lambda instance: replace(instance, sites=tuple(
        replace(site, tariffs=tuple(tariff(offer) for offer in site.tariffs)) for site in instance.sites))


def _tariffs(edit: Callable[[Tariff], Tariff], kind: str | None = None) -> Sharpen:
    return lambda instance: replace(instance, sites=tuple(
        replace(site, tariffs=tuple(edit(offer) if kind in (None, offer.kind) else offer for offer in site.tariffs))
        for site in instance.sites))


def _without(kind: str, keep: Callable[[Any], bool] = lambda offer: False) -> Sharpen:
    return lambda instance: replace(instance, sites=tuple(
        replace(site, **{kind: tuple(offer for offer in getattr(site, kind) if keep(offer))}) for site in instance.sites))


def _demand(**changes: Any) -> Sharpen:
    return _rates(lambda rate: replace(rate, demand=tuple(replace(charge, **changes) for charge in rate.demand)))


def _one_tier(rate: Rate, rising: bool) -> Rate:
    def energy(charge: EnergyCharge) -> EnergyCharge:
        first, last = charge.tiers[0].usd_per_mwh, charge.tiers[-1].usd_per_mwh
        return replace(charge, tiers=(Tier(None, first),)) if (first < last if rising else first > last) else charge

    return replace(rate, energy=tuple(energy(charge) for charge in rate.energy))


def _all_day(charge: EnergyCharge | DemandCharge) -> Any:
    return replace(charge, window=replace(charge.window, days="all", hour_from=0, hour_to=0))


def _all_days(charge: EnergyCharge | DemandCharge) -> Any:
    return replace(charge, window=replace(charge.window, days="all"))


def _all_months(charge: EnergyCharge | DemandCharge) -> Any:
    return replace(charge, window=replace(charge.window, months=ALL_YEAR))


def _charges(edit: Callable[[Any], Any], *kinds: str) -> Sharpen:
    return _rates(lambda rate: replace(rate, **{kind: tuple(edit(charge) for charge in getattr(rate, kind)) for kind in kinds}))


def _named_flat(name: str, value: float | None = None) -> Sharpen:
    """A series with its mean, or another value, in all hours."""
    def flat(instance: Instance) -> Instance:
        if not any(name in (offer.price_series, offer.called_series) for site in instance.sites for offer in site.tariffs):
            return instance
        return replace(instance, series=tuple(
            replace(series, values=(sum(series.values) / HOURS if value is None else value,) * HOURS) if series.name == name else series
            for series in instance.series))

    return flat


def _where(asked: Callable[[Site, Workload], bool], relax: Sharpen) -> Sharpen:
    """Relax only where the mechanism can matter."""
    return lambda instance: relax(instance) if asked(instance.sites[0], instance.workloads[0]) else instance


def _never_below_zero(instance: Instance) -> Instance:
    return replace(instance, series=tuple(
        replace(series, values=tuple(max(value, 0.0) for value in series.values)) if series.kind == "price" else series
        for series in instance.series))


def _other_days(instance: Instance) -> Instance:
    """The first days of the seasons that the typical days know stand for all."""
    def fewer(days: TypicalDays | None) -> TypicalDays | None:
        if days is None:
            return None
        first = {day: min(other for other in set(days.stands_for) if abs(other - day) < 92) for day in days.days}
        return TypicalDays(tuple(sorted(set(first.values()))), tuple(first[day] for day in days.stands_for))

    return replace(instance, sites=tuple(replace(site, typical_days=fewer(site.typical_days)) for site in instance.sites))


def _rules(**changes: Any) -> Sharpen:
    return lambda instance: replace(instance, power_rules=replace(instance.power_rules, **changes))


def _carbon(**changes: Any) -> Sharpen:
    return lambda instance: replace(instance, carbon=replace(instance.carbon, **changes))


def _other_basis(instance: Instance) -> Instance:
    if instance.carbon == Carbon():
        return instance
    return replace(instance, carbon=replace(instance.carbon, basis="location" if instance.carbon.basis == "market" else "market"))


def _no_groups(instance: Instance) -> Instance:
    found = change.gas(change.tariffs(instance, exclusive_group=None), exclusive_group=None)
    return batteries(ppas(found, exclusive_group=None), exclusive_group=None)


MECHANISMS: Mapping[str, Sharpen] = {
    "typical_days": _other_days,
    "index": _named_flat("node"),
    "adder": _with(change.tariffs, adder_usd_per_mwh=0.0),
    "ancillary": _with(change.tariffs, ancillary_usd_per_mwh=0.0),
    "transmission": _with(change.tariffs, transmission_usd_per_mwh=0.0),
    "capacity": _with(change.tariffs, capacity_usd_per_kw_month=0.0),
    "coincident": _with(change.tariffs, coincident_usd_per_kw=0.0),
    "negative_prices": _never_below_zero,
    "energy_flat": _tariffs(lambda offer: replace(offer, energy_usd_per_mwh=offer.energy_usd_per_mwh + 10.0), "firm"),
    "demand_flat": _with(change.tariffs, demand_usd_per_kw_month=0.0),
    "min_energy": _with(change.tariffs, min_energy_fraction=0.0),
    "tiers_rising": _rates(lambda rate: _one_tier(rate, rising=True)),
    "tiers_declining": _rates(lambda rate: _one_tier(rate, rising=False)),
    "time_of_use": _charges(_all_day, "energy"),
    "window_demand": _charges(_all_day, "demand"),
    "window_days": _charges(_all_days, "energy", "demand"),
    "window_months": _charges(_all_months, "energy", "demand"),
    "ratchet": _demand(ratchet_fraction=0.0),
    "ratchet_lookback": _demand(ratchet_lookback_months=1),
    "ratchet_months": _demand(ratchet_peak_months=()),
    "rate_min_take": _tariffs(lambda offer: replace(offer, min_take_fraction=0.0) if offer.rate else offer),
    "rate_fixed": _rates(lambda rate: replace(rate, fixed_usd_per_month=0.0)),
    "rate_minimum_bill": _rates(lambda rate: replace(rate, minimum_bill_usd_per_month=0.0)),
    "minimum_bill": _with(change.tariffs, minimum_bill_usd_per_month=0.0),
    "term": _tariffs(lambda offer: replace(offer, term_months=None)),
    "called_hours": _named_flat("called", 0.0),
    "interruptible": _without("tariffs", lambda offer: offer.kind != "interruptible"),
    "conversion": _with(change.tariffs, converts_to=None),
    "accepts_interruptible": _with(change.workload, accepts_interruptible=True),
    "ppa_physical": _without("ppas", lambda ppa: ppa.settlement != "physical"),
    "ppa_financial": _without("ppas", lambda ppa: ppa.settlement != "financial"),
    "ppa_as_produced": _without("ppas", lambda ppa: ppa.form != "as_produced"),
    "ppa_baseload": _without("ppas", lambda ppa: ppa.form != "baseload"),
    "ppa_shaped": _without("ppas", lambda ppa: ppa.form != "shaped"),
    "ppa_wires": _with(ppas, wires_usd_per_mwh=0.0),
    "ppa_fee": _with(ppas, sell_back_fee_usd_per_mwh=0.0),
    "ppa_mw_max": _with(ppas, mw_max=1000.0),
    "ppa_mw_min": _with(ppas, mw_min=0.0),
    "ppa_date": _with(ppas, available_from=0),
    "ppa_term": _with(ppas, term_months=None),
    "ppa_energy_share": _where(lambda site, run: bool(site.ppas), _rules(ppa_energy_share_max=100.0)),
    "ppa_peak_multiple": _where(lambda site, run: bool(site.ppas), _rules(ppa_peak_multiple_max=100.0)),
    "battery": _without("batteries"),
    "battery_duration": _with(batteries, duration_h=None, mwh_max=1000.0),
    "battery_mw_max": _with(batteries, mw_max=1000.0),
    "battery_losses": _with(batteries, round_trip_efficiency=1.0),
    "battery_wear": _with(batteries, degradation_usd_per_mwh=0.0),
    "battery_lead": _with(batteries, sign_lead_months=0),
    "battery_lifetime": _with(batteries, lifetime_months=120),
    "battery_resale": _with(batteries, resale_fraction=0.0),
    "peak_hours": _where(lambda site, run: bool(site.batteries), _rules(peak_hours_per_day=0.0)),
    "gas": _without("onsite_gas"),
    "gas_derate": _with(change.gas, derate_fraction=0.0),
    "gas_day_limit": _with(change.gas, gas_mmbtu_per_day_max=None),
    "gas_run_hours": _with(change.gas, run_hours_per_year_max=None),
    "spare_unit": _with(change.gas, spare_units=0),
    "stand_in_hours": _with(change.gas, outage_hours=0.0),
    "flexible": _with(change.workload, flexible_fraction=0.0),
    "lost_compute": _where(lambda site, run: run.flexible_fraction > 0.0, _with(change.workload, lost_compute_usd_per_mwh=0.0)),
    "pue_series": _with(change.sites, pue_series=None),
    "carbon_price": _carbon(price_usd_per_t=0.0),
    "carbon_cap": _carbon(cap_t_per_year=()),
    "carbon_basis": _other_basis,
    "clean_share": _carbon(clean_share_min=0.0),
    "tariff_emissions": _with(change.tariffs, emissions_t_per_mwh=None),
    "exclusive": _no_groups,
    "grid_limit": _with(change.sites, grid_limit_mw=None),
    "reserve": _with(replace, reserve_fraction=0.0),
}
"""Relaxation (or plain dropping) of each mechanism, by name."""
