"""``manifest.json``: which files of a folder gigasite wrote, each with its hash; so it knows its own from a person's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

MANIFEST = "manifest.json"

OWN = ".gigasite-"
"""Beginning of names that stand in a folder only while it is written."""

KEPT = "kept-"
"""Beginning of names of folders into which something was set aside; gigasite never writes or deletes there again."""


def is_passed_over(name: str) -> bool:
    """Whether something at the top of a folder is no part of what it holds: being written, set aside, or of the file system itself."""
    return name.startswith((OWN, KEPT)) or name == "lost+found"


@dataclass(frozen=True, slots=True)
class Holding:
    """What a folder holds, by whose it is; paths within it, sorted.

    Parameters
    ----------
    ours : tuple of str
        Written by gigasite, and as it wrote them.
    altered : tuple of str
        Of names that gigasite writes, but not as it wrote them, or written by nobody knows whom: there is no manifest that names them.
    foreign : tuple of str
        Files, links and folders of other names; of a folder, not what is within.
    """

    ours: tuple[str, ...]
    altered: tuple[str, ...]
    foreign: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing."""
        return not (self.ours or self.altered or self.foreign)

    @property
    def is_ours(self) -> bool:
        """Whether all of it may be deleted."""
        return not (self.altered or self.foreign)


def holding(folder: Path, is_known: Callable[[str], bool]) -> Holding:
    """Look through a folder.

    Parameters
    ----------
    folder : Path
        It may be missing.
    is_known : callable
        Whether gigasite writes a file of this name there.
    """
    hashes = _hashes(folder)
    found: dict[str, list[str]] = {"ours": [], "altered": [], "foreign": []}
    for name, path in _entries(folder, is_known):
        if name == MANIFEST:
            whose = "ours" if hashes else "altered"
        elif is_as_written(path, hashes.get(name, ())) or (_is_folder(path) and is_known(name)):
            whose = "ours"
        else:
            is_file = path.is_file() and not path.is_symlink()
            whose = "altered" if is_file and (is_known(name) or name in hashes) else "foreign"
        found[whose].append(name)
    return Holding(*(tuple(sorted(names)) for names in found.values()))


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def altered(folder: Path, names: Iterable[str]) -> list[str]:
    """Give those of some files that are there and are not as gigasite wrote them; a manifest that is none is a person's."""
    hashes = _hashes(folder)
    there = [name for name in names if (folder / name).exists() or (folder / name).is_symlink()]
    return [name for name in there if not (hashes if name == MANIFEST else is_as_written(folder / name, hashes.get(name, ())))]


def is_as_written(path: Path, hashes: Iterable[str]) -> bool:
    """Whether a file is one of those with these hashes; a link never is."""
    return path.is_file() and not path.is_symlink() and sha256_of(path) in hashes


def sha256_of(file: Path) -> str:
    """Hash a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def manifest_text(folder: Path, names: Iterable[str], pending: Mapping[str, str] | None = None) -> str:
    """Give the text of a manifest.

    Parameters
    ----------
    folder : Path
        The folder, with the files.
    names : iterable of str
        Its files that gigasite wrote, in this moment as it wrote them.
    pending : mapping of str to str, optional
        Hashes of files that are about to take their places.
    """
    files = {name: sha256_of(folder / name) for name in sorted(names)}
    told = {"format": 1, "written_by": f"gigasite {version('gigasite')}", "files": files}
    return json.dumps(told | ({"pending": dict(pending)} if pending else {}), indent=1) + "\n"


def names_as_written(folder: Path) -> list[str]:
    """Give the files that the manifest names and that are as it says."""
    return [name for name, hashes in _hashes(folder).items() if is_as_written(folder / name, hashes)]


def _hashes(folder: Path) -> dict[str, tuple[str, ...]]:
    """Hashes that each file of the manifest may have; none where there is no manifest that can be read."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files, pending = dict(told["files"]), dict(told.get("pending", {}))
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {name: tuple(str(held[name]) for held in (files, pending) if name in held) for name in {**files, **pending}}


def _entries(folder: Path, is_known: Callable[[str], bool], above: str = "") -> Iterator[tuple[str, Path]]:
    """Every file, link, and folder that is empty or a stranger's, but for what is passed over."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = f"{above}{path.name}"
        if not above and is_passed_over(path.name):
            continue
        if _is_folder(path) and is_known(name) and any(path.iterdir()):
            yield from _entries(path, is_known, f"{name}/")
        else:
            yield name, path
