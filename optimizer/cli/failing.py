"""Errors as a person meets them: text and an exit code, no traceback."""

from __future__ import annotations

import contextlib
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from optimizer.cli.pulse import Pulse
from optimizer.cli.streams import spoken
from optimizer.core.errors import GigasiteError
from optimizer.core.interrupts import heard

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def errors_as_text() -> Iterator[None]:
    """Turn errors into text and an exit code: a person sees a traceback only when asking for it (``GIGASITE_TRACEBACK=1``).

    A command that is silent for long says what it is at (``Pulse``).
    """
    with spoken() as printed:
        try:
            with heard(), Pulse(sys.stderr):
                yield
            sys.stdout.flush()  # here, and not when Python ends: there a closed pipe is a complaint and an exit code of its own
        except Exception as error:
            if os.environ.get("GIGASITE_TRACEBACK"):
                raise
            _explain(error)
        except KeyboardInterrupt:
            _fail("Interrupted; nothing was written.", 130)
        if printed.trouble:
            _fail(f"What was to be printed could not be written ({printed.trouble}); all else is done.", 2)


def _explain(error: Exception) -> NoReturn:
    """Say in text what was raised, and end."""
    if isinstance(error, BrokenPipeError):
        raise SystemExit(0) from None
    if isinstance(error, GigasiteError):
        _fail(str(error), error.exit_code)
    if isinstance(error, MemoryError):
        _fail("There is not enough memory for this. Free some, raise the limit of a process (ulimit -v), or ask a smaller question.", 2)
    if isinstance(error, OSError):
        _fail(f"A file could not be read or written: {error}", 2)
    _fail(f"This is a fault in gigasite, not in your input: {type(error).__name__}: {error}\n"
          "Run again with GIGASITE_TRACEBACK=1 in the environment and report what it prints.", 1)


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """Print inside it what a pipe may have closed for: the work is done, and its exit code stands whether or not it is read."""
    with contextlib.suppress(BrokenPipeError):
        yield
        sys.stdout.flush()


def _fail(text: str, code: int) -> NoReturn:
    print(text, file=sys.stderr)
    raise SystemExit(code)
