"""Rules that hold between the columns of a table, and between tables: known counties, least to most, knowledge after the year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from optimizer.core.errors import DatasetError
from optimizer.data.catalogue.cards import Card
from optimizer.data.catalogue.tables import table

COUNTY = "county_fips"
EXCEPTED = "not_in_counties"
"""Constraint of a column ``county_fips`` in a card: codes that are meant to be no county of the dataset ``counties``."""

_YEAR = "year"
_ABOVE = {"min": ("", "mean", "median", "max"), "p10": ("median", "p90"), "median": ("p90",)}
"""Parts of a column's name that say a figure is no greater than that of the columns named alike (empty: without the part)."""

_BELOW = {"max": ("", "mean", "median")}


class Broken(NamedTuple):
    """A rule that rows break: the column, what is wrong, and which rows (none: the table as a whole)."""

    column: str
    message: str
    is_wrong: pd.Series[bool] | None


def broken_rules(description: Card, frame: pd.DataFrame) -> Iterator[Broken]:
    """Rules between columns and tables; those that no row breaks come too, with no row marked."""
    yield from _unknown_counties(description, frame)
    yield from _out_of_order(description, frame)
    yield from _known_too_early(description, frame)
    yield from _other_years(description, frame)


def _unknown_counties(description: Card, frame: pd.DataFrame) -> Iterator[Broken]:
    """Codes of counties that the dataset ``counties`` lacks."""
    if COUNTY not in frame.columns or description.name == "counties":
        return
    try:
        known = set(table("counties")[COUNTY])
    except DatasetError:
        return  # a fault of that table, told there
    known |= {str(code) for code in description.field(COUNTY).constraints.get(EXCEPTED, ())}
    yield Broken(COUNTY, "is no county of the dataset counties", frame[COUNTY].notna() & ~frame[COUNTY].astype("str").isin(known))


def _out_of_order(description: Card, frame: pd.DataFrame) -> Iterator[Broken]:
    """Least above mean, mean above most, and so on: columns that differ only in a part such as ``min`` and ``max``."""
    names = [field.name for field in description.fields if field.type in ("number", "integer")]
    pairs = [(name, other) for name in names for other in _alike(name, _ABOVE, names)]
    pairs += [(other, name) for name in names for other in _alike(name, _BELOW, names)]
    for lower, upper in pairs:
        first, second = (pd.to_numeric(frame[column], errors="coerce") for column in (lower, upper))
        yield Broken(lower, f"is above {upper}", first > second)


def _alike(name: str, others: Mapping[str, tuple[str, ...]], names: list[str]) -> Iterator[str]:
    """Columns named like another, but for the part of its name that stands in ``others``."""
    parts = name.split("_")
    for place, part in enumerate(parts):
        for other in others.get(part, ()):
            found = "_".join([*parts[:place], *([other] if other else []), *parts[place + 1:]])
            if found in names:
                yield found


def _known_too_early(description: Card, frame: pd.DataFrame) -> Iterator[Broken]:
    """Figures of a year that were known before the year began."""
    column = description.known_from_column
    if not {column, _YEAR} <= set(frame.columns):
        return
    known = pd.to_numeric(frame[column].astype("str").str.slice(0, 4), errors="coerce")
    yield Broken(column, f"is earlier than the {_YEAR} of the row", known < _years(frame))


def _other_years(description: Card, frame: pd.DataFrame) -> Iterator[Broken]:
    """Years of the table that the card does not name, and years it names at an end that no row has."""
    spans = [(int(first), int(last or first)) for first, last in re.findall(r"\b(\d{4})(?:\s*[-–]\s*(\d{4}))?\b", description.years)]
    if _YEAR not in frame.columns or not spans:
        return
    years = _years(frame)
    is_named = pd.Series(False, index=frame.index)
    for first, last in spans:
        is_named |= years.between(first, last)
    yield Broken(_YEAR, f"is none of the card's years, {description.years}", years.notna() & ~is_named)
    lacking = [str(end) for end in sorted({end for span in spans for end in span}) if not years.eq(end).any()]
    if lacking:
        yield Broken(_YEAR, f"no row is of {', '.join(lacking)}, and the card's years are {description.years}", None)


def _years(frame: pd.DataFrame) -> pd.Series[Any]:
    return pd.to_numeric(frame[_YEAR], errors="coerce")
