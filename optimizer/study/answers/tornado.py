"""What each factor moves alone: the cost at both of its ends, and what changes in the decision there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from optimizer.study.answers.table import INFEASIBLE, is_missing, plain, records
from optimizer.study.file.definition import Factor, Study
from optimizer.study.runs.factors import is_base, tried_values

NO_GPU = 0.5
"""Difference in GPUs that is none."""

Row = Mapping[str, Any]


def tornado_of(study: Study, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Compare the runs in which one factor alone was changed with the scenario as it is.

    Parameters
    ----------
    study : Study
        Of the design one_at_a_time or grid; others have no such runs by design.
    table : pandas.DataFrame
        As of ``study_table``.

    Returns
    -------
    list of dict
        Per factor, those first that leave no plan at some value, then by falling ``swing_musd`` (greatest less least cost over all
        values tried and the scenario as it is): ``factor``, ``title``, ``unit``, ``base``, ``low`` and ``high`` (the least and the
        greatest value tried; of texts and truths the cheapest and the dearest), ``points`` (every value tried). A point has
        ``value``, ``objective_musd``, ``delta_musd`` against the scenario as it is, ``cash_cost_musd``, ``host``, ``ready``,
        ``status`` and ``changes`` in words; what has no plan has None.
    """
    if study.design not in ("one_at_a_time", "grid"):
        return []
    design = table[(table["phase"] == "design")].sort_values("run")
    rows = records(design.iloc[: len(design) - len(study.named)])
    found = [_of(factor, study.varied, rows) for factor in study.varied]
    return sorted((row for row in found if row["points"]), key=lambda row: (not _is_blocked(row), -(row["swing_musd"] or 0.0)))


def changes_of(base: Row, row: Row) -> list[str]:
    """Say what the decision of a run has else than another's: host, building or renting, sites, contracts, date, GPUs.

    Parameters
    ----------
    base, row : mapping
        Rows of the table; where one has no plan there is nothing to compare.
    """
    if is_missing(base["objective_musd"]) or is_missing(row["objective_musd"]):
        return []
    told = [
        _changed("host", base["host"], row["host"], "nowhere"),
        _changed("build or rent", base["build_or_rent"], row["build_or_rent"], "none"),
        _changed("sites", base["sites"], row["sites"], "none"),
        _changed("contracts", base["contracts"], row["contracts"], "none"),
        _changed("ready", base["ready"], row["ready"], "never"),
        _fewer_or_more("GPUs bought", base["gpus_bought"], row["gpus_bought"]),
        _fewer_or_more("GPUs rented", base["gpus_rented"], row["gpus_rented"]),
    ]
    return [change for change in told if change]


def _of(factor: Factor, factors: Sequence[Factor], rows: Sequence[Row]) -> dict[str, Any]:
    base, others = rows[0], [other for other in factors if other is not factor]
    alone = [row for row in rows[1:] if _differs(factor, base, row) and not any(_differs(other, base, row) for other in others)]
    if _tries_base(factor):
        alone = [base, *alone]
    points = [_point(factor, base, row) for row in alone]
    if all(_is_number(point["value"]) for point in points):
        points.sort(key=lambda point: float(point["value"]))
        ends = points[:1], points[-1:]
    else:
        by_cost = sorted(points, key=lambda point: math.inf if point["objective_musd"] is None else point["objective_musd"])
        ends = by_cost[:1], by_cost[-1:]
    deltas = [0.0, *(point["delta_musd"] for point in points if point["delta_musd"] is not None)]
    return {
        "factor": factor.name,
        "title": factor.title,
        "unit": factor.unit,
        "base": plain(factor.base, factor) if factor.base is not None else None,
        "swing_musd": max(deltas) - min(deltas) if len(deltas) > 1 else None,
        "low": next(iter(ends[0]), None),
        "high": next(iter(ends[1]), None),
        "points": points,
    }


def _point(factor: Factor, base: Row, row: Row) -> dict[str, Any]:
    cost, as_it_is = plain(row["objective_musd"]), plain(base["objective_musd"])
    return {
        "value": plain(row[f"factor.{factor.name}"], factor),
        "objective_musd": cost,
        "delta_musd": None if cost is None or as_it_is is None else cost - as_it_is,
        "cash_cost_musd": plain(row["cash_cost_musd"]),
        "host": plain(row["host"]),
        "ready": plain(row["ready"]),
        "status": row["status"],
        "run": int(row["run"]),
        "changes": changes_of(base, row),
    }


def _tries_base(factor: Factor) -> bool:
    """Whether the value of the scenario as it is is among those tried: its run is then the scenario's own."""
    return any(is_base(factor, value) for value in tried_values(factor))


def _differs(factor: Factor, base: Row, row: Row) -> bool:
    one, other = base[f"factor.{factor.name}"], row[f"factor.{factor.name}"]
    if is_missing(one) or is_missing(other):
        return is_missing(one) != is_missing(other)
    return bool(one != other)


def _is_blocked(row: Mapping[str, Any]) -> bool:
    return any(point["status"] == INFEASIBLE for point in row["points"])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _changed(what: str, before: str, after: str, empty: str) -> str:
    return "" if before == after else f"{what}: {before or empty} -> {after or empty}"


def _fewer_or_more(what: str, before: float, after: float) -> str:
    return "" if abs(after - before) < NO_GPU else f"{what}: {before:,.0f} -> {after:,.0f}"
