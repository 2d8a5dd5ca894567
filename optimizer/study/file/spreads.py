"""What values a factor may take: a list, a range, or a distribution."""

from __future__ import annotations

from dataclasses import dataclass

Value = float | int | str | bool
"""A value of a factor: a number, a truth, or the text that would stand behind ``=`` of ``--set``."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Values named one by one; equally likely where they are drawn."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """All between two numbers; equally likely where they are drawn."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Uniform:
    """All between two numbers, equally likely."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Triangular:
    """Between two numbers, most likely at a third."""

    low: float
    mode: float
    high: float


@dataclass(frozen=True, slots=True)
class Normal:
    """Normal of a mean and a standard deviation, cut off below ``low`` and above ``high`` where they are given."""

    mean: float
    sd: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class LogNormal:
    """The logarithm is normal: of a median, and a standard deviation ``sigma`` of the natural logarithm."""

    median: float
    sigma: float


@dataclass(frozen=True, slots=True)
class Discrete:
    """Values with weights that need not sum to 1."""

    values: tuple[Value, ...]
    weights: tuple[float, ...]


Spread = Listed | Range | Uniform | Triangular | Normal | LogNormal | Discrete
