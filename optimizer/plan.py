"""The plan: the answer, as tidy frozen tables and a header (docs/reading-a-plan.md, docs/conventions.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

Status = Literal["optimal", "within_gap", "best_found", "infeasible", "no_plan_in_time"]

BEYOND = "beyond"
"""Period label of flows that fall due after the horizon."""

TABLE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "construction": ("period", "site_id", "mode", "started", "built_it_mw", "added_it_mw", "liquid_it_mw"),
    "fleet": ("period", "site_id", "gpu", "ordered", "delivered", "online", "retired", "powered", "exempt_delivered"),
    "power": ("period", "site_id", "contract_id", "contracted_mw", "firm_mw", "energy_mwh", "billed_mw",
              "kind", "begins", "exits", "leaves", "peak_mw", "billed_mwh", "units"),
    "load": ("period", "site_id", "it_mw", "facility_peak_mw", "facility_mwh"),
    "workloads": ("period", "workload", "site_id", "family", "allocated_h100e", "ready"),
    "allocation": ("period", "site_id", "gpu", "workload", "gpus"),
    "service": ("workload", "site_id", "gpus", "share"),
    "rentals": ("period", "rental", "gpus", "begun_gpus"),
    "ledger": ("period", "site_id", "group", "line", "subject", "nominal_musd", "present_musd"),
    "cash": ("period", "purse", "in_musd", "out_musd", "balance_musd"),
    "payments": ("period", "purse", "group", "line", "musd"),
    "commitments": ("sign_by", "site_id", "subject", "committed_musd", "nonrefundable_musd", "exit_musd"),
    "assumptions": ("table", "key", "column", "value", "unit", "kind", "quality", "as_of", "source"),
}
"""Columns of every table of a plan. Rows:

construction
    every period of every started site, under its mode; ``started`` 1 in the period of the start; ``built_it_mw`` and
    ``liquid_it_mw`` cumulative, ``added_it_mw`` enters service in the period.
fleet
    every period of every started site and GPU model that is ever there. ``ordered``: GPUs whose order falls into the period.
    ``retired``: leave service in the period. ``exempt_delivered``: the part of ``delivered`` free of sales tax.
power
    every period of every contract used, from its begin (tariff) or first units (gas) to the end of the horizon. ``kind`` is the
    tariff's kind or ``onsite_gas``; ``begins``, ``exits``, ``leaves`` are 0 or 1 (``leaves``: in the last period, left at the end
    of the horizon); ``units`` is 0 for tariffs.
    Gas rows: ``contracted_mw`` = units x unit_mw, ``billed_mw`` = 0, ``billed_mwh`` = energy_mwh.
workloads
    every period and workload; ``site_id`` is its host (site or rental; empty before the choice is known or if never ready).
allocation
    GPUs of a model at a site that serve a workload in a period (owned ones; rentals serve whole).
ledger
    one row per period (or ``beyond``), site (empty: none), group, line and subject (GPU model, contract, rental, workload, mode;
    else empty), where not 0.
payments
    what each purse pays per period and ledger line (negative: comes back).
"""


@dataclass(frozen=True, slots=True)
class GoalResult:
    """What one goal came to: its value, the proven bound and the relative gap between them."""

    goal: str
    value: float
    unit: str
    bound: float
    gap: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to an instance: a header that is ``plan.json`` and the tables of ``TABLE_COLUMNS``."""

    header: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]

    @property
    def status(self) -> Status:
        """Say what is held: proven optimal, within the gap, best found, or none and why."""
        status: Status = self.header["status"]
        return status
