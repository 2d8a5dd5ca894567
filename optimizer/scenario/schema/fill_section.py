"""Section ``[sites.fill]``: what candidate sites made from the datasets are like, where the datasets cannot say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optimizer.scenario.schema.fields import Fraction, Megawatt, Months, MusdPerMegawatt, Record


class FillSection(Record):
    """Section ``[sites.fill]``: parameters of the rules that fill sites (docs/data.md); each may be left out."""

    max_it_mw: Megawatt = Field(default=150.0, description="Most IT MW of a filled site, where its grid allows them")
    cooling: Literal["air", "liquid", "both"] = Field(default="both", description="Cooling of filled halls; both: PUE of air")
    lead_months: Months | None = Field(default=None, description="Construction; none: by region from cited figures")
    service_months: Months | None = Field(default=None, description="From signing to grid service; none: as lead_months")
    mw_per_month: Megawatt | None = Field(default=20.0, description="IT MW added a month after the lead")
    capex_musd_per_mw: MusdPerMegawatt | None = Field(default=None, description="US mean; none: the cited survey")
    acres: Annotated[float, Field(ge=0, le=100_000)] | None = Field(default=None, description="Land; none: the cited mean parcel")
    substation_musd_per_mw: MusdPerMegawatt = Field(default=0.24, description="Substation per facility MW")
    energy_fraction: Fraction = Field(default=0.65, description="Share of the retail price that is energy, not demand")
    load_factor_fraction: Fraction = Field(default=0.85, description="IT load factor at which the bill is the retail price")
    term_months: Annotated[int, Field(ge=1, le=1200)] = Field(default=60, description="Term of filled tariffs")
    min_take_fraction: Fraction = Field(default=0.6, description="Minimum take and ratchet of filled tariffs")
    hub_adder_usd_per_mwh: Annotated[float, Field(ge=0, le=200)] = Field(
        default=3.0, description="Supplier's adder to the hub's mean"
    )
    sales_tax_fraction: Annotated[float, Field(ge=0, le=0.2)] | None = Field(default=None, description="Sales tax; none: of the state")
    property_tax_fraction_per_year: Annotated[float, Field(ge=0, le=0.1)] = Field(default=0.015, description="Property tax")
    staff_musd_per_mw_year: MusdPerMegawatt = Field(default=0.1, description="Staff per IT MW and year")
    residual_fraction: Fraction = Field(default=0.4, description="Share of the construction left at the end")
    onsite_gas: bool = Field(default=False, description="Offer bought gas turbines too: no dataset knows pipelines")
