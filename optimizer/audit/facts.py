"""What the header of a plan must say of sites, rentals and workloads, re-computed from the tables' paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from optimizer.audit.comparison import FloatArray
from optimizer.audit.paths import BatteryPath, Case, GasPath, PpaPath, SitePath, TariffPath

Fact = float | str
NOTHING = 1e-9
"""A number up to this is none where it is asked when something stands."""

NAMES = ("site_id", "contract_id", "name")
"""What names an entry of a list in the header."""


def facts(case: Case) -> dict[str, Fact]:
    """Every statement that the tables make about sites, rentals and workloads, by its dotted place in the header."""
    found: dict[str, Fact] = {}
    for site_id, path in case.sites.items():
        for place, fact in _site(case, path):
            found[f"sites.{site_id}.{place}"] = fact
    for held in case.rentals:
        if held.columns["gpus"].max(initial=0.0) > NOTHING:
            for place, fact in _span(case, held.columns["gpus"], ("gpus", "from", "to")):
                found[f"rentals.{held.rental.name}.{place}"] = fact
    for place, fact in _workloads(case):
        found[f"workloads.{place}"] = fact
    return found


def statements(value: Any, place: str = "") -> dict[str, Any]:
    """Every single value of (a part of) the header by its dotted place; entries of a list go by their names."""
    if isinstance(value, Mapping):
        children = [(str(key), child) for key, child in value.items()]
    elif isinstance(value, list):
        children = [(_name(child), child) for child in value]
    else:
        return {place: value}
    found: dict[str, Any] = {}
    for key, child in children:
        found.update(statements(child, f"{place}.{key}" if place else key))
    return found


def _name(entry: Any) -> str:
    names = [str(entry[key]) for key in NAMES if key in entry] if isinstance(entry, Mapping) else []
    return names[0] if names else "?"


def _site(case: Case, path: SitePath) -> Iterator[tuple[str, Fact]]:
    site_id, labels = path.site.site_id, case.clock.labels
    yield "mode", path.mode.mode
    if path.start < case.clock.count:
        yield "construction_start", labels[path.start]
    yield "it_mw", float(path.built.max(initial=0.0))
    if site_id in case.load:
        yield "facility_mw", float(case.load[site_id]["facility_peak_mw"].max(initial=0.0))
    contracts = [contract for contract in case.contracts if contract.site.site_id == site_id]
    firm = sum((contract.columns["firm_mw"] for contract in contracts), np.zeros(case.clock.count))
    yield "first_power", _first(labels, firm)
    for contract in contracts:
        for place, fact in (*_span(case, contract.columns["contracted_mw"], ("mw", "from", "to")), *_begin(case, contract)):
            yield f"contracts.{contract.contract.contract_id}.{place}", fact
    supplies: tuple[PpaPath | BatteryPath, ...] = (*case.ppas, *case.batteries)
    for supply in supplies:
        if supply.site.site_id != site_id:
            continue
        name = supply.contract.contract_id
        for place, fact in _span(case, supply.columns["mw"], ("mw", "from", "to")):
            yield f"contracts.{name}.{place}", fact
        if isinstance(supply, BatteryPath):
            yield f"contracts.{name}.mwh", float(supply.columns["mwh"].max(initial=0.0))
    for fleet in case.fleet_at(site_id):
        yield f"gpus.{fleet.gpu.name}.count", float(fleet.columns["online"].max(initial=0.0))
        yield f"gpus.{fleet.gpu.name}.delivered", float(fleet.columns["delivered"].sum())
        for place, fact in _span(case, fleet.columns["delivered"], ("", "first_delivery", "last_delivery"))[1:]:
            yield f"gpus.{fleet.gpu.name}.{place}", fact


def _begin(case: Case, path: TariffPath | GasPath) -> list[tuple[str, Fact]]:
    """Begin of a tariff that has MW: signed for then, even where its first MW come later."""
    if not isinstance(path, TariffPath) or path.begin >= case.clock.count:
        return []
    return [("from", case.clock.labels[path.begin])] if (path.columns["contracted_mw"] > NOTHING).any() else []


def _workloads(case: Case) -> Iterator[tuple[str, Fact]]:
    for path in case.workloads:
        workload = path.workload
        ready = path.columns["ready"]
        periods = np.flatnonzero(ready > NOTHING)
        available = case.clock.first[periods[0]] if periods.size else case.clock.months
        yield f"{workload.name}.ready", _first(case.clock.labels, ready)
        yield f"{workload.name}.delay_months", float(max(int(available) - workload.wanted_from, 0))
        yield f"{workload.name}.target_h100e", workload.gpus_h100e
        if periods.size:
            for host in path.hosts:
                yield f"{workload.name}.sites.{host}", float(path.columns["allocated_h100e"].max())


def _span(case: Case, amount: FloatArray, places: tuple[str, str, str]) -> list[tuple[str, Fact]]:
    """Most of something, and the first and last period in which there is any."""
    most, first, last = places
    labels = case.clock.labels
    return [(most, float(amount.max(initial=0.0))), (first, _first(labels, amount)), (last, _first(labels[::-1], amount[::-1]))]


def _first(labels: tuple[str, ...], amount: FloatArray) -> str:
    found = np.flatnonzero(amount > NOTHING)
    return labels[int(found[0])] if found.size else ""
