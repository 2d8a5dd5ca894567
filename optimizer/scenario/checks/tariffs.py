"""Whether the columns of a tariff fit its kind and each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizer.scenario.read.draft import Draft
from optimizer.scenario.read.findings import nearest
from optimizer.scenario.read.known_series import heat_counties, wholesale
from optimizer.scenario.read.table_rows import Placed
from optimizer.scenario.schema.rows import SiteRow
from optimizer.scenario.schema.rows_power import TariffRow, calling_series, index_series

PlacedTariff = Placed[TariffRow]

_OF_INDEX = ("price_series", "price_level_usd_per_mwh", "adder_usd_per_mwh", "ancillary_usd_per_mwh", "market_access")
_OF_INTERRUPTIBLE = ("interruptible_hours_per_year", "called_by", "converts_to")
_REPLACED_BY_RATE = (
    "energy_usd_per_mwh", "demand_usd_per_kw_month", "ratchet_fraction", "fixed_usd_per_month", "minimum_bill_usd_per_month",
)


def check_tariffs(draft: Draft) -> None:
    """Note prices that are missing or belong to another kind, charges that exclude each other, and conversions to nothing."""
    sites = {placed.row.site_id: placed.row for placed in draft.rows.sites}
    by_key = {placed.raw.key: placed for placed in draft.rows.tariffs}
    of_sites = index_series(placed.row for placed in draft.rows.tariffs)
    for placed in draft.rows.tariffs:
        if placed.row.mw_max != 0:  # an offer of 0 MW is an offer taken away; one of MW that cannot be read is an offer
            _check_energy(draft, placed)
            _check_refund(draft, placed)
            _check_kind(draft, placed)
            _check_rate(draft, placed)
            _check_coincident(draft, placed)
            calling = calling_series(placed.row, of_sites)
            _check_called(draft, placed, calling)
            if calling is None or placed.row.called_by == "heat":
                _check_heat(draft, placed, sites.get(placed.row.site_id), calling is not None)
            _check_conversion(draft, placed, by_key)
            _check_market(draft, placed, sites.get(placed.row.site_id))


def _note(draft: Draft, placed: PlacedTariff, column: str, message: str) -> None:
    draft.findings.add(placed.place(column), column, message)


def _value(row: TariffRow, column: str) -> Any:
    """Value of a cell that says something; ``None`` where it is empty or 0."""
    return getattr(row, column) or None


def _check_refund(draft: Draft, placed: PlacedTariff) -> None:
    row = placed.row
    if row.exit_musd is not None and row.capex_refund_months and row.customer_capex_musd:
        message = (
            "a connection that is refunded month by month and left for a fee would be refunded after the exit too, which no utility does;"
            " leave out exit_musd or capex_refund_months"
        )
        _note(draft, placed, "capex_refund_months", message)


def _check_energy(draft: Draft, placed: PlacedTariff) -> None:
    row = placed.row
    if row.kind == "index":
        if row.price_series is None:
            _note(draft, placed, "price_series", "is empty; an index tariff needs the price series of its node or hub")
        if row.energy_usd_per_mwh is not None:
            _note(draft, placed, "energy_usd_per_mwh", "an index tariff has the hourly price of price_series; leave the cell empty")
        if row.rate is not None:
            _note(draft, placed, "rate", "a rate states its own prices of energy; it goes with kind firm or interruptible")
    elif row.energy_usd_per_mwh is None and row.rate is None:
        _note(draft, placed, "energy_usd_per_mwh", f"is empty; a tariff of kind {row.kind} needs it, or a rate")


def _check_kind(draft: Draft, placed: PlacedTariff) -> None:
    row = placed.row
    for kind, columns in (("index", _OF_INDEX), ("interruptible", _OF_INTERRUPTIBLE)):
        for column in columns if row.kind != kind else ():
            if _value(row, column) is not None:
                _note(draft, placed, column, f"belongs to a tariff of kind {kind}; this one is {row.kind}: leave the cell empty")
    if row.kind == "index" and row.min_energy_fraction > 0:
        message = "take or pay of energy needs one price of energy, which an index tariff has not; leave the cell empty"
        _note(draft, placed, "min_energy_fraction", message)


def _check_rate(draft: Draft, placed: PlacedTariff) -> None:
    row = placed.row
    if row.rate is None:
        return
    for column in _REPLACED_BY_RATE:
        if _value(row, column) is not None or (column == "energy_usd_per_mwh" and row.energy_usd_per_mwh is not None):
            _note(draft, placed, column, f"the rate {row.rate!r} states it: leave the cell empty, or the rate")
    if row.min_energy_fraction > 0:
        _note(draft, placed, "min_energy_fraction", "take or pay of energy is not for a rate, whose price varies; leave the cell empty")


def _check_coincident(draft: Draft, placed: PlacedTariff) -> None:
    row = placed.row
    if row.coincident_usd_per_kw > 0 and not row.coincident_months:
        _note(draft, placed, "coincident_months", 'is empty; a coincident charge needs its months, such as "6,7,8,9"')
    if row.coincident_months and not row.coincident_usd_per_kw:
        _note(draft, placed, "coincident_usd_per_kw", "is empty; coincident_months are for its price: give it, or leave both")


def _check_called(draft: Draft, placed: PlacedTariff, calling: str | None) -> None:
    row = placed.row
    if row.kind == "interruptible" and row.interruptible_hours_per_year is None:
        message = "is empty; an interruptible tariff needs the hours of a year in which it does not serve (1 to 8760)"
        _note(draft, placed, "interruptible_hours_per_year", message)
    if row.called_by == "price" and calling is None:
        message = "there is no price series at this site; name one in called_price_series, or write heat"
        _note(draft, placed, "called_by", message)
    if row.called_price_series is None:
        return
    if row.kind == "index":
        _note(draft, placed, "called_price_series", "an index tariff has its price_series; leave the cell empty")
    elif row.kind == "firm" and not row.coincident_months:
        message = "nothing is called here: the tariff is firm and has no coincident_months; leave the cell empty"
        _note(draft, placed, "called_price_series", message)
    elif row.called_by == "heat" and not row.coincident_months:
        _note(draft, placed, "called_price_series", "called_by = heat takes the hottest hours; leave one of the two cells empty")


def _check_heat(draft: Draft, placed: PlacedTariff, site: SiteRow | None, has_price: bool) -> None:
    """Hottest hours are those of a county's climate."""
    row = placed.row
    called = row.kind == "interruptible" and row.called_by != "price"
    by_heat = called or (row.coincident_months and not has_price)
    if site is None or not by_heat or site.county_fips in heat_counties():
        return
    column = "called_by" if called else "coincident_months"
    where = f"county {site.county_fips}" if site.county_fips else "a site without county_fips"
    message = (
        f"the hottest hours are those of the county's climate, and the datasets have none for {where}: "
        "give county_fips in sites, or a price series in called_price_series"
    )
    _note(draft, placed, column, message)


def _check_conversion(draft: Draft, placed: PlacedTariff, by_key: Mapping[str, PlacedTariff]) -> None:
    row = placed.row
    if row.converts_to is None:
        return
    target = by_key.get(f"{row.site_id}/{row.converts_to}")
    if target is None:
        firm = [other.row.contract_id for other in by_key.values() if (other.row.site_id, other.row.kind) == (row.site_id, "firm")]
        message = f"there is no tariff {row.converts_to!r} at this site; {nearest(row.converts_to, firm)}"
        _note(draft, placed, "converts_to", message)
    elif target.row.kind != "firm":
        message = f"{row.converts_to!r} is of kind {target.row.kind}; interruptible service converts to a firm offer"
        _note(draft, placed, "converts_to", message)
    elif row.exclusive_group is None or target.row.exclusive_group != row.exclusive_group:
        groups = f"{row.exclusive_group or 'none'} and {target.row.exclusive_group or 'none'}"
        message = f"both offers must be of one exclusive_group, for one takes the other's place; they are of {groups}"
        _note(draft, placed, "converts_to", message)


def _check_market(draft: Draft, placed: PlacedTariff, site: SiteRow | None) -> None:
    """An index tariff is to be had where customers may choose their supplier, or as a tariff of the utility."""
    row = placed.row
    if row.kind != "index" or row.market_access == "utility_program" or site is None:
        return
    if not site.county_fips:
        message = f"whether customers at {site.site_id!r} may buy at wholesale hangs on the county: give its county_fips in sites"
        _note(draft, placed, "kind", message)
        return
    found = wholesale().get(site.county_fips)
    if found is not None and found.answer == "true":
        return
    why = {"false": "no utility of the county lets businesses choose their supplier"}.get(
        found.answer if found is not None else "", "it is not known that a utility of the county lets businesses choose their supplier"
    )
    who = f" ({found.utility})" if found is not None and found.utility else ""
    message = (
        f"{why}{who}: dataset price_series, county {site.county_fips}; the state or the utility must open its market, or have a real-time "
        "tariff of its own: then write market_access = utility_program; else kind firm"
    )
    _note(draft, placed, "kind", message)
