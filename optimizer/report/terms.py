"""Contracts that still serve when the plan ends: a plan's last period is no end of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimizer.plan.plan import Plan

Contract = tuple[str, str]
"""Site and contract."""

_TERMLESS = ("onsite_gas", "battery")
"""Kinds whose ``term_months`` is no term: the shortest stay of gas, nothing of a battery."""

_ADDED_MW = 1e-5
"""MW that count as added, with a term of their own; less is the solver's last digits."""


def last_begins(plan: Plan) -> dict[Contract, str]:
    """Period in which each tariff, gas contract and agreement begins to serve; the last one of those that begin again."""
    found: dict[Contract, str] = {}
    for table in (plan.tables["power"], plan.tables["ppas"]):
        begun = table[table["begins"].astype(float) > 0.5]
        for site_id, contract_id, period in begun[["site_id", "contract_id", "period"]].itertuples(index=False, name=None):
            found[site_id, contract_id] = max(found.get((site_id, contract_id), ""), period)
    return found


def term_begins(plan: Plan) -> dict[Contract, str]:
    """Period from which the last term of each tariff and agreement runs: of a tariff that in which it adds its last MW."""
    found = last_begins(plan)
    terms = {(site["site_id"], one["contract_id"]): one["term_months"] for site in plan.header["sites"] for one in site["contracts"]}
    for key, rows in plan.tables["power"].groupby(["site_id", "contract_id"], sort=False):
        if key in found and terms.get(key):
            path = rows.sort_values("period")[["period", "contracted_mw"]].itertuples(index=False, name=None)
            found[key] = max(found[key], _last_added([(str(period), float(mw)) for period, mw in path], terms[key]))
    return found


def _last_added(path: list[tuple[str, float]], term: int) -> str:
    """Period in which the last MW are added: what the path grows by, and what makes up for MW whose term is over."""
    running: list[tuple[str, float]] = []
    last, reached = "", 0.0
    for period, mw in path:
        over = sum(more for end, more in running if end <= period)
        running = [(end, more) for end, more in running if end > period]
        if mw - reached + over > _ADDED_MW:
            running.append((Calendar(period, term + 1, 1).label(term), mw - reached + over))
            last = period
        reached = mw
    return last


def left(plan: Plan) -> set[Contract]:
    """Contracts that the plan leaves at the end of its horizon."""
    power = plan.tables["power"]
    return set(power.loc[power["leaves"].astype(float) > 0.5, ["site_id", "contract_id"]].itertuples(index=False, name=None))


def open_ends(plan: Plan) -> Mapping[Contract, str]:
    """Contracts that serve in the last period with load and are not left then.

    Returns
    -------
    mapping of (site_id, contract_id) to str
        Last month of the term of its last MW, ``2035-09``; empty where the contract has no term.
    """
    last = max(plan.tables["load"]["period"], default="")
    gone, begins = left(plan), term_begins(plan)
    found: dict[Contract, str] = {}
    for site in plan.header["sites"]:
        for contract in site["contracts"]:
            key = (site["site_id"], contract["contract_id"])
            if contract["to"] != last or key in gone:
                continue
            term = 0 if contract["kind"] in _TERMLESS else contract["term_months"]
            found[key] = Calendar(begins.get(key, contract["from"]), term, 1).label(term - 1) if term else ""
    return found
