"""``beside.json`` of a plan's folder: what was solved beside the plan, bound to the question that the plan answers."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Any

from optimizer.core.errors import PlanFolderError, Problem
from optimizer.core.input_files import read_plan_text
from optimizer.core.input_json import parse_json
from optimizer.files.single_files import add_files
from optimizer.study.runs.solve_alternatives import AlternativeRow, Alternatives

FILE = "beside.json"


def write_alternatives(folder: Path, held: Alternatives, key: str) -> None:
    """Write ``beside.json``, whole or not at all.

    Parameters
    ----------
    folder : Path
        The plan's folder.
    held : Beside
        What was solved.
    key : str
        Hash of what it was solved with: instance, settings, version of the code.

    Raises
    ------
    OutputUnwritable
        Nothing can be written there.
    """
    text = json.dumps({"format": 1, "key": key, **asdict(held)}, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    add_files(folder, {FILE: text.encode()})


def read_alternatives(folder: Path, instance_sha256: str) -> Alternatives | None:
    """Read ``beside.json``; None where there is none.

    Parameters
    ----------
    folder : Path
        The plan's folder.
    instance_sha256 : str
        Question that the plan answers.

    Raises
    ------
    PlanFolderError
        The file cannot be read, or it stands beside a plan that answers another question.
    """
    file = folder / FILE
    if not file.is_file():
        return None
    held = _alternatives(_data(file), file)
    if held.instance_sha256 != instance_sha256:
        message = f"This was solved beside a plan that answers another question. Solve it anew: {_anew(folder)}"
        raise PlanFolderError([Problem(str(file), "", "instance_sha256", message)])
    return held


def complete_alternatives(folder: Path, key: str) -> Alternatives | None:
    """Read ``beside.json`` where it is complete and was solved under the same key; None where it must be solved anew."""
    file = folder / FILE
    try:
        data = _data(file) if file.is_file() else {}
        held = _alternatives(data, file) if data.get("key") == key else None
    except PlanFolderError:
        return None
    return held if held is not None and held.is_complete else None


def _data(file: Path) -> dict[str, Any]:
    try:
        data = parse_json(read_plan_text(file))
        if isinstance(data, dict):
            return data
        reason = "it is no table of fields"
    except (ValueError, OSError) as error:
        reason = str(error)
    raise _unreadable(file, reason)


def _alternatives(data: dict[str, Any], file: Path) -> Alternatives:
    try:
        rows = tuple(AlternativeRow(**row) for row in data["rows"])
        return Alternatives(rows, data["instance_sha256"], data["is_complete"])
    except (KeyError, TypeError) as error:
        raise _unreadable(file, str(error)) from error


def _unreadable(file: Path, reason: str) -> PlanFolderError:
    message = f"This file cannot be read ({reason}). Solve it anew: {_anew(file.parent)}"
    return PlanFolderError([Problem(str(file), "", "", message)])


def _anew(folder: Path) -> str:
    return shlex.join(["gigasite", "report", str(folder), "--beside"])
