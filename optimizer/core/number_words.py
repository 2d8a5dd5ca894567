"""Numbers as a reader says them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_LEAST = 1e-6
"""Less than this is nothing: a dollar, a watt, the last digits of a solver."""


def count(number: float) -> str:
    """Whole number with thousands apart: ``100,000``; what is not nothing is never 0."""
    if abs(number) > 0.5:
        return f"{number:,.0f}"
    return f"{number:.2g}" if abs(number) >= _LEAST else "0"


def gpus_bought(row: Mapping[str, Any]) -> float:
    """GPUs of a model at a site, as the header of a plan says: the most that are online, or those delivered where none ever is."""
    return float(row["count"] or row.get("delivered", 0))


def gpus_phrase(name: str, row: Mapping[str, Any]) -> str:
    """GPUs of a model at a site in words: ``96,000 H100``; ``72 GB200, never online``."""
    return f"{count(gpus_bought(row))} {name}{'' if row['count'] else ', never online'}"


def amount(number: float) -> str:
    """Money or MW to one decimal, thousands apart: ``4,125.0``; below 0.05 to two digits: ``0.012``; never a negative zero."""
    if _LEAST <= abs(number) < 0.05:
        return _two_digits(number)
    text = f"{number:,.1f}"
    return "0.0" if text == "-0.0" else text


def musd(number: float) -> str:
    """Sum in the unit that its size asks for: ``880.3 million USD``, ``45 thousand USD``, ``12 USD``."""
    size = abs(number)
    if size >= 0.1 or size < _LEAST:
        return f"{amount(number)} million USD"
    return f"{short(1e3 * number)} thousand USD" if size >= 1e-3 else f"{short(1e6 * number)} USD"


def mw(number: float) -> str:
    """Power in the unit that its size asks for: ``28.0 MW``, ``45 kW``."""
    return f"{short(1e3 * number)} kW" if _LEAST <= abs(number) < 0.1 else f"{amount(number)} MW"


def _two_digits(number: float) -> str:
    """Small number to two digits, without an exponent: ``0.00012``."""
    return f"{number:.{1 - math.floor(math.log10(abs(number)))}f}"


def short(number: float) -> str:
    """Money or MW as short as it can be told: ``6,000``, ``90``, ``12.5``; below 0.1 two digits: ``0.045``."""
    if abs(number) < _LEAST:
        return "0"
    if abs(number) < 0.1:
        return _two_digits(number).rstrip("0")
    text = amount(number)
    return text.removesuffix(".0")


def paid_periods(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a purse in which it pays: where it has paid nothing its balance says nothing of what is short."""
    return rows[rows["out_musd"] > _LEAST]


def listed(words: Sequence[str]) -> str:
    """Words in a row, the last after *and*: ``a, b and c``."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def span(periods: Sequence[str]) -> str:
    """When something holds, told by its first and last period: ``in 2024-06``, ``in 3 periods, 2024-06 to 2024-08``."""
    return f"in {periods[0]}" if len(periods) == 1 else f"in {len(periods)} periods, {periods[0]} to {periods[-1]}"


def spelled(unit: str) -> str:
    """Unit as a person says it: ``musd`` is ``million USD``."""
    return {"musd": "million USD", "month": "months"}.get(unit, unit)


def number_word(number: int) -> str:
    """Small whole number as a word: ``one``, ``two``, ``three``; larger ones in digits."""
    return {1: "one", 2: "two", 3: "three"}.get(number, str(number))


def months(number: float) -> str:
    """Duration: ``1 month``, ``60 months``, ``13.5 months``."""
    return f"{short(number)} month{'' if number == 1 else 's'}"


def percent(fraction: float) -> str:
    """Percentage in two digits, rounded up: a proof is never said to be tighter than it is. ``0.000801`` is ``0.081 %``."""
    value = 100 * max(fraction, 1e-6)
    digits = math.floor(math.log10(value))
    step = 10.0 ** (digits - 1)
    text = f"{math.ceil(value / step - 1e-9) * step:.{max(0, 1 - digits)}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


_WHEN = {"interrupted": "when stopped by you", "error": "where a solver answered"}
"""When a plan was found, by why the search ended."""


def proof(status: str, gap: float | None, stopped_by: str = "") -> str:
    """Say what is known of a plan's distance from the best possible one.

    Parameters
    ----------
    status : str
        Status of the plan.
    gap : float or None
        Relative gap of its last goal; ``None`` where no bound is known.
    stopped_by : str
        Why the search ended.
    """
    if status == "optimal":
        return "proven the best possible"
    found = f"the best found {_WHEN.get(stopped_by, 'in the time given')}"
    if gap is None or not math.isfinite(gap):
        return f"{found}, nothing proven"
    if status == "within_gap":
        return f"proven within {percent(gap)} of the best possible"
    return f"{found}, proven within {percent(gap)} of the best possible"
