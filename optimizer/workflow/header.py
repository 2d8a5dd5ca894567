"""The header of a plan, ``plan.json`` (docs/reading-a-plan.md), from the tables of the plan and the instance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import cast

import pandas as pd

from optimizer.core.accounts import ACCOUNTS, CASH_COST
from optimizer.core.calendar import Calendar
from optimizer.core.instance import Instance, Site, Workload
from optimizer.core.offers import Battery, OnsiteGas, Ppa, Tariff
from optimizer.model.extract.reading import DUST
from optimizer.plan.header import (
    ContractFields,
    Decided,
    GoalFields,
    GpuFields,
    PathFields,
    RentalFields,
    SiteFields,
    TermFields,
    WorkloadFields,
)
from optimizer.plan.plan import GoalResult
from optimizer.workflow.header_power import power_facts

Offer = Tariff | OnsiteGas | Ppa | Battery

_NOTHING_MW = 1e-9
"""A contract serves where more than this is contracted, as the audit reads it."""

_BEGINS = 0.5
"""More than this in the column ``begins`` is a begin."""


def plan_header(instance: Instance, tables: Mapping[str, pd.DataFrame], goals: Sequence[GoalResult]) -> Decided:
    """Say what a plan is, from its tables.

    Parameters
    ----------
    instance : Instance
    tables : mapping of str to pandas.DataFrame
        Tables of the plan.
    goals : sequence of GoalResult
        What each goal came to, in order of priority.
    """
    ledger = tables["ledger"]
    present = ledger.groupby("group")["present_musd"].sum()
    return {
        "goals": [_goal(goal) for goal in goals],
        "objective_musd": float(ledger["present_musd"].sum()),
        "cash_cost_musd": float(present[present.index.isin(CASH_COST)].sum()),
        "value_of_time_musd": float(present.get("delay", 0.0)),
        "residual_musd": float(present.get("residual", 0.0)),
        "committed_musd": float(present.get("committed", 0.0)),
        "nonrefundable_at_signature_musd": float(tables["commitments"]["nonrefundable_musd"].sum()),
        "has_contracts": instance.has_contracts,
        "sites": [_site(site, instance, tables) for site in instance.sites if _rows(tables["construction"], site.site_id).size],
        "rentals": _rentals(tables["rentals"]),
        "workloads": [_workload(workload, _calendar(instance), tables["workloads"]) for workload in instance.workloads],
        "ledger_musd": ledger_by_line(ledger),
    }


def _goal(goal: GoalResult) -> GoalFields:
    """Tell a goal; a bound or a gap of which nothing is known is None."""
    bound, gap = (value if math.isfinite(value) else None for value in (goal.bound, goal.gap))
    return {"goal": goal.goal, "value": goal.value, "unit": goal.unit, "bound": bound, "gap": gap}


def no_plan_header(instance: Instance, goals: Sequence[GoalResult]) -> Decided:
    """Say what was asked where there is no plan: the fields of ``plan_header``, its totals ``None``, nothing sited or rented.

    Parameters
    ----------
    instance : Instance
    goals : sequence of GoalResult
        Goals reached before there was no plan any more.
    """
    never = [_workload(workload, _calendar(instance), None) for workload in instance.workloads]
    nothing = cast("float", None)
    return {
        "goals": [_goal(goal) for goal in goals],
        "objective_musd": nothing,
        "cash_cost_musd": nothing,
        "value_of_time_musd": nothing,
        "residual_musd": nothing,
        "committed_musd": nothing,
        "nonrefundable_at_signature_musd": nothing,
        "has_contracts": instance.has_contracts,
        "sites": [],
        "rentals": [],
        "workloads": [{**row, "delay_months": None} for row in never],
        "ledger_musd": {},
    }


def ledger_by_line(ledger: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Present value by group and line; the usual groups always stand there."""
    groups: dict[str, dict[str, float]] = {name: {} for name in ("capital", "operations", "rent", "delay", "residual")}
    for group, rows in ledger.groupby("group", sort=False):
        for line, musd in rows.groupby("line", sort=False)["present_musd"]:
            groups.setdefault(str(group), {})[str(line)] = float(musd.sum())
    return groups


def _rows(table: pd.DataFrame, site_id: str) -> pd.DataFrame:
    return table[table["site_id"] == site_id]


def _site(site: Site, instance: Instance, tables: Mapping[str, pd.DataFrame]) -> SiteFields:
    construction = _rows(tables["construction"], site.site_id)
    power = _rows(tables["power"], site.site_id)
    powered = power[power["firm_mw"] > 0]["period"]
    told: SiteFields = {
        "site_id": site.site_id,
        "name": site.name,
        "mode": str(construction["mode"].iloc[0]),
        "construction_start": str(construction.loc[construction["started"] == 1, "period"].iloc[0]),
        "start_by": _start_by(site, _calendar(instance), construction, _rows(tables["ledger"], site.site_id)),
        "first_power": str(powered.min()) if powered.size else "",
        "it_mw": _rounded(construction["built_it_mw"].max()),
        "facility_mw": _rounded(_rows(tables["load"], site.site_id)["facility_peak_mw"].max()),
        "gpus": _gpus(_rows(tables["fleet"], site.site_id)),
        "contracts": [*_contracts(site, power), *_ppas(site, tables["ppas"]), *_batteries(site, tables["batteries"])],
    }
    return {**told, "power": power_facts(site, instance, tables)} if instance.has_contracts else told


def _start_by(site: Site, calendar: Calendar, construction: pd.DataFrame, ledger: pd.DataFrame) -> str:
    """Last period in which the site could start for what is built, where nothing is paid for it before; else the start itself.

    A start on which no cost hangs, as of a hall that is leased from the day it is ready, is no decision: the solver takes any.
    """
    start = str(construction.loc[construction["started"] == 1, "period"].iloc[0])
    mode = next(mode for mode in site.modes if mode.mode == construction["mode"].iloc[0])
    added = list(construction.loc[construction["added_it_mw"] > _NOTHING_MW, "period"])
    periods = [calendar.period_label(t) for t in range(calendar.periods)]
    if not added:
        return start
    last = periods[max(periods.index(min(added)) - calendar.lag_periods(mode.lead_months), 0)]
    held = [group in ("capital", "lease") and not ACCOUNTS[group, line].of_gpus
            for group, line in zip(ledger["group"], ledger["line"], strict=True)]
    is_paid = (ledger.loc[pd.Series(held, ledger.index, dtype=bool) & (ledger["period"] < last), "nominal_musd"].abs() > _NOTHING_MW).any()
    return start if is_paid else max(start, last)


def _gpus(fleet: pd.DataFrame) -> dict[str, GpuFields]:
    by_gpu: dict[str, GpuFields] = {}
    for name, rows in fleet.groupby("gpu", sort=False):
        came = rows[rows["delivered"] > 0]["period"]
        by_gpu[str(name)] = {
            "count": _whole(float(rows["online"].max())),
            "delivered": _whole(float(rows["delivered"].sum())),
            "first_delivery": str(came.min()) if came.size else "",
            "last_delivery": str(came.max()) if came.size else "",
        }
    return by_gpu


def _whole(gpus: float) -> float:
    """GPUs as a whole number; less than half of one stays as it is, so that what is there is never nothing."""
    return round(gpus) or (gpus if gpus > DUST else 0)


def _contracts(site: Site, power: pd.DataFrame) -> list[ContractFields]:
    """Tariffs and gas offers of the table ``power``."""
    held: tuple[Tariff | OnsiteGas, ...] = (*site.tariffs, *site.onsite_gas)
    offers = {offer.contract_id: offer for offer in held}
    return [
        {**_begun(offers[str(name)], rows), **_terms(offers[str(name)], rows)}
        for name, rows in power.groupby("contract_id", sort=False)
    ]


def _begun(offer: Tariff | OnsiteGas, rows: pd.DataFrame) -> PathFields:
    """Path of a contract; a tariff that is used at all serves from the period in which it begins, as it is signed for."""
    path = _path(offer, str(rows["kind"].iloc[0]), rows, "contracted_mw")
    begins = rows.loc[rows["begins"].astype(float) > _BEGINS, "period"] if isinstance(offer, Tariff) else ()
    return {**path, "from": str(min(begins))} if len(begins) and (rows["contracted_mw"] > _NOTHING_MW).any() else path


def _ppas(site: Site, ppas: pd.DataFrame) -> list[ContractFields]:
    offers = {ppa.contract_id: ppa for ppa in site.ppas}
    return [
        {
            **_path(offers[str(name)], "ppa", rows, "mw"),
            "term_months": offers[str(name)].term_months or 0,
            "technology": offers[str(name)].technology,
            "form": offers[str(name)].form,
            "settlement": offers[str(name)].settlement,
        }
        for name, rows in _rows(ppas, site.site_id).groupby("contract_id", sort=False)
    ]


def _batteries(site: Site, batteries: pd.DataFrame) -> list[ContractFields]:
    offers = {battery.contract_id: battery for battery in site.batteries}
    return [
        {**_path(offers[str(name)], "battery", rows, "mw"), "mwh": _rounded(rows["mwh"].max()), "term_months": 0}
        for name, rows in _rows(batteries, site.site_id).groupby("contract_id", sort=False)
    ]


def _path(offer: Offer, kind: str, rows: pd.DataFrame, column: str) -> PathFields:
    """Name and group of a contract, its MW at most, first and last, and the periods between which it serves."""
    serving = rows[rows[column] > _NOTHING_MW].sort_values("period")
    mw = serving[column]
    return {
        "contract_id": offer.contract_id,
        "kind": kind,
        "group": offer.exclusive_group or "",
        "mw": _rounded(mw.max()) if mw.size else 0.0,
        "mw_first": _rounded(mw.iloc[0]) if mw.size else 0.0,
        "mw_last": _rounded(mw.iloc[-1]) if mw.size else 0.0,
        "from": str(serving["period"].iloc[0]) if mw.size else "",
        "to": str(serving["period"].iloc[-1]) if mw.size else "",
    }


def _terms(offer: Tariff | OnsiteGas, rows: pd.DataFrame) -> TermFields:
    """Months of the term (gas: the least stay) and, of gas, units at most and how many of them are spare."""
    if isinstance(offer, Tariff):
        return {"term_months": offer.term_months or 0}
    return {"term_months": offer.min_months, "units": round(rows["units"].max()), "spare_units": offer.spare_units}


def _rounded(number: float) -> float:
    """MW or GPUs to six decimals, below the audit's tolerance: the solver's last digits mean nothing."""
    return round(float(number), 6)


def _rentals(rentals: pd.DataFrame) -> list[RentalFields]:
    return [
        {
            "name": str(name),
            "gpus": round(float(rows["gpus"].max())),
            "from": str(rows["period"].min()),
            "to": str(rows["period"].max()),
        }
        for name, rows in rentals.groupby("rental", sort=False)
    ]


def _calendar(instance: Instance) -> Calendar:
    return Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)


def _workload(workload: Workload, calendar: Calendar, paths: pd.DataFrame | None) -> WorkloadFields:
    """When and where a workload is ready; ``paths`` is the table ``workloads``, ``None`` where there is no plan."""
    months = {calendar.period_label(t): calendar.first_month(t) for t in range(calendar.periods)}
    ready = [] if paths is None else list(paths.loc[(paths["workload"] == workload.name) & (paths["ready"] == 1), "period"])
    first = str(min(ready)) if ready else ""
    available = months[first] if first else calendar.months
    return {
        "name": workload.name,
        "target_h100e": workload.gpus_h100e,
        "wanted_from": calendar.label(workload.wanted_from),
        "deadline": "" if workload.deadline is None else calendar.label(workload.deadline),
        "ready": first,
        "delay_months": max(available - workload.wanted_from, 0),
        "sites": {} if paths is None or not first else _host(paths[paths["workload"] == workload.name]),
    }


def _host(path: pd.DataFrame) -> dict[str, float]:
    host = str(path["site_id"].iloc[-1])
    return {host: _rounded(path["allocated_h100e"].max())} if host else {}
