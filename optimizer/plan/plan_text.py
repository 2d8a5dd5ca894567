"""A plan as texts: ``plan.json``, every table as CSV, and the hash over all of it, by which what is made of a plan names its plan."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from optimizer.plan.plan import Plan

PLAN_MARK = "plan_sha256"
"""Name under which the report, the workbook and the map layers hold the hash of the plan they tell."""

_last: list[tuple[Plan, str]] = []
"""The plan last hashed: report, workbook and layers ask one after the other."""


def plan_json(plan: Plan) -> str:
    """Give the text of ``plan.json``: the header, with ``null`` for numbers that do not exist (such as a gap without a bound)."""
    return json.dumps(_plain(plan.header), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def plan_sha256(plan: Plan) -> str:
    """Hash header and tables; a plan that was written and read again has the same."""
    if not (_last and _last[0][0] is plan):
        _last[:] = [(plan, _sha256(plan))]
    return _last[0][1]


def _sha256(plan: Plan) -> str:
    digest = hashlib.sha256(plan_json(plan).encode())
    for name in sorted(plan.tables):
        digest.update(f"\0{name}\0{plan.tables[name].to_csv(index=False)}".encode())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    """Nothing but what JSON knows: numpy's numbers as Python's, infinite and undefined ones as null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
