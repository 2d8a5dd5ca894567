"""A linear program of many hours, and the few either-or choices in it that are tried only where its answer breaks them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

Bounds = Mapping[int, tuple[float, float]]
Answer = NDArray[np.float64]
Fork = Callable[[Answer], Sequence[Bounds]]
"""Given an answer: nothing where it keeps the choice, else all the ways to make it, each as bounds of columns."""

Terms = Mapping[int, float]

NODES_MAX = 400
"""Linear programs tried for one choice of contracts before it is given up as no tiny instance."""


@dataclass
class Rows:
    """Rows of one sense, by their entries."""

    row: list[int]
    column: list[int]
    factor: list[float]
    side: list[float]

    def add(self, terms: Terms, side: float, sign: float) -> None:
        """Append a row."""
        self.row += [len(self.side)] * len(terms)
        self.column += terms.keys()
        self.factor += [sign * factor for factor in terms.values()]
        self.side.append(sign * side)

    def matrix(self, columns: int) -> csr_matrix:
        """All rows."""
        return csr_matrix((self.factor, (self.row, self.column)), shape=(len(self.side), columns))


class Program:
    """Columns with a cost in musd and bounds, rows, forks; ``tidy`` are columns kept small where that costs nothing."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.at_most = Rows([], [], [], [])
        self.equal = Rows([], [], [], [])
        self.forks: list[Fork] = []
        self.tidy: list[int] = []
        self.fixed = 0.0

    def column(self, cost: float = 0.0, high: float = inf, low: float = 0.0) -> int:
        """Add a column and give its number."""
        self.cost.append(cost)
        self.low.append(low)
        self.high.append(high)
        return len(self.cost) - 1

    def limit(self, terms: Terms, most: float = 0.0) -> None:
        """Require the sum of the terms to be at most ``most``."""
        self.at_most.add(terms, most, 1.0)

    def floor(self, terms: Terms, least: float = 0.0) -> None:
        """Require the sum of the terms to be at least ``least``."""
        self.at_most.add(terms, least, -1.0)

    def fix(self, terms: Terms, value: float = 0.0) -> None:
        """Require the sum of the terms to be ``value``."""
        self.equal.add(terms, value, 1.0)

    def least(self, known: float = inf) -> float:
        """Least cost in musd; infinite where no plan keeps the rows, or none costs less than ``known``."""
        best, open_bounds, tried = known, [dict[int, tuple[float, float]]()], 0
        while open_bounds:
            tried += 1
            assert tried < NODES_MAX, "too many choices for brute force"
            bounds = open_bounds.pop()
            found = self._solve(bounds)
            if found is None or found[0] + self.fixed >= best - 1e-8:
                continue
            ways = self._broken(found[1])
            if ways and self.tidy:
                ways = self._broken(self._tidied(bounds, found[0]))
            if not ways:
                best = found[0] + self.fixed
            open_bounds += [{**bounds, **way} for way in ways]
        return inf if best == known else best

    def _broken(self, answer: Answer) -> Sequence[Bounds]:
        return next((ways for ways in (fork(answer) for fork in self.forks) if ways), ())

    def _tidied(self, bounds: Bounds, musd: float) -> Answer:
        """Another answer of the same cost, with the least sum of the columns to be kept small."""
        small = np.zeros(len(self.cost))
        small[self.tidy] = 1.0
        spent = {column: 1e3 * cost for column, cost in enumerate(self.cost) if cost}
        rows = Rows(*(list(part) for part in (self.at_most.row, self.at_most.column, self.at_most.factor, self.at_most.side)))
        rows.add(spent, 1e3 * musd + 1e-7, 1.0)
        found = self._run(small, rows, bounds)
        assert found is not None
        return found[1]

    def _solve(self, bounds: Bounds) -> tuple[float, Answer] | None:
        found = self._run(1e3 * np.array(self.cost), self.at_most, bounds)
        return None if found is None else (found[0] / 1e3, found[1])

    def _run(self, cost: Answer, rows: Rows, bounds: Bounds) -> tuple[float, Answer] | None:
        low, high = np.array(self.low), np.array(self.high)
        for column, (least, most) in bounds.items():
            low[column], high[column] = max(low[column], least), min(high[column], most)
        if np.any(low > high + 1e-9):
            return None
        columns = len(self.cost)
        answer = linprog(cost, rows.matrix(columns), rows.side, self.equal.matrix(columns), self.equal.side,
                         bounds=np.column_stack((low, np.maximum(low, high))), method="highs")
        if answer.status == 2:
            return None
        assert answer.status == 0, answer.message
        return float(answer.fun), answer.x
