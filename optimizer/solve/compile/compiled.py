"""The arrays of a compiled model, the way from Pyomo components to them, and the patches a study needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse

from optimizer.core.errors import SolverError
from optimizer.solve.compile.linear import linear_terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray
    from pyomo.core.base.component import ComponentBase
    from pyomo.core.base.constraint import ConstraintData
    from pyomo.core.base.var import VarData

SMALLEST = 1e-9
"""Least size of a coefficient that HiGHS keeps."""


@dataclass(frozen=True)
class CompiledModel:
    """A linear mixed-integer model as plain arrays, in the Pyomo model's own sense and units.

    Every patch gives a new `CompiledModel` that shares what did not change; the arrays are never written to.

    Parameters
    ----------
    costs : numpy.ndarray
        One per column, in the objective's unit per unit of the column.
    offset : float
        Constant of the objective.
    maximize : bool
        True when a larger objective is better.
    matrix : scipy.sparse.csc_array
        Rows by columns.
    row_lower, row_upper, column_lower, column_upper : numpy.ndarray
        Bounds; infinite where there is none.
    integrality : numpy.ndarray of bool
        True for integer columns.
    variables : tuple of pyomo VarData
        One per column, in column order.
    constraints : tuple of pyomo ConstraintData or str
        One per row, in row order; a row added by `with_row` stands as its name.
    name : str
        What it asks, for people.

    Raises
    ------
    SolverError
        When a cost or coefficient is not finite or a bound is NaN; names the row and the column.
    """

    costs: NDArray[np.float64]
    offset: float
    maximize: bool
    matrix: scipy.sparse.csc_array
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    column_lower: NDArray[np.float64]
    column_upper: NDArray[np.float64]
    integrality: NDArray[np.bool_]
    variables: tuple[VarData, ...]
    constraints: tuple[ConstraintData | str, ...]
    name: str = "the whole model"

    def __post_init__(self) -> None:
        # A NaN coefficient is dropped by HiGHS without a word and a NaN cost can hang it: nothing but numbers leaves this place.
        self._refuse(~np.isfinite(self.costs), self.column_name, self.costs, "cost of")
        if not np.isfinite(self.offset):
            raise SolverError(f"The constant of the objective is {self.offset}.")
        # HiGHS leaves out what is smaller without a word (and a smaller limit of its own lets rests of its presolve in: seen to bite).
        wrong = np.flatnonzero(~np.isfinite(self.matrix.data) | ((self.matrix.data != 0) & (np.abs(self.matrix.data) < SMALLEST)))
        if len(wrong):
            column = int(np.searchsorted(self.matrix.indptr, wrong[0], side="right")) - 1
            row = int(self.matrix.indices[wrong[0]])
            raise SolverError(
                f"The coefficient of {self.column_name(column)} in {self.row_name(row)} is {self.matrix.data[wrong[0]]}; "
                f"it must be a number, and 0 or at least {SMALLEST:g} in size."
            )
        for lower, upper, name in (
            (self.row_lower, self.row_upper, self.row_name),
            (self.column_lower, self.column_upper, self.column_name),
        ):
            self._refuse(np.isnan(lower) | (lower == np.inf), name, lower, "lower bound of")
            self._refuse(np.isnan(upper) | (upper == -np.inf), name, upper, "upper bound of")

    @staticmethod
    def _refuse(wrong: NDArray[np.bool_], name: Any, numbers: NDArray[np.float64], what: str) -> None:
        if wrong.any():
            first = int(np.argmax(wrong))
            raise SolverError(f"The {what} {name(first)} is {numbers[first]} ({int(wrong.sum())} such in all).")

    def row_name(self, row: int) -> str:
        """Give the name of a row for people: the Pyomo constraint's.

        Parameters
        ----------
        row : int
            Counted from 0.
        """
        constraint = self.constraints[row]
        return constraint if isinstance(constraint, str) else str(constraint.name)

    def column_name(self, column: int) -> str:
        """Give the name of a column for people: the Pyomo variable's.

        Parameters
        ----------
        column : int
            Counted from 0.
        """
        return str(self.variables[column].name)

    @property
    def row_names(self) -> list[str]:
        """Names of all rows, made on demand (slow on a million rows)."""
        return [self.row_name(row) for row in range(len(self.constraints))]

    @property
    def column_names(self) -> list[str]:
        """Names of all columns, made on demand (slow on a million columns)."""
        return [self.column_name(column) for column in range(len(self.variables))]

    @cached_property
    def _column_of(self) -> dict[int, int]:
        return {id(variable): column for column, variable in enumerate(self.variables)}

    @cached_property
    def _row_of(self) -> dict[int, int]:
        return {id(constraint): row for row, constraint in enumerate(self.constraints)}

    def columns_of(self, component: ComponentBase) -> NDArray[np.int64]:
        """Give the columns of a Pyomo variable (all its indices, in their order, or one).

        Parameters
        ----------
        component : pyomo Var or VarData
            Part of the compiled model.

        Raises
        ------
        SolverError
            When it is no part of it.
        """
        members = component.values() if component.is_indexed() else (component,)
        try:
            return np.array([self._column_of[id(member)] for member in members], dtype=np.int64)
        except KeyError:
            raise SolverError(f"{component.name} is no variable of the compiled model.") from None

    def rows_of(self, component: ComponentBase) -> NDArray[np.int64]:
        """Give the rows of a Pyomo constraint, in the order of its indices; deactivated and trivial members have none.

        Parameters
        ----------
        component : pyomo Constraint or ConstraintData
            Part of the compiled model.
        """
        members = component.values() if component.is_indexed() else (component,)
        return np.array([self._row_of[id(member)] for member in members if id(member) in self._row_of], dtype=np.int64)

    def with_objective(self, expression: Any, *, maximize: bool = False) -> CompiledModel:
        """Give the same rows with another objective.

        Parameters
        ----------
        expression : pyomo expression
            Linear, over variables of the compiled model.
        maximize : bool
            True when a larger value is better.

        Raises
        ------
        SolverError
            When it is not linear, or uses a foreign variable.
        """
        columns, coefficients, constant = linear_terms(expression, self.variables, self._column_of)
        costs = np.zeros(len(self.variables))
        costs[columns] = coefficients
        return replace(self, costs=costs, offset=constant, maximize=maximize)

    def with_row(self, expression: Any, lower: float, upper: float, name: str) -> CompiledModel:
        """Give the same model with one more row ``lower <= expression <= upper``.

        Parameters
        ----------
        expression : pyomo expression
            Linear, over variables of the compiled model.
        lower, upper : float
            In the unit of the expression; infinite for none.
        name : str
            Of the row, for people.
        """
        columns, coefficients, constant = linear_terms(expression, self.variables, self._column_of)
        row = scipy.sparse.csr_array((coefficients, columns, [0, len(columns)]), shape=(1, len(self.variables)))
        matrix = scipy.sparse.vstack([self.matrix, row.tocsc()], format="csc")
        return replace(
            self,
            matrix=matrix,
            row_lower=np.append(self.row_lower, lower - constant),
            row_upper=np.append(self.row_upper, upper - constant),
            constraints=(*self.constraints, name),
        )

    def with_bounds(self, columns: Sequence[int] | NDArray[np.int64], lower: ArrayLike, upper: ArrayLike) -> CompiledModel:
        """Give the same model with other bounds of some columns.

        Parameters
        ----------
        columns : array of int
            Which, for instance from `columns_of`.
        lower, upper : float or array
            New bounds, one for all or one each.
        """
        column_lower, column_upper = self.column_lower.copy(), self.column_upper.copy()
        column_lower[columns] = lower
        column_upper[columns] = upper
        return replace(self, column_lower=column_lower, column_upper=column_upper)

    def with_row_bounds(self, rows: Sequence[int] | NDArray[np.int64], lower: ArrayLike, upper: ArrayLike) -> CompiledModel:
        """Give the same model with other bounds of some rows.

        Parameters
        ----------
        rows : array of int
            Which, for instance from `rows_of`.
        lower, upper : float or array
            New bounds of the rows' linear part, one for all or one each.
        """
        row_lower, row_upper = self.row_lower.copy(), self.row_upper.copy()
        row_lower[rows] = lower
        row_upper[rows] = upper
        return replace(self, row_lower=row_lower, row_upper=row_upper)

    def with_integers_fixed(self, values: NDArray[np.float64]) -> CompiledModel:
        """Give the linear program that is left when every integer column is held at its rounded value.

        Parameters
        ----------
        values : numpy.ndarray
            Of all columns.
        """
        (whole,) = np.nonzero(self.integrality)
        rounded = np.round(values[whole])
        fixed = self.with_bounds(whole, rounded, rounded)
        return replace(fixed, integrality=np.zeros_like(self.integrality))

    def objective(self, values: NDArray[np.float64]) -> float:
        """Give the objective at these column values, offset included.

        Parameters
        ----------
        values : numpy.ndarray
            Of all columns.
        """
        return float(self.costs @ values) + self.offset

    def rounded(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the values with integers rounded and the dust of tolerances beyond the column bounds cut off.

        Parameters
        ----------
        values : numpy.ndarray
            Of all columns.
        """
        whole = np.where(self.integrality, np.round(values), values)
        return np.clip(whole, self.column_lower, self.column_upper) + 0.0  # + 0.0 turns -0.0 into 0.0

    def load(self, values: NDArray[np.float64]) -> None:
        """Write values into the Pyomo variables, integers rounded.

        Parameters
        ----------
        values : numpy.ndarray
            Of all columns.
        """
        for variable, value in zip(self.variables, self.rounded(values).tolist(), strict=True):
            variable.set_value(value, skip_validation=True)
