"""What a site costs and what is left of it: land, building work, liquid cooling, lease, staff; the siting decisions are in ``siting``."""

from __future__ import annotations

import pyomo.environ as pyo

from optimizer.core.finance import s_curve
from optimizer.core.instance import Mode
from optimizer.model.ledger import LineKey, Terms, change


def book_site(b: pyo.Block, mode: Mode) -> None:
    """Book what a mode of a site costs: its start, and the capacity that is added."""
    _book_start(b, mode)
    _book_capacity(b, mode)


def _book_start(b: pyo.Block, mode: Mode) -> None:
    m = b.model()
    for t in m.PERIODS:
        starts = change(b.is_started, mode.mode, t)
        first = m.calendar.first_month(t)
        land = m.money.schedule([(first, mode.land_musd)])
        m.ledger.book(_key(b, mode, "capital", "land"), starts, land)
        m.ledger.book_end(_key(b, mode, "residual", "land"), starts, -mode.land_musd)
        fixed = m.money.schedule(s_curve(first, mode.lead_months, mode.fixed_cost_musd))
        m.ledger.book(_key(b, mode, "capital", "construction"), starts, fixed)
        if not mode.lease_usd_per_kw_month:
            m.ledger.book_end(_key(b, mode, "residual", "buildings"), starts, -mode.fixed_cost_musd * mode.residual_fraction)
        _book_lease(b, mode, t, [(mode.initial_it_mw * share, var) for share, var in starts])


def _book_capacity(b: pyo.Block, mode: Mode) -> None:
    m = b.model()
    for t in m.PERIODS:
        added = change(b.constructed_it_mw, mode.mode, t)
        _book_works(b, mode, t, "construction", (mode.capex_musd_per_mw, added))
        if mode.cooling == "air" and mode.liquid_adder_musd_per_mw is not None:
            equipped = change(b.liquid_it_mw, mode.mode, t)
            _book_works(b, mode, t, "liquid_cooling", (mode.liquid_adder_musd_per_mw, equipped))
        _book_lease(b, mode, t, added)
        staff = mode.staff_musd_per_mw_year / 12.0 * m.calendar.months_per_period
        in_service: Terms = [(1.0, b.constructed_it_mw[mode.mode, t]), (mode.initial_it_mw, b.is_started[mode.mode, t])]
        escalated = staff * m.money.escalation(m.instance.escalation.staff, t)
        m.ledger.book_period(_key(b, mode, "operations", "staff"), in_service, t, escalated)


def _book_works(b: pyo.Block, mode: Mode, t: int, line: str, priced: tuple[float, Terms]) -> None:
    """Book building work of ``musd per MW`` for MW that enter service in t, and its residual value."""
    m = b.model()
    musd_per_mw, added = priced
    curve = s_curve(m.calendar.first_month(t) - mode.lead_months, mode.lead_months, musd_per_mw)
    m.ledger.book(_key(b, mode, "capital", line), added, m.money.schedule(curve))
    if not mode.lease_usd_per_kw_month:
        m.ledger.book_end(_key(b, mode, "residual", "buildings"), added, -musd_per_mw * mode.residual_fraction)


def _book_lease(b: pyo.Block, mode: Mode, t: int, mw: Terms) -> None:
    m = b.model()
    if not mode.lease_usd_per_kw_month:
        return
    first = m.calendar.first_month(t)
    last = max(m.calendar.months, first + mode.lease_months)
    rent_musd = mode.lease_usd_per_kw_month * 1000.0 / 1e6
    rate = m.instance.escalation.lease
    rents = [(i, rent_musd * m.money.month_escalation(rate, i)) for i in range(first + mode.free_rent_months, last)]
    m.ledger.book(_key(b, mode, "lease", "lease"), mw, m.money.schedule(rents))


def _key(b: pyo.Block, mode: Mode, group: str, line: str) -> LineKey:
    return LineKey(b.site.site_id, group, line, mode.mode)
