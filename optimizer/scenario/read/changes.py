"""What a ``--set`` makes of the value that stands there: multiplied, added to, made later, placed between its low and high."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from optimizer.scenario.read.override_text import Override
from optimizer.scenario.schema.fields import later_month, month_number


class Unchangeable(ValueError):
    """The value that stands there cannot be changed in this way; the text says why."""


def changed_value(override: Override, old: Any) -> Any:
    """What a value of ``scenario.toml`` becomes.

    Parameters
    ----------
    override : Override
        Its operator is not ``=``.
    old : number, str or dict
        A number, a month, or a table by month; of a table every amount, or every month, is changed.

    Raises
    ------
    Unchangeable
        It is none of these, or not what the operator changes.
    """
    if not isinstance(old, Mapping):
        return _later(old, override.value) if override.operator == ">>=" else _computed(override, old)
    if not old:
        raise Unchangeable("is empty: there is nothing to change")
    try:
        by_month = {_month(key): amount for key, amount in old.items()}
    except Unchangeable as error:
        raise Unchangeable(f"is neither a number nor a value by month: {error}") from None
    if override.operator == ">>=":
        return {_later(month, override.value): amount for month, amount in by_month.items()}
    return {month: _computed(override, amount) for month, amount in by_month.items()}


def changed_cell(override: Override, cells: Mapping[str, str]) -> str | None:
    """What a cell of a table that is not empty becomes; None where a row has no date to move to.

    Raises
    ------
    Unchangeable
        The cell is not a number, or not a month.
    """
    old = cells[override.parts[-1]]
    if override.operator == "~=":
        return _between(cells, override.value)
    if override.operator == ">>=":
        return _later(old, override.value)
    return repr(_computed(override, _number(old)))


def _computed(override: Override, old: Any) -> int | float:
    """Reckoned in decimals, as they are written: 1.1 times 33,750 is 37,125. A whole number stays one where it can."""
    if isinstance(old, bool) or not isinstance(old, int | float) or not math.isfinite(old):
        raise Unchangeable(f"{old!r} is not a number")
    before, by = Decimal(repr(old)), Decimal(repr(override.value))
    new = before * by if override.operator == "*=" else before + by
    return int(new) if isinstance(old, int) and new == int(new) else float(new)


def _number(text: str) -> int | float:
    for kind in (int, float):
        try:
            if "_" not in text:
                return kind(text)
        except ValueError:
            continue
    raise Unchangeable(f"{text!r} is not a number")


def _later(month: Any, months: int) -> str:
    """The month some months later."""
    try:
        return later_month(_month(month), months)
    except OverflowError as error:
        raise Unchangeable(str(error)) from None


def _month(text: Any) -> str:
    try:
        return later_month(str(text), 0)
    except ValueError as error:
        raise Unchangeable(str(error)) from None


def _between(cells: Mapping[str, str], share: float) -> str | None:
    """Month that lies a share of the way from ``from`` to ``from_low`` (below 0) or ``from_high``; halves of a month count as whole."""
    low, high = cells.get("from_low", ""), cells.get("from_high", "")
    end = high if share > 0 else low if share < 0 else low or high
    if not end:
        return None
    start = _month(cells["from"])
    way = month_number(_month(end)) - month_number(start)
    steps = math.floor(abs(share * way) + 0.5)
    return _later(start, steps if way > 0 else -steps)
