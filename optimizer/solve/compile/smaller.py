"""A compiled model without the columns that are 0 anyway."""

from __future__ import annotations

from dataclasses import replace
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.compile.compiled import CompiledModel


def without_columns(compiled: CompiledModel, zero: NDArray[np.bool_]) -> tuple[CompiledModel, NDArray[np.int64]]:
    """Give the smaller model in which some columns are 0 and gone, with the columns that are kept.

    Rows that no kept column touches go too, unless 0 breaks them.

    Parameters
    ----------
    compiled : CompiledModel
        The whole model.
    zero : numpy.ndarray of bool
        One per column; the bounds of a column that goes must allow 0.
    """
    stays = ~zero
    (kept,) = np.nonzero(stays)
    matrix = compiled.matrix[:, kept]
    touched = np.zeros(matrix.shape[0], dtype=bool)
    touched[matrix.indices] = True
    asked = touched | (compiled.row_lower > 0) | (compiled.row_upper < 0)
    (rows,) = np.nonzero(asked)
    smaller = replace(
        compiled,
        costs=compiled.costs[kept],
        matrix=matrix[rows, :].tocsc(),
        row_lower=compiled.row_lower[rows],
        row_upper=compiled.row_upper[rows],
        column_lower=compiled.column_lower[kept],
        column_upper=compiled.column_upper[kept],
        integrality=compiled.integrality[kept],
        variables=tuple(compress(compiled.variables, stays.tolist())),
        constraints=tuple(compress(compiled.constraints, asked.tolist())),
    )
    return smaller, kept
