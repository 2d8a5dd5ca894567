"""A rate schedule as a TOML file, read into the record ``Rate``: every problem of the file at once (docs/tariffs.md)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from optimizer.billing.rate_fields import SECTIONS
from optimizer.billing.rate_hours_use import KEY as HOURS_USE_OF
from optimizer.billing.rate_hours_use import check_hours_use, is_by_use, refuse_rewarded_demand
from optimizer.billing.rate_ratchets import ratchets
from optimizer.billing.rate_values import (
    ADDER,
    DEMAND,
    DEMAND_PRICE,
    ENERGY,
    ENERGY_PRICE,
    HOURS_USE,
    LEAST_DEMAND,
    PEAK_PRICE,
    Notes,
    Quantity,
    Table,
)
from optimizer.billing.rate_windows import ALL_MONTHS, windows_of_charges
from optimizer.core.errors import RateError, nearest
from optimizer.core.input_files import InputFault
from optimizer.core.offers import CoincidentCharge, DemandCharge, DemandTier, EnergyCharge, IndexCharge, Rate, Tier, Window
from optimizer.core.toml_text import read_toml

_CHARGES = ("energy", "index", "demand", "coincident")
_SUMS = ("fixed_usd_per_month", "fixed_usd_per_day", "minimum_bill_usd_per_month")
_HIGHEST_OF = ("month", "year")
_AS_HOURS = 'write each as "2022-08-16 17:00" or, of every year, "08-16 17:00"'
_HOUR = re.compile(r"((?P<year>\d{4})-)?(?P<month>\d{2})-(?P<day>\d{2})[ T](?P<hour>\d{2}):00")


def read_rate(path: Path, *, for_model: bool = False, label: str | None = None) -> Rate:
    """Read a rate.

    Parameters
    ----------
    path : Path
        TOML file, as ``docs/tariffs.md`` describes it.
    for_model : bool
        Refuse what only the bill of a whole load knows: demand tiers, ratchets over the whole year or over a window of their own, least
        billed demand, coincident and index charges, energy prices below 0.
    label : str, optional
        Name of the file in messages; none: the path.

    Returns
    -------
    Rate
        Prices in USD/MWh and USD/kW-month, sizes in MW and MWh.

    Raises
    ------
    RateError
        There is no such file, or something in it is wrong; carries every problem.
    """
    notes = Notes(label or str(path))
    data = _parsed(path, notes)
    if data is not None:
        rate = _rate(Table(data, (), notes), path.stem)
        if for_model:
            _refuse_bill_only(Table(data, (), notes), rate)
        if not notes.problems:
            return rate
    raise RateError(notes.problems)


def _parsed(path: Path, notes: Notes) -> dict[str, Any] | None:
    """Content of the file; ``None`` where it cannot be read."""
    try:
        read = read_toml(path)
    except InputFault as error:
        notes.add((), str(error), error.where)
    except OSError as error:
        notes.add((), f"cannot be read: {error.strerror or error}")
    else:
        notes.lines = read.lines
        for at, fault in read.faults:
            notes.add(at, fault.message)
        return None if read.faults else read.data
    return None


def _rate(top: Table, name: str) -> Rate:
    top.only(SECTIONS["rate"])
    rate = Rate(
        name=top.text("name", name),
        energy=tuple(_energy(*charge) for charge in _charges(top, "energy")),
        demand=tuple(_demand(*charge) for charge in _charges(top, "demand")),
        fixed_usd_per_month=top.number("fixed_usd_per_month", 0, 1e9),
        minimum_bill_usd_per_month=top.number("minimum_bill_usd_per_month", 0, 1e9),
        coincident=tuple(_coincident(table, place) for place, table in enumerate(top.items("coincident"), 1)),
        index=tuple(_index(*charge) for charge in _charges(top, "index")),
        fixed_usd_per_day=top.number("fixed_usd_per_day", 0, 1e8),
    )
    if not any(key in top.data for key in (*_SUMS, *_CHARGES)):
        top.note("energy", "the rate has no charge; write at least one [[energy]], [[demand]] or [[coincident]], or fixed_usd_per_month")
    _refuse_repeated_names(top)
    check_hours_use(top.items("energy"), rate)
    return rate


def _charges(top: Table, kind: str) -> Iterator[tuple[Table, int, Window]]:
    """Tables of the charges of a kind, with their places from 1 and their hours."""
    tables = top.items(kind)
    for place, (table, window) in enumerate(zip(tables, windows_of_charges(tables, kind), strict=True), 1):
        yield table, place, window


def _refuse_repeated_names(top: Table) -> None:
    """Lines of a bill are told apart by the kind and the name of their charge."""
    for kind in _CHARGES:
        tables = top.items(kind) if isinstance(top.data.get(kind), list) else []
        names = [table.data.get("name", f"{kind} {place}") for place, table in enumerate(tables, 1)]
        for place, name in enumerate(names):
            if name in names[:place]:
                tables[place].note("name", f"{name!r} is the name of another charge of {kind}; give each its own")


def _energy(table: Table, place: int, window: Window) -> EnergyCharge:
    table.only(SECTIONS["energy"])
    if is_by_use(table):
        tiers = [Tier(None, price, upto) for upto, price in _tiers(table, HOURS_USE, ENERGY_PRICE)]
    else:
        tiers = [Tier(upto, price) for upto, price in _tiers(table, ENERGY, ENERGY_PRICE)]
    return EnergyCharge(
        name=table.text("name", f"energy {place}"),
        window=window,
        tiers=tuple(tiers) or (Tier(None, _price(table, ENERGY_PRICE)),),
        hours_use_of=table.text(HOURS_USE_OF, "") if HOURS_USE_OF in table.data else None,
    )


def _index(table: Table, place: int, window: Window) -> IndexCharge:
    table.only(SECTIONS["index"])
    return IndexCharge(table.text("name", f"index {place}"), window, table.quantity(ADDER) or 0.0)


def _price(table: Table, kind: Quantity) -> float:
    """The one price of a charge; 0 where tiers stand in its place."""
    return 0.0 if "tiers" in table.data else table.required(kind)


def _tiers(table: Table, size: Quantity, price: Quantity) -> list[tuple[float | None, float]]:
    """Upper ends and prices of a charge's tiers; empty where it has none."""
    if "tiers" not in table.data:
        return []
    for key in price.units:
        if key in table.data:
            table.note(key, "stands beside tiers; the tiers say the prices")
    tiers = table.items("tiers")
    for tier in tiers:
        tier.only((*size.units, *price.units))
    read = [(tier.quantity(size), tier.required(price)) for tier in tiers]
    if not read:
        table.note("tiers", "is empty; leave it out, or write its tiers")
    for place, (tier, (upto, _)) in enumerate(zip(tiers, read, strict=True)):
        last = place == len(read) - 1
        before = read[place - 1][0] if place else None
        first = next(iter(size.units))
        if upto is None and not last and not any(key in tier.data for key in size.units):
            tier.note(first, "is required and missing; only the last tier takes all the rest")
        if upto is not None and last:
            tier.note(first, "the last tier takes all the rest: add one after it, or leave its upper end out")
        if upto is not None and before is not None and upto <= before:
            tier.note(first, f"ends at {upto:g}, not above the tier before it ({before:g}); the ends are cumulative")
    return read


def _demand(table: Table, place: int, window: Window) -> DemandCharge:
    table.only(SECTIONS["demand"])
    first, more = ratchets(table, window)
    return DemandCharge(
        name=table.text("name", f"demand {place}"),
        window=window,
        tiers=tuple(DemandTier(upto, price) for upto, price in _tiers(table, DEMAND, DEMAND_PRICE)),
        usd_per_kw_month=_price(table, DEMAND_PRICE),
        ratchet_fraction=first.fraction,
        ratchet_lookback_months=first.lookback_months,
        ratchet_peak_months=first.peak_months,
        ratchet_whole_year=first.whole_year,
        ratchet_window=first.window,
        minimum_mw=table.quantity(LEAST_DEMAND),
        more_ratchets=more,
        **_peak_share(table),
    )


def _peak_share(table: Table) -> dict[str, Any]:
    """Share of the month's own peak, and the months in which it is not the whole."""
    months = table.months("peak_fraction_months")
    if "peak_fraction" not in table.data:
        if "peak_fraction_months" in table.data:
            table.note("peak_fraction_months", "says nothing without peak_fraction; give the share of the month's own peak that is billed")
        return {}
    return {"peak_fraction": table.number("peak_fraction", 0, 1), "peak_fraction_months": months or ALL_MONTHS}


def _coincident(table: Table, place: int) -> CoincidentCharge:
    table.only(SECTIONS["coincident"])
    months = table.months("months")
    hours = table.data.get("hours", [])
    if not isinstance(hours, list) or ("hours" in table.data and not hours):
        table.note("hours", f"{hours!r} is not a list of hours; {_AS_HOURS}")
        hours = []
    highest_of = table.data.get("highest_of")
    if "highest_of" in table.data and highest_of not in _HIGHEST_OF:
        table.note("highest_of", f"{highest_of!r} is not allowed; {nearest(str(highest_of), _HIGHEST_OF)}; without it each hour is billed")
        highest_of = None
    return CoincidentCharge(
        name=table.text("name", f"coincident {place}"),
        months=months or ALL_MONTHS,
        usd_per_kw=table.required(PEAK_PRICE),
        hours=tuple(_hours(table, hours, months or ALL_MONTHS)),
        highest_of=highest_of,
    )


def _hours(table: Table, hours: Sequence[Any], months: Sequence[int]) -> list[str]:
    """Hours as ``2022-08-16 17:00`` or ``08-16 17:00``; what is none is noted."""
    found = []
    for place, hour in enumerate(hours):
        match = _HOUR.fullmatch(str(hour).strip().removesuffix(":00") if str(hour).count(":") == 2 else str(hour).strip())
        key = f"hours.{place}"
        if match is None or not _is_hour(match):
            table.note(key, f"{str(hour)!r} is not an hour of the local clock; {_AS_HOURS}")
        elif int(match["month"]) not in months:
            table.note(key, f"{str(hour)!r} lies in none of the months {list(months)} of the charge")
        elif (text := match[0].replace("T", " ")) in found:
            table.note(key, f"{text!r} is given twice")
        else:
            found.append(text)
    return found


def _is_hour(match: re.Match[str]) -> bool:
    year, month, day = int(match["year"] or 2000), int(match["month"]), int(match["day"])
    return 1 <= month <= 12 and year >= 1 and 1 <= day <= calendar.monthrange(year, month)[1] and int(match["hour"]) <= 23


def _refuse_bill_only(top: Table, rate: Rate) -> None:
    """Note what the model does not carry."""
    told = "is not carried by the model, only by gigasite data bill"
    _refuse_peaks(top, rate, told)
    if rate.index:
        top.note("index", f"{told}; make the contract one of kind index, with price_series and adder_usd_per_mwh")
    for table in top.items("demand"):
        for place, key in _bill_only(table):
            place.note(key, f"{told}; leave it out, or write the charge without it")
    refuse_rewarded_demand(top.items("energy"), rate)
    for table, charge in zip(top.items("energy"), rate.energy, strict=True):
        if any(tier.usd_per_mwh < 0 for tier in charge.tiers):
            key = next(key for key in (*ENERGY_PRICE.units, "tiers") if key in table.data)
            table.note(key, f"a price below 0 {told}; an index contract may have such prices")


def _refuse_peaks(top: Table, rate: Rate, told: str) -> None:
    """Note hours of coincident charges that the model year has not."""
    for table, charge in zip(top.items("coincident"), rate.coincident, strict=True):
        if not charge.hours:
            table.note("hours", f"is missing: the peak of a system's own load {told}; name the hours, such as [\"08-16 17:00\"]")
        for place, hour in enumerate(charge.hours):
            if len(hour) > len("08-16 17:00") or hour.startswith("02-29"):
                table.note(f"hours.{place}", f"{hour!r}: an hour of one year {told}; write {hour[-11:]!r}, of every year, not 29 February")


def _bill_only(table: Table) -> Iterator[tuple[Table, str]]:
    """Keys of a demand charge and of its ratchets that only a bill knows."""
    keys = ("ratchet_whole_year", "ratchet_window", *LEAST_DEMAND.units, "tiers")
    yield from ((table, key) for key in keys if key in table.data)
    for ratchet in table.items("ratchets"):
        yield from ((ratchet, key) for key in ("whole_year", "window") if key in ratchet.data)
