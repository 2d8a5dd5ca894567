"""Ctrl-C, SIGTERM, a closed terminal: where they end the work at once, and where they wait as something is held that is worth keeping."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Of a person, of a batch system or container, of a terminal or a connection that is closed."""


@dataclass
class _State:
    """What has come, and whether it may raise now."""

    count: int = 0
    is_waiting: bool = False
    is_shielded: bool = False
    is_firm: bool = False


_state = _State()


@contextmanager
def heard() -> Iterator[None]:
    """Take all signals the same way while a command runs: as ``KeyboardInterrupt``, or noted where ``shielded``.

    One that is ignored stays so: the command was begun with ``nohup``, or in the background.
    """
    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's
        yield
        return
    asked = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, _take) for number in asked}
    _state.__init__()  # type: ignore[misc]
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def shielded(firm: bool = False) -> Iterator[None]:
    """Let signals wait inside it: they raise at the next ``exposed`` part, or never.

    Parameters
    ----------
    firm : bool
        Nor do they raise in ``exposed`` parts inside it.
    """
    before = _state.is_shielded, _state.is_firm
    _state.is_shielded, _state.is_firm = True, firm or _state.is_firm
    try:
        yield
    finally:
        _state.is_shielded, _state.is_firm = before


@contextmanager
def exposed() -> Iterator[None]:
    """Let signals raise ``KeyboardInterrupt`` inside it, one that has waited at once; what is done in it can be done without."""
    before = _state.is_shielded
    _state.is_shielded = _state.is_firm
    try:
        if _state.is_waiting and not _state.is_shielded:
            _state.is_waiting = False
            raise KeyboardInterrupt
        yield
    finally:
        _state.is_shielded = before


def were_heard() -> bool:
    """Whether a person or the system has asked for an end since the command began."""
    return _state.count > 0


def _take(number: int, frame: FrameType | None) -> None:
    _state.count += 1
    if not _state.is_shielded:
        raise KeyboardInterrupt
    _state.is_waiting = True
