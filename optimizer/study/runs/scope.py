"""How a study is run, what it will do, what comes of it, and who hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from optimizer.study.engine.progress_tracker import StudyProgress
from optimizer.study.file.definition import Study


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """How a study is run.

    Parameters
    ----------
    out : Path or None
        Folder of the study; None: ``studies/<scenario>/<study>``.
    workers : int or None
        Processes on this machine; None: one per core. Fewer where the memory does not hold them.
    scheduler : str
        Address of a Dask scheduler whose workers are used instead.
    resume, force : bool
        Go on with what the folder holds; begin anew.
    set : tuple of str
        Further ``--set`` texts of every run.
    gap, time_limit_s : float or None
        In the place of the study's own.
    """

    out: Path | None = None
    workers: int | None = None
    scheduler: str = ""
    resume: bool = False
    force: bool = False
    set: tuple[str, ...] = ()
    gap: float | None = None
    time_limit_s: float | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a study will do, known before its first run.

    Parameters
    ----------
    study : Study
        What is asked.
    folder : Path
        Where it is kept.
    runs, questions : int
        Runs of the design, and the different questions that they ask.
    solves : int
        Runs in all, about: with decisions held and breakpoints.
    workers : int
        At work at once.
    hours : float
        That it takes, about.
    """

    study: Study
    folder: Path
    runs: int
    questions: int
    solves: int
    workers: int
    hours: float


@dataclass(frozen=True, slots=True)
class StudyResult:
    """A finished study: its folder, a row per run (``study_table``) and its answers (``answers.json``)."""

    study: Study
    folder: Path
    table: pd.DataFrame
    answers: dict[str, Any]


class StudyListener(Protocol):
    """Whoever watches a study."""

    def begins(self, scope: Scope) -> None:
        """Hear what will be done, before the first run."""

    def progress(self, at: StudyProgress) -> None:
        """Hear how far it has come, of the reading of runs before the first of them too."""

    def note(self, text: str) -> None:
        """Hear what was done on the way, such as what was set aside and where."""


class Unheard:
    """Nobody watches."""

    def begins(self, scope: Scope) -> None:
        """Say nothing."""

    def progress(self, at: StudyProgress) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""
