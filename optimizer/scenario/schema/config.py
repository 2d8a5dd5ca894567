"""The sections of ``scenario.toml`` but for what is bought and wanted (``wants``)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optimizer.scenario.schema.fields import Day, Fraction, Line, Month, Months, MonthValues, Musd, Name, NumberOrByMonth, Rate, Record
from optimizer.scenario.schema.fill_section import FillSection
from optimizer.scenario.schema.wants import Gpu, Rental, Workload

Goal = Literal["min_cost", "earliest", "max_compute", "min_carbon", "max_clean"]


class About(Record):
    """Section ``[scenario]``: what the scenario is and as of when."""

    name: Name = Field(description="Short name: letters, digits, - and _")
    title: Line = Field(default="", description="The question in one line")
    as_of: Day = Field(description="Day on which the question is asked")
    currency_year: int = Field(ge=1990, le=2100, description="Year whose dollars undated inputs are in")


class EscalationRates(Record):
    """Nominal growth per calendar year of the lines that escalate."""

    power: Rate = Field(default=0.0, description="Tariffs, per year")
    gas: Rate = Field(default=0.0, description="Fuel gas, per year")
    staff: Rate = Field(default=0.0, description="Staff, per year")
    lease: Rate = Field(default=0.0, description="Leases, per year")


class HorizonSection(Record):
    """Section ``[horizon]``: the months a plan covers, and what time costs."""

    start: Month = Field(description="First month")
    months: int = Field(ge=1, le=600, description="Months covered")
    period: Literal["month", "quarter"] = Field(default="month", description="Length of a period")
    discount_rate_per_year: Fraction = Field(default=0.0, description="Nominal discount rate per year")
    escalation_per_year: EscalationRates = Field(default=EscalationRates(), description="Growth of lines per year")


class Objective(Record):
    """Section ``[objective]``: goals in order of priority."""

    goals: tuple[Goal, ...] = Field(
        default=("min_cost",), min_length=1, description="Goals in order of priority; the last is min_cost"
    )
    priority_tolerance: Fraction = Field(default=0.005, description="Share by which a later goal may worsen an earlier one")
    carbon_price_usd_per_t: float = Field(default=0.0, ge=0, le=5000, description="Price of a tonne of CO2")
    carbon_basis: Literal["location", "market"] = Field(
        default="market", description="Whether tonnes count by the grid of the place or by what was contracted"
    )
    carbon_cap_t_per_year: NumberOrByMonth | None = Field(
        default=None, description="Most tonnes a year: one number, or by month from which it is in force; none: no cap"
    )
    clean_share_min: Fraction = Field(default=0.0, description="Least share of energy matched hour by hour by clean contracts")


class PurseItem(Record):
    """One of ``budget.purses``: money with dates on it."""

    name: Name = Field(description="Name of the purse")
    amounts: MonthValues = Field(description="Million USD by month")
    every_month: bool = Field(default=False, description="The amount in force comes every month")
    pays_for: tuple[str, ...] = Field(min_length=1, description="Ledger groups or group.line it may pay")


class Debt(Record):
    """``budget.debt``: a loan on the GPUs, which pays for capital; purses that pay ``finance`` or ``operations`` serve it."""

    enabled: bool = Field(default=False, description="Whether money may be borrowed")
    limit_musd: Musd = Field(default=0.0, description="Most that may be owed at any time")
    from_month: Month | None = Field(default=None, alias="from", description="First month of a draw; none: the first of the horizon")
    advance_fraction_of_gpus: Fraction = Field(default=0.0, description="Share of the book value of GPUs paid for that is lent")
    interest_per_year: Fraction = Field(default=0.0, description="Interest per year on what is owed; stated where debt is enabled")
    fee_fraction: Fraction = Field(default=0.0, description="Fee as a share of a draw")
    repay_months: Months = Field(default=0, description="Months over which a draw is repaid in equal instalments")


class Budget(Record):
    """Section ``[budget]``; without it money is no limit."""

    purses: tuple[PurseItem, ...] = Field(min_length=1, description="Money with dates on it")
    debt: Debt = Field(default=Debt(), description="A loan on the GPUs")


class SitesSection(Record):
    """Section ``[sites]``: the tables of candidates and what is said about them."""

    table: str | None = Field(default=None, description="File of the table sites")
    layer: str | None = Field(default=None, description="Layer of a GeoPackage of sites; none: the only one")
    crs: str | None = Field(default=None, description="Coordinate system of columns x and y of a CSV file, such as EPSG:5070")
    dataset: str | None = Field(default=None, description="Bundled dataset instead of a table: counties")
    where: str | None = Field(default=None, description="Condition on the dataset's columns, such as rto == 'ERCOT'")
    modes: str | None = Field(default=None, description="File of the table modes; none: filled from the datasets")
    fill: FillSection | None = Field(default=None, description="How sites are filled from the datasets")
    service_costs: str | None = Field(default=None, description="File of the table service_costs (not in this version)")
    at_most: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        default=None, description="Most sites started; none: no limit"
    )
    committed: tuple[str, ...] = Field(default=(), description="Sites that are started")
    forbidden: tuple[str, ...] = Field(default=(), description="Sites that are not started")

    @property
    def is_filled(self) -> bool:
        """Whether sites are made or completed from the datasets: asked for, or no modes are given."""
        return self.dataset is not None or self.fill is not None or (self.table is not None and self.modes is None)


class Contracts(Record):
    """Section ``[contracts]``: offers of power; without it power is left out."""

    tariffs: str | None = Field(default=None, description="File of the table tariffs")
    onsite_gas: str | None = Field(default=None, description="File of the table onsite_gas")
    batteries: str | None = Field(default=None, description="File of the table batteries")
    ppas: str | None = Field(default=None, description="File of the table ppas")
    ramps: str | None = Field(default=None, description="File of the table ramps")
    reserve_fraction: Fraction = Field(default=0.0, description="Firm MW above the peak, as a share of the peak")
    series: str | None = Field(default=None, description="File of own hourly series: a column hour, 0 to 8759, and one per series")
    price_year: int | None = Field(
        default=None, ge=2015, le=2100, description="Year of hourly prices and its days of the week; needed for prices of the datasets"
    )
    typical_days: int = Field(default=12, ge=4, le=365, description="Typical days of a year, where prices are hourly")
    hours: Literal["all"] | None = Field(default=None, description="All 8,760 hours in place of typical days")
    ppa_energy_share_max: float = Field(
        default=1.0, ge=0, le=100, description="Most energy of a site's PPAs in a year, as a share of its load"
    )
    ppa_peak_multiple_max: float = Field(default=5.0, ge=0, le=1000, description="Most MW of a site's PPAs, as a multiple of its peak load")
    peak_hours_per_day: float = Field(default=6.0, gt=0, le=24, description="Hours of a day for which a battery must shave a peak")


class ProvenanceSection(Record):
    """Section ``[provenance]``: where numbers come from."""

    table: str = Field(description="File of the table sources")
    require_source: bool = Field(default=False, description="A numeric cell without a source is refused")
    refuse_after_as_of: bool = Field(default=False, description="A fact or estimate dated after as_of is refused")


class Config(Record):
    """All of ``scenario.toml``."""

    scenario: About
    horizon: HorizonSection
    objective: Objective = Objective()
    budget: Budget | None = None
    gpus: tuple[Gpu, ...] = Field(min_length=1)
    workloads: tuple[Workload, ...] = Field(min_length=1)
    rentals: tuple[Rental, ...] = ()
    sites: SitesSection
    contracts: Contracts | None = None
    provenance: ProvenanceSection | None = None
