"""Collecting what is wrong with a scenario, each finding with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from optimizer.errors import Problem, nearest

__all__ = ["Findings", "Place", "nearest"]


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
