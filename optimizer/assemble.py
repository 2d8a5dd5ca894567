"""From a scenario to an instance: dates to month numbers, rows to their sites, one assumption per number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from optimizer import instance as plain
from optimizer.instance import Assumption, Escalation, Horizon, Instance
from optimizer.offers import MonthValue
from optimizer.scenario import Scenario, Tables
from optimizer.scenario import rows as table
from optimizer.scenario.cells import Cell
from optimizer.scenario.config import SitesSection
from optimizer.scenario.fields import month_number
from optimizer.scenario.schema_fields import unit_of
from optimizer.scenario.wants import Gpu, Rental, Workload

Item = TypeVar("Item")


def assemble(scenario: Scenario) -> Instance:
    """Make a scenario plain: the frozen instance the model and the audit read.

    Offers of nothing (``mw_max``, ``units_max`` or ``gpus_max`` of 0) are left out; ``min_cost`` is added as the last goal.

    Parameters
    ----------
    scenario : Scenario
        A scenario that was read, and so checked.
    """
    config = scenario.config
    about, horizon, contracts = config.scenario, config.horizon, config.contracts
    start = month_number(horizon.start)
    offers = _offers(scenario.tables, start)
    rates = horizon.escalation_per_year
    goals = tuple(str(goal) for goal in config.objective.goals)
    return Instance(
        name=about.name,
        title=about.title,
        as_of=about.as_of,
        currency_year=about.currency_year,
        scenario_sha256=scenario.sha256,
        horizon=Horizon(horizon.start, horizon.months, 3 if horizon.period == "quarter" else 1),
        discount_rate_per_year=horizon.discount_rate_per_year,
        escalation=Escalation(power=rates.power, gas=rates.gas, staff=rates.staff, lease=rates.lease),
        goals=goals if goals[-1] == "min_cost" else (*goals, "min_cost"),
        priority_tolerance=config.objective.priority_tolerance,
        sites=tuple(_site(row, config.sites, offers) for row in scenario.tables.sites),
        gpus=tuple(_gpu(gpu, start) for gpu in config.gpus),
        workloads=tuple(_workload(workload, start) for workload in config.workloads),
        rentals=tuple(_rental(rental, start) for rental in config.rentals if rental.gpus_max or rental.committed_gpus),
        purses=_purses(scenario, start),
        has_budget=config.budget is not None,
        has_contracts=contracts is not None,
        sites_at_most=config.sites.at_most,
        reserve_fraction=contracts.reserve_fraction if contracts is not None else 0.0,
        assumptions=tuple(_assumption(cell, scenario) for cell in scenario.cells),
    )


def _month(month: str | None, start: int) -> int | None:
    """Months from the first day of the horizon; ``None`` stays."""
    return None if month is None else month_number(month) - start


def _month_values(values: Mapping[str, float], start: int) -> tuple[MonthValue, ...]:
    return tuple(sorted((month_number(month) - start, value) for month, value in values.items()))


@dataclass(frozen=True, slots=True)
class _Offers:
    """What each site has; grouped once, since a scenario may have thousands of sites."""

    modes: Mapping[str, tuple[plain.Mode, ...]]
    tariffs: Mapping[str, tuple[plain.Tariff, ...]]
    onsite_gas: Mapping[str, tuple[plain.OnsiteGas, ...]]


def _offers(tables: Tables, start: int) -> _Offers:
    ramps: dict[tuple[str, str], dict[str, float]] = {}
    for step in tables.ramps:
        ramps.setdefault((step.site_id, step.contract_id), {})[step.from_month] = step.mw
    return _Offers(
        modes=_grouped((row.site_id, _mode(row)) for row in tables.modes),
        tariffs=_grouped(
            (row.site_id, _tariff(row, _month_values(ramps.get((row.site_id, row.contract_id), {}), start)))
            for row in tables.tariffs
            if row.mw_max > 0
        ),
        onsite_gas=_grouped((row.site_id, _onsite_gas(row)) for row in tables.onsite_gas if row.units_max > 0),
    )


def _grouped(items: Iterable[tuple[str, Item]]) -> dict[str, tuple[Item, ...]]:
    groups: dict[str, list[Item]] = {}
    for key, item in items:
        groups.setdefault(key, []).append(item)
    return {key: tuple(group) for key, group in groups.items()}


def _site(row: table.SiteRow, chosen: SitesSection, offers: _Offers) -> plain.Site:
    return plain.Site(
        site_id=row.site_id,
        name=row.name or row.site_id,
        lat=row.lat,
        lon=row.lon,
        county_fips=row.county_fips,
        utility=row.utility,
        max_gpus=row.max_gpus,
        peak_facility_ratio=row.peak_facility_ratio,
        annual_pue=row.annual_pue,
        sales_tax_fraction=row.sales_tax_fraction,
        sales_tax_exempt=row.sales_tax_exempt,
        exempt_min_musd=row.exempt_min_musd,
        property_tax_fraction_per_year=row.property_tax_fraction_per_year,
        abatement_months=row.abatement_months,
        grid_limit_mw=row.grid_limit_mw,
        related_party=row.related_party,
        note=row.note,
        is_committed=row.site_id in chosen.committed,
        is_forbidden=row.site_id in chosen.forbidden,
        modes=offers.modes.get(row.site_id, ()),
        tariffs=offers.tariffs.get(row.site_id, ()),
        onsite_gas=offers.onsite_gas.get(row.site_id, ()),
    )


def _mode(row: table.ModeRow) -> plain.Mode:
    return plain.Mode(
        mode=row.mode,
        lead_months=row.lead_months,
        mw_per_month=row.mw_per_month,
        block_it_mw=row.block_it_mw,
        max_it_mw=row.max_it_mw,
        initial_it_mw=row.initial_it_mw,
        capex_musd_per_mw=row.capex_musd_per_mw,
        fixed_cost_musd=row.fixed_cost_musd,
        land_musd=row.land_musd,
        cooling=row.cooling,
        liquid_adder_musd_per_mw=row.liquid_adder_musd_per_mw,
        lease_usd_per_kw_month=row.lease_usd_per_kw_month,
        lease_months=row.lease_months,
        free_rent_months=row.free_rent_months,
        staff_musd_per_mw_year=row.staff_musd_per_mw_year,
        residual_fraction=row.residual_fraction,
    )


def _tariff(row: table.TariffRow, ramp: tuple[MonthValue, ...]) -> plain.Tariff:
    return plain.Tariff(
        contract_id=row.contract_id,
        kind=row.kind,
        stage=row.stage,
        exclusive_group=row.exclusive_group,
        mw_min=row.mw_min,
        mw_max=row.mw_max,
        sign_lead_months=row.sign_lead_months,
        term_months=row.term_months,
        energy_usd_per_mwh=row.energy_usd_per_mwh,
        demand_usd_per_kw_month=row.demand_usd_per_kw_month,
        ratchet_fraction=row.ratchet_fraction,
        min_take_fraction=row.min_take_fraction,
        min_energy_fraction=row.min_energy_fraction,
        fixed_usd_per_month=row.fixed_usd_per_month,
        customer_capex_musd=row.customer_capex_musd,
        capex_refund_months=row.capex_refund_months,
        deposit_musd=row.deposit_musd,
        exit_musd=row.exit_musd,
        ramp=ramp,
    )


def _onsite_gas(row: table.OnsiteGasRow) -> plain.OnsiteGas:
    return plain.OnsiteGas(
        contract_id=row.contract_id,
        exclusive_group=row.exclusive_group,
        unit_mw=row.unit_mw,
        units_max=row.units_max,
        spare_units=row.spare_units,
        heat_rate_mmbtu_per_mwh=row.heat_rate_mmbtu_per_mwh,
        gas_usd_per_mmbtu=row.gas_usd_per_mmbtu,
        rent_usd_per_kw_month=row.rent_usd_per_kw_month,
        buy_usd_per_kw=row.buy_usd_per_kw,
        sign_lead_months=row.sign_lead_months,
        min_months=row.min_months,
        max_months=row.max_months,
        permit_route=row.permit_route,
        permit_months=row.permit_months,
        permit_mw=row.permit_mw,
        run_hours_per_year_max=row.run_hours_per_year_max,
        nox_t_per_gwh=row.nox_t_per_gwh,
        nox_t_per_year_max=row.nox_t_per_year_max,
        emissions_t_per_mwh=row.emissions_t_per_mwh,
        lifetime_months=row.lifetime_months,
        resale_fraction=row.resale_fraction,
    )


def _gpu(gpu: Gpu, start: int) -> plain.Gpu:
    return plain.Gpu(
        name=gpu.name,
        family=gpu.family,
        h100_equivalents=gpu.h100_equivalents,
        it_kw_per_gpu=gpu.it_kw_per_gpu,
        price_usd=gpu.price_usd,
        network_usd=gpu.network_usd,
        install_usd=gpu.install_usd,
        spares_fraction=gpu.spares_fraction,
        cooling=gpu.cooling,
        lot=gpu.lot,
        install_months=gpu.install_months,
        supply=None if gpu.supply is None else _month_values(gpu.supply, start),
        pay_at_order_fraction=gpu.pay_at_order_fraction,
        order_lead_months=gpu.order_lead_months,
        pay_after_delivery_months=gpu.pay_after_delivery_months,
        lifetime_months=gpu.lifetime_months,
        resale_fraction=gpu.resale_fraction,
        initial_gpus=tuple(sorted((site, count) for site, count in gpu.initial_gpus.items() if count)),
    )


def _workload(workload: Workload, start: int) -> plain.Workload:
    return plain.Workload(
        name=workload.name,
        gpus_h100e=workload.gpus_h100e,
        one_family=workload.one_family,
        accepts=workload.accepts,
        wanted_from=month_number(workload.wanted_from) - start,
        delay_cost_musd_per_month=workload.delay_cost_musd_per_month,
        deadline=_month(workload.deadline, start),
        until=_month(workload.until, start),
        utilisation=workload.utilisation,
        never_ready_months=workload.never_ready_months,
    )


def _rental(rental: Rental, start: int) -> plain.Rental:
    largest = rental.largest_cluster_gpus
    return plain.Rental(
        name=rental.name,
        gpu=rental.gpu,
        usd_per_gpu_hour=rental.usd_per_gpu_hour,
        committed_gpus=rental.committed_gpus,
        committed_until=_month(rental.committed_until, start),
        gpus_min=rental.gpus_min,
        gpus_max=rental.gpus_max,
        largest_cluster_gpus=largest if largest is not None else max(rental.gpus_max, rental.committed_gpus),
        available_from=_month(rental.available_from, start) or 0,
        min_months=rental.min_months,
        deposit_fraction=rental.deposit_fraction,
        relet_fraction=rental.relet_fraction,
        exclusive_group=rental.exclusive_group,
    )


def _purses(scenario: Scenario, start: int) -> tuple[plain.Purse, ...]:
    budget = scenario.config.budget
    purses = budget.purses if budget is not None else ()
    return tuple(
        plain.Purse(purse.name, _month_values(purse.amounts, start), purse.every_month, purse.pays_for) for purse in purses
    )


def _assumption(cell: Cell, scenario: Scenario) -> Assumption:
    """A number with its unit and its source; one set on the command line is the asker's own assumption."""
    names = {"table": cell.table, "key": cell.key, "column": cell.column, "value": cell.value, "unit": unit_of(cell.column)}
    source = None if cell.is_override else scenario.provenance.source_of(cell.table, cell.key, cell.column)
    if source is None:
        origin = f"--set {cell.place.where}" if cell.is_override else ""
        return Assumption(**names, kind="assumption" if origin else "", quality="", as_of="", source=origin)
    text = "; ".join(part for part in (source.url, source.note) if part)
    return Assumption(**names, kind=source.kind, quality=source.quality, as_of=source.as_of, source=text)
