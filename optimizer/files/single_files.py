"""Single files: written whole beside their place, set aside where they are a person's."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from optimizer.core.errors import OutputExists, OutputUnwritable
from optimizer.core.interrupts import shielded
from optimizer.files.manifest import KEPT, MANIFEST, OWN, altered, manifest_text, names_as_written

Say = Callable[[str], None]
"""Hears in a line what was set aside, and where it is."""


def silent(text: str) -> None:
    """Hear nothing."""


def put_file(file: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all; who reads meanwhile sees the old one or the new one.

    Raises
    ------
    OutputUnwritable
        It cannot be written; the message names it.
    """
    try:
        number, fresh = tempfile.mkstemp(prefix=OWN, dir=file.parent)
        try:
            with os.fdopen(number, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(number)
            os.chmod(fresh, 0o666 & ~_umask())  # noqa: PTH101
            os.replace(fresh, file)  # noqa: PTH105
        except BaseException:
            Path(fresh).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise unwritable(file, error) from error


def unwritable(file: Path, error: OSError) -> OutputUnwritable:
    """Say which file cannot be written, and why."""
    hint = " Make room there, or name another place." if error.errno in (errno.ENOSPC, errno.EDQUOT) else ""
    return OutputUnwritable(f"{file} cannot be written ({error.strerror or error}).{hint}")


def add_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Put files into a folder, each whole, and note them in its manifest; what is there of these names is replaced.

    Between two of them the manifest names the old and the new: whoever ends it there leaves nothing that looks like a person's.

    Raises
    ------
    OutputUnwritable
        Something cannot be written.
    """
    pending = {name: sha256(content).hexdigest() for name, content in contents.items()}
    with shielded():
        ours = names_as_written(folder)
        put_file(folder / MANIFEST, manifest_text(folder, ours, pending).encode())
        for name, content in contents.items():
            put_file(folder / name, content)
        put_file(folder / MANIFEST, manifest_text(folder, {*ours, *contents}).encode())


def require_ours(folder: Path, names: Iterable[str], force: bool, say: Say = silent) -> None:
    """Refuse to replace files of a folder that are not as gigasite wrote them, or set them aside where that is asked for.

    Parameters
    ----------
    folder : Path
        Of a plan or a study.
    names : iterable of str
        Files that are to be written there; they may be missing.
    force : bool
        Set them aside.
    say : callable
        Hears where they are.

    Raises
    ------
    OutputExists
        Some are not, and ``force`` was not given.
    """
    found = altered(folder, names)
    if not found:
        return
    if not force:
        are, them = ("is", "it") if len(found) == 1 else ("are", "them")
        said = f"{listed(found)} in {folder} {are} not as gigasite wrote {them}: changed since, or put there by another program or version"
        raise OutputExists(f"{said}. Give --force to set {them} aside and write anew, or move {them} away.")
    place = kept_place(folder)
    try:
        place.mkdir()
        for name in found:
            shutil.move(folder / name, place / name)
    except OSError as error:
        raise unwritable(place, error) from error
    say(f"{listed(found)} of {folder} {'was' if len(found) == 1 else 'were'} changed since gigasite wrote "
        f"{'it' if len(found) == 1 else 'them'}; set aside in {place}.")


def put_alone(file: Path, content: bytes, force: bool, say: Say = silent) -> None:
    """Write a file that stands alone, of which nobody knows who wrote the one before: that one is set aside, never replaced.

    Raises
    ------
    OutputExists
        The file is there with other content, and ``force`` was not given.
    OutputUnwritable
        It cannot be written.
    """
    require_absent(file, force)
    with shielded():
        if file.is_file() and file.read_bytes() == content:
            return
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(file, error) from error
        set_file_aside(file, say)
        put_file(file, content)


def require_absent(file: Path, force: bool) -> None:
    """Refuse a file's name that is taken, before anything is made for it.

    Raises
    ------
    OutputExists
        The file is there and ``force`` was not given, or it is no file.
    """
    if file.exists() and not file.is_file():
        raise OutputExists(f"{file} is no file; name another.")
    if file.exists() and not force:
        raise OutputExists(f"{file} is there already; give --force to set it aside and write anew, or name another file.")


def set_file_aside(file: Path, say: Say) -> None:
    """Give a file that is there another name beside it."""
    if not file.exists():
        return
    kept = next(place for number in _numbers() if not (place := file.with_name(f"{_cut(file.stem)}.{KEPT}{number}{file.suffix}")).exists())
    try:
        os.rename(file, kept)  # noqa: PTH104
    except OSError as error:
        raise unwritable(kept, error) from error
    say(f"The {file.name} that was there is kept as {kept}.")


def kept_place(folder: Path) -> Path:
    """Name for what is set aside of a folder: beside it; within it where nothing can be made beside it."""
    folder = folder.resolve()
    beside = not is_fixed(folder)
    names = (f"{_cut(folder.name)}.{KEPT}{number}" if beside else f"{KEPT}{number}" for number in _numbers())
    return next(place for name in names if not (place := (folder.parent if beside else folder) / name).exists())


def is_fixed(folder: Path) -> bool:
    """Whether a folder that is there cannot be renamed, or should not be: a mounted volume, or where somebody stands."""
    if not folder.exists():
        return False
    is_mounted = os.path.ismount(folder) or folder.stat().st_dev != folder.parent.stat().st_dev
    return is_mounted or not os.access(folder.parent, os.W_OK | os.X_OK) or _is_working_folder(folder)


def _is_working_folder(folder: Path) -> bool:
    """Whether somebody stands in a folder; where that one was removed, it is not this."""
    try:
        return Path.cwd().is_relative_to(folder)
    except FileNotFoundError:
        return False


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names for a sentence, the first few of many."""
    held = list(names)
    shown = held if len(held) <= most else [*held[:most], f"{len(held) - most} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _numbers() -> Iterable[int]:
    number = 0
    while True:
        number += 1
        yield number


def _cut(name: str) -> str:
    """A name short enough to have something added to it."""
    return os.fsencode(name)[:200].decode(errors="ignore")


def _umask() -> int:
    """What the process takes from a new file's rights."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
