"""From a Pyomo model to arrays, once, through Pyomo's own compiler of linear models."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse
from pyomo.common.errors import InfeasibleConstraintException, PyomoException
from pyomo.core import Block, ConcreteModel, Var, maximize
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler, LinearStandardFormInfo

from optimizer.core.errors import SolverError
from optimizer.core.gc_pause import collection_paused
from optimizer.solve.compile.compiled import CompiledModel
from optimizer.solve.compile.linear import DUST, unfixed
from optimizer.solve.compile.reuse import ReusedParts, left_out, with_reused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pyomo.core.base.var import VarData


def compile_model(model: ConcreteModel, carried: ReusedParts | None = None) -> CompiledModel:
    """Turn a linear Pyomo model into arrays, with one column for every variable of its active blocks.

    Parameters
    ----------
    model : pyomo ConcreteModel
        Linear, with at most one active objective (none: cost 0). Deactivated parts are left out. A fixed variable is a column
        whose bounds are its value, so that a study can free it again.
    carried : Carried, optional
        What an earlier model left: rows that this one took over are not compiled again, the arrays come out the same.

    Returns
    -------
    CompiledModel
        In the model's own sense and units.

    Raises
    ------
    SolverError
        When the model is not linear, has two objectives, a row that can never hold, or a number that is not finite; names the
        culprit.
    """
    with collection_paused():
        variables = list(model.component_data_objects(Var, active=True, descend_into=Block))
        lower, upper, integrality = _column_bounds(variables)
        with unfixed(variables), left_out(model, carried) if carried else nullcontext():
            standard = _standard_form(model)
        if len(standard.objectives) > 1:
            raise SolverError("The model has several active objectives: " + ", ".join(each.name for each in standard.objectives))
        compiled = _assembled(standard, variables, (lower, upper, integrality))
        return with_reused(model, compiled, carried) if carried else compiled


def _column_bounds(variables: Sequence[VarData]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    lower = np.full(len(variables), -np.inf)
    upper = np.full(len(variables), np.inf)
    integrality = np.zeros(len(variables), dtype=np.bool_)
    steps: dict[int, bool] = {}  # a domain is shared by thousands of variables: ask it once
    for column, variable in enumerate(variables):
        try:
            low, high = (variable.value, variable.value) if variable.fixed else variable.bounds
        except ValueError as error:  # Pyomo's own refusal of NaN
            raise SolverError(str(error)) from error
        if variable.fixed and low is None:
            raise SolverError(f"The variable {variable.name} is fixed without a value.")
        if low is not None:
            lower[column] = low
        if high is not None:
            upper[column] = high
        domain = variable.domain
        whole = steps.get(id(domain))
        if whole is None:
            whole = steps[id(domain)] = not variable.is_continuous()
        integrality[column] = whole
    return lower, upper, integrality


def _standard_form(model: ConcreteModel) -> LinearStandardFormInfo:
    try:
        # set_sense=None keeps the objective's own sense; mixed_form keeps equalities, and gives a ranged row as two neighbours.
        return LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)
    except InfeasibleConstraintException as error:
        raise SolverError(f"A constraint without variables can never hold: {error}") from error
    except (PyomoException, ValueError) as error:
        raise SolverError(f"The model cannot be compiled: {error}") from error


def _assembled(
    standard: LinearStandardFormInfo,
    variables: list[VarData],
    columns: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]],
) -> CompiledModel:
    lower, upper, integrality = columns
    position = {id(variable): column for column, variable in enumerate(variables)}
    foreign = [variable for variable in standard.columns if id(variable) not in position]
    if foreign:
        raise SolverError(f"The variable {foreign[0].name} is used by the model but stands outside its active blocks.")
    kept = np.fromiter((position[id(variable)] for variable in standard.columns), dtype=np.int64, count=len(standard.columns))
    matrix, row_lower, row_upper, rows = _rows(standard)
    costs = np.zeros(len(variables))
    offset, downhill = 0.0, True
    if standard.objectives:
        costs[kept] = standard.c.toarray()[0]
        offset, downhill = float(standard.c_offset[0]), standard.objectives[0].sense != maximize
    return CompiledModel(
        costs=costs,
        offset=offset,
        maximize=not downhill,
        matrix=_with_all_columns(matrix, kept, len(variables)),
        row_lower=row_lower,
        row_upper=row_upper,
        column_lower=lower,
        column_upper=upper,
        integrality=integrality,
        variables=tuple(variables),
        constraints=tuple(rows),
    )


def _rows(
    standard: LinearStandardFormInfo,
) -> tuple[scipy.sparse.csc_array, NDArray[np.float64], NDArray[np.float64], list[object]]:
    """Give matrix, bounds and constraints of the rows, the two neighbours of a ranged constraint joined into one."""
    constraints = [row.constraint for row in standard.rows]
    kind = np.fromiter((row.bound_type for row in standard.rows), dtype=np.int8, count=len(standard.rows))
    side = np.asarray(standard.rhs, dtype=np.float64)
    row_lower = np.where(kind == 1, -np.inf, side)
    row_upper = np.where(kind == -1, np.inf, side)
    matrix = scipy.sparse.csc_array(standard.A)
    neighbours = zip(constraints, [None, *constraints], strict=False)
    second = np.fromiter((one is other for one, other in neighbours), dtype=np.bool_, count=len(constraints))
    if second.any():
        (doubles,) = np.nonzero(second)
        row_lower[doubles - 1] = row_lower[doubles]
        matrix = matrix.tocsr()[~second].tocsc()
        row_lower, row_upper = row_lower[~second], row_upper[~second]
        constraints = [constraint for constraint, double in zip(constraints, second, strict=True) if not double]
    return matrix, row_lower, row_upper, constraints


def _with_all_columns(matrix: scipy.sparse.csc_array, kept: NDArray[np.int64], count: int) -> scipy.sparse.csc_array:
    """Spread the columns to their places among all variables (those in no row are empty), without float dust."""
    lengths = np.zeros(count, dtype=np.int64)
    lengths[kept] = np.diff(matrix.indptr)
    order = np.argsort(kept, kind="stable")
    if not np.array_equal(order, np.arange(len(kept))):
        matrix = matrix[:, order]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    full = scipy.sparse.csc_array((matrix.data, matrix.indices.astype(np.int32), starts), shape=(matrix.shape[0], count))
    full.data[np.abs(full.data) < DUST] = 0.0
    full.eliminate_zeros()
    return full
