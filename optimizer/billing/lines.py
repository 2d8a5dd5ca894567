"""One line of a bill, and how a quantity becomes lines by tiers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

ENERGY_CREDIT: Final = "energy_credit"
MINIMUM_BILL: Final = "minimum_bill"

Kind = Literal["energy", "energy_credit", "demand", "coincident", "fixed", "minimum_bill"]

KINDS: Mapping[Kind, str] = {
    "energy": "energy", ENERGY_CREDIT: "energy credit", "demand": "demand", "coincident": "coincident peak", "fixed": "fixed",
    MINIMUM_BILL: "minimum bill",
}
"""Kinds of lines in the order of a bill, as a reader sees them."""

_UNITS: dict[str, tuple[str, float]] = {"energy": ("MWh", 1.0), "demand": ("MW", 1000.0)}
"""Unit of what a kind of charge bills, and how many of its prices' units one of it is (MW: kW)."""


@dataclass(frozen=True, slots=True)
class BillLine:
    """What one charge, or one tier of it, costs in one month.

    Parameters
    ----------
    month : str
        ``2022-01``.
    kind : str
        ``energy``, ``energy_credit`` (a price below 0), ``demand``, ``coincident``, ``fixed`` or ``minimum_bill``.
    charge : str
        Name of the charge.
    tier : int, optional
        Number of the tier, from 1; none where the charge has no tiers.
    billed : float
        What is billed, in ``unit``.
    unit : str
        MWh, MW, month or day.
    price : float
        USD/MWh for energy (of an index the mean paid), USD/kW for MW, USD for a month or a day.
    usd : float
    set_by : str
        What set the billed MW: the hour of the peak, the ratchet and the hour it remembers, or the least billed; by what billed
        demand tiers of hours of use are; why the bill is topped up.
    """

    month: str
    kind: Kind
    charge: str
    tier: int | None
    billed: float
    unit: str
    price: float
    usd: float
    set_by: str


@dataclass(frozen=True, slots=True)
class Block:
    """What the lines of one charge in one month have in common."""

    month: str
    kind: Kind
    charge: str
    set_by: str


def energy_kind(price: float) -> Kind:
    """Kind of a line of energy: a price below 0 is a credit."""
    return ENERGY_CREDIT if price < 0 else "energy"


def minimum_lines(least: float, months: Sequence[str], lines: Sequence[BillLine]) -> list[BillLine]:
    """Lines of what a bill falls short of its minimum, month by month.

    Parameters
    ----------
    least : float
        Minimum bill of a month, USD; 0 where there is none.
    months : sequence of str
        Months billed.
    lines : sequence of BillLine
        The lines that count towards the minimum.
    """
    found = []
    for month in months:
        short = least - math.fsum(line.usd for line in lines if line.month == month)
        if least and short > 0:
            why = f"minimum bill of {least:,.2f} USD"
            found.append(BillLine(month, MINIMUM_BILL, KINDS[MINIMUM_BILL], None, 1.0, "month", short, short, why))
    return found


def in_tiers(block: Block, quantity: float, tiers: Sequence[tuple[float | None, float]]) -> Iterator[BillLine]:
    """Lines of a quantity, tier by tier in their order; of the tiers that stay empty only the first is shown.

    Parameters
    ----------
    block : Block
    quantity : float
        MWh or MW.
    tiers : sequence of (float or None, float)
        Cumulative upper ends (none: the rest) and prices.
    """
    unit, per_unit = _UNITS[block.kind]
    below = 0.0
    for number, (upto, price) in enumerate(tiers, 1):
        billed = min(quantity, math.inf if upto is None else upto) - below
        if billed > 0 or number == 1:
            tier = number if len(tiers) > 1 else None
            kind = energy_kind(price) if block.kind == "energy" else block.kind
            yield BillLine(block.month, kind, block.charge, tier, billed, unit, price, billed * per_unit * price, block.set_by)
        if upto is None or quantity <= upto:
            return
        below = upto
