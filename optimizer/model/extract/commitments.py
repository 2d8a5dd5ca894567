"""Table commitments: what the plan signs, by when, and what of it is lost if all stops right after.

``committed_musd`` is nominal and without escalation: what the signature binds to. ``nonrefundable_musd`` is the part that
cannot be got back after signing; ``exit_musd`` the fee for leaving, where one is agreed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyomo.environ as pyo

from optimizer.core.instance import Rental
from optimizer.model.extract.reading import DUST, chosen_sites, first_period, gained, number
from optimizer.model.extract.signatures import Row, Sums, power_signatures, signature
from optimizer.model.hardware import THOUSAND, hardware_usd, payment_shares
from optimizer.model.ledger import Entry, LineKey
from optimizer.model.tariffs import KW_PER_MW


def commitment_rows(m: pyo.ConcreteModel) -> Iterator[Row]:
    """Construction and land, leases, GPU orders, power contracts, on-site units and rental offers."""
    for b, mode in chosen_sites(m):
        yield from _site_rows(b, mode)
        yield from _order_rows(b)
        if m.instance.has_contracts:
            yield from power_signatures(b)
    for offer in m.rental_offers.values():
        yield from _rental_rows(m, offer)


def _site_rows(b: pyo.Block, mode: str) -> Iterator[Row]:
    m = b.model()
    data = b.modes[mode]
    start = first_period(b.is_started, mode)
    last = m.PERIODS.last()
    if start is None:
        return
    month = m.calendar.first_month(start)
    if data.land_musd:
        yield signature(m, month, (b.site.site_id, "land"), Sums(data.land_musd, 0.0))
    added = number(b.constructed_it_mw[mode, last])
    works = data.fixed_cost_musd + data.capex_musd_per_mw * added
    if mode in b.ADDER_MODES:
        works += data.liquid_adder_musd_per_mw * number(b.liquid_it_mw[mode, last])
    if works:
        # A builder is paid for what stands: right after signature only the works of the first period are lost.
        yield signature(m, month, (b.site.site_id, f"construction ({mode})"), Sums(works, _paid_at_start(b, mode, start)))
    if data.lease_usd_per_kw_month and data.lease_months:
        rent = data.lease_usd_per_kw_month * KW_PER_MW / 1e6 * (added + data.initial_it_mw)
        owed = rent * max(data.lease_months - data.free_rent_months, 0)
        yield signature(m, month, (b.site.site_id, f"lease ({mode})"), Sums(owed, owed))


def _paid_at_start(b: pyo.Block, mode: str, start: int) -> float:
    entry = b.model().ledger.entries.get(LineKey(b.site.site_id, "capital", "construction", mode), Entry())
    return float(sum(amount * number(var) for amount, var in entry.periods.get(start, [])))


def _order_rows(b: pyo.Block) -> Iterator[Row]:
    m = b.model()
    for g, gpu in b.gpus.items():
        usd = sum(hardware_usd(gpu).values())
        for t in m.PERIODS:
            musd = THOUSAND * gained(b.received, g, t) * usd / 1e6
            if musd > DUST:
                (order_month, at_order), _ = payment_shares(gpu, m.calendar.first_month(t))
                yield signature(m, order_month, (b.site.site_id, f"{g} order"), Sums(musd, musd * at_order))


def _rental_rows(m: pyo.ConcreteModel, offer: Rental) -> Iterator[Row]:
    for t in m.PERIODS:
        gpus = THOUSAND * number(m.begun_gpus[offer.name, t])
        if gpus:
            first = m.calendar.first_month(t)
            hours = sum(m.calendar.month_hours(i) for i in range(first, first + offer.min_months))
            rent = gpus * hours * offer.usd_per_gpu_hour / 1e6
            yield signature(m, first, ("", offer.name), Sums(rent, rent * (1.0 - offer.relet_fraction)))
