"""The bill of a load under a rate: lines by month, and their sum."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from optimizer.billing.demand import billed_demand, demand_lines, looks_back
from optimizer.billing.lines import BillLine, Block, energy_kind, in_tiers, minimum_lines
from optimizer.billing.load import HourlyLoad, inside
from optimizer.core.offers import CoincidentCharge, EnergyCharge, IndexCharge, Rate


@dataclass(frozen=True, slots=True)
class Bill:
    """The lines of a bill, and what a reader of it must know.

    Parameters
    ----------
    rate : str
        Name of the rate.
    months : tuple of str
        The months billed, ``2022-01`` and so on.
    lines : tuple of BillLine
        By month, and within it in the order of the rate.
    notes : tuple of str
        What of the load or of the rate is not in the bill, in words.
    """

    rate: str
    months: tuple[str, ...]
    lines: tuple[BillLine, ...]
    notes: tuple[str, ...]

    @property
    def usd(self) -> float:
        """Sum of all lines, USD."""
        return self.sum_usd()

    def sum_usd(self, month: str | None = None, kind: str | None = None) -> float:
        """Sum of the lines of a month, or of a kind, or both, USD; summed without rounding between."""
        return math.fsum(line.usd for line in self.lines if month in (None, line.month) and kind in (None, line.kind))

    def frame(self) -> pd.DataFrame:
        """One row per line; columns are the fields of ``BillLine``."""
        return pd.DataFrame([asdict(line) for line in self.lines], columns=list(BillLine.__dataclass_fields__))


def missing_for_bill(rate: Rate, load: HourlyLoad) -> list[str]:
    """What a rate needs to know and the load does not say, in words."""
    peaks = [charge.name for charge in rate.coincident if not charge.hours] if load.system_mw is None else []
    prices = [charge.name for charge in rate.index] if load.price_usd_per_mwh is None else []
    told = "has no hours of its own, and the load no system_mw to find the system's peak in"
    return [
        *(f"the coincident charge {name!r} {told}" for name in peaks),
        *(f"the index charge {name!r} needs the market's price_usd_per_mwh, and the load has none" for name in prices),
    ]


def bill(rate: Rate, load: HourlyLoad) -> Bill:
    """Bill a load exactly.

    Parameters
    ----------
    rate : Rate
    load : HourlyLoad
        Whole months; a billing year is twelve of them from its first on.

    Returns
    -------
    Bill

    Raises
    ------
    ValueError
        The rate has a coincident charge without hours, and the load does not know its system; or an index charge, and it knows no price.
    """
    if missing := missing_for_bill(rate, load):
        raise ValueError("; ".join(missing))
    billed = {charge.name: billed_demand(charge, load) for charge in rate.demand}
    lines = [line for charge in rate.energy for line in _energy_lines(charge, load, billed.get(charge.hours_use_of or "", {}))]
    lines += [line for index in rate.index for line in _index_lines(index, load)]
    lines += [line for charge in rate.demand for line in demand_lines(charge, load)]
    lines += _fixed_lines(rate, load)
    lines += minimum_lines(rate.minimum_bill_usd_per_month, load.month_labels, lines)
    lines += [line for charge in rate.coincident for line in _coincident_lines(charge, load)]
    labels = load.month_labels
    ordered = sorted(lines, key=lambda line: labels.index(line.month))
    return Bill(rate.name, tuple(labels), tuple(ordered), tuple(_notes(rate, load)))


def _energy_lines(charge: EnergyCharge, load: HourlyLoad, billed: Mapping[str, tuple[float, str]]) -> Iterator[BillLine]:
    """Lines of an energy charge; ``billed``: the MW by month of the demand charge whose hours of use its tiers are, else empty."""
    covered = inside(charge.window, load.times)
    prices = [tier.usd_per_mwh for tier in charge.tiers]
    for month, label in enumerate(load.month_labels):
        hours = covered & (load.months == month)
        if hours.any():
            mw, _ = billed.get(label, (0.0, ""))
            why = f"hours of use of {mw:,.6g} MW billed as {charge.hours_use_of!r}" if charge.hours_use_of else ""
            tiers = list(zip(charge.ends_mwh(mw), prices, strict=True))
            yield from in_tiers(Block(label, "energy", charge.name, why), math.fsum(load.mw[hours]), tiers)


def _index_lines(charge: IndexCharge, load: HourlyLoad) -> Iterator[BillLine]:
    """Energy at the hours' own prices: hours of 0 or more, and those below 0."""
    covered, prices = inside(charge.window, load.times), np.asarray(load.price_usd_per_mwh) + charge.adder_usd_per_mwh
    for month, label in enumerate(load.month_labels):
        for signed in (prices >= 0, prices < 0):
            hours = covered & signed & (load.months == month)
            if mwh := math.fsum(load.mw[hours]):
                usd = math.fsum(load.mw[hours] * prices[hours])
                yield BillLine(label, energy_kind(usd / mwh), charge.name, None, mwh, "MWh", usd / mwh, usd, "")


def _fixed_lines(rate: Rate, load: HourlyLoad) -> list[BillLine]:
    monthly, daily = rate.fixed_usd_per_month, rate.fixed_usd_per_day
    lines = [BillLine(label, "fixed", "fixed charge", None, 1.0, "month", monthly, monthly, "") for label in load.month_labels if monthly]
    for month, label in enumerate(load.month_labels):
        if daily:
            days = float(len(load.times[load.months == month].normalize().unique()))
            lines.append(BillLine(label, "fixed", "fixed charge by day", None, days, "day", daily, days * daily, ""))
    return lines


def _coincident_lines(charge: CoincidentCharge, load: HourlyLoad) -> Iterator[BillLine]:
    for times in _paid_together(charge, _coincident_hours(charge, load)):
        drawn = [float(load.mw[load.times == time].max()) for time in times]
        mw = max(drawn)
        by = f"{'hour' if charge.hours else 'system peak'} {times[drawn.index(mw)]:%Y-%m-%d %H:%M}"
        by += f", highest of {len(times)} of the {charge.highest_of}" if charge.highest_of else ""
        usd = mw * 1000 * charge.usd_per_kw
        yield BillLine(f"{times[-1]:%Y-%m}", "coincident", charge.name, None, mw, "MW", charge.usd_per_kw, usd, by)


def _paid_together(charge: CoincidentCharge, times: list[pd.Timestamp]) -> list[list[pd.Timestamp]]:
    """Hours of which the highest is billed: each alone, or those of a month or of a calendar year; ascending."""
    if charge.highest_of is None:
        return [[time] for time in times]
    form = "%Y-%m" if charge.highest_of == "month" else "%Y"
    return [list(group) for _, group in groupby(times, key=lambda time: f"{time:{form}}")]


def _coincident_hours(charge: CoincidentCharge, load: HourlyLoad) -> list[pd.Timestamp]:
    """The hours of the load in which a charge counts, ascending."""
    if charge.hours:
        return sorted({time for hour in charge.hours for time in _times_of(hour, load)})
    system = np.asarray(load.system_mw)
    places = [np.flatnonzero(load.months == month) for month in range(len(load.month_labels))]
    tops = [load.times[place[np.argmax(system[place])]] for place in places]
    return [time for time in tops if time.month in charge.months]


def _times_of(hour: str, load: HourlyLoad) -> list[pd.Timestamp]:
    """Times of the load that are ``2022-08-16 17:00`` or, of any year, ``08-16 17:00``."""
    *year, month, day = (int(part) for part in hour[:-6].split("-"))
    times = load.times
    same = (times.month == month) & (times.day == day) & (times.hour == int(hour[-5:-3]))
    return list(times[same & np.isin(times.year, year)] if year else times[same])


def _notes(rate: Rate, load: HourlyLoad) -> Iterator[str]:
    windows = [*(charge.window for charge in rate.energy), *(charge.window for charge in rate.index)]
    free = ~np.any([inside(window, load.times) for window in windows], axis=0) if windows else np.array([])
    if free.any() and (mwh := math.fsum(load.mw[free])):
        yield f"{mwh:,.6g} MWh in {int(free.sum()):,} hours that no energy charge covers cost no energy"
    for charge in rate.demand:
        if looks_back(charge):
            yield f"months before {load.month_labels[0]} are not known: the ratchet of {charge.name!r} does not count them"
    for coincident in rate.coincident:
        absent = [hour for hour in coincident.hours if not _times_of(hour, load)]
        if absent:
            yield f"hours of the coincident charge {coincident.name!r} that do not lie in the load are not billed: {', '.join(absent)}"
