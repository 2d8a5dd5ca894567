"""The same question with one decision held: the main workload runs at a given host, or nowhere."""

from __future__ import annotations

from dataclasses import replace

from optimizer.errors import Problem, ScenarioError
from optimizer.instance import Instance
from optimizer.scenario.findings import nearest
from optimizer.study.alternatives import can_rent_a_host, without_hosts


def held_at(instance: Instance, host: str) -> Instance:
    """Leave the workload one host: every other site is forbidden, every other offer of rental taken away.

    Parameters
    ----------
    instance : Instance
        Of one workload.
    host : str
        Id of a site, or name of a rental.

    Raises
    ------
    ScenarioError
        There is no such host, or the decision cannot be held: there are several workloads, or something committed may host instead.
    """
    problem = _why_not(instance, host)
    if problem:
        raise ScenarioError([Problem("study", "regret", "candidates", problem)])
    return without_hosts(instance, {*_offered(instance)} - {host})


def hosts_of(instance: Instance) -> tuple[str, ...]:
    """Every place at which a workload may run, by its name."""
    return (*(site.site_id for site in instance.sites if not site.is_forbidden), *(rental.name for rental in instance.rentals))


def _offered(instance: Instance) -> tuple[str, ...]:
    sites = (site.site_id for site in instance.sites if not site.is_committed)
    return (*sites, *(rental.name for rental in instance.rentals if not rental.committed_gpus))


def _why_not(instance: Instance, host: str) -> str:
    """Why the workload cannot be held at a host, in words; empty where it can."""
    if host not in hosts_of(instance):
        return f"{host!r} is no site or rental of the scenario, or is forbidden; {nearest(host, hosts_of(instance))}"
    if len(instance.workloads) != 1:
        return f"Decisions are compared for one workload; the scenario has {len(instance.workloads)}. Leave out regret."
    committed = [site.site_id for site in instance.sites if site.is_committed and site.site_id != host]
    rentals = tuple(rental for rental in instance.rentals if rental.committed_gpus and rental.name != host)
    if can_rent_a_host(replace(instance, rentals=rentals)):
        committed += [rental.name for rental in rentals]
    return f"{committed[0]} is committed and may host instead of {host}. Leave out regret." if committed else ""
