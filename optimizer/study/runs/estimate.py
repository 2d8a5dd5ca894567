"""How long a study will take: roughly before its first run, better after it."""

from __future__ import annotations

import math

from optimizer.core.errors import Problem, StudyError
from optimizer.core.instance import Instance
from optimizer.solve.search.question_size import size_of
from optimizer.study.file.definition import Breakpoint, Study
from optimizer.study.runs.designs import count_runs
from optimizer.study.runs.host_fixed import can_hold, hosts_of

FIRST_POINTS = 5
"""Values of a breakpoint's factor that are tried before the search halves."""

HOLDS = 2
"""Runs with a host held that look at a change of host: one on either side."""

LIKELY_HOSTS = 3
"""Hosts that are best in some run, where the study does not name its candidates."""


def seconds_a_run(instance: Instance, time_limit_s: float | None) -> float:
    """Seconds that one run may take, by the size of its question: rough, for how hard a search is only the search shows.

    The first run of a study tells better, and the study is looked at again then.

    Parameters
    ----------
    instance : Instance
        The scenario as it is.
    time_limit_s : float or None
        Of each run.
    """
    rough = size_of(instance).seconds
    return rough if time_limit_s is None else float(min(rough, time_limit_s))


def memory_a_run_mb(instance: Instance) -> float:
    """Memory that a worker and its HiGHS process may hold, MB, by the size of the question.

    Parameters
    ----------
    instance : Instance
        The scenario as it is.
    """
    return size_of(instance).memory_mb


def solves_of(study: Study, instance: Instance) -> int:
    """About how many runs a study will solve: its design, the decisions and contracts that it holds, the searches for breakpoints.

    Each search is taken to find one change of the decision; where it finds several, it takes more. The host that is best in a run is
    not held there again, and is taken to be one of the candidates; where the study names none, how many there will be is a guess.
    """
    free = count_runs(study)
    hosts = len(study.candidates) or min(LIKELY_HOSTS, len(hosts_of(instance)))
    held = max(hosts - 1, 1) if study.regret else 0
    is_holdable = can_hold(instance)
    again = free - 1 if study.signed else 0
    return free * (1 + held) + again + sum(_solves_of(one, is_holdable) for one in study.breakpoints)


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
    held = [f"leave out {name}" for name, is_asked in (("regret", study.regret), ("signed", study.signed)) if is_asked]
    return ", ".join([fewer, *held, "set a time_limit_s"])


def _solves_of(breakpoint: Breakpoint, is_holdable: bool) -> int:
    """First values, then one search by halves between two of them, and a look at either host where it can be held."""
    steps = (breakpoint.high - breakpoint.low) / breakpoint.precision
    halvings = max(0, math.ceil(math.log2(max(steps / (FIRST_POINTS - 1), 1.0))))
    first = min(FIRST_POINTS, math.ceil(steps - 1e-9) + 1)
    return first + halvings + (HOLDS if is_holdable and "host" in breakpoint.watch else 0)
