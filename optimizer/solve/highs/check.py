"""Whether what HiGHS calls a solution satisfies the model it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.errors import SolverError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from optimizer.solve.compile.compiled import CompiledModel

# HiGHS promises 1e-7 on the model it solves; undoing presolve and scaling may lose a little, a wrong answer loses much.
TOLERANCE = 1e-5


def check_solution(compiled: CompiledModel, values: NDArray[np.float64], objective: float) -> None:
    """Recompute rows, bounds, integrality and objective from the arrays.

    Parameters
    ----------
    compiled : CompiledModel
        The model that was solved.
    values : numpy.ndarray
        Of all columns.
    objective : float
        As HiGHS gave it.

    Raises
    ------
    SolverError
        When something is off by more than 1e-5 (relative to the larger of 1 and the bound); names the row or column.
    """
    if not np.isfinite(values).all():
        raise SolverError(f"HiGHS gave no number for {compiled.column_name(int(np.argmin(np.isfinite(values))))}.")
    rows = compiled.matrix @ values
    _refuse(_excess(rows, compiled.row_lower, compiled.row_upper), compiled.row_name)
    _refuse(_excess(values, compiled.column_lower, compiled.column_upper), compiled.column_name)
    _refuse(np.where(compiled.integrality, np.abs(values - np.round(values)), 0.0), compiled.column_name)
    recomputed = float((compiled.costs * values).sum()) + compiled.offset  # a plain sum: no threads are called up for it
    if abs(recomputed - objective) > TOLERANCE * max(1.0, abs(objective)):
        raise SolverError(f"HiGHS gave the objective {objective}, but its values make {recomputed}.")


def _excess(numbers: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each number lies outside its bounds, relative to the larger of 1 and the bound; 0 inside."""
    below = np.where(np.isfinite(lower), (lower - numbers) / _scale(lower), 0.0)
    above = np.where(np.isfinite(upper), (numbers - upper) / _scale(upper), 0.0)
    return np.maximum(0.0, np.maximum(below, above))


def _scale(bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(bounds), np.maximum(1.0, np.abs(bounds)), 1.0)


def _refuse(excess: NDArray[np.float64], name: Callable[[int], str]) -> None:
    if len(excess) and excess.max() > TOLERANCE:
        worst = int(np.argmax(excess))
        raise SolverError(f"The solution of HiGHS breaks {name(worst)} by {excess[worst]:.3g} (relative).")
