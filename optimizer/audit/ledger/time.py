"""Ledger lines of rentals and of time: rent, deposits, what was committed before, and delay."""

from __future__ import annotations

import numpy as np

from optimizer.audit.ledger.site import Booked
from optimizer.audit.money import total
from optimizer.audit.paths import Case, RentalPath, WorkloadPath


def rental(case: Case) -> Booked:
    """Rent of the GPUs begun, and beyond the horizon of the least months left, less what letting them on brings."""
    flows = []
    for path in _offers(case):
        usd_per_hour = path.rental.usd_per_gpu_hour
        flows.append(case.purser.by_period(usd_per_hour / 1e6 * path.columns["gpus"] * case.clock.hours))
        months = range(case.clock.months, max(case.clock.months, _begin_month(case, path) + path.rental.min_months))
        hours = np.array([case.clock.month_hours(month) for month in months])
        late = usd_per_hour / 1e6 * path.begun * hours * (1.0 - path.rental.relet_fraction)
        flows.append(case.purser.dated(np.array(months, dtype=np.int64), late))
    yield "", total(case.purser, flows)


def rental_deposit(case: Case) -> Booked:
    """Deposit on the rent of the least months, at the begin."""
    flows = [case.purser.dated(_begin_month(case, path), _deposit_musd(case, path)) for path in _offers(case)]
    yield "", total(case.purser, flows)


def rental_deposit_return(case: Case) -> Booked:
    """Deposit back after the least months."""
    flows = [
        case.purser.dated(_begin_month(case, path) + path.rental.min_months, -_deposit_musd(case, path)) for path in _offers(case)
    ]
    yield "", total(case.purser, flows)


def committed_rental(case: Case) -> Booked:
    """Rent of what was committed before the horizon."""
    hours = np.array([case.clock.month_hours(month) for month in range(case.clock.months)])
    flows = []
    for path in case.rentals:
        until = case.clock.months if path.rental.committed_until is None else path.rental.committed_until
        paid_hours = case.clock.by_period(np.where(np.arange(case.clock.months) <= until, hours, 0.0))
        flows.append(case.purser.by_period(path.rental.usd_per_gpu_hour / 1e6 * path.rental.committed_gpus * paid_hours))
    yield "", total(case.purser, flows)


def delay(case: Case) -> Booked:
    """Value of the months in which a workload is wanted and not ready."""
    flows = [case.purser.nothing()]
    for path in case.workloads:
        workload = path.workload
        until = case.clock.months - 1 if workload.until is None else workload.until
        month = np.arange(case.clock.months)
        wanted = case.clock.by_period(((month >= workload.wanted_from) & (month <= until)).astype(np.float64))
        unready = 1.0 - path.columns["ready"]
        flows.append(case.purser.by_period(workload.delay_cost_musd_per_month * wanted * unready))
        if _never_ready(case, path):
            late = case.clock.months + np.arange(workload.never_ready_months)
            flows.append(case.purser.dated(late, workload.delay_cost_musd_per_month))
    yield "", total(case.purser, flows)


def _never_ready(case: Case, path: WorkloadPath) -> bool:
    """Whether delay runs on past the horizon."""
    until = path.workload.until
    return not path.columns["ready"].any() and (until is None or until >= case.clock.months - 1)


def _offers(case: Case) -> list[RentalPath]:
    """Offers that are begun."""
    return [path for path in case.rentals if path.rental.committed_gpus == 0 and path.begin < case.clock.count]


def _begin_month(case: Case, path: RentalPath) -> int:
    return path.begin * case.clock.step


def _deposit_musd(case: Case, path: RentalPath) -> float:
    """Share of the rent over the least months."""
    begin = _begin_month(case, path)
    hours = sum(case.clock.month_hours(month) for month in range(begin, begin + path.rental.min_months))
    return path.rental.deposit_fraction * path.rental.usd_per_gpu_hour / 1e6 * path.begun * hours
