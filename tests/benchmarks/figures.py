"""What the benchmarks print: one row per figure with its goal, seconds of a work, and how busy the machine is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
SCENARIOS = ROOT / "scenarios"


@dataclass(frozen=True)
class Figure:
    """One row of a table: what was measured, its figure, and what it may be at most (None: for information)."""

    measure: str
    figure: float
    goal: float | None = None

    @property
    def passed(self) -> bool:
        return self.goal is None or self.figure <= self.goal

    def __str__(self) -> str:
        goal, verdict = ("", "") if self.goal is None else (f"{self.goal:.4g}", "pass" if self.passed else "MISS")
        return f"{self.measure:<72} | {self.figure:>10.4g} | {goal:>7} | {verdict}"


def print_figures(figures: Sequence[Figure]) -> bool:
    """Print the table; True when nothing was missed."""
    print(f"{'measure':<72} | {'figure':>10} | {'goal':>7} |")
    for figure in figures:
        print(figure)
    return all(figure.passed for figure in figures)


def machine() -> str:
    """Number of cores and how many works wait for them: seconds of a busy machine are worth less."""
    load = ", ".join(f"{each:.2f}" for each in os.getloadavg())
    return f"machine: {os.cpu_count()} cores, load average {load} (1, 5, 15 minutes)"


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Result of a work and its wall-clock seconds."""
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began
