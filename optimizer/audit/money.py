"""The audit's own money: flows by period with their present value, escalation, S-curve (docs/conventions.md, Money)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from optimizer.audit.calendar import Clock, IntArray
from optimizer.audit.comparison import FloatArray


@dataclass(frozen=True, slots=True)
class Flow:
    """Million nominal USD and their present value, by period; the last element is what falls due beyond the horizon."""

    nominal: FloatArray
    present: FloatArray

    def __add__(self, other: Flow) -> Flow:
        return Flow(self.nominal + other.nominal, self.present + other.present)


@dataclass(frozen=True, slots=True)
class Purser:
    """Turns dated sums into flows under one discount rate per year."""

    clock: Clock
    rate: float

    def discount(self, month: ArrayLike) -> FloatArray:
        """Worth today of one dollar in the middle of each month."""
        worth: FloatArray = (1.0 + self.rate) ** (-(np.asarray(month, dtype=np.float64) + 0.5) / 12.0)
        return worth

    @property
    def period_discount(self) -> FloatArray:
        """Worth today of one dollar in each period: the mean of its months'."""
        return self.clock.by_period(self.discount(np.arange(self.clock.months))) / self.clock.step

    def nothing(self) -> Flow:
        """The flow of no money."""
        zeros = np.zeros(self.clock.count + 1)
        return Flow(zeros, zeros)

    def dated(self, month: ArrayLike, musd: ArrayLike) -> Flow:
        """Flow of sums due in months: before month 0 paid in month 0, from month N on beyond the horizon."""
        months, sums = np.broadcast_arrays(np.asarray(month, dtype=np.int64), np.asarray(musd, dtype=np.float64))
        months, sums = np.maximum(months.ravel(), 0), sums.ravel()
        nominal = np.zeros(self.clock.count + 1)
        np.add.at(nominal, np.minimum(months // self.clock.step, self.clock.count), sums)
        late = months >= self.clock.months
        beyond = float(np.sum(sums[late] * self.discount(months[late])))
        return Flow(nominal, np.append(nominal[:-1] * self.period_discount, beyond))

    def by_period(self, musd: FloatArray) -> Flow:
        """Flow of sums that belong to the periods of the horizon."""
        return self.dated(self.clock.first, musd)

    def s_curve(self, first_month: IntArray, lead: int, musd: FloatArray) -> Flow:
        """Flow of sums paid over ``lead`` months from ``first_month`` on, in beta(2,2) shares; at once where the lead is 0."""
        if lead == 0:
            return self.dated(first_month, musd)
        edge = np.arange(lead + 1) / lead
        share = np.diff(3.0 * edge**2 - 2.0 * edge**3)
        return self.dated(first_month[:, None] + np.arange(lead), musd[:, None] * share)

    def at_end(self, musd: float) -> Flow:
        """Flow of a value that stands at the very end of the horizon, under ``beyond``."""
        zeros = np.zeros(self.clock.count)
        return Flow(np.append(zeros, musd), np.append(zeros, musd * (1.0 + self.rate) ** (-self.clock.months / 12.0)))


def total(purser: Purser, flows: Iterable[Flow]) -> Flow:
    """Sum of flows."""
    return sum(flows, purser.nothing())


def escalation(clock: Clock, growth: float, currency_year: int, months: Iterable[int]) -> FloatArray:
    """Factor of each month on prices of the currency year, growing by the calendar year."""
    return np.array([(1.0 + growth) ** (clock.year(month) - currency_year) for month in months], dtype=np.float64)


def period_escalation(clock: Clock, growth: float, currency_year: int) -> FloatArray:
    """Factor of each period: the mean of its months'."""
    return clock.by_period(escalation(clock, growth, currency_year, range(clock.months))) / clock.step
