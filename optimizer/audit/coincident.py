"""Coincident charges of rates: MW drawn in the hours named, each, or the highest of a month or a year (docs/conventions.md, Power)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.audit.comparison import FloatArray
from optimizer.audit.paths import Case, TariffPath
from optimizer.audit.power import delivered_mw
from optimizer.core.offers import CoincidentCharge


def coincident_musd(case: Case, path: TariffPath) -> FloatArray:
    """What the coincident charges of a tariff's rate cost by period, nominal."""
    mw = np.zeros(case.clock.count)
    for charge in path.tariff.rate.coincident if path.tariff.rate is not None else ():
        if charge.highest_of is None:
            hours = case.power[path.site.site_id].hours
            mw += charge.usd_per_kw * hours.sums(hours.marked(charge.hours) * delivered_mw(case, path))
        else:
            for month, highest in _highest(case, path, charge):
                mw[month // case.clock.step] += charge.usd_per_kw * highest
    musd: FloatArray = mw * 1000.0 / 1e6 * case.growth(case.instance.escalation.power)
    return musd


def _highest(case: Case, path: TariffPath, charge: CoincidentCharge) -> Iterator[tuple[int, float]]:
    """Month in which each highest MW is paid: that of its hours, or the last one of a calendar year that has any."""
    monthly = dict(_by_month(case, path, charge))
    for month, highest in monthly.items():
        if charge.highest_of == "month":
            yield month, highest
            continue
        same = [other for other in monthly if case.clock.year(other) == case.clock.year(month)]
        if month == max(same):
            yield month, max(monthly[other] for other in same)


def _by_month(case: Case, path: TariffPath, charge: CoincidentCharge) -> Iterator[tuple[int, float]]:
    """Highest MW drawn in the hours named of each month of the horizon that has any."""
    hours, drawn = case.power[path.site.site_id].hours, delivered_mw(case, path)
    for month in range(case.clock.months):
        names = tuple(name for name in charge.hours if int(name[:2]) == case.clock.month_of_year(month))
        if names:
            most = hours.largest(np.where(hours.marked(names) > 0, drawn, 0.0))
            yield month, float(most[month // case.clock.step])
