"""Rules of power purchase agreements: begin, term, size, volume, and never without load (docs/conventions.md, Power)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.audit.comparison import Comparison, FloatArray
from optimizer.audit.flows import PPA_FLOWS
from optimizer.audit.paths import Case, PpaPath
from optimizer.audit.power import facility_peak, load_mw, sites, total

NOTHING_USD = 1e-9
"""Price that is none, USD/MWh: it moves no money either way."""


def ppa_begin(case: Case) -> Iterator[Comparison]:
    """An agreement in use begins exactly once, while it is offered, and only at a started site."""
    for path in case.ppas:
        site_id, name = path.site.site_id, path.ppa.contract_id
        yield case.single(site_id, "1", f"{name}: begins").equal(path.columns["begins"].sum(), 1.0)
        start = case.sites[site_id].start if site_id in case.sites else case.clock.count
        early = (case.clock.first < path.ppa.available_from) | (np.arange(case.clock.count) < start)
        row = case.row(site_id, "1", f"{name}: begins before it is offered or its site is started")
        yield row.at_most(np.where(early, path.columns["begins"], 0.0), 0.0)
        if path.ppa.begin_by is not None:
            lapsed = case.row(site_id, "1", f"{name}: begins after the offer lapsed")
            yield lapsed.at_most(np.where(case.clock.first > path.ppa.begin_by, path.columns["begins"], 0.0), 0.0)


def ppa_size(case: Case) -> Iterator[Comparison]:
    """An agreement has one number of MW over its whole service, within its limits, and none outside it."""
    for path in case.ppas:
        row = case.row(path.site.site_id, "MW", f"{path.ppa.contract_id}: MW")
        signed = float(path.columns["mw"][path.begin]) if path.begin < case.clock.count else 0.0
        yield row.equal(path.columns["mw"], signed * path.in_service)
        yield row.at_most(path.columns["mw"], path.ppa.mw_max)
        yield row.at_least(path.columns["mw"], path.ppa.mw_min * path.in_service)


def ppa_volume(case: Case) -> Iterator[Comparison]:
    """Own use, sold and spilled energy are the volume of a physical agreement; of a financial one none flows."""
    for path in case.ppas:
        power, name = case.power[path.site.site_id], path.ppa.contract_id
        flows = sum((power.flow(flow, name) for flow in PPA_FLOWS), np.zeros(power.hours.period.size))
        volume = volume_mw(case, path)
        physical = path.ppa.settlement == "physical"
        yield power.row("MW", f"{name}: own use, sold and spilled").equal(flows, volume if physical else 0.0)
        row = case.row(path.site.site_id, "MWh", f"{name}: volume_mwh")
        yield row.equal(path.columns["volume_mwh"], power.hours.sums(volume))


def ppa_sold(case: Case) -> Iterator[Comparison]:
    """Nothing is sold in an hour in which the hub pays no more than the fee."""
    for path in case.ppas:
        power = case.power[path.site.site_id]
        worthless = power.hours.value(path.ppa.hub_series) < path.ppa.sell_back_fee_usd_per_mwh - NOTHING_USD
        sold = power.flow("sold", path.ppa.contract_id)
        row = power.row("MW", f"{path.ppa.contract_id}: sold where the hub pays nothing")
        yield row.at_most(np.where(worthless, sold, 0.0), 0.0)


def ppa_energy_share(case: Case) -> Iterator[Comparison]:
    """In a calendar year the agreements of a site have no more volume than a share of its load."""
    for site in sites(case):
        paths = [path for path in case.ppas if path.site is site]
        hours = case.power[site.site_id].hours
        volume = total(case, [hours.sums(volume_mw(case, path)) for path in paths])
        allowed = case.instance.power_rules.ppa_energy_share_max * hours.sums(load_mw(case, site))
        for year, periods in case.clock.years().items() if paths else ():
            row = case.single(site.site_id, "MWh", "volume of the agreements in the year", str(year))
            yield row.at_most(volume[periods].sum(), allowed[periods].sum())


def ppa_peak_multiple(case: Case) -> Iterator[Comparison]:
    """The agreements of a site are at most a multiple of its peak."""
    for site in sites(case):
        paths = [path for path in case.ppas if path.site is site]
        allowed = case.instance.power_rules.ppa_peak_multiple_max * facility_peak(case, site)
        if paths:
            row = case.row(site.site_id, "MW", "MW of the agreements")
            yield row.at_most(total(case, [path.columns["mw"] for path in paths]), allowed)


def profile(case: Case, path: PpaPath) -> FloatArray:
    """Share of its MW that an agreement yields in each hour."""
    hours = case.power[path.site.site_id].hours
    return np.ones(hours.period.size) if path.ppa.profile_series is None else hours.value(path.ppa.profile_series)


def volume_mw(case: Case, path: PpaPath) -> FloatArray:
    """MW that an agreement yields in each hour."""
    return profile(case, path) * case.power[path.site.site_id].hourly(path.columns["mw"])
