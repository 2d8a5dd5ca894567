"""A small linear program: what is left of a plan once every discrete choice is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from optimizer.core.instance import Purse
from tests.oracle.money import NEGATIVE_LINES, Cash, Clock

Row = tuple[Mapping[int, float], float]
Array = NDArray[np.float64]

_ANSWERS: dict[bytes, float | None] = {}


class Program:
    """Columns >= 0 with the money of one unit each, rows ``sum <= limit`` and ``sum = value``, and money that is fixed."""

    def __init__(self) -> None:
        self.fixed = Cash()
        self.cash: list[Cash] = []
        self.upper: list[float | None] = []
        self.at_most: list[Row] = []
        self.equal: list[Row] = []

    def column(self, cash: Cash | None = None, upper: float | None = None) -> int:
        """Add a column and return its number."""
        self.cash.append(cash if cash is not None else Cash())
        self.upper.append(upper)
        return len(self.cash) - 1

    def limit(self, terms: Mapping[int, float], most: float) -> None:
        """Require the sum of the terms to be at most ``most``."""
        self.at_most.append((terms, most))

    def floor(self, terms: Mapping[int, float], least: float) -> None:
        """Require the sum of the terms to be at least ``least``."""
        self.at_most.append(({column: -factor for column, factor in terms.items()}, -least))

    def fix(self, terms: Mapping[int, float], value: float) -> None:
        """Require the sum of the terms to be ``value``."""
        self.equal.append((terms, value))

    def ask_purses(self, purses: Sequence[Purse], clock: Clock) -> None:
        """Have every line of every period paid by purses that may pay it, out of what they have received so far."""
        columns = list(enumerate(self.cash))
        keys = set(self.fixed.nominal).union(*(cash.nominal for _, cash in columns))
        spent: dict[tuple[str, int], dict[int, float]] = {(purse.name, t): {} for purse in purses for t in range(clock.periods)}
        for line, period in sorted(keys):
            terms = {column: -cash.nominal[line, period] for column, cash in columns if (line, period) in cash.nominal}
            sign = -1.0 if line in NEGATIVE_LINES else 1.0
            for purse in purses:
                if may_pay(purse, line):
                    paid = self.column()
                    terms[paid] = sign
                    for later in range(period, clock.periods):
                        spent[purse.name, later][paid] = sign
            self.fix(terms, self.fixed.nominal.get((line, period), 0.0))
        for purse in purses:
            for period in range(clock.periods):
                self.limit(spent[purse.name, period], received(purse, clock, period))

    def least(self) -> float | None:
        """Least present musd, or None when no plan keeps the rows."""
        if not self.cash:
            kept = all(most >= -1e-9 for _, most in self.at_most) and all(abs(value) < 1e-9 for _, value in self.equal)
            return self.fixed.present if kept else None
        costs = np.array([cash.present for cash in self.cash])
        upper = np.array([np.inf if most is None else most for most in self.upper])
        arrays = (costs, upper, *self._dense(self.at_most), *self._dense(self.equal))
        # The relaxations of one instance ask the same questions over and over.
        key = b"|".join(array.tobytes() for array in arrays)
        if key not in _ANSWERS:
            _ANSWERS[key] = _least(*arrays)
        answer = _ANSWERS[key]
        return None if answer is None else answer + self.fixed.present

    def _dense(self, rows: Sequence[Row]) -> tuple[Array, Array]:
        matrix = np.zeros((len(rows), len(self.cash)))
        for number, (terms, _) in enumerate(rows):
            for column, factor in terms.items():
                matrix[number, column] += factor
        return matrix, np.array([side for _, side in rows])


def _least(costs: Array, upper: Array, at_most: Array, most: Array, equal: Array, value: Array) -> float | None:
    bounds = np.column_stack((np.zeros(len(upper)), upper))
    answer = linprog(costs, at_most, most, equal, value, bounds=bounds, method="highs")
    if answer.status == 2:
        return None
    assert answer.status == 0, answer.message
    return float(answer.fun)


def may_pay(purse: Purse, line: str) -> bool:
    """Say whether a purse may pay a line, or take back what a negative line returns: that goes to any purse of its group."""
    group = line.split(".", maxsplit=1)[0]
    if group == "committed":
        return not {"rent", "rent.rental"}.isdisjoint(purse.pays_for)
    if line in NEGATIVE_LINES:
        return any(name == group or name.startswith(f"{group}.") for name in purse.pays_for)
    return group in purse.pays_for or line in purse.pays_for


def received(purse: Purse, clock: Clock, period: int) -> float:
    """Musd a purse has received by a period."""
    if not purse.every_month:
        return sum(musd for month, musd in purse.amounts if month <= clock.first(period))
    total = 0.0
    for month in range(clock.first(period) + 1):
        in_force = [musd for start, musd in purse.amounts if start <= month]
        total += in_force[-1] if in_force else 0.0
    return total
