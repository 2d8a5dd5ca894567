"""A plan made by hand: 2,000 GPUs at one site on one contract, from January 2024, with one rental."""

from __future__ import annotations

from typing import Any

import pandas as pd

from optimizer.plan.plan import TABLE_COLUMNS, Plan

_ROWS: dict[str, list[tuple[Any, ...]]] = {
    "construction": [("2024-01", "a", "retrofit", 1, 0.0, 0.0, 0.0), ("2024-02", "a", "retrofit", 0, 2.8, 2.8, 0.0)],
    "ledger": [("2024-01", "a", "capital", "gpus", "H100", 67.5, 67.1234567890123),
               ("beyond", "", "rent", "rental", "cloud", 1.5, 1.25)],
    "cash": [("2024-01", "fund", 100.0, 67.5, 32.5), ("2024-02", "fund", 0.0, 30.0, 2.5), ("2024-03", "fund", 5.0, 0.0, 7.5)],
    "commitments": [("2024-01", "a", "land", 2.0, 0.0, 0.0), ("2024-01", "a", "H100 order", 60.0, 7.5, 0.0),
                    ("2024-03", "a", "grid", 6.0, 4.5, 0.0)],
    "assumptions": [("sites", "a", "lat", "35", "degree", "fact", "primary", "2024-01-01", "https://example.org"),
                    ("modes", "a/retrofit", "lead_months", "6", "months", "estimate", "press", "2024-01-01", ""),
                    ("gpus", "H100", "price_usd", "33750", "usd", "estimate", "press", "2024-01-01", "")],
}


def header(**changes: Any) -> dict[str, Any]:
    """The header of the plan, changed by keyword."""
    contract = {"contract_id": "grid", "kind": "firm", "group": "", "mw": 3.64, "mw_first": 3.64, "mw_last": 3.64,
                "from": "2024-02", "to": "2024-12", "term_months": 60}
    gpus = {"H100": {"count": 2000, "first_delivery": "2024-01", "last_delivery": "2024-02"}}
    site = {"site_id": "a", "name": "Alpha", "mode": "retrofit", "construction_start": "2024-01", "first_power": "2024-02",
            "it_mw": 2.8, "facility_mw": 3.64, "gpus": gpus, "contracts": [contract]}
    workload = {"name": "train", "target_h100e": 2000.0, "wanted_from": "2024-02", "deadline": "2024-09", "ready": "2024-03",
                "delay_months": 1, "sites": {"a": 1.0}}
    data: dict[str, Any] = {
        "format": 1, "scenario": "sample", "scenario_sha256": "", "instance_sha256": "", "versions": {}, "status": "within_gap",
        "goals": [{"goal": "min_cost", "value": 81.0, "unit": "musd", "bound": 80.95, "gap": 0.000617}],
        "objective_musd": 81.0, "cash_cost_musd": 90.0, "value_of_time_musd": 4.0, "residual_musd": -13.0,
        "committed_musd": 0.0, "nonrefundable_at_signature_musd": 12.0, "has_contracts": True,
        "currency_year": 2024, "seconds": {"solve": 1.0, "total": 2.0}, "size": {},
        "peak_memory_mb": 100, "audit": {"passed": True, "rules": 1, "checks": 1, "worst_violation": 0.0}, "sites": [site],
        "rentals": [{"name": "cloud", "gpus": 1000, "from": "2024-01", "to": "2024-03"}], "workloads": [workload],
        "ledger_musd": {"capital": {"gpus": 67.0, "network": 10.0, "construction": 6.0, "land": 2.0, "spares": 1.0},
                        "rent": {"rental": 4.0}, "delay": {"delay": 4.0}, "residual": {"gpus": -13.0}, "lease": {}},
        "binding": ["supply of H100 in 2024-01"], "provenance": {},
    }
    return {**data, **changes}


def plan(**changes: Any) -> Plan:
    """The plan; its header changed by keyword."""
    tables = {name: pd.DataFrame(_ROWS.get(name, []), columns=list(columns)) for name, columns in TABLE_COLUMNS.items()}
    return Plan(header(**changes), tables)


def no_plan(**changes: Any) -> Plan:
    """The answer that there is no plan."""
    return Plan(header(**{"status": "infeasible", "objective_musd": None, "goals": [], "sites": [], **changes}), {})
