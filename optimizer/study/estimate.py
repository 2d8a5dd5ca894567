"""How long a study will take: roughly before its first run, better after it."""

from __future__ import annotations

import math

from optimizer.errors import Problem, StudyError
from optimizer.instance import Instance
from optimizer.study.definition import Breakpoint, Study
from optimizer.study.designs import count_runs
from optimizer.study.held import can_hold, hosts_of

SECONDS_PER_SIZE = 0.005
"""Measured: a run of quickstart (size 168) takes 0.7 to 1 s on a core, one of xai-2024 (4,644) 12 to 40 s."""

FIRST_POINTS = 5
"""Values of a breakpoint's factor that are tried before the search halves."""

HOLDS = 2
"""Runs with a host held that look at a change of host: one on either side."""

LIKELY_HOSTS = 3
"""Hosts that are best in some run, where the study does not name its candidates."""


def seconds_a_run(instance: Instance, time_limit_s: float | None) -> float:
    """Seconds that one run may take, by the size of its question: rough, and too few where power is chosen by the hour.

    The first run of a study tells better, and the study is looked at again then.

    Parameters
    ----------
    instance : Instance
        The scenario as it is.
    time_limit_s : float or None
        Of each run.
    """
    rough = SECONDS_PER_SIZE * size_of(instance)
    return rough if time_limit_s is None else float(min(rough, time_limit_s))


def size_of(instance: Instance) -> float:
    """Periods times the choices in each: modes and offers of power of every site, and rentals."""
    sites = (
        len(site.modes) + len(site.tariffs) + len(site.onsite_gas) + len(site.ppas) + len(site.batteries)
        for site in instance.sites
        if not site.is_forbidden
    )
    periods = instance.horizon.months / instance.horizon.months_per_period
    return float(periods * (sum(sites) + len(instance.rentals)))


def solves_of(study: Study, instance: Instance) -> int:
    """About how many runs a study will solve: its design, the decisions that it holds, and the searches for breakpoints.

    Each search is taken to find one change of the decision; where it finds several, it takes more. No more decisions are held than
    counted where the study names its candidates; without them the number of hosts that are best in some run is a guess.
    """
    free = count_runs(study)
    hosts = len(study.candidates) or min(LIKELY_HOSTS, len(hosts_of(instance)))
    is_holdable = can_hold(instance)
    return free * (1 + (hosts if study.regret else 0)) + sum(_solves_of(one, is_holdable) for one in study.breakpoints)


def require_time(study: Study, solves: int, seconds_each: float, workers: int) -> float:
    """Give the hours that runs will take.

    Parameters
    ----------
    study : Study
        What is asked.
    solves : int
        Runs to solve.
    seconds_each : float
        Of one run.
    workers : int
        At work at once.

    Raises
    ------
    StudyError
        They are more than the study's ``hours_max``; what would shorten it is said.
    """
    hours = solves * seconds_each / workers / 3600.0
    if hours > study.hours_max:
        message = (
            f"{solves:,} runs of about {seconds_each:,.1f} s each with {workers} worker{'s' if workers > 1 else ''} take about "
            f"{hours:,.1f} h, more than hours_max = {study.hours_max:g}. {_shorter(study)}, use more workers, or raise hours_max."
        )
        raise StudyError([Problem(study.name, "", "study.hours_max", message)])
    return hours


def _shorter(study: Study) -> str:
    """What makes a study of its design shorter."""
    by_values = {"grid": "Give fewer values", "one_at_a_time": "Give fewer values", "named": "Name fewer runs"}
    fewer = by_values.get(study.design, "Lower samples")
    return f"{fewer}, leave out regret, set a time_limit_s" if study.regret else f"{fewer}, set a time_limit_s"


def _solves_of(breakpoint: Breakpoint, is_holdable: bool) -> int:
    """First values, then one search by halves between two of them, and a look at either host where it can be held."""
    steps = (breakpoint.high - breakpoint.low) / breakpoint.precision
    halvings = max(0, math.ceil(math.log2(max(steps / (FIRST_POINTS - 1), 1.0))))
    first = min(FIRST_POINTS, math.ceil(steps - 1e-9) + 1)
    return first + halvings + (HOLDS if is_holdable and "host" in breakpoint.watch else 0)
