"""How often each host is the best over the runs of a study, and with what confidence."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
from scipy.stats import binomtest

from optimizer.study.answers.regret import TOLERANCE
from optimizer.study.answers.table import compared, gap_musd, has_plan, records
from optimizer.study.file.definition import Study

CONFIDENCE = 0.95

DRAWN = ("monte_carlo", "latin_hypercube")
"""Designs whose runs are drawn from what is likely: only there a share of the runs is a probability."""


def decisions_of(study: Study, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Count the runs in which each host is the best.

    Parameters
    ----------
    study : Study
        What was asked.
    table : pandas.DataFrame
        As of ``study_table``.

    Returns
    -------
    list of dict
        Per host and way (build, rent, none), the most frequent first: ``runs``; ``of`` (runs that have a plan); ``probability``
        with its 95 % interval of Wilson ``low`` to ``high``, None where the runs are not drawn;
        ``close_calls``: the runs in which another host, held there, cost no more than the best but for the proven gap, or may cost
        less than the best by its own gap (None where no decision was held). The draws of a Latin hypercube are more even than the
        interval supposes: it is rather too wide.
    """
    runs = compared(study, table)
    best = runs[has_plan(runs)]
    counts = Counter(zip(best["host"], best["build_or_rent"], strict=True))
    close = _close_calls(best, table)
    rows = []
    for (host, way), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        calls = None if close is None else close[host, way]
        share = _share(count, len(best)) if study.design in DRAWN else {"probability": None, "low": None, "high": None}
        rows.append({"host": host, "build_or_rent": way, "runs": count, "of": len(best), **share, "close_calls": calls})
    return rows


def _share(count: int, of: int) -> dict[str, float]:
    interval = binomtest(count, of).proportion_ci(CONFIDENCE, method="wilson")
    return {"probability": count / of, "low": float(interval.low), "high": float(interval.high)}


def _close_calls(best: pd.DataFrame, table: pd.DataFrame) -> Counter[tuple[str, str]] | None:
    """Runs, by host and way, in which another host cannot be told from the best by what was proven."""
    held = table[(table["phase"] == "fixed") & has_plan(table)]
    if held.empty:
        return None
    others: dict[str, list[dict[str, Any]]] = {}
    for row in records(held):
        others.setdefault(row["set"], []).append(row)
    close: Counter[tuple[str, str]] = Counter()
    for row in records(best):
        close[row["host"], row["build_or_rent"]] += any(_is_close(row, other) for other in others.get(row["set"], []))
    return close


def _is_close(best: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether a held decision costs no more than the best but for the gap, or may cost less: neither bound says no."""
    if other["fixed"] == best["host"]:
        return False
    cost, gap = float(best["objective_musd"]), gap_musd(best)
    least = max(cost - gap, float(other["objective_musd"]) - gap_musd(other))
    return float(other["objective_musd"]) <= cost + gap or least < cost - TOLERANCE * max(1.0, abs(cost))
