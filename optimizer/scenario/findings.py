"""Collecting what is wrong with a scenario, each finding with its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from optimizer.errors import Problem


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

    def add(self, place: Place, name: str, message: str) -> None:
        """Note a problem once."""
        problem = Problem(place.file, place.where, name, message)
        if problem not in self.problems:
            self.problems.append(problem)


def nearest(name: str, known: Iterable[str]) -> str:
    """Near-miss part of a message: the name most like this one, or the names there are."""
    names = sorted(set(known))
    match = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if match:
        return f"did you mean {match[0]!r}?"
    shown = ", ".join(names[:30])
    return f"known: {shown}" if names else "there is none"
