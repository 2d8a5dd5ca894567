"""Table power: every contract used, from its begin to the end of the horizon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyomo.environ as pyo

from optimizer.model.bills import RATCHET_MONTHS
from optimizer.model.tariffs import in_service
from optimizer.solve.extract.reading import DUST, chosen_sites, first_period, number


def power_rows(m: pyo.ConcreteModel) -> Iterator[Mapping[str, Any]]:
    """Every period of every contract used at a started site."""
    if not m.instance.has_contracts:
        return
    for b, _ in chosen_sites(m):
        for k in b.TARIFFS:
            begin = first_period(b.is_begun, k)
            if begin is not None and is_used(b, k):
                yield from _tariff_rows(b, k, begin)
        for k in b.GAS:
            units = [round(number(b.units[k, t])) for t in m.PERIODS]
            if any(units):
                yield from _gas_rows(b, k, units)


def is_used(b: pyo.Block, k: str) -> bool:
    """Whether a contract gives MW or moves money: one that does neither is a tie of the solver, not a decision."""
    m = b.model()
    entries = (entry for key, entry in m.ledger.entries.items() if (key.site_id, key.subject) == (b.site.site_id, k))
    moved = (terms for entry in entries for terms in (*entry.periods.values(), entry.beyond))
    booked = any(abs(amount * number(var)) > DUST for terms in moved for amount, var in terms)
    return booked or any(number(b.contracted_mw[k, t]) for t in m.PERIODS)


def _tariff_rows(b: pyo.Block, k: str, begin: int) -> Iterator[Mapping[str, Any]]:
    m = b.model()
    tariff = b.tariffs[k]
    for t in range(begin, m.calendar.periods):
        contracted = number(b.contracted_mw[k, t])
        energy_mwh = number(b.drawn_mw[k, t]) * m.calendar.hours(t)
        leaves = k in b.EXIT_TARIFFS and t == m.PERIODS.last() and round(number(b.leaves[k])) == 1
        yield {
            "period": m.calendar.period_label(t),
            "site_id": b.site.site_id,
            "contract_id": k,
            "contracted_mw": contracted,
            "firm_mw": contracted,
            "energy_mwh": energy_mwh,
            "billed_mw": _billed_mw(b, k, t, begin),
            "kind": tariff.kind,
            "begins": int(t == begin),
            "exits": round(number(b.exits[k, t])) if k in b.EXIT_TARIFFS else 0,
            "leaves": int(leaves),
            "peak_mw": number(b.peak_mw[k, t]),
            "billed_mwh": max(energy_mwh, tariff.min_energy_fraction * contracted * m.calendar.hours(t)),
            "units": 0,
            "extra_mw": 0.0,
            "spare_cover_mw": 0.0,
        }


def _billed_mw(b: pyo.Block, k: str, t: int, begin: int) -> float:
    """Billed demand: the largest of peak, ratchet and minimum take (also where demand costs nothing)."""
    tariff = b.tariffs[k]
    bounds = [number(b.peak_mw[k, t]), tariff.min_take_fraction * number(b.contracted_mw[k, t])]
    if round(number(in_service(b, k, t))) == 1:
        back = RATCHET_MONTHS // b.model().calendar.months_per_period
        bounds += [tariff.ratchet_fraction * number(b.peak_mw[k, tau]) for tau in range(max(begin, t - back), t)]
    return float(max(bounds))


def _gas_rows(b: pyo.Block, k: str, units: list[int]) -> Iterator[Mapping[str, Any]]:
    m = b.model()
    gas = b.gas[k]
    begin = next(t for t, count in enumerate(units) if count)
    for t in range(begin, m.calendar.periods):
        energy_mwh = number(b.gas_drawn_mw[k, t]) * m.calendar.hours(t)
        yield {
            "period": m.calendar.period_label(t),
            "site_id": b.site.site_id,
            "contract_id": k,
            "contracted_mw": units[t] * gas.unit_mw,
            "firm_mw": gas.unit_mw * max(units[t] - gas.spare_units, 0),
            "energy_mwh": energy_mwh,
            "billed_mw": 0.0,
            "kind": "onsite_gas",
            "begins": int(t == begin),
            "exits": 0,
            "leaves": 0,
            "peak_mw": number(b.gas_peak_mw[k, t]),
            "billed_mwh": energy_mwh,
            "units": units[t],
            "extra_mw": 0.0,
            "spare_cover_mw": 0.0,
        }
