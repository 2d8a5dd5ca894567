"""Data cards: what the ``datapackage.json`` of a dataset says of its table."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.core.bundled import datasets_folder
from optimizer.core.errors import DatasetError, nearest

CARD = "datapackage.json"
_TYPES = ("string", "number", "integer", "boolean", "date", "datetime", "geojson", "any")


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table: its type, meaning, unit (empty: none) and the rules its values keep."""

    name: str
    type: str
    description: str
    unit: str
    constraints: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a table as a whole.

    Attributes
    ----------
    name, title, description : str
    file : str
        Name of the table's file in the dataset's folder.
    fields : tuple of Field
        Columns in order.
    primary_key, missing_values : tuple of str
    sources : tuple of Source
    agency, years, retrieved, licence, attribution, derivation : str
    quality : str
        ``primary``, ``press``, ``secondary`` or ``derived``.
    trust : str
        ``high``, ``medium`` or ``low``.
    estimate : bool
        The figures are estimates and are shown as such.
    known_from : str
        Day from which every figure could be known; empty where a column says it row by row.
    known_from_column : str
        That column; empty where ``known_from`` holds for all rows.
    rows : int or None
        Rows the card expects.
    known_faults : tuple of str
    """

    name: str
    title: str
    description: str
    file: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    missing_values: tuple[str, ...]
    sources: tuple[Source, ...]
    agency: str
    years: str
    retrieved: str
    licence: str
    attribution: str
    derivation: str
    quality: str
    trust: str
    estimate: bool
    known_from: str
    known_from_column: str
    rows: int | None
    known_faults: tuple[str, ...]

    def field(self, column: str) -> Field:
        """Field of a column.

        Raises
        ------
        DatasetError
            The table has no such column.
        """
        for field in self.fields:
            if field.name == column:
                return field
        raise DatasetError(f"{self.name} has no column {column!r}; {nearest(column, [field.name for field in self.fields])}")


def dataset_names() -> tuple[str, ...]:
    """Names of all bundled datasets that have a card, sorted."""
    return tuple(sorted(path.parent.name for path in datasets_folder().glob(f"*/{CARD}")))


def cards() -> tuple[Card, ...]:
    """Cards of all bundled datasets, by name."""
    return tuple(card(name) for name in dataset_names())


@functools.cache
def card(name: str) -> Card:
    """Card of a bundled dataset.

    Raises
    ------
    DatasetError
        There is no such dataset, or its card cannot be read.
    """
    path = datasets_folder() / name / CARD
    if not path.is_file():
        raise DatasetError(f"there is no dataset {name!r}; {nearest(name, dataset_names())}")
    try:
        return read_card(json.loads(path.read_text(encoding="utf-8")))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise DatasetError(f"the card of {name} ({CARD}) cannot be read: {type(error).__name__} {error}") from error


def read_card(data: Mapping[str, Any]) -> Card:
    """Card from the content of a ``datapackage.json`` (Frictionless Data Package, one resource)."""
    resource, own = data["resources"][0], data["gigasite"]
    schema, known_from, coverage = resource["schema"], own["known_from"], own["coverage"]
    by_column = known_from["column"] if isinstance(known_from, Mapping) else ""
    key = schema.get("primaryKey", [])
    return Card(
        name=data["name"],
        title=data["title"],
        description=data["description"],
        file=resource["path"],
        fields=tuple(_field(field) for field in schema["fields"]),
        primary_key=(key,) if isinstance(key, str) else tuple(key),
        missing_values=tuple(schema.get("missingValues", [""])),
        sources=tuple(Source(source["title"], source.get("path", "")) for source in data["sources"]),
        agency=own["agency"],
        years=_text(own["years"]),
        retrieved=_text(own["retrieved"]),
        licence=own["licence"],
        attribution=own["attribution"],
        derivation=own["derivation"],
        quality=own["quality"],
        trust=own["trust"],
        estimate=own["estimate"],
        known_from="" if by_column else str(known_from),
        known_from_column=by_column,
        rows=coverage.get("rows") if isinstance(coverage, Mapping) else None,
        known_faults=tuple(own["known_faults"]),
    )


def _field(data: Mapping[str, Any]) -> Field:
    if data["type"] not in _TYPES:
        raise ValueError(f"field {data['name']!r} is of an unknown type {data['type']!r}")
    return Field(data["name"], data["type"], data["description"], data.get("unit", ""), data.get("constraints", {}))


def _text(value: Any) -> str:
    """Years as text: ``2019-2024`` of a list of years."""
    if isinstance(value, list):
        years = [str(item) for item in value]
        return f"{years[0]}-{years[-1]}" if len(years) > 2 else ", ".join(years)
    return str(value)
