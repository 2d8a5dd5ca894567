"""Time and money as docs/conventions.md says them, written a second time and on purpose unlike the product's own code."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field

from optimizer.core.instance import Instance

NEGATIVE_LINES = {
    "capital.interconnection_refund", "deposits.contract_deposit_return", "deposits.rental_deposit_return",
    "operations.energy_credit", "operations.ppa_sales", "operations.ppa_credit",
}
"""Lines that come back to the purses; their amounts are negative."""


@dataclass
class Cash:
    """The money of one decision: ``nominal`` musd by (line, period) within the horizon, and ``present`` musd in all."""

    nominal: dict[tuple[str, int], float] = field(default_factory=dict)
    present: float = 0.0

    def add(self, other: Cash, times: float = 1.0) -> None:
        """Add another decision's money, ``times`` over."""
        self.present += times * other.present
        for key, musd in other.nominal.items():
            self.nominal[key] = self.nominal.get(key, 0.0) + times * musd


class Clock:
    """Months, periods, hours, discounting and escalation of one instance."""

    def __init__(self, instance: Instance) -> None:
        self.months = instance.horizon.months
        self.width = instance.horizon.months_per_period
        self.periods = self.months // self.width
        self.first_year, self.first_month = (int(part) for part in instance.horizon.start.split("-"))
        self.currency_year = instance.currency_year
        self.rate = instance.discount_rate_per_year

    def first(self, period: int) -> int:
        """First month of a period."""
        return period * self.width

    def after(self, period: int, months: int) -> int:
        """First period that begins at least ``months`` after ``period`` begins (may lie beyond the horizon)."""
        return -((-(self.first(period) + months)) // self.width)

    def year(self, month: int) -> int:
        """Calendar year of a month."""
        return self.first_year + (self.first_month - 1 + month) // 12

    def hours_of_month(self, month: int) -> float:
        """Hours of a month, leap years counted."""
        return 24.0 * calendar.monthrange(self.year(month), (self.first_month - 1 + month) % 12 + 1)[1]

    def hours(self, period: int) -> float:
        """Hours of a period."""
        return sum(self.hours_of_month(month) for month in self.in_period(period))

    def in_period(self, period: int) -> range:
        """Months of a period."""
        return range(self.first(period), self.first(period) + self.width)

    def worth(self, month: int) -> float:
        """Present value of 1 in a month (middle of it)."""
        return float((1.0 + self.rate) ** (-(month + 0.5) / 12.0))

    def worth_in_period(self, period: int) -> float:
        """Present value of 1 in a period."""
        return sum(self.worth(month) for month in self.in_period(period)) / self.width

    def worth_at_end(self) -> float:
        """Present value of 1 of residual value."""
        return float((1.0 + self.rate) ** (-self.months / 12.0))

    def growth(self, rate: float, month: int) -> float:
        """Escalation of a month."""
        return float((1.0 + rate) ** (self.year(month) - self.currency_year))

    def growth_in_period(self, rate: float, period: int) -> float:
        """Escalation of a period: the mean over its months."""
        return sum(self.growth(rate, month) for month in self.in_period(period)) / self.width

    def pay(self, cash: Cash, line: str, month: int, musd: float) -> None:
        """Book a dated payment: before the horizon in month 0, in it under its period, after it by its own month."""
        if musd == 0.0:
            return
        if month >= self.months:
            cash.present += musd * self.worth(month)
            return
        period = max(month, 0) // self.width
        cash.nominal[line, period] = cash.nominal.get((line, period), 0.0) + musd
        cash.present += musd * self.worth_in_period(period)

    def pay_curve(self, cash: Cash, line: str, months: range, musd: float) -> None:
        """Book a sum on the S-curve over ``months``; over no months at all: at once in the month that begins the range."""
        count = len(months)
        if count == 0:
            self.pay(cash, line, months.start, musd)
        for step, month in enumerate(months):
            share = _done((step + 1) / count) - _done(step / count)
            self.pay(cash, line, month, share * musd)


def _done(x: float) -> float:
    return 3.0 * x * x - 2.0 * x * x * x
