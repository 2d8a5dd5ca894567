"""Every error a person can cause or meet: who must act, what, where, how much, what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from optimizer.core.input_limits import LINE_LETTERS, MESSAGE_LETTERS, NAME_LETTERS, PROBLEMS
from optimizer.core.printable import shown


class GigasiteError(Exception):
    """Base of all errors gigasite raises on purpose; ``exit_code`` is what the command line returns."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the input.

    Parameters
    ----------
    file : str
        File, as the user named it (relative to the scenario folder where it lies inside).
    where : str
        ``line 12``, ``row 3 (memphis), column mw_max`` or ``--set gpus.H100.price_usd``.
    field : str
        Dotted path or column name of the value.
    message : str
        What is wrong, what is allowed, and the nearest right name where there is one.
    """

    file: str
    where: str
    field: str
    message: str

    def __str__(self) -> str:
        place = shown(f"{self.file}, {self.where}" if self.where else self.file, LINE_LETTERS.most)
        message = shown(self.message, MESSAGE_LETTERS.most)
        return f"{place}: {shown(self.field, LINE_LETTERS.most)}\n    {message}" if self.field else f"{place}\n    {message}"


class ScenarioError(GigasiteError):
    """The scenario must be mended by its author; carries every problem found, not just the first."""

    exit_code = 2
    place = "scenario"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(_counted(self.problems, f"in the {self.place}; nothing was written."))


class StudyError(ScenarioError):
    """The study of a scenario must be mended by its author; carries every problem found, not just the first."""

    place = "study"


class RateError(GigasiteError):
    """A rate, or a load to be billed under it, must be mended by its author; carries every problem found, not just the first."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(_counted(self.problems, "in the rate or its load; no bill was made."))


class PlanFolderError(GigasiteError):
    """A folder holds no plan, or one that is incomplete, altered or unreadable; carries every problem found."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(_counted(self.problems, "in the plan folder."))


class StudyFolderError(GigasiteError):
    """A folder holds no study, or one that is incomplete, altered or unreadable; carries every problem found."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(_counted(self.problems, "in the study folder."))


class DatasetError(GigasiteError):
    """A dataset, a table or a column does not exist, or a table is not what its card says."""

    exit_code = 2


class ConditionError(GigasiteError):
    """A condition on the columns of a table cannot be understood."""

    exit_code = 2


class PlaceError(GigasiteError):
    """A place cannot be found: outside the United States, or its coordinates are not what they seem."""

    exit_code = 2


class AuditError(GigasiteError):
    """A plan broke a rule or a sum when re-checked: our fault, never a plan."""

    exit_code = 5


class ModelError(GigasiteError):
    """The model cannot be built so that its answer can be trusted: our fault, never an answer."""

    exit_code = 5


class SolverError(GigasiteError):
    """The solver could not be run as asked, or gave an answer that cannot be trusted: our fault."""

    exit_code = 5


class ClusterError(GigasiteError):
    """Other machines cannot solve a study's runs: none answers, they have gone, or their software differs from this machine's."""

    exit_code = 2


class OutputExists(GigasiteError):
    """The plan folder holds something already and ``--force`` was not given."""

    exit_code = 2


class OutputUnwritable(GigasiteError):
    """A plan cannot be written where it was asked for."""

    exit_code = 2


class DrawingFailed(GigasiteError):
    """Some page, workbook or layers of a plan or study that is there whole could not be made: our fault, or memory ran out."""

    exit_code = 1


class ExportError(GigasiteError):
    """A plan cannot be handed on in the form asked for: a package is missing, or the plan has nothing to put into it."""

    exit_code = 2


def _counted(problems: Sequence[Problem], place: str) -> str:
    """Every problem under a line that counts them."""
    head = f"{len(problems)} problem{'s' if len(problems) != 1 else ''} {place}"
    more = [f"  ... and {len(problems) - PROBLEMS.most:,} more problems"] if len(problems) > PROBLEMS.most else []
    return "\n".join([head, *(f"  {problem}" for problem in problems[: PROBLEMS.most]), *more])


MOST_NAMES = 30
"""Names that a message lists; of those beyond, the number."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Near-miss part of a message: the name most like this one, or the names there are."""
    names = sorted(set(known))
    match = closest(name, names)
    if match is not None:
        return f"did you mean {match!r}?"
    shown = ", ".join(names[:MOST_NAMES])
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"known: {shown}{more}" if names else "there is none"


MOST_COMPARED = 500
"""Names that are compared letter by letter with one that is not known; of more, those that begin like it."""


def closest(name: str, known: Sequence[str]) -> str | None:
    """The name most like this one; none where none is like it, or it is longer than any name."""
    if len(name) > NAME_LETTERS.most:
        return None
    if len(known) > MOST_COMPARED:
        known = [other for other in known if other[:2].lower() == name[:2].lower()][:MOST_COMPARED]
    match = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return match[0] if match else None
