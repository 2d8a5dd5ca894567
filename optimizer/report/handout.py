"""What a plan's folder holds for people: the report, the workbook and the map layers, each made from the saved plan alone."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.errors import OutputUnwritable
from optimizer.report.layers import layers
from optimizer.report.page.page import report_html
from optimizer.report.workbook import workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from optimizer.plan import Plan
    from optimizer.report.page.case import ReportCase

REPORT, WORKBOOK, LAYERS = "report.html", "plan.xlsx", "plan.gpkg"


def handout_names(plan: Plan) -> tuple[str, ...]:
    """Files that are made of an answer: without a plan the report alone."""
    return (REPORT, WORKBOOK, LAYERS) if plan.tables else (REPORT,)


def is_handed_out(folder: Path, plan: Plan) -> bool:
    """Whether a folder holds all that is made of its answer."""
    return all((folder / name).is_file() for name in handout_names(plan))


def write_handout(folder: Path, case: ReportCase) -> Path:
    """Make the files and put each in its place, whole or not at all; give the report's path.

    Parameters
    ----------
    folder : Path
        The plan's folder, which holds ``plan.json`` already.
    case : ReportCase
        The plan to be told.

    Raises
    ------
    OutputUnwritable
        Nothing can be written there.
    """
    for name in handout_names(case.plan):
        _put(folder / name, _MAKERS[name](case))
    return folder / REPORT


def _report(case: ReportCase) -> bytes:
    return report_html(case).encode()


def _workbook(case: ReportCase) -> bytes:
    return workbook(case.instance, case.plan)


def _layers(case: ReportCase) -> bytes:
    return layers(case.instance, case.plan)


_MAKERS: Mapping[str, Callable[[ReportCase], bytes]] = {REPORT: _report, WORKBOOK: _workbook, LAYERS: _layers}


def _put(file: Path, content: bytes) -> None:
    """Write beside the place first: who reads meanwhile sees the old file or the new one, never half of either."""
    try:
        with tempfile.TemporaryDirectory(prefix=f".{file.name}-", dir=file.parent.resolve().parent) as beside:
            fresh = Path(beside) / file.name
            fresh.write_bytes(content)
            fresh.replace(file)
    except OSError as error:
        raise OutputUnwritable(f"{file} cannot be written ({error.strerror or error}).") from error
