"""What a model's rows say of it without solving it: whether some row can be met by no values within the bounds of its columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.compile.compiled import CompiledModel

SLACK = 1e-6
"""How far beyond its bound a row must be, relative to the larger of 1 and the bound, to count as one that cannot be met."""


def is_refuted(model: CompiledModel) -> bool:
    """Tell whether arithmetic alone shows that a model has no solution; that it does not proves nothing.

    Parameters
    ----------
    model : CompiledModel
        Its least and greatest row activities are set against its row bounds.
    """
    least, most = _activities(model)
    rows = _beyond(least, model.row_upper) | _beyond(-most, -model.row_lower)
    return bool(rows.any() or _beyond(model.column_lower, model.column_upper).any())


def _activities(model: CompiledModel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least and greatest value of every row within the column bounds, infinite where there is none."""
    matrix = model.matrix
    columns = np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))
    low, high = model.column_lower[columns], model.column_upper[columns]
    is_up = matrix.data > 0
    rows = matrix.shape[0]
    least = np.bincount(matrix.indices, weights=matrix.data * np.where(is_up, low, high), minlength=rows)
    most = np.bincount(matrix.indices, weights=matrix.data * np.where(is_up, high, low), minlength=rows)
    return least.astype(np.float64), most.astype(np.float64)


def _beyond(value: NDArray[np.float64], most: NDArray[np.float64]) -> NDArray[np.bool_]:
    size = np.where(np.isfinite(most), np.maximum(1.0, np.abs(most)), 1.0)
    return value > most + SLACK * size
