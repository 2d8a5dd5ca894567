"""A linear program put together from arrays, block by block, and handed to HiGHS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import numpy as np
import scipy.sparse
from numpy.typing import ArrayLike, NDArray

from optimizer.core.errors import SolverError
from optimizer.solve import CompiledModel, HighsProcess, SolveSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Term(NamedTuple):
    """Coefficients of columns in rows: three arrays of one shape, or a number for all (``rows`` counts within its block)."""

    rows: Ints
    columns: Ints
    coefficients: ArrayLike


class _Name(NamedTuple):
    """What the check of a solution calls a column."""

    name: str


class _Names(Sequence[Any]):
    """Names of the columns, made when asked for."""

    def __init__(self, blocks: list[tuple[int, str]], count: int) -> None:
        self._blocks, self._count = blocks, count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, column: Any) -> _Name:
        first, name = next(block for block in reversed(self._blocks) if block[0] <= column)
        return _Name(f"{name}[{column - first}]")


class Program:
    """A program to be minimised, in thousand USD; blocks of columns and rows are added, then it is solved."""

    def __init__(self) -> None:
        self._costs: list[Floats] = []
        self._added_costs: list[tuple[Ints, Floats]] = []
        self._lower: list[Floats] = []
        self._upper: list[Floats] = []
        self._whole: list[NDArray[np.bool_]] = []
        self._blocks: list[tuple[int, str]] = []
        self._terms: list[tuple[Ints, Ints, Floats]] = []
        self._row_lower: list[Floats] = []
        self._row_upper: list[Floats] = []
        self._row_names: list[str] = []
        self._columns = 0
        self._rows = 0

    def columns(self, name: str, count: int, costs: ArrayLike = 0.0, upper: ArrayLike = np.inf) -> Ints:
        """Add ``count`` columns of at least 0.

        Parameters
        ----------
        name : str
            Of the block, for people.
        count : int
        costs : float or array
            Thousand USD per unit.
        upper : float or array
            At most so much.

        Returns
        -------
        numpy.ndarray of int
            Their numbers.
        """
        self._blocks.append((self._columns, name))
        self._costs.append(np.full(count, costs, dtype=np.float64))
        self._lower.append(np.zeros(count))
        self._upper.append(np.maximum(np.full(count, upper, dtype=np.float64), 0.0))
        self._whole.append(np.zeros(count, dtype=bool))
        self._columns += count
        return np.arange(self._columns - count, self._columns)

    def switches(self, name: str, count: int) -> Ints:
        """Add columns that are 0 or 1."""
        added = self.columns(name, count, 0.0, 1.0)
        self._whole[-1] = np.ones(count, dtype=bool)
        return added

    def add_costs(self, columns: Ints, costs: Floats) -> None:
        """Make columns dearer, thousand USD per unit."""
        self._added_costs.append((columns, costs))

    def rows(self, name: str, lower: ArrayLike, upper: ArrayLike, terms: Sequence[Term]) -> None:
        """Add a block of rows ``lower <= terms <= upper``; a number bounds one row, an array as many as it is long."""
        low, high = (np.atleast_1d(np.asarray(bound, dtype=np.float64)) for bound in (lower, upper))
        count = max(len(low), len(high))
        for term in terms:
            coefficients = np.full(len(term.rows), term.coefficients, dtype=np.float64)
            self._terms.append((term.rows + self._rows, term.columns, coefficients))
        self._row_lower.append(np.full(count, low))
        self._row_upper.append(np.full(count, high))
        self._row_names.extend([name] * count)
        self._rows += count

    @property
    def width(self) -> int:
        """Number of columns."""
        return self._columns

    def costs(self) -> Floats:
        """Cost of every column, thousand USD per unit."""
        costs: Floats = np.concatenate(self._costs)
        for added, more in self._added_costs:
            np.add.at(costs, added, more)
        return costs

    def upper(self, columns: Ints) -> Floats:
        """Upper bounds of columns."""
        upper: Floats = np.concatenate(self._upper)[columns]
        return upper

    def solve(self, highs: HighsProcess, settings: SolveSettings) -> Floats:
        """Solve and give the values of all columns.

        Raises
        ------
        SolverError
            HiGHS found no answer: every such program has one, since load may go unserved.
        KeyboardInterrupt
            A person ended it.
        """
        answer = highs.solve(self._compiled(), settings)
        if answer.stop_reason == "interrupted":
            raise KeyboardInterrupt
        if answer.values is None or answer.stop_reason not in ("optimal", "gap", "time_limit"):
            raise SolverError(f"HiGHS did not dispatch the hours of a plan ({answer.stop_reason}). {answer.message}".rstrip())
        return np.clip(answer.values, 0.0, None)

    def _compiled(self) -> CompiledModel:
        rows, columns, data = (np.concatenate(parts) for parts in zip(*self._terms, strict=True))
        kept = np.abs(data) > 1e-9
        matrix = scipy.sparse.coo_array((data[kept], (rows[kept], columns[kept])), shape=(self._rows, self._columns))
        return CompiledModel(
            costs=self.costs(),
            offset=0.0,
            maximize=False,
            matrix=scipy.sparse.csc_array(matrix),
            row_lower=np.concatenate(self._row_lower),
            row_upper=np.concatenate(self._row_upper),
            column_lower=np.concatenate(self._lower),
            column_upper=np.concatenate(self._upper),
            integrality=np.concatenate(self._whole),
            variables=cast("Any", _Names(self._blocks, self._columns)),
            constraints=tuple(self._row_names),
        )
