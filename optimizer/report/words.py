"""Numbers as a reader says them."""

from __future__ import annotations

import math


def count(number: float) -> str:
    """Whole number with thousands apart: ``100,000``."""
    return f"{number:,.0f}"


def amount(number: float) -> str:
    """Money or MW to one decimal, thousands apart: ``4,125.0``; never a negative zero."""
    text = f"{number:,.1f}"
    return "0.0" if text == "-0.0" else text


def months(number: float) -> str:
    """Duration: ``1 month``, ``60 months``."""
    return f"{number:,.0f} month{'' if number == 1 else 's'}"


def percent(fraction: float) -> str:
    """Percentage in two digits, rounded up: a proof is never said to be tighter than it is. ``0.000801`` is ``0.081 %``."""
    value = 100 * max(fraction, 1e-6)
    digits = math.floor(math.log10(value))
    step = 10.0 ** (digits - 1)
    text = f"{math.ceil(value / step - 1e-9) * step:.{max(0, 1 - digits)}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


def proof(status: str, gap: float | None) -> str:
    """Say what is known of a plan's distance from the best possible one.

    Parameters
    ----------
    status : str
        Status of the plan.
    gap : float or None
        Relative gap of its last goal; ``None`` where no bound is known.
    """
    if status == "optimal":
        return "proven the best possible"
    if gap is None or not math.isfinite(gap):
        return "the best found, nothing proven"
    if status == "within_gap":
        return f"proven within {percent(gap)} of the best possible"
    return f"the best found in the time given, proven within {percent(gap)} of the best possible"
