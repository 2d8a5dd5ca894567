"""From a scenario to an instance: dates to month numbers, rows to their sites, one assumption per number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from optimizer.core import instance as plain
from optimizer.core.instance import Assumption, Escalation, Horizon, Instance
from optimizer.core.offers import MonthValue
from optimizer.scenario import Scenario
from optimizer.scenario.assemble.changes import changed, changed_words, place_of
from optimizer.scenario.assemble.power import derived_assumptions, grouped, power_rows, ramp_conditions, with_power
from optimizer.scenario.read.cells import Cell
from optimizer.scenario.schema import rows as table
from optimizer.scenario.schema.config import Budget, Contracts, Objective, SitesSection
from optimizer.scenario.schema.describe_fields import unit_of
from optimizer.scenario.schema.fields import month_number
from optimizer.scenario.schema.wants import Gpu, Rental, Workload


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
    modes = grouped((row.site_id, _mode(row)) for row in scenario.tables.modes)
    power = power_rows(scenario)
    plain_sites = [_site(row, config.sites, modes.get(row.site_id, ())) for row in scenario.tables.sites]
    sites = tuple(with_power(site, row, power) for site, row in zip(plain_sites, scenario.tables.sites, strict=True))
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
        sites=sites,
        gpus=tuple(_gpu(gpu, start) for gpu in config.gpus),
        workloads=tuple(_workload(workload, start, config.gpus) for workload in config.workloads),
        rentals=tuple(_rental(rental, start) for rental in config.rentals if rental.gpus_max or rental.committed_gpus),
        purses=_purses(scenario, start),
        has_budget=config.budget is not None,
        has_contracts=contracts is not None,
        sites_at_most=config.sites.at_most,
        reserve_fraction=contracts.reserve_fraction if contracts is not None else 0.0,
        assumptions=(
            *_assumptions(scenario, power.book.own_units), *_related_parties(scenario), *derived_assumptions(power),
            *power.book.notes.values(), *changed_words(scenario.changes, scenario.cells),
        ),
        series=tuple(power.book.used.values()),
        carbon=_carbon(config.objective, start),
        power_rules=_power_rules(contracts, power.book.model_year),
        ramp_conditions=ramp_conditions(scenario),
        debt=_debt(config.budget, start),
        changes=scenario.changes,
    )


def _carbon(objective: Objective, start: int) -> plain.Carbon:
    cap = objective.carbon_cap_t_per_year
    caps = () if cap is None else _month_values(cap, start) if isinstance(cap, dict) else ((0, cap),)
    return plain.Carbon(objective.carbon_basis, objective.carbon_price_usd_per_t, caps, objective.clean_share_min)


def _power_rules(contracts: Contracts | None, price_year: int) -> plain.PowerRules:
    if contracts is None:
        return plain.PowerRules()
    return plain.PowerRules(
        price_year, contracts.ppa_energy_share_max, contracts.ppa_peak_multiple_max, contracts.peak_hours_per_day,
    )


def _month(month: str | None, start: int) -> int | None:
    """Months from the first day of the horizon; ``None`` stays."""
    return None if month is None else month_number(month) - start


def _month_values(values: Mapping[str, float], start: int) -> tuple[MonthValue, ...]:
    return tuple(sorted((month_number(month) - start, value) for month, value in values.items()))


def _site(row: table.SiteRow, chosen: SitesSection, modes: tuple[plain.Mode, ...]) -> plain.Site:
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
        modes=modes,
        tariffs=(),
        onsite_gas=(),
        grid_t_per_mwh=row.grid_t_per_mwh or 0.0,
        exempt_within_months=row.exempt_within_months,
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


def _workload(workload: Workload, start: int, gpus: Sequence[Gpu]) -> plain.Workload:
    return plain.Workload(
        name=workload.name,
        gpus_h100e=workload.target_h100e({gpu.name: gpu.h100_equivalents for gpu in gpus}),
        one_family=workload.one_family,
        accepts=workload.accepts,
        wanted_from=month_number(workload.wanted_from) - start,
        delay_cost_musd_per_month=workload.delay_cost_musd_per_month,
        deadline=_month(workload.deadline, start),
        until=_month(workload.until, start),
        utilisation=workload.utilisation,
        never_ready_months=workload.never_ready_months,
        flexible_fraction=workload.flexible_fraction,
        lost_compute_usd_per_mwh=workload.lost_compute_usd_per_mwh,
        accepts_interruptible=workload.accepts_interruptible,
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


def _debt(budget: Budget | None, start: int) -> plain.Debt | None:
    """The loan, where money may be borrowed."""
    if budget is None or not budget.debt.enabled:
        return None
    debt = budget.debt
    return plain.Debt(
        limit_musd=debt.limit_musd,
        from_month=max(_month(debt.from_month, start) or 0, 0),
        advance_fraction_of_gpus=debt.advance_fraction_of_gpus,
        interest_per_year=debt.interest_per_year,
        fee_fraction=debt.fee_fraction,
        repay_months=debt.repay_months,
    )


def _assumptions(scenario: Scenario, own_units: Mapping[str, str]) -> list[Assumption]:
    """Every number that was given; of the own series those in use."""
    set_by = {(table, key, column): change for change in scenario.changes for table, key, column in [place_of(change)]}
    found = []
    for cell in scenario.cells:
        if cell.table != "series" or cell.key in own_units:
            change = set_by.get((cell.table, cell.source_key, cell.column))
            is_filled = change is not None and not cell.is_override  # taken away, and filled again
            row = _assumption(cell, scenario) if change is None or is_filled else changed(change, cell)
            found.append(replace(row, unit=own_units[cell.key]) if cell.table == "series" else row)
    return found


def _assumption(cell: Cell, scenario: Scenario) -> Assumption:
    """A number with its unit and its source; one that the command line gives as it was is still the asker's own assumption."""
    names = {"table": cell.table, "key": cell.key, "column": cell.column, "value": cell.value, "unit": unit_of(cell.column)}
    source = None if cell.is_override else scenario.provenance.source_of(cell.table, cell.source_key, cell.column)
    if source is None:
        origin = f"--set {cell.place.where}" if cell.is_override else ""
        return Assumption(**names, kind="assumption" if origin else "", quality="", as_of="", source=origin)
    return _sourced(source, **names)


def _related_parties(scenario: Scenario) -> Iterator[Assumption]:
    """Who says that a site is a related party's: no number, but what a committee asks the source of."""
    changed_paths = {change.path for change in scenario.changes}
    for row in scenario.tables.sites:
        source = scenario.provenance.source_of("sites", row.site_id, "related_party")
        if row.related_party and f"sites.{row.site_id}.related_party" not in changed_paths and source is not None:
            yield _sourced(source, table="sites", key=row.site_id, column="related_party", value="true", unit="")


def _sourced(source: table.SourceRow, **names: str) -> Assumption:
    text = "; ".join(part for part in (source.url, source.note) if part)
    return Assumption(**names, kind=source.kind, quality=source.quality, as_of=source.as_of, source=text)
