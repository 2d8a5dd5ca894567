"""Contracts that still serve when the plan ends: a plan's last period is no end of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.horizon import Calendar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimizer.plan import Plan

Contract = tuple[str, str]
"""Site and contract."""

_TERMLESS = ("onsite_gas", "battery")
"""Kinds whose ``term_months`` is no term: the shortest stay of gas, nothing of a battery."""


def last_begins(plan: Plan) -> dict[Contract, str]:
    """Period in which each tariff, gas contract and agreement begins to serve; the last one of those that begin again."""
    found: dict[Contract, str] = {}
    for table in (plan.tables["power"], plan.tables["ppas"]):
        begun = table[table["begins"].astype(float) > 0.5]
        for site_id, contract_id, period in begun[["site_id", "contract_id", "period"]].itertuples(index=False, name=None):
            found[site_id, contract_id] = max(found.get((site_id, contract_id), ""), period)
    return found


def left(plan: Plan) -> set[Contract]:
    """Contracts that the plan leaves at the end of its horizon."""
    power = plan.tables["power"]
    return set(power.loc[power["leaves"].astype(float) > 0.5, ["site_id", "contract_id"]].itertuples(index=False, name=None))


def open_ends(plan: Plan) -> Mapping[Contract, str]:
    """Contracts that serve in the last period with load and are not left then.

    Returns
    -------
    mapping of (site_id, contract_id) to str
        Last month of the term, ``2035-09``; empty where the contract has no term.
    """
    last = max(plan.tables["load"]["period"], default="")
    gone, begins = left(plan), last_begins(plan)
    found: dict[Contract, str] = {}
    for site in plan.header["sites"]:
        for contract in site["contracts"]:
            key = (site["site_id"], contract["contract_id"])
            if contract["to"] != last or key in gone:
                continue
            term = 0 if contract["kind"] in _TERMLESS else contract["term_months"]
            found[key] = Calendar(begins.get(key, contract["from"]), term, 1).label(term - 1) if term else ""
    return found
