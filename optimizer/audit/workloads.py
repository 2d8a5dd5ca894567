"""Rules of workloads: host, family, readiness and deadline (docs/conventions.md, Workloads and rentals)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.audit.comparison import Comparison, FloatArray
from optimizer.audit.paths import Case, WorkloadPath
from optimizer.audit.rentals import rented_gpus


def one_host(case: Case) -> Iterator[Comparison]:
    """A workload has one host at most, one when it is ready, and GPUs serve it nowhere else."""
    for path in case.workloads:
        workload = path.workload
        row = case.single("", "1", f"{workload.name}: hosts ({', '.join(path.hosts)})")
        yield row.at_most(len(path.hosts), 1.0)
        yield row.at_least(len(path.hosts), float(path.columns["ready"].max(initial=0.0) > 0))
        for (site_id, gpu, name), gpus in case.allocation.items():
            if name == workload.name and site_id not in path.hosts:
                yield case.row(site_id, "GPUs", f"{name}: {gpu} that serve it away from its host").at_most(gpus, 0.0)


def one_family(case: Case) -> Iterator[Comparison]:
    """A workload runs on GPUs it accepts, of the family the plan names where it wants one family."""
    families = {gpu.name: gpu.family for gpu in case.instance.gpus}
    for path in case.workloads:
        workload = path.workload
        if workload.one_family:
            yield case.single("", "1", f"{workload.name}: families ({', '.join(path.families)})").at_most(len(path.families), 1.0)
        for (site_id, gpu, name), gpus in case.allocation.items():
            strange = workload.one_family and families[gpu] not in path.families
            if name == workload.name and (gpu not in workload.accepts or strange):
                row = case.row(site_id, "GPUs", f"{name}: {gpu} that it does not accept or that are of another family")
                yield row.at_most(gpus, 0.0)


def ready_target(case: Case) -> Iterator[Comparison]:
    """Ready means: the host has GPUs worth the target until the workload ends; the column ``allocated_h100e`` says how many."""
    for path in case.workloads:
        workload = path.workload
        wanted = path.columns["ready"] * _runs(case, path)
        worth = _allocated(case, path)
        row = case.row("".join(path.hosts[:1]), "H100e", f"{workload.name}: GPUs allocated at the host")
        yield row.at_least(worth, workload.gpus_h100e * wanted)
        stated = path.columns["allocated_h100e"]
        # A rental serves whole from ready to the end; before and after it may be shown or not.
        idle = np.where((wanted > 0) | (not _is_rental(case, path)), worth, np.minimum(stated, worth))
        yield row.equal(stated, idle)


def serving_ready(case: Case) -> Iterator[Comparison]:
    """No GPU serves a workload before it is ready, or after it has ended."""
    for path in case.workloads:
        serves = (path.columns["ready"] > 0) & (_runs(case, path) > 0)
        for (site_id, gpu, name), gpus in case.allocation.items():
            if name == path.workload.name:
                row = case.row(site_id, "GPUs", f"{name}: {gpu} that serve it while it is not ready")
                yield row.at_most(np.where(serves, 0.0, gpus), 0.0)


def ready_monotone(case: Case) -> Iterator[Comparison]:
    """Ready once is ready for good, and nothing becomes ready when it is no longer wanted."""
    for path in case.workloads:
        ready = path.columns["ready"]
        before = np.append(0.0, ready[:-1])
        row = case.row("", "1", f"{path.workload.name}: ready")
        yield row.at_most(ready, 1.0)
        yield row.at_least(ready, before)
        yield row.at_most((ready - before) * (1.0 - _runs(case, path)), 0.0)


def deadline(case: Case) -> Iterator[Comparison]:
    """A workload with a deadline is ready in a period that begins by then."""
    for path in case.workloads:
        if path.workload.deadline is not None:
            in_time = path.columns["ready"][case.clock.first <= path.workload.deadline]
            row = case.single("", "1", f"{path.workload.name}: ready by its deadline")
            yield row.at_least(in_time.max(initial=0.0), 1.0)


def _runs(case: Case, path: WorkloadPath) -> FloatArray:
    """1 in periods that begin before the workload's last month is over."""
    until = case.clock.months if path.workload.until is None else path.workload.until
    return (case.clock.first <= until).astype(np.float64)


def _is_rental(case: Case, path: WorkloadPath) -> bool:
    return any(rental.rental.name in path.hosts for rental in case.rentals)


def _allocated(case: Case, path: WorkloadPath) -> FloatArray:
    """H100-equivalents at the host: GPUs allocated there, or all GPUs of a rental that the workload accepts."""
    worth = {gpu.name: gpu.h100_equivalents for gpu in case.instance.gpus}
    workload, total = path.workload, np.zeros(case.clock.count)
    for (site_id, gpu, name), gpus in case.allocation.items():
        if name == workload.name and site_id in path.hosts[:1]:
            total = total + gpus * worth[gpu]
    for rental in case.rentals:
        if rental.rental.name in path.hosts[:1] and rental.rental.gpu in workload.accepts:
            total = total + rented_gpus(case, rental) * worth[rental.rental.gpu]
    return total
