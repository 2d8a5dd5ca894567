"""Frozen records of the offers of power at a site: tariffs with their rates, on-site gas, power purchase agreements, batteries.

What the numbers mean is said once, in ``docs/conventions.md``. Months are whole numbers counted from the first day of the horizon.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

MonthValue = tuple[int, float]
"""A month of the horizon and the value in force from it on."""

CLEAN_TECHNOLOGIES = ("wind", "solar", "hydro", "nuclear", "geothermal")
"""Technologies of a power purchase agreement that count as clean."""


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the local clock: in some ``months`` (1 to 12), on all days, weekdays or weekends, from ``hour_from`` up to ``hour_to``.

    ``hour_from == hour_to`` is the whole day; ``hour_from > hour_to`` runs over midnight. ``also`` are further windows whose hours belong
    to this one as well, each hour counted once; they have none of their own. Take the parts one by one from ``parts``.
    """

    months: tuple[int, ...]
    days: Literal["all", "weekday", "weekend"]
    hour_from: int
    hour_to: int
    also: tuple[Window, ...] = ()

    @property
    def parts(self) -> tuple[Window, ...]:
        """The windows that this one is made of, each without further ones: an hour of any of them is an hour of this."""
        return (replace(self, also=()), *self.also) if self.also else (self,)


@dataclass(frozen=True, slots=True)
class Tier:
    """A block of a month's energy, up to a cumulative ``upto_mwh``, or ``upto_kwh_per_kw`` of billed demand (neither: all the rest)."""

    upto_mwh: float | None
    usd_per_mwh: float
    upto_kwh_per_kw: float | None = None


@dataclass(frozen=True, slots=True)
class EnergyCharge:
    """A price of the energy drawn within a window, in tiers by month; by hours of use where it names a demand charge, ``hours_use_of``.

    A tier by hours of use holds so many kWh for each kW that the demand charge bills in the month.
    """

    name: str
    window: Window
    tiers: tuple[Tier, ...]
    hours_use_of: str | None = None

    def ends_mwh(self, billed_mw: float, months: float = 1.0) -> list[float | None]:
        """Cumulative ends of the tiers in some months in which the demand charge bills ``billed_mw``; ``None``: all the rest."""
        ends = [tier.upto_mwh if tier.upto_kwh_per_kw is None else tier.upto_kwh_per_kw * billed_mw for tier in self.tiers]
        return [None if end is None else end * months for end in ends]


@dataclass(frozen=True, slots=True)
class DemandTier:
    """A block of a month's billed MW, up to a cumulative ``upto_mw`` (``None``: all the rest)."""

    upto_mw: float | None
    usd_per_kw_month: float


@dataclass(frozen=True, slots=True)
class Ratchet:
    """A share of earlier peaks that is billed at least: those of ``lookback_months`` months before, among ``peak_months`` (empty: any).

    The fields with defaults are for bills of a whole load alone: ``whole_year`` looks at every month of the billing year, later ones
    too, in place of the months before; ``window`` is where the peaks are counted, when it is not the charge's own window.
    """

    fraction: float
    lookback_months: int
    peak_months: tuple[int, ...]
    whole_year: bool = False
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class DemandCharge:
    """A price a month of the highest MW within a window, or of a share of earlier peaks: the largest that one of ``ratchets`` gives.

    The first ratchet (``ratchet_fraction`` above 0) looks at the same window's peaks of ``ratchet_lookback_months`` months before, those
    among ``ratchet_peak_months`` (calendar months; empty: any); ``more_ratchets`` stand beside it. In ``peak_fraction_months`` only
    ``peak_fraction`` of the month's own peak counts.

    Some fields are for bills of a whole load alone (``optimizer.billing``), never for the model: ``tiers`` take the place
    of ``usd_per_kw_month``; ``ratchet_whole_year`` and ``ratchet_window`` of the first ratchet, as of any; ``minimum_mw`` is billed at
    least.
    """

    name: str
    window: Window
    usd_per_kw_month: float
    ratchet_fraction: float
    ratchet_lookback_months: int
    ratchet_peak_months: tuple[int, ...]
    tiers: tuple[DemandTier, ...] = ()
    ratchet_whole_year: bool = False
    ratchet_window: Window | None = None
    minimum_mw: float | None = None
    more_ratchets: tuple[Ratchet, ...] = ()
    peak_fraction: float = 1.0
    peak_fraction_months: tuple[int, ...] = ()

    @property
    def ratchets(self) -> tuple[Ratchet, ...]:
        """All ratchets that bill something."""
        months, looked = self.ratchet_lookback_months, self.ratchet_peak_months
        first = Ratchet(self.ratchet_fraction, months, looked, self.ratchet_whole_year, self.ratchet_window)
        return tuple(ratchet for ratchet in (first, *self.more_ratchets) if ratchet.fraction > 0)

    def own_fraction(self, month: int) -> float:
        """Share of a calendar month's own peak that is billed: of the peak itself, or of a ratchet that looks at the month."""
        own = self.peak_fraction if month in self.peak_fraction_months else 1.0
        return max(own, *(each.fraction for each in self.ratchets if not each.peak_months or month in each.peak_months), 0.0)


@dataclass(frozen=True, slots=True)
class CoincidentCharge:
    """A price of the MW drawn in the hours of the system's peak: in each of ``hours``, or the highest of them in a month or a year.

    ``hours`` are local clock times, ``2022-08-16 17:00`` (never for the model) or, of every year, ``08-16 17:00``; empty (never for the
    model): in each of ``months`` the hour in which the system's load, given with the load to be billed, is highest. The highest of a
    calendar year is paid in the month of the last of its hours.
    """

    name: str
    months: tuple[int, ...]
    usd_per_kw: float
    hours: tuple[str, ...]
    highest_of: Literal["month", "year"] | None = None

    def hours_of(self, month: int) -> tuple[str, ...]:
        """Hours of every year, ``08-16 17:00``, that lie in a calendar month."""
        return tuple(hour for hour in self.hours if int(hour[:2]) == month)


@dataclass(frozen=True, slots=True)
class IndexCharge:
    """The energy drawn within a window at an hourly market price, given with the load to be billed, plus an adder (never for the model)."""

    name: str
    window: Window
    adder_usd_per_mwh: float


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate schedule: charges add up; hours that no window covers cost nothing.

    The minimum bill is compared with energy, demand and fixed charge together; ``coincident`` stands beside them. ``index`` is never for
    the model: a contract has fields of its own for it.
    """

    name: str
    energy: tuple[EnergyCharge, ...]
    demand: tuple[DemandCharge, ...]
    fixed_usd_per_month: float
    minimum_bill_usd_per_month: float
    coincident: tuple[CoincidentCharge, ...] = ()
    index: tuple[IndexCharge, ...] = ()
    fixed_usd_per_day: float = 0.0

    def fixed_usd(self, months: int, days: float) -> float:
        """Fixed charge of some months that have so many days together, USD."""
        return self.fixed_usd_per_month * months + self.fixed_usd_per_day * days


@dataclass(frozen=True, slots=True)
class Tariff:
    """An offer of grid power at a site; ``ramp`` is cumulative MW of facility load from a month on.

    An index tariff names the ``price_series`` of its node; an interruptible one the ``called_series`` of the hours in which it does not
    serve; ``coincident_series`` marks the system's peak hours. ``rate`` replaces the flat energy and demand prices.
    """

    contract_id: str
    kind: Literal["firm", "interruptible", "index"]
    stage: str
    exclusive_group: str | None
    mw_min: float
    mw_max: float
    sign_lead_months: int
    term_months: int | None
    energy_usd_per_mwh: float
    demand_usd_per_kw_month: float
    ratchet_fraction: float
    min_take_fraction: float
    min_energy_fraction: float
    fixed_usd_per_month: float
    customer_capex_musd: float
    capex_refund_months: int
    deposit_musd: float
    exit_musd: float | None
    ramp: tuple[MonthValue, ...]
    price_series: str | None = None
    adder_usd_per_mwh: float = 0.0
    transmission_usd_per_mwh: float = 0.0
    ancillary_usd_per_mwh: float = 0.0
    capacity_usd_per_kw_month: float = 0.0
    coincident_usd_per_kw: float = 0.0
    coincident_series: str | None = None
    called_series: str | None = None
    converts_to: str | None = None
    minimum_bill_usd_per_month: float = 0.0
    emissions_t_per_mwh: float | None = None
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class OnsiteGas:
    """Generating units on the site: rented (``rent_usd_per_kw_month``) or bought (``buy_usd_per_kw``).

    ``gas_usd_per_mmbtu`` is delivered: hub, basis and transport together.
    """

    contract_id: str
    exclusive_group: str | None
    unit_mw: float
    units_max: int
    spare_units: int
    heat_rate_mmbtu_per_mwh: float
    gas_usd_per_mmbtu: float
    rent_usd_per_kw_month: float | None
    buy_usd_per_kw: float | None
    sign_lead_months: int
    min_months: int
    max_months: int | None
    permit_route: str
    permit_months: int
    permit_mw: float | None
    run_hours_per_year_max: float | None
    nox_t_per_gwh: float
    nox_t_per_year_max: float | None
    emissions_t_per_mwh: float
    lifetime_months: int
    resale_fraction: float
    derate_fraction: float = 0.0
    gas_mmbtu_per_day_max: float | None = None
    outage_hours: float = 4.0


@dataclass(frozen=True, slots=True)
class Ppa:
    """A power purchase agreement: MW of a plant elsewhere, by its ``profile_series`` (``None``: round the clock), settled at a hub.

    The offer lapses after the month ``begin_by`` (``None``: it stands).
    """

    contract_id: str
    exclusive_group: str | None
    technology: str
    form: Literal["as_produced", "baseload", "shaped"]
    settlement: Literal["physical", "financial"]
    strike_usd_per_mwh: float
    profile_series: str | None
    hub_series: str
    mw_min: float
    mw_max: float
    available_from: int
    term_months: int | None
    sell_back_fee_usd_per_mwh: float
    wires_usd_per_mwh: float
    begin_by: int | None = None


@dataclass(frozen=True, slots=True)
class Battery:
    """A battery to be bought: MW and MWh are chosen (``duration_h`` given: MWh follow from MW)."""

    contract_id: str
    exclusive_group: str | None
    mw_max: float
    duration_h: float | None
    mwh_max: float | None
    usd_per_kw: float
    usd_per_kwh: float
    round_trip_efficiency: float
    degradation_usd_per_mwh: float
    sign_lead_months: int
    lifetime_months: int
    resale_fraction: float
