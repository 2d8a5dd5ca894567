"""How far a study has come, for whoever watches."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StudyProgress:
    """How far a study has come.

    Parameters
    ----------
    phase : str
        Phase of the runs that are at work, or ``READING``.
    done, asked : int
        Runs that have an outcome, or were read, and all runs of this phase.
    running : int
        Runs at work.
    quarantined : int
        Runs given up because their workers died.
    seconds : float
        Since the first run of this phase began.
    per_minute : float or None
        Runs done a minute in this session; None before the first.
    seconds_left : float or None
        At that rate; None where there is none yet.
    best_musd, worst_musd : float or None
        Least and greatest objective so far.
    """

    phase: str
    done: int
    asked: int
    running: int
    quarantined: int
    seconds: float
    per_minute: float | None
    seconds_left: float | None
    best_musd: float | None
    worst_musd: float | None


Listener = Callable[[StudyProgress], None]

READING = "read"
"""Phase in which the scenarios of runs are read, before any of them is solved."""


class ProgressTracker:
    """Counts runs as they come in, and tells a listener.

    Parameters
    ----------
    phase : str
        Phase of the runs.
    asked : int
        All runs of the phase.
    listener : callable, optional
        Called with a ``StudyProgress``.
    """

    def __init__(self, phase: str, asked: int, listener: Listener | None) -> None:
        self._phase = phase
        self._asked = asked
        self._listener = listener
        self._began = time.monotonic()
        self._done = 0
        self._solved = 0
        self._quarantined = 0
        self._objectives: list[float] = []

    def record_outcome(self, runs: int, objective_musd: float | None, solved: bool = True) -> None:
        """Count an outcome.

        Parameters
        ----------
        runs : int
            Runs that it answers.
        objective_musd : float or None
            Its objective.
        solved : bool
            False for an outcome that was there before this session.
        """
        self._done += runs
        self._solved += runs if solved else 0
        if objective_musd is not None:
            self._objectives = [min([*self._objectives, objective_musd]), max([*self._objectives, objective_musd])]

    def gave_up(self, runs: int) -> None:
        """Count runs that are quarantined."""
        self._done += runs
        self._quarantined += runs

    def notify(self, running: int) -> None:
        """Tell the listener where things stand."""
        if self._listener is None:
            return
        seconds = time.monotonic() - self._began
        rate = self._solved / seconds if self._solved else None
        best, worst = self._objectives or (None, None)
        self._listener(
            StudyProgress(
                phase=self._phase,
                done=self._done,
                asked=self._asked,
                running=running,
                quarantined=self._quarantined,
                seconds=seconds,
                per_minute=None if rate is None else 60.0 * rate,
                seconds_left=None if rate is None else (self._asked - self._done) / rate,
                best_musd=best,
                worst_musd=worst,
            )
        )
