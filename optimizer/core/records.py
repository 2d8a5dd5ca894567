"""Frozen records as plain data, quickly: an instance holds a few hundred thousand hourly numbers, and is hashed once per solve."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

_ATOMS = frozenset({float, int, str, bool, type(None)})
_NUMBERS_AND_TEXTS = (float, int, str)
"""Of these, kinds of their own are plain too (NumPy's float is one); looked for last, since nearly all values are atoms."""


def plain(value: Any) -> Any:
    """Give a record as a dict of its fields, to the bottom, and everything else as it is.

    Like ``dataclasses.asdict``, but what cannot be changed is handed on in the place of a copy: a tuple of numbers stays that tuple.

    Parameters
    ----------
    value : record, tuple, list, mapping, str, number, bool or None
        Of such values again.

    Raises
    ------
    TypeError
        For a value of any other kind.
    """
    kind: Any = type(value)
    if kind in _ATOMS:
        return value
    if kind is tuple or kind is list:
        return value if _ATOMS.issuperset(map(type, value)) else [plain(item) for item in value]
    if isinstance(value, _NUMBERS_AND_TEXTS):
        return value
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return {name: plain(getattr(value, name)) for name in _fields(kind)}


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    fields = getattr(kind, "__dataclass_fields__", None)
    if not fields:
        raise TypeError(f"A {kind.__name__} is no record, and no plain value either.")
    return tuple(fields)
