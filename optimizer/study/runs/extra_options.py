"""What was given beside a study's file for every run: further changes, a gap, a time limit. Kept with the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from optimizer.study.file.definition import Study


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Given beside the file.

    Parameters
    ----------
    set : tuple of str
        ``--set`` texts, after those of the file.
    gap, time_limit_s : float or None
        In the place of the file's.
    """

    set: tuple[str, ...] = ()
    gap: float | None = None
    time_limit_s: float | None = None

    def merged_into(self, study: Study) -> Study:
        """Give the study of the file as it is asked."""
        gap = study.gap if self.gap is None else self.gap
        limit_s = study.time_limit_s if self.time_limit_s is None else self.time_limit_s
        return replace(study, set=(*study.set, *self.set), gap=gap, time_limit_s=limit_s)

    def as_json(self) -> dict[str, Any]:
        """Give it as ``options`` of ``answers.json``."""
        return asdict(self) | {"set": list(self.set)}


def run_options(answers: Mapping[str, Any]) -> RunOptions:
    """Give what was given beside the file of a study, by its answers; nothing where they do not say.

    Parameters
    ----------
    answers : mapping
        What ``answers.json`` holds.
    """
    told = answers.get("options", {})
    return RunOptions(tuple(told.get("set", ())), told.get("gap"), told.get("time_limit_s"))
