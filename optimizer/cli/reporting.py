"""``gigasite report``: the report, the workbook and the map layers of a saved plan, made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.cli.checking import instance_answered
from optimizer.cli.failing import reader_may_leave
from optimizer.report.folder import read_plan
from optimizer.report.handout import handout_names, write_handout
from optimizer.report.page.case import ReportCase

if TYPE_CHECKING:
    from pathlib import Path


def run_report(folder: Path) -> int:
    """Make what is handed out of a saved plan anew, and say where it is.

    Returns
    -------
    int
        0: an answer without a plan has a report too.

    Raises
    ------
    OutputUnwritable
        Nothing can be written there.
    PlanFolderError
        The folder holds no plan, or not the instance that the plan answers.
    """
    plan = read_plan(folder)
    report = write_handout(folder, ReportCase(instance_answered(folder, plan), plan, None, folder.resolve().name))
    with reader_may_leave():
        print(f"Written: {', '.join(str(report.with_name(name)) for name in handout_names(plan))}")
    return 0
