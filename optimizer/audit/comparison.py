"""A rule's comparison of two rows of numbers, and the one tolerance under which all of them are judged."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimizer.audit.report import Violation

FloatArray = NDArray[np.float64]
Unit = Literal["musd", "MW", "MWh", "mmbtu", "GPUs", "H100e", "units", "t", "h", "sites", "1"]

RELATIVE_TOLERANCE = 1e-6
"""Share of a row's size (the larger of its two sides) by which it may be missed."""

ABSOLUTE_TOLERANCE: Mapping[Unit, float] = {
    "musd": 1e-6,
    "MW": 1e-6,
    "MWh": 1e-3,
    "mmbtu": 1e-3,
    "GPUs": 1e-3,
    "H100e": 1e-3,
    "units": 1e-6,
    "t": 1e-6,
    "h": 1e-6,
    "sites": 1e-6,
    "1": 1e-6,
}
"""What a row may be missed by on top: a millionth of the base unit; of GPUs and MWh, a millionth of a thousand."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left`` must be at most, or equal to, ``right``, element by element.

    ``periods`` names the elements; ``what`` says in words what stands on the left and on the right. Where the elements are hours,
    ``hours`` names them too, and only the worst hour of a period is reported.
    """

    site_id: str
    periods: Sequence[str]
    left: FloatArray
    sense: Literal["<=", "=="]
    right: FloatArray
    unit: Unit
    what: str
    hours: Sequence[str] = ()

    def excess(self) -> FloatArray:
        """How far the left side is beyond what it may be (not above 0: kept exactly)."""
        difference = self.left - self.right
        return difference if self.sense == "<=" else np.abs(difference)

    def size(self) -> FloatArray:
        """The larger of the two sides' magnitudes."""
        return np.maximum(np.abs(self.left), np.abs(self.right))

    def worst(self) -> float:
        """Largest excess relative to the size of its row (at least 1)."""
        if self.left.size == 0:
            return 0.0
        excess = self.excess()
        if np.isinf(excess).any():  # a stated sum that is no number counts as infinite
            return math.inf
        return max(0.0, float(np.max(excess / np.maximum(1.0, self.size()))))

    def violations(self, rule: str) -> list[Violation]:
        """Violations of ``rule``, one for each element beyond the tolerance (of hours: for the worst one of each period)."""
        excess = self.excess()
        allowed = RELATIVE_TOLERANCE * self.size() + ABSOLUTE_TOLERANCE[self.unit]
        broken = self._reported([int(i) for i in np.flatnonzero(excess > allowed)], excess)
        relation = "should be at most" if self.sense == "<=" else "should be"
        return [
            Violation(
                rule,
                self.site_id,
                self.periods[i],
                float(excess[i]),
                self.unit,
                f"{self._words(i)}: {self.left[i]:.9g} {relation} {self.right[i]:.9g} {self.unit}",
            )
            for i in broken
        ]

    def _reported(self, broken: list[int], excess: FloatArray) -> list[int]:
        """Which of the broken elements are reported."""
        if not self.hours:
            return broken
        worst: dict[str, int] = {}
        for i in broken:
            period = self.periods[i]
            if period not in worst or excess[i] > excess[worst[period]]:
                worst[period] = i
        return list(worst.values())

    def _words(self, i: int) -> str:
        return f"{self.what}, hour {self.hours[i]}" if self.hours else self.what


@dataclass(frozen=True, slots=True)
class Row:
    """Where a comparison stands: its site, the names of its periods (and hours), its unit and its words."""

    site_id: str
    periods: Sequence[str]
    unit: Unit
    what: str
    hours: Sequence[str] = ()

    def at_most(self, left: ArrayLike, right: ArrayLike) -> Comparison:
        """Compare ``left <= right``; a single number counts for every period."""
        return self._compare(left, "<=", right)

    def at_least(self, left: ArrayLike, right: ArrayLike) -> Comparison:
        """Compare ``left >= right`` (the sides are exchanged)."""
        return self._compare(right, "<=", left)

    def equal(self, left: ArrayLike, right: ArrayLike) -> Comparison:
        """Compare ``left == right``."""
        return self._compare(left, "==", right)

    def _compare(self, left: ArrayLike, sense: Literal["<=", "=="], right: ArrayLike) -> Comparison:
        shape = len(self.periods)
        sides = [np.broadcast_to(np.asarray(side, dtype=np.float64), shape) for side in (left, right)]
        return Comparison(self.site_id, self.periods, sides[0], sense, sides[1], self.unit, self.what, self.hours)
