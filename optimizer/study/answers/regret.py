"""What a decision costs that is made before the future is known: every candidate in every run, against the best of the run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from optimizer.core.errors import SolverError
from optimizer.study.answers.regret_measures import RunCosts, summary_of
from optimizer.study.answers.table import INFEASIBLE, compared, gap_musd, has_plan, is_answered, is_missing, plain, records
from optimizer.study.file.definition import Study

TOLERANCE = 1e-6
"""Relative difference between two costs that is no difference."""

Row = Mapping[str, Any]


def candidates_of(study: Study, table: pd.DataFrame) -> tuple[str, ...]:
    """Hosts whose decision is compared: those of the study, else every host that was best in some run, by name.

    Parameters
    ----------
    study : Study
        What was asked.
    table : pandas.DataFrame
        As of ``study_table``; the runs of the design must be in it.
    """
    if study.candidates:
        return study.candidates
    design = table[(table["phase"] == "design") & has_plan(table)]
    return tuple(sorted({str(host) for host in design["host"] if host}))


def regret_of(study: Study, table: pd.DataFrame) -> dict[str, Any] | None:
    """Compare the candidates over the runs of a study; None where no decision was held.

    Each run compared counts alike. A run that has no plan whatever is decided, and one without an answer, is left out and counted.

    Parameters
    ----------
    study : Study
        What was asked.
    table : pandas.DataFrame
        As of ``study_table``; runs of the phase ``fixed`` belong to the run of the design that changes the same.

    Returns
    -------
    dict or None
        ``decisions`` (hosts), ``summary`` and what is said beside it (``summary_of``), ``rows`` (``RunCosts.answer``),
        ``infeasible_anyway`` and ``left_out`` (runs that are not in the rows).

    Raises
    ------
    SolverError
        A plan with its decision held is better than the best one by more than what the solver left unproven.
    """
    held = table[table["phase"] == "fixed"]
    if held.empty:
        return None
    hosts = candidates_of(study, table)
    answers = {(row["set"], row["fixed"]): row for row in records(held)}
    runs = compared(study, table)
    for row in records(runs[runs["status"].eq(INFEASIBLE)]):
        _check_infeasible(row, [found for host in hosts if (found := answers.get((row["set"], host)))])
    rows = [_costs(study, row, {host: answers.get((row["set"], host)) for host in hosts}) for row in records(runs[has_plan(runs)])]
    return {
        "decisions": list(hosts),
        **summary_of(hosts, rows, study.cvar_fraction),
        "rows": [row.answer() for row in rows],
        "infeasible_anyway": int(runs["status"].eq(INFEASIBLE).sum()),
        "left_out": int((~is_answered(runs)).sum()),
    }


def _costs(study: Study, free: Row, held: Mapping[str, Row | None]) -> RunCosts:
    """Costs of the candidates in a run; the best is the least of all plans found for it."""
    costs: dict[str, float | None] = {}
    for host, row in held.items():
        costs[host] = _cost(free, host, row)
    best, best_musd = str(free["host"]), float(free["objective_musd"])
    for host, cost in costs.items():
        if cost is not None and cost < best_musd:
            best, best_musd = host, cost
    without = [host for host, cost in costs.items() if cost is None]
    infeasible = tuple(host for host in without if _status(held[host]) == INFEASIBLE)
    values = {factor.name: plain(free[f"factor.{factor.name}"], factor) for factor in study.varied}
    unknown = tuple(host for host in without if host not in infeasible)
    best_at_least = min(best_musd, float(free["objective_musd"]) - gap_musd(free))
    at_least = {host: _at_least(held[host], cost, best_at_least) for host, cost in costs.items() if cost is not None}
    return RunCosts(int(free["run"]), str(free["name"]), values, best, best_musd, costs, infeasible, unknown, best_at_least, at_least)


def _cost(free: Row, host: str, row: Row | None) -> float | None:
    """Cost of a candidate: of the run that holds it, and never more than the free run's where that decides the same of itself."""
    is_same = free["host"] == host
    if row is None or is_missing(row["objective_musd"]):
        return float(free["objective_musd"]) if is_same else None
    cost = float(row["objective_musd"])
    unproven = gap_musd(free) + gap_musd(row) + TOLERANCE * max(1.0, abs(cost))
    if math.isfinite(unproven) and cost < free["objective_musd"] - unproven:
        says = f"costs {cost:,.3f} musd, less than the best, {free['objective_musd']:,.3f} musd, by more than both gaps"
        raise _contradiction(free, host, says)
    return min(cost, float(free["objective_musd"])) if is_same else cost


def _at_least(row: Row | None, cost: float, best_at_least: float) -> float:
    """What a candidate costs at least: what is proven of the run that holds it, and never less than the best of all."""
    held = -math.inf if row is None or is_missing(row["objective_musd"]) else float(row["objective_musd"]) - gap_musd(row)
    return min(cost, max(held, best_at_least))


def _check_infeasible(free: Row, held: Sequence[Row]) -> None:
    for row in held:
        if not is_missing(row["objective_musd"]):
            raise _contradiction(free, str(row["fixed"]), "has a plan, though the run is said to have none whatever is decided")


def _status(row: Row | None) -> str:
    return "" if row is None else str(row["status"])


def _contradiction(free: Row, host: str, says: str) -> SolverError:
    run = f"Run {free['run']} ({free['name']})"
    return SolverError(f"{run} contradicts itself: held at {host} it {says}. No regret is told; this is a fault of gigasite.")
