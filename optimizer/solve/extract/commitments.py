"""Table commitments: what the plan signs, by when, and what of it is lost if all stops right after.

``committed_musd`` is nominal and without escalation: what the signature binds to. ``nonrefundable_musd`` is the part that
cannot be got back after signing; ``exit_musd`` the fee for leaving, where one is agreed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pyomo.environ as pyo

from optimizer.instance import Rental
from optimizer.model.fleet import THOUSAND, hardware_usd, payment_shares
from optimizer.model.ledger import Entry, LineKey
from optimizer.model.tariffs import KW_PER_MW
from optimizer.offers import OnsiteGas, Tariff
from optimizer.solve.extract.power import is_used
from optimizer.solve.extract.reading import DUST, chosen_sites, first_period, gained, number

Row = Mapping[str, Any]


def commitment_rows(m: pyo.ConcreteModel) -> Iterator[Row]:
    """Construction and land, leases, GPU orders, power contracts, on-site units and rental offers."""
    for b, mode in chosen_sites(m):
        yield from _site_rows(b, mode)
        yield from _order_rows(b)
        if m.instance.has_contracts:
            yield from _power_rows(b)
    for offer in m.rental_offers.values():
        yield from _rental_rows(m, offer)


class _Sums(NamedTuple):
    """What a signature binds to, what of it is lost for good, and what leaving costs."""

    committed_musd: float
    nonrefundable_musd: float
    exit_musd: float = 0.0


def _row(m: pyo.ConcreteModel, month: int, subject: tuple[str, str], sums: _Sums) -> Row:
    site_id, name = subject
    return {"sign_by": m.calendar.label(max(month, 0)), "site_id": site_id, "subject": name, **sums._asdict()}


def _site_rows(b: pyo.Block, mode: str) -> Iterator[Row]:
    m = b.model()
    data = b.modes[mode]
    start = first_period(b.is_started, mode)
    last = m.PERIODS.last()
    if start is None:
        return
    month = m.calendar.first_month(start)
    if data.land_musd:
        yield _row(m, month, (b.site.site_id, "land"), _Sums(data.land_musd, 0.0))
    added = number(b.constructed_it_mw[mode, last])
    works = data.fixed_cost_musd + data.capex_musd_per_mw * added
    if mode in b.ADDER_MODES:
        works += data.liquid_adder_musd_per_mw * number(b.liquid_it_mw[mode, last])
    if works:
        # A builder is paid for what stands: right after signature only the works of the first period are lost.
        yield _row(m, month, (b.site.site_id, f"construction ({mode})"), _Sums(works, _paid_at_start(b, mode, start)))
    if data.lease_usd_per_kw_month and data.lease_months:
        rent = data.lease_usd_per_kw_month * KW_PER_MW / 1e6 * (added + data.initial_it_mw)
        owed = rent * max(data.lease_months - data.free_rent_months, 0)
        yield _row(m, month, (b.site.site_id, f"lease ({mode})"), _Sums(owed, owed))


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
                yield _row(m, order_month, (b.site.site_id, f"{g} order"), _Sums(musd, musd * at_order))


def _power_rows(b: pyo.Block) -> Iterator[Row]:
    for k, tariff in b.tariffs.items():
        begin = first_period(b.is_begun, k)
        if begin is not None and is_used(b, k):
            yield _tariff_row(b, tariff, begin)
    for gas in b.gas.values():
        yield from _gas_rows(b, gas)


def _tariff_row(b: pyo.Block, tariff: Tariff, begin: int) -> Row:
    m = b.model()
    contracted = max(number(b.contracted_mw[tariff.contract_id, t]) for t in m.PERIODS)
    month = m.calendar.first_month(begin)
    hours = sum(m.calendar.month_hours(i) for i in range(month, month + (tariff.term_months or 0)))
    demand = tariff.min_take_fraction * contracted * KW_PER_MW * tariff.demand_usd_per_kw_month * (tariff.term_months or 0)
    energy = tariff.min_energy_fraction * contracted * hours * tariff.energy_usd_per_mwh
    takes = (demand + energy + tariff.fixed_usd_per_month * (tariff.term_months or 0)) / 1e6
    bound = takes if tariff.exit_musd is None else min(takes, tariff.exit_musd)
    committed = tariff.customer_capex_musd + tariff.deposit_musd + takes
    lost = tariff.customer_capex_musd + bound
    subject = (b.site.site_id, tariff.contract_id)
    return _row(m, month - tariff.sign_lead_months, subject, _Sums(committed, lost, tariff.exit_musd or 0.0))


def _gas_rows(b: pyo.Block, gas: OnsiteGas) -> Iterator[Row]:
    m = b.model()
    k = gas.contract_id
    units = [round(number(b.units[k, t])) for t in m.PERIODS]
    for t, (before, now) in enumerate(zip([0, *units], units, strict=False)):
        if now <= before:
            continue
        kw = (now - before) * gas.unit_mw * KW_PER_MW
        rent = (gas.rent_usd_per_kw_month or 0.0) * gas.min_months
        musd = kw * (rent + (gas.buy_usd_per_kw or 0.0)) / 1e6
        yield _row(m, m.calendar.first_month(t) - gas.sign_lead_months, (b.site.site_id, k), _Sums(musd, musd))


def _rental_rows(m: pyo.ConcreteModel, offer: Rental) -> Iterator[Row]:
    for t in m.PERIODS:
        gpus = THOUSAND * number(m.begun_gpus[offer.name, t])
        if gpus:
            first = m.calendar.first_month(t)
            hours = sum(m.calendar.month_hours(i) for i in range(first, first + offer.min_months))
            rent = gpus * hours * offer.usd_per_gpu_hour / 1e6
            yield _row(m, first, ("", offer.name), _Sums(rent, rent * (1.0 - offer.relet_fraction)))
