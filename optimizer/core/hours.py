"""Hours of a year and the typical days that stand for them (docs/conventions.md, section Hours)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

DAYS = 365
HOURS_PER_DAY = 24
HOURS = DAYS * HOURS_PER_DAY
"""Hours of the model year: 365 days of 24 hours of the local clock, 29 February left out."""

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of each calendar month of the model year, January first."""

MONTH_OF_DAY: npt.NDArray[np.int64] = np.repeat(np.arange(1, 13), MONTH_DAYS)
"""Calendar month (1 to 12) of each day of the model year, shape (365,)."""

SeriesKind = Literal["price", "share", "pue", "flag"]


def day_label(day: int) -> str:
    """Name of a day (0 to 364) of the model year, such as ``08-14``."""
    month = int(MONTH_OF_DAY[day])
    return f"{month:02d}-{day - sum(MONTH_DAYS[: month - 1]) + 1:02d}"


@dataclass(frozen=True, slots=True)
class Series:
    """An hourly series over the model year, in local clock time: 8,760 values.

    ``kind`` says how typical days keep its mean: ``price`` (USD/MWh) and ``pue`` are shifted, ``share`` (0 to 1) is scaled, ``flag``
    (0 or 1: called and system peak hours) is counted.
    """

    name: str
    kind: SeriesKind
    unit: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TypicalDays:
    """Days of the model year that stand for others.

    ``days`` (0 to 364, ascending) are carried in the model; ``stands_for[day]`` is the one of them that stands for each of the 365.
    """

    days: tuple[int, ...]
    stands_for: tuple[int, ...]

    @property
    def is_chronological(self) -> bool:
        """Whether every day stands for itself, so that one day follows another."""
        return len(self.days) == DAYS
