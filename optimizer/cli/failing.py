"""Errors as a person meets them: text and an exit code, no traceback."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from optimizer.errors import GigasiteError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def errors_as_text() -> Iterator[None]:
    """Turn errors into text and an exit code: a person sees a traceback only when asking for it (``GIGASITE_TRACEBACK=1``)."""
    try:
        yield
    except Exception as error:
        if os.environ.get("GIGASITE_TRACEBACK"):
            raise
        if isinstance(error, BrokenPipeError):  # whoever read our output has had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None
        if isinstance(error, GigasiteError):
            _fail(str(error), error.exit_code)
        if isinstance(error, OSError):
            _fail(f"A file could not be read or written: {error}", 2)
        _fail(f"This is a fault in gigasite, not in your input: {type(error).__name__}: {error}\n"
              "Run again with GIGASITE_TRACEBACK=1 in the environment and report what it prints.", 1)
    except KeyboardInterrupt:
        _fail("Interrupted; nothing was written.", 130)


def _fail(text: str, code: int) -> NoReturn:
    print(text, file=sys.stderr)
    raise SystemExit(code)
