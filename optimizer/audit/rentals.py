"""Rules of rentals: size, term and what they may host (docs/conventions.md, Workloads and rentals)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.audit.comparison import Comparison, FloatArray
from optimizer.audit.paths import Case, RentalPath


def rental_size(case: Case) -> Iterator[Comparison]:
    """An offer begins once at most, with as many GPUs as it comes in; what is committed stands as committed."""
    for path in case.rentals:
        rental, begun = path.rental, path.columns["begun_gpus"]
        row = case.row("", "GPUs", f"{rental.name}: GPUs begun")
        first = np.arange(case.clock.count) == path.begin
        yield row.at_most(begun, np.where(first & (rental.committed_gpus == 0), rental.gpus_max, 0.0))
        yield row.at_least(begun, np.where(first, rental.gpus_min, 0.0))
        if rental.committed_gpus > 0 and path.columns["gpus"].any():
            yield case.row("", "GPUs", f"{rental.name}: GPUs committed").equal(path.columns["gpus"], committed(case, path))


def rental_term(case: Case) -> Iterator[Comparison]:
    """An offer begins when it is there, keeps its GPUs for its least months and never grows after that."""
    for path in case.rentals:
        rental = path.rental
        if rental.committed_gpus > 0:
            continue
        early = case.clock.first < rental.available_from
        row = case.row("", "GPUs", f"{rental.name}: GPUs begun before the offer is there")
        yield row.at_most(np.where(early, path.columns["begun_gpus"], 0.0), 0.0)
        gpus, begun = path.columns["gpus"], path.columns["begun_gpus"]
        row = case.row("", "GPUs", f"{rental.name}: GPUs")
        yield row.at_most(gpus, np.append(0.0, gpus[:-1]) + begun)
        age = case.clock.first - path.begin * case.clock.step
        yield row.at_least(gpus, np.where((age >= 0) & (age < max(rental.min_months, 1)), path.begun, 0.0))


def rental_host(case: Case) -> Iterator[Comparison]:
    """A rental hosts only workloads that accept its GPUs and fit its largest cluster; a GPU serves one of them at a time."""
    worth = {gpu.name: gpu.h100_equivalents for gpu in case.instance.gpus}
    for path in case.rentals:
        rental, asked = path.rental, np.zeros(case.clock.count)
        for hosted in (work for work in case.workloads if rental.name in work.hosts):
            workload, ready = hosted.workload, hosted.columns["ready"]
            until = case.clock.months if workload.until is None else workload.until
            asked = asked + workload.gpus_h100e * ready * (case.clock.first <= until)
            row = case.row("", "H100e", f"{rental.name}: largest cluster, for {workload.name}")
            largest = rental.largest_cluster_gpus * worth[rental.gpu] if rental.gpu in workload.accepts else 0.0
            yield row.at_least(largest, workload.gpus_h100e * ready)
        row = case.row("", "H100e", f"{rental.name}: targets of the workloads hosted together")
        yield row.at_most(asked, rented_gpus(case, path) * worth[rental.gpu])


def committed(case: Case, path: RentalPath) -> FloatArray:
    """GPUs committed before the horizon, by period: those of periods that begin by the last month."""
    until = case.clock.months if path.rental.committed_until is None else path.rental.committed_until
    return np.where(case.clock.first <= until, float(path.rental.committed_gpus), 0.0)


def rented_gpus(case: Case, path: RentalPath) -> FloatArray:
    """GPUs of a rental by period, committed or begun."""
    return committed(case, path) if path.rental.committed_gpus > 0 else path.columns["gpus"]
