"""What a reader is told where a solver failed on the way to a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from optimizer.core.number_words import count

MOST = 5
"""Failures told one by one; the rest is counted, and stands in ``plan.json``."""


def failure_lines(header: Mapping[str, Any]) -> list[str]:
    """Say of each question on which a solver failed what happened and what answered it; nothing where none failed.

    Parameters
    ----------
    header : mapping
        Of a plan.
    """
    failures: Sequence[Mapping[str, Any]] = header.get("solver_failures", ())
    rest = len(failures) - MOST
    return [*map(_line, failures[:MOST]), *([f"{count(rest)} more such failures stand in plan.json, solver_failures."] if rest > 0 else [])]


def _line(failure: Mapping[str, Any]) -> str:
    failed: Sequence[Mapping[str, str]] = failure["failed"]
    first = f"{failed[0]['solver']} failed on the {failure['question'].removeprefix('the ')} ({failed[0]['what'].rstrip('.')})"
    others = [one["solver"] for one in failed[1:]]
    vainly = f", and so did {', '.join(others)}" if others else ""
    if failure["answered_by"] is None:
        return f"{first}{vainly}: what is proven without its answer counts."
    return f"{first}{vainly}; {failure['answered_by']} answered it."
