"""One line of a bill, and how a quantity becomes lines by tiers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["energy", "energy_credit", "demand", "coincident", "fixed", "minimum_bill"]

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
            kind: Kind = "energy_credit" if block.kind == "energy" and price < 0 else block.kind
            yield BillLine(block.month, kind, block.charge, tier, billed, unit, price, billed * per_unit * price, block.set_by)
        if upto is None or quantity <= upto:
            return
        below = upto
