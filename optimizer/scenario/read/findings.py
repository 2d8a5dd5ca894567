"""Collecting what is wrong with a scenario, each finding with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from optimizer.core import errors
from optimizer.core.errors import Problem

MOST_ALIKE = 10
"""Problems of one kind that are told one by one; of what is beyond, the number."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Near-miss part of a message: the name most like this one, or the names there are."""
    names = list(known)
    return near_miss(name, names) or errors.nearest(name, names)


def near_miss(name: str, known: Collection[str]) -> str:
    """The name most like this one, case and blanks set aside; empty where none is like it."""
    same = [other for other in known if _bare(other) == _bare(name)]
    if same:
        return f"did you mean {same[0]!r}?"
    spelled = {_bare(other): other for other in known}
    like = errors.closest(_bare(name), list(spelled))
    return f"did you mean {spelled[like]!r}?" if like is not None else ""


def _bare(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().lower())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was written: file as shown, ``line 12`` or the like, and the folder its file names are relative to."""

    file: str
    where: str
    folder: Path


@dataclass(slots=True)
class Findings:
    """The problems found so far."""

    problems: list[Problem] = field(default_factory=list)
    _noted: set[Problem] = field(default_factory=set)
    _places: set[tuple[str, str]] = field(default_factory=set)

    def add(self, place: Place, name: str, message: str) -> None:
        """Note a problem once."""
        problem = Problem(place.file, place.where, name, message)
        if problem not in self._noted:
            self._noted.add(problem)
            self._places.add((place.file, place.where))
            self.problems.append(problem)

    def knows(self, place: Place) -> bool:
        """Whether a problem was noted at a place."""
        return (place.file, place.where) in self._places
