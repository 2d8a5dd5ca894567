"""Tables power and bills: every contract used, from its begin to the end of the horizon, and what rates bill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

import pyomo.environ as pyo

from optimizer.core.offers import OnsiteGas, Tariff
from optimizer.model.bills import RATCHET_MONTHS
from optimizer.model.extract.dispatch import SiteDispatch
from optimizer.model.extract.reading import DUST, chosen_sites, first_period, gained, number, number_at
from optimizer.model.minimum_bill import MINIMUM_BILL
from optimizer.model.tariffs import in_service

Row = Mapping[str, Any]


def power_rows(m: pyo.ConcreteModel, dispatch: Mapping[str, SiteDispatch]) -> Iterator[Row]:
    """Every period of every tariff and gas offer used at a started site."""
    for b in _blocks(m):
        flows = dispatch[b.site.site_id]
        for tariff, begin in used_tariffs(b):
            yield from _tariff_rows(b, tariff, begin, flows)
        for gas in b.site.onsite_gas:
            units = [round(number(b.units[gas.contract_id, t])) for t in m.PERIODS]
            if any(units):
                yield from _gas_rows(b, gas, units, flows)


def bill_rows(m: pyo.ConcreteModel, dispatch: Mapping[str, SiteDispatch]) -> Iterator[Row]:
    """What rates bill by charge and tier, and the top-ups to minimum bills; tiers are counted from 1, and 0 where there are none."""
    for b in _blocks(m):
        for tariff, begin in used_tariffs(b):
            for t in range(begin, m.calendar.periods):
                named = {"period": m.calendar.period_label(t), "site_id": b.site.site_id, "contract_id": tariff.contract_id}
                for charge, tier, billed, unit in _billed(b, tariff, t, dispatch[b.site.site_id]):
                    if billed:
                        yield {**named, "charge": charge, "tier": tier, "billed": billed, "unit": unit}


def used_tariffs(b: pyo.Block) -> list[tuple[Tariff, int]]:
    """Tariffs of a site that are used, each with the period of its begin."""
    begins = ((tariff, first_period(b.is_begun, tariff.contract_id)) for tariff in b.site.tariffs)
    return [(tariff, begin) for tariff, begin in begins if begin is not None and _is_used(b, tariff.contract_id)]


def _is_used(b: pyo.Block, k: str) -> bool:
    """Whether a contract gives MW, moves money or ends a used interruptible one: else it is a tie of the solver, not a decision."""
    m = b.model()
    if any(number(b.contracted_mw[k, t]) for t in m.PERIODS):
        return True
    if any(other.converts_to == k and first_period(b.is_begun, c) is not None and _is_used(b, c) for c, other in b.tariffs.items()):
        return True
    entries = (entry for key, entry in m.ledger.entries.items() if (key.site_id, key.subject) == (b.site.site_id, k))
    moved = (terms for entry in entries for terms in (*entry.periods.values(), entry.beyond))
    return any(abs(amount * number(var)) > DUST for terms in moved for amount, var in terms)


def _blocks(m: pyo.ConcreteModel) -> list[pyo.Block]:
    return [b for b, _ in chosen_sites(m)] if m.instance.has_contracts else []


def _tariff_rows(b: pyo.Block, tariff: Tariff, begin: int, flows: SiteDispatch) -> Iterator[Row]:
    m = b.model()
    k = tariff.contract_id
    for t in range(begin, m.calendar.periods):
        contracted = number(b.contracted_mw[k, t])
        energy_mwh = flows.mwh("drawn", k, t)
        leaves = k in b.EXIT_TARIFFS and t == m.PERIODS.last() and round(number(b.leaves[k])) == 1
        yield {
            "period": m.calendar.period_label(t),
            "site_id": b.site.site_id,
            "contract_id": k,
            "contracted_mw": contracted,
            "firm_mw": contracted,
            "energy_mwh": energy_mwh,
            "billed_mw": _billed_mw(b, tariff, t, begin),
            "kind": tariff.kind,
            "begins": int(t == begin),
            "exits": round(gained(b.is_left, k, t)) if k in b.EXIT_TARIFFS else 0,
            "leaves": int(leaves),
            "peak_mw": number_at(b, "peak_mw", k, t),
            "billed_mwh": max(energy_mwh, tariff.min_energy_fraction * contracted * m.calendar.hours(t)),
            "units": 0,
            "extra_mw": number_at(b, "extra_mw", k, t),
            "spare_cover_mw": 0.0,
        }


def _billed_mw(b: pyo.Block, tariff: Tariff, t: int, begin: int) -> float:
    """Billed demand: the largest of peak, ratchet and minimum take (also where demand costs nothing)."""
    k = tariff.contract_id
    bounds = [number_at(b, "peak_mw", k, t), tariff.min_take_fraction * number(b.contracted_mw[k, t])]
    if round(number(in_service(b, k, t))) == 1:
        back = RATCHET_MONTHS // b.model().calendar.months_per_period
        bounds += [tariff.ratchet_fraction * number_at(b, "peak_mw", k, tau) for tau in range(max(begin, t - back), t)]
    return float(max(bounds))


def _billed(b: pyo.Block, tariff: Tariff, t: int, flows: SiteDispatch) -> Iterator[tuple[str, int, float, str]]:
    """Charge, tier, what is billed in a period and its unit."""
    k = tariff.contract_id
    if tariff.rate is not None:
        for energy in tariff.rate.energy:
            tiers = [number_at(b, "tier_mwh", k, energy.name, j, t) for j in range(len(energy.tiers))]
            if not any(tiers):  # a charge without tiers has no such variable
                tiers = [flows.mwh_within(("drawn", k), energy.window, t)]
            yield from ((energy.name, j + 1, mwh, "MWh") for j, mwh in enumerate(tiers))
        for demand in tariff.rate.demand:
            yield demand.name, 0, number_at(b, "demand_mw", k, demand.name, t), "MW"
    yield MINIMUM_BILL, 0, number_at(b, "top_up_musd", k, t), "musd"


def _gas_rows(b: pyo.Block, gas: OnsiteGas, units: list[int], flows: SiteDispatch) -> Iterator[Row]:
    m = b.model()
    k = gas.contract_id
    begin = next(t for t, count in enumerate(units) if count)
    yielded_mw = gas.unit_mw * (1.0 - gas.derate_fraction)
    fed_mw = inf if gas.gas_mmbtu_per_day_max is None else gas.gas_mmbtu_per_day_max / (24.0 * gas.heat_rate_mmbtu_per_mwh)
    for t in range(begin, m.calendar.periods):
        energy_mwh = flows.mwh("generated", k, t)
        spare_cover_mw = number_at(b, "spare_cover_mw", k, t)
        yield {
            "period": m.calendar.period_label(t),
            "site_id": b.site.site_id,
            "contract_id": k,
            "contracted_mw": units[t] * gas.unit_mw,
            "firm_mw": min(max(yielded_mw * (units[t] - gas.spare_units) + spare_cover_mw, 0.0), fed_mw),
            "energy_mwh": energy_mwh,
            "billed_mw": 0.0,
            "kind": "onsite_gas",
            "begins": int(t == begin),
            "exits": 0,
            "leaves": 0,
            "peak_mw": number_at(b, "gas_peak_mw", k, t),
            "billed_mwh": energy_mwh,
            "units": units[t],
            "extra_mw": number_at(b, "gas_extra_mw", k, t),
            "spare_cover_mw": spare_cover_mw,
        }
