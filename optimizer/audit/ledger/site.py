"""Ledger lines of buildings: land, construction, liquid cooling, lease, staff and what is left of them at the end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.audit.comparison import FloatArray
from optimizer.audit.money import Flow, total
from optimizer.audit.paths import Case, SitePath

Booked = Iterator[tuple[str, Flow]]
"""Site (empty: none) and flow of a ledger line."""


def land(case: Case) -> Booked:
    """Land, in the period of the start."""
    for path in started(case):
        yield path.site.site_id, case.purser.dated(start_month(case, path), path.mode.land_musd)


def construction(case: Case) -> Booked:
    """MW added over the lead time before their service, and the fixed cost over the lead time after the start."""
    for path in started(case):
        lead = path.mode.lead_months
        added = case.purser.s_curve(case.clock.first - lead, lead, path.mode.capex_musd_per_mw * path.added)
        start = np.array([start_month(case, path)], dtype=np.int64)
        yield path.site.site_id, added + case.purser.s_curve(start, lead, np.array([path.mode.fixed_cost_musd]))


def liquid_cooling(case: Case) -> Booked:
    """MW equipped for liquid cooling, paid as construction."""
    for path in started(case):
        lead = path.mode.lead_months
        musd = (path.mode.liquid_adder_musd_per_mw or 0.0) * path.newly_equipped
        yield path.site.site_id, case.purser.s_curve(case.clock.first - lead, lead, musd)


def lease(case: Case) -> Booked:
    """Rent of each vintage of MW after its free months, to the end of the horizon or of its lease, whichever is later."""
    for path in started(case):
        flows = []
        for vintage, mw in enumerate(vintages(path)):
            service = vintage * case.clock.step
            months = range(service + path.mode.free_rent_months, max(case.clock.months, service + path.mode.lease_months))
            if mw > 0 and len(months) > 0:
                musd = path.mode.lease_usd_per_kw_month * mw * 1000.0 / 1e6
                growth = case.growth_in(case.instance.escalation.lease, months)
                flows.append(case.purser.dated(np.array(months), musd * growth))
        yield path.site.site_id, total(case.purser, flows)


def staff(case: Case) -> Booked:
    """Staff per MW built and month."""
    growth = case.growth(case.instance.escalation.staff)
    for path in started(case):
        musd = path.mode.staff_musd_per_mw_year / 12.0 * path.built * case.clock.step * growth
        yield path.site.site_id, case.purser.by_period(musd)


def residual_buildings(case: Case) -> Booked:
    """Share of construction and liquid cooling that is left at the end; none of a leased building."""
    for path in started(case):
        mode = path.mode
        liquid = (mode.liquid_adder_musd_per_mw or 0.0) * float(path.newly_equipped.sum())
        cost = mode.capex_musd_per_mw * float(path.added.sum()) + mode.fixed_cost_musd + liquid
        if mode.lease_usd_per_kw_month == 0:
            yield path.site.site_id, case.purser.at_end(-mode.residual_fraction * cost)


def residual_land(case: Case) -> Booked:
    """The whole price of the land."""
    for path in started(case):
        yield path.site.site_id, case.purser.at_end(-path.mode.land_musd)


def started(case: Case) -> list[SitePath]:
    """Sites whose start lies in the horizon."""
    return [path for path in case.sites.values() if path.start < case.clock.count]


def start_month(case: Case, path: SitePath) -> int:
    """First month of the period of the start."""
    return path.start * case.clock.step


def vintages(path: SitePath) -> FloatArray:
    """MW of IT capacity that enter service in each period, those that stand from the start with it."""
    return np.diff(path.built, prepend=0.0)
