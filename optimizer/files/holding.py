"""A folder in the hands of one process: locked while it works, tidied of what an ended run left, exchanged whole."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from optimizer.core.errors import OutputExists, OutputUnwritable
from optimizer.core.interrupts import shielded
from optimizer.files.exchange import ABOUT, NEW, OLD, STEPS, finish, put_in_place
from optimizer.files.manifest import MANIFEST, OWN, holding, sha256_of
from optimizer.files.room import require_names
from optimizer.files.single_files import Say, is_fixed, kept_place, silent

_LOCK = f"{OWN}lock"

_held: dict[Path, int] = {}
"""Folders that this process holds, with how often it has asked for them."""

Known = Callable[[str], bool]
"""Whether gigasite writes a file of this name into such a folder."""


@contextmanager
def hold_folder(folder: Path, is_known: Known, say: Say = silent) -> Iterator[None]:
    """Hold a folder for this process, and tidy what a run that was ended has left of it; the hold ends however the process ends.

    Parameters
    ----------
    folder : Path
        It may be missing; folders above it are made, and go again if nothing was put into them.
    is_known : callable
        Whether gigasite writes a file of this name there.
    say : callable
        Hears what was found and where it is now.

    Raises
    ------
    OutputExists
        Another process holds it.
    OutputUnwritable
        Its name is too long.
    """
    folder = folder.resolve()
    require_names(folder)
    if folder in _held:
        _held[folder] += 1
        try:
            yield
        finally:
            _held[folder] -= 1
        return
    made = _make_above(folder)
    lock = _locked(folder)
    _held[folder] = 1
    try:
        if lock is not None:
            with shielded():
                _tidy(folder, is_known, say)
        yield
    finally:
        with shielded():
            del _held[folder]
            if lock is not None:
                lock[1].unlink(missing_ok=True)
                os.close(lock[0])
            for place in reversed(made):
                with contextlib.suppress(OSError):
                    place.rmdir()


class Change:
    """What is to take the place of a folder.

    Attributes
    ----------
    fresh : Path
        An empty folder to be filled.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._holds_old = False
        if is_fixed(folder):
            self._path = Path(tempfile.mkdtemp(prefix=OWN, dir=folder))
        else:
            self._path = Path(tempfile.mkdtemp(prefix=f"{_sibling_prefix(folder)}-", dir=folder.parent))
        self.fresh = self._path / NEW
        try:
            self.fresh.mkdir()
        except OSError:
            self._path.rmdir()
            raise

    def commit(self, is_known: Known, say: Say = silent) -> None:
        """Put it in its place; what was there goes if it is as gigasite wrote it, else it is set aside."""
        with shielded():
            (self._path / ABOUT).write_text(sha256_of(self.fresh / MANIFEST), encoding="utf-8")
            if self._folder.is_dir():
                self.fresh.chmod(self._folder.stat().st_mode)
            old = put_in_place(self._path, self._folder)
            if old is not None:
                self._holds_old = True
                _dispose(old, self._folder, is_known, say)
                self._holds_old = False
                shutil.rmtree(old.parent, ignore_errors=True)

    def close(self) -> None:
        """Take away what is left of it, unless that is what was there before: the next run sees to it."""
        if not (self._holds_old or (self._path / OLD).exists() or (self._path / STEPS).exists()):
            shutil.rmtree(self._path, ignore_errors=True)


@contextmanager
def change(folder: Path) -> Iterator[Change]:
    """Make a folder beside another (within it where it cannot be renamed) that is to take its place; it goes if that does not come.

    Raises
    ------
    OutputUnwritable
        Nothing can be made there.
    """
    folder = folder.resolve()
    try:
        made = Change(folder)
    except OSError as error:
        raise OutputUnwritable(f"{folder} cannot be written ({error.strerror or error}). Name another folder with --out.") from error
    try:
        yield made
    finally:
        with shielded():
            made.close()


def _make_above(folder: Path) -> list[Path]:
    """Make the folders above one; give those that were not there. Whoever cannot is told when it is to be written."""
    missing = [place for place in folder.parents if not place.exists()][::-1]
    made = []
    with contextlib.suppress(OSError):
        for place in missing:
            place.mkdir()
            made.append(place)
    return made


def _locked(folder: Path) -> tuple[int, Path] | None:
    """Lock a folder by a file beside it, within it where it is a volume; None where none can be made (nothing can be written then)."""
    is_within = folder.is_dir() and (os.path.ismount(folder) or not os.access(folder.parent, os.W_OK | os.X_OK))
    file = folder / _LOCK if is_within else folder.parent / f"{_sibling_prefix(folder)}.lock"
    while True:
        try:
            number = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError:
            return None
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(number)
            message = f"Another gigasite is at work in {folder}; wait for its end, or name another folder with --out."
            raise OutputExists(message) from error
        except OSError:  # a file system without locks
            os.close(number)
            return None
        with contextlib.suppress(OSError):
            if os.fstat(number).st_ino == file.stat().st_ino:
                return number, file
        os.close(number)  # who held it before has just taken it away


def _sibling_prefix(folder: Path) -> str:
    """Beginning of names of files beside a folder: hidden, short, of this folder alone."""
    shown = os.fsencode(folder.name)[:60].decode(errors="ignore")
    return f".{shown}.{hashlib.sha256(os.fsencode(folder.name)).hexdigest()[:8]}"


def _tidy(folder: Path, is_known: Known, say: Say) -> None:
    """Finish, set aside or take away what a run left that was ended while it wrote; it holds the lock no more."""
    beside = [path for path in folder.parent.iterdir() if path.name.startswith(f"{_sibling_prefix(folder)}-") and path.is_dir()]
    within = [path for path in folder.iterdir() if path.name.startswith(OWN) and path.name != _LOCK] if folder.is_dir() else []
    for left in [*beside, *within]:
        if left.is_dir() and not left.is_symlink():
            _tidy_change(left, folder, is_known, say)
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _tidy_change(left: Path, folder: Path, is_known: Known, say: Say) -> None:
    fresh, old = left / NEW, left / OLD
    if (left / STEPS).exists():
        finish(left, folder)
        say(f"A run that was ended while it wrote {folder} left it half way; what it had found is in its place now.")
    elif _is_unplaced(left):
        place = kept_place(folder) if folder.exists() else folder
        shutil.move(fresh, place)
        say(f"A run that was ended before it put its plan into {folder} left it whole; it is in {place} now.")
    elif old.is_dir() and not folder.exists():
        shutil.move(old, folder)
        say(f"A run that was ended while it wrote {folder} left what was there before under another name; it is back.")
    elif fresh.is_dir() and (left / ABOUT).exists():
        _dispose(fresh, folder, is_known, say)  # the exchange was made, and this is what was there before
    if old.is_dir():
        _dispose(old, folder, is_known, say)


def _is_unplaced(left: Path) -> bool:
    """Whether a change is whole and has not taken its place."""
    try:
        return (left / ABOUT).read_text(encoding="utf-8") == sha256_of(left / NEW / MANIFEST)
    except OSError:
        return False


def _remove_empty(folder: Path) -> None:
    """Remove a folder of folders; one that holds anything else stays."""
    with contextlib.suppress(OSError):
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir()
        folder.rmdir()


def _dispose(old: Path, folder: Path, is_known: Known, say: Say) -> None:
    """Delete what was in a folder before where all of it is as gigasite wrote it; else set all of it aside."""
    found = holding(old, is_known)
    if found.is_ours:
        for name in sorted(found.ours, key=lambda name: name == MANIFEST):  # what is left of it is known for as long as it is there
            (old / name).rmdir() if (old / name).is_dir() else (old / name).unlink()
        _remove_empty(old)
    if old.exists():
        place = kept_place(folder)
        shutil.move(old, place)
        why = f" (not as gigasite wrote it: {', '.join((*found.foreign, *found.altered)[:5])})"
        say(f"What was in {folder} before is set aside in {place}{why}.")
