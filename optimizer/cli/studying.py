"""``gigasite study``: from a scenario and a study's file to a study's folder, its answers in words and an exit code."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from optimizer.cli.exit_codes import EXIT_CODES, INTERRUPTED
from optimizer.cli.failing import reader_may_leave
from optimizer.cli.solving import say, scenario_folder
from optimizer.cli.study_files import print_studies, study_file
from optimizer.cli.study_progress import StudyProgressView, study_line
from optimizer.core.errors import AuditError, DrawingFailed, OutputExists, OutputUnwritable
from optimizer.core.interrupts import shielded, were_heard
from optimizer.core.number_words import count, listed
from optimizer.report.study_page.answer import answer_sentences, base_missing
from optimizer.report.study_page.case import StudyCase
from optimizer.report.study_page.folder import PAGE, write_page
from optimizer.report.study_page.phrases import design_text, duration, questions_text
from optimizer.study.engine.outcome import AUDIT_FAILED, FAILED, QUARANTINED, WRONG_INPUT
from optimizer.study.runs.scope import StudyOptions
from optimizer.workflow.study import run_study

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from optimizer.study.engine.progress_tracker import StudyProgress
    from optimizer.study.runs.scope import Scope

UNDONE = {
    WRONG_INPUT: "refused as wrong input", FAILED: "could not be solved", QUARANTINED: "given up after two workers died of it",
    "no_plan_in_time": "without a plan in the time given",
}
"""Statuses of runs of which it is not known what comes of them."""

RUNS_NAMED = 10


@dataclass(frozen=True, slots=True)
class StudyRequest:
    """What was asked on the command line, as the options of ``gigasite study`` say it; without a study they are listed."""

    scenario: str
    study: str | None
    options: StudyOptions
    as_json: bool


def run_study_command(request: StudyRequest) -> int:
    """Run a study, write its page, and print its answers; or list the studies of a scenario.

    Returns
    -------
    int
        0; 4 where it is not known what comes of some runs; 130 where a person ended it.

    Raises
    ------
    AuditError
        A plan of some run did not pass its audit; the study's folder is written.
    GigasiteError
        The study or the scenario is wrong, the folder is taken, or no worker can be had.
    """
    folder = scenario_folder(request.scenario)
    if request.study is None:
        with reader_may_leave():
            print_studies(folder, request.scenario)
        return 0
    file = study_file(folder, request.study)
    with Watcher() as watcher:
        try:
            result = run_study(folder, file, request.options, watcher)
        except KeyboardInterrupt:
            return _interrupted(watcher)
    case = StudyCase(result.study, result.answers, result.table, result.folder.resolve().name, str(result.folder))
    with shielded():
        failed = _page(result.folder, case)
        with reader_may_leave():
            _print_answers(case, result.folder, request.as_json)
            print(failed or f"Report: {result.folder / PAGE}", file=sys.stderr if failed or request.as_json else sys.stdout)
        code = _exit_code(result.table)
    return INTERRUPTED if were_heard() else code or (DrawingFailed.exit_code if failed else 0)


def _page(folder: Path, case: StudyCase) -> str:
    """Make the page of a study that is done; what stands in its way, in words: the study is there all the same."""
    again = f"All else in {folder} is whole; gigasite report {folder} makes the page."
    try:
        write_page(folder, case)
    except KeyboardInterrupt:
        return f"Stopped by you: the study is done, its page is not made. {again}"
    except (DrawingFailed, OutputExists, OutputUnwritable) as error:
        return f"{error} {again}"
    return ""


class Watcher:
    """Tells on standard error what a study will do, and how far it has come."""

    def __init__(self) -> None:
        self.scope: Scope | None = None
        self.at: StudyProgress | None = None
        self._view = StudyProgressView(sys.stderr)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._view.close()

    def begins(self, scope: Scope) -> None:
        """Say what will be run, before the first run."""
        self.scope = scope
        self.at = None
        self._view.close()
        print(scope_text(scope), file=sys.stderr)

    def progress(self, at: StudyProgress) -> None:
        """Show how far it has come."""
        self.at = at
        self._view(at)

    def note(self, text: str) -> None:
        """Say it."""
        self._view.close()
        say(text)


def scope_text(scope: Scope) -> str:
    """Say what a study will do: its question, its runs, and about how long they take."""
    study = scope.study
    factors = f" of {len(study.varied)} factor{'' if len(study.varied) == 1 else 's'}" if study.varied else ""
    further = scope.solves - scope.runs
    more = f", and about {count(further)} more for {listed(_further(scope))}" if further > 0 else ""
    questions = questions_text(scope.runs, scope.questions)
    different = f" ({questions})" if questions else ""
    workers = f"{scope.workers} worker{'' if scope.workers == 1 else 's'}"
    return (f"{study.name}: {study.title}\n{count(scope.runs)} runs{factors}{different}, {design_text(study)}{more}; "
            f"very roughly {duration(3600.0 * scope.hours)} with {workers}. Folder: {scope.folder}")


def _further(scope: Scope) -> list[str]:
    study = scope.study
    return [what for what, is_asked in (("decisions held", study.regret), ("contracts signed", study.signed),
                              ("breakpoints", bool(study.breakpoints))) if is_asked]


def _interrupted(watcher: Watcher) -> int:
    """Say what is kept, and how to go on."""
    if watcher.scope is None:
        print("Stopped by you before the first run; nothing was solved.", file=sys.stderr)
    else:
        at = f" ({study_line(watcher.at)})" if watcher.at else ""
        print(f"Stopped by you: what is done until now{at} is kept in {watcher.scope.folder}. The same command with --resume goes on.",
              file=sys.stderr)
    return INTERRUPTED


def _print_answers(case: StudyCase, folder: Path, as_json: bool) -> None:
    """Print the answers in words and where they are; as JSON, the words go to standard error."""
    out = sys.stderr if as_json else sys.stdout
    sentences = [said for said in (base_missing(case), *answer_sentences(case)) if said]
    print("\n".join([case.study.title, *(f"  {said}" for said in sentences)]), file=out)
    print(f"Written: {folder} (answers.json, study.csv, study.parquet, plans/).", file=out)
    if as_json:
        print(json.dumps(case.answers, indent=1, ensure_ascii=False))


def _exit_code(table: pd.DataFrame) -> int:
    """Say of which runs nothing is known, and give the code that says so."""
    failed = _runs_text(table, AUDIT_FAILED)
    if failed:
        raise AuditError(f"What was found for {failed} did not pass its audit: a fault of gigasite. The answers leave it out.")
    undone = [f"{said} ({why})" for status, why in UNDONE.items() if (said := _runs_text(table, status))]
    if undone:
        print(f"Not all is known: {'; '.join(undone)}. Section “Runs without a plan” of the report says why.", file=sys.stderr)
    return EXIT_CODES["no_plan_in_time"] if undone else 0


def _runs_text(table: pd.DataFrame, status: str) -> str:
    """Runs of a status by their numbers; empty where there is none."""
    runs = [str(run) for run in table.loc[table["status"] == status, "run"]]
    more = [f"{count(len(runs) - RUNS_NAMED)} more"] if len(runs) > RUNS_NAMED else []
    return f"run{'' if len(runs) == 1 else 's'} {listed([*runs[:RUNS_NAMED], *more])}" if runs else ""
