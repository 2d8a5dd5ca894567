"""The process that runs HiGHS: reads tasks from standard input, writes progress, solutions and results to standard output.

It imports numpy and highspy only, so that it is ready in a fraction of a second, and it can be killed at any moment: HiGHS
does not always stop when it is asked to. Started by `optimizer.solve.highs.runner`, never by a person.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from optimizer.core.interrupts import SIGNALS
from optimizer.solve.highs import highs_call, scip_call
from optimizer.solve.highs.messages import Stop, Task, receive, send


def main() -> None:
    """Serve tasks one after the other until standard input closes."""
    # Ctrl-C goes to every process of a terminal, SIGTERM to every process of a job; the parent decides what they mean.
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    replies = _claim_standard_output()
    stop_asked = threading.Event()
    tasks: queue.Queue[Task] = queue.Queue()
    threading.Thread(target=_listen, args=(tasks, stop_asked), daemon=True).start()
    while True:
        task = tasks.get()
        call = highs_call if task.solver == "highs" else scip_call
        call.solve_task(task, stop_asked, lambda message: send(replies, message))


def _claim_standard_output() -> BinaryIO:
    """Keep the pipe to the parent for messages; what a solver prints is read by nobody.

    HiGHS greets with version and licence whatever its options say, and prints some lines past them. What ends the process (a crash, a
    traceback) stands on standard error as ever.
    """
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    return replies


def _listen(tasks: queue.Queue[Task], stop_asked: threading.Event) -> None:
    """Take requests while HiGHS runs; end the process when the parent has gone."""
    while True:
        try:
            request = receive(sys.stdin.buffer)
        except EOFError:
            os._exit(0)
        if isinstance(request, Stop):
            stop_asked.set()
        elif isinstance(request, Task):
            # A stop that crossed with the end of the last solve is not meant for this one.
            stop_asked.clear()
            tasks.put(request)


if __name__ == "__main__":
    main()
