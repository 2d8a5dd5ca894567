"""Workers on this machine: processes started once and kept, watched, and replaced when they die."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from multiprocessing.connection import Connection, wait
from pathlib import Path

from optimizer.core.errors import SolverError
from optimizer.study.engine.engine import Died, Event, Finished, Started
from optimizer.study.engine.outcome import Outcome, Solve, Task
from optimizer.study.engine.worker import READY

PATIENCE, PATIENCE_S = 3.0, 60.0
"""A run is given up after so many times its time limit and so many seconds more: its worker is killed."""

START_FAILURES_MAX = 3
"""So many workers in a row may end before they are ready; then it is not chance."""


class LocalPool:
    """An ``Engine`` of processes on this machine.

    Each is an interpreter started afresh, never a fork, and not ``multiprocessing`` either: that would run the user's script again.

    Parameters
    ----------
    solve : callable
        Solves a task; found by the workers under its module's name, so not defined in a script or a notebook.
    workers : int
        Number of processes.
    patience_s : float
        Seconds that a run may take beyond three times its time limit.
    """

    def __init__(self, solve: Solve, workers: int, patience_s: float = PATIENCE_S) -> None:
        self._solve = solve
        self._patience_s = patience_s
        self._waiting: deque[Task] = deque()
        self._events: list[Event] = []
        self._start_failures = 0
        self._workers = [_Worker(solve) for _ in range(workers)]

    @property
    def capacity(self) -> int:
        """Number of workers."""
        return len(self._workers)

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Numbers of the processes."""
        return tuple(worker.process_id for worker in self._workers)

    def submit(self, task: Task) -> None:
        """Take a task; it waits until a worker is free."""
        self._waiting.append(task)
        self._hand_out()

    def wait(self, timeout_s: float) -> list[Event]:
        """Give what has happened, as soon as anything has.

        Raises
        ------
        SolverError
            Workers end before they can take a task.
        """
        until = time.monotonic() + timeout_s
        while not self._events:
            left_s = until - time.monotonic()
            ready = wait([worker.pipe for worker in self._workers], max(min(left_s, self._next_overdue_s()), 0.0))
            for place, worker in enumerate(self._workers):
                if worker.pipe in ready:
                    self._hear(place, worker)
                elif worker.overdue_s(self._patience_s) <= 0:
                    worker.give_up()
            self._hand_out()
            if not ready and left_s <= 0:
                break
        happened, self._events = self._events, []
        return happened

    def close(self) -> None:
        """End all workers at once."""
        for worker in self._workers:
            worker.kill()
        self._waiting.clear()

    def _next_overdue_s(self) -> float:
        return min(worker.overdue_s(self._patience_s) for worker in self._workers)

    def _hear(self, place: int, worker: _Worker) -> None:
        """Take a message of a worker, or its end."""
        try:
            message = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(place, worker)
            return
        if isinstance(message, Outcome):
            task = worker.finished()
            self._events.append(Finished(task.index, message))
        elif message == READY:
            worker.is_ready = True
            self._start_failures = 0
        else:
            raise SolverError(f"The workers cannot find what they are to run ({message}).")

    def _bury(self, place: int, worker: _Worker) -> None:
        """Put a new worker in the place of a dead one, and say which run it was at."""
        reason = worker.end_reason()
        if worker.task is not None:
            self._events.append(Died(worker.task.index, reason))
        elif not worker.is_ready:
            self._start_failures += 1
            if self._start_failures >= START_FAILURES_MAX:
                raise SolverError(f"No worker can be started: {reason}.")
        self._workers[place] = _Worker(self._solve)

    def _hand_out(self) -> None:
        for worker in self._workers:
            if self._waiting and worker.is_free:
                task = self._waiting.popleft()
                worker.begin(task)
                self._events.append(Started(task.index))


class _Worker:
    """One process with its pipe, and the task it is at."""

    def __init__(self, solve: Solve) -> None:
        self.is_ready = False
        self.task: Task | None = None
        self._began = 0.0
        self._given_up = ""
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "optimizer.study.engine.worker", str(os.getpid())],
                stdin=theirs.fileno(),
                stdout=2,  # what a library prints is no answer of ours
                env={**os.environ, "PYTHONPATH": _search_path()},
                # In a session of its own a Ctrl-C at the terminal reaches the parent only.
                start_new_session=True,
            )
        self.pipe = Connection(ours.detach())
        self.pipe.send(solve)

    @property
    def process_id(self) -> int:
        return int(self._process.pid)

    @property
    def is_free(self) -> bool:
        return self.is_ready and self.task is None

    def begin(self, task: Task) -> None:
        """Send a task; if the process has just died, the next look at its pipe will say so."""
        self.task, self._began = task, time.monotonic()
        with contextlib.suppress(OSError):
            self.pipe.send(task)

    def finished(self) -> Task:
        """Give the task that it was at, and let it go."""
        assert self.task is not None
        task, self.task = self.task, None
        return task

    def overdue_s(self, patience_s: float) -> float:
        """Seconds until it is given up; infinite where its run has no time limit."""
        limit_s = None if self.task is None or self._given_up else self.task.settings.time_limit_s
        return float("inf") if limit_s is None else self._began + PATIENCE * limit_s + patience_s - time.monotonic()

    def give_up(self) -> None:
        """Kill it because it takes far longer than it may."""
        self._given_up = f"it was given up after {time.monotonic() - self._began:.0f} s, far beyond its time limit"
        self._process.kill()

    def end_reason(self) -> str:
        """How it ended; what is left of it is put away."""
        self.kill()
        code = self._process.returncode
        if self._given_up:
            return self._given_up
        if code >= 0:
            return f"its worker ended with code {code}"
        name = signal.Signals(-code).name
        return f"its worker was killed by {name}{' (from outside, or because memory ran out)' if name == 'SIGKILL' else ''}"

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self.pipe.close()


def _search_path() -> str:
    """Let the workers find every package where the parent found it."""
    return os.pathsep.join(str(Path(entry or ".").resolve()) for entry in sys.path)
