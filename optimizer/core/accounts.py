"""The accounts of the ledger: its groups, their lines, which way the money of a line goes, and which purses it concerns.

The one place in which the product knows that a line brings money in. The audit keeps a list of its own (a test compares the two).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Direction = Literal["paid", "returned", "apart"]
"""``paid``: purses pay it. ``returned``: it comes back to purses, its amounts are negative. ``apart``: no purse has to do with it."""

AccountKey = tuple[str, str]
"""Group and line."""


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the ledger.

    Parameters
    ----------
    group, line : str
        As the ledger and docs/conventions.md name them.
    direction : str
        ``paid``, ``returned`` or ``apart``.
    """

    group: str
    line: str
    direction: Direction


_LINES: Mapping[str, Mapping[str, Direction]] = {
    "capital": {
        "land": "paid", "construction": "paid", "liquid_cooling": "paid", "interconnection": "paid",
        "interconnection_refund": "returned", "gpus": "paid", "spares": "paid", "network": "paid", "installation": "paid",
        "sales_tax": "paid", "generators": "paid", "batteries": "paid",
    },
    "deposits": {
        "contract_deposit": "paid", "contract_deposit_return": "returned",
        "rental_deposit": "paid", "rental_deposit_return": "returned",
    },
    "operations": {
        "energy": "paid", "energy_credit": "returned", "transmission": "paid", "capacity": "paid", "coincident": "paid",
        "demand": "paid", "fixed_charge": "paid", "minimum_bill": "paid", "exit_fee": "paid", "ppa_energy": "paid",
        "ppa_wires": "paid", "ppa_sales": "returned", "ppa_settlement": "paid", "ppa_credit": "returned", "gas_fuel": "paid",
        "generator_rent": "paid", "battery_wear": "paid", "carbon": "paid", "staff": "paid", "property_tax": "paid",
    },
    "lease": {"lease": "paid"},
    "rent": {"rental": "paid"},
    "committed": {"rental": "paid"},
    # What is drawn is received by the purse of the loan; what takes back a gain in present value is no cash.
    "finance": {
        "debt_draw": "apart", "debt_repayment": "paid", "debt_interest": "paid", "debt_fee": "paid", "debt_offset": "apart",
    },
    "delay": {"delay": "apart", "lost_compute": "apart"},
    "residual": {"gpus": "apart", "generators": "apart", "batteries": "apart", "buildings": "apart", "land": "apart"},
}

ACCOUNTS: dict[AccountKey, Account] = {
    (group, line): Account(group, line, direction) for group, lines in _LINES.items() for line, direction in lines.items()
}
"""Every account by group and line; the ledger of the model books on no other."""

PAID_AS: Mapping[str, tuple[str, ...]] = {"committed": ("rent",), "finance": ("finance", "operations")}
"""Groups that purses pay under another name: rent that was committed before, and what a loan costs. All others go by their own."""


def is_returned(group: str, line: str) -> bool:
    """Whether a line brings money back to the purses (refunds, returned deposits, credits, sales).

    Raises
    ------
    KeyError
        Where there is no such account.
    """
    return ACCOUNTS[group, line].direction == "returned"


def may_pay(pays_for: Iterable[str], group: str, line: str) -> bool:
    """Whether a purse may pay a line, or take back what a line returns.

    Parameters
    ----------
    pays_for : iterable of str
        Groups, or ``group.line``, that the purse names. What a line returns goes to purses that may pay any line of its group.
    group, line : str
        The account.

    Raises
    ------
    KeyError
        Where there is no such account.
    """
    groups = PAID_AS.get(group, (group,))
    if is_returned(group, line):
        return any(name.split(".")[0] in groups for name in pays_for)
    return not {*groups, *(f"{one}.{line}" for one in groups)}.isdisjoint(pays_for)


def purse_names() -> dict[str, list[str]]:
    """Groups that a purse may name, with the lines of each that it may name alone."""
    own = {group for group in _LINES if group in PAID_AS.get(group, (group,))}
    names: dict[str, list[str]] = {}
    for account in ACCOUNTS.values():
        if account.group in own and account.direction != "apart":
            names.setdefault(account.group, []).append(account.line)
    return names
