"""The ledger of the model: every dollar a decision causes, by site, group, line, subject and period.

Modules of the model *book* cash against quantities (linear terms in the variables). Objective, budget and the ledger table of the
plan are read from the same entries, so that what is optimised, what is limited and what is shown cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyomo.environ as pyo
from pyomo.core.expr import LinearExpression

from optimizer.core.accounts import ACCOUNTS
from optimizer.core.errors import ModelError
from optimizer.core.finance import Money, Schedule

Terms = list[tuple[float, Any]]
"""A linear quantity: coefficients and variables."""

ROUNDING = 1e-12
"""What is left of a sum, relative to its terms, when they cancel: rounding, not money."""


class LineKey(NamedTuple):
    """Where an amount is booked."""

    site_id: str
    group: str
    line: str
    subject: str


@dataclass
class Entry:
    """Linear terms and constants of one line, nominal by period and beyond, and their present value."""

    periods: dict[int, Terms] = field(default_factory=dict)
    constants: dict[int, float] = field(default_factory=dict)
    beyond: Terms = field(default_factory=list)
    beyond_present: Terms = field(default_factory=list)
    beyond_constant: float = 0.0
    beyond_constant_present: float = 0.0


class Ledger:
    """Collects bookings while the model is built.

    Parameters
    ----------
    money : Money
        Discounting of the instance.
    """

    def __init__(self, money: Money) -> None:
        self.money = money
        self.entries: dict[LineKey, Entry] = {}
        self._by_line: dict[tuple[str, str], list[Entry]] = {}
        self._discounts = [money.period_discount(period) for period in range(money.calendar.periods)]

    def discount(self, period: int) -> float:
        """Present value of 1 due in a period."""
        return self._discounts[period]

    def book(self, key: LineKey, quantity: Terms, schedule: Schedule) -> None:
        """Book ``schedule`` (musd per unit of the quantity) times a quantity."""
        if not (schedule.periods or schedule.beyond_nominal or schedule.beyond_present):
            return
        entry = self._entry(key)
        for period, amount in schedule.periods:
            entry.periods.setdefault(period, []).extend((amount * share, var) for share, var in quantity)
        if schedule.beyond_nominal or schedule.beyond_present:
            entry.beyond.extend((schedule.beyond_nominal * share, var) for share, var in quantity)
            entry.beyond_present.extend((schedule.beyond_present * share, var) for share, var in quantity)

    def book_period(self, key: LineKey, quantity: Terms, period: int, amount: float) -> None:
        """Book ``amount`` musd per unit of the quantity in one period."""
        if amount:
            terms = self._entry(key).periods.setdefault(period, [])
            terms.extend((amount * share, var) for share, var in quantity)

    def book_end(self, key: LineKey, quantity: Terms, amount: float) -> None:
        """Book ``amount`` musd per unit at the end of the horizon (residual value)."""
        present = amount * self.money.end_discount()
        self.book(key, quantity, Schedule((), amount, present))

    def book_constant(self, key: LineKey, schedule: Schedule) -> None:
        """Book a schedule that no decision can change."""
        entry = self._entry(key)
        for period, amount in schedule.periods:
            entry.constants[period] = entry.constants.get(period, 0.0) + amount
        entry.beyond_constant += schedule.beyond_nominal
        entry.beyond_constant_present += schedule.beyond_present

    def lines(self) -> list[tuple[str, str]]:
        """Groups and lines that occur, in the order in which they were booked."""
        return list(self._by_line)

    def period_terms(self, key: LineKey, period: int) -> Terms:
        """Nominal cash of one entry in a period, without constants; empty where nothing is booked."""
        entry = self.entries.get(key)
        return [] if entry is None else entry.periods.get(period, [])

    def cash(self, group: str, line: str, period: int) -> tuple[Terms, float]:
        """Nominal cash of a line in a period over all sites and subjects: terms and a constant."""
        terms: Terms = []
        constant = 0.0
        for entry in self._by_line[group, line]:
            terms.extend(entry.periods.get(period, ()))
            constant += entry.constants.get(period, 0.0)
        return terms, constant

    def present(self, group: str, line: str) -> tuple[Terms, float]:
        """Present value of a line over all sites, subjects and periods: terms and a constant."""
        terms: Terms = []
        constant = 0.0
        for entry in self._by_line[group, line]:
            for period, period_terms in entry.periods.items():
                terms.extend((amount * self._discounts[period], var) for amount, var in period_terms)
            terms.extend(entry.beyond_present)
            constant += sum(amount * self._discounts[period] for period, amount in entry.constants.items())
            constant += entry.beyond_constant_present
        return terms, constant

    def _entry(self, key: LineKey) -> Entry:
        """Entry of a key, made and filed under its line when first asked for; there is no line that is no account."""
        if key not in self.entries:
            if (key.group, key.line) not in ACCOUNTS:
                raise ModelError(f"the ledger has no account {key.group}.{key.line}; optimizer/core/accounts.py says which there are")
            self.entries[key] = Entry()
            self._by_line.setdefault((key.group, key.line), []).append(self.entries[key])
        return self.entries[key]


def linear(terms: Iterable[tuple[float, Any]], constant: float = 0.0) -> Any:
    """Return the Pyomo expression of terms, each variable once (many bookings meet on one variable).

    Bookings that cancel leave a rest of rounding; it is dropped, since a coefficient of 1e-13 can wreck a factorisation.
    """
    sums: dict[int, float] = {}
    sizes: dict[int, float] = {}  # of those that are met more than once
    variables: dict[int, Any] = {}
    for coefficient, var in terms:
        place = id(var)
        if place in sums:
            sizes[place] = sizes.get(place, abs(sums[place])) + abs(coefficient)
            sums[place] += coefficient
        else:
            sums[place], variables[place] = coefficient, var
    for place, size in sizes.items():
        if abs(sums[place]) <= ROUNDING * size:
            sums[place] = 0.0
    kept = [place for place, total in sums.items() if total]
    return LinearExpression(
        constant=constant,
        linear_coefs=[sums[place] for place in kept],
        linear_vars=[variables[place] for place in kept],
    )


def change(var: pyo.Var, *index: Any) -> Terms:
    """What a cumulative variable gains in its period (the last index): ``var[t] - var[t-1]``."""
    *head, period = index
    terms: Terms = [(1.0, var[(*head, period)])]
    if period > 0:
        terms.append((-1.0, var[(*head, period - 1)]))
    return terms


def before(var: pyo.Var, *index: Any) -> Any:
    """Return a cumulative variable at an index whose period (the last) may lie before the horizon: then 0."""
    return var[index] if index[-1] >= 0 else 0.0
