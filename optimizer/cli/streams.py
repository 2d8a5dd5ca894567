"""Standard output and error while a command runs: a reader that has gone, or a disk that is full, never ends the work."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

_GONE = {errno.EPIPE, errno.EIO}
"""Nobody reads any more: the pipe is closed, or the terminal is."""


class Spoken:
    """A stream that goes on where it can be written no more: what follows goes nowhere.

    Parameters
    ----------
    stream : text stream
        Where to; all that is not writing is its own.
    may_end : bool
        Raise ``BrokenPipeError`` where its reader has gone: what is left to say need not be made.

    Attributes
    ----------
    trouble : str
        Why it could not be written, though somebody may want to read it; empty where it could.
    """

    def __init__(self, stream: TextIO, may_end: bool) -> None:
        self._stream = stream
        self._may_end = may_end
        self.trouble = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, or let it go; what the stream has no letter for is written as its number."""
        try:
            return self._stream.write(text)
        except UnicodeEncodeError as error:  # a file's name that is no text, or a terminal of few letters
            return self._stream.write(text.encode(error.encoding, "backslashreplace").decode(error.encoding))
        except OSError as error:
            self._give_up(error)
            return len(text)

    def flush(self) -> None:
        """Flush, or let it go."""
        try:
            self._stream.flush()
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        with contextlib.suppress(OSError, ValueError):  # a stream of no file has nothing to be led elsewhere
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
            self._stream.flush()
        if error.errno not in _GONE:
            self.trouble = self.trouble or error.strerror or str(error)
        elif self._may_end:
            raise BrokenPipeError from error


@contextmanager
def spoken() -> Iterator[Spoken]:
    """Let standard output and error go on inside it; give standard output, which says whether all could be written."""
    before = sys.stdout, sys.stderr
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        out, said = (stream if stream is not None else nowhere for stream in before)  # none where it was closed before the start
        printed = Spoken(out, may_end=True)
        sys.stdout, sys.stderr = cast("TextIO", printed), cast("TextIO", Spoken(said, may_end=False))
        try:
            yield printed
        finally:
            sys.stdout, sys.stderr = before
