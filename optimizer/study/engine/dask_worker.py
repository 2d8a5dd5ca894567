"""What a study runs on the processes of a Dask cluster: a look whether they fit, one solve at a time, and word of workers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from distributed import get_worker
from distributed.diagnostics.plugin import SchedulerPlugin

from optimizer.core.errors import ClusterError
from optimizer.study.engine.environment import differences, environment
from optimizer.study.engine.outcome import Outcome, Solve, Task, outcome_of

KEY = "gigasite-run-"
"""How the names of a study's tasks begin at the scheduler."""


WORKERS = "gigasite-workers"
"""Topic under which the scheduler tells how many workers there are."""


class Herald(SchedulerPlugin):  # type: ignore[misc]  # distributed is untyped here
    """Tells studies what the scheduler knows: how many workers there are, and at once that a run's worker has died.

    Dask itself would try such a run on three further workers; here the study decides.
    """

    name = "gigasite-herald"
    idempotent = True

    def add_worker(self, scheduler: Any, worker: str) -> None:
        """Tell how many there are now."""
        scheduler.log_event(WORKERS, len(scheduler.workers))

    def remove_worker(self, scheduler: Any, worker: str, **_: Any) -> None:
        """Tell how many are left."""
        scheduler.log_event(WORKERS, len(scheduler.workers))

    def update_graph(self, scheduler: Any, *, keys: set[Any], **_: Any) -> None:
        """Let the first death of a worker be the last that Dask accepts for a run."""
        for key in keys:
            if str(key).startswith(KEY) and key in scheduler.tasks:
                scheduler.tasks[key].suspicious = scheduler.allowed_failures


def scheduler_misfit(solve: Solve, expected: Mapping[str, str]) -> str:
    """Say how the scheduler's environment differs from the study's; empty where it does not.

    Parameters
    ----------
    solve : callable
        Must be found by its module's name there.
    expected : mapping of str to str
        ``environment()`` of the study.
    """
    return differences(expected, environment())


def worker_misfit(solve: Solve, expected: Mapping[str, str], dask_worker: Any) -> str:
    """Say why a worker does not fit, in words; empty where it does.

    Parameters
    ----------
    solve, expected
        As for ``scheduler_misfit``.
    dask_worker : distributed.Worker
        Given by Dask.
    """
    threads = dask_worker.state.nthreads
    if threads != 1:
        return f"it would solve {threads} runs at once in one process; start it with --nthreads 1"
    return scheduler_misfit(solve, expected)


def solve_on_worker(solve: Solve, task: Task, expected: Mapping[str, str], topic: str) -> Outcome:
    """Solve a run, having told that and where it has begun.

    Parameters
    ----------
    solve : callable
        Solves the task.
    task : Task
        The run.
    expected : mapping of str to str
        ``environment()`` of the study.
    topic : str
        Under which the study listens.

    Raises
    ------
    ClusterError
        The worker joined late, and does not fit.
    """
    worker = get_worker()
    misfit = worker_misfit(solve, expected, worker)
    if misfit:
        raise ClusterError(f"The Dask worker at {worker.address} does not fit: {misfit}.")
    worker.log_event(topic, [task.index, worker.address])
    return outcome_of(solve, task)
