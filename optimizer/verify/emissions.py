"""Tonnes of the flows of a site, by the basis of the instance (docs/conventions.md, section Carbon)."""

from __future__ import annotations

from optimizer.core.offers import CLEAN_TECHNOLOGIES
from optimizer.verify.case import Case
from optimizer.verify.columns import Key
from optimizer.verify.hours import Floats


def tonnes_per_mwh(case: Case) -> dict[Key, float]:
    """Rate of every flow that emits."""
    is_market, grid_rate = case.year.instance.carbon.basis == "market", case.site.grid_t_per_mwh
    rates: dict[Key, float] = {}
    for grid in case.standing.grids:
        own = grid.offer.emissions_t_per_mwh if is_market else None
        rates["drawn", grid.offer.contract_id] = grid_rate if own is None else own
    for units in case.standing.units:
        rates["generated", units.offer.contract_id] = units.offer.emissions_t_per_mwh
    for agreement in case.standing.agreements:
        is_free = is_market and agreement.offer.technology in CLEAN_TECHNOLOGIES
        if agreement.offer.settlement == "physical" and not is_free:
            rates["own_use", agreement.offer.contract_id] = grid_rate
    return {key: rate for key, rate in rates.items() if rate}


def certified_mwh(case: Case) -> float:
    """MWh of clean financial agreements, whose certificates cover what is drawn (0 where emissions count by location)."""
    if case.year.instance.carbon.basis != "market":
        return 0.0
    return sum(
        float(case.weights @ case.volume(agreement.offer)) * agreement.mw
        for agreement in case.standing.agreements
        if agreement.offer.settlement == "financial" and agreement.offer.technology in CLEAN_TECHNOLOGIES
    )


def tonnes(case: Case, flows: dict[Key, Floats]) -> float:
    """Tonnes of a period."""
    rates = tonnes_per_mwh(case)
    mwh = {key: float(case.weights @ mw) for key, mw in flows.items()}
    drawn = sum(value for (flow, _), value in mwh.items() if flow == "drawn")
    emitted = sum(rate * mwh.get(key, 0.0) for key, rate in rates.items())
    by_tariff = sum(rate * mwh.get(key, 0.0) for key, rate in rates.items() if key[0] == "drawn")
    return emitted - min(case.site.grid_t_per_mwh * min(certified_mwh(case), drawn), by_tariff)
