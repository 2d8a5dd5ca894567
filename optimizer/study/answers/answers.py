"""What a study answers, as ``answers.json`` holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from optimizer.study.answers.breakpoint_phrases import changes, not_excluded, sentence, side
from optimizer.study.answers.breakpoints import Break
from optimizer.study.answers.committed_costs import committed_comparison
from optimizer.study.answers.decisions import DRAWN, decisions_of
from optimizer.study.answers.indices import indices_of
from optimizer.study.answers.regret import regret_of
from optimizer.study.answers.table import INFEASIBLE, NOT_RUN, compared, has_plan, is_unsolved, plain
from optimizer.study.answers.tornado import tornado_of
from optimizer.study.engine.outcome import FIGURES, QUARANTINED
from optimizer.study.file.definition import Study
from optimizer.study.runs.signing import CommittedCosts

FORMAT = 1
QUANTILES = {"p5": 0.05, "p50": 0.50, "p95": 0.95}


def answers_of(
    study: Study, table: pd.DataFrame, breaks: Sequence[Break] = (), scenario: str = "", signed: CommittedCosts | None = None
) -> dict[str, Any]:
    """Answer a study.

    Parameters
    ----------
    study : Study
        What was asked.
    table : pandas.DataFrame
        As of ``study_table``: all runs, of whatever phase and status.
    breaks : sequence of Break
        What the searches for breakpoints found.
    scenario : str
        Name of the scenario.
    signed : Signed, optional
        What was held of the contracts of run 0; None where that was not asked.

    Returns
    -------
    dict
        Fit for JSON. Costs are objectives (cash cost and the value of time) in million USD of present value. An answer that the
        design does not give is None or empty; what has no plan is None and counted.

    Raises
    ------
    SolverError
        Two runs contradict each other (``regret_of``, ``committed_comparison``).
    """
    decisions = decisions_of(study, table)
    return {
        "format": FORMAT,
        "scenario": scenario,
        "study": study.name,
        "title": study.title,
        "design": study.design,
        "unit": "musd",
        "runs": runs_of_all(table),
        "base": _base(table),
        "tornado": tornado_of(study, table),
        "indices": indices_of(study, table),
        "decisions": decisions,
        "close_calls": _sum_of_known([row["close_calls"] for row in decisions]),
        "regret": regret_of(study, table),
        "signed": committed_comparison(study, table, signed),
        "spread": spread_of(study, table),
        "breakpoints": [break_answer(study, found) for found in breaks],
    }


def runs_of_all(table: pd.DataFrame) -> dict[str, Any]:
    """Count the runs by what became of them.

    Parameters
    ----------
    table : pandas.DataFrame
        As of ``study_table``.

    Returns
    -------
    dict
        ``asked``: all runs; ``done``: those that were solved, ``questions`` that differ (runs that ask the same are solved once); among
        them ``infeasible`` and ``no_plan_in_time``; ``failed`` (wrong
        input, audit failed, failed), ``quarantined``; the rest was not run. ``seconds``: of solving, once for runs that ask the same.
    """
    status = table["status"]
    quarantined = int(status.eq(QUARANTINED).sum())
    solved = table.drop_duplicates("key")
    is_done = ~is_unsolved(table) & status.ne(NOT_RUN)
    return {
        "asked": len(table),
        "done": int(is_done.sum()),
        "questions": int(table.loc[is_done, "key"].nunique()),
        "infeasible": int(status.eq(INFEASIBLE).sum()),
        "no_plan_in_time": int(status.eq("no_plan_in_time").sum()),
        "failed": int(is_unsolved(table).sum()) - quarantined,
        "quarantined": quarantined,
        "seconds": float(solved["seconds"].sum()),
    }


def spread_of(study: Study, table: pd.DataFrame) -> dict[str, Any] | None:
    """Give mean, standard deviation and percentiles of the cost over drawn runs; None for runs that are not drawn.

    Parameters
    ----------
    study : Study
        What was asked.
    table : pandas.DataFrame
        As of ``study_table``.

    Returns
    -------
    dict or None
        ``mean``, ``sd`` (of the sample; None for one run), ``p5``, ``p50``, ``p95`` in million USD, ``of`` (runs that have a plan) and
        ``left_out`` (those that have none, or none that is known).
    """
    if study.design not in DRAWN:
        return None
    runs = compared(study, table)
    costs = runs.loc[has_plan(runs), "objective_musd"]
    percentiles = {name: plain(costs.quantile(share)) for name, share in QUANTILES.items()}
    return {"mean": plain(costs.mean()), "sd": plain(costs.std()), **percentiles, "of": len(costs), "left_out": len(runs) - len(costs)}


def break_answer(study: Study, found: Break) -> dict[str, Any]:
    """Give a breakpoint as ``answers.json`` holds it.

    Parameters
    ----------
    study : Study
        What was asked.
    found : Break
        What a search found.

    Returns
    -------
    dict
        ``from`` and ``to``: what is watched before and after; ``last``: the last value before; ``at``: the first value after (None
        where nothing changes); ``is_proven``; ``ties``: those of the two values at which both cost the same (None where that is not
        known); ``changes``, ``says`` and ``not_excluded`` in words.
    """
    factor = next(factor for factor in study.factors if factor.name == found.factor)
    return {
        "factor": factor.name,
        "title": factor.title,
        "unit": factor.unit,
        "watch": found.watch,
        "from": side(found.before, found.watch),
        "to": side(found.after, found.watch),
        "last": found.last,
        "at": found.first if found.watch else None,
        "precision": found.precision,
        "is_proven": found.is_proven,
        "ties": None if found.ties is None else list(found.ties),
        "changes": changes(found),
        "says": sentence(found, factor),
        "not_excluded": not_excluded(found, factor),
    }


def _base(table: pd.DataFrame) -> Mapping[str, Any]:
    """Status and figures of the scenario as it is."""
    row = table[table["run"] == 0].iloc[0]
    return {"status": row["status"], **{name: plain(row[name]) for name in FIGURES}}


def _sum_of_known(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
