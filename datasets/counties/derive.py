"""Derive ``counties.csv`` from the source files.

Usage: ``python datasets/counties/derive.py SOURCE_FOLDER`` (or the folder in ``GIGASITE_SOURCES``), where SOURCE_FOLDER holds
``sites/counties.csv`` and ``sites/geo/us_atlas_counties_10m.json``.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

COLUMNS = ("county_fips", "county_name", "state_abbr", "lat", "lon", "lat_min", "lat_max", "lon_min", "lon_max")
Bounds = tuple[float, float, float, float]


def arc_bounds(topology: dict[str, Any]) -> list[Bounds]:
    """Bounds (lat_min, lat_max, lon_min, lon_max) of every arc; points of an arc are differences on a grid."""
    (scale_lon, scale_lat), (origin_lon, origin_lat) = topology["transform"]["scale"], topology["transform"]["translate"]
    bounds = []
    for arc in topology["arcs"]:
        lons = [x * scale_lon + origin_lon for x in accumulate(point[0] for point in arc)]
        lats = [y * scale_lat + origin_lat for y in accumulate(point[1] for point in arc)]
        bounds.append((min(lats), max(lats), min(lons), max(lons)))
    return bounds


def arc_numbers(arcs: Any) -> Iterator[int]:
    """Numbers of all arcs of a geometry; ``~n`` is arc n walked backwards."""
    if isinstance(arcs, int):
        yield arcs if arcs >= 0 else ~arcs
    else:
        for inner in arcs:
            yield from arc_numbers(inner)


def county_bounds(topology: dict[str, Any]) -> dict[str, Bounds]:
    """Bounds of every county by FIPS code."""
    arcs = arc_bounds(topology)
    found = {}
    for geometry in topology["objects"]["counties"]["geometries"]:
        parts = [arcs[number] for number in arc_numbers(geometry.get("arcs", []))]
        if parts:
            lat_min, lat_max, lon_min, lon_max = zip(*parts, strict=True)
            found[geometry["id"]] = (min(lat_min), max(lat_max), min(lon_min), max(lon_max))
    return found


def main() -> None:
    """Write ``counties.csv`` beside this file."""
    source = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["GIGASITE_SOURCES"])
    topology = json.loads((source / "sites/geo/us_atlas_counties_10m.json").read_text(encoding="utf-8"))
    bounds = county_bounds(topology)
    with (source / "sites/counties.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["county_fips"] in bounds]
    target = Path(__file__).resolve().parent / "counties.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in sorted(rows, key=lambda row: row["county_fips"]):
            numbers = (float(row["centroid_lat"]), float(row["centroid_lon"]), *bounds[row["county_fips"]])
            writer.writerow([row["county_fips"], row["county_name"], row["state_abbr"], *(f"{number:.4f}" for number in numbers)])


if __name__ == "__main__":
    main()
