"""The folder of a study: what it holds, that one study at a time works in it, and files that are whole or not there."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sqlite3
from pathlib import Path
from typing import IO

from optimizer.core.errors import OutputExists, OutputUnwritable
from optimizer.files.manifest import MANIFEST, Holding, altered, holding, is_as_written, is_passed_over
from optimizer.files.single_files import kept_place, listed

RUNS, PLANS, LOCK = "runs.sqlite", "plans", ".lock"

WRITTEN = ("study.toml", "study.parquet", "study.csv", "answers.json", "report.html")
"""What is written again when a study goes on."""

STUDY_FILES = frozenset({*WRITTEN, RUNS, f"{RUNS}-wal", f"{RUNS}-shm", PLANS, LOCK, MANIFEST})
"""What a study's folder holds, beside its plans."""


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


def is_study_file(name: str) -> bool:
    """Whether gigasite writes a file (or the folder) of this name into a study's folder."""
    return name in STUDY_FILES or (name.startswith(f"{PLANS}/") and name.endswith((".zip", ".zip.new")) and name.count("/") == 1)


def clear(folder: Path) -> Path | None:
    """Take away what earlier runs left; where some of it is not as gigasite wrote it, set all of it aside and give where.

    Parameters
    ----------
    folder : Path
        It holds nothing that is no part of a study; its lock stays.
    """
    found = _holding(folder)
    if found.is_ours:
        for name in found.ours:
            if name != LOCK and (folder / name).is_file():
                (folder / name).unlink()
        return None
    place = kept_place(folder)
    place.mkdir()
    for entry in [entry for entry in folder.iterdir() if entry.name != LOCK and not is_passed_over(entry.name)]:
        shutil.move(entry, place / entry.name)
    return place


def require_own(folder: Path) -> None:
    """Refuse a folder that holds something that is no part of a study, also within it.

    Raises
    ------
    OutputExists
        It does.
    """
    foreign = holding(folder, is_study_file).foreign
    if not foreign and (folder / RUNS).is_file() and not _may_be_log(folder / RUNS):
        foreign = (RUNS,)
    if foreign:
        are = "is" if len(foreign) == 1 else "are"
        raise OutputExists(f"{folder} holds {listed(foreign)}, which {are} no part of a study; name another folder with --out.")


def require_unchanged(folder: Path, resume: bool) -> None:
    """Refuse to write over what somebody has changed or put there.

    Parameters
    ----------
    folder : Path
        Of a study, or to be one.
    resume : bool
        Whether it is gone on with.

    Raises
    ------
    OutputExists
        Somebody has.
    """
    changed = altered(folder, (*WRITTEN, MANIFEST))
    if changed:
        are, them = ("is", "it") if len(changed) == 1 else ("are", "them")
        ways = (f"Move {them} away, then go on with --resume." if resume
                else f"Give --force to set all of it aside, as {kept_place(folder)}, or name another folder with --out.")
        raise OutputExists(f"{listed(changed)} in {folder} {are} not as gigasite wrote {them}, and would be written over. {ways}")


def _holding(folder: Path) -> Holding:
    """What a study's folder holds, by whose it is: plans by the hashes of the log, the log itself where it is one."""
    found = holding(folder, is_study_file)
    hashes = _hashes_in_log(folder / RUNS)
    logs = {RUNS, f"{RUNS}-wal", f"{RUNS}-shm"} if hashes is not None else set()
    ours = {name for name in found.altered if name in logs or name == LOCK or name.endswith(".new")
            or (hashes and is_as_written(folder / name, (hashes.get(name.removeprefix(f"{PLANS}/"), ""),)))}
    rest = tuple(name for name in found.altered if name not in ours)
    return Holding(tuple(sorted({*found.ours, *ours})), rest, found.foreign)


def _hashes_in_log(file: Path) -> dict[str, str] | None:
    """Hashes of the plans that a log has kept, by their name; None where it is no log."""
    try:
        with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True)) as database:
            return dict(database.execute("SELECT name, sha256 FROM files"))
    except sqlite3.Error:
        return None


def _may_be_log(file: Path) -> bool:
    """Whether a database has the tables of a log, or none yet, or cannot be read: it is not another program's."""
    try:
        with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True)) as database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error:
        return True
    return not tables or {"meta", "runs", "results"} <= tables


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
