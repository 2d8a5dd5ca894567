"""Demand charges: the MW that a month is billed, and which bound set them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimizer.billing.lines import BillLine, Block, in_tiers
from optimizer.billing.load import HourlyLoad, Mask, inside
from optimizer.core.offers import DemandCharge, Ratchet

_MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class _Peak:
    """Highest MW of a month within some hours, and the first hour that has them."""

    mw: float
    time: pd.Timestamp


def demand_lines(charge: DemandCharge, load: HourlyLoad) -> Iterator[BillLine]:
    """Lines of a demand charge in the months that its window names."""
    tiers = [(tier.upto_mw, tier.usd_per_kw_month) for tier in charge.tiers] or [(None, charge.usd_per_kw_month)]
    for label, (mw, set_by) in billed_demand(charge, load).items():
        yield from in_tiers(Block(label, "demand", charge.name, set_by), mw, tiers)


def billed_demand(charge: DemandCharge, load: HourlyLoad) -> dict[str, tuple[float, str]]:
    """MW that a demand charge bills in each month that its window names, and what set them."""
    peaks = _peaks(inside(charge.window, load.times), load)
    remembered = [(ratchet, _peaks(inside(ratchet.window or charge.window, load.times), load)) for ratchet in charge.ratchets]
    found = {}
    for month, label in enumerate(load.month_labels):
        if (peak := peaks[month]) is not None:
            bounds = [(ratchet.fraction, _ratchet_peak(ratchet, seen, month)) for ratchet, seen in remembered]
            found[label] = _billed(charge, peak, bounds)
    return found


def looks_back(charge: DemandCharge) -> bool:
    """Whether a charge has a ratchet that looks at the months before, and in its first ones beyond the load."""
    return any(not ratchet.whole_year for ratchet in charge.ratchets)


def _peaks(hours: Mask, load: HourlyLoad) -> list[_Peak | None]:
    """Peak of each month within some hours; ``None`` in a month that has none of them."""
    found: list[_Peak | None] = []
    for month in range(len(load.month_labels)):
        places = np.flatnonzero(hours & (load.months == month))
        if len(places):
            top = places[np.argmax(load.demand[places])]
            found.append(_Peak(float(load.demand[top]), load.times[top]))
        else:
            found.append(None)
    return found


def _ratchet_peak(ratchet: Ratchet, peaks: list[_Peak | None], month: int) -> _Peak | None:
    """Highest peak that a ratchet remembers in a month, the earliest of equals; ``None`` where it remembers none."""
    if ratchet.whole_year:
        first = month // _MONTHS_PER_YEAR * _MONTHS_PER_YEAR
        scope = peaks[first : first + _MONTHS_PER_YEAR]
    else:
        scope = peaks[max(month - ratchet.lookback_months, 0) : month + 1]
    months = ratchet.peak_months
    named = (peak for peak in scope if peak is not None and (not months or peak.time.month in months))
    return max(named, key=lambda peak: peak.mw, default=None)


def _billed(charge: DemandCharge, peak: _Peak, ratchets: Sequence[tuple[float, _Peak | None]]) -> tuple[float, str]:
    """Billed MW, and the bound that set them; of equal bounds the peak, then the first of the ratchets."""
    own = charge.peak_fraction if peak.time.month in charge.peak_fraction_months else 1.0
    mw, set_by = own * peak.mw, f"{_percent_of(own)}peak {peak.time:%Y-%m-%d %H:%M}" if peak.mw else "no load"
    for fraction, remembered in ratchets:
        if remembered is not None and fraction * remembered.mw > mw:
            mw = fraction * remembered.mw
            set_by = f"ratchet: {100 * fraction:.6g} % of the peak {remembered.time:%Y-%m-%d %H:%M}"
    if charge.minimum_mw is not None and charge.minimum_mw > mw:
        mw, set_by = charge.minimum_mw, "least billed demand"
    return mw, set_by


def _percent_of(share: float) -> str:
    return "" if share == 1.0 else f"{100 * share:.6g} % of the "
