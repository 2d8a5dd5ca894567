"""Rules of carbon: emissions by location and by market, caps, matched clean energy, and goals (docs/conventions.md, Carbon)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from optimizer.audit.calendar import IntArray, in_force
from optimizer.audit.comparison import Comparison, FloatArray, Unit
from optimizer.audit.paths import Case, PpaPath
from optimizer.audit.power import delivered_mw, load_mw, sites, total
from optimizer.audit.ppas import volume_mw
from optimizer.core.instance import Site
from optimizer.core.offers import CLEAN_TECHNOLOGIES

GOAL_UNITS: Mapping[str, Unit] = {"min_carbon": "t", "max_clean": "MWh"}
"""Goals of carbon and the units of their values."""

YEAR_HOURS = 8760.0


def emissions(case: Case) -> Iterator[Comparison]:
    """The table ``emissions`` states the tonnes by location and by market that follow from what flows, and the energy of the load."""
    if not case.instance.has_contracts:
        return
    for site in sites(case):
        for basis, tons in tonnes(case, site).items():
            yield case.row(site.site_id, "t", f"{basis}_t").equal(_stated(case, site, f"{basis}_t"), tons)
        load_mwh = case.power[site.site_id].hours.sums(load_mw(case, site))
        yield case.row(site.site_id, "MWh", "load_mwh").equal(_stated(case, site, "load_mwh"), load_mwh)


def matched(case: Case) -> Iterator[Comparison]:
    """Clean energy matches the load hour by hour: at most the load, at most what is clean in the hour."""
    if not case.instance.has_contracts:
        return
    for site in sites(case):
        power = case.power[site.site_id]
        most = power.hours.sums(np.minimum(load_mw(case, site), _clean_mw(case, site)))
        yield case.row(site.site_id, "MWh", "matched_mwh").at_most(_stated(case, site, "matched_mwh"), most)


def carbon_cap(case: Case) -> Iterator[Comparison]:
    """In a calendar year all sites together emit at most the cap, pro rata of the year's hours in the horizon."""
    steps, basis = case.instance.carbon.cap_t_per_year, case.instance.carbon.basis
    emitted = total(case, [tonnes(case, site)[basis] for site in sites(case)])
    for year, periods in _years(case).items():
        first = next(month for month in range(case.clock.months) if case.clock.year(month) == year)
        if any(month <= first for month, _ in steps):
            allowed = in_force(steps, first) * float(case.clock.hours[periods].sum()) / YEAR_HOURS
            yield case.single("", "t", "tonnes of the year", str(year)).at_most(emitted[periods].sum(), allowed)


def clean_share(case: Case) -> Iterator[Comparison]:
    """In a calendar year at least a share of the energy of all sites is clean in its hour."""
    share = case.instance.carbon.clean_share_min
    if share > 0:
        clean, load = (total(case, [_stated(case, site, name) for site in sites(case)]) for name in ("matched_mwh", "load_mwh"))
        for year, periods in _years(case).items():
            row = case.single("", "MWh", "clean energy of the year", str(year))
            yield row.at_least(clean[periods].sum(), share * load[periods].sum())


def carbon_goal(case: Case) -> Iterator[Comparison]:
    """The plan holds what the header says that a goal of carbon came to, within the tolerance of the scenario, and not below its bound."""
    if not case.instance.has_contracts:
        return
    for told in _reported_goals(case):
        goal, unit = str(told.get("goal")), GOAL_UNITS[str(told.get("goal"))]
        value, bound = (_number(told.get(key)) for key in ("value", "bound"))
        reached = _reached(case, goal)
        row = case.single("", unit, f"{goal}: what the plan comes to")
        yield row.at_most(reached, value + case.instance.priority_tolerance * abs(value))
        yield row.at_least(reached, bound)
        yield case.single("", "1", f"header: unit of {goal}; differs").equal(float(told.get("unit") != unit), 0.0)
    missing = {goal for goal in case.instance.goals if goal in GOAL_UNITS} - {str(told.get("goal")) for told in _reported_goals(case)}
    yield case.single("", "1", f"goals that the header leaves out ({', '.join(sorted(missing))})").equal(len(missing), 0.0)


def tonnes(case: Case, site: Site) -> dict[str, FloatArray]:
    """Tonnes by period, by location and by market."""
    power, grid = case.power[site.site_id], site.grid_t_per_mwh
    sums = power.hours.sums
    drawn = [(path.tariff, sums(delivered_mw(case, path))) for path in case.tariffs if path.site is site]
    gas = [path.gas.emissions_t_per_mwh * sums(delivered_mw(case, path)) for path in case.gas if path.site is site]
    used = [(path, power.mwh("own_use", path.ppa.contract_id)) for path in case.ppas if path.site is site]
    drawn_mwh = total(case, [mwh for _, mwh in drawn])
    rates = [(grid if tariff.emissions_t_per_mwh is None else tariff.emissions_t_per_mwh) * mwh for tariff, mwh in drawn]
    unclean = [grid * mwh for path, mwh in used if not _is_clean(path)]
    certified = [sums(volume_mw(case, path)) for path, _ in used if _is_clean(path) and path.ppa.settlement == "financial"]
    covered = np.minimum(grid * np.minimum(total(case, certified), drawn_mwh), total(case, rates))
    return {
        "location": grid * (drawn_mwh + total(case, [mwh for _, mwh in used])) + total(case, gas),
        "market": total(case, rates + unclean + gas) - covered,
    }


def _clean_mw(case: Case, site: Site) -> FloatArray:
    """Clean MW in each hour: own use of clean physical agreements, the volume of clean financial ones."""
    power = case.power[site.site_id]
    clean = [path for path in case.ppas if path.site is site and _is_clean(path)]
    rows = [
        power.flow("own_use", path.ppa.contract_id) if path.ppa.settlement == "physical" else volume_mw(case, path) for path in clean
    ]
    return sum(rows, np.zeros(power.hours.period.size))


def _is_clean(path: PpaPath) -> bool:
    return path.ppa.technology in CLEAN_TECHNOLOGIES


def _years(case: Case) -> dict[int, IntArray]:
    return case.clock.years() if case.instance.has_contracts else {}


def _stated(case: Case, site: Site, column: str) -> FloatArray:
    """A column of ``emissions`` by period; 0 where there is no row."""
    columns = case.emissions.get(site.site_id)
    return np.zeros(case.clock.count) if columns is None else columns[column]


def _reached(case: Case, goal: str) -> float:
    """What the plan comes to under a goal."""
    if goal == "min_carbon":
        return float(sum(tonnes(case, site)[case.instance.carbon.basis].sum() for site in sites(case)))
    return float(sum((_stated(case, site, "load_mwh") - _stated(case, site, "matched_mwh")).sum() for site in sites(case)))


def _reported_goals(case: Case) -> list[Mapping[str, Any]]:
    goals = case.header.get("goals", [])
    found = [goal for goal in goals if isinstance(goal, Mapping)] if isinstance(goals, list) else []
    return [goal for goal in found if goal.get("goal") in GOAL_UNITS]


def _number(value: object) -> float:
    """A number of the header; where there is none, one that nothing can hold."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and np.isfinite(value)
    return float(value) if is_number and isinstance(value, (int, float)) else -1e300
