"""The same question with one decision held: the main workload runs at a given host, or nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from optimizer.core.errors import Problem, StudyError
from optimizer.core.instance import Instance
from optimizer.scenario.read.findings import nearest
from optimizer.study.runs.alternatives import can_rent_a_host, without_hosts


def with_host_fixed(instance: Instance, host: str) -> Instance:
    """Leave the workload one host: every other site is forbidden, every other offer of rental taken away.

    A site that is forbidden itself leaves it none: a decision may be held in a run that closes its site.

    Parameters
    ----------
    instance : Instance
        Of one workload.
    host : str
        Id of a site, or name of a rental.

    Raises
    ------
    StudyError
        There is no such host, or the decision cannot be held: there are several workloads, or something committed may host instead.
    """
    _refuse([_unknown(host, _named(instance)) or _why_not_one(instance, host)])
    return without_hosts(instance, {*_offered(instance)} - {host})


def require_holdable(instance: Instance, hosts: Sequence[str]) -> None:
    """Say early whether decisions can be held.

    Parameters
    ----------
    instance : Instance
        The scenario as it is.
    hosts : sequence of str
        The decisions.

    Raises
    ------
    StudyError
        As of ``with_host_fixed``, every problem of every host.
    """
    _refuse([_why_not(instance, host) for host in hosts])


def require_holdable_in(runs: Iterable[tuple[str, Instance]], hosts: Sequence[str]) -> None:
    """Say before the first run whether decisions can be held in all of them; a site that a run forbids is left to ``with_host_fixed``.

    Parameters
    ----------
    runs : iterable of (str, Instance)
        Names of the runs and what they ask.
    hosts : sequence of str
        The decisions.

    Raises
    ------
    StudyError
        As of ``with_host_fixed``, every problem with the first run that has it.
    """
    found: dict[str, str] = {}
    for name, instance in runs:
        for problem in dict.fromkeys(_why_not_one(instance, host) for host in hosts):
            found.setdefault(problem, f"{problem} (In run {name}.)" if problem else "")
    _refuse([*found.values()])


def can_hold(instance: Instance) -> bool:
    """Whether the workload can be held at every host there is."""
    return not any(_why_not(instance, host) for host in hosts_of(instance))


def hosts_of(instance: Instance) -> tuple[str, ...]:
    """Every place at which a workload may run, by its name."""
    return (*(site.site_id for site in instance.sites if not site.is_forbidden), *(rental.name for rental in instance.rentals))


def _named(instance: Instance) -> tuple[str, ...]:
    """Every site and rental, forbidden or not."""
    return (*(site.site_id for site in instance.sites), *(rental.name for rental in instance.rentals))


def _offered(instance: Instance) -> tuple[str, ...]:
    sites = (site.site_id for site in instance.sites if not site.is_committed)
    return (*sites, *(rental.name for rental in instance.rentals if not rental.committed_gpus))


def _refuse(problems: Sequence[str]) -> None:
    told = dict.fromkeys(problem for problem in problems if problem)
    if told:
        raise StudyError([Problem("study", "", "study.candidates", problem) for problem in told])


def _why_not(instance: Instance, host: str) -> str:
    """Why the workload cannot be held at a host, in words; empty where it can."""
    return _unknown(host, hosts_of(instance)) or _why_not_one(instance, host)


def _unknown(host: str, names: Sequence[str]) -> str:
    return "" if host in names else f"{host!r} is no site or rental of the scenario, or is forbidden; {nearest(host, names)}"


def _why_not_one(instance: Instance, host: str) -> str:
    """Why the workload cannot be held at one host alone."""
    if any(goal != "min_cost" for goal in instance.goals):
        return f"Decisions are compared by cost alone; the scenario's goals are {', '.join(instance.goals)}. Leave out regret."
    if len(instance.workloads) != 1:
        return f"Decisions are compared for one workload; the scenario has {len(instance.workloads)}. Leave out regret."
    committed = [site.site_id for site in instance.sites if site.is_committed and site.site_id != host]
    rentals = tuple(rental for rental in instance.rentals if rental.committed_gpus and rental.name != host)
    if can_rent_a_host(replace(instance, rentals=rentals)):
        committed += [rental.name for rental in rentals]
    return f"{committed[0]} is committed and may host instead of {host}. Leave out regret." if committed else ""
