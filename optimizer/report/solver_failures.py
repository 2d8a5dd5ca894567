"""What a reader is told where a solver failed on the way to a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.number_words import count

if TYPE_CHECKING:
    from optimizer.plan.header import Header, SolverFailureFields

MOST = 5
"""Failures told one by one; the rest is counted, and stands in ``plan.json``."""


def failure_lines(header: Header) -> list[str]:
    """Say of each question on which a solver failed what happened and what answered it; nothing where none failed.

    Parameters
    ----------
    header : mapping
        Of a plan.
    """
    failures = header.get("solver_failures", [])
    rest = len(failures) - MOST
    return [*map(_line, failures[:MOST]), *([f"{count(rest)} more such failures stand in plan.json, solver_failures."] if rest > 0 else [])]


def _line(failure: SolverFailureFields) -> str:
    failed = failure["failed"]
    first = f"{failed[0]['solver']} failed on the {failure['question'].removeprefix('the ')} ({failed[0]['what'].rstrip('.')})"
    others = [one["solver"] for one in failed[1:]]
    vainly = f", and so did {', '.join(others)}" if others else ""
    if failure["answered_by"] is None:
        return f"{first}{vainly}: what is proven without its answer counts."
    return f"{first}{vainly}; {failure['answered_by']} answered it."
