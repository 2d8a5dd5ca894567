"""Whether the report, the workbook and the map layers of a folder were made of the plan that it holds."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from optimizer.core.errors import Problem
from optimizer.plan.plan import Plan
from optimizer.plan.plan_text import PLAN_MARK, plan_sha256
from optimizer.report.handout import LAYERS, REPORT, WORKBOOK, handout_names

_HASH = re.compile(rf"{PLAN_MARK}.*?([0-9a-f]{{64}})", re.DOTALL)


def of_another_plan(plan: Plan, folder: Path) -> list[Problem]:
    """Name the files that tell another plan than the folder's, or cannot be read; one that names no plan is of an earlier version.

    Parameters
    ----------
    plan : Plan
        As ``read_plan`` gave it.
    folder : Path
        Its folder.
    """
    found = (_problem(folder / name, plan) for name in handout_names(plan) if (folder / name).is_file())
    return [problem for problem in found if problem is not None]


def _problem(file: Path, plan: Plan) -> Problem | None:
    try:
        told = _HASH.search(_READERS[file.name](file))
    except (OSError, ValueError, zipfile.BadZipFile, sqlite3.Error) as error:
        return Problem(str(file), "", "", f"This cannot be read ({error}). Make it anew: gigasite report {file.parent} --force")
    if told is None or told[1] == plan_sha256(plan):
        return None
    message = f"This tells another plan than the one in this folder ({told[1][:12]}, not {plan_sha256(plan)[:12]})."
    return Problem(str(file), "", PLAN_MARK, f"{message} Make it anew: gigasite report {file.parent} --force")


def _head(file: Path) -> str:
    with file.open(encoding="utf-8") as stream:
        return stream.read(4000)


def _properties(file: Path) -> str:
    with zipfile.ZipFile(file) as packed:
        return packed.read("docProps/custom.xml").decode() if "docProps/custom.xml" in packed.namelist() else ""


def _metadata(file: Path) -> str:
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
        return "\n".join(str(text) for (text,) in database.execute("SELECT metadata FROM gpkg_metadata"))


_READERS: Mapping[str, Callable[[Path], str]] = {REPORT: _head, WORKBOOK: _properties, LAYERS: _metadata}
