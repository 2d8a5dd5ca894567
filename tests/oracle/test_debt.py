"""The loan against a program of its own: for every month in which GPUs may come, the cheapest draws that bring and serve the money.

One delivery, one purse for capital, one that serves. Written month by month and vintage by vintage, with scipy, and on purpose unlike
the product: what a vintage costs is laid out here payment by payment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from optimizer.core.instance import Debt, Instance
from optimizer.solve import SolveSettings
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b

few = settings(max_examples=60, derandomize=True, deadline=None, database=None)
MONTHS, NEVER_MONTHS, PRICE_MUSD = 12, 6, 10.0
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """GPUs at 10 musd: what is in the purses and when, how the vendor is paid, and on what terms money is lent."""

    now_musd: float
    later_musd: float
    later_month: int
    service_musd: float
    at_order: float
    lead: int
    after: int
    lifetime: int
    delay_musd: float
    rate: float
    step: int
    debt: Debt

    def instance(self) -> Instance:
        """The question as the product is asked it."""
        gpu = b.gpu(price_usd=PRICE_MUSD * 1000.0, pay_at_order_fraction=self.at_order, order_lead_months=self.lead,
                    pay_after_delivery_months=self.after, lifetime_months=self.lifetime)
        run = b.workload(delay_cost_musd_per_month=self.delay_musd, never_ready_months=NEVER_MONTHS, until=None)
        purses = (b.purse(name="equity", amounts=((0, self.now_musd), (self.later_month, self.later_musd)), pays_for=("capital",)),
                  b.purse(name="service", amounts=((0, self.service_musd),), every_month=True, pays_for=("finance",)))
        return b.instance(horizon=b.horizon(MONTHS, self.step), discount_rate_per_year=self.rate, gpus=(gpu,), workloads=(run,),
                          sites=(b.site(max_gpus=1000.0),), purses=purses, has_budget=True, debt=self.debt)

    def worth(self, period: int) -> float:
        """Present value of 1 in a period."""
        months = range(period * self.step, (period + 1) * self.step)
        return float(np.mean([(1.0 + self.rate) ** (-(month + 0.5) / 12.0) for month in months]))

    def payments(self, delivery: int) -> Array:
        """What the vendor gets in each period for a delivery; in the last place what is due beyond."""
        paid = np.zeros(MONTHS // self.step + 1)
        for month, share in ((delivery * self.step - self.lead, self.at_order), (delivery * self.step + self.after, 1.0 - self.at_order)):
            paid[min(max(month, 0) // self.step, MONTHS // self.step)] += share * PRICE_MUSD
        return paid

    def present_of_payments(self, delivery: int) -> float:
        """Present value of what the vendor gets."""
        inside = sum(float(musd) * self.worth(t) for t, musd in enumerate(self.payments(delivery)[:-1]))
        late = (1.0 + self.rate) ** (-(delivery * self.step + self.after + 0.5) / 12.0)
        return float(inside + float(self.payments(delivery)[-1]) * late)


def vintage(asked: Question, t: int) -> tuple[Array, Array, float]:
    """What 1 drawn in period t leaves owed, what purses pay for it, by period, and its present cost."""
    periods, step, debt = MONTHS // asked.step, asked.step, asked.debt
    owed, served = np.zeros(periods), np.zeros(periods)
    owed[t], served[t] = 1.0, debt.fee_fraction
    loan = -asked.worth(t)
    for later in range(t + 1, periods):
        instalment = min(step / debt.repay_months, owed[later - 1])
        interest = debt.interest_per_year * step / 12.0 * owed[later - 1]
        owed[later] = owed[later - 1] - instalment
        served[later] = instalment + interest
        loan += served[later] * asked.worth(later)
    loan += owed[-1] * (1.0 + debt.interest_per_year * step / 24.0) * (1.0 + asked.rate) ** (-MONTHS / 12.0)
    return owed, served, debt.fee_fraction * asked.worth(t) + max(loan, 0.0)


def least_loan(asked: Question, delivery: int) -> float:
    """Least present cost of draws that pay for a delivery; infinite where none do."""
    periods, debt = MONTHS // asked.step, asked.debt
    draws = [t for t in range(periods) if t * asked.step >= debt.from_month]
    vintages = [vintage(asked, t) for t in draws]
    paid = np.cumsum(asked.payments(delivery)[:-1])
    held = np.array([asked.now_musd + (asked.later_musd if asked.later_month <= t * asked.step else 0.0) for t in range(periods)])
    earned = np.array([asked.service_musd * (t * asked.step + 1) for t in range(periods)])
    age = (np.arange(periods) - delivery) * asked.step
    worth = np.where(age >= 0, paid * np.maximum(1.0 - age / asked.lifetime, 0.0), 0.0)
    most = np.minimum(debt.advance_fraction_of_gpus * worth, debt.limit_musd)
    if not draws:
        return 0.0 if np.all(paid <= held + 1e-9) else inf
    came = np.array([[-1.0 if draw <= t else 0.0 for draw in draws] for t in range(periods)])
    owed = np.array([v[0] for v in vintages]).T
    served = np.cumsum(np.array([v[1] for v in vintages]), axis=1).T
    answer = linprog([v[2] for v in vintages], np.vstack([came, served, owed]), np.concatenate([held - paid, earned, most]))
    return float(answer.fun) if answer.status == 0 else inf


def least_cost(asked: Question) -> float:
    """Least cost over every period in which the GPUs may come, and over never."""
    periods = MONTHS // asked.step
    waits = [asked.delay_musd * asked.step * asked.worth(t) for t in range(periods)]
    never = asked.delay_musd * sum((1.0 + asked.rate) ** (-(MONTHS + i + 0.5) / 12.0) for i in range(NEVER_MONTHS))
    best = sum(waits) + never
    for delivery in range(periods):
        best = min(best, sum(waits[:delivery]) + asked.present_of_payments(delivery) + least_loan(asked, delivery))
    return float(best)


def pick(*values: float) -> st.SearchStrategy[float]:
    return st.sampled_from(values)


debts = st.builds(
    Debt, limit_musd=pick(4.0, 6.0, 20.0), from_month=st.sampled_from((0, 0, 0, 1, 3)), advance_fraction_of_gpus=pick(0.5, 0.7, 0.9, 1.0),
    interest_per_year=pick(0.0, 0.06, 0.13, 0.24), fee_fraction=pick(0.01, 0.03), repay_months=st.sampled_from((1, 5, 12, 48)),
)
questions = st.builds(
    Question, now_musd=pick(0.0, 3.0, 5.0, 8.0), later_musd=pick(0.0, 4.0, 8.0), later_month=st.sampled_from((2, 6, 9)),
    service_musd=pick(0.1, 0.5, 1.0, 5.0), at_order=pick(0.0, 0.2, 0.5), lead=st.sampled_from((0, 2)), after=st.sampled_from((0, 1, 4)),
    lifetime=st.sampled_from((12, 48, 1200)), delay_musd=pick(1.0, 2.0, 4.0), rate=pick(0.0, 0.1, 0.12), step=st.sampled_from((1, 1, 3)),
    debt=debts,
)


def test_the_model_finds_the_cheapest_loan() -> None:
    borrowed = []

    @few
    @given(questions)
    def agrees(asked: Question) -> None:
        least = least_cost(asked)
        plan = solve_instance(asked.instance(), SolveSettings(gap=0.0))
        assert plan.status == "optimal"
        assert plan.header["objective_musd"] == pytest.approx(least, rel=1e-6, abs=1e-5)
        borrowed.append(least < least_cost(replace(asked, debt=replace(asked.debt, from_month=MONTHS))) - 1e-6)

    agrees()
    assert sum(borrowed) >= 20  # a loan is worth its cost in a third of the questions
