"""Rules of flexible load: what may be shed, and what is shifted comes back on the same day (docs/conventions.md, Power)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.audit.comparison import Comparison
from optimizer.audit.flows import SitePower
from optimizer.audit.paths import Case
from optimizer.audit.power import sites, workload_mw
from optimizer.core.instance import Workload

MOVED = ("shed", "shifted_out", "shifted_in")
"""Flows of flexible workloads."""


def flexible_limit(case: Case) -> Iterator[Comparison]:
    """No more is shed or shifted than the flexible share of a workload's load, and made up for than idle GPUs can."""
    for power, workload in _moving(case):
        load = workload_mw(case, power, workload.name)
        less = power.flow("shed", workload.name) + power.flow("shifted_out", workload.name)
        yield power.row("MW", f"{workload.name}: load shed and shifted out").at_most(less, workload.flexible_fraction * load)
        room = np.minimum(workload.flexible_fraction, 1.0 / workload.utilisation - 1.0) * load
        yield power.row("MW", f"{workload.name}: load shifted in").at_most(power.flow("shifted_in", workload.name), room)


def flexible_day(case: Case) -> Iterator[Comparison]:
    """What is shifted out comes back on the same day; a site with one hour a period shifts nothing."""
    for power, workload in _moving(case):
        out, back = (power.flow(name, workload.name) for name in ("shifted_out", "shifted_in"))
        row = power.day_row("MWh", f"{workload.name}: load shifted into the day, and out of it")
        yield row.equal(power.hours.daily(back), power.hours.daily(out))
        if power.hours.is_flat:
            yield power.row("MW", f"{workload.name}: load shifted at a site without hours").at_most(out + back, 0.0)




def _moving(case: Case) -> list[tuple[SitePower, Workload]]:
    """Sites and workloads with something shed or shifted."""
    pairs = [(case.power[site.site_id], workload) for site in sites(case) for workload in case.instance.workloads]
    return [(power, workload) for power, workload in pairs if any((name, workload.name) in power.flows for name in MOVED)]
