"""The runs of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.study.spreads import Value

__all__ = ["Run", "Value"]


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the scenario with some values changed.

    Parameters
    ----------
    index : int
        Its number; run 0 is the scenario as it is.
    name : str
        What it is, in words.
    values : mapping of str to value
        Value of each factor by its name; factors at an unknown base value are not in it.
    overrides : tuple of str
        ``--set`` texts, those of the whole study first.
    starts_from : int or None
        Run, of a lower index, whose answer the search starts from; None: from nothing.
    phase : {"design", "fixed", "breakpoint"}
        What it is for: the design, a decision that is held, or the search for a breakpoint.
    fixed : str
        Host at which the main workload is held; empty: it is free.
    """

    index: int
    name: str
    values: Mapping[str, Value]
    overrides: tuple[str, ...]
    starts_from: int | None
    phase: str = "design"
    fixed: str = ""
