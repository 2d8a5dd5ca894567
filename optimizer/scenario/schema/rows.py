"""Rows of the tables a scenario names."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from optimizer.scenario.schema.fields import (
    DATE_PATTERN,
    FIPS_PATTERN,
    Fraction,
    Line,
    Megawatt,
    Month,
    Months,
    Musd,
    MusdPerMegawatt,
    Name,
    OfferedMegawatt,
    Record,
    UsdPerKwMonth,
)
from optimizer.scenario.schema.rows_power import BatteryRow, EmissionRate, OnsiteGasRow, PpaRow, TariffRow


def _lower(value: object) -> object:
    """Spreadsheets write TRUE and FALSE."""
    return value.lower() if isinstance(value, str) else value


class SiteRow(Record):
    """A row of ``sites``: a candidate place."""

    site_id: Name = Field(description="Id of the site")
    name: Line = Field(default="", description="Name people use")
    lat: float = Field(ge=-90, le=90, description="Latitude, degrees north (WGS 84)")
    lon: float = Field(ge=-180, le=180, description="Longitude, degrees east (WGS 84)")
    county_fips: Annotated[str, Field(pattern=FIPS_PATTERN)] = Field(
        default="", description="County, five digits; the place is checked against it"
    )
    utility: Line = Field(default="", description="Utility that serves it")
    max_gpus: Annotated[float, Field(ge=0, le=1e8)] | None = Field(default=None, description="Most GPUs online; none: no limit")
    peak_facility_ratio: float = Field(ge=1, le=3, description="Facility load over IT load at the peak")
    annual_pue: float = Field(ge=1, le=3, description="Facility energy over IT energy in a year")
    sales_tax_fraction: Annotated[float, Field(ge=0, le=0.2)] = Field(default=0.0, description="Sales tax on hardware")
    sales_tax_exempt: Annotated[Literal["true", "false", "unknown"], BeforeValidator(_lower)] = Field(
        default="unknown", description="Exemption; unknown is taxed"
    )
    exempt_min_musd: Musd = Field(default=0.0, description="Investment from which the exemption holds")
    exempt_within_months: Annotated[int, Field(ge=1, le=1200)] = Field(
        default=60, description="Months from the start of the site in which that is to be invested"
    )
    property_tax_fraction_per_year: Annotated[float, Field(ge=0, le=0.1)] = Field(
        default=0.0, description="Property tax per assessed value"
    )
    abatement_months: Months = Field(default=0, description="Months each vintage is free of property tax")
    grid_limit_mw: Megawatt | None = Field(default=None, description="Most grid MW of all tariffs together; none: no limit")
    grid_t_per_mwh: EmissionRate | None = Field(
        default=None, description="CO2 of grid energy; empty: of the county's eGRID subregion, from the datasets"
    )
    hourly_pue: bool = Field(default=False, description="Whether annual_pue varies by hour with the climate")
    time_zone: Line = Field(default="", description="Local clock, such as America/Chicago; empty: by the place")
    related_party: bool = Field(default=False, description="The owner is related to the buyer")
    note: str = Field(default="", description="Anything worth knowing")


class ModeRow(Record):
    """A row of ``modes``: one way in which capacity comes to be at a site."""

    site_id: str = Field(description="Site")
    mode: Literal["greenfield", "retrofit", "build_to_suit", "conversion", "colocation"] = Field(description="Kind of mode")
    lead_months: Months = Field(description="From the start to the first capacity")
    mw_per_month: Megawatt | None = Field(default=None, description="IT MW added a month after the lead; none: no limit of rate")
    block_it_mw: Megawatt = Field(default=0.0, description="Additions are whole blocks; 0: continuous")
    max_it_mw: OfferedMegawatt = Field(description="Most IT MW")
    initial_it_mw: Megawatt = Field(default=0.0, description="IT MW that stand already")
    capex_musd_per_mw: MusdPerMegawatt = Field(
        description="Construction per IT MW; empty: capex_us_mean_musd_per_mw x the county's index"
    )
    capex_us_mean_musd_per_mw: MusdPerMegawatt | None = Field(
        default=None, description="Construction per IT MW on the US mean: fills an empty capex_musd_per_mw, else without effect"
    )
    fixed_cost_musd: Musd = Field(default=0.0, description="Construction whatever the size")
    land_musd: Musd = Field(default=0.0, description="Land, paid at the start")
    cooling: Literal["air", "liquid", "both"] = Field(description="Cooling of its halls")
    liquid_adder_musd_per_mw: MusdPerMegawatt | None = Field(
        default=None, description="Liquid cooling of air-cooled MW; none: not to be had"
    )
    lease_usd_per_kw_month: UsdPerKwMonth = Field(default=0.0, description="Lease per IT kW; 0: owned")
    lease_months: Months = Field(default=0, description="Term of the lease")
    free_rent_months: Months = Field(default=0, description="Months of the lease without rent")
    staff_musd_per_mw_year: MusdPerMegawatt = Field(default=0.0, description="Staff per IT MW and year")
    residual_fraction: Fraction = Field(default=0.0, description="Share of the construction that is left at the end")


class RampRow(Record):
    """A row of ``ramps``: cumulative MW of a contract from a month on."""

    site_id: str = Field(description="Site")
    contract_id: str = Field(description="Contract")
    from_month: Month = Field(alias="from", description="Month from which the MW are in force")
    mw: Megawatt = Field(description="Cumulative facility MW")
    from_low: Month | None = Field(default=None, description="Earliest month (for studies)")
    from_high: Month | None = Field(default=None, description="Latest month (for studies)")
    probability: Fraction | None = Field(default=None, description="Chance that it comes (for studies)")
    condition: str = Field(default="", description="What it hangs on")


class SourceRow(Record):
    """A row of ``sources``: where a number comes from."""

    table: str = Field(description="Table of the number")
    key: str = Field(description="Key of its row, parts joined with /; * for a whole column")
    column: str = Field(description="Its column; * for a whole row")
    kind: Literal["fact", "estimate", "assumption", "negotiated_offer", "later_measure"] = Field(
        description="What kind of number it is"
    )
    quality: Literal["", "primary", "press", "secondary"] = Field(default="", description="How far to lean on the source")
    as_of: Annotated[str, Field(pattern=DATE_PATTERN)] = Field(
        default="", description="Date of the source: year, month or day"
    )
    url: str = Field(default="", description="Where it can be read")
    note: str = Field(default="", description="Anything worth knowing")


ROW_MODELS: dict[str, type[Record]] = {
    "sites": SiteRow,
    "modes": ModeRow,
    "tariffs": TariffRow,
    "onsite_gas": OnsiteGasRow,
    "ppas": PpaRow,
    "batteries": BatteryRow,
    "ramps": RampRow,
    "sources": SourceRow,
}
"""Model of a row of each table."""

KEYS: dict[str, tuple[str, ...]] = {
    "sites": ("site_id",),
    "modes": ("site_id", "mode"),
    "tariffs": ("site_id", "contract_id"),
    "onsite_gas": ("site_id", "contract_id"),
    "ppas": ("site_id", "contract_id"),
    "batteries": ("site_id", "contract_id"),
    "ramps": ("site_id", "contract_id", "from"),
    "sources": ("table", "key", "column"),
}
"""Columns that together name a row of each table."""

TABLE_SETTINGS: dict[str, tuple[str, str]] = {
    "sites": ("sites", "table"),
    "modes": ("sites", "modes"),
    "tariffs": ("contracts", "tariffs"),
    "onsite_gas": ("contracts", "onsite_gas"),
    "ppas": ("contracts", "ppas"),
    "batteries": ("contracts", "batteries"),
    "ramps": ("contracts", "ramps"),
    "sources": ("provenance", "table"),
}
"""Section and field of scenario.toml that name the file of each table."""

OFFER_TABLES = ("tariffs", "onsite_gas", "ppas", "batteries")
"""Tables of offers of power: contracts of a site differ in name over all of them."""
