"""What moves the decision, in sentences: the weightiest factors at their ends and at their dearest value, and those that move nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from optimizer.core.number_words import listed
from optimizer.report.study_page.phrases import TOLD_MUSD, ends_of, moved_text, value_text

TORNADO_TOLD = 3
"""Factors that are told in sentences; all stand in the table."""


def tornado_sentences(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The factors that weigh most, a sentence each: what their ends and their dearest value cost, what changes; and what moved nothing."""
    tried = [row for row in rows if ends_of(row)]
    still = [str(row["title"]) for row in tried if _has_no_effect(row)]
    moving = [row for row in tried if not _has_no_effect(row)]
    verb = "moves" if len(still) == 1 else "move"
    nothing = [f"{listed(still)} {verb} neither the cost nor the decision at any value tried."] if still else []
    return [*map(_factor_text, moving[:TORNADO_TOLD]), *nothing]


def _has_no_effect(row: Mapping[str, Any]) -> bool:
    """Whether every value tried costs the same and decides the same as the scenario as it is."""
    return all(point["delta_musd"] is not None and abs(point["delta_musd"]) < TOLD_MUSD and not point["changes"] for point in row["points"])


def _extremes(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Ends of a factor, and between them the value that is dearer than both, or that has no plan where they have one."""
    ends = [end for _, end in ends_of(row)]
    dearest = max(row["points"], key=_cost_of, default=None)
    if dearest is None or _cost_of(dearest) <= max(map(_cost_of, ends)) + TOLD_MUSD:
        return ends
    return [*ends[:1], dearest, *ends[1:]]


def _cost_of(point: Mapping[str, Any]) -> float:
    cost = point["objective_musd"]
    return math.inf if pd.isna(cost) else float(cost)


def _factor_text(row: Mapping[str, Any]) -> str:
    parts = [f"{moved_text(end, end['delta_musd'], end['changes'])} at {value_text(end['value'], row['unit'])}" for end in _extremes(row)]
    return f"{row['title']}: {'; '.join(parts)}."
