"""``gigasite report``: the report, the workbook and the map layers of a saved plan, made anew; what is solved beside it."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from optimizer.cli.checking import answered
from optimizer.cli.failing import reader_may_leave
from optimizer.cli.progress import ProgressView
from optimizer.cli.reporting_study import study_of
from optimizer.cli.solving import say
from optimizer.core.errors import AuditError, PlanFolderError, Problem
from optimizer.core.interrupts import shielded
from optimizer.core.number_words import amount, listed
from optimizer.files.holding import hold_folder
from optimizer.files.manifest import MANIFEST
from optimizer.files.single_files import require_ours
from optimizer.plan.folder import is_plan_file, require_plan
from optimizer.report.handout import handout_names, write_handout
from optimizer.report.page.case import ReportCase
from optimizer.report.summary_power import commitment_lines
from optimizer.solve.highs.settings import SolveSettings
from optimizer.study.engine.saved_alternatives import FILE, complete_alternatives, read_alternatives, write_alternatives
from optimizer.study.runs.solve_alternatives import AUDIT_FAILED, AlternativeRow, Alternatives, solve_alternatives
from optimizer.workflow.cache import cache_key
from optimizer.workflow.whole_way import solve_instance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from optimizer.core.instance import Instance
    from optimizer.core.progress import Progress
    from optimizer.plan.plan import Plan

INTERRUPTED = 130
"""Exit code when a person ended what was solved beside the plan."""


def run_report(folder: Path, with_beside: bool, gap: float, studies: Sequence[Path] = (), force: bool = False) -> int:
    """Make what is handed out of a saved plan anew, and say where it is.

    Parameters
    ----------
    folder : Path
        The plan's folder.
    with_beside : bool
        Solve what stands beside the plan, unless that is done already.
    gap : float
        Relative gap at which each of these searches may stop.
    studies : sequence of Path
        Folders of studies of the same scenario, told where the plan might break.
    force : bool
        Set aside what was changed since gigasite wrote it; without it that is refused.

    Returns
    -------
    int
        0: an answer without a plan has a report too; 130: a person ended what was solved beside it, the report shows what was done.

    Raises
    ------
    OutputExists
        What is to be written anew was changed by somebody, or another process is at work in the folder.
    OutputUnwritable
        Nothing can be written there.
    DrawingFailed
        Some of it could not be made.
    PlanFolderError
        The folder holds no plan, or not the instance that the plan answers, or what was solved beside another plan.
    StudyFolderError
        A folder holds no study, or one of another scenario.
    AuditError
        Something solved beside the plan did not pass its audit; the report is made without it.
    """
    require_plan(folder)
    with hold_folder(folder, is_plan_file, say):  # what is read stays what is there until it is told
        plan, instance = answered(folder)
        told = tuple(study_of(instance, place) for place in dict.fromkeys(path.resolve() for path in studies))
        require_ours(folder, [*handout_names(plan), MANIFEST, *([FILE] if with_beside else [])], force, say)
        key = plan.header["instance_sha256"]
        solved = _solve_alternatives(folder, instance, plan, gap) if with_beside else read_alternatives(folder, key)
        shown = solved if solved is not None and solved.rows else None
        with shielded():
            report = write_handout(folder, ReportCase(instance, plan, shown, folder.resolve().name, told, str(folder)))
    with reader_may_leave():
        if with_beside and solved is not None:
            print("\n".join(_alternative_line(row) for row in solved.rows))
        print(f"Written: {', '.join(str(report.with_name(name)) for name in handout_names(plan))}")
    return _exit_code(solved) if with_beside and solved is not None else 0


def _solve_alternatives(folder: Path, instance: Instance, plan: Plan, gap: float) -> Alternatives:
    """Solve what stands beside the plan and save it row by row; what is complete and unchanged is used again."""
    if not plan.tables:
        message = f"There is no plan to set anything beside: {plan.status.replace('_', ' ')}. Leave out --beside."
        raise PlanFolderError([Problem(str(folder), "", "", message)])
    if commitment_lines(plan):
        message = "The plan holds contracts as signed before; what stands beside it would be solved free of them. Leave out --beside."
        raise PlanFolderError([Problem(str(folder), "", "", message)])
    settings = SolveSettings(gap=gap)
    key = cache_key(instance, settings)
    done = complete_alternatives(folder, key)
    if done is not None:
        return done
    with ProgressView(sys.stderr) as view:

        def solve(what: str, asked: Instance) -> Plan:
            def watch(progress: Progress) -> None:
                view(replace(progress, phase=f"{what}: {progress.phase}"))

            return solve_instance(asked, settings, watch)

        solved = solve_alternatives(instance, plan, solve, lambda so_far: write_alternatives(folder, so_far, key))
    if solved.rows:
        write_alternatives(folder, solved, key)
    return solved


def _alternative_line(row: AlternativeRow) -> str:
    """One alternative in a line."""
    if row.objective_musd is None:
        return f"{row.what}: {row.status.replace('_', ' ')}"
    status = row.status.replace("_", " ")
    return f"{row.what}: {amount(row.objective_musd)} million USD in all, ready {row.ready}, site {row.site} ({status})"


def _exit_code(held: Alternatives) -> int:
    failed = [row.what for row in held.rows if row.status == AUDIT_FAILED]
    if failed:
        raise AuditError(f"What was found for {listed(failed)} did not pass its audit: a fault of gigasite. The report leaves it out.")
    if not held.is_complete:
        print("Stopped by you: what was solved until now is in the report; --beside again solves all of it.", file=sys.stderr)
        return INTERRUPTED
    return 0
