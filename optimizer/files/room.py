"""Whether a folder can be written, looked at before the time is spent: rights, length of names, room."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from optimizer.core.errors import OutputUnwritable
from optimizer.files.single_files import is_fixed

ROOM_MB = 20.0
"""Least free room that is asked for: a plan of a year by the hour with its pages takes less."""

_WITHIN = "/.a-name-of-a-change-00000000/new/tables/assumptions.parquet"
"""As long as what is put behind a folder's name while it is written."""


def require_writable(folder: Path) -> None:
    """Refuse a folder into which a plan could not be written.

    Parameters
    ----------
    folder : Path
        It and folders above it may be missing.

    Raises
    ------
    OutputUnwritable
        Nothing can be made there, a name is too long, or there is not enough room.
    """
    folder = folder.resolve()
    require_names(folder)
    above = next((place for place in folder.parents if place.exists()), folder)
    is_there = folder.exists()
    places = ([folder] if is_fixed(folder) else [above, folder]) if is_there else [above]
    for place in places:
        try:
            with tempfile.TemporaryFile(dir=place):
                pass
        except OSError as error:
            raise _refused(folder, f"nothing can be made in {place} ({error.strerror or error})") from error
    free_mb = shutil.disk_usage(places[0]).free / 1e6
    if free_mb < ROOM_MB:
        raise _refused(folder, f"{free_mb:.1f} MB are free in {places[0]}, and {ROOM_MB:.0f} MB are needed")


def require_names(folder: Path) -> None:
    """Refuse a folder whose name, or the paths of its files, are longer than the system takes.

    Raises
    ------
    OutputUnwritable
        They are.
    """
    folder = folder.resolve()
    above = next(place for place in (folder, *folder.parents) if _is_there(place))
    missing = folder.relative_to(above).parts
    most = os.pathconf(above, "PC_NAME_MAX")
    long = next((name for name in missing if len(os.fsencode(name)) > most), None)
    if long is not None:
        size = len(os.fsencode(long))
        raise _refused(folder, f"the name {long[:30]}... takes {size} bytes, and the file system allows {most}")
    size, most = len(os.fsencode(folder)) + len(_WITHIN), os.pathconf(above, "PC_PATH_MAX")
    if size > most:
        raise _refused(folder, f"paths of its files would take {size} bytes, and the system allows {most}")


def _is_there(place: Path) -> bool:
    """Whether a path exists; one that is too long does not."""
    try:
        return place.exists()
    except OSError:
        return False


def _refused(folder: Path, why: str) -> OutputUnwritable:
    shown = str(folder) if len(str(folder)) < 500 else f"{str(folder)[:200]}..."
    return OutputUnwritable(f"{shown} cannot be written: {why}. Name another folder with --out.")
