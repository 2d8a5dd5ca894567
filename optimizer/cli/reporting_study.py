"""``gigasite report`` of a study's folder: its page made anew, the plan of one of its runs, and studies in the report of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.cli.failing import reader_may_leave
from optimizer.errors import Problem, StudyFolderError
from optimizer.report.study_page.folder import read_case, take_out, write_page

if TYPE_CHECKING:
    from optimizer.instance import Instance
    from optimizer.report.study_page.case import StudyCase


def run_study_report(folder: Path) -> int:
    """Make the page of a study anew, and say where it is.

    Returns
    -------
    int
        0.

    Raises
    ------
    OutputUnwritable
        Nothing can be written there.
    StudyFolderError
        The folder holds no study that has run.
    """
    page = write_page(folder, read_case(folder))
    with reader_may_leave():
        print(f"Written: {page}")
    return 0


def run_run_report(folder: Path, run: int, out: Path | None, force: bool) -> int:
    """Write the plan of a run of a study as a folder of its own, with its report.

    Returns
    -------
    int
        0.

    Raises
    ------
    OutputExists, OutputUnwritable
        The plan's folder is taken or cannot be written.
    StudyFolderError
        The folder holds no study, or no plan of that run.
    """
    from optimizer.cli.reporting import run_report

    place = out or Path("plans") / f"{folder.resolve().name}-run-{run}"
    take_out(folder, run, place, force)
    return run_report(place, False, 0.0)


def study_of(instance: Instance, folder: Path) -> StudyCase:
    """Read a study to be told in the report of a plan.

    Raises
    ------
    StudyFolderError
        There is none, or it is of another scenario.
    """
    case = read_case(folder)
    if case.answers["scenario"] != instance.name:
        message = f"This is a study of the scenario {case.answers['scenario']!r}, the plan is of {instance.name!r}."
        raise StudyFolderError([Problem(str(folder), "", "scenario", message)])
    return case
