"""What the datasets know of a county, as one row per county: each column with its table, its year and the day it could be known."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from optimizer.core.bundled import datasets_folder
from optimizer.data.catalogue import card, counties, table
from optimizer.data.catalogue.cards import CARD

TERRITORIES = ("AS", "GU", "MP", "PR", "VI")
"""Places in ``counties`` that are no part of a state: no other table knows them."""

MEASURES = ("climate", "emission_rates", "grid_access", "renewable_capacity_factors")
"""Tables of physical facts: published later, they were so before, and are no hindsight (kind ``later_measure``)."""

By = Literal["county_fips", "state_abbr", "egrid_subregion", "iecc_zone"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of a place: ``column`` of ``table``, in its row for the place's county, state, eGRID subregion or climate zone.

    Attributes
    ----------
    name : str
        Name it goes by in conditions, maps and answers.
    topic : str
        Heading under which an answer shows it.
    table, column : str
        Where it stands.
    by : str
        What joins the table to a county.
    only : mapping
        Values that other columns of the table must have.
    key : str
        Column of the table that holds what ``by`` names; empty: the same name.
    """

    name: str
    topic: str
    table: str
    column: str
    by: By = "county_fips"
    only: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


def _of(topic: str, table_name: str, *columns: str, by: By = "county_fips", **renamed: str) -> tuple[Fact, ...]:
    """Facts of one table that keep their columns' names, and some under another name."""
    names = {**{column: column for column in columns}, **renamed}
    return tuple(Fact(name, topic, table_name, column, by) for name, column in names.items())


def _of_zone(cooling: str) -> tuple[Fact, ...]:
    columns = ("annual_pue", "peak_facility_ratio")
    return tuple(Fact(f"{cooling}_{name}", "cooling", "pue_model", name, "iecc_zone", {"cooling": cooling}) for name in columns)


FACTS: tuple[Fact, ...] = (
    *_of("place", "counties", "county_name", "state_abbr", "state_name", "lat", "lon", "population", "area_km2"),
    *_of("grid", "counties", "rto", "balancing_authority", "utility_largest", "transmission_region", "egrid_subregion"),
    *_of("grid", "counties", "reeds_zone", "census_division"),
    *_of(
        "price", "retail_price_county", "industrial_price_usd_per_mwh", "industrial_price_min_usd_per_mwh",
        "industrial_price_max_usd_per_mwh", "commercial_price_usd_per_mwh", "commercial_price_min_usd_per_mwh",
        "commercial_price_max_usd_per_mwh",
    ),
    *_of("price", "price_series", "series_id", "wholesale_allowed", price_series_quality="quality"),
    *_of("price", "retail_price_state_annual", by="state_abbr", state_industrial_price_usd_per_mwh="industrial_price_usd_per_mwh"),
    *_of("gas", "gas_price_state_annual", by="state_abbr", gas_price_usd_per_mmbtu="industrial_price_usd_per_mmbtu"),
    Fact("co2_t_per_mwh", "emissions", "emission_rates", "co2_t_per_mwh", "egrid_subregion", {"area_type": "subregion"}, "area"),
    *_of("climate", "climate", "iecc_zone", "july_2021_mean_wet_bulb_c"),
    *_of_zone("air"),
    *_of_zone("liquid"),
    *_of("hazard", "hazard", "risk_score", "risk_rating", "building_loss_usd_per_1000_usd_year"),
    *_of("land", "land_value", "land_p10_usd_per_acre", "land_median_usd_per_acre", "land_p90_usd_per_acre"),
    *_of(
        "lines", "grid_access", "distance_to_220kv_km", "distance_to_345kv_km", "line_100_to_161kv_km", "line_220_to_287kv_km",
        "line_345kv_km", "line_500kv_km", "line_735kv_km", "import_capability_mw", "spur_median_usd_per_mw",
    ),
    *_of("cost", "construction_cost", "construction_cost_index"),
    *_of("tax", "taxes", "sales_tax_fraction", by="state_abbr"),
    *_of(
        "tax", "datacenter_incentives", by="state_abbr", datacenter_incentive="incentive", incentive_min_musd="min_investment_musd",
        incentive_status="status",
    ),
    *_of("water", "water_stress", by="state_abbr", water_stress="stress_category"),
)
"""Every fact of a county, in the order in which answers show them."""


@functools.cache
def counties_of_states() -> pd.DataFrame:
    """Counties of the 50 states and the District of Columbia, indexed by ``county_fips``."""
    places = counties()
    return places[~places["state_abbr"].isin(TERRITORIES)]


@functools.cache
def county_facts(known_by: str | None = None) -> pd.DataFrame:
    """All facts of all counties of the 50 states and the District of Columbia.

    Of a table with years each figure is the latest there is. Copy the frame before changing it.

    Parameters
    ----------
    known_by : str, optional
        A day such as ``2024-05-31``: figures that could not be known by then are missing. None: all there are.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``county_fips``, one column per fact; units stand in names and cards.
    """
    places = counties_of_states()
    columns = {fact.name: _joined(fact, places, known_by) for fact in FACTS}
    return pd.DataFrame(columns, index=places.index)


def _joined(fact: Fact, places: pd.DataFrame, known_by: str | None) -> pd.Series[Any]:
    if fact.table == "counties":
        # Which county a place is in is no news; a column with a day of its own may be.
        is_news = known_by is not None and _days_of_fields("counties").get(fact.column, "") > known_by
        return places[fact.column].where(pd.Series(not is_news, index=places.index))
    values = latest(fact, known_by)[fact.column]
    keys = pd.Series(places.index, index=places.index) if fact.by == "county_fips" else places[fact.by]
    return pd.Series(values.reindex(keys).array, index=places.index)


def latest(fact: Fact, known_by: str | None = None, place: str | None = None) -> pd.DataFrame:
    """Rows of a fact's table, by what it is joined on: of several years the latest that has the figure and was known by a day.

    Parameters
    ----------
    fact : Fact
    known_by : str, optional
        Day by which figures must have been known; none: any.
    place : str, optional
        Only the rows of one county, state, subregion or zone: sooner done.
    """
    if place is None:
        return _latest_of_all(fact.name, known_by)
    frame = _rows_of(fact.table, fact.key or fact.by, place)
    return _last_of_each(frame, fact, known_by)


@functools.cache
def _latest_of_all(name: str, known_by: str | None) -> pd.DataFrame:
    fact = next(fact for fact in FACTS if fact.name == name)
    return _last_of_each(table(fact.table), fact, known_by)


@functools.cache
def _rows_of(name: str, key: str, place: str) -> pd.DataFrame:
    frame = table(name)
    return frame[frame[key] == place]


def _last_of_each(frame: pd.DataFrame, fact: Fact, known_by: str | None) -> pd.DataFrame:
    """Last row of each place that has the figure and was known."""
    for other, value in fact.only.items():
        frame = frame[frame[other] == value]
    known = known_column(fact.table, frame, fact.column)
    was_known = known <= known_by if known_by and fact.table not in MEASURES else known.notna()
    frame = frame.assign(known_from=known)[frame[fact.column].notna() & was_known]
    if "year" in frame.columns:
        frame = frame.sort_values("year", kind="stable")
    key = fact.key or fact.by
    return frame.drop_duplicates(key, keep="last").set_index(key)


def known_column(name: str, frame: pd.DataFrame, column: str = "") -> pd.Series[str]:
    """Day from which each row of a table could be known: that of ``column`` where it has its own, else of the row, else of the table."""
    description = card(name)
    day = _days_of_fields(name).get(column)
    if description.known_from_column and day is None:
        return frame[description.known_from_column].astype("str")
    return pd.Series(day or description.known_from, index=frame.index, dtype="str")


@functools.cache
def _days_of_fields(name: str) -> Mapping[str, str]:
    """``known_from`` of the columns of a table to which its card gives one of their own."""
    fields = json.loads((datasets_folder() / name / CARD).read_text(encoding="utf-8"))["resources"][0]["schema"]["fields"]
    return {field["name"]: field["known_from"] for field in fields if "known_from" in field}
