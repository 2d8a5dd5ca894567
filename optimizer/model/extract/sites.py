"""Tables construction, fleet and load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyomo.environ as pyo

from optimizer.model.extract.dispatch import LOAD, SiteDispatch, mean_it_mw
from optimizer.model.extract.reading import chosen_sites, gained, number
from optimizer.model.fleet import initial_gpus, it_peak_mw, online, powered
from optimizer.model.hardware import THOUSAND
from optimizer.model.siting import it_capacity_of_mode


def construction_rows(m: pyo.ConcreteModel) -> Iterator[Mapping[str, Any]]:
    """Every period of every started site, under its mode."""
    for b, mode in chosen_sites(m):
        for t in m.PERIODS:
            yield {
                "period": m.calendar.period_label(t),
                "site_id": b.site.site_id,
                "mode": mode,
                "started": round(gained(b.is_started, mode, t)),
                "built_it_mw": number(it_capacity_of_mode(b, mode, t)),
                "added_it_mw": gained(b.constructed_it_mw, mode, t),
                "liquid_it_mw": number(b.liquid_it_mw[mode, t]) if mode in b.ADDER_MODES else 0.0,
            }


def fleet_rows(m: pyo.ConcreteModel) -> Iterator[Mapping[str, Any]]:
    """Every period of every GPU model that is ever at a started site."""
    for b, _ in chosen_sites(m):
        for g in b.GPUS:
            standing = [_gpus(online(b, g, t)) for t in m.PERIODS]
            delivered = [_whole(b, g, THOUSAND * gained(b.received, g, t)) for t in m.PERIODS]
            if not any(standing) and not any(delivered):
                continue
            ordered = _ordered(b, g, delivered)
            for t in m.PERIODS:
                yield {
                    "period": m.calendar.period_label(t),
                    "site_id": b.site.site_id,
                    "gpu": g,
                    "ordered": ordered[t],
                    "delivered": delivered[t],
                    "online": standing[t],
                    "retired": _retired(b, g, t, delivered),
                    "powered": _gpus(powered(b, g, t)),
                    "exempt_delivered": _exempt(b, g, t, delivered[t]),
                }


def load_rows(m: pyo.ConcreteModel, dispatch: Mapping[str, SiteDispatch]) -> Iterator[Mapping[str, Any]]:
    """Every period of every started site: IT peak, facility peak and energy."""
    for b, _ in chosen_sites(m):
        for t in m.PERIODS:
            it_mw = number(it_peak_mw(b, t))
            by_hour = dispatch.get(b.site.site_id)
            mean_mwh = b.site.annual_pue * mean_it_mw(b, t) * m.calendar.hours(t)
            yield {
                "period": m.calendar.period_label(t),
                "site_id": b.site.site_id,
                "it_mw": it_mw,
                "facility_peak_mw": b.site.peak_facility_ratio * it_mw,
                "facility_mwh": mean_mwh if by_hour is None else by_hour.mwh(*LOAD, t),
            }


def _gpus(kgpus: Any) -> float:
    return round(THOUSAND * number(kgpus), 6)


def _whole(b: pyo.Block, g: str, gpus: float) -> float:
    return float(round(gpus)) if b.gpus[g].lot else round(gpus, 6)


def _ordered(b: pyo.Block, g: str, delivered: list[float]) -> list[float]:
    calendar = b.model().calendar
    ordered = [0.0] * len(delivered)
    for t, gpus in enumerate(delivered):
        month = max(calendar.first_month(t) - b.gpus[g].order_lead_months, 0)
        ordered[month // calendar.months_per_period] += gpus
    return ordered


def _retired(b: pyo.Block, g: str, t: int, delivered: list[float]) -> float:
    gpu = b.gpus[g]
    lifetime = b.model().calendar.lag_periods(gpu.lifetime_months)
    if t == lifetime:
        return delivered[0] + initial_gpus(b, gpu)
    return delivered[t - lifetime] if t > lifetime else 0.0


def _exempt(b: pyo.Block, g: str, t: int, delivered: float) -> float:
    if g in b.EXEMPT_GPUS:
        return _gpus(b.exempt_delivered[g, t])
    return delivered if b.site.sales_tax_exempt == "true" and b.site.exempt_min_musd == 0 else 0.0
