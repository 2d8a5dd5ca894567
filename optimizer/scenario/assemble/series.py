"""The hourly series that a scenario uses: each made once, by the local clock of its site, with where it comes from."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace

from optimizer.core.hours import Series
from optimizer.core.instance import Assumption
from optimizer.data import series as hourly
from optimizer.data.catalogue import counties
from optimizer.data.climate import Cooling, FacilityRatios
from optimizer.scenario.schema.rows import SiteRow

PRICE_YEAR = 2022
"""Model year of a scenario that names none: its days of the week are those of windows."""

_DECIMALS = {"price": 6, "share": 6, "pue": 6, "flag": 0}
"""Six: rounding alike at every hour must not move a mean that was asked for."""

_LATER_MEASURES = ("renewable_capacity_factors",)


@dataclass(slots=True)
class SeriesBook:
    """The series that offers and sites ask for, by name; equal names are equal series.

    Parameters
    ----------
    own : mapping of str to tuple of float
        The scenario's own series.
    price_year : int or None
        Year of the datasets' prices.
    """

    own: Mapping[str, tuple[float, ...]]
    price_year: int | None
    used: dict[str, Series] = field(default_factory=dict)
    notes: dict[str, Assumption] = field(default_factory=dict)
    own_units: dict[str, str] = field(default_factory=dict)
    made: dict[tuple[Hashable, ...], Series] = field(default_factory=dict)

    @property
    def model_year(self) -> int:
        """Calendar year whose days of the week the series have."""
        return self.price_year or PRICE_YEAR

    def price(self, name: str, zone: str, level: float | None = None) -> Series:
        """Price series of the scenario or the datasets, in USD/MWh; ``level`` is the mean it is shifted to."""
        return self._once(("price", name, zone, level), lambda: self._new_price(name, zone, level))

    def _new_price(self, name: str, zone: str, level: float | None) -> Series:
        if name in self.own:
            return self._keep_own(hourly.own_series(name, self.own[name], "price", level), name)
        found = self._keep(hourly.price_series(name, self.model_year, zone, level))
        shifted = "" if level is None else f"; shape only: shifted to a mean of {level:g}"
        self._note_dataset(found, name, shifted)
        return found

    def profile(self, name: str, zone: str) -> Series:
        """Profile of a plant's output, as a share of its MW."""
        return self._once(("profile", name, zone), lambda: self._new_profile(name, zone))

    def _new_profile(self, name: str, zone: str) -> Series:
        if name in self.own:
            return self._keep_own(hourly.own_series(name, self.own[name], "share"), name)
        region, technology = name.split("/", 1)
        found = self._keep(hourly.capacity_factor_series(region, technology, zone))
        laid = ""
        if self.model_year != hourly.PROFILE_YEAR:
            laid = (
                f"; profile of {hourly.PROFILE_YEAR} laid on price year {self.model_year} by the calendar: "
                "its coincidence with prices is an assumption"
            )
        self._note_dataset(found, name, laid)
        return found

    def pue(self, site: SiteRow, cooling: Cooling) -> Series:
        """PUE by hour of a site."""
        ratios = FacilityRatios(site.annual_pue, site.peak_facility_ratio)
        text = f"modelled from the climate normals of county {site.county_fips}; its mean is annual_pue"
        key = ("pue", site.county_fips, ratios, cooling)
        return self._once(key, lambda: self._keep_modelled(hourly.pue_series(site.county_fips, ratios, cooling), text))

    def ranking(self, name: str | None, site: SiteRow, zone: str) -> Series:
        """Series by which hours are ranked, not itself part of the instance: a price at its own level, or (``None``) the heat."""
        if name is None:
            return self._once(("heat", site.county_fips), lambda: hourly.heat_series(site.county_fips))
        if name in self.own:
            return self._once(("rank", name), lambda: hourly.own_series(name, self.own[name], "price"))
        return self._once(("rank", name, zone), lambda: hourly.price_series(name, self.model_year, zone))

    def called(self, by: Series, hours: int) -> Series:
        """Hours in which an interruptible tariff does not serve: the highest of a series."""
        text = f"called hours: the {hours} highest of {by.name}, fixed and known ahead"
        return self._once(("called", by.name, hours), lambda: self._keep_modelled(hourly.called_hours(by, hours), text))

    def coincident(self, by: Series, months: tuple[int, ...]) -> Series:
        """The system's peak hours: the highest hour of a series in each of some calendar months."""
        text = f"system's peak hours: the highest hour of {by.name} in each month, known ahead"
        return self._once(("coincident", by.name, months), lambda: self._keep_modelled(hourly.coincident_hours(by, months), text))

    def _once(self, key: tuple[Hashable, ...], make: Callable[[], Series]) -> Series:
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]

    def _keep(self, series: Series) -> Series:
        """The series with its values rounded, as the instance holds it."""
        if series.name not in self.used:
            decimals = _DECIMALS[series.kind]
            self.used[series.name] = replace(series, values=tuple(round(value, decimals) for value in series.values))
        return self.used[series.name]

    def _keep_modelled(self, series: Series, text: str) -> Series:
        """A series that is our own assumption."""
        self.notes.setdefault(series.name, _assumption(series, "assumption", "", "", text))
        return self._keep(series)

    def _keep_own(self, series: Series, name: str) -> Series:
        """An own series in use: its source stands among those of the scenario's numbers, its unit follows from its use."""
        self.own_units[name] = series.unit
        return self._keep(series)

    def _note_dataset(self, series: Series, name: str, remark: str) -> None:
        about = hourly.series_source(name, self.model_year)
        kind = "later_measure" if about.dataset in _LATER_MEASURES else "estimate" if about.is_estimate else "fact"
        source = f"{about.url}; dataset {about.dataset}, {name} of {about.year} ({about.source}){remark}"
        quality = "secondary" if about.quality == "derived" else about.quality
        self.notes.setdefault(series.name, _assumption(series, kind, quality, about.known_from, source))


def _assumption(series: Series, kind: str, quality: str, as_of: str, source: str) -> Assumption:
    if series.kind == "flag":
        return Assumption("series", series.name, "hours", f"{sum(series.values):g}", "h/year", kind, quality, as_of, source)
    mean = sum(series.values) / len(series.values)
    return Assumption("series", series.name, "mean", f"{mean:.6g}", series.unit, kind, quality, as_of, source)


def zone_of(site: SiteRow) -> str:
    """Time zone of a site: as given, else that of its place."""
    if site.time_zone:
        return site.time_zone
    return hourly.time_zone(site.lat, site.lon, _states().get(site.county_fips))


@functools.cache
def _states() -> Mapping[str, str]:
    """State of each county, by its two letters."""
    return {str(code): str(state) for code, state in counties()["state_abbr"].items()}
