"""Ledger lines of the loan: draws, instalments, interest, fees, and what takes back its gain in present value."""

from __future__ import annotations

import numpy as np

from optimizer.audit.comparison import FloatArray
from optimizer.audit.debt import owed, owed_before, still_owed
from optimizer.audit.ledger.site import Booked
from optimizer.audit.money import Flow
from optimizer.audit.paths import Case


def draw(case: Case) -> Booked:
    """What the lender pays out."""
    if case.instance.debt is not None:
        yield "", case.purser.by_period(-case.debt["drawn_musd"])


def repayment(case: Case) -> Booked:
    """Instalments, and at the end of the horizon all that is still owed."""
    if case.instance.debt is not None:
        left = owed(case)
        instalments = owed_before(case) + case.debt["drawn_musd"] - left
        yield "", case.purser.by_period(instalments) + case.purser.at_end(float(left[-1]))


def interest(case: Case) -> Booked:
    """Interest on what was owed in the period before, and up to the end of the horizon."""
    if case.instance.debt is not None:
        rate = case.instance.debt.interest_per_year * case.clock.step / 12.0
        yield "", case.purser.by_period(rate * owed_before(case)) + case.purser.at_end(0.5 * rate * float(owed(case)[-1]))


def fee(case: Case) -> Booked:
    """A share of every draw."""
    if case.instance.debt is not None:
        yield "", case.purser.by_period(case.instance.debt.fee_fraction * case.debt["drawn_musd"])


def offset(case: Case) -> Booked:
    """Gain in present value of draws at less than the discount rate, fee apart: no cash, under ``beyond``."""
    if case.instance.debt is not None:
        gain = float(case.debt["drawn_musd"] @ np.maximum(_gain_of_one(case), 0.0))
        nothing = np.zeros(case.clock.count)
        yield "", Flow(np.append(nothing, 0.0), np.append(nothing, gain))


def _gain_of_one(case: Case) -> FloatArray:
    """Present value of 1 drawn in each period, less that of its instalments and interest."""
    assert case.instance.debt is not None
    rate = case.instance.debt.interest_per_year * case.clock.step / 12.0
    worth, share = case.purser.period_discount, still_owed(case)
    before = np.hstack([np.zeros((case.clock.count, 1)), share[:, :-1]])
    drawn = np.eye(case.clock.count)
    served = (before + drawn - share + rate * before) @ worth
    end = float(case.purser.at_end(1.0).present[-1])
    gain: FloatArray = worth - served - share[:, -1] * (1.0 + 0.5 * rate) * end
    return gain
