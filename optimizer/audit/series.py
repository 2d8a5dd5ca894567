"""Rows of one key of a table as numbers by period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.audit.calendar import Clock
from optimizer.audit.comparison import FloatArray
from optimizer.audit.frames import TableReader

NOTHING = 1e-3
"""A number up to this is none at all where it is asked whether something began (GPUs; ones and zeros)."""


@dataclass(frozen=True, slots=True)
class Series:
    """Number columns by period, which periods have a row, and the periods' names."""

    columns: Mapping[str, FloatArray]
    present: NDArray[np.bool_]
    labels: tuple[str, ...]

    def first(self, column: str) -> int:
        """First period in which a column is not 0; T where there is none."""
        hits = np.flatnonzero(self.columns[column] > NOTHING)
        return int(hits[0]) if hits.size else self.present.size


def series(rows: pd.DataFrame, clock: Clock) -> Series:
    """Spread rows of one key over the periods; 0 where there is no row."""
    place = {label: index for index, label in enumerate(clock.labels)}
    index = np.array([place[label] for label in rows["period"]], dtype=np.int64)
    present = np.zeros(clock.count, dtype=bool)
    present[index] = True
    columns = {}
    for column in rows.columns:
        if pd.api.types.is_float_dtype(rows[column]):
            columns[str(column)] = np.zeros(clock.count)
            columns[str(column)][index] = rows[column].to_numpy(dtype=np.float64)
    return Series(columns, present, clock.labels)


def complete(reader: TableReader, path: Series, site_id: str, what: str, begin: int = 0) -> None:
    """Keep a fault for each period from ``begin`` on that has no row."""
    for period in np.flatnonzero(~path.present[begin:]) + begin:
        reader.fault(site_id, path.labels[period], f"table {what}: the row of the period is missing")
