"""Where a study's file says what a run changes: what is wrong with a change is told there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from optimizer.core.errors import Problem, StudyError
from optimizer.core.toml_text import read_toml
from optimizer.study.file.definition import Factor, Study
from optimizer.study.runs.designs import Run
from optimizer.study.runs.factors import overrides_of

SECTION = "study"

OVERRIDE = "--set"
"""File of a problem of a change, its ``where`` the change."""

At = tuple[str, ...]


class Origins:
    """The changes of a study's runs, by their place in its file.

    Parameters
    ----------
    study : Study
        As its file has it.
    file : Path
        The file.
    """

    def __init__(self, study: Study, file: Path) -> None:
        self._study = study
        self._file = file
        self._lines = read_toml(file).lines

    def placed(self, problem: Problem, run: Run) -> Problem:
        """Give a problem of a run's scenario with the study's line in place of the change; others as they are.

        Parameters
        ----------
        problem : Problem
            Of the scenario with the changes of the run.
        run : Run
            The run.
        """
        found = self._origin(problem.where, run) if problem.file == OVERRIDE else None
        if found is None:
            return problem
        at, field = found
        line = self._lines.get(at)
        return Problem(str(self._file), f"line {line}" if line else "", field, f"{problem.where}: {problem.message}")

    def is_placed(self, problem: Problem) -> bool:
        """Whether a problem is told of the study's file."""
        return problem.file == str(self._file)

    @contextmanager
    def placing(self) -> Iterator[None]:
        """Tell what is wrong with a field of ``[study]`` by the file and its line, where that is seen only when the runs are known."""
        try:
            yield
        except StudyError as error:
            raise StudyError([self._of_section(problem) for problem in error.problems]) from error

    def _of_section(self, problem: Problem) -> Problem:
        """A problem of a field such as ``study.candidates`` with its line, if it stands there; others as they are."""
        section, _, field = problem.field.partition(".")
        if section != SECTION or self.is_placed(problem):
            return problem
        line = self._lines.get((section, field))
        return Problem(str(self._file), f"line {line}" if line else "", problem.field, problem.message)

    def _origin(self, change: str, run: Run) -> tuple[At, str] | None:
        """Path of what makes a change, and how it is called; None where the file does not make it."""
        for index, named in enumerate(self._study.named):
            if run.name == named.name and change in named.set:
                return ("named", str(index), "set"), f"named.{named.name}.set"
        for index, factor in enumerate(self._study.factors):
            if factor.name in run.values and change in overrides_of(factor, run.values[factor.name]):
                return self._of_breakpoint(factor, run) or (("factors", str(index)), f"factors.{factor.name}")
        return (("study", "set"), "study.set") if change in self._study.set else None

    def _of_breakpoint(self, factor: Factor, run: Run) -> tuple[At, str] | None:
        """The breakpoint between whose ends the value of a run lies, where a search has made it."""
        value = run.values[factor.name]
        for index, search in enumerate(self._study.breakpoints):
            is_between = isinstance(value, int | float) and search.low <= value <= search.high
            if run.phase == "breakpoint" and search.factor == factor.name and is_between:
                return ("breakpoints", str(index)), f"breakpoints.{index}"
        return None
