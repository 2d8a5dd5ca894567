"""``gigasite data at``: what the datasets know of a point, as text or JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from optimizer.cli.data_tables import columns_text
from optimizer.data.places import to_degrees
from optimizer.scenario.fill.at import Figure, PlaceFacts, facts_at

_UTILITIES_SHOWN = 8


def print_place(lat: float, lon: float, crs: str | None, as_json: bool) -> None:
    """Print every figure of a point with source, year and quality.

    Raises
    ------
    PlaceError
        There is no such place in the United States, or no such coordinate system.
    """
    place = facts_at(*(to_degrees(lat, lon, crs) if crs else (lat, lon)))
    if as_json:
        print(json.dumps(asdict(place), indent=1))
        return
    print(_heading(place))
    heads = ("", "figure", "value", "unit", "year", "quality", "trust", "dataset, source")
    shown = [figure for figure in place.figures if figure.topic != "place"]
    print(columns_text(heads, [_line(figure) for figure in shown], right=(2,)))
    utilities = [f"{one.utility_name} ({one.ownership}; wholesale: {_as_json(one.wholesale_allowed)})" for one in place.utilities]
    more = len(utilities) - _UTILITIES_SHOWN
    print("\nUtilities whose territory lists the county, by sales to businesses spread over their counties (utility_largest above: by "
          "industrial sales; dataset utility_county, EIA-861 2023)")
    print("\n".join(f"  {text}" for text in utilities[:_UTILITIES_SHOWN]) or "  none listed")
    if more > 0:
        print(f"  and {more} more")
    print("\nNearest cities of 100,000 or more, with the one-way delay through fibre")
    print("(dataset cities: GeoNames, CC BY 4.0; route length ITU-T G.826, delay ITU-T G.114)")
    cities = [(f"  {one.city}, {one.state_abbr}", f"{one.distance_km:,.0f} km", f"{one.latency_ms:.2f} ms") for one in place.cities]
    print(columns_text(("  city", "distance", "delay"), cities, right=(1, 2)))


def _heading(place: PlaceFacts) -> str:
    text = f"{place.lat:.5f}, {place.lon:.5f}: {place.value('county_name')}, {place.value('state_abbr')} (county {place.county_fips})"
    if place.water_km:
        text += f"\nThe point lies in water, {place.water_km:g} km from this county, the nearest; its figures are shown."
    return f"{text}\nFigures are of the county or a larger area, not of the point; 'unknown' is not 'none'.\n"


def _as_json(allowed: bool | str) -> str:
    """Whether something is allowed, as JSON writes it."""
    return str(allowed).lower()


def _line(figure: Figure) -> tuple[str, ...]:
    value = "unknown" if figure.value is None else f"{figure.value:,.10g}" if isinstance(figure.value, float) else str(figure.value)
    quality = figure.quality + (", estimate" if figure.is_estimate else "")
    return (figure.topic, figure.name, value, figure.unit, figure.year, quality, figure.trust, f"{figure.table}, {figure.source}")
