"""The plan: the answer, as tidy frozen tables and a header (docs/reading-a-plan.md, docs/conventions.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from optimizer.plan.header import Header, Status

BEYOND = "beyond"
"""Period label of flows that fall due after the horizon."""

DEBT = "debt"
"""Purse of the table ``cash`` that holds what is borrowed, and subject of the ledger's group ``finance``."""

TABLE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "construction": ("period", "site_id", "mode", "started", "built_it_mw", "added_it_mw", "liquid_it_mw"),
    "fleet": ("period", "site_id", "gpu", "ordered", "delivered", "online", "retired", "powered", "exempt_delivered"),
    "power": ("period", "site_id", "contract_id", "contracted_mw", "firm_mw", "energy_mwh", "billed_mw",
              "kind", "begins", "exits", "leaves", "peak_mw", "billed_mwh", "units",
              "extra_mw", "spare_cover_mw"),
    "dispatch": ("period", "site_id", "hour", "weight_h", "flow", "subject", "mw"),
    "ppas": ("period", "site_id", "contract_id", "begins", "mw", "volume_mwh"),
    "batteries": ("period", "site_id", "contract_id", "added_mw", "added_mwh", "mw", "mwh", "shave_mw", "spare_mw", "cover_mw"),
    "bills": ("period", "site_id", "contract_id", "charge", "tier", "billed", "unit"),
    "emissions": ("period", "site_id", "location_t", "market_t", "matched_mwh", "load_mwh"),
    "load": ("period", "site_id", "it_mw", "facility_peak_mw", "facility_mwh"),
    "workloads": ("period", "workload", "site_id", "family", "allocated_h100e", "ready"),
    "allocation": ("period", "site_id", "gpu", "workload", "gpus"),
    "service": ("workload", "site_id", "gpus", "share"),
    "rentals": ("period", "rental", "gpus", "begun_gpus"),
    "ledger": ("period", "site_id", "group", "line", "subject", "nominal_musd", "present_musd"),
    "cash": ("period", "purse", "in_musd", "out_musd", "balance_musd"),
    "payments": ("period", "purse", "group", "line", "musd"),
    "debt": ("period", "drawn_musd", "repaid_musd", "interest_musd", "fee_musd", "balance_musd", "lendable_musd"),
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
    ``extra_mw``: share of the load above its hourly mean that is laid on the contract; ``spare_cover_mw``: firm MW of a gas offer
    for which a battery stands in as the spare unit.
dispatch
    every period with load of every site, every typical hour of it (``hour``: ``mean`` at a flat site, else the day and hour of the
    model year such as ``08-14T17``), with the hours it stands for; flows with their subject: ``load``, ``drawn`` (tariff),
    ``generated`` (gas), ``own_use``, ``sold``, ``spilled`` (physical ppa), ``charge``, ``discharge`` (battery), ``stored`` (MWh at
    the end of the hour, battery), ``shed``, ``shifted_out``, ``shifted_in`` (workload). Rows of 0 are left out, but for ``load``.
ppas, batteries
    every period from the first with MW to the end of the horizon; ``volume_mwh`` is the agreement's whole volume.
bills
    what a ``rate`` bills: per period and charge the billed MW (mean over the months) or, by tier, MWh of the period; and the charge
    ``minimum_bill`` with its top-up in musd.
emissions
    every period with load of every site (docs/conventions.md, section Carbon).
workloads
    every period and workload; ``site_id`` is its host (site or rental; empty before the choice is known or if never ready).
allocation
    GPUs of a model at a site that serve a workload in a period (owned ones; rentals serve whole).
ledger
    one row per period (or ``beyond``), site (empty: none), group, line and subject (GPU model, contract, rental, workload, mode;
    else empty), where not 0.
cash
    every period of every purse; where there is a loan also of the purse ``debt``, which receives what is drawn.
payments
    what each purse pays per period and ledger line (negative: comes back).
debt
    every period, where the scenario has a loan: ``balance_musd`` is owed after the period's draws and instalments,
    ``lendable_musd`` is the most that may be.
"""


@dataclass(frozen=True, slots=True)
class GoalResult:
    """What one goal came to: its value, the proven bound and the relative gap between them; both infinite where nothing is proven."""

    goal: str
    value: float
    unit: str
    bound: float
    gap: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to an instance: a header that is ``plan.json`` and the tables of ``TABLE_COLUMNS``."""

    header: Header
    tables: Mapping[str, pd.DataFrame]

    @property
    def status(self) -> Status:
        """Say what is held: proven optimal, within the gap, best found, or none and why."""
        return self.header["status"]
