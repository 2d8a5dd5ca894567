"""Coincident charges of rate schedules: MW drawn while the system peaks, each hour at a price, or the highest of several hours."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.core.calendar import Calendar
from optimizer.core.offers import CoincidentCharge
from optimizer.model.hourly import mwh_terms
from optimizer.model.ledger import LineKey, linear
from optimizer.model.tariffs import KW_PER_MW


def coincident_highest(b: pyo.Block, k: str, c: str, i: int, *hour: int) -> Any:
    r"""Charge the highest MW drawn in any of the hours that a coincident charge names in a month, or in a year.

    .. math:: x_{k,c,i} \ge g_{k,t,h} \quad \text{where } \bar m_{c,t,h} > 0 \qquad [\mathrm{MW}]

    =======================  =================================  =====  ================================================
    Symbol                   Component                          Unit   Meaning
    =======================  =================================  =====  ================================================
    :math:`x_{k,c,i}`        ``coincident_mw[k, c, i]``         MW     highest draw in the hours that are paid in month i
    :math:`g_{k,t,h}`        ``drawn_mw[k, t, h]``              MW     MW drawn from contract k
    :math:`\bar m_{c,t,h}`   ``hours.marked_share``             1      share of the hours that the charge names
    =======================  =================================  =====  ================================================

    The highest of a calendar year is paid in the month of the last of its hours within the horizon.
    """
    return 0.0, linear([(1.0, b.coincident_mw[k, c, i]), (-1.0, b.drawn_mw[(k, *hour)])]), None


def add_coincident(b: pyo.Block) -> None:
    """Declare and book the coincident charges of the rates of a site."""
    rates = {k: tariff.rate for k, tariff in b.tariffs.items() if tariff.rate is not None}
    charges = {(k, each.name): each for k, rate in rates.items() for each in rate.coincident if each.usd_per_kw}
    months = {(*index, i): of for index, each in charges.items() if each.highest_of for i, of in _groups(b.model().calendar, each).items()}
    rows = [(*index, t, h) for index, of in months.items() for t, h in _marked(b, charges[index[0], index[1]], of)]
    b.coincident_mw = pyo.Var(list(dict.fromkeys(row[:3] for row in rows)), within=pyo.NonNegativeReals)
    b.coincident_highest = pyo.Constraint(rows, rule=coincident_highest)
    for k, c, i in b.coincident_mw:
        _book(b, k, charges[k, c], i // b.model().calendar.months_per_period, [(1.0, b.coincident_mw[k, c, i])])
    for (k, _), each in charges.items():
        if not each.highest_of:
            _book_each(b, k, each)


def _groups(calendar: Calendar, charge: CoincidentCharge) -> dict[int, list[int]]:
    """Months of the horizon whose hours are paid together, by the last of them, in which they are paid."""
    named = [i for i in range(calendar.months) if charge.hours_of(int(calendar.label(i)[-2:]))]
    if charge.highest_of == "month":
        return {i: [i] for i in named}
    of_year = [[i for i in named if calendar.year(i) == year] for year in dict.fromkeys(calendar.year(i) for i in named)]
    return {months[-1]: months for months in of_year}


def _marked(b: pyo.Block, charge: CoincidentCharge, months: list[int]) -> list[tuple[int, int]]:
    """Periods and positions of the typical hours that stand for an hour of the charge in some months."""
    calendar, found = b.model().calendar, []
    for i in months:
        t = i // calendar.months_per_period
        if t in b.weight_h:
            shares = b.hours.marked_share(charge.hours_of(int(calendar.label(i)[-2:])), t).tolist()
            found += [(t, h) for h, share in enumerate(shares) if share > 0.0]
    return list(dict.fromkeys(found))


def _book_each(b: pyo.Block, k: str, charge: CoincidentCharge) -> None:
    for t in b.weight_h:
        shares = b.hours.marked_share(charge.hours, t).tolist()
        drawn = mwh_terms(b, b.drawn_mw, k, t)
        _book(b, k, charge, t, [(share * weight, var) for share, (weight, var) in zip(shares, drawn, strict=True) if share])


def _book(b: pyo.Block, k: str, charge: CoincidentCharge, t: int, mw: list[tuple[float, Any]]) -> None:
    m = b.model()
    grown = m.money.escalation(m.instance.escalation.power, t) / 1e6
    key = LineKey(b.site.site_id, "operations", "coincident", k)
    m.ledger.book_period(key, mw, t, charge.usd_per_kw * KW_PER_MW * grown)
