"""Whether a loan that is asked for says what it costs, and can be drawn."""

from __future__ import annotations

from optimizer.scenario.read.draft import Draft
from optimizer.scenario.schema.config import Debt

_PURSE = "debt"
"""Name of the purse of borrowed money in the tables of a plan."""


def check_debt(draft: Draft) -> None:
    """Note what an enabled loan lacks: a limit, an advance, an interest and a time of repayment; GPUs that secure it."""
    budget = draft.config.budget
    if budget is None or not budget.debt.enabled:
        return
    for name, meaning in _missing(budget.debt).items():
        draft.add(("budget", "debt", name), f"a loan needs {name}: {meaning}")
    for purse in budget.purses:
        if purse.name == _PURSE:
            draft.add(("budget", "purses", purse.name, "name"), "'debt' is the purse of what is borrowed; name this one otherwise")
    if not draft.is_wrong("gpus") and not any(gpu.price_usd for gpu in draft.config.gpus):
        draft.add(("budget", "debt", "enabled"), "no GPU has a price, so nothing secures a loan; allowed: false")


def _missing(debt: Debt) -> dict[str, str]:
    """Fields that make no loan as they are, and what they must be."""
    asked = {
        "limit_musd": (debt.limit_musd > 0, "the most that may be owed, more than 0 musd"),
        "advance_fraction_of_gpus": (debt.advance_fraction_of_gpus > 0, "the share of the GPUs' book value that is lent, more than 0"),
        "interest_per_year": ("interest_per_year" in debt.model_fields_set, "a share per year, such as 0.13; 0 where none is asked"),
        "repay_months": (debt.repay_months > 0, "months over which a draw is repaid in equal instalments, 1 or more"),
    }
    return {name: meaning for name, (is_given, meaning) in asked.items() if not is_given}
