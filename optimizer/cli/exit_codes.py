"""Exit codes: which one an answer has, by its status, its verification and what was asked of its gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

EXIT_CODES = {"infeasible": 3, "no_plan_in_time": 4}
"""Exit code by status; every other status holds a plan: 0."""

UNVERIFIED = 6
"""Exit code of a plan whose verification over the 8,760 hours failed."""

INTERRUPTED = 130
"""Exit code when a person ended the search, with a plan or without."""


def exit_code(plan: Plan, require_gap: float | None) -> int:
    """Exit code of an answer; ``require_gap``: the gap that every goal must reach, where one was asked for."""
    if is_interrupted(plan):
        return INTERRUPTED
    code = EXIT_CODES.get(plan.status, 0)
    if not code and not is_verified(plan):
        return UNVERIFIED
    gaps = [goal["gap"] for goal in plan.header["goals"]]
    is_missed = require_gap is not None and not all(gap is not None and gap <= require_gap for gap in gaps)
    return EXIT_CODES["no_plan_in_time"] if not code and is_missed else code


def is_verified(plan: Plan) -> bool:
    """Whether the plan serves its load in all hours of the model year."""
    return bool(plan.header.get("verification", {}).get("passed", True))


def is_interrupted(plan: Plan) -> bool:
    """Whether a person ended the search."""
    return bool(plan.header.get("stopped_by") == "interrupted")
