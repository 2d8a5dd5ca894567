"""One site and period, ready to be dispatched: its hours, and every series, price and limit in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from optimizer.core.calendar import Calendar
from optimizer.core.finance import Money
from optimizer.core.hours import HOURS_PER_DAY, MONTH_DAYS
from optimizer.core.instance import Instance, Site
from optimizer.core.offers import CoincidentCharge, Ppa, Tariff, Window
from optimizer.core.year_hours import marked_hours, window_hours
from optimizer.verify.hours import Floats, Grouping, PeriodHours, Unit, grouping, period_hours
from optimizer.verify.site_period import SitePeriod


class Year:
    """Series and windows of an instance over the model year, shape (8760,), each made once."""

    def __init__(self, instance: Instance, calendar: Calendar, money: Money) -> None:
        self.instance, self.calendar, self.money = instance, calendar, money
        self._series = {series.name: series for series in instance.series}
        self._values: dict[str, Floats] = {}
        self._windows: dict[Window, Floats] = {}
        self._marked: dict[tuple[str, ...], Floats] = {}
        self._times: dict[int, pd.DatetimeIndex] = {}

    def values(self, name: str) -> Floats:
        """Values of a series."""
        if name not in self._values:
            self._values[name] = np.asarray(self._series[name].values, dtype=np.float64)
        return self._values[name]

    def inside(self, window: Window) -> Floats:
        """1 in the hours of a window, else 0."""
        if window not in self._windows:
            hours = window_hours(window, self.instance.power_rules.price_year)
            self._windows[window] = hours.astype(np.float64).ravel()
        return self._windows[window]

    def marked(self, hours: tuple[str, ...]) -> Floats:
        """1 in the hours named, else 0."""
        if hours not in self._marked:
            self._marked[hours] = marked_hours(hours).astype(np.float64).ravel()
        return self._marked[hours]

    def times(self, month: int) -> pd.DatetimeIndex:
        """Hours of a calendar month (1 to 12) on the dates of the model year."""
        if month not in self._times:
            first = f"{self.instance.power_rules.price_year}-{month:02d}-01"
            self._times[month] = pd.date_range(first, periods=HOURS_PER_DAY * MONTH_DAYS[month - 1], freq="h")
        return self._times[month]

    def pue(self, site: Site) -> Floats:
        """Facility load over IT load."""
        return np.full(8760, site.annual_pue) if site.pue_series is None else self.values(site.pue_series)


@dataclass(frozen=True, eq=False)
class Case:
    """What is dispatched at one go: the hours of a period at a site, alike ones put together, shape (m,).

    Parameters
    ----------
    year : Year
    standing : Standing
        What the plan has there.
    hours : PeriodHours
        All hours of the period.
    groups : Grouping
        Those of them that are dispatched.
    extra_share : float
        Share of the plan's ``extra_mw`` that the real hours need: the hottest of them leaves less above it than the hottest typical one.
    """

    year: Year
    standing: SitePeriod
    hours: PeriodHours
    groups: Grouping
    extra_share: float

    @property
    def site(self) -> Site:
        """The site."""
        return self.standing.site

    @property
    def count(self) -> int:
        """Number of hours that are dispatched."""
        return len(self.groups.kept)

    @property
    def weights(self) -> Floats:
        """Hours that each of them stands for."""
        return self.groups.weights

    def taken(self, of_year: Floats) -> Floats:
        """Values in the hours dispatched of an array over the model year."""
        return of_year[self.hours.positions[self.groups.kept]]

    def series(self, name: str) -> Floats:
        """Values of a series in the hours dispatched."""
        return self.taken(self.year.values(name))

    def inside(self, window: Window) -> Floats:
        """1 in the hours of a window that are dispatched, else 0."""
        return self.taken(self.year.inside(window))

    def marked(self, hours: tuple[str, ...]) -> Floats:
        """1 in the hours named that are dispatched, else 0."""
        return self.taken(self.year.marked(hours))

    @cached_property
    def power_growth(self) -> float:
        """Factor by which prices of power have grown."""
        money = self.year.money
        return money.escalation(self.year.instance.escalation.power, self.standing.t)

    @cached_property
    def gas_growth(self) -> float:
        """Factor by which prices of gas have grown."""
        return self.year.money.escalation(self.year.instance.escalation.gas, self.standing.t)

    def load_mw(self) -> Floats:
        """Facility load in the hours dispatched."""
        return self.taken(self.year.pue(self.site)) * sum(work.mean_it_mw for work in self.standing.work)

    def volume(self, offer: Ppa) -> Floats:
        """MWh that an agreement yields per MW and hour."""
        return np.ones(self.count) if offer.profile_series is None else self.series(offer.profile_series)

    def flat_usd_per_mwh(self, tariff: Tariff) -> Floats:
        """Price of energy of a tariff without rate, escalated."""
        if tariff.price_series is None:
            return np.full(self.count, tariff.energy_usd_per_mwh * self.power_growth)
        adder = tariff.adder_usd_per_mwh + tariff.ancillary_usd_per_mwh
        return (self.series(tariff.price_series) + adder) * self.power_growth

    def adder_usd_per_mwh(self, tariff: Tariff) -> Floats:
        """What a MWh drawn costs beside its energy: transmission, and coincident peaks in their hours; escalated."""
        beside = np.full(self.count, tariff.transmission_usd_per_mwh)
        if tariff.coincident_series is not None:
            beside = beside + 1000.0 * tariff.coincident_usd_per_kw * self.series(tariff.coincident_series)
        for charge in coincident_of(tariff):
            if charge.highest_of is None:
                beside = beside + 1000.0 * charge.usd_per_kw * self.marked(charge.hours)
        return beside * self.power_growth

    def sale_usd_per_mwh(self, offer: Ppa) -> Floats:
        """What a MWh sold at the hub earns, escalated."""
        return (self.series(offer.hub_series) - offer.sell_back_fee_usd_per_mwh) * self.power_growth


def coincident_of(tariff: Tariff) -> tuple[CoincidentCharge, ...]:
    """Coincident charges of a tariff's rate."""
    return () if tariff.rate is None else tariff.rate.coincident


def make_case(year: Year, standing: SitePeriod, plan_excess_mw: float) -> Case:
    """Lay out the hours of a site and period.

    Parameters
    ----------
    year : Year
    standing : Standing
    plan_excess_mw : float
        MW by which the plan holds its load to exceed the hourly mean at the peak, by its typical hours.
    """
    hours = period_hours(year.calendar, standing.t)
    pue = year.pue(standing.site)
    channels = [of_year[hours.positions] for of_year in (pue, *_channels(year, standing))]
    needed = standing.excess_mw(float(pue[hours.positions].max()))
    share = needed / plan_excess_mw if plan_excess_mw > 0.0 else 1.0
    return Case(year, standing, hours, grouping(hours, channels, _unit(standing)), share)


def _unit(standing: SitePeriod) -> Unit:
    """How much must follow one another: all hours with a battery, those of a day with shifted load."""
    if standing.stores:
        return "period"
    is_shifted = standing.site.typical_days is not None and any(work.workload.flexible_fraction for work in standing.work)
    return "day" if is_shifted else "hour"


def _channels(year: Year, standing: SitePeriod) -> list[Floats]:
    """Everything that makes one hour differ from another, over the model year."""
    names: list[str | None] = []
    windows: list[Window] = []
    marks: list[tuple[str, ...]] = []
    for grid in standing.grids:
        tariff = grid.offer
        names += [tariff.price_series, tariff.called_series, tariff.coincident_series]
        marks += [charge.hours for charge in coincident_of(tariff)]
        if tariff.rate is not None:
            windows += [*(charge.window for charge in tariff.rate.energy), *(charge.window for charge in tariff.rate.demand)]
    for agreement in standing.agreements:
        names += [agreement.offer.profile_series, agreement.offer.hub_series]
    series = [year.values(name) for name in names if name is not None]
    return [*series, *(year.inside(window) for window in windows), *(year.marked(hours) for hours in marks)]
