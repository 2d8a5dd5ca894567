"""Whether coordinates lie in the county they name."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass

from optimizer.bundled import dataset_path
from optimizer.scenario.draft import Draft
from optimizer.scenario.rows import SiteRow

MARGIN_DEGREES = 0.15
"""Leeway around a county's bounds (about 15 km): its borders are simplified, and sites straddle them."""


@dataclass(frozen=True, slots=True)
class County:
    """A county with its centroid and bounds in degrees (WGS 84)."""

    county_fips: str
    county_name: str
    state_abbr: str
    lat: float
    lon: float
    lat_min: float
    lat_max: float
    lon_min: float
    lon_max: float

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point lies in the bounds, with some leeway."""
        return (
            self.lat_min - MARGIN_DEGREES <= lat <= self.lat_max + MARGIN_DEGREES
            and self.lon_min - MARGIN_DEGREES <= lon <= self.lon_max + MARGIN_DEGREES
        )


@functools.cache
def counties() -> dict[str, County]:
    """Counties of the bundled dataset ``counties`` by their FIPS code."""
    with (dataset_path("counties") / "counties.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["county_fips"]: _county(row) for row in rows}


def _county(row: dict[str, str]) -> County:
    names = (row["county_fips"], row["county_name"], row["state_abbr"])
    numbers = (float(row[column]) for column in ("lat", "lon", "lat_min", "lat_max", "lon_min", "lon_max"))
    return County(*names, *numbers)


def check_places(draft: Draft) -> None:
    """Note sites whose coordinates are swapped or lie outside their county."""
    for placed in draft.rows.sites:
        row = placed.row
        if row.county_fips and row.county_fips not in counties():
            message = f"there is no county {row.county_fips!r}; allowed: a five-digit code of the dataset counties, or empty"
            draft.findings.add(placed.place("county_fips"), "county_fips", message)
        elif row.county_fips and not counties()[row.county_fips].holds(row.lat, row.lon):
            draft.findings.add(placed.place("lat"), "lat", _outside(row, counties()[row.county_fips]))


def _outside(row: SiteRow, county: County) -> str:
    bounds = f"lat {county.lat_min:.2f} to {county.lat_max:.2f}, lon {county.lon_min:.2f} to {county.lon_max:.2f}"
    hint = "; lat and lon are swapped" if county.holds(row.lon, row.lat) else ""
    if county.holds(row.lat, -row.lon):
        hint = "; the longitude has lost its minus sign"
    name = f"{county.county_name} County, {county.state_abbr} ({county.county_fips})"
    return f"{row.lat:g}, {row.lon:g} is outside {name}; allowed: {bounds}{hint}"
