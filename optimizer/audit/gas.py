"""Rules of on-site gas: units, permit, firmness, stay, run hours and NOx (docs/conventions.md, Power)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.audit.comparison import Comparison, FloatArray
from optimizer.audit.paths import Case, GasPath


def gas_units_limit(case: Case) -> Iterator[Comparison]:
    """No more units stand than the contract has."""
    for path in case.gas:
        row = case.row(path.site.site_id, "units", f"{path.gas.contract_id}: units")
        yield row.at_most(path.columns["units"], path.gas.units_max)


def gas_permit_limit(case: Case) -> Iterator[Comparison]:
    """Units stand only within the MW of the permit."""
    for path in case.gas:
        if path.gas.permit_mw is not None:
            row = case.row(path.site.site_id, "MW", f"{path.gas.contract_id}: units under the permit")
            yield row.at_most(path.columns["units"] * path.gas.unit_mw, path.gas.permit_mw)


def gas_firm(case: Case) -> Iterator[Comparison]:
    """Firm MW are at most what the units yield less the spare ones, and what a battery stands in for of these."""
    for path in case.gas:
        standing = _yield_mw(path) * (path.columns["units"] - path.gas.spare_units)
        firm = np.maximum(standing + path.columns["spare_cover_mw"], 0.0)
        row = case.row(path.site.site_id, "MW", f"{path.gas.contract_id}: firm MW")
        yield row.at_most(path.columns["firm_mw"], firm)


def gas_spare(case: Case) -> Iterator[Comparison]:
    """A battery stands in for spare units at most; for a tariff it does not."""
    for path in case.gas:
        spare = _yield_mw(path) * np.minimum(path.columns["units"], path.gas.spare_units)
        row = case.row(path.site.site_id, "MW", f"{path.gas.contract_id}: MW of spare units for which a battery stands in")
        yield row.at_most(path.columns["spare_cover_mw"], spare)
    for tariff in case.tariffs:
        row = case.row(tariff.site.site_id, "MW", f"{tariff.tariff.contract_id}: MW for which a battery stands in")
        yield row.equal(tariff.columns["spare_cover_mw"], 0.0)


def gas_day_fuel(case: Case) -> Iterator[Comparison]:
    """The fuel of a day at the firm MW, and that of every typical day, is at most what the pipeline delivers."""
    for path in case.gas:
        if path.gas.gas_mmbtu_per_day_max is None:
            continue
        power, name, heat_rate = case.power[path.site.site_id], path.gas.contract_id, path.gas.heat_rate_mmbtu_per_mwh
        row = case.row(path.site.site_id, "mmbtu", f"{name}: fuel of a day at the firm MW")
        yield row.at_most(24.0 * heat_rate * path.columns["firm_mw"], path.gas.gas_mmbtu_per_day_max)
        burnt = heat_rate * power.hours.daily(power.flow("generated", name))
        yield power.day_row("mmbtu", f"{name}: fuel of the day").at_most(burnt, path.gas.gas_mmbtu_per_day_max)


def gas_min_months(case: Case) -> Iterator[Comparison]:
    """A rented unit stays its least months, a bought one for good."""
    for path in case.gas:
        least = path.gas.min_months if path.gas.buy_usd_per_kw is None else case.clock.months
        row = case.row(path.site.site_id, "units", f"{path.gas.contract_id}: units that must still stand")
        yield row.at_least(path.columns["units"], _added_within(case, path, least))


def gas_max_months(case: Case) -> Iterator[Comparison]:
    """All units of a contract with most months are gone so long after its first one stood."""
    for path in case.gas:
        standing = np.flatnonzero(path.columns["units"])
        if path.gas.max_months is not None and standing.size:
            age = case.clock.first - case.clock.first[standing[0]]
            still = np.where(age < path.gas.max_months, path.gas.units_max, 0)
            row = case.row(path.site.site_id, "units", f"{path.gas.contract_id}: units that may still stand")
            yield row.at_most(path.columns["units"], still)


def gas_run_hours(case: Case) -> Iterator[Comparison]:
    """Energy of a calendar year is at most the permitted hours of the units, in proportion to the months they stand."""
    for path in case.gas:
        if path.gas.run_hours_per_year_max is None:
            continue
        capable = path.columns["units"] * path.gas.unit_mw * case.clock.hours * path.gas.run_hours_per_year_max / 8760.0
        for year, periods in case.clock.years().items():
            row = case.single(path.site.site_id, "MWh", f"{path.gas.contract_id}: energy of the year", str(year))
            yield row.at_most(path.columns["energy_mwh"][periods].sum(), capable[periods].sum())


def gas_nox(case: Case) -> Iterator[Comparison]:
    """NOx of a calendar year is within the permit, in proportion to the hours of the year in the horizon."""
    for path in case.gas:
        if path.gas.nox_t_per_year_max is None:
            continue
        emitted = path.columns["energy_mwh"] / 1000.0 * path.gas.nox_t_per_gwh
        allowed = path.gas.nox_t_per_year_max * case.clock.hours / 8760.0
        for year, periods in case.clock.years().items():
            row = case.single(path.site.site_id, "t", f"{path.gas.contract_id}: NOx of the year", str(year))
            yield row.at_most(emitted[periods].sum(), allowed[periods].sum())


def _yield_mw(path: GasPath) -> float:
    """MW that one unit yields."""
    return path.gas.unit_mw * (1.0 - path.gas.derate_fraction)


def _added_within(case: Case, path: GasPath, months: int) -> FloatArray:
    """Units that came in the last ``months`` months, by period."""
    age = case.clock.first[:, None] - case.clock.first[None, :]
    came: FloatArray = ((age >= 0) & (age < months)) @ path.additions
    return came
