"""Contracts that the plan of the scenario as it is signs, and the runs in which they are held while all else is decided anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import pandas as pd

from optimizer.core.errors import Problem, StudyError
from optimizer.core.instance import Instance
from optimizer.plan.plan import Plan
from optimizer.solve.search.committed_contract import CommittedContract, Path
from optimizer.study.answers.table import has_plan
from optimizer.study.runs.designs import Run

PHASE = "signed"
"""Phase of the runs in which the contracts are held."""

Ledger = Mapping[str, Mapping[str, float]]
"""Present value by group and line, million USD."""


@dataclass(frozen=True, slots=True)
class CommittedCosts:
    """What was held, and what the plans with it and without it pay.

    Parameters
    ----------
    contracts : tuple of SignedContract
        Of the plan of run 0.
    ledgers : mapping of int to mapping
        ``ledger_musd`` of the plans of runs, by their numbers.
    """

    contracts: tuple[CommittedContract, ...]
    ledgers: Mapping[int, Ledger]


def contracts_of(plan: Plan, instance: Instance) -> tuple[CommittedContract, ...]:
    """Give the power contracts that a plan signs, from its tables: tariffs, rented units on site, power purchase agreements.

    Parameters
    ----------
    plan : Plan
        With its tables.
    instance : Instance
        The question that it answers; units that are bought, as batteries are, are no contract.
    """
    bought = {(site.site_id, gas.contract_id) for site in instance.sites for gas in site.onsite_gas if gas.buy_usd_per_kw is not None}
    rows = [_of_power(named, table) for named, table in _grouped(plan.tables["power"]) if named not in bought]
    return (*rows, *(_of_ppa(named, table) for named, table in _grouped(plan.tables["ppas"])))


def committed_runs(table: pd.DataFrame, runs: Sequence[Run], contracts: Sequence[CommittedContract]) -> list[Run]:
    """Every run of the design and every named one that has a plan, again with the contracts of run 0 held; none where it signs none.

    Parameters
    ----------
    table : pandas.DataFrame
        Of the runs.
    runs : sequence of Run
        The runs so far, in the order of their numbers from 0.
    contracts : sequence of SignedContract
        Those of the plan of run 0.
    """
    if not contracts:
        return []
    wanted = (runs[number] for number in rerun_table(table)["run"])
    return [
        replace(run, index=index, name=f"{run.name}, contracts signed", starts_from=run.index, phase=PHASE)
        for index, run in enumerate(wanted, start=len(runs))
    ]


def rerun_table(table: pd.DataFrame) -> pd.DataFrame:
    """Give the runs of the design and the named ones that have a plan, without the scenario as it is, in the order of their numbers."""
    return table[(table["phase"] == "design") & (table["run"] > 0) & has_plan(table)].sort_values("run")


def require_signable(runs: Iterable[tuple[str, Instance]]) -> None:
    """Say before the first run whether holding contracts can be told as a cost.

    Parameters
    ----------
    runs : iterable of (str, Instance)
        Names of the runs and what they ask, the scenario as it is first.

    Raises
    ------
    StudyError
        There are no contracts to be held, or some run has another goal than least cost; each with the first run that has it.
    """
    found: dict[str, str] = {}
    for name, instance in runs:
        for problem in _why_not_signable(instance):
            found.setdefault(problem, f"{problem} (In run {name}.)")
    if found:
        raise StudyError([Problem("study", "", "study.signed", problem) for problem in found.values()])


def _why_not_signable(instance: Instance) -> list[str]:
    problems = []
    if not instance.has_contracts:
        problems.append("There are no power contracts to be held: the scenario has no [contracts]. Leave out signed.")
    if any(goal != "min_cost" for goal in instance.goals):
        told = ", ".join(instance.goals)
        problems.append(f"What having signed costs is told by cost alone; the scenario's goals are {told}. Leave out signed.")
    return problems


def _grouped(table: pd.DataFrame) -> list[tuple[tuple[str, str], pd.DataFrame]]:
    """Rows of each contract by site and id, in the order of the table, period by period."""
    by_contract = table.groupby(["site_id", "contract_id"], sort=False)
    return [((str(site_id), str(contract_id)), rows.sort_values("period")) for (site_id, contract_id), rows in by_contract]


def _of_power(named: tuple[str, str], rows: pd.DataFrame) -> CommittedContract:
    kind = str(rows["kind"].iloc[0])
    units = _path(rows["period"], _units_added(rows["units"].tolist())) if kind == "onsite_gas" else ()
    return CommittedContract(*named, kind, str(rows["period"].iloc[0]), _path(rows["period"], rows["contracted_mw"].tolist()), units)


def _of_ppa(named: tuple[str, str], rows: pd.DataFrame) -> CommittedContract:
    return CommittedContract(*named, "ppa", str(rows["period"].iloc[0]), _path(rows["period"], rows["mw"].tolist()))


def _path(periods: pd.Series[str], amounts: Sequence[float]) -> Path:
    return tuple((str(period), float(amount)) for period, amount in zip(periods, amounts, strict=True))


def _units_added(standing: Sequence[float]) -> list[float]:
    """Units that have come by each period, of those that stand in it."""
    before = [0.0, *standing[:-1]]
    return list(accumulate(max(now - then, 0.0) for now, then in zip(standing, before, strict=True)))
