"""From a compiled model and settings to what the solver's process is told."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.compile.compiled import CompiledModel
from optimizer.solve.highs.messages import Task
from optimizer.solve.highs.settings import SolveSettings


def task_of(compiled: CompiledModel, settings: SolveSettings, start: NDArray[np.float64] | None = None) -> Task:
    """Give the task of solving a model.

    Parameters
    ----------
    compiled, settings, start
        As for ``solve_compiled``.
    """
    matrix = compiled.matrix
    return Task(
        name=compiled.name,
        costs=compiled.costs,
        offset=compiled.offset,
        maximize=compiled.maximize,
        starts=matrix.indptr.astype(np.int32),
        row_indices=matrix.indices.astype(np.int32),
        coefficients=matrix.data,
        row_lower=compiled.row_lower,
        row_upper=compiled.row_upper,
        column_lower=compiled.column_lower,
        column_upper=compiled.column_upper,
        integrality=compiled.integrality,
        options=settings.highs_options(),
        start=start,
        stop_bound=settings.stop_bound,
        solver=settings.solver,
    )
