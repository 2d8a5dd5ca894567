"""Plan tables made safe to count with: labels known, numbers finite, whole where they must be, no row twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.audit.report import Violation
from optimizer.plan.plan import TABLE_COLUMNS

WHOLE_TOLERANCE = 1e-6
"""How far an integer may be from a whole number."""


def negative_tolerance(column: str) -> float:
    """How far below 0 a quantity may be: a millionth of a MW, a thousandth of a GPU or MWh."""
    return 1e-6 if column.endswith("mw") else 1e-3


@dataclass(frozen=True, slots=True)
class Form:
    """How one table is read: the labels that name a row, further labels, integer columns and columns that may be negative.

    A table without a key may hold equal rows (two deliveries ordered in one month).
    """

    key: tuple[str, ...]
    labels: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()


FORMS: Mapping[str, Form] = {
    "construction": Form(("period", "site_id"), ("mode",), ("started",)),
    "fleet": Form(("period", "site_id", "gpu")),
    "power": Form(("period", "site_id", "contract_id"), ("kind",), ("begins", "exits", "leaves", "units")),
    "dispatch": Form(("period", "site_id", "hour", "flow", "subject")),
    "ppas": Form(("period", "site_id", "contract_id"), (), ("begins",)),
    "batteries": Form(("period", "site_id", "contract_id")),
    "bills": Form(("period", "site_id", "contract_id", "charge", "tier"), ("unit",)),
    "emissions": Form(("period", "site_id")),
    "load": Form(("period", "site_id")),
    "workloads": Form(("period", "workload"), ("site_id", "family"), ("ready",)),
    "allocation": Form(("period", "site_id", "gpu", "workload")),
    "rentals": Form(("period", "rental")),
    "ledger": Form(("period", "site_id", "group", "line", "subject"), (), (), ("nominal_musd", "present_musd")),
    "cash": Form(("period", "purse"), (), (), ("in_musd", "out_musd", "balance_musd")),
    "payments": Form(("period", "purse", "group", "line"), (), (), ("musd",)),
    "debt": Form(("period",)),
    "commitments": Form((), ("sign_by", "site_id", "subject")),
}


@dataclass(slots=True)
class TableReader:
    """Cleans tables and keeps the faults found: an unusable row is left out, an unusable number counts as 0."""

    tables: Mapping[str, pd.DataFrame]
    known: Mapping[str, Mapping[str, Collection[str]]]
    faults: list[Violation] = field(default_factory=list)
    cells: int = 0

    def read(self, name: str) -> pd.DataFrame:
        """Give a table's usable rows with text labels and float numbers.

        ``known`` holds, by table and column, the labels that may stand there.
        """
        form, columns = FORMS[name], TABLE_COLUMNS[name]
        frame = self.tables.get(name)
        if frame is None or not set(columns) <= set(frame.columns):
            lacking = list(columns) if frame is None else sorted(set(columns) - set(frame.columns))
            self.fault("", "", f"table {name} lacks {', '.join(lacking)}")
            words = {*form.key, *form.labels}
            return pd.DataFrame({column: pd.Series(dtype=object if column in words else float) for column in columns})
        frame = frame.loc[:, list(columns)].reset_index(drop=True)
        self.cells += frame.size
        for column in (*form.key, *form.labels):
            if not _is_text(frame[column]):
                frame[column] = frame[column].astype(object).where(frame[column].notna(), "").map(str)
        frame = self._numbers(name, frame)
        return self._rows(name, frame)

    def fault(self, site_id: str, period: str, message: str) -> None:
        """Keep a fault of a table."""
        self.faults.append(Violation("tables", site_id, period, 1.0, "row", message))

    def _rows(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Leave out rows with labels nobody knows and rows that stand twice."""
        usable = np.ones(len(frame), dtype=bool)
        for column, labels in self.known.get(name, {}).items():
            strange = ~frame[column].isin(list(labels)).to_numpy(dtype=bool)
            self._mark(frame, strange, f"table {name}: unknown {column}", column)
            usable &= ~strange
        key = list(FORMS[name].key)
        twice = frame.duplicated(subset=key).to_numpy(dtype=bool) if key else np.zeros(len(frame), dtype=bool)
        self._mark(frame, twice, f"table {name}: the row stands more than once")
        usable &= ~twice
        return frame if usable.all() else frame.loc[usable].reset_index(drop=True)

    def _numbers(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Turn the number columns into finite floats, integers into whole ones."""
        form = FORMS[name]
        for column in TABLE_COLUMNS[name]:
            if column in form.key or column in form.labels:
                continue
            given = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
            missing = ~np.isfinite(given)
            value = np.where(missing, 0.0, given) if missing.any() or frame[column].dtype != np.float64 else given
            self._mark(frame, missing, f"table {name}: {column} is not a number:", column)
            if column in form.whole:
                broken = np.abs(value - np.round(value)) > WHOLE_TOLERANCE
                self._mark(frame, broken, f"table {name}: {column} is not whole:", column)
                value = np.round(value)
            if column not in form.signed:
                negative = value < -negative_tolerance(column)
                self._mark(frame, negative, f"table {name}: {column} is negative:", column)
            if value is not given:  # else the column holds these numbers already
                frame[column] = value
        return frame

    def _mark(self, frame: pd.DataFrame, bad: NDArray[np.bool_], message: str, column: str = "") -> None:
        if not bad.any():
            return
        for _, row in frame.loc[bad].iterrows():
            told = f"{message} {row[column]!r}" if column else message
            self.fault(str(row.get("site_id", "")), str(row.get("period", "")), told)


def _is_text(column: pd.Series) -> bool:
    """Whether a column is text throughout already."""
    return isinstance(column.dtype, pd.StringDtype) and not column.hasnans
