"""A command that says nothing for two seconds says what it is at, and again every ten: on standard error, from a thread of its own."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from types import TracebackType

QUIET_SECONDS = 2.0
EVERY_SECONDS = 10.0


class Pulse:
    """Says what a command is at while nothing else does; inside ``with``.

    Parameters
    ----------
    stream : text stream
        Where to, usually standard error.
    quiet_seconds, every_seconds : float
        Silence before the first line, and between lines.
    """

    def __init__(self, stream: TextIO, quiet_seconds: float = QUIET_SECONDS, every_seconds: float = EVERY_SECONDS) -> None:
        self._stream = stream
        self._every = every_seconds
        self._phase = "working"
        self._began = time.monotonic()
        self._due = self._began + quiet_seconds
        self._is_silenced = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, args=(min(quiet_seconds, every_seconds) / 4,), daemon=True)

    def __enter__(self) -> Self:
        _at_work.append(self)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()
        _at_work.remove(self)

    def enter(self, phase: str) -> None:
        """Say from now on that the command is at this."""
        self._phase = phase

    def shown(self, *, is_live: bool = False) -> None:
        """Something else has been shown; where it keeps itself up to date, nothing more need be said."""
        self._due = time.monotonic() + self._every
        self._is_silenced = is_live

    def _beat(self, step: float) -> None:
        while not self._ended.wait(step):
            if not self._is_silenced and time.monotonic() >= self._due:
                self._due = time.monotonic() + self._every
                print(f"{self._phase:<10} {time.monotonic() - self._began:6.0f} s", file=self._stream, flush=True)


_at_work: list[Pulse] = []
"""Pulse of the command that runs; at most one, but for commands that tests call within another."""


def enter(phase: str) -> None:
    """Say what the command is at, where one runs."""
    for pulse in _at_work[-1:]:
        pulse.enter(phase)


def shown(*, is_live: bool = False) -> None:
    """Tell the pulse of the command that something has been shown."""
    for pulse in _at_work[-1:]:
        pulse.shown(is_live=is_live)
