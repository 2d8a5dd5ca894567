"""What an agreement still costs after the horizon: the months left of its term, valued at the hub, and never a profit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyomo.environ as pyo

from optimizer.core.finance import Schedule
from optimizer.core.offers import Ppa
from optimizer.model.ledger import LineKey
from optimizer.scenario.assemble.typical_days import month_values


class MonthOfAMw(NamedTuple):
    """What a MW of an agreement yields in a calendar month of the model year."""

    hours: int
    mwh: float
    worth_usd: float
    """At the hub, less the fee of selling (physical), in dollars of ``currency_year``."""


def book_tails(b: pyo.Block, ppa: Ppa, key: LineKey) -> None:
    """Book what is left of an agreement after the horizon, on a line, by the period of its begin: data times ``ppa_signed_mw[k, tau]``.

    A sum below 0, nominal or as present value, is left out: no profit is counted beyond the horizon.
    """
    m = b.model()
    year = _year_of_a_mw(b, ppa)
    for tau in m.PERIODS:
        owed = _owed(b, ppa, year, tau)
        if owed.beyond_nominal > 0.0 and owed.beyond_present > 0.0:
            m.ledger.book(key, [(1.0, b.ppa_signed_mw[ppa.contract_id, tau])], owed)


def _owed(b: pyo.Block, ppa: Ppa, year: dict[int, MonthOfAMw], tau: int) -> Schedule:
    """Musd per MW from the end of the horizon to the end of the term of an agreement that begins in τ: strike less the hub's worth.

    The days of a month of the model year are used as often as in the horizon: real days over those of the model year.
    """
    m = b.model()
    rate = m.instance.escalation.power
    amounts: list[tuple[int, float]] = []
    for month in range(m.calendar.months, m.calendar.first_month(tau) + (ppa.term_months or 0)):
        yields = year[int(m.calendar.label(month)[-2:])]
        usd = ppa.strike_usd_per_mwh * yields.mwh - m.money.month_escalation(rate, month) * yields.worth_usd
        amounts.append((month, usd * m.calendar.month_hours(month) / yields.hours / 1e6))
    owed: Schedule = m.money.schedule(amounts)
    return owed


def _year_of_a_mw(b: pyo.Block, ppa: Ppa) -> dict[int, MonthOfAMw]:
    series = {series.name: series for series in b.model().instance.series}
    fee = ppa.sell_back_fee_usd_per_mwh if ppa.settlement == "physical" else 0.0
    year = {}
    for number in range(1, 13):
        price = month_values(series[ppa.hub_series], number) - fee
        share = np.ones_like(price) if ppa.profile_series is None else month_values(series[ppa.profile_series], number)
        year[number] = MonthOfAMw(len(price), float(share.sum()), float((price * share).sum()))
    return year
