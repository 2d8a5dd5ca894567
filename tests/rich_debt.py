"""The rich instance with less money and a loan: every line of the group ``finance`` has money on it in its best plan."""

from __future__ import annotations

from dataclasses import replace

from optimizer.core.instance import Debt, Instance
from tests import builders as b
from tests import rich


def instance() -> Instance:
    """Give the instance: at 5 % a year the loan is cheaper than the discount rate of 12 %."""
    series = b.purse(name="series", amounts=((0, 45.0), (5, 40.0)), pays_for=("capital", "deposits", "finance"))
    debt = Debt(
        limit_musd=25.0, from_month=2, advance_fraction_of_gpus=0.6, interest_per_year=0.05, fee_fraction=0.01, repay_months=20,
    )
    return replace(rich.instance(), purses=(series, rich.instance().purses[1]), debt=debt)
