"""Tiers by hours of use in a rate: the demand charge that they name, and what the model can carry of them (docs/tariffs.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from optimizer.billing.rate_values import HOURS_USE, Table
from optimizer.core.errors import nearest
from optimizer.core.offers import DemandCharge, EnergyCharge, Rate
from optimizer.core.windows import named_months

KEY = "hours_use_of"
_USD_PER_MW = 1000.0


def check_hours_use(tables: Sequence[Table], rate: Rate) -> None:
    """Note what is wrong with the demand charges that tiers by hours of use name.

    Parameters
    ----------
    tables : sequence of Table
        The energy charges of the file.
    rate : Rate
        As it was read.
    """
    known = {charge.name: charge for charge in rate.demand}
    for table, charge in zip(tables, rate.energy, strict=True):
        if KEY in table.data and not is_by_use(table):
            table.note(KEY, f"says nothing without tiers that end at {next(iter(HOURS_USE.units))}")
        elif is_by_use(table) and KEY not in table.data:
            table.note(KEY, "is required beside tiers by hours of use: the name of the demand charge whose billed kW they count for")
        elif charge.hours_use_of is not None and charge.hours_use_of not in known:
            table.note(KEY, f"there is no demand charge {charge.hours_use_of!r}; {nearest(charge.hours_use_of, known)}")
        elif charge.hours_use_of is not None:
            _check_months(table, charge, known[charge.hours_use_of])


def is_by_use(table: Table) -> bool:
    """Whether a tier of an energy charge ends at hours of use."""
    tiers = table.data.get("tiers")
    return isinstance(tiers, list) and any(isinstance(tier, Mapping) and key in tier for tier in tiers for key in HOURS_USE.units)


def _check_months(table: Table, charge: EnergyCharge, demand: DemandCharge) -> None:
    missing = sorted(named_months(charge.window) - named_months(demand.window))
    if missing:
        table.note(KEY, f"{demand.name!r} bills nothing in months {missing}, in which this charge bills energy")


def refuse_rewarded_demand(tables: Sequence[Table], rate: Rate) -> None:
    """Note demand charges of which a kW more would lower the bill: the model chooses billed demand as low as it may be, not as high."""
    for demand in rate.demand:
        using = [(table, charge) for table, charge in zip(tables, rate.energy, strict=True) if charge.hours_use_of == demand.name]
        gained = sum(max(_gains_usd_per_mw(charge), default=0.0) for _, charge in using)
        if gained > demand.usd_per_kw_month * _USD_PER_MW:
            for table, _ in using:
                table.note("tiers", _text(gained / _USD_PER_MW, demand))


def _gains_usd_per_mw(charge: EnergyCharge) -> Iterator[float]:
    """What a MW more of billed demand saves in a month in which each tier is the last one reached: kWh move to the tiers before."""
    saved = 0.0
    for tier, later in zip(charge.tiers, charge.tiers[1:], strict=False):
        saved += (later.usd_per_mwh - tier.usd_per_mwh) * (tier.upto_kwh_per_kw or 0.0)
        yield saved


def _text(gained: float, demand: DemandCharge) -> str:
    return (
        f"become dearer with hours of use: a kW more of billed demand saves up to {gained:.6g} USD a month and costs "
        f"{demand.usd_per_kw_month:g} in {demand.name!r}, so that a higher peak would pay. It is not carried by the model, "
        "only by gigasite data bill; make the tiers cheaper, not dearer, or the demand charge at least that high"
    )
