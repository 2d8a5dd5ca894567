"""Tables of numbers as HTML: every column with its unit in its head, numbers set right, alike within a column."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.report.page.render import render

if TYPE_CHECKING:
    from markupsafe import Markup


def table_html(table: pd.DataFrame, caption: str, total_rows: int = 0, decimals: int | None = None) -> Markup:
    """Write a table; what does not fit the screen scrolls within its own frame.

    Parameters
    ----------
    table : pandas.DataFrame
        Its column names are the heads, units included; the first column heads the rows.
    caption : str
        What the table says, for everybody and for screen readers.
    total_rows : int
        So many rows at the end are sums and set apart.
    decimals : int, optional
        Of every number; else each column has as many as it needs.
    """
    columns = [_texts(table.iloc[:, place], decimals) for place in range(table.shape[1])]
    numeric = [pd.api.types.is_numeric_dtype(table.iloc[:, place]) for place in range(table.shape[1])]
    rows = list(zip(*columns, strict=True))
    return render("table.html", heads=list(table.columns), rows=rows, numeric=numeric, caption=caption, sums_from=len(rows) - total_rows)


def _texts(column: pd.Series[Any], decimals: int | None) -> list[str]:
    if not pd.api.types.is_numeric_dtype(column):
        return ["" if pd.isna(value) else str(value) for value in column]
    digits = _digits([float(value) for value in column.dropna()]) if decimals is None else decimals
    return ["" if pd.isna(value) else _number(float(value), digits) for value in column]


def _digits(values: list[float]) -> int:
    """Decimals that a column needs: none for whole or large numbers, else about three figures of the largest."""
    largest = max((abs(value) for value in values), default=0.0)
    if all(abs(value - round(value)) < 1e-9 for value in values) or largest >= 10_000:
        return 0
    return max(1, 2 - math.floor(math.log10(largest))) if largest < 10 else 1


def _number(value: float, digits: int) -> str:
    text = f"{value:,.{digits}f}"
    return text.lstrip("-") if not text.strip("-0.,") else text.replace("-", "−")
