"""From rows to offers of power: tariffs, on-site gas, power purchase agreements and batteries of each site, and its typical days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from optimizer.core.hours import HOURS_PER_DAY, TypicalDays
from optimizer.core.instance import Assumption, RampCondition, Site
from optimizer.core.offers import Battery, MonthValue, OnsiteGas, Ppa, Tariff
from optimizer.core.year_hours import marked_hours
from optimizer.data.climate import Cooling
from optimizer.scenario import Scenario
from optimizer.scenario.assemble.series import SeriesBook, zone_of
from optimizer.scenario.assemble.typical_days import all_days, extreme_days, is_hourly, typical_days
from optimizer.scenario.read.known_series import heat_counties
from optimizer.scenario.schema import rows_power as table
from optimizer.scenario.schema.fields import month_number
from optimizer.scenario.schema.rows import SiteRow

Item = TypeVar("Item")

HOURS_PER_YEAR = 8760.0


@dataclass(frozen=True, slots=True)
class PowerRows:
    """The rows of offers by site; grouped once, since a scenario may have thousands of sites."""

    scenario: Scenario
    book: SeriesBook
    tariffs: Mapping[str, tuple[table.TariffRow, ...]]
    onsite_gas: Mapping[str, tuple[table.OnsiteGasRow, ...]]
    ppas: Mapping[str, tuple[table.PpaRow, ...]]
    batteries: Mapping[str, tuple[table.BatteryRow, ...]]
    ramps: Mapping[tuple[str, str], tuple[MonthValue, ...]]
    index_series: Mapping[str, str]
    days: dict[tuple[tuple[str, ...], tuple[int, ...]], TypicalDays] = field(default_factory=dict)


def power_rows(scenario: Scenario) -> PowerRows:
    """Group the rows of a scenario by site; offers of nothing (``mw_max`` or ``units_max`` of 0) are left out."""
    tables, contracts = scenario.tables, scenario.config.contracts
    start = month_number(scenario.config.horizon.start)
    ramps: dict[tuple[str, str], list[MonthValue]] = {}
    for step in tables.ramps:
        ramps.setdefault((step.site_id, step.contract_id), []).append((month_number(step.from_month) - start, step.mw))
    return PowerRows(
        scenario=scenario,
        book=SeriesBook(scenario.series, contracts.price_year if contracts is not None else None),
        tariffs=grouped((row.site_id, row) for row in tables.tariffs if row.mw_max > 0),
        onsite_gas=grouped((row.site_id, row) for row in tables.onsite_gas if row.units_max > 0),
        ppas=grouped((row.site_id, row) for row in tables.ppas if row.mw_max > 0),
        batteries=grouped((row.site_id, row) for row in tables.batteries if row.mw_max > 0),
        ramps={key: tuple(sorted(steps)) for key, steps in ramps.items()},
        index_series=table.index_series(tables.tariffs),
    )


def ramp_conditions(scenario: Scenario) -> tuple[RampCondition, ...]:
    """What the steps of ramps hang on, where the scenario says so."""
    start = month_number(scenario.config.horizon.start)
    return tuple(
        RampCondition(step.site_id, step.contract_id, month_number(step.from_month) - start, step.condition)
        for step in scenario.tables.ramps
        if step.condition
    )


def grouped(items: Iterable[tuple[str, Item]]) -> dict[str, tuple[Item, ...]]:
    """Items by key, in order."""
    groups: dict[str, list[Item]] = {}
    for key, item in items:
        groups.setdefault(key, []).append(item)
    return {key: tuple(group) for key, group in groups.items()}


def with_power(site: Site, row: SiteRow, power: PowerRows) -> Site:
    """A site with its offers of power, its PUE by hour where that is asked for, and its typical days where it is hourly."""
    if power.scenario.config.contracts is None:
        return site
    zone, own = zone_of(row), row.site_id
    pue = power.book.pue(row, _cooling(site)).name if row.hourly_pue else None
    found = replace(
        site,
        tariffs=tuple(_tariff(offer, row, zone, power) for offer in power.tariffs.get(own, ())),
        onsite_gas=tuple(_onsite_gas(offer) for offer in power.onsite_gas.get(own, ())),
        ppas=tuple(_ppa(offer, zone, power) for offer in power.ppas.get(own, ())),
        batteries=tuple(_battery(offer) for offer in power.batteries.get(own, ())),
        pue_series=pue,
    )
    return replace(found, typical_days=_typical_days(found, row, power)) if is_hourly(found) else found


def _cooling(site: Site) -> Cooling:
    """Cooling by which PUE follows the climate: liquid where every mode is."""
    return "liquid" if site.modes and all(mode.cooling == "liquid" for mode in site.modes) else "air"


def _tariff(row: table.TariffRow, site: SiteRow, zone: str, power: PowerRows) -> Tariff:
    price = power.book.price(row.price_series, zone, row.price_level_usd_per_mwh) if row.price_series is not None else None
    called, coincident = _flags(row, site, zone, power)
    return Tariff(
        contract_id=row.contract_id,
        kind=row.kind,
        stage=row.stage,
        exclusive_group=row.exclusive_group,
        mw_min=row.mw_min,
        mw_max=row.mw_max,
        sign_lead_months=row.sign_lead_months,
        term_months=row.term_months,
        energy_usd_per_mwh=row.energy_usd_per_mwh or 0.0,
        demand_usd_per_kw_month=row.demand_usd_per_kw_month,
        ratchet_fraction=row.ratchet_fraction,
        min_take_fraction=row.min_take_fraction,
        min_energy_fraction=row.min_energy_fraction,
        fixed_usd_per_month=row.fixed_usd_per_month,
        customer_capex_musd=row.customer_capex_musd,
        capex_refund_months=row.capex_refund_months,
        deposit_musd=row.deposit_musd,
        exit_musd=row.exit_musd,
        ramp=power.ramps.get((row.site_id, row.contract_id), ()),
        price_series=price.name if price is not None else None,
        adder_usd_per_mwh=row.adder_usd_per_mwh or 0.0,
        transmission_usd_per_mwh=row.transmission_usd_per_mwh,
        ancillary_usd_per_mwh=row.ancillary_usd_per_mwh,
        capacity_usd_per_kw_month=row.capacity_usd_per_kw_month,
        coincident_usd_per_kw=row.coincident_usd_per_kw,
        coincident_series=coincident,
        called_series=called,
        converts_to=row.converts_to if any(offer.contract_id == row.converts_to for offer in power.tariffs[row.site_id]) else None,
        minimum_bill_usd_per_month=row.minimum_bill_usd_per_month,
        emissions_t_per_mwh=row.emissions_t_per_mwh,
        rate=power.scenario.rates[row.rate] if row.rate is not None else None,
    )


def _flags(row: table.TariffRow, site: SiteRow, zone: str, power: PowerRows) -> tuple[str | None, str | None]:
    """Names of the series of a tariff's called and system peak hours, where it has them."""
    name = table.calling_series(row, power.index_series)
    months = table.calendar_months(row.coincident_months) if row.coincident_months else ()
    called = coincident = None
    if row.kind == "interruptible" and row.interruptible_hours_per_year is not None:
        by_heat = name is None or row.called_by == "heat"
        called = power.book.called(power.book.ranking(None if by_heat else name, site, zone), row.interruptible_hours_per_year).name
    if months:
        coincident = power.book.coincident(power.book.ranking(name, site, zone), months).name
    return called, coincident


def _onsite_gas(row: table.OnsiteGasRow) -> OnsiteGas:
    return OnsiteGas(
        contract_id=row.contract_id,
        exclusive_group=row.exclusive_group,
        unit_mw=row.unit_mw,
        units_max=row.units_max,
        spare_units=row.spare_units,
        heat_rate_mmbtu_per_mwh=row.heat_rate_mmbtu_per_mwh,
        gas_usd_per_mmbtu=delivered_gas_usd_per_mmbtu(row),
        rent_usd_per_kw_month=row.rent_usd_per_kw_month,
        buy_usd_per_kw=row.buy_usd_per_kw,
        sign_lead_months=row.sign_lead_months,
        min_months=row.min_months,
        max_months=row.max_months,
        permit_route=row.permit_route,
        permit_months=row.permit_months,
        permit_mw=permitted_mw(row),
        run_hours_per_year_max=row.run_hours_per_year_max,
        nox_t_per_gwh=row.nox_t_per_gwh,
        nox_t_per_year_max=row.nox_t_per_year_max,
        emissions_t_per_mwh=row.emissions_t_per_mwh,
        lifetime_months=row.lifetime_months,
        resale_fraction=row.resale_fraction,
        derate_fraction=row.derate_fraction,
        gas_mmbtu_per_day_max=row.gas_mmbtu_per_day_max,
        outage_hours=row.outage_hours,
    )


def delivered_gas_usd_per_mmbtu(row: table.OnsiteGasRow) -> float:
    """Price of gas at the site: as given, else hub + basis + transport."""
    if row.gas_usd_per_mmbtu is not None:
        return row.gas_usd_per_mmbtu
    parts = (row.gas_hub_usd_per_mmbtu, row.gas_basis_usd_per_mmbtu, row.gas_transport_usd_per_mmbtu)
    return sum(part for part in parts if part is not None)


def permitted_mw(row: table.OnsiteGasRow) -> float | None:
    """MW that the permit allows; by potential to emit as many as, at full load, emit the NOx of a year, at most the stated ones."""
    if row.permit_basis != "potential" or row.nox_t_per_year_max is None:
        return row.permit_mw
    hours = HOURS_PER_YEAR if row.run_hours_per_year_max is None else row.run_hours_per_year_max
    follows = row.nox_t_per_year_max / (row.nox_t_per_gwh * hours / 1000.0)
    return follows if row.permit_mw is None else min(follows, row.permit_mw)


def derived_assumptions(power: PowerRows) -> list[Assumption]:
    """Numbers of on-site gas that follow from others: the delivered price of hub, basis and transport, the MW of a permit by potential."""
    found = []
    for row in (row for rows in power.onsite_gas.values() for row in rows):
        key = f"{row.site_id}/{row.contract_id}"
        if row.gas_usd_per_mmbtu is None:
            price = f"{delivered_gas_usd_per_mmbtu(row):.6g}"
            text = "derived: gas_hub + gas_basis + gas_transport"
            found.append(Assumption("onsite_gas", key, "gas_usd_per_mmbtu", price, "USD/MMBtu", "assumption", "", "", text))
        permitted = permitted_mw(row)
        if permitted is not None and permitted != row.permit_mw:
            text = "derived: MW that at full load emit nox_t_per_year_max, the permit counting the potential to emit"
            found.append(Assumption("onsite_gas", key, "permit_mw", f"{permitted:.6g}", "MW", "assumption", "", "", text))
    return found


def _ppa(row: table.PpaRow, zone: str, power: PowerRows) -> Ppa:
    start = month_number(power.scenario.config.horizon.start)
    return Ppa(
        contract_id=row.contract_id,
        exclusive_group=row.exclusive_group,
        technology=row.technology,
        form=row.form,
        settlement=row.settlement,
        strike_usd_per_mwh=row.strike_usd_per_mwh,
        profile_series=power.book.profile(row.profile, zone).name if row.profile is not None else None,
        hub_series=power.book.price(row.hub, zone, row.hub_level_usd_per_mwh).name,
        mw_min=row.mw_min,
        mw_max=row.mw_max,
        available_from=month_number(row.from_month) - start if row.from_month is not None else 0,
        term_months=row.term_months,
        sell_back_fee_usd_per_mwh=row.sell_back_fee_usd_per_mwh,
        wires_usd_per_mwh=row.wires_usd_per_mwh,
        begin_by=month_number(row.begin_by) - start if row.begin_by is not None else None,
    )


def _battery(row: table.BatteryRow) -> Battery:
    return Battery(
        contract_id=row.contract_id,
        exclusive_group=row.exclusive_group,
        mw_max=row.mw_max,
        duration_h=row.duration_h,
        mwh_max=row.mwh_max,
        usd_per_kw=row.usd_per_kw,
        usd_per_kwh=row.usd_per_kwh,
        round_trip_efficiency=row.round_trip_efficiency,
        degradation_usd_per_mwh=row.degradation_usd_per_mwh,
        sign_lead_months=row.sign_lead_months,
        lifetime_months=row.lifetime_months,
        resale_fraction=row.resale_fraction,
    )


def _typical_days(site: Site, row: SiteRow, power: PowerRows) -> TypicalDays:
    """Days that stand for the year at an hourly site: by its own prices, profiles and heat.

    The day of each season that is dearest on average (hottest, where there is no price) and the days of system peaks stand for themselves.
    """
    contracts = power.scenario.config.contracts
    if contracts is None or contracts.hours == "all":
        return all_days()
    used = power.book.used
    prices = [name for name in (*(offer.price_series for offer in site.tariffs), *(ppa.hub_series for ppa in site.ppas)) if name]
    others = [name for name in (*(ppa.profile_series for ppa in site.ppas), site.pue_series) if name]
    features = [used[name] for name in dict.fromkeys((*prices, *others))]
    heat = power.book.ranking(None, row, "") if not prices and row.county_fips in heat_counties() else None
    if not features and heat is not None:
        features = [heat]
    start = int(power.scenario.config.horizon.start[5:7])
    extreme = used[prices[0]] if prices else heat
    own = set(extreme_days(extreme, start)) if extreme is not None else set()
    for flag in {offer.coincident_series for offer in site.tariffs} - {None}:
        own |= {hour // HOURS_PER_DAY for hour, value in enumerate(used[str(flag)].values) if value > 0}
    peaks = [charge.hours for offer in site.tariffs if offer.rate is not None for charge in offer.rate.coincident]
    own |= {day for hours in peaks for day, marked in enumerate(marked_hours(hours)) if marked.any()}
    key = (tuple(series.name for series in features), tuple(sorted(own)))
    if key not in power.days:
        power.days[key] = typical_days(features, start, contracts.typical_days, key[1])
    return power.days[key]
