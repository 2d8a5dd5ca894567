"""The header's sums, from the ledger as the audit computed it (docs/conventions.md, Money)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from optimizer.audit.comparison import Comparison
from optimizer.audit.ledger import Books, sum_present
from optimizer.audit.paths import Case

OUT_OF_CASH_COST = ("delay", "residual", "committed")
"""Groups that ``cash_cost_musd`` leaves out."""

TOTALS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("cash_cost_musd", lambda group: group not in OUT_OF_CASH_COST),
    ("value_of_time_musd", lambda group: group == "delay"),
    ("residual_musd", lambda group: group == "residual"),
)
"""Sums of the header and the groups that belong to them."""


def objective(case: Case, books: Books) -> Iterator[Comparison]:
    """``objective_musd`` is the present value of the whole ledger."""
    row = case.single("", "musd", "objective_musd")
    yield row.equal(_stated(case, "objective_musd"), sum_present(books, lambda group: True))


def totals(case: Case, books: Books) -> Iterator[Comparison]:
    """Each sum of the header is the present value of its groups."""
    for key, groups in TOTALS:
        yield case.single("", "musd", key).equal(_stated(case, key), sum_present(books, groups))


def unreadable(case: Case) -> list[str]:
    """Sums of the header that are missing or not numbers."""
    keys = ("objective_musd", *(key for key, _ in TOTALS))
    return [key for key in keys if not _is_number(case.header.get(key))]


def _stated(case: Case, key: str) -> float:
    """A sum as the header states it; 0 where it cannot be read (which is a fault of its own)."""
    return 0.0 if key in unreadable(case) else float(case.header[key])


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
