"""A plan with one cell changed: what the tests of the audit's rules do to the plans made by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd

from optimizer.plan.plan import Plan

At = dict[str, Any]
"""Which rows: the label that each named column holds."""


def with_cell(plan: Plan, table: str, at: At, column: str, value: Any) -> Plan:
    """Change one cell of a plan, in every row that fits ``at``; the plan itself is changed and given back."""
    frame = plan.tables[table]
    rows = pd.Series(True, index=frame.index)
    for key, label in at.items():
        rows &= frame[key] == label
    assert rows.any()
    frame[column] = frame[column].astype(object)
    frame.loc[rows, column] = value
    return plan
