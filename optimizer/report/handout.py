"""What a plan's folder holds for people: the report, the workbook and the map layers, each made from the saved plan alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.errors import DrawingFailed
from optimizer.files.holding import hold_folder
from optimizer.files.single_files import add_files
from optimizer.plan.folder import is_plan_file
from optimizer.report.drawing import Drawer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from optimizer.plan.plan import Plan
    from optimizer.report.drawing import Maker
    from optimizer.report.page.case import ReportCase

REPORT, WORKBOOK, LAYERS = "report.html", "plan.xlsx", "plan.gpkg"

MAKERS_MODULE = "optimizer.report.handout_makers"

_MAKERS: Mapping[str, Maker] = {
    REPORT: f"{MAKERS_MODULE}:report", WORKBOOK: f"{MAKERS_MODULE}:book", LAYERS: f"{MAKERS_MODULE}:map_layers",
}


def handout_names(plan: Plan) -> tuple[str, ...]:
    """Files that are made of an answer: without a plan the report alone."""
    return (REPORT, WORKBOOK, LAYERS) if plan.tables else (REPORT,)


def missing_handouts(folder: Path, plan: Plan) -> tuple[str, ...]:
    """Files made of an answer that its folder lacks."""
    return tuple(name for name in handout_names(plan) if not (folder / name).exists())


def write_handout(folder: Path, case: ReportCase, names: Sequence[str] | None = None, drawer: Drawer | None = None) -> Path:
    """Make the files in a process of their own and put each in its place, whole or not at all; give the report's path.

    Parameters
    ----------
    folder : Path
        The plan's folder, which holds ``plan.json`` already.
    case : ReportCase
        The plan to be told.
    names : sequence of str, optional
        Which of them; all if not given. What is there of these names is replaced.
    drawer : Drawer, optional
        The process, where it was started before.

    Raises
    ------
    DrawingFailed
        Some could not be made; the others and the plan are there.
    OutputUnwritable
        Something cannot be written there; the message names it.
    KeyboardInterrupt
        A person ended it; the plan is there as it was.
    """
    if drawer is None:
        with Drawer(MAKERS_MODULE) as fresh:
            return write_handout(folder, case, names, fresh)
    asked = handout_names(case.plan) if names is None else names
    with hold_folder(folder, is_plan_file):
        made = dict(drawer.draw({name: _MAKERS[name] for name in asked}, case))
        add_files(folder, {name: content for name, content in made.items() if isinstance(content, bytes)})
    failed = [f"{folder / name} could not be made: {why}." for name, why in made.items() if isinstance(why, str)]
    if failed:
        ways = f"All else in {folder} is whole. Report this; gigasite report {folder} tries again."
        raise DrawingFailed("\n".join([*failed, ways]))
    return folder / REPORT
