"""A study's folder as the report has it: read, its page made anew, the plan of one of its runs taken out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.core.errors import PlanFolderError, Problem, ScenarioError, StudyFolderError, nearest
from optimizer.core.input_files import read_plan_text
from optimizer.core.input_json import parse_json
from optimizer.core.input_parquet import read_plan_table
from optimizer.files.holding import hold_folder
from optimizer.files.single_files import Say, add_files, silent
from optimizer.plan.folder import write_plan
from optimizer.plan.zip_read import unzip_plan
from optimizer.report.drawing import drawn
from optimizer.report.study_page.case import StudyCase
from optimizer.study.engine.study_folder import PLANS, is_study_file
from optimizer.study.file.study_file import read_study
from optimizer.study.runs.extra_options import run_options

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE, ANSWERS, TABLE, STUDY = "report.html", "answers.json", "study.parquet", "study.toml"


def read_case(folder: Path) -> StudyCase:
    """Read the study of a folder.

    Parameters
    ----------
    folder : Path
        As ``gigasite study`` writes it.

    Raises
    ------
    StudyFolderError
        The folder holds no study that has run, or a file of it cannot be read.
    """
    answers = _answers(folder / ANSWERS)
    try:
        study = read_study(folder / STUDY)
    except ScenarioError as error:
        raise StudyFolderError(error.problems) from error
    try:
        table: pd.DataFrame = read_plan_table(folder / TABLE).to_pandas()
    except (ValueError, OSError) as error:
        raise _unreadable(folder / TABLE, str(error)) from error
    # The copy may have lost the file's name that names the study.
    named = replace(run_options(answers).merged_into(study), name=answers["study"], title=answers["title"])
    return StudyCase(named, answers, table, folder.resolve().name, str(folder))


def write_page(folder: Path, case: StudyCase) -> Path:
    """Make the page of a study and put it in its place, whole or not at all; give its path.

    Raises
    ------
    DrawingFailed
        It could not be made; the study is there all the same.
    OutputExists
        Another process is at work there.
    OutputUnwritable
        Nothing can be written there.
    """
    with hold_folder(folder, is_study_file):
        add_files(folder, {PAGE: drawn("optimizer.report.study_page.page:study_bytes", case, str(folder / PAGE))})
    return folder / PAGE


def is_study(folder: Path) -> bool:
    """Whether a folder holds a study that has run."""
    return (folder / ANSWERS).is_file()


def take_out(folder: Path, run: int, out: Path, force: bool, say: Say = silent) -> None:
    """Write the plan of a run as a plan's folder.

    Parameters
    ----------
    folder : Path
        The study's folder.
    run : int
        Number of the run.
    out : Path
        The plan's folder; made.
    force : bool
        Replace a plan that is there; one that was changed since gigasite wrote it is set aside.
    say : callable
        Hears where.

    Raises
    ------
    StudyFolderError
        There is no such run, or it has no plan, or its file cannot be read.
    OutputExists, OutputUnwritable
        As of ``write_plan``.
    """
    file = folder / PLANS / f"{_key(read_case(folder), folder, run)}.zip"
    try:
        plan, instance = unzip_plan(file)
    except PlanFolderError as error:
        raise _unreadable(file, str(error)) from error
    write_plan(plan, out, force, {"instance.json": instance}, say)


def _key(case: StudyCase, folder: Path, run: int) -> str:
    """Name of the file that holds a run's plan."""
    rows = case.table[case.table["run"] == run]
    if rows.empty:
        known = f"runs 0 to {int(case.table['run'].max())}"
        raise StudyFolderError([Problem(str(folder), f"run {run}", "", f"There is no such run; there are {known}.")])
    row = rows.iloc[0]
    if pd.isna(row["objective_musd"]):
        said = f"{str(row['status']).replace('_', ' ')}. {row['message']}" if isinstance(row["message"], str) else str(row["status"])
        raise StudyFolderError([Problem(str(folder), f"run {run}", "", f"This run has no plan: {said}")])
    return str(row["key"])


def _answers(file: Path) -> Mapping[str, Any]:
    if not file.is_file():
        beside = [entry.name for entry in file.parent.parent.glob("*") if is_study(entry)] if file.parent.parent.is_dir() else []
        said = "There is no study here that has run" + (f"; {nearest(file.parent.name, beside)}" if beside else "")
        message = f"{said}{'' if said.endswith('?') else '.'} Run one: gigasite study SCENARIO STUDY.toml"
        raise StudyFolderError([Problem(str(file), "", "", message)])
    try:
        answers = parse_json(read_plan_text(file))
    except (OSError, ValueError) as error:
        raise _unreadable(file, str(error)) from error
    if not isinstance(answers, dict) or answers.get("format") != 1:
        raise _unreadable(file, "it is not of format 1")
    return answers


def _unreadable(file: Path, reason: str) -> StudyFolderError:
    return StudyFolderError([Problem(str(file), "", "", f"This file cannot be read ({reason}). Run the study again with --resume.")])
