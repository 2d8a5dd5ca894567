"""The places to be filled: counties that meet a condition, or the user's own sites with the county each lies in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from optimizer.core.errors import ConditionError, PlaceError, nearest
from optimizer.data.catalogue import counties
from optimizer.data.places import county_at
from optimizer.data.query import rows_where
from optimizer.scenario.fill.facts import county_facts
from optimizer.scenario.fill.filled import FillFault, FillRequest
from optimizer.scenario.fill.hindsight import unknown_then
from optimizer.scenario.fill.notes import Note, of_table

SITE_PREFIX = "c"
"""Sites made of counties are named by it and the FIPS code: ``c48441``."""

DATASETS = ("counties",)
"""Datasets that can be candidate sites."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Places to be filled, indexed by ``site_id``.

    Attributes
    ----------
    places : pandas.DataFrame
        name, lat, lon, county_fips.
    given : pandas.DataFrame
        The user's cells as text, no columns where the places are counties.
    place_note : Note
        Source of the coordinates.
    is_own : bool
        The places are the user's own sites.
    faults : tuple of FillFault
        Why there are none, or what is wrong with those of the user's that are left out.
    positions : tuple of int
        Position in the request of each of the user's own sites.
    """

    places: pd.DataFrame
    given: pd.DataFrame
    place_note: Note
    is_own: bool
    faults: tuple[FillFault, ...] = ()
    positions: tuple[int, ...] = ()


def candidates(request: FillRequest, known_by: str | None) -> Candidates:
    """Places a scenario asks for."""
    if request.config.sites.dataset is None:
        return _own(request.sites)
    return _counties(request, known_by)


def _counties(request: FillRequest, known_by: str | None) -> Candidates:
    dataset, where = request.config.sites.dataset, request.config.sites.where
    facts = county_facts(known_by)
    note = of_table("counties", "centroid of the county")
    if dataset not in DATASETS:
        message = f"{dataset!r} is no dataset of candidate sites; {nearest(str(dataset), DATASETS)}"
        return _none(note, FillFault("sites.dataset", message))
    if where is not None:
        try:
            facts = facts[rows_where(facts.reset_index(), where)]
        except ConditionError as error:
            return _none(note, FillFault("sites.where", str(error)))
        if facts.empty:
            return _none(note, FillFault("sites.where", f"no county meets the condition{_unknown_then(where, known_by)}"))
    places = pd.DataFrame({
        "name": facts["county_name"] + ", " + facts["state_abbr"], "lat": facts["lat"], "lon": facts["lon"], "county_fips": facts.index,
    })
    places.index = pd.Index([SITE_PREFIX + code for code in facts.index], name="site_id")
    return Candidates(places, pd.DataFrame(index=places.index), note, is_own=False)


def _unknown_then(where: str, known_by: str | None) -> str:
    """End of the message that no county meets a condition: its columns that were not yet known."""
    unknown = unknown_then(where, known_by) if known_by is not None else {}
    if not unknown:
        return ""
    said = ", ".join(f"{name} was known from {day}" for name, day in unknown.items())
    return f" by what was known on {known_by} (refuse_after_as_of): {said}"


def _none(note: Note, fault: FillFault) -> Candidates:
    return Candidates(pd.DataFrame(), pd.DataFrame(), note, is_own=False, faults=(fault,))


def _own(sites: Sequence[Mapping[str, str]]) -> Candidates:
    """The user's sites; one that is not to be found is a fault at its row, and left out."""
    note = of_table("counties", "given by the user")
    rows: dict[int, dict[str, object]] = {}
    faults = []
    for position, cells in enumerate(sites):
        try:
            lat, lon = float(cells["lat"]), float(cells["lon"])
            code = cells.get("county_fips", "")
            if code not in counties().index:  # one that is given and unknown is refused when the rows are checked
                code = county_at(lat, lon).county_fips
        except (KeyError, ValueError):
            faults.append(FillFault("lat", "lat and lon must be numbers, in degrees, for the datasets to be asked", position))
            continue
        except PlaceError as error:
            faults.append(FillFault("lat", str(error), position))
            continue
        rows[position] = {"name": cells.get("name", ""), "lat": lat, "lon": lon, "county_fips": code}
    kept = [sites[position] for position in rows]
    index = pd.Index([cells.get("site_id", "") for cells in kept], name="site_id", dtype="str")
    given = pd.DataFrame([dict(cells) for cells in kept], index=index, dtype="object").drop(columns="site_id", errors="ignore")
    places = pd.DataFrame(list(rows.values()), index=index)
    return Candidates(places, given, note, is_own=True, faults=tuple(faults), positions=tuple(rows))
