"""Seconds per phase of a solve, and what is said about them while it runs."""

from __future__ import annotations

import time
from collections.abc import Callable

from optimizer.core.progress import Progress

PHASES = ("read", "assemble", "build", "compile", "solve", "extract", "audit", "verify", "write")


class Stopwatch:
    """Measures one phase after the other and reports each as it begins.

    Parameters
    ----------
    on_progress : callable, optional
        Called with a ``Progress``.
    """

    def __init__(self, on_progress: Callable[[Progress], None] | None = None) -> None:
        self._listener = on_progress
        self._began = time.perf_counter()
        self._phase_began = self._began
        self._phase: str | None = None
        self._seconds = dict.fromkeys(PHASES, 0.0)

    def enter(self, phase: str) -> None:
        """End the phase under way and begin another."""
        self._end_phase()
        self._phase, self._phase_began = phase, time.perf_counter()
        self.report(Progress(phase, self._phase_began - self._began))

    def report(self, progress: Progress) -> None:
        """Say how far the solve has come."""
        if self._listener is not None:
            self._listener(progress)

    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self._began

    def seconds(self) -> dict[str, float]:
        """End the phase under way and give the seconds of every phase, and their total."""
        self._end_phase()
        spent = {phase: round(value, 3) for phase, value in self._seconds.items()}
        return {**spent, "total": round(sum(self._seconds.values()), 3)}

    def _end_phase(self) -> None:
        if self._phase is not None:
            self._seconds[self._phase] += time.perf_counter() - self._phase_began
            self._phase = None
