"""The folder of a study: what it holds, that one study at a time works in it, and files that are whole or not there."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import IO

from optimizer.errors import OutputExists, OutputUnwritable

RUNS, PLANS, LOCK = "runs.sqlite", "plans", ".lock"

STUDY_FILES = frozenset(
    {"study.toml", RUNS, f"{RUNS}-wal", f"{RUNS}-shm", PLANS, LOCK, "study.parquet", "study.csv", "answers.json", "report.html"}
)
"""What a study's folder holds, and so what may be replaced."""


def locked(folder: Path) -> IO[str]:
    """Make the folder and hold it for this process; the hold ends when the file is closed or the process ends, however it ends.

    Parameters
    ----------
    folder : Path
        The study's folder.

    Raises
    ------
    OutputExists
        Another process holds it.
    OutputUnwritable
        Nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = (folder / LOCK).open("a")
    except OSError as error:
        raise OutputUnwritable(f"{folder} cannot be written ({error.strerror or error}). Name another folder with --out.") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        held.close()
        raise OutputExists(f"Another study is at work in {folder}; wait for its end, or name another folder with --out.") from error
    return held


def clear(folder: Path) -> None:
    """Take away what earlier runs left in a folder that holds nothing else; its lock stays."""
    for entry in folder.iterdir():
        if entry.name == LOCK:
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def require_own(folder: Path) -> None:
    """Refuse a folder that holds something that is no part of a study.

    Raises
    ------
    OutputExists
        It does.
    """
    held = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
    foreign = sorted(held - STUDY_FILES)
    if foreign:
        raise OutputExists(f"{folder} holds {foreign[0]}, which is no part of a study; name another folder with --out.")


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that it is there whole, on the disk, or not at all.

    Parameters
    ----------
    file : Path
        In a folder that exists.
    content : bytes
        What it holds.
    """
    fresh = file.with_name(f".{file.name}.new")
    with fresh.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk, where the system can."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
