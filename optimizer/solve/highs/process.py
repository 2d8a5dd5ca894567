"""A HiGHS process of our own: started, spoken to, and killed when it does not listen."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path

import optimizer
from optimizer.core.errors import SolverError
from optimizer.core.interrupts import exposed
from optimizer.solve.highs.answer import Progress
from optimizer.solve.highs.memory import note_worker
from optimizer.solve.highs.messages import Failure, Improvement, Reply, Request, Result, Stop, receive, send


class WorkerProcess:
    """One running worker with its pipes and the thread that empties them.

    It is an interpreter started afresh, never a fork (a forked HiGHS hangs), and not `multiprocessing` either: that would run the
    user's script a second time in the child.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "optimizer.solve.highs.highs_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": _search_path()},
            # In a session of its own a Ctrl-C at the terminal reaches the parent only.
            start_new_session=True,
        )
        self._replies: queue.Queue[Reply] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def process_id(self) -> int:
        """Number of the process."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process.poll() is None

    def send(self, request: Request) -> None:
        """Send a request.

        Parameters
        ----------
        request : Request
            Task or stop.

        Raises
        ------
        SolverError
            When the process has ended.
        """
        assert self._process.stdin is not None
        try:
            send(self._process.stdin, request)  # type: ignore[arg-type]
        except OSError as broken:
            raise SolverError(f"The HiGHS process ended (code {self._process.poll()}).") from broken

    def request_stop(self) -> None:
        """Ask for the end of the running solve; a process that has gone says so by its last reply."""
        with contextlib.suppress(SolverError):
            self.send(Stop())

    def reply(self, timeout_s: float) -> Reply | None:
        """Give the next reply, None when none came in time.

        Parameters
        ----------
        timeout_s : float
            Seconds to wait.
        """
        try:
            with exposed():  # here Ctrl-C is heard: whoever waits knows what to do about it
                return self._replies.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def kill(self) -> None:
        """End the process at once and wait until it is gone."""
        if self.is_alive():
            note_worker(self.process_id)
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                # What was still unsent has no reader any more.
                with contextlib.suppress(OSError):
                    pipe.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        while True:
            try:
                message = receive(self._process.stdout)  # type: ignore[arg-type]
            except EOFError:
                code = self._process.wait()
                self._replies.put(Failure(f"The HiGHS process ended (code {code}).", process_ended=True))
                return
            if isinstance(message, (Progress, Improvement, Result, Failure)):
                self._replies.put(message)


def _search_path() -> str:
    """Let the child find the package where the parent found it, installed or not."""
    package_parent = str(Path(optimizer.__file__).resolve().parent.parent)
    inherited = os.environ.get("PYTHONPATH")
    return package_parent if not inherited else os.pathsep.join((package_parent, inherited))
