"""One change to every record of a kind in an instance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from optimizer.core.instance import Instance


def sites(instance: Instance, **changes: Any) -> Instance:
    """Change every site."""
    return replace(instance, sites=tuple(replace(site, **changes) for site in instance.sites))


def modes(instance: Instance, **changes: Any) -> Instance:
    """Change every mode of every site."""
    return replace(instance, sites=tuple(
        replace(site, modes=tuple(replace(mode, **changes) for mode in site.modes)) for site in instance.sites))


def tariffs(instance: Instance, **changes: Any) -> Instance:
    """Change every tariff of every site."""
    return replace(instance, sites=tuple(
        replace(site, tariffs=tuple(replace(tariff, **changes) for tariff in site.tariffs)) for site in instance.sites))


def gas(instance: Instance, **changes: Any) -> Instance:
    """Change every on-site gas offer of every site."""
    return replace(instance, sites=tuple(
        replace(site, onsite_gas=tuple(replace(offer, **changes) for offer in site.onsite_gas)) for site in instance.sites))


def gpus(instance: Instance, **changes: Any) -> Instance:
    """Change every GPU model."""
    return replace(instance, gpus=tuple(replace(gpu, **changes) for gpu in instance.gpus))


def workload(instance: Instance, **changes: Any) -> Instance:
    """Change the workload."""
    return replace(instance, workloads=tuple(replace(workload, **changes) for workload in instance.workloads))


def offers(instance: Instance, **changes: Any) -> Instance:
    """Change every rental that is an offer."""
    return replace(instance, rentals=tuple(
        rental if rental.committed_gpus else replace(rental, **changes) for rental in instance.rentals))
