"""Conditions on the columns of a table, such as ``rto == 'ERCOT' and population < 50000``: parsed and never executed as Python."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.core.errors import ConditionError, nearest

Truth = npt.NDArray[np.bool_]

_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_ALLOWED = "allowed: columns, numbers, texts in quotes, == != < <= > >=, in, not in, and, or, not, and brackets"
_LENGTH_MAX = 2_000


def rows_where(frame: pd.DataFrame, condition: str) -> Truth:
    """Rows of a frame for which a condition holds.

    A missing value meets no comparison, ``!=`` and ``not in`` included; ``column == None`` finds missing values.

    Parameters
    ----------
    frame : pandas.DataFrame
        Its columns are the names a condition may use.
    condition : str
        Comparisons of columns with constants or with each other, joined by ``and``, ``or`` and ``not``.

    Raises
    ------
    ConditionError
        The text is no such condition, names an unknown column, or compares a text with a number.
    """
    if len(condition) > _LENGTH_MAX:
        raise ConditionError(f"the condition is longer than {_LENGTH_MAX:,} characters")
    try:
        tree = ast.parse(condition.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        hint = "; write == for equal" if "=" in condition.replace("==", "") else ""
        raise ConditionError(f"{condition!r} is no condition{hint}; {_ALLOWED}") from error
    try:
        return _truth(tree.body, frame)
    except RecursionError as error:
        raise ConditionError(f"the condition is nested too deep; {_ALLOWED}") from error


def _truth(node: ast.expr, frame: pd.DataFrame) -> Truth:
    """Truth of a part of the condition, row by row."""
    if isinstance(node, ast.BoolOp):
        parts = [_truth(part, frame) for part in node.values]  # noqa: PD011 - values of a syntax tree
        return _plain(np.all(parts, axis=0) if isinstance(node.op, ast.And) else np.any(parts, axis=0))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return np.logical_not(_truth(node.operand, frame))
    if isinstance(node, ast.Compare):
        operands = [node.left, *node.comparators]
        pairs = zip(operands, node.ops, operands[1:], strict=False)
        return _plain(np.all([_compared(left, comparison, right, frame) for left, comparison, right in pairs], axis=0))
    if isinstance(node, ast.Name):
        column = _column(node, frame)
        if column.dtype in ("bool", "boolean"):
            return _plain(column)
    raise ConditionError(f"{ast.unparse(node)!r} is neither true nor false; {_ALLOWED}")


def _compared(left: ast.expr, comparison: ast.cmpop, right: ast.expr, frame: pd.DataFrame) -> Truth:
    if isinstance(comparison, ast.In | ast.NotIn):
        return _within(left, comparison, right, frame)
    if isinstance(comparison, ast.Eq | ast.NotEq) and isinstance(right, ast.Constant) and right.value is None:
        missing = _filled(_operand(left, frame), frame).isna().to_numpy()
        return missing if isinstance(comparison, ast.Eq) else np.logical_not(missing)
    if type(comparison) not in _COMPARISONS:
        raise ConditionError(f"'is' does not compare values; write ==; {_ALLOWED}")
    first, second = _filled(_operand(left, frame), frame), _filled(_operand(right, frame), frame)
    if _kind(first) != _kind(second):
        said = f"{ast.unparse(left)} ({_kind(first)}) and {ast.unparse(right)} ({_kind(second)})"
        raise ConditionError(f"{said} cannot be compared; texts stand in quotes, numbers without")
    held = _COMPARISONS[type(comparison)](first, second)
    return _plain(held) & (first.notna() & second.notna()).to_numpy(dtype=bool)


def _within(left: ast.expr, comparison: ast.cmpop, right: ast.expr, frame: pd.DataFrame) -> Truth:
    if not isinstance(right, ast.List | ast.Tuple | ast.Set):
        raise ConditionError(f"after 'in' stands a list such as ('TX', 'OK'), not {ast.unparse(right)!r}")
    column, values = _filled(_operand(left, frame), frame), [_constant(item) for item in right.elts]
    for value in values:
        if _kind(pd.Series([value])) != _kind(column):
            raise ConditionError(f"{ast.unparse(left)} ({_kind(column)}) cannot be {value!r}; texts stand in quotes, numbers without")
    held = column.isin(values).to_numpy(dtype=bool)
    known = column.notna().to_numpy(dtype=bool)
    return held & known if isinstance(comparison, ast.In) else ~held & known


def _operand(node: ast.expr, frame: pd.DataFrame) -> Any:
    return _column(node, frame) if isinstance(node, ast.Name) else _constant(node)


def _column(node: ast.Name, frame: pd.DataFrame) -> pd.Series[Any]:
    if node.id not in frame.columns:
        raise ConditionError(f"there is no column {node.id!r}; {nearest(node.id, [str(name) for name in frame.columns])}")
    column: pd.Series[Any] = frame[node.id]
    return column


def _constant(node: ast.expr) -> Any:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _constant(node.operand)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return -value
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float):
        return node.value
    raise ConditionError(f"{ast.unparse(node)!r} cannot stand in a condition; {_ALLOWED}")


def _filled(value: Any, frame: pd.DataFrame) -> pd.Series[Any]:
    """A constant as a column of its own."""
    return value if isinstance(value, pd.Series) else pd.Series([value] * len(frame), index=frame.index)


def _kind(values: pd.Series[Any]) -> str:
    if values.dtype in ("bool", "boolean"):
        return "true or false"
    return "number" if pd.api.types.is_numeric_dtype(values.dtype) else "text"


def _plain(values: Any) -> Truth:
    """Truth values without missing ones."""
    held: Truth = pd.Series(values).fillna(False).to_numpy(dtype=bool)
    return held
