"""What the page of a study is made of: what was asked, its answers, and the table of its runs."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from optimizer.study.answers.table import compared, has_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from optimizer.study.file.study_file import Factor, Study

MUSD = "million USD"


@dataclass(frozen=True)
class StudyCase:
    """One study to be told.

    Parameters
    ----------
    study : Study
        What was asked.
    answers : mapping
        What ``answers.json`` holds.
    table : pandas.DataFrame
        A row per run, as in ``study.parquet``.
    folder_name : str
        Name of the study's folder, as the reader finds it.
    folder_path : str
        Path of the folder, as it was given when the page was made; its name where it is not known.
    """

    study: Study
    answers: Mapping[str, Any]
    table: pd.DataFrame
    folder_name: str
    folder_path: str = ""

    @property
    def folder_word(self) -> str:
        """The folder as a word of a command."""
        return shlex.quote(self.folder_path or self.folder_name)

    @cached_property
    def factors(self) -> Mapping[str, Factor]:
        """The factors by name, in the order of the study's file."""
        return {factor.name: factor for factor in self.study.factors}

    @cached_property
    def base_host(self) -> str:
        """Where the main workload runs in the scenario as it is; empty where nowhere."""
        return str(self.answers["base"]["host"] or "")

    @cached_property
    def free(self) -> pd.DataFrame:
        """The runs that count alike, every decision free, and that have a plan."""
        runs = compared(self.study, self.table)
        return runs[has_plan(runs)]
