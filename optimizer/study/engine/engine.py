"""What solves the tasks of a study: some workers, here or elsewhere, behind four methods and three events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from optimizer.study.engine.outcome import Outcome, Task


@dataclass(frozen=True, slots=True)
class Started:
    """A worker has begun with the task of this index."""

    index: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A worker has given an outcome, whatever its status."""

    index: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Died:
    """The worker of a task died or was killed before it gave an outcome; ``reason`` says how."""

    index: int
    reason: str


Event = Started | Finished | Died


class Engine(Protocol):
    """Workers that solve tasks, in any order.

    Every task that was submitted ends in one ``Finished`` or one ``Died``; it may then be submitted again.
    """

    @property
    def capacity(self) -> int:
        """Tasks that can be at work at once; it may change while a study runs."""
        ...

    def submit(self, task: Task) -> None:
        """Take a task; it waits here until a worker is free.

        Parameters
        ----------
        task : Task
            Of an index that is not at work.
        """
        ...

    def wait(self, timeout_s: float) -> list[Event]:
        """Give what has happened since, as soon as anything has; nothing when nothing happened in time.

        Parameters
        ----------
        timeout_s : float
            Seconds to wait at most.

        Raises
        ------
        SolverError
            No worker can be had any more.
        """
        ...

    def close(self) -> None:
        """End all workers at once, whatever they are at; safe to call twice."""
        ...
