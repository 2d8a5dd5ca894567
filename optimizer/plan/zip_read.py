"""The plan of a study's run, read from the zip file in which it is kept."""

from __future__ import annotations

import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from optimizer.core.errors import PlanFolderError, Problem
from optimizer.core.input_files import InputFault, read_bytes, read_plan_text
from optimizer.core.input_json import parse_json
from optimizer.core.input_limits import PLAN_BYTES
from optimizer.plan.folder import read_plan
from optimizer.plan.header import Header
from optimizer.plan.header_form import header_fields
from optimizer.plan.plan import Plan

_MOST_FILES = 200
_UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, NotImplementedError, RuntimeError)
"""What a zip file that is damaged, locked or packed in another way may raise."""


def unzip_plan(file: Path) -> tuple[Plan, str]:
    """Read a plan and the text of the instance that it answers.

    Parameters
    ----------
    file : Path
        As ``zip_plan`` packs it.

    Raises
    ------
    PlanFolderError
        The file is not there, is no zip file, or holds no whole plan.
    """
    with tempfile.TemporaryDirectory() as beside:
        try:
            with _opened(file) as packed:
                packed.extractall(beside)
            instance = read_plan_text(Path(beside) / "instance.json")
        except _UNREADABLE as error:
            raise _unreadable(file, error) from error
        return read_plan(Path(beside)), instance


def zipped_header(file: Path) -> Header:
    """Read the header of a plan alone.

    Parameters
    ----------
    file : Path
        As ``zip_plan`` packs it.

    Raises
    ------
    PlanFolderError
        The file is not there, is no zip file, or holds no header.
    """
    try:
        with _opened(file) as packed:
            data = parse_json(packed.read("plan.json").decode())
    except _UNREADABLE as error:
        raise _unreadable(file, error) from error
    return header_fields(data, str(file))


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """The zip file, if what it holds is no more than a plan may be when it is unpacked."""
    with zipfile.ZipFile(io.BytesIO(read_bytes(file, PLAN_BYTES))) as packed:
        held = packed.infolist()
        if len(held) > _MOST_FILES or sum(one.file_size for one in held) > PLAN_BYTES.most:
            raise InputFault(f"unpacked it would be larger than {PLAN_BYTES}, or of more than {_MOST_FILES} files")
        yield packed


def _unreadable(file: Path, error: Exception) -> PlanFolderError:
    return PlanFolderError([Problem(str(file), "", "", f"This plan cannot be read ({error}).")])
