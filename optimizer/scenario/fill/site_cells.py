"""Single cells that a user's tables leave open: the price of gas and the cost of construction where the site stands."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from optimizer.core.errors import PlaceError
from optimizer.data.catalogue import table
from optimizer.data.places import county_at
from optimizer.scenario.fill.cited import Cited
from optimizer.scenario.fill.facts import FACTS, counties_of_states, latest
from optimizer.scenario.fill.filled import US_MEAN, FillFault, Filling, OpenCell
from optimizer.scenario.fill.notes import assumed, mixed, of_table
from optimizer.scenario.fill.rules import FillQuestion

DECIMALS = {"grid_t_per_mwh": 4}
DECIMALS_ELSE = 2
"""Decimals of a filled cell: as people write the cells around it."""


def fill_cells(cells: Sequence[OpenCell], asked: FillQuestion) -> Filling:
    """Fill single cells, by the rules of docs/data.md.

    Parameters
    ----------
    cells : sequence of OpenCell
    asked : Asked
        By when figures must have been known.

    Returns
    -------
    Filling
        A value and a row of ``sources`` for each cell that could be filled, a fault for each other.
    """
    values, sources, faults = [], [], []
    for position, cell in enumerate(cells):
        try:
            found = _figure(cell, asked)
        except (KeyError, ValueError, PlaceError) as error:
            found = f"the site and {US_MEAN}, where it is used, must be known for the datasets to be asked: {error}"
        if isinstance(found, str):
            faults.append(FillFault(cell.column, found, position))
            values.append("")
        else:
            values.append(f"{round(found.value, DECIMALS.get(cell.column, DECIMALS_ELSE)):.10g}")
            sources.append(_source(cell, found))
    return Filling({"sources": tuple(sources)}, (), tuple(faults), tuple(values))


def _figure(cell: OpenCell, asked: FillQuestion) -> Cited | str:
    """Value of a cell with its source; a text says why there is none."""
    county_fips = cell.site.get("county_fips") or county_at(float(cell.site["lat"]), float(cell.site["lon"])).county_fips
    if cell.table == "modes":
        found = _capex(float(cell.row[US_MEAN]), county_fips, asked)
    else:
        found = _grid_rate(county_fips) if cell.table == "sites" else _gas_price(county_fips, asked)
    known = f" by {asked.known_by} (refuse_after_as_of)" if asked.known_by else ""
    return found or f"the datasets know no {cell.column} of this place{known}; give it"


def _gas_price(county_fips: str, asked: FillQuestion) -> Cited | None:
    """Latest industrial price of the state, in USD/MMBtu."""
    state = counties_of_states()["state_abbr"].get(county_fips, "")
    row = _row("gas_price_usd_per_mmbtu", state, asked.known_by)
    if row is None:
        return None
    text = f"industrial gas price of {state} in {row['year']}"
    return Cited(float(row["industrial_price_usd_per_mmbtu"]), of_table("gas_price_state_annual", text, str(row["known_from"])))


def _capex(us_mean: float, county_fips: str, asked: FillQuestion) -> Cited | None:
    """US mean times the construction index of the county, in million USD per IT MW."""
    row = _row("construction_cost_index", county_fips, asked.known_by)
    if row is None:
        return None
    index = float(row["construction_cost_index"])
    note = of_table("construction_cost", f"construction index {index:g} of county {county_fips}", str(row["known_from"]))
    mean = assumed(f"{us_mean:g}, with a source of its own", asked.as_of)
    return Cited(us_mean * index, mixed(f"{US_MEAN} x index", mean, note))


def _grid_rate(county_fips: str) -> Cited | None:
    """CO2 of the grid's energy in t/MWh: of the county's eGRID subregion, where it has none of its state."""
    places = counties_of_states()
    if county_fips not in places.index:
        return None
    for kind, column in (("subregion", "egrid_subregion"), ("state", "state_abbr")):
        area = str(places.at[county_fips, column])  # noqa: PD008 - one cell of thousands of sites
        found = _rates().get((kind, area))
        if found is not None:
            year, rate = found
            return Cited(rate, of_table("emission_rates", f"average rate of the eGRID {kind} {area} in {year}"))
    return None


@functools.cache
def _rates() -> Mapping[tuple[str, str], tuple[int, float]]:
    """Latest year and rate of each area, by its kind and name."""
    rates = table("emission_rates").dropna(subset="co2_t_per_mwh").sort_values("year")
    columns = (rates[name].tolist() for name in ("area_type", "area", "year", "co2_t_per_mwh"))
    return {(str(kind), str(area)): (int(year), float(rate)) for kind, area, year, rate in zip(*columns, strict=True)}


def _row(name: str, place: str, known_by: str | None) -> Mapping[str, Any] | None:
    """Latest row of a fact's table for a county or state that was known."""
    rows: pd.DataFrame = latest(next(fact for fact in FACTS if fact.name == name), known_by)
    return {str(column): value for column, value in rows.loc[place].items()} if place in rows.index else None


def _source(cell: OpenCell, found: Cited) -> dict[str, str]:
    """Row of ``sources`` of a filled cell."""
    note = found.note
    return {
        "table": cell.table, "key": cell.key, "column": cell.column, "kind": note.kind, "quality": note.quality, "as_of": note.as_of,
        "url": note.url, "note": note.text,
    }
