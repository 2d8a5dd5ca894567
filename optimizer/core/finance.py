"""Discounting, escalation and payment schedules (docs/conventions.md, Money). Pure functions of dates and rates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from optimizer.core.calendar import Calendar

DatedAmount = tuple[int, float]
"""A month of the horizon (any integer) and an amount that falls due in it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """One unit of something as cash: nominal per period, and what falls due beyond the horizon."""

    periods: tuple[tuple[int, float], ...]
    beyond_nominal: float = 0.0
    beyond_present: float = 0.0


@dataclass(frozen=True, slots=True)
class Money:
    """Time value of money on a calendar.

    Parameters
    ----------
    calendar : Calendar
    discount_rate_per_year : float
        Nominal, annual.
    currency_year : int
        Year in whose dollars escalating prices stand.
    """

    calendar: Calendar
    discount_rate_per_year: float
    currency_year: int

    def discount(self, month: int) -> float:
        """Present value of 1 due in a month (middle of the month)."""
        return float((1.0 + self.discount_rate_per_year) ** (-(month + 0.5) / 12.0))

    def period_discount(self, period: int) -> float:
        """Present value of 1 due in a period: the mean of its months' factors."""
        return self.calendar.mean(self.discount(month) for month in self.calendar.months_of(period))

    def end_discount(self) -> float:
        """Present value of 1 at the end of the horizon, where residual value stands."""
        return float((1.0 + self.discount_rate_per_year) ** (-self.calendar.months / 12.0))

    def month_escalation(self, rate_per_year: float, month: int) -> float:
        """Growth of a price from ``currency_year`` to the calendar year of a month."""
        return float((1.0 + rate_per_year) ** (self.calendar.year(month) - self.currency_year))

    def escalation(self, rate_per_year: float, period: int) -> float:
        """Growth of a price to a period: the mean of its months' factors."""
        return self.calendar.mean(self.month_escalation(rate_per_year, month) for month in self.calendar.months_of(period))

    def schedule(self, amounts: Iterable[DatedAmount]) -> Schedule:
        """Lay dated amounts on periods: before month 0 is paid in month 0, after the horizon is beyond."""
        periods: dict[int, float] = {}
        beyond_nominal = beyond_present = 0.0
        for month, amount in amounts:
            if month >= self.calendar.months:
                beyond_nominal += amount
                beyond_present += amount * self.discount(month)
            elif amount:
                period = max(month, 0) // self.calendar.months_per_period
                periods[period] = periods.get(period, 0.0) + amount
        return Schedule(tuple(sorted(periods.items())), beyond_nominal, beyond_present)


def s_curve(first_month: int, lead_months: int, amount: float) -> list[DatedAmount]:
    """Spread an amount over a construction time by the beta(2,2) S-curve, from ``first_month`` on.

    A lead of 0 falls due at once, in ``first_month``.
    """
    if lead_months == 0:
        return [(first_month, amount)]
    reached = [_beta22(step / lead_months) for step in range(lead_months + 1)]
    return [(first_month + step, amount * (reached[step + 1] - reached[step])) for step in range(lead_months)]


def _beta22(share_of_time: float) -> float:
    return 3.0 * share_of_time**2 - 2.0 * share_of_time**3


def straight_line(age_months: float, lifetime_months: float) -> float:
    """Share of its price that a thing of some age still has."""
    return max(0.0, 1.0 - age_months / lifetime_months)
