"""The header of a plan, ``plan.json`` (docs/reading-a-plan.md), from the tables of the plan and the instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from optimizer.horizon import Calendar
from optimizer.instance import Instance, OnsiteGas, Site, Tariff
from optimizer.plan import GoalResult

NOT_CASH_COST = ("delay", "residual", "committed")
"""Groups left out of ``cash_cost_musd``."""


def plan_header(instance: Instance, tables: Mapping[str, pd.DataFrame], goals: Sequence[GoalResult]) -> dict[str, Any]:
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
        "goals": [asdict(goal) for goal in goals],
        "objective_musd": float(ledger["present_musd"].sum()),
        "cash_cost_musd": float(present.drop(list(NOT_CASH_COST), errors="ignore").sum()),
        "value_of_time_musd": float(present.get("delay", 0.0)),
        "residual_musd": float(present.get("residual", 0.0)),
        "committed_musd": float(present.get("committed", 0.0)),
        "nonrefundable_at_signature_musd": float(tables["commitments"]["nonrefundable_musd"].sum()),
        "sites": [_site(site, instance, tables) for site in instance.sites if _rows(tables["construction"], site.site_id).size],
        "rentals": _rentals(tables["rentals"]),
        "workloads": _workloads(instance, tables),
        "ledger_musd": ledger_by_line(ledger),
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


def _site(site: Site, instance: Instance, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    construction = _rows(tables["construction"], site.site_id)
    power = _rows(tables["power"], site.site_id)
    powered = power[power["firm_mw"] > 0]["period"]
    return {
        "site_id": site.site_id,
        "name": site.name,
        "mode": str(construction["mode"].iloc[0]),
        "construction_start": str(construction.loc[construction["started"] == 1, "period"].iloc[0]),
        "first_power": str(powered.min()) if powered.size else "",
        "it_mw": float(construction["built_it_mw"].max()),
        "facility_mw": float(_rows(tables["load"], site.site_id)["facility_peak_mw"].max()),
        "gpus": _gpus(_rows(tables["fleet"], site.site_id)),
        "contracts": [_contract(site, str(name), rows, instance) for name, rows in power.groupby("contract_id", sort=False)],
    }


def _gpus(fleet: pd.DataFrame) -> dict[str, dict[str, Any]]:
    by_gpu = {}
    for name, rows in fleet.groupby("gpu", sort=False):
        came = rows[rows["delivered"] > 0]["period"]
        by_gpu[str(name)] = {
            "count": round(float(rows["online"].max())),
            "first_delivery": str(came.min()) if came.size else "",
            "last_delivery": str(came.max()) if came.size else "",
        }
    return by_gpu


def _contract(site: Site, contract_id: str, rows: pd.DataFrame, instance: Instance) -> dict[str, Any]:
    offers: tuple[Tariff | OnsiteGas, ...] = (*site.tariffs, *site.onsite_gas)
    offer = next(offer for offer in offers if offer.contract_id == contract_id)
    serving = rows[rows["contracted_mw"] > 0]["period"]
    return {
        "contract_id": contract_id,
        "kind": str(rows["kind"].iloc[0]),
        "group": offer.exclusive_group or "",
        "mw": float(rows["contracted_mw"].max()),
        "from": str(serving.min()) if serving.size else "",
        "to": str(serving.max()) if serving.size else "",
        "term_months": (offer.term_months or 0) if isinstance(offer, Tariff) else offer.min_months,
    }


def _rentals(rentals: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "name": str(name),
            "gpus": round(float(rows["gpus"].max())),
            "from": str(rows["period"].min()),
            "to": str(rows["period"].max()),
        }
        for name, rows in rentals.groupby("rental", sort=False)
    ]


def _workloads(instance: Instance, tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    calendar = Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)
    months = {calendar.period_label(t): calendar.first_month(t) for t in range(calendar.periods)}
    rows = []
    for workload in instance.workloads:
        path = tables["workloads"][tables["workloads"]["workload"] == workload.name]
        ready = path[path["ready"] == 1]["period"]
        first = str(ready.min()) if ready.size else ""
        host = str(path["site_id"].iloc[-1]) if ready.size else ""
        late = max(months[first] - workload.wanted_from, 0) if first else max(calendar.months - workload.wanted_from, 0)
        rows.append({
            "name": workload.name,
            "target_h100e": workload.gpus_h100e,
            "wanted_from": calendar.label(workload.wanted_from),
            "deadline": "" if workload.deadline is None else calendar.label(workload.deadline),
            "ready": first,
            "delay_months": late,
            "sites": {host: float(path["allocated_h100e"].max())} if host else {},
        })
    return rows
