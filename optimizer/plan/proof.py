"""How well a plan is proven, in words."""

from __future__ import annotations

from optimizer.core.number_words import proof
from optimizer.plan.plan import Plan


def plan_proof(plan: Plan) -> str:
    """Say the same of a plan by its last goal, and that it is proven with contracts held where its question holds some."""
    goals = plan.header["goals"]
    said = proof(plan.status, goals[-1]["gap"] if goals else None, plan.header.get("stopped_by", ""))
    return f"{said} with its contracts held as signed" if plan.header.get("signed") else said
