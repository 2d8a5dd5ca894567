"""Rows of the tables of offers of power: tariffs, on-site gas, power purchase agreements, batteries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from optimizer.scenario.schema.fields import (
    Fraction,
    Megawatt,
    Month,
    Months,
    Musd,
    Name,
    OfferedMegawatt,
    Record,
    UsdPerKwMonth,
    UsdPerMonth,
    UsdPerMwh,
)

Charge = Annotated[float, Field(ge=0, le=1_000)]
EmissionRate = Annotated[float, Field(ge=0, le=5)]
Term = Annotated[int, Field(ge=1, le=1200)]


def calendar_months(text: str) -> tuple[int, ...]:
    """Calendar months of a text such as ``6,7,8,9``, ascending, each once.

    Raises
    ------
    ValueError
        The text is no list of numbers from 1 to 12.
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 1 <= int(part) <= 12 for part in parts):
        raise ValueError(f'{text!r} is no list of calendar months; write their numbers, such as "6,7,8,9"')
    return tuple(sorted({int(part) for part in parts}))


def _check_months(value: str) -> str:
    if value:
        calendar_months(value)
    return value


CalendarMonths = Annotated[str, AfterValidator(_check_months)]


class TariffRow(Record):
    """A row of ``tariffs``: an offer of grid power."""

    site_id: str = Field(description="Site")
    contract_id: Name = Field(description="Id of the contract at its site")
    kind: Literal["firm", "interruptible", "index"] = Field(
        default="firm", description="At a price, at a price with hours in which it does not serve, or at the hourly price of a node"
    )
    stage: Literal["energized", "agreement", "offered", "study"] = Field(
        default="offered", description="How far the offer has come"
    )
    exclusive_group: Name | None = Field(default=None, description="At most one offer of a group is used")
    mw_min: Megawatt = Field(default=0.0, description="Least facility MW contracted")
    mw_max: OfferedMegawatt = Field(description="Most facility MW contracted")
    sign_lead_months: Months = Field(default=0, description="From signing to the begin")
    term_months: Term | None = Field(default=None, description="Term of each MW from its own date; none: to the end of the horizon")
    energy_usd_per_mwh: UsdPerMwh | None = Field(default=None, description="Price of energy; not with kind index or a rate")
    rate: Name | None = Field(
        default=None, description="File rates/NAME.toml: charges by hours and tiers, in place of energy, demand and fixed"
    )
    market_access: Literal["choice", "utility_program"] | None = Field(
        default=None, description="By what right an index tariff is had: customer choice (the default) or a utility's real-time tariff"
    )
    price_series: str | None = Field(default=None, description="Hourly price of an index tariff: of the datasets or an own series")
    price_level_usd_per_mwh: UsdPerMwh | None = Field(
        default=None, description="Mean of the index in dollars of currency_year, its shape kept; none: its own mean"
    )
    adder_usd_per_mwh: float | None = Field(default=None, ge=-1000, le=1000, description="Supplier's adder to the index; none: 0")
    ancillary_usd_per_mwh: Charge = Field(default=0.0, description="Ancillary services on an index tariff's energy")
    transmission_usd_per_mwh: Charge = Field(default=0.0, description="Transmission on all energy")
    capacity_usd_per_kw_month: UsdPerKwMonth = Field(default=0.0, description="Capacity charge on the peak")
    coincident_usd_per_kw: Charge = Field(default=0.0, description="Price of the load in each of the system's peak hours")
    coincident_months: CalendarMonths = Field(default="", description='Months with a system peak hour, such as "6,7,8,9"')
    demand_usd_per_kw_month: UsdPerKwMonth = Field(default=0.0, description="Price of billed demand")
    ratchet_fraction: Fraction = Field(default=0.0, description="Share of the highest peak in a year that is billed")
    min_take_fraction: Fraction = Field(default=0.0, description="Share of contracted MW that is billed as demand")
    min_energy_fraction: Fraction = Field(default=0.0, description="Share of contracted MW round the clock billed as energy")
    fixed_usd_per_month: UsdPerMonth = Field(default=0.0, description="Fixed charge in service")
    minimum_bill_usd_per_month: UsdPerMonth = Field(default=0.0, description="Least sum of energy, demand and fixed charge")
    customer_capex_musd: Musd = Field(default=0.0, description="Interconnection the customer pays")
    capex_refund_months: Months = Field(default=0, description="Months over which it is refunded; 0: never")
    deposit_musd: Musd = Field(default=0.0, description="Deposit at signing, returned after the term")
    exit_musd: Musd | None = Field(default=None, description="Fee for leaving within the term; none: no way out")
    interruptible_hours_per_year: Annotated[int, Field(ge=1, le=8760)] | None = Field(
        default=None, description="Hours of a year in which an interruptible tariff does not serve"
    )
    called_by: Literal["price", "heat"] | None = Field(
        default=None, description="Whether those are the dearest or the hottest hours; none: the dearest where there is a price series"
    )
    called_price_series: str | None = Field(
        default=None, description="Prices by which called and peak hours are found; none: its own, else those of the site's index"
    )
    converts_to: str | None = Field(default=None, description="Firm offer of the site and group that takes over its MW (interruptible)")
    emissions_t_per_mwh: EmissionRate | None = Field(default=None, description="CO2 of its energy by market; none: the site's grid")


def index_series(tariffs: Iterable[TariffRow]) -> dict[str, str]:
    """Price series of the first index tariff of each site; an offer of 0 MW is none."""
    found: dict[str, str] = {}
    for row in tariffs:
        if row.kind == "index" and row.price_series is not None and row.mw_max > 0:
            found.setdefault(row.site_id, row.price_series)
    return found


def calling_series(row: TariffRow, of_sites: Mapping[str, str]) -> str | None:
    """Name of the price series by which called and system peak hours of a tariff are found; ``None``: by heat.

    Its own, else ``called_price_series``, else that of its site (``index_series``).
    """
    return row.price_series or row.called_price_series or of_sites.get(row.site_id)


class OnsiteGasRow(Record):
    """A row of ``onsite_gas``: generating units on the site."""

    site_id: str = Field(description="Site")
    contract_id: Name = Field(description="Id of the contract at its site")
    exclusive_group: Name | None = Field(default=None, description="At most one offer of a group is used")
    unit_mw: float = Field(gt=0, le=2000, description="MW of one unit")
    units_max: Annotated[int, Field(ge=0, le=10_000)] = Field(description="Most units")
    spare_units: Annotated[int, Field(ge=0, le=10_000)] = Field(default=0, description="Units that stand spare for firm MW")
    derate_fraction: float = Field(default=0.0, ge=0, lt=1, description="Share of a unit's MW lost to heat and height of the site")
    heat_rate_mmbtu_per_mwh: float = Field(ge=3, le=30, description="Fuel per energy")
    gas_usd_per_mmbtu: float | None = Field(
        default=None, ge=0, le=200, description="Price of gas, delivered; empty: hub + basis + transport, else the state's industrial price"
    )
    gas_hub_usd_per_mmbtu: float | None = Field(default=None, ge=0, le=200, description="Price at the hub")
    gas_basis_usd_per_mmbtu: float | None = Field(default=None, ge=-50, le=200, description="Price of the place over the hub's")
    gas_transport_usd_per_mmbtu: float | None = Field(default=None, ge=0, le=50, description="Transport to the site")
    gas_mmbtu_per_day_max: float | None = Field(default=None, ge=0, le=10_000_000, description="Most gas on a day; none: no limit")
    rent_usd_per_kw_month: UsdPerKwMonth | None = Field(default=None, description="Rent; this or buy_usd_per_kw")
    buy_usd_per_kw: float | None = Field(default=None, ge=0, le=50_000, description="Price; this or rent_usd_per_kw_month")
    sign_lead_months: Months = Field(default=0, description="From signing to the first unit")
    min_months: Months = Field(default=0, description="Least months a rented unit stays")
    max_months: Term | None = Field(default=None, description="Most months a rented unit stays; none: no limit")
    permit_route: str = Field(default="", description="Air permit it goes by")
    permit_months: Months = Field(default=0, description="Months to the permit")
    permit_mw: Megawatt | None = Field(default=None, description="MW the permit allows; none: no limit")
    permit_basis: Literal["actual", "potential"] = Field(
        default="actual", description="potential: the permit counts all units at full load; permit_mw follows from the NOx of a year"
    )
    run_hours_per_year_max: float | None = Field(
        default=None, ge=0, le=8784, description="Full-load hours a year; none: no limit"
    )
    nox_t_per_gwh: float = Field(default=0.0, ge=0, le=100, description="NOx per energy")
    nox_t_per_year_max: float | None = Field(default=None, ge=0, le=100_000, description="NOx a year; none: no limit")
    emissions_t_per_mwh: EmissionRate = Field(default=0.0, description="CO2 per energy")
    outage_hours: float = Field(default=4.0, ge=0, le=720, description="Hours for which a battery stands in as the spare unit")
    lifetime_months: Term = Field(default=240, description="Life of a bought unit")
    resale_fraction: Fraction = Field(default=0.0, description="Share of the straight-line value that resale brings")


class PpaRow(Record):
    """A row of ``ppas``: MW of a plant elsewhere, for a term and at a strike price."""

    site_id: str = Field(description="Site")
    contract_id: Name = Field(description="Id of the contract at its site")
    exclusive_group: Name | None = Field(default=None, description="At most one offer of a group is used")
    technology: Name = Field(description="What the plant is; wind, solar, hydro, nuclear and geothermal are clean")
    form: Literal["as_produced", "baseload", "shaped"] = Field(description="Volume by a profile, round the clock, or in a given shape")
    settlement: Literal["physical", "financial"] = Field(
        description="Delivered behind the site's meter by a private wire, or settled: the difference to the hub paid"
    )
    strike_usd_per_mwh: UsdPerMwh = Field(description="Price of its energy over the term, not escalated")
    profile: str | None = Field(
        default=None, description='Share of its MW by hour: REGION/TECHNOLOGY of the datasets, such as "ERCOT/wind", or an own series'
    )
    hub: str = Field(description="Price series at which it is settled or sold back")
    hub_level_usd_per_mwh: UsdPerMwh | None = Field(
        default=None, description="Mean of the hub in dollars of currency_year, its shape kept; none: its own mean"
    )
    mw_min: Megawatt = Field(default=0.0, description="Least MW")
    mw_max: OfferedMegawatt = Field(description="Most MW")
    from_month: Month | None = Field(default=None, alias="from", description="First month of delivery; none: of the horizon")
    begin_by: Month | None = Field(default=None, description="Last month in which it can begin; none: the offer stands")
    term_months: Term | None = Field(default=None, description="Term; none: to the end of the horizon")
    sell_back_fee_usd_per_mwh: Charge = Field(default=0.0, description="Fee on energy sold back at the hub (physical)")
    wires_usd_per_mwh: Charge = Field(default=0.0, description="Wires on energy used at the site (physical)")


class BatteryRow(Record):
    """A row of ``batteries``: a battery to be bought, MW and MWh chosen."""

    site_id: str = Field(description="Site")
    contract_id: Name = Field(description="Id of the contract at its site")
    exclusive_group: Name | None = Field(default=None, description="At most one offer of a group is used")
    mw_max: OfferedMegawatt = Field(description="Most MW")
    duration_h: float | None = Field(default=None, gt=0, le=1000, description="MWh over MW; this or mwh_max")
    mwh_max: float | None = Field(default=None, ge=0, le=1_000_000, description="Most MWh, chosen freely; this or duration_h")
    usd_per_kw: float = Field(ge=0, le=50_000, description="Price of power")
    usd_per_kwh: float = Field(ge=0, le=50_000, description="Price of energy stored")
    round_trip_efficiency: float = Field(gt=0, le=1, description="Energy out over energy in")
    degradation_usd_per_mwh: Charge = Field(default=1.0, description="Wear per energy discharged")
    sign_lead_months: Months = Field(default=0, description="From signing to service")
    lifetime_months: Term = Field(default=180, description="Life")
    resale_fraction: Fraction = Field(default=0.0, description="Share of the straight-line value that resale brings")
