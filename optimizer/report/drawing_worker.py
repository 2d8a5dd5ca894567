"""The process that draws: takes makers and a case from standard input, gives each file back. Started by ``Drawer``, never by a person."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import traceback
from importlib import import_module

from optimizer.core.interrupts import SIGNALS
from optimizer.report.drawing import Maker


def main() -> None:
    """Serve tasks until standard input closes."""
    for number in SIGNALS:  # they go to every process of a job; the parent decides what they mean
        signal.signal(number, signal.SIG_IGN)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer of ours
    import_module(sys.argv[1])
    while True:
        try:
            makers, case = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        for name, make in makers.items():
            pickle.dump((name, _made(make, case)), replies, protocol=pickle.HIGHEST_PROTOCOL)
            replies.flush()


def _made(make: Maker, case: object) -> bytes | str:
    """Make a file, or say why there is none."""
    try:
        module, _, name = make.partition(":")
        made: bytes = getattr(import_module(module), name)(case)
        return made
    except Exception as error:
        if os.environ.get("GIGASITE_TRACEBACK"):
            return traceback.format_exc()
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    main()
