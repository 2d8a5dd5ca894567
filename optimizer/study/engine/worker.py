"""The process that solves runs of a study: takes tasks from a pipe, gives outcomes back. Started by ``LocalPool``, never by a person."""

from __future__ import annotations

import os
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

from optimizer.study.engine.outcome import Solve, outcome_of

READY = "ready"
"""First message of a worker that can take tasks; any other text says why it cannot."""

PARENT_LOOK_S = 1.0
"""Seconds between two looks for the parent; when it has gone, so does the worker, and with it the HiGHS process it holds."""


def main() -> None:
    """Solve tasks one after the other until the parent closes the pipe, or dies."""
    threading.Thread(target=_end_with, args=(int(sys.argv[1]),), daemon=True).start()
    pipe = _claim_standard_input()
    try:
        solve: Solve = pipe.recv()
    except (ImportError, AttributeError) as error:
        pipe.send(f"{type(error).__name__}: {error}")
        return
    pipe.send(READY)
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        pipe.send(outcome_of(solve, task))


def _claim_standard_input() -> Connection:
    """Keep the pipe to the parent for messages; whoever else reads standard input finds it empty."""
    pipe = Connection(os.dup(sys.stdin.fileno()))
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    return pipe


def _end_with(parent: int) -> None:
    """End this process when its parent has ended."""
    while os.getppid() == parent:
        time.sleep(PARENT_LOOK_S)
    os._exit(1)


if __name__ == "__main__":
    main()
