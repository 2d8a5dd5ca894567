"""The plan: the answer, as tidy frozen tables and a header (docs/reading-a-plan.md, docs/conventions.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from optimizer.plan.columns import TABLES
from optimizer.plan.header import Header, Status

BEYOND = "beyond"
"""Period label of flows that fall due after the horizon."""

DEBT = "debt"
"""Purse of the table ``cash`` that holds what is borrowed, and subject of the ledger's group ``finance``."""

TABLE_COLUMNS: Mapping[str, tuple[str, ...]] = {name: tuple(column.name for column in table.columns) for name, table in TABLES.items()}
"""Names of the columns of every table of a plan, in their order; ``optimizer/plan/columns.py`` says what they mean."""


@dataclass(frozen=True, slots=True)
class GoalResult:
    """What one goal came to: its value, the proven bound and the relative gap between them; both infinite where nothing is proven."""

    goal: str
    value: float
    unit: str
    bound: float
    gap: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to an instance: a header that is ``plan.json`` and the tables of ``TABLE_COLUMNS``."""

    header: Header
    tables: Mapping[str, pd.DataFrame]

    @property
    def status(self) -> Status:
        """Say what is held: proven optimal, within the gap, best found, or none and why."""
        return self.header["status"]
