"""What the hand calculations share: one solve, one discount factor, and small instances in a hurry.

The instances are those of ``tests.builders`` (everything free, 1,000 GPUs of 1 kW: an IT load of 1 MW, 2024 with its
8,784 hours) with a delay that costs 10 musd a month, so that what makes the run late shows in the objective:
late by m months costs 10·m, never ready costs 10·(12 + 24) = 360.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.core.instance import Instance
from optimizer.plan.plan import Plan
from optimizer.solve import HighsProcess, SolveSettings
from optimizer.solve.search.warm import Warm
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b

HURRY = b.workload(delay_cost_musd_per_month=10.0)
NEVER = 360.0
RATE = 0.12
but = replace


_HIGHS = HighsProcess()
"""One solver process for all hand calculations of a test process: to start one takes longer than most of them."""


def solve(instance: Instance) -> Plan:
    return solve_instance(instance, SolveSettings(gap=0.0), warm=Warm(_HIGHS))


def objective(instance: Instance) -> float:
    """Objective in musd of a plan that is proven optimal."""
    plan = solve(instance)
    assert plan.status == "optimal"
    return float(plan.header["objective_musd"])


def musd(expected: float) -> Any:
    """Equal to ten dollars, or to a millionth."""
    return pytest.approx(expected, rel=1e-6, abs=1e-5)


def discount(month: int) -> float:
    """Present value of 1 paid in a month, at 12 % a year, mid-month."""
    return float((1.0 + RATE) ** (-(month + 0.5) / 12.0))


def quarter_discount(first_month: int) -> float:
    """Present value of 1 paid in a quarter: the mean of its months."""
    return sum(discount(first_month + i) for i in range(3)) / 3.0


def wanted(month: int, **changes: Any) -> tuple[Any, ...]:
    """The workload in a hurry, wanted from a month."""
    return (replace(HURRY, wanted_from=month, **changes),)


def hurried(**site_changes: Any) -> Instance:
    return b.instance(sites=(b.site(**site_changes),), workloads=(HURRY,))


def with_mode(**changes: Any) -> Instance:
    return hurried(modes=(b.mode(**changes),))


def with_tariff(**changes: Any) -> Instance:
    return hurried(tariffs=(b.tariff(**changes),))


def with_gas(**changes: Any) -> Instance:
    """On-site gas and no grid."""
    return hurried(tariffs=(), onsite_gas=(b.gas(**changes),))


def with_gpu(**changes: Any) -> Instance:
    return b.instance(gpus=(b.gpu(**changes),), workloads=(HURRY,))


def with_rental(**changes: Any) -> Instance:
    """A rental offer and no site."""
    return b.instance(sites=(), rentals=(b.rental(**changes),), workloads=(HURRY,))


def in_quarters(instance: Instance, start: str = "2024-01", months: int = 12) -> Instance:
    return replace(instance, horizon=b.horizon(months, 3, start))


def discounted(instance: Instance) -> Instance:
    return replace(instance, discount_rate_per_year=RATE)


def line(plan: Plan, group: str, name: str) -> float:
    """Present value of a ledger line in the plan's header, 0 where it has none."""
    return float(plan.header["ledger_musd"].get(group, {}).get(name, 0.0))
