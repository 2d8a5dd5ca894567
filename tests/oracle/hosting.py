"""What does not stand on a site: the wait for the workload, rented GPUs, and rent committed before."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.core.instance import Instance, Rental, Workload
from tests.oracle.money import Cash, Clock


def last_needed(clock: Clock, workload: Workload) -> int:
    """Last period in which the workload needs its GPUs."""
    if workload.until is None:
        return clock.periods - 1
    return min(clock.periods - 1, workload.until // clock.width)


def waiting(clock: Clock, workload: Workload, ready: int | None) -> Cash:
    """Value of the time until the workload is ready: never cash."""
    cash, price = Cash(), workload.delay_cost_musd_per_month
    until = clock.months - 1 if workload.until is None else workload.until
    for month in range(max(0, workload.wanted_from), min(until, clock.months - 1) + 1):
        period = month // clock.width
        if ready is None or period < ready:
            cash.present += price * clock.worth_in_period(period)
    if ready is None and until >= clock.months - 1:
        for month in range(clock.months, clock.months + workload.never_ready_months):
            cash.present += price * clock.worth(month)
    return cash


def committed_rent(instance: Instance, clock: Clock) -> Cash:
    """Rent of every rental that was committed before."""
    cash = Cash()
    for rental in instance.rentals:
        if rental.committed_gpus:
            until = clock.months - 1 if rental.committed_until is None else min(rental.committed_until, clock.months - 1)
            for month in range(until + 1):
                clock.pay(cash, "committed.rental", month, _rent_musd(clock, rental, month, rental.committed_gpus))
    return cash


def rentals_as_host(instance: Instance, clock: Clock, ready: int) -> Iterator[Cash]:
    """Yield the money of every rental that can host the workload from a period on."""
    workload = instance.workloads[0]
    worth = {gpu.name: gpu.h100_equivalents for gpu in instance.gpus}
    last = last_needed(clock, workload)
    for rental in instance.rentals:
        wanted = workload.gpus_h100e / worth[rental.gpu]
        if rental.gpu not in workload.accepts or rental.largest_cluster_gpus < wanted - 1e-9:
            continue
        if rental.committed_gpus:
            until = clock.months - 1 if rental.committed_until is None else rental.committed_until
            if rental.committed_gpus >= wanted - 1e-9 and clock.first(last) <= until:
                yield Cash()
        elif rental.gpus_max >= wanted - 1e-9:
            for begin in range(ready + 1):
                if clock.first(begin) >= rental.available_from:
                    yield _begun(clock, rental, begin, last, wanted)


def _begun(clock: Clock, rental: Rental, begin: int, last: int, wanted: float) -> Cash:
    """Money of an offer begun in a period: its least GPUs while bound, then what is wanted for as long as it is."""
    cash, month = Cash(), clock.first(begin)
    begun = max(wanted, rental.gpus_min)
    bound_until = clock.after(begin, rental.min_months)
    for period in range(begin, clock.periods):
        gpus = begun if period < max(bound_until, begin + 1) else (wanted if period <= last else 0.0)
        for i in clock.in_period(period):
            clock.pay(cash, "rent.rental", i, _rent_musd(clock, rental, i, gpus))
    for i in range(clock.months, month + rental.min_months):
        clock.pay(cash, "rent.rental", i, _rent_musd(clock, rental, i, begun) * (1.0 - rental.relet_fraction))
    term = range(month, month + rental.min_months)
    deposit = rental.deposit_fraction * sum(_rent_musd(clock, rental, i, begun) for i in term)
    clock.pay(cash, "deposits.rental_deposit", month, deposit)
    clock.pay(cash, "deposits.rental_deposit_return", month + rental.min_months, -deposit)
    return cash


def _rent_musd(clock: Clock, rental: Rental, month: int, gpus: float) -> float:
    return rental.usd_per_gpu_hour * gpus * clock.hours_of_month(month) / 1e6
