"""Rules of rates: tiers, demand charges, ratchets and minimum bills (docs/conventions.md, Power)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.audit.comparison import RELATIVE_TOLERANCE, Comparison, FloatArray
from optimizer.audit.paths import Case, TariffPath
from optimizer.audit.power import delivered_mw
from optimizer.audit.power_reading import MINIMUM_BILL
from optimizer.audit.year import DAY_HOURS, inside
from optimizer.core.offers import DemandCharge, EnergyCharge, Ratchet, Rate, Tariff, Tier, Window

_ANY_YEAR = 2023
"""A window that has all hours of one year has those of any."""

_ALL_MONTHS = range(1, 13)


def rate_tiers(case: Case) -> Iterator[Comparison]:
    """The tiers of an energy charge bill what is drawn in its window, each filled before the next."""
    for path, rate in rated(case):
        for charge in rate.energy:
            drawn, room = _drawn_mwh(case, path, charge.window), np.zeros(case.clock.count)
            row = case.row(path.site.site_id, "MWh", f"{path.tariff.contract_id}, {charge.name}: billed in all tiers")
            yield row.equal(sum(tiers_mwh(case, path, charge), np.zeros(case.clock.count)), drawn)
            for number, (tier, billed) in enumerate(zip(charge.tiers, tiers_mwh(case, path, charge), strict=True), start=1):
                upto = _end_mwh(case, path, charge, tier)
                filled = np.clip(drawn - room, 0.0, upto - room)
                room = upto
                row = case.row(path.site.site_id, "MWh", f"{path.tariff.contract_id}, {charge.name}: billed in tier {number}")
                yield row.equal(billed, np.where(topped_up(case, path), billed, filled))


def rate_peak(case: Case) -> Iterator[Comparison]:
    """A demand charge bills at least its share of the peak of its window, and no more than the largest of its bounds."""
    for path, charge in _demands(case):
        row = case.row(path.site.site_id, "MW", f"{path.tariff.contract_id}, {charge.name}: billed demand")
        billed = case.billed(path, charge.name)
        peak = _own_share(case, charge) * _peak(case, path, charge.window)
        yield row.at_least(billed, np.where(named_months(case, charge.window) > 0, peak, 0.0))
        most = np.maximum.reduce([peak, _ratchet(case, path, charge), _take(path, charge)])
        yield row.at_most(billed, np.where(topped_up(case, path), billed, most))


def rate_ratchet(case: Case) -> Iterator[Comparison]:
    """A demand charge bills at least each ratchet's share of the earlier peaks that it looks at."""
    for path, charge in _demands(case):
        row = case.row(path.site.site_id, "MW", f"{path.tariff.contract_id}, {charge.name}: billed demand under the ratchet")
        ratchet = np.where(named_months(case, charge.window) > 0, _ratchet(case, path, charge), 0.0)
        yield row.at_least(case.billed(path, charge.name), ratchet)


def rate_min_take(case: Case) -> Iterator[Comparison]:
    """A demand charge over all hours bills at least the minimum take of the contracted MW."""
    for path, charge in _demands(case):
        row = case.row(path.site.site_id, "MW", f"{path.tariff.contract_id}, {charge.name}: billed demand under the minimum take")
        yield row.at_least(case.billed(path, charge.name), _take(path, charge))


def minimum_bill(case: Case) -> Iterator[Comparison]:
    """The top-up is what energy, demand and fixed charge fall short of the minimum bill."""
    for path in case.tariffs:
        row = case.row(path.site.site_id, "musd", f"{path.tariff.contract_id}: top-up to the minimum bill")
        yield row.equal(case.billed(path, MINIMUM_BILL), top_up_musd(case, path))


def rated(case: Case) -> list[tuple[TariffPath, Rate]]:
    """Tariffs in use that have a rate."""
    return [(path, path.tariff.rate) for path in case.tariffs if path.tariff.rate is not None]


def named_months(case: Case, window: Window) -> FloatArray:
    """Months of each period that a window names."""
    return case.clock.by_period(_months_among(case, _months_named(window)))


def is_round_the_clock(window: Window) -> bool:
    """Whether a window is all hours of all months."""
    return bool(inside(window, _ANY_YEAR).all())


def _months_named(window: Window) -> set[int]:
    """Calendar months in which a window or one of its further ones has hours."""
    return set(window.months).union(*(other.months for other in window.also))


def tiers_mwh(case: Case, path: TariffPath, charge: EnergyCharge) -> list[FloatArray]:
    """MWh billed in each tier by period, from the table ``bills``."""
    return [case.billed(path, charge.name, tier) for tier in range(1, len(charge.tiers) + 1)]


def energy_musd(case: Case, path: TariffPath, sign: int = 1) -> FloatArray:
    """What energy costs by period (``sign`` -1: what it earns where the price is below 0), nominal."""
    if path.tariff.rate is not None:
        priced = [
            (tier.usd_per_mwh, mwh)
            for charge in path.tariff.rate.energy
            for tier, mwh in zip(charge.tiers, tiers_mwh(case, path, charge), strict=True)
        ]
        usd = sum((price * mwh for price, mwh in priced if price * sign > 0), np.zeros(case.clock.count))
    elif path.tariff.kind == "index":
        hours = case.power[path.site.site_id].hours
        over_node = path.tariff.adder_usd_per_mwh + path.tariff.ancillary_usd_per_mwh
        price = over_node + (hours.value(path.tariff.price_series) if path.tariff.price_series is not None else 0.0)
        usd = hours.sums(np.where(price * sign > 0, price, 0.0) * delivered_mw(case, path))
    else:
        price = path.tariff.energy_usd_per_mwh
        usd = (price if price * sign > 0 else 0.0) * path.columns["billed_mwh"]
    musd: FloatArray = usd / 1e6 * case.growth(case.instance.escalation.power)
    return musd


def demand_musd(case: Case, path: TariffPath) -> FloatArray:
    """What billed demand costs by period, nominal."""
    kw_months = path.tariff.demand_usd_per_kw_month * path.columns["billed_mw"] * case.clock.step
    if path.tariff.rate is not None:
        parts = [
            charge.usd_per_kw_month * case.billed(path, charge.name) * named_months(case, charge.window)
            for charge in path.tariff.rate.demand
        ]
        kw_months = sum(parts, np.zeros(case.clock.count))
    musd: FloatArray = kw_months * 1000.0 / 1e6 * case.growth(case.instance.escalation.power)
    return musd


def minimum_usd(path: TariffPath) -> float:
    """Minimum bill of a month in service, USD."""
    terms = path.tariff if path.tariff.rate is None else path.tariff.rate
    return terms.minimum_bill_usd_per_month


def fixed_usd(case: Case, path: TariffPath, months: range) -> FloatArray:
    """Fixed charge of each of some months in service, USD: a sum, and one for every day."""
    if path.tariff.rate is None:
        return np.full(len(months), path.tariff.fixed_usd_per_month)
    days = np.array([case.clock.month_hours(month) for month in months]) / DAY_HOURS
    return path.tariff.rate.fixed_usd_per_month + path.tariff.rate.fixed_usd_per_day * days


def take_fraction(tariff: Tariff) -> float:
    """Share of contracted MW round the clock that is billed as energy in any case; none under an index or a rate."""
    return 0.0 if tariff.rate is not None or tariff.kind == "index" else tariff.min_energy_fraction


def fixed_musd(case: Case, path: TariffPath) -> FloatArray:
    """What the months of service cost by period, nominal."""
    usd = case.clock.by_period(fixed_usd(case, path, range(case.clock.months)))
    musd: FloatArray = usd / 1e6 * path.in_service * case.growth(case.instance.escalation.power)
    return musd


def top_up_musd(case: Case, path: TariffPath) -> FloatArray:
    """What a bill falls short of the minimum bill by period, nominal."""
    least = _least_musd(case, path)
    billed = energy_musd(case, path) + demand_musd(case, path) + fixed_musd(case, path)
    short: FloatArray = np.where(least > 0, np.maximum(least - billed, 0.0), 0.0)
    return short


def topped_up(case: Case, path: TariffPath) -> NDArray[np.bool_]:
    """Whether a bill is at its minimum: how it comes about then moves no dollar."""
    least = _least_musd(case, path)
    billed = energy_musd(case, path) + demand_musd(case, path) + fixed_musd(case, path)
    at_minimum: NDArray[np.bool_] = (least > 0) & (billed <= least * (1.0 + RELATIVE_TOLERANCE))
    return at_minimum


def _least_musd(case: Case, path: TariffPath) -> FloatArray:
    """Minimum bill by period, nominal."""
    return minimum_usd(path) / 1e6 * path.in_service * case.clock.step * case.growth(case.instance.escalation.power)


def _demands(case: Case) -> list[tuple[TariffPath, DemandCharge]]:
    """Demand charges that cost something, or by whose billed demand energy is billed."""
    used = [(path, charge, {energy.hours_use_of for energy in rate.energy}) for path, rate in rated(case) for charge in rate.demand]
    return [(path, charge) for path, charge, named in used if charge.usd_per_kw_month > 0 or charge.name in named]


def _end_mwh(case: Case, path: TariffPath, charge: EnergyCharge, tier: Tier) -> FloatArray:
    """Cumulative end of a tier by period: so many MWh a month, or so many for each MW of the demand billed; the last has none."""
    if tier.upto_kwh_per_kw is not None and charge.hours_use_of is not None:
        return tier.upto_kwh_per_kw * case.billed(path, charge.hours_use_of) * named_months(case, charge.window)
    return np.full(case.clock.count, np.inf if tier.upto_mwh is None else tier.upto_mwh * case.clock.step)


def _drawn_mwh(case: Case, path: TariffPath, window: Window) -> FloatArray:
    """MWh drawn in a window by period."""
    hours = case.power[path.site.site_id].hours
    return hours.sums(hours.share(window) * delivered_mw(case, path))


def _peak(case: Case, path: TariffPath, window: Window) -> FloatArray:
    """Highest MW in a window, with the part of the peak above the hourly mean, by period."""
    power = case.power[path.site.site_id]
    laid = delivered_mw(case, path) + power.hourly(path.columns["extra_mw"])
    return power.hours.largest(np.where(power.hours.share(window) > 0, laid, 0.0))


def _take(path: TariffPath, charge: DemandCharge) -> FloatArray:
    """Minimum take of the contracted MW; 0 of a charge that is not round the clock."""
    share = path.tariff.min_take_fraction if is_round_the_clock(charge.window) else 0.0
    take: FloatArray = share * path.columns["contracted_mw"] * path.in_service
    return take


def _ratchet(case: Case, path: TariffPath, charge: DemandCharge) -> FloatArray:
    """Bound of all ratchets on billed demand: the largest."""
    bounds = [_of_ratchet(case, path, charge, ratchet) for ratchet in charge.ratchets]
    most: FloatArray = np.maximum.reduce([np.zeros(case.clock.count), *bounds])
    return most


def _of_ratchet(case: Case, path: TariffPath, charge: DemandCharge, ratchet: Ratchet) -> FloatArray:
    """Bound of one ratchet; rows are periods, columns earlier periods of the same service."""
    age = case.clock.first[:, None] - case.clock.first[None, :]
    serving = path.in_service > 0
    counts = (age > 0) & (age <= ratchet.lookback_months) & serving[:, None] & (serving & _looked_at(case, ratchet))[None, :]
    peaks = np.where(counts, _peak(case, path, charge.window)[None, :], 0.0)
    bound: FloatArray = ratchet.fraction * peaks.max(axis=1, initial=0.0)
    return bound


def _looked_at(case: Case, ratchet: Ratchet) -> NDArray[np.bool_]:
    """Periods with a month whose peak a ratchet looks at."""
    looked_at: NDArray[np.bool_] = case.clock.by_period(_months_among(case, ratchet.peak_months or _ALL_MONTHS)) > 0
    return looked_at


def _own_share(case: Case, charge: DemandCharge) -> FloatArray:
    """Share of its own peak that each period is billed: of its months that the window names the largest."""
    billed = _months_among(case, _months_named(charge.window))
    share = np.where(_months_among(case, charge.peak_fraction_months) > 0, charge.peak_fraction, 1.0)
    for ratchet in charge.ratchets:
        looked_at = _months_among(case, ratchet.peak_months or _ALL_MONTHS) > 0
        share = np.where(looked_at, np.maximum(share, ratchet.fraction), share)
    largest: FloatArray = (share * billed).reshape(case.clock.count, -1).max(axis=1)
    return largest


def _months_among(case: Case, months: Collection[int]) -> FloatArray:
    """1 for each month of the horizon whose calendar month is among some, else 0."""
    return np.array([float(case.clock.month_of_year(month) in months) for month in range(case.clock.months)])
