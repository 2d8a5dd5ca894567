"""Three sites and a cloud for a thousand GPUs of 1 kW (1 MW of IT) in 2024, every month without them 10 musd, never 360.

======  ===========================================  =====================
Host    Costs                                        Ready
======  ===========================================  =====================
a       5 musd a MW                                  2024-01
b       20 musd a MW                                 2024-02, a month late
c       60 musd a MW                                 2024-01
cloud   10 USD per GPU-hour: 8,784 h make 87.84 musd  2024-01
======  ===========================================  =====================
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from optimizer.core.instance import Instance
from optimizer.plan.plan import Plan
from optimizer.study.runs.solve_alternatives import AlternativeRow, Alternatives, solve_alternatives
from tests import builders as b
from tests.model import hand
from tests.model.hand import HURRY


def asked(**changes: Any) -> Instance:
    near = b.site(site_id="a", modes=(b.mode(capex_musd_per_mw=5.0),))
    late = b.site(site_id="b", modes=(b.mode(capex_musd_per_mw=20.0, lead_months=1),))
    dear = b.site(site_id="c", modes=(b.mode(capex_musd_per_mw=60.0),))
    cloud = b.rental(usd_per_gpu_hour=10.0)
    return b.instance(**{"sites": (near, late, dear), "rentals": (cloud,), "workloads": (HURRY,), "gpus": (b.gpu(lot=500),), **changes})


def committed(instance: Instance, site_id: str) -> Instance:
    return replace(instance, sites=tuple(replace(site, is_committed=site.site_id == site_id) for site in instance.sites))


@cache
def solve(instance: Instance) -> Plan:
    """Solve an instance once for all tests that ask it."""
    return hand.solve(instance)


def named(_: str, instance: Instance) -> Plan:
    return solve(instance)


def all_beside(instance: Instance) -> Alternatives:
    return solve_alternatives(instance, solve(instance), named)


def rows(instance: Instance) -> dict[str, AlternativeRow]:
    return {row.name: row for row in all_beside(instance).rows}
