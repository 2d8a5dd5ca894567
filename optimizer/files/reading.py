"""Several files of a folder are read as they stood at one time, though another process may replace the folder meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from optimizer.core.errors import GigasiteError

Read = TypeVar("Read")


def read_at_rest(file: Path, read: Callable[[], Read]) -> Read:
    """Read again for as long as a file was replaced while it was read.

    Parameters
    ----------
    file : Path
        Is replaced with the folder that it is in: a plan's ``plan.json``.
    read : callable
        Reads what the folder holds.
    """
    while True:
        before = _state(file)
        try:
            found = read()
        except GigasiteError:
            if _state(file) == before:
                raise
        else:
            if _state(file) == before:
                return found


def _state(file: Path) -> tuple[int, int, int] | None:
    """What is another for a file of another writing; None where there is none."""
    try:
        seen = file.stat()
    except OSError:
        return None
    return seen.st_ino, seen.st_mtime_ns, seen.st_size
