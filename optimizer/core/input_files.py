"""Reading files that a stranger may have written: a regular file, not too large, and text that can be shown."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from optimizer.core.input_limits import PLAN_BYTES, Limit
from optimizer.core.printable import shown

_UTF16 = (b"\xff\xfe", b"\xfe\xff")

_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong in a file: where (``line 3``; empty: the file as a whole) and what."""

    where: str
    message: str


class InputFault(ValueError):
    """A file that cannot be read as what it should be: where it goes wrong, if that is known, and what would be right."""

    def __init__(self, message: str, where: str = "") -> None:
        self.where = where
        super().__init__(message)


def read_bytes(path: Path, limit: Limit) -> bytes:
    """Read a regular file of a size that is allowed.

    Parameters
    ----------
    path : Path
        File.
    limit : Limit
        Most bytes.

    Raises
    ------
    InputFault
        It is a folder, a pipe or a device, or larger.
    OSError
        It is not there, or may not be read.
    """
    # Without O_NONBLOCK a pipe waits for its writer for ever.
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    held = os.fstat(number)
    if not stat.S_ISREG(held.st_mode):
        os.close(number)
        raise InputFault(f"is {_kind(held.st_mode)}, not a file")
    with os.fdopen(number, "rb") as file:
        if held.st_size > limit.most:
            raise InputFault(f"holds {held.st_size / 1e6:,.1f} MB; at most {limit} are read")
        found = _read(file, limit.most + 1)
    if len(found) > limit.most:
        raise InputFault(f"holds more than {limit}, the most that is read")
    return found


def _read(file: BinaryIO, most: int) -> bytes:
    """Read so many bytes at most, piece by piece: asked for at once, memory for all of them would be taken, however few there are."""
    pieces, left = [], most
    while left > 0 and (piece := file.read(min(left, _PIECE_BYTES))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _kind(mode: int) -> str:
    return "a folder" if stat.S_ISDIR(mode) else "a pipe" if stat.S_ISFIFO(mode) else "a device"


def read_text(path: Path, limit: Limit) -> str:
    """Read a text in UTF-8; a byte-order mark at its beginning is left out, line ends are as they are.

    Parameters
    ----------
    path : Path
        File.
    limit : Limit
        Most bytes.

    Raises
    ------
    InputFault
        As for ``read_bytes``, or it is not a text in UTF-8.
    OSError
        As for ``read_bytes``.
    """
    held = read_bytes(path, limit)
    if held.startswith(_UTF16):
        raise InputFault("is a text in UTF-16; save it in UTF-8")
    try:
        text = held.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = held.count(b"\n", 0, error.start) + 1
        raise InputFault(f"not a text in UTF-8: byte 0x{held[error.start]:02x}; save it in UTF-8", f"line {line}") from error
    at = text.find("\0")
    if at >= 0:
        raise InputFault("holds a NUL character: not a text", f"line {text.count(chr(10), 0, at) + 1}")
    return text


def read_plan_text(path: Path) -> str:
    """Read a text of a plan's or a study's folder; raises as ``read_text``."""
    return read_text(path, PLAN_BYTES)


def within(folder: Path, name: str) -> Path:
    """File of a folder by the name that a file in it gives: nothing outside the folder is read.

    Parameters
    ----------
    folder : Path
        Folder of the file that names it.
    name : str
        Path relative to it.

    Raises
    ------
    InputFault
        The name is none, or leads out of the folder, by its parts or through a link.
    """
    try:
        path = folder / name
        found, home = path.resolve(), folder.resolve()
        is_there = path.exists()
    except (OSError, ValueError, RuntimeError) as error:
        raise InputFault(f"{shown(name)!r} is no name of a file") from error
    if not name.strip() or not found.is_relative_to(home):
        raise InputFault(f"{shown(name)!r} lies outside the folder {home.name!r}; put the file into that folder: nothing else is read")
    if is_there and not path.is_file():
        raise InputFault(f"{shown(name)!r} is {_kind(path.stat().st_mode)}, not a file")
    return path
