"""Linear Pyomo expressions as columns and coefficients."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from pyomo.common.errors import PyomoException
from pyomo.core import SortComponents
from pyomo.repn.linear import LinearRepnVisitor
from pyomo.repn.util import VarRecorder

from optimizer.core.errors import SolverError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from pyomo.core.base.var import VarData


@contextmanager
def unfixed(variables: Sequence[VarData]) -> Iterator[None]:
    """Free the fixed variables for a while, so that they are compiled as columns and not folded into constants.

    Parameters
    ----------
    variables : sequence of pyomo VarData
        All variables of the model.
    """
    fixed = [variable for variable in variables if variable.fixed]
    for variable in fixed:
        variable.fixed = False
    try:
        yield
    finally:
        for variable in fixed:
            variable.fixed = True

# What is smaller is the dust of subtracted floats; what lies between it and CompiledModel's least size is refused.
DUST = 1e-12


def linear_terms(
    expression: Any, variables: Sequence[VarData], column_of: Mapping[int, int]
) -> tuple[NDArray[np.int32], NDArray[np.float64], float]:
    """Give columns, coefficients and constant of a linear expression; a fixed variable counts as a variable.

    Parameters
    ----------
    expression : pyomo expression or number
        Linear.
    variables : sequence of pyomo VarData
        All variables of the model.
    column_of : mapping of int
        From the ``id`` of a variable to its column.

    Raises
    ------
    SolverError
        When the expression is not linear, or uses a variable of another model.
    """
    used: dict[int, VarData] = {}
    with unfixed(variables):
        try:
            terms = LinearRepnVisitor({}, var_recorder=VarRecorder(used, SortComponents.UNSORTED)).walk_expression(expression)
        except PyomoException as error:
            raise SolverError(f"The expression cannot be read: {error}") from error
    if terms.nonlinear is not None:
        raise SolverError(f"The expression is not linear: {terms.nonlinear}")
    for variable in terms.linear:
        if variable not in column_of:
            raise SolverError(f"{used[variable].name} is no variable of the compiled model.")
    kept = {variable: coefficient for variable, coefficient in terms.linear.items() if abs(coefficient) >= DUST}
    columns = np.fromiter((column_of[variable] for variable in kept), dtype=np.int32, count=len(kept))
    coefficients = np.fromiter(kept.values(), dtype=np.float64, count=len(kept))
    return columns, coefficients, float(terms.constant)
