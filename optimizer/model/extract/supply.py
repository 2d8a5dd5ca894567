"""Tables ppas, batteries and emissions: agreements and batteries in service, and what the energy of a site emits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from optimizer.core.instance import Site
from optimizer.core.offers import CLEAN_TECHNOLOGIES, Battery, Ppa
from optimizer.model.extract.dispatch import LOAD, SiteDispatch, volume_factor
from optimizer.model.extract.reading import chosen_sites, number, number_at

Row = Mapping[str, Any]
Floats = NDArray[np.float64]

DUTIES = ("shave_mw", "spare_mw", "cover_mw")
"""What the batteries of a site stand ready for together."""


def ppa_rows(m: pyo.ConcreteModel) -> Iterator[Row]:
    """Every period of every agreement signed, from the first with MW to the end of the horizon."""
    for b in _blocks(m):
        for ppa in b.site.ppas:
            mw = [number(b.ppa_mw[ppa.contract_id, t]) for t in m.PERIODS]
            begin = _first(mw)
            for t in m.PERIODS if begin is not None else ():
                if t >= begin:
                    yield {
                        "period": m.calendar.period_label(t),
                        "site_id": b.site.site_id,
                        "contract_id": ppa.contract_id,
                        "begins": int(t == begin),
                        "mw": mw[t],
                        "volume_mwh": mw[t] * float(volume_factor(b.hours, ppa, t) @ b.hours.weights(t)),
                    }


def battery_rows(m: pyo.ConcreteModel) -> Iterator[Row]:
    """Every period of every battery bought, from the first with MW; duties are those of all batteries of a site, laid on each by its MW."""
    for b in _blocks(m):
        mw = {battery.contract_id: [number(b.battery_mw[battery.contract_id, t]) for t in m.PERIODS] for battery in b.site.batteries}
        for battery in b.site.batteries:
            begin = _first(mw[battery.contract_id])
            for t in m.PERIODS if begin is not None else ():
                if t >= begin:
                    in_all = sum(values[t] for values in mw.values())
                    share = mw[battery.contract_id][t] / in_all if in_all else 0.0
                    yield _battery_row(b, battery, t, share)


def emission_rows(m: pyo.ConcreteModel, dispatch: Mapping[str, SiteDispatch]) -> Iterator[Row]:
    """Every period with load of every started site."""
    for b in _blocks(m):
        site = dispatch[b.site.site_id]
        for t, span in site.spans.items():
            load_mwh = site.mwh(*LOAD, t)
            if load_mwh:
                yield {
                    "period": m.calendar.period_label(t),
                    "site_id": b.site.site_id,
                    **_tonnes(b, site, t),
                    "matched_mwh": float(np.minimum(_clean_mw(b, site, t), site.flows[LOAD][span]) @ site.weights[span]),
                    "load_mwh": load_mwh,
                }


def _blocks(m: pyo.ConcreteModel) -> list[pyo.Block]:
    return [b for b, _ in chosen_sites(m)] if m.instance.has_contracts else []


def _first(mw: list[float]) -> int | None:
    return next((t for t, value in enumerate(mw) if value), None)


def _battery_row(b: pyo.Block, battery: Battery, t: int, share: float) -> Row:
    k = battery.contract_id
    spare = sum(number_at(b, "spare_cover_mw", gas.contract_id, t) for gas in b.site.onsite_gas)
    duties = (number_at(b, "shave_mw", t), spare, number_at(b, "cover_mw", t))
    return {
        "period": b.model().calendar.period_label(t),
        "site_id": b.site.site_id,
        "contract_id": k,
        "added_mw": number(b.battery_added_mw[k, t]),
        "added_mwh": number(b.battery_added_mwh[k, t]),
        "mw": number(b.battery_mw[k, t]),
        "mwh": number(b.battery_mwh[k, t]),
        **{duty: share * value for duty, value in zip(DUTIES, duties, strict=True)},
    }


def _clean_mw(b: pyo.Block, site: SiteDispatch, t: int) -> Floats:
    """Clean MW of agreements hour by hour: what is used of physical ones, the whole volume of financial ones."""
    clean = np.zeros(site.hours.count(t))
    for ppa in b.site.ppas:
        if _is_clean(ppa):
            if ppa.settlement == "physical":
                clean = clean + site.flows["own_use", ppa.contract_id][site.spans[t]]
            else:
                clean = clean + volume_factor(site.hours, ppa, t) * number(b.ppa_mw[ppa.contract_id, t])
    return clean


def _tonnes(b: pyo.Block, site: SiteDispatch, t: int) -> dict[str, float]:
    """Tonnes of a period by location and by market (docs/conventions.md, section Carbon)."""
    place: Site = b.site
    drawn = {tariff.contract_id: site.mwh("drawn", tariff.contract_id, t) for tariff in place.tariffs}
    used = {ppa.contract_id: site.mwh("own_use", ppa.contract_id, t) for ppa in place.ppas}
    gas_t = sum(gas.emissions_t_per_mwh * site.mwh("generated", gas.contract_id, t) for gas in place.onsite_gas)
    grid = place.grid_t_per_mwh
    rates = {tariff.contract_id: grid if tariff.emissions_t_per_mwh is None else tariff.emissions_t_per_mwh for tariff in place.tariffs}
    by_tariff = sum(rates[k] * mwh for k, mwh in drawn.items())
    by_agreement = sum(grid * used[ppa.contract_id] for ppa in place.ppas if not _is_clean(ppa))
    certified = sum(
        float(volume_factor(site.hours, ppa, t) @ site.hours.weights(t)) * number(b.ppa_mw[ppa.contract_id, t])
        for ppa in place.ppas
        if ppa.settlement == "financial" and _is_clean(ppa)
    )
    covered_t = min(grid * certified, grid * sum(drawn.values()), by_tariff)
    return {
        "location_t": grid * (sum(drawn.values()) + sum(used.values())) + gas_t,
        "market_t": by_tariff + by_agreement + gas_t - covered_t,
    }


def _is_clean(ppa: Ppa) -> bool:
    return ppa.technology in CLEAN_TECHNOLOGIES
