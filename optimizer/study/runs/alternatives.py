"""The questions asked beside a plan's own: each is the instance with one thing changed. Committed sites and rentals stay in all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from optimizer.core.instance import Instance, Rental, Workload
from optimizer.plan.header import Header


def main_host(header: Header) -> str:
    """Site or rental at which a plan runs its largest workload (of equal ones the first); empty where it runs nowhere.

    Parameters
    ----------
    header : mapping
        Of the plan.
    """
    if not header["workloads"]:
        return ""
    main = max(header["workloads"], key=lambda row: row["target_h100e"])
    return next(iter(main["sites"]), "")


def is_committed(instance: Instance, host: str) -> bool:
    """Whether a site or rental is committed: no plan can do without it."""
    sites = {site.site_id for site in instance.sites if site.is_committed}
    return host in sites or any(rental.name == host and rental.committed_gpus for rental in instance.rentals)


def without_hosts(instance: Instance, hosts: Collection[str]) -> Instance:
    """Forbid sites and take away rental offers, by their names."""
    sites = tuple(replace(site, is_forbidden=True) if site.site_id in hosts else site for site in instance.sites)
    return replace(instance, sites=sites, rentals=tuple(rental for rental in instance.rentals if rental.name not in hosts))


def rent_only(instance: Instance) -> Instance:
    """Forbid every site that is not committed."""
    sites = tuple(site if site.is_committed else replace(site, is_forbidden=True) for site in instance.sites)
    return replace(instance, sites=sites)


def half_size(instance: Instance) -> Instance:
    """Halve the target of every workload."""
    return replace(instance, workloads=tuple(replace(workload, gpus_h100e=workload.gpus_h100e / 2) for workload in instance.workloads))


def do_nothing(instance: Instance) -> Instance:
    """Start no site and rent nothing but what is committed."""
    return replace(rent_only(instance), rentals=tuple(rental for rental in instance.rentals if rental.committed_gpus))


def without_deadlines(instance: Instance) -> Instance:
    """Lift every deadline: a workload may be late, or never ready, for the price of its delay."""
    return replace(instance, workloads=tuple(replace(workload, deadline=None) for workload in instance.workloads))


def can_rent_a_host(instance: Instance) -> bool:
    """Whether some rental, committed or on offer, is large enough in one cluster to host some workload that accepts its GPUs."""
    return any(_may_host(instance, rental, workload) for rental in instance.rentals for workload in instance.workloads)


def _may_host(instance: Instance, rental: Rental, workload: Workload) -> bool:
    performance = next(gpu.h100_equivalents for gpu in instance.gpus if gpu.name == rental.gpu)
    gpus = min(rental.largest_cluster_gpus, rental.committed_gpus or rental.gpus_max)
    return rental.gpu in workload.accepts and gpus * performance >= workload.gpus_h100e
