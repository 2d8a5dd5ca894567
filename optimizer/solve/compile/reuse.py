"""What a compiled model leaves for the next one of the same worker: the hourly parts of its Pyomo model, and the arrays of their rows.

The next model takes over the parts that it would make again as they are (`optimizer.model.reuse`); their rows are then not read from
Pyomo again: their columns are moved to where the variables stand now, and they are put in their places among the rows of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pyomo.environ as pyo
import scipy.sparse
from numpy.typing import NDArray

from optimizer.core.errors import SolverError
from optimizer.model.reuse import Part, PartKey, detached
from optimizer.solve.compile.compiled import CompiledModel

Span = tuple[int, int]
"""First row (or column) and the one behind the last."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of a model one after the other, as arrays: their lengths, columns, coefficients, bounds and constraints."""

    lengths: NDArray[np.int64]
    columns: NDArray[np.int64]
    coefficients: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    constraints: Sequence[Any]


@dataclass(frozen=True, slots=True, eq=False)
class ReusedParts:
    """Parts taken out of a model that was solved, and what they were compiled to.

    Parameters
    ----------
    parts : mapping of PartKey to Part
        Variables and rules of sites.
    columns : mapping of PartKey to tuple of int
        Span of each variable of them among the columns of its model.
    rows : mapping of PartKey to Rows
        Of each rule of them, in the columns of its model.
    width : int
        Columns of that model.
    """

    parts: Mapping[PartKey, Part]
    columns: Mapping[PartKey, Span]
    rows: Mapping[PartKey, Rows]
    width: int


def carry(model: pyo.ConcreteModel, compiled: CompiledModel) -> ReusedParts:
    """Take out of a model what the next one may use again; a rule that lost a row on the way to the arrays is not carried.

    Parameters
    ----------
    model : pyomo.environ.ConcreteModel
        Built by ``optimizer.model.build``; of no use afterwards.
    compiled : CompiledModel
        Its arrays.
    """
    columns, rows = _column_spans(model), _row_spans(compiled.constraints)
    whole = compiled.matrix.tocsr()
    parts = detached(model)
    of = {key: id(part.component) for key, part in parts.items()}
    return ReusedParts(
        parts,
        {key: columns[place] for key, place in of.items() if place in columns},
        {
            key: _cut(whole, compiled, rows[place])
            for key, place in of.items()
            if place in rows and rows[place][1] - rows[place][0] == len(parts[key].component)
        },
        len(compiled.costs),
    )


@contextmanager
def left_out(model: pyo.ConcreteModel, carried: ReusedParts) -> Iterator[None]:
    """Leave out of a model, for a while, the rows that need not be compiled again.

    Parameters
    ----------
    model : pyomo.environ.ConcreteModel
        Built with the carried parts.
    carried : Carried
        What an earlier model left.
    """
    known = [model.parts.own[key].component for key in _known(model, carried)]
    for component in known:
        component.deactivate()
    try:
        yield
    finally:
        for component in known:
            component.activate()


def with_reused(model: pyo.ConcreteModel, rest: CompiledModel, carried: ReusedParts) -> CompiledModel:
    """Put carried rows in their places among those that were compiled.

    Parameters
    ----------
    model : pyomo.environ.ConcreteModel
        Built with the carried parts.
    rest : CompiledModel
        Its arrays without the rows that ``left_out`` left out.
    carried : Carried
        What an earlier model left.

    Raises
    ------
    SolverError
        A carried row reads a variable that is not carried: a fault of gigasite.
    """
    moved = _moved(model, carried)
    known = {id(model.parts.own[key].component): _at(carried.rows[key], moved) for key in _known(model, carried)}
    spans, whole = _row_spans(rest.constraints), rest.matrix.tocsr()
    components = model.component_objects(pyo.Constraint, active=True, descend_into=pyo.Block)
    in_order = (known.get(id(each)) or _cut(whole, rest, spans.get(id(each), (0, 0))) for each in components)
    return _with_rows(rest, [piece for piece in in_order if len(piece.lengths)])


def _known(model: pyo.ConcreteModel, carried: ReusedParts) -> list[PartKey]:
    """Rules of a model whose rows are carried."""
    return [key for key in model.parts.taken if key in carried.rows]


def _column_spans(model: pyo.ConcreteModel) -> dict[int, Span]:
    """Span of every variable's columns, by its ``id``: all its members are columns, block after block."""
    spans, first = {}, 0
    for component in model.component_objects(pyo.Var, active=True, descend_into=pyo.Block):
        spans[id(component)] = (first, first + len(component))
        first += len(component)
    return spans


def _row_spans(constraints: Sequence[Any]) -> dict[int, Span]:
    """Span of every constraint's rows, by its ``id``; compiling leaves out members without a variable."""
    owner = np.fromiter((id(row.parent_component()) for row in constraints), dtype=np.int64, count=len(constraints))
    edges = np.flatnonzero(np.diff(owner, prepend=-1, append=-1))
    return {int(owner[first]): (int(first), int(last)) for first, last in pairwise(edges)}


def _cut(whole: scipy.sparse.csr_array, compiled: CompiledModel, span: Span) -> Rows:
    """Rows of a span, as arrays of their own."""
    first, last = span
    begin, end = whole.indptr[first], whole.indptr[last]
    return Rows(
        np.diff(whole.indptr[first : last + 1]).astype(np.int64),
        whole.indices[begin:end].astype(np.int64),
        whole.data[begin:end].copy(),
        compiled.row_lower[first:last].copy(),
        compiled.row_upper[first:last].copy(),
        compiled.constraints[first:last],
    )


def _moved(model: pyo.ConcreteModel, carried: ReusedParts) -> NDArray[np.int64]:
    """For every column of the earlier model its place now, -1 where its variable is not carried."""
    now, moved = _column_spans(model), np.full(carried.width, -1, dtype=np.int64)
    for key in model.parts.taken:
        if key in carried.columns:
            moved[slice(*carried.columns[key])] = np.arange(*now[id(model.parts.own[key].component)])
    return moved


def _at(rows: Rows, moved: NDArray[np.int64]) -> Rows:
    columns = moved[rows.columns]
    if (columns < 0).any():
        raise SolverError(f"Carried rows of {rows.constraints[0].parent_component().name} read variables that are not carried.")
    return replace(rows, columns=columns)


def _with_rows(rest: CompiledModel, pieces: Sequence[Rows]) -> CompiledModel:
    starts = np.concatenate([[0], np.cumsum(np.concatenate([piece.lengths for piece in pieces]))])
    columns, coefficients = (np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("columns", "coefficients"))
    matrix = scipy.sparse.csr_array((coefficients, columns, starts), shape=(len(starts) - 1, len(rest.costs)))
    return replace(
        rest,
        matrix=_as_compiled(matrix),
        row_lower=np.concatenate([piece.lower for piece in pieces]),
        row_upper=np.concatenate([piece.upper for piece in pieces]),
        constraints=tuple(row for piece in pieces for row in piece.constraints),
    )


def _as_compiled(matrix: scipy.sparse.csr_array) -> scipy.sparse.csc_array:
    """Give the matrix by columns, with the small integers of a model that was compiled."""
    by_column = matrix.tocsc()
    by_column.indices, by_column.indptr = by_column.indices.astype(np.int32), by_column.indptr.astype(np.int32)
    return by_column
