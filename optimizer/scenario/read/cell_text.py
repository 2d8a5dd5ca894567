"""Typed cells as the text that a person would have written."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any


def cell_text(value: Any) -> str:
    """Text of a cell; missing is empty.

    Raises
    ------
    ValueError
        It is no text, number, date or truth.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list | tuple | bytes):
        raise ValueError(f"holds {'a list' if isinstance(value, list | tuple) else 'data'}, not a text, a number, a date or a truth")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value).strip()
