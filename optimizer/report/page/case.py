"""What a report is made of: the question, the answer and what was solved beside it; and what a section of it is."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from markupsafe import Markup

from optimizer.core.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from optimizer.core.instance import Instance
    from optimizer.plan.header import Header
    from optimizer.plan.plan import Plan
    from optimizer.report.study_page.case import StudyCase
    from optimizer.study.runs.solve_alternatives import Alternatives


@dataclass(frozen=True)
class ReportCase:
    """One plan to be told.

    Parameters
    ----------
    instance : Instance
        The question.
    plan : Plan
        The answer; without tables where there is no plan.
    beside : Beside or None
        What else was solved beside it.
    folder_name : str
        Name of the plan's folder, as the reader finds it.
    studies : tuple of StudyCase
        Studies of the same scenario, told where the plan might break.
    folder_path : str
        Path of the folder, as it was given when the page was made; its name where it is not known.
    """

    instance: Instance
    plan: Plan
    beside: Alternatives | None
    folder_name: str
    studies: tuple[StudyCase, ...] = ()
    folder_path: str = ""

    @property
    def folder_word(self) -> str:
        """The folder as a word of a command."""
        return shlex.quote(self.folder_path or self.folder_name)

    @property
    def header(self) -> Header:
        """The header of the plan, ``plan.json``."""
        return self.plan.header

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables of the plan; none where there is no plan."""
        return self.plan.tables

    @cached_property
    def calendar(self) -> Calendar:
        """Months and periods of the horizon."""
        horizon = self.instance.horizon
        return Calendar(horizon.start, horizon.months, horizon.months_per_period)

    @cached_property
    def periods(self) -> list[str]:
        """Labels of all periods, in order."""
        return [self.calendar.period_label(t) for t in range(self.calendar.periods)]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the page: ``anchor`` is its id, ``title`` its heading (the page numbers it), ``html`` what stands below."""

    anchor: str
    title: str
    html: Markup
