"""Numbers as a reader says them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.plan import Plan


_NOTHING = 1e-6
"""Less than this is a rest of the solver's arithmetic."""


def count(number: float) -> str:
    """Whole number with thousands apart: ``100,000``; what there is, is never rounded to nothing: ``0.3``."""
    text = f"{number:,.0f}"
    if text not in {"0", "-0"}:
        return text
    return short(number) if abs(number) > _NOTHING else "0"


def gpus_bought(row: Mapping[str, Any]) -> float:
    """GPUs of a model at a site, as the header of a plan says: the most that are online, or those delivered where none ever is."""
    return float(row["count"] or row.get("delivered", 0))


def gpus_said(name: str, row: Mapping[str, Any]) -> str:
    """GPUs of a model at a site in words: ``96,000 H100``; ``72 GB200, never online``."""
    return f"{count(gpus_bought(row))} {name}{'' if row['count'] else ', never online'}"


def amount(number: float) -> str:
    """Money or MW to one decimal, thousands apart: ``4,125.0``; never a negative zero."""
    text = f"{number:,.1f}"
    return "0.0" if text == "-0.0" else text


def short(number: float) -> str:
    """Money or MW as short as it can be told: ``6,000``, ``90``, ``12.5``; below 0.1 two digits: ``0.045``."""
    if number != 0 and abs(number) < 0.1:
        return f"{number:.2g}"
    text = amount(number)
    return text.removesuffix(".0")


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


def plan_proof(plan: Plan) -> str:
    """Say the same of a plan by its last goal, and that it is proven with contracts held where its question holds some."""
    goals = plan.header["goals"]
    said = proof(plan.status, goals[-1]["gap"] if goals else None, plan.header.get("stopped_by", ""))
    return f"{said} with its contracts held as signed" if plan.header.get("signed") else said
