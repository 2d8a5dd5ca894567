"""Where the flows of a case stand in the program, and what the site's rows need of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from optimizer.verify.case import Case
from optimizer.verify.hours import Floats, Ints
from optimizer.verify.program import Program, Term

TIE_USD_PER_MWH = 1e-3
"""Price of every MWh that a battery gives, in the dispatch alone: without it, burning energy could cost nothing."""

Key = tuple[str, str]
"""A flow of table dispatch and its subject: ``("drawn", "grid")``."""


@dataclass(frozen=True, eq=False)
class Amount:
    """A sum over columns."""

    columns: Ints
    coefficients: Floats

    def of(self, values: Floats) -> float:
        """What it comes to."""
        return float(self.coefficients @ values[self.columns])


@dataclass(eq=False)
class DispatchColumns:
    """A case in a program: its flows in MW (stored: MWh) by hour, shape (m,).

    Parameters
    ----------
    program : Program
    case : Case
    """

    program: Program
    case: Case
    flows: dict[Key, Ints] = field(default_factory=dict)
    balance: list[Term] = field(default_factory=list)
    tonnes: list[Amount] = field(default_factory=list)
    clean: list[Ints] = field(default_factory=list)
    clean_mw: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        self.clean_mw = np.zeros(self.case.count)

    @property
    def hours(self) -> Ints:
        """Places of the hours: 0, 1, ..."""
        return np.arange(self.case.count)

    def flow(self, key: Key, sign: float, usd_per_mwh: Floats | float = 0.0, upper: Floats | float = np.inf) -> Ints:
        """Add a flow with a column in every hour, counted in the balance with a sign (0: not at all)."""
        costs = self.case.weights * usd_per_mwh / 1000.0
        columns = self.program.columns(" ".join((self.case.site.site_id, *key)), self.case.count, costs, upper)
        self.flows[key] = columns
        if sign:
            self.balance.append(Term(self.hours, columns, sign))
        return columns

    def energy(self, columns: Ints, share: Floats | float = 1.0) -> Term:
        """MWh of a flow over the period, as a term of a single row."""
        return Term(np.zeros(len(columns), dtype=np.int64), columns, self.case.weights * share)


def one(columns: Ints, coefficient: Floats | float) -> Term:
    """Columns as a term of a single row."""
    return Term(np.zeros(len(columns), dtype=np.int64), columns, coefficient)
