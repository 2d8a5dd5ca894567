"""Figures of buildings that are quoted one by one, as known by a day: construction, land, how long building takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from optimizer.data.catalogue import card, table
from optimizer.scenario.fill.notes import Note, of_table

_LEAST_CAMPUSES = 3
"""Fewer observed campuses than this have no median worth the name."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A figure with its source, and the day from which it was known."""

    value: float
    note: Note


@dataclass(frozen=True, slots=True)
class TooLate:
    """A figure that was not yet known."""

    known_from: str


def cited(figure: str, text: str, known_by: str | None = None) -> Cited | TooLate:
    """A figure of the dataset ``building_facts``: its value, or the middle of its range.

    Parameters
    ----------
    figure : str
        Its name in the column ``figure``.
    text : str
        The rule it is used in, for its source.
    known_by : str, optional
        Day by which it must have been known; none: any.
    """
    facts = table("building_facts")
    row = facts[facts["figure"] == figure].iloc[0]
    known_from = str(row["known_from"])
    if known_by is not None and known_from > known_by:
        return TooLate(known_from)
    value = row["value"] if pd.notna(row["value"]) else (row["value_low"] + row["value_high"]) / 2.0
    quality = "press" if card("building_facts").quality == "press" else "secondary"
    return Cited(float(value), Note("estimate", quality, known_from, str(row["source"]), f"filled: {text}; {figure} (building_facts)"))


def lead_months(regions: pd.Series[str], utilities: pd.Series[str], known_by: str | None) -> tuple[pd.DataFrame, Note]:
    """Months from the start of construction to first power, and to grid service, of places by their transmission region.

    Construction takes the median of the AI campuses of the region whose building was watched from the start (at least three; else of
    all such campuses of the United States; before those were known 18 to 24 months, as told to a buyer in 2024), whole months rounded
    up. Grid service takes as long, for those campuses had theirs then; from Dominion in Virginia it takes as long as quoted.

    Returns
    -------
    pandas.DataFrame, Note
        Columns ``lead_months`` and ``service_months``, indexed as ``regions``; and the source of both.
    """
    observed, note = _observed(known_by)
    construction = regions.map(observed).fillna(observed[""]).map(math.ceil)
    dominion = cited("dominion_virginia_gt_100mw", "", known_by)
    service = construction
    if isinstance(dominion, Cited):
        is_dominion = utilities.fillna("").str.contains("Virginia Electric|Dominion Energy Virginia|Dominion Virginia", regex=True)
        service = construction.mask(is_dominion, math.ceil(dominion.value))
    return pd.DataFrame({"lead_months": construction, "service_months": service}, index=regions.index), note


def _observed(known_by: str | None) -> tuple[dict[str, float], Note]:
    """Median lead by region, ``""`` for all; and where it comes from."""
    campuses, known_from = table("ai_campuses"), card("ai_campuses").known_from
    seen = campuses[(campuses["country"] == "United States") & campuses["lead_time_observed"].fillna(False)]
    if (known_by is not None and known_from > known_by) or len(seen) < _LEAST_CAMPUSES:
        told = cited("greenfield_told_to_xai", "construction of a new hall, middle of 18 to 24 months", known_by)
        if isinstance(told, Cited):
            return {"": told.value}, told.note
        return {"": float("nan")}, of_table("building_facts", "", told.known_from)
    regions = seen["county_fips"].map(table("counties").set_index("county_fips")["transmission_region"])
    months = seen["construction_to_first_power_months"].groupby(regions)
    medians = months.median()[months.size() >= _LEAST_CAMPUSES]
    whole = {"": float(seen["construction_to_first_power_months"].median())}
    by_region = {str(region): float(median) for region, median in medians.items()}
    return {**whole, **by_region}, of_table("ai_campuses", "median lead of the region's watched campuses")
