"""Rules of tariffs: begin, dates, term, MW and the bill (docs/conventions.md, Power)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.audit.calendar import in_force
from optimizer.audit.comparison import Comparison, FloatArray
from optimizer.audit.paths import Case, TariffPath
from optimizer.audit.rates import take_fraction, topped_up


def one_begin_per_contract(case: Case) -> Iterator[Comparison]:
    """A tariff in use begins exactly once."""
    for path in case.tariffs:
        row = case.single(path.site.site_id, "1", f"{path.tariff.contract_id}: begins")
        yield row.equal(path.columns["begins"].sum(), 1.0)


def contract_site(case: Case) -> Iterator[Comparison]:
    """Contracts serve only a site that is started."""
    for path in case.contracts:
        start = case.sites[path.site.site_id].start if path.site.site_id in case.sites else case.clock.count
        unstarted = np.arange(case.clock.count) < start
        row = case.row(path.site.site_id, "MW", f"{path.contract.contract_id}: MW before the site is started")
        yield row.at_most(np.where(unstarted, path.columns["contracted_mw"], 0.0), 0.0)
        begins = case.row(path.site.site_id, "1", f"{path.contract.contract_id}: begins before the site is started")
        yield begins.at_most(np.where(unstarted, path.columns["begins"] + path.columns["units"], 0.0), 0.0)


def contract_date(case: Case) -> Iterator[Comparison]:
    """A tariff begins after its signing lead and where its ramp is above 0; gas units stand after signing and permit."""
    for path in case.tariffs:
        tariff = path.tariff
        early = case.clock.first < tariff.sign_lead_months
        if tariff.ramp:
            early = early | (_ramp(case, path) <= 0.0)
        row = case.row(path.site.site_id, "1", f"{tariff.contract_id}: begins before it can")
        yield row.at_most(np.where(early, path.columns["begins"], 0.0), 0.0)
    for unit in case.gas:
        early = case.clock.first < max(unit.gas.sign_lead_months, unit.gas.permit_months)
        row = case.row(unit.site.site_id, "units", f"{unit.gas.contract_id}: units before signing lead and permit")
        yield row.at_most(np.where(early, unit.columns["units"], 0.0), 0.0)


def contract_term(case: Case) -> Iterator[Comparison]:
    """A tariff delivers while the terms of its MW run, adds MW only within the term of its begin, and is left only where it may be."""
    for path in case.tariffs:
        tariff, site_id = path.tariff, path.site.site_id
        row = case.row(site_id, "MW", f"{tariff.contract_id}: MW out of service")
        yield row.at_most(np.where(path.in_service > 0, 0.0, path.columns["contracted_mw"]), 0.0)
        late = case.clock.first >= _first_term_end(case, path)
        yield case.row(site_id, "MW", f"{tariff.contract_id}: MW added after the term of the begin").at_most(
            np.where(late, path.added_mw, 0.0), 0.0)
        can_leave = tariff.exit_musd is not None and tariff.term_months is not None
        period = np.arange(case.clock.count)
        over = _term_end(case, path)
        may_exit = can_leave & (period > path.begin) & (case.clock.first < over) & (np.cumsum(path.columns["exits"]) <= 1)
        yield case.row(site_id, "1", f"{tariff.contract_id}: exits").at_most(path.columns["exits"], may_exit)
        last = (period == case.clock.count - 1) & (path.in_service > 0)
        may_leave = last & can_leave & (over > case.clock.months)
        yield case.row(site_id, "1", f"{tariff.contract_id}: leaves").at_most(path.columns["leaves"], may_leave)
    for unit in case.gas:
        row = case.row(unit.site.site_id, "1", f"{unit.gas.contract_id}: exits and leaves of on-site units")
        yield row.equal(unit.columns["exits"] + unit.columns["leaves"], 0.0)


def mw_limit(case: Case) -> Iterator[Comparison]:
    """In service the contracted MW are at most the tariff's size and its ramp in force; those of gas are its units' size."""
    for path in case.tariffs:
        row = case.row(path.site.site_id, "MW", f"{path.tariff.contract_id}: contracted MW")
        yield row.at_most(path.columns["contracted_mw"], np.minimum(path.tariff.mw_max, _ramp(case, path)))
    for unit in case.gas:
        row = case.row(unit.site.site_id, "MW", f"{unit.gas.contract_id}: contracted MW")
        yield row.equal(unit.columns["contracted_mw"], unit.columns["units"] * unit.gas.unit_mw)


def mw_floor(case: Case) -> Iterator[Comparison]:
    """In service, over the term of the begin, the contracted MW are at least the tariff's least."""
    for path in case.tariffs:
        first_term = path.in_service * (case.clock.first < _first_term_end(case, path))
        row = case.row(path.site.site_id, "MW", f"{path.tariff.contract_id}: contracted MW")
        yield row.at_least(path.columns["contracted_mw"], path.tariff.mw_min * first_term)


def mw_keep(case: Case) -> Iterator[Comparison]:
    """While in service, the contracted MW fall by nothing but MW whose term is over."""
    for path in case.tariffs:
        contracted = path.columns["contracted_mw"]
        kept = (contracted - path.added_mw) * path.in_service
        yield case.row(path.site.site_id, "MW", f"{path.tariff.contract_id}: contracted MW").at_least(contracted, kept)


def billed_peak(case: Case) -> Iterator[Comparison]:
    """Billed demand is at least the peak, and no more than the largest of its bounds."""
    for path in case.tariffs:
        billed = path.columns["billed_mw"]
        row = case.row(path.site.site_id, "MW", f"{path.tariff.contract_id}: billed demand")
        yield row.at_least(billed, path.columns["peak_mw"])
        bounds = [path.columns["peak_mw"], _ratchet(case, path), path.tariff.min_take_fraction * _contracted(path)]
        yield row.at_most(billed, np.where(topped_up(case, path), billed, np.maximum.reduce(bounds)))
    for unit in case.gas:
        row = case.row(unit.site.site_id, "MW", f"{unit.gas.contract_id}: billed demand of on-site units")
        yield row.equal(unit.columns["billed_mw"], 0.0)


def billed_ratchet(case: Case) -> Iterator[Comparison]:
    """Billed demand is at least the ratchet's share of each peak of the last 11 months of the same service."""
    for path in case.tariffs:
        row = case.row(path.site.site_id, "MW", f"{path.tariff.contract_id}: billed demand under the ratchet")
        yield row.at_least(path.columns["billed_mw"], _ratchet(case, path))


def billed_min_take(case: Case) -> Iterator[Comparison]:
    """Billed demand is at least the minimum take of the contracted MW."""
    for path in case.tariffs:
        row = case.row(path.site.site_id, "MW", f"{path.tariff.contract_id}: billed demand under the minimum take")
        yield row.at_least(path.columns["billed_mw"], path.tariff.min_take_fraction * _contracted(path))


def energy_min_take(case: Case) -> Iterator[Comparison]:
    """Billed energy is the energy drawn or the take-or-pay share of contracted MW round the clock, whichever is more."""
    for path in case.tariffs:
        take = take_fraction(path.tariff) * _contracted(path) * case.clock.hours
        row = case.row(path.site.site_id, "MWh", f"{path.tariff.contract_id}: billed energy")
        yield row.equal(path.columns["billed_mwh"], np.maximum(path.columns["energy_mwh"], take))
    for unit in case.gas:
        row = case.row(unit.site.site_id, "MWh", f"{unit.gas.contract_id}: billed energy")
        yield row.equal(unit.columns["billed_mwh"], unit.columns["energy_mwh"])


def _contracted(path: TariffPath) -> FloatArray:
    """Contracted MW while in service."""
    mw: FloatArray = path.columns["contracted_mw"] * path.in_service
    return mw


def _ramp(case: Case, path: TariffPath) -> FloatArray:
    """MW of the ramp in force by period; without ramp, the size of the tariff."""
    if not path.tariff.ramp:
        return np.full(case.clock.count, path.tariff.mw_max)
    return np.array([in_force(path.tariff.ramp, int(month)) for month in case.clock.first])


def _ratchet(case: Case, path: TariffPath) -> FloatArray:
    """Ratchet's bound on billed demand; rows are periods, columns earlier periods of the same service."""
    age = case.clock.first[:, None] - case.clock.first[None, :]
    serving = path.in_service > 0
    counts = (age > 0) & (age <= 11) & serving[:, None] & serving[None, :]
    peaks = np.where(counts, path.columns["peak_mw"][None, :], 0.0)
    bound: FloatArray = path.tariff.ratchet_fraction * peaks.max(axis=1, initial=0.0)
    return bound


def _term_end(case: Case, path: TariffPath) -> int:
    """First month after the terms of all MW added; the end of the horizon where there is no term or no begin."""
    if path.tariff.term_months is None or path.begin >= case.clock.count:
        return case.clock.months
    return int(case.clock.first[path.last_added]) + path.tariff.term_months


def _first_term_end(case: Case, path: TariffPath) -> int:
    """First month after the term of the begin; the end of the horizon where there is no term or no begin."""
    if path.tariff.term_months is None or path.begin >= case.clock.count:
        return case.clock.months
    return int(case.clock.first[path.begin]) + path.tariff.term_months
