"""What the datasets know of hourly series and of who may buy at wholesale: names, years and days, without the hours themselves."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from optimizer.core.bundled import dataset_path


@dataclass(frozen=True, slots=True)
class Wholesale:
    """Whether a large customer in a county may buy at wholesale: ``true``, ``false`` or ``unknown``, and the utility that says so."""

    answer: str
    utility: str


@functools.cache
def price_years() -> Mapping[str, Mapping[int, str]]:
    """Years of each price series of the datasets, each with the day from which its prices could be known."""
    found: dict[str, dict[int, str]] = {}
    for row in _rows("wholesale_price_summary"):
        found.setdefault(row["series_id"], {})[int(row["year"])] = row["known_from"]
    return found


@functools.cache
def profile_names() -> frozenset[str]:
    """Profiles of wind and sun of the datasets, as ``REGION/TECHNOLOGY``."""
    return frozenset(f"{row['region']}/{row['technology']}" for row in _rows("renewable_capacity_factors_summary"))


@functools.cache
def wholesale() -> Mapping[str, Wholesale]:
    """Who may buy at wholesale, by county."""
    return {
        row["county_fips"]: Wholesale(row["wholesale_allowed"], row["wholesale_utility_name"]) for row in _rows("price_series")
    }


@functools.cache
def heat_counties() -> frozenset[str]:
    """Counties whose heat by hour can be modelled: those with normals of January and July."""
    return frozenset(
        row["county_fips"] for row in _rows("climate") if row["january_normal_temp_c"] != "" and row["july_normal_temp_c"] != ""
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (dataset_path(name) / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
