"""Everything the datasets know of a point, each figure with its source, year and quality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from optimizer.data.catalogue import card, table
from optimizer.data.places import county_at, distance_km, fibre_latency_ms
from optimizer.scenario.fill.facts import FACTS, Fact, counties_of_states, latest

CITIES_SHOWN = 5
CITY_POPULATION_LEAST = 100_000
"""Smaller cities are suburbs of those shown, or no centre of demand."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a place: ``value`` None where the datasets do not know it.

    Attributes
    ----------
    topic, name, value, unit : str or number
    year : str
        Year the figure is of.
    table, source : str
        Dataset, and the agency it comes from.
    quality, trust : str
    is_estimate : bool
    known_from : str
        Day from which it could be known.
    """

    topic: str
    name: str
    value: Any
    unit: str
    year: str
    table: str
    source: str
    quality: str
    trust: str
    is_estimate: bool
    known_from: str


@dataclass(frozen=True, slots=True)
class NearCity:
    """A city with its great-circle distance and the one-way delay through fibre; the last three as of a figure."""

    city: str
    state_abbr: str
    population: int
    distance_km: float
    latency_ms: float
    source: str
    year: str
    quality: str


@dataclass(frozen=True, slots=True)
class Utility:
    """A utility whose territory lists the county; the last three as of a figure.

    Attributes
    ----------
    utility_name, ownership : str
    wholesale_allowed : bool or "unknown"
        Whether a large customer there may buy at wholesale.
    source, year, quality : str
    """

    utility_name: str
    ownership: str
    wholesale_allowed: bool | Literal["unknown"]
    source: str
    year: str
    quality: str


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What is known of a point; ``water_km`` is how far off the county the point lies in water (0: on land)."""

    lat: float
    lon: float
    county_fips: str
    water_km: float
    figures: tuple[Figure, ...]
    utilities: tuple[Utility, ...]
    cities: tuple[NearCity, ...]

    def value(self, name: str) -> Any:
        """Value of a figure by its name."""
        return next(figure.value for figure in self.figures if figure.name == name)


def facts_at(lat: float, lon: float) -> PlaceFacts:
    """Look a point up in every dataset.

    Parameters
    ----------
    lat, lon : float
        Degrees (WGS 84).

    Raises
    ------
    PlaceError
        The point is not in or near a county of the United States.
    """
    found = county_at(lat, lon)
    place = {str(name): value for name, value in counties_of_states().loc[found.county_fips].items()}
    figures = tuple(_figure(fact, found.county_fips, place) for fact in FACTS)
    return PlaceFacts(lat, lon, found.county_fips, round(found.water_km, 1), figures, _utilities(found.county_fips), _cities(lat, lon))


def _figure(fact: Fact, county_fips: str, place: Mapping[str, Any]) -> Figure:
    description = card(fact.table)
    key = county_fips if fact.by == "county_fips" else place[fact.by]
    rows = latest(fact, place=key)
    row = {str(name): value for name, value in rows.loc[[key]].iloc[0].items()} if key in rows.index else {}
    return Figure(
        topic=fact.topic,
        name=fact.name,
        value=_plain(row.get(fact.column)),
        unit=description.field(fact.column).unit,
        year=str(row.get("year", description.years)),
        table=fact.table,
        source=description.agency,
        quality=description.quality,
        trust=description.trust,
        is_estimate=description.estimate,
        known_from=row.get("known_from", ""),
    )


def _plain(value: Any) -> Any:
    """Value as Python has it, so that it can be written as JSON."""
    if value is None or pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _utilities(county_fips: str) -> tuple[Utility, ...]:
    """Utilities of a county, the largest by sales to businesses per county first."""
    rows = table("utility_county")
    rows = rows[rows["county_fips"] == county_fips]
    share = rows["business_sales_mwh"].fillna(0.0) / rows["utility_counties"].clip(lower=1)
    ordered = rows.loc[share.sort_values(ascending=False, kind="stable").index]
    named = zip(ordered["utility_name"], ordered["ownership"], ordered["wholesale_allowed"], strict=True)
    origin = _origin("utility_county")
    return tuple(Utility(str(name), str(_plain(owner) or "unknown"), _allowed(allowed), *origin) for name, owner, allowed in named)


def _allowed(text: Any) -> bool | Literal["unknown"]:
    """Truth of a cell of ``wholesale_allowed``; what is neither true nor false is unknown."""
    return text == "true" if text in ("true", "false") else "unknown"


def _origin(name: str) -> tuple[str, str, str]:
    """Source, year and quality of all rows of a table."""
    description = card(name)
    return description.agency, description.years, description.quality


def _cities(lat: float, lon: float) -> tuple[NearCity, ...]:
    """Nearest cities of some size, nearest first."""
    cities = table("cities")
    large = cities[(cities["country_code"] == "US") & (cities["population"] >= CITY_POPULATION_LEAST)]
    distances = distance_km(lat, lon, large["lat"].to_numpy(dtype="float64"), large["lon"].to_numpy(dtype="float64"))
    latencies = fibre_latency_ms(distances)
    origin = _origin("cities")
    nearest = np.argsort(distances, kind="stable")[:CITIES_SHOWN]
    return tuple(
        NearCity(
            str(large["city"].iloc[at]), str(large["admin1_code"].iloc[at]), int(large["population"].iloc[at]),
            round(float(distances[at]), 1), round(float(latencies[at]), 2), *origin,
        )
        for at in nearest
    )
