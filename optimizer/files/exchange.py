"""A new folder takes the place of an old one: in one step where the system can, and so that an end between two steps is mended later."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

from optimizer.files.manifest import OWN, is_passed_over

NEW, OLD, STEPS = "new", "old", "steps.json"
"""In a folder of a change: what is to come, what was there, and which names move in which order."""

ABOUT = "about"
"""In a folder of a change that is whole: hash of the manifest of what is to come."""

_AT_WORKING_DIRECTORY, _EXCHANGE = -100, 2
_SYNC_LATER = {errno.EXDEV, errno.EBUSY, errno.EACCES, errno.EPERM, errno.ENOTEMPTY, errno.EINVAL, errno.EROFS}
"""A folder that is a mounted volume, or lies on a lower layer of one, cannot be renamed, but what it holds can."""


def put_in_place(change: Path, folder: Path) -> Path | None:
    """Put ``NEW`` of a change in the place of a folder; give where what was there is now, None where nothing was.

    Parameters
    ----------
    change : Path
        The folder of the change: beside the folder, or within it where the folder itself cannot be renamed.
    folder : Path
        The place.
    """
    fresh, old = change / NEW, change / OLD
    if change.parent != folder:
        if not folder.exists():
            os.rename(fresh, folder)  # noqa: PTH104 - as all renames here, so that one place stands for the system
            return None
        if _exchanged(fresh, folder):
            return fresh
        if _renamed_twice(fresh, folder, old):
            return old
    within = change if change.parent == folder else _copied_within(change, folder)
    _note_steps(within, folder)
    if within != change:
        (change / ABOUT).unlink(missing_ok=True)  # it is the copy that is gone on with
    return finish(within, folder)


def finish(change: Path, folder: Path) -> Path:
    """Go on with a change within a folder that was ended between two steps; give where what was there is now."""
    steps = json.loads((change / STEPS).read_text(encoding="utf-8"))
    for name in steps["out"]:
        is_waiting = (change / NEW / name).exists() or name not in steps["in"]
        if is_waiting and not (change / OLD / name).exists() and (folder / name).exists():
            os.rename(folder / name, change / OLD / name)  # noqa: PTH104
    for name in steps["in"]:
        if (change / NEW / name).exists():
            os.rename(change / NEW / name, folder / name)  # noqa: PTH104
    (change / STEPS).unlink()
    return change / OLD


def _exchanged(fresh: Path, folder: Path) -> bool:
    """Exchange two folders in one step; False where the system or the file system cannot."""
    call = _renameat2()
    names = os.fsencode(fresh), os.fsencode(folder)
    return call is not None and call(_AT_WORKING_DIRECTORY, names[0], _AT_WORKING_DIRECTORY, names[1], _EXCHANGE) == 0


@cache
def _renameat2() -> Callable[..., int] | None:
    """The system's call, of Linux alone."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None
    call.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    found: Callable[..., int] = call
    return found


def _renamed_twice(fresh: Path, folder: Path, old: Path) -> bool:
    """Move the old folder away and the new one in; False, with all as it was, where the folder cannot be renamed."""
    try:
        os.rename(folder, old)  # noqa: PTH104
    except OSError as error:
        if error.errno in _SYNC_LATER:
            return False
        raise
    try:
        os.rename(fresh, folder)  # noqa: PTH104
    except BaseException:  # Ctrl-C included
        os.rename(old, folder)  # noqa: PTH104
        raise
    return True


def _copied_within(change: Path, folder: Path) -> Path:
    """Bring a change from beside a folder into it, across devices where need be."""
    within = folder / f"{OWN}{change.name[-8:]}"
    within.mkdir()
    shutil.copytree(change / NEW, within / NEW)
    return within


def _note_steps(change: Path, folder: Path) -> None:
    """Write down which names move out of a folder and which in, so that it can be gone on with."""
    (change / OLD).mkdir()
    held = sorted(path.name for path in folder.iterdir() if not is_passed_over(path.name))
    steps = {"out": held, "in": sorted(path.name for path in (change / NEW).iterdir())}
    noted = change / f"{STEPS}.new"
    noted.write_text(json.dumps(steps), encoding="utf-8")
    os.rename(noted, change / STEPS)  # noqa: PTH104
