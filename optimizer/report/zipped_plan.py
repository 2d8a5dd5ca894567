"""The plan of a study's run, read from the zip file in which it is kept."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from optimizer.errors import PlanFolderError, Problem
from optimizer.plan import Plan
from optimizer.report.folder import read_plan


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
            with zipfile.ZipFile(file) as packed:
                packed.extractall(beside)
            instance = (Path(beside) / "instance.json").read_text(encoding="utf-8")
        except (OSError, zipfile.BadZipFile) as error:
            raise _unreadable(file, error) from error
        return read_plan(Path(beside)), instance


def zipped_header(file: Path) -> Mapping[str, Any]:
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
        with zipfile.ZipFile(file) as packed:
            header: Mapping[str, Any] = json.loads(packed.read("plan.json"))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise _unreadable(file, error) from error
    return header


def _unreadable(file: Path, error: Exception) -> PlanFolderError:
    return PlanFolderError([Problem(str(file), "", "", f"This plan cannot be read ({error}).")])
