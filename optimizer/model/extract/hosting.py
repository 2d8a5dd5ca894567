"""Tables workloads, allocation and rentals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pyomo.environ as pyo

from optimizer.core.instance import Rental, Workload
from optimizer.model.data_bounds import EACH
from optimizer.model.extract.reading import chosen_sites, first_period, number
from optimizer.model.hardware import THOUSAND
from optimizer.model.rentals import rented_kgpus


class Host(NamedTuple):
    """Where a workload runs, on which family of GPUs, and from which period on."""

    name: str
    family: str
    ready: int


def host_of(m: pyo.ConcreteModel, workload: Workload) -> Host | None:
    """Host of a workload; ``None``: never ready."""
    for b, _ in chosen_sites(m):
        for w, family in b.HOSTED:
            ready = first_period(b.ready, w, family) if w == workload.name else None
            if ready is not None:
                return Host(b.site.site_id, "" if family == EACH else family, ready)
    for o in m.HOST_RENTALS:
        if (o, workload.name, 0) in m.rental_ready:
            ready = first_period(m.rental_ready, o, workload.name)
            if ready is not None:
                return Host(o, m.needs.gpu(m.rentals_by_name[o].gpu).family, ready)
    return None


def workload_rows(m: pyo.ConcreteModel) -> Iterator[Mapping[str, Any]]:
    """Every period of every workload."""
    for workload in m.instance.workloads:
        host = host_of(m, workload)
        for t in m.PERIODS:
            yield {
                "period": m.calendar.period_label(t),
                "workload": workload.name,
                "site_id": host.name if host else "",
                "family": host.family if host else "",
                "allocated_h100e": _allocated_h100e(m, workload, host, t),
                "ready": int(host is not None and t >= host.ready),
            }


def _allocated_h100e(m: pyo.ConcreteModel, workload: Workload, host: Host | None, t: int) -> float:
    if host is None:
        return 0.0
    if host.name in m.rentals_by_name:
        if t < host.ready or t not in m.needs.needed_periods(workload):
            return 0.0
        rental = m.rentals_by_name[host.name]
        return float(m.needs.gpu(rental.gpu).h100_equivalents) * THOUSAND * _rented(m, rental, t)
    b = m.sites[host.name]
    served = (g for g in b.GPUS if (g, workload.name, t) in b.serving)
    return float(sum(b.gpus[g].h100_equivalents * THOUSAND * number(b.serving[g, workload.name, t]) for g in served))


def allocation_rows(m: pyo.ConcreteModel) -> Iterator[Mapping[str, Any]]:
    """Owned GPUs that serve a workload, where there are any."""
    for b, _ in chosen_sites(m):
        for g, w, t in b.serving:
            gpus = round(THOUSAND * number(b.serving[g, w, t]), 6)
            if gpus:
                period = m.calendar.period_label(t)
                yield {"period": period, "site_id": b.site.site_id, "gpu": g, "workload": w, "gpus": gpus}


def rental_rows(m: pyo.ConcreteModel) -> Iterator[Mapping[str, Any]]:
    """Every period in which a rental holds or begins GPUs."""
    for rental in m.instance.rentals:
        for t in m.PERIODS:
            gpus = round(THOUSAND * _rented(m, rental, t), 6)
            begun = round(THOUSAND * number(m.begun_gpus[rental.name, t]), 6) if rental.name in m.OFFERS else 0.0
            if gpus or begun:
                yield {"period": m.calendar.period_label(t), "rental": rental.name, "gpus": gpus, "begun_gpus": begun}


def _rented(m: pyo.ConcreteModel, rental: Rental, t: int) -> float:
    if not rental.committed_gpus and rental.name not in m.OFFERS:
        return 0.0
    return number(rented_kgpus(m, rental, t))
