"""``gigasite report`` of a study's folder: its page made anew, the plan of one of its runs, and studies in the report of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.cli.failing import reader_may_leave
from optimizer.cli.solving import say
from optimizer.core.errors import Problem, StudyFolderError
from optimizer.core.interrupts import shielded
from optimizer.core.number_words import listed
from optimizer.files.holding import hold_folder
from optimizer.files.manifest import MANIFEST
from optimizer.files.single_files import require_ours
from optimizer.report.study_page.folder import PAGE, is_study, read_case, take_out, write_page
from optimizer.study.engine.study_folder import is_study_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.core.instance import Instance
    from optimizer.report.study_page.case import StudyCase


def run_study_report(folder: Path, for_plans: Sequence[str] = (), force: bool = False) -> int:
    """Make the page of a study anew, and say where it is.

    Parameters
    ----------
    folder : Path
        The study's folder.
    for_plans : sequence of str
        Options given that are for the report of a plan alone.
    force : bool
        Set a page aside that was changed since gigasite wrote it; without it that is refused.

    Returns
    -------
    int
        0.

    Raises
    ------
    OutputExists
        The page was changed by somebody, or another process is at work in the folder.
    OutputUnwritable
        Nothing can be written there.
    StudyFolderError
        The folder holds no study that has run, or something was asked that only the report of a plan takes.
    """
    if for_plans:
        message = f"This is a study's folder; {listed(for_plans)} {'is' if len(for_plans) == 1 else 'are'} for the folder of a plan."
        raise StudyFolderError([Problem(str(folder), "", "", message)])
    if not is_study(folder):
        read_case(folder)  # which says so
    with hold_folder(folder, is_study_file, say):
        case = read_case(folder)
        require_ours(folder, [PAGE, MANIFEST], force, say)
        page = write_page(folder, case)
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
    with shielded():
        take_out(folder, run, place, force, say)
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
