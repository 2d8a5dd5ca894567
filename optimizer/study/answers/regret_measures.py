"""Regret over many runs in a few numbers: expected, worst, mean of the worst, and what it is worth to know beforehand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

MEASURES = (
    "expected_musd", "expected_at_least_musd", "expected_at_most_musd", "worst_musd", "worst_at_least_musd", "worst_at_most_musd",
    "cvar_musd", "expected_cost_musd",
)
"""What is measured of a candidate that has a plan in every run, in the order of ``answers.json``."""


@dataclass(frozen=True, slots=True)
class Regret:
    """What a candidate costs more than the best of its run, million USD: by the plans found, and what is proven of it.

    The true regret lies from ``at_least_musd`` to ``at_most_musd``, which is infinite where no bound of the best is known.
    """

    musd: float
    at_least_musd: float
    at_most_musd: float


@dataclass(frozen=True, slots=True)
class RunCosts:
    """What the candidates cost in one run, million USD.

    Parameters
    ----------
    run : int
        Number of the run.
    name : str
        Its name.
    values : mapping of str to value
        Values of the factors.
    best : str
        Host of the best plan; empty where that runs the main workload nowhere.
    best_musd : float
        Its cost.
    costs : mapping of str to float or None
        Cost of each candidate; None where there is no plan, or none is known.
    infeasible, unknown : tuple of str
        The candidates that are proven to have no plan, and those of which nothing is known.
    best_at_least_musd : float
        Proven bound: no plan of this run costs less; minus infinity where none is known.
    at_least : mapping of str to float
        The same of each candidate that has a plan.
    """

    run: int
    name: str
    values: Mapping[str, Any]
    best: str
    best_musd: float
    costs: Mapping[str, float | None]
    infeasible: tuple[str, ...]
    unknown: tuple[str, ...]
    best_at_least_musd: float
    at_least: Mapping[str, float]

    @property
    def regrets(self) -> dict[str, Regret]:
        """Regret of each candidate that has a plan."""
        return {
            host: Regret(cost - self.best_musd, max(0.0, self.at_least[host] - self.best_musd), cost - self.best_at_least_musd)
            for host, cost in self.costs.items()
            if cost is not None
        }

    def answer(self) -> dict[str, Any]:
        """Give the row of ``answers.json``; ``regrets``: cost less the best one's; what is ``at_least`` is None where it is not known."""
        regrets = self.regrets
        return {
            "run": self.run,
            "name": self.name,
            "values": dict(self.values),
            "best": self.best,
            "best_musd": self.best_musd,
            "best_at_least_musd": _known(self.best_at_least_musd),
            "costs": dict(self.costs),
            "costs_at_least": {host: _known(self.at_least.get(host, math.inf)) for host in self.costs},
            "regrets": {host: regrets[host].musd if host in regrets else None for host in self.costs},
            "infeasible": list(self.infeasible),
            "unknown": list(self.unknown),
        }


def mean_of_worst(values: Sequence[float], fraction: float) -> float:
    """Mean of the greatest values that make up a fraction of all (CVaR); the value at the edge counts with the part that is missing.

    Parameters
    ----------
    values : sequence of float
        Equally likely; at least one.
    fraction : float
        In (0, 1].
    """
    worst = np.sort(np.asarray(values, dtype=float))[::-1]
    weights = np.clip(fraction * len(worst) - np.arange(len(worst)), 0.0, 1.0)
    return float(worst @ weights / weights.sum())


def summary_of(hosts: Sequence[str], rows: Sequence[RunCosts], fraction: float) -> dict[str, Any]:
    """Sum up what deciding for each candidate costs more than the best.

    Parameters
    ----------
    hosts : sequence of str
        The candidates.
    rows : sequence of RunCosts
        The runs, each as likely as any other.
    fraction : float
        Share of the worst runs that ``cvar_musd`` is the mean of.

    Returns
    -------
    dict
        ``summary``: per candidate ``expected_musd``, ``worst_musd``, ``cvar_musd`` of its regret and ``expected_cost_musd``, all None
        where some run has no plan for it or none is known (``infeasible_runs``, ``unknown_runs``). Over the other runs alone
        (``runs_with_plan``): ``expected_with_plan_musd``, ``worst_with_plan_musd``, None without such a run. What is proven of the
        first two, whatever the solver left open: ``expected_at_least_musd``, ``expected_at_most_musd``, ``worst_at_least_musd``,
        ``worst_at_most_musd`` (at most: None where the best of some run is not bounded);
        ``least_expected_cost`` and ``minimax_regret``: the candidates of least mean cost and least worst regret (of equal ones the
        first), ``value_of_perfect_information_musd``: the least expected regret; the three are None where no candidate has a plan
        in every run. ``says``: over which runs and candidates they hold.
    """
    summary = [_of(host, rows, fraction) for host in hosts]
    whole = [row for row in summary if row["expected_musd"] is not None]
    expected = min(whole, key=lambda row: row["expected_musd"], default=None)
    minimax = min(whole, key=lambda row: row["worst_musd"], default=None)
    return {
        "summary": summary,
        "least_expected_cost": None if expected is None else expected["host"],
        "minimax_regret": None if minimax is None else minimax["host"],
        "value_of_perfect_information_musd": None if expected is None else expected["expected_musd"],
        "says": _sentence([row["host"] for row in whole], len(hosts), len(rows)),
    }


def _of(host: str, rows: Sequence[RunCosts], fraction: float) -> dict[str, Any]:
    regrets = [regret for row in rows if (regret := row.regrets.get(host))]
    costs = [cost for row in rows if (cost := row.costs[host]) is not None]
    found = [regret.musd for regret in regrets]
    head = {
        "host": host,
        "infeasible_runs": sum(host in row.infeasible for row in rows),
        "unknown_runs": sum(host in row.unknown for row in rows),
        "runs_with_plan": len(found),
        "expected_with_plan_musd": float(np.mean(found)) if found else None,
        "worst_with_plan_musd": max(found, default=None),
    }
    if not rows or len(regrets) < len(rows):
        return head | dict.fromkeys(MEASURES)
    at_least = [regret.at_least_musd for regret in regrets]
    at_most = [regret.at_most_musd for regret in regrets]
    return {
        **head,
        "expected_musd": float(np.mean(found)),
        "expected_at_least_musd": float(np.mean(at_least)),
        "expected_at_most_musd": _known(float(np.mean(at_most))),
        "worst_musd": max(found),
        "worst_at_least_musd": max(at_least),
        "worst_at_most_musd": _known(max(at_most)),
        "cvar_musd": mean_of_worst(found, fraction),
        "expected_cost_musd": float(np.mean(costs)),
    }


def _known(musd: float) -> float | None:
    """A bound as JSON has it: None where it is none."""
    return musd if math.isfinite(musd) else None


def _sentence(whole: Sequence[str], candidates: int, runs: int) -> str:
    if not whole:
        return "No candidate has a plan in every run: no mean can be compared, and what knowing beforehand is worth cannot be said."
    among = "all candidates" if len(whole) == candidates else f"the candidates that have a plan in every run ({', '.join(whole)})"
    return f"Over {runs:,} runs, each counted alike, and {among}."
