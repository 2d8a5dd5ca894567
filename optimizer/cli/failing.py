"""Errors as a person meets them: text and an exit code, no traceback."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from optimizer.cli.pulse import Pulse
from optimizer.errors import GigasiteError
from optimizer.interrupts import heard

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def errors_as_text() -> Iterator[None]:
    """Turn errors into text and an exit code: a person sees a traceback only when asking for it (``GIGASITE_TRACEBACK=1``).

    A command that is silent for long says what it is at (``Pulse``).
    """
    try:
        with heard(), Pulse(sys.stderr):
            yield
        sys.stdout.flush()  # here, and not when Python ends: there a closed pipe is a complaint and an exit code of its own
    except Exception as error:
        if os.environ.get("GIGASITE_TRACEBACK"):
            raise
        if isinstance(error, BrokenPipeError):
            _silence()
            raise SystemExit(0) from None
        if isinstance(error, GigasiteError):
            _fail(str(error), error.exit_code)
        if isinstance(error, OSError):
            _fail(f"A file could not be read or written: {error}", 2)
        _fail(f"This is a fault in gigasite, not in your input: {type(error).__name__}: {error}\n"
              "Run again with GIGASITE_TRACEBACK=1 in the environment and report what it prints.", 1)
    except KeyboardInterrupt:
        _fail("Interrupted; nothing was written.", 130)


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """Print inside it what a pipe may have closed for: the work is done, and its exit code stands whether or not it is read."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()


def _silence() -> None:
    """Send all further output nowhere: whoever read it has had enough."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(nowhere, stream.fileno())


def _fail(text: str, code: int) -> NoReturn:
    print(text, file=sys.stderr)
    raise SystemExit(code)
