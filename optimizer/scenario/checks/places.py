"""Whether coordinates lie in the county they name."""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass

from optimizer.core.bundled import dataset_path
from optimizer.scenario.read.draft import Draft
from optimizer.scenario.read.tables import RawRow
from optimizer.scenario.schema.fields import FIPS_PATTERN

_CODE = re.compile(FIPS_PATTERN.replace("?", ""))

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
    """Note sites whose coordinates are swapped or lie outside their county, of rows too that are wrong elsewhere."""
    for row in draft.tables["sites"].rows if "sites" in draft.tables else ():
        code, point = row.cells.get("county_fips", ""), _point(row)
        if _CODE.fullmatch(code) and code not in counties():
            message = f"there is no county {code!r}; allowed: a five-digit code of the dataset counties, or empty"
            draft.findings.add(row.place("county_fips"), "county_fips", message)
        elif code in counties() and point is not None and not counties()[code].holds(*point):
            draft.findings.add(row.place("lat"), "lat", _outside(*point, counties()[code]))


def _point(row: RawRow) -> tuple[float, float] | None:
    """Coordinates of a row; none where they are none, which was said."""
    try:
        lat, lon = float(row.cells.get("lat", "")), float(row.cells.get("lon", ""))
    except ValueError:
        return None
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def _outside(lat: float, lon: float, county: County) -> str:
    bounds = f"lat {county.lat_min:.2f} to {county.lat_max:.2f}, lon {county.lon_min:.2f} to {county.lon_max:.2f}"
    hint = "; lat and lon are swapped" if county.holds(lon, lat) else ""
    if county.holds(lat, -lon):
        hint = "; the longitude has lost its minus sign"
    name = f"{county.county_name} County, {county.state_abbr} ({county.county_fips})"
    return f"{lat:g}, {lon:g} is outside {name}; allowed: {bounds}{hint}"
