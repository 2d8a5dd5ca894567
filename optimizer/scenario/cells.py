"""The numbers a scenario gives, each with table, key and column: what sources are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from optimizer.scenario.config import Config
from optimizer.scenario.document import Document
from optimizer.scenario.findings import Place
from optimizer.scenario.rows import ROW_MODELS
from optimizer.scenario.schema_fields import is_numeric, shown_name
from optimizer.scenario.tables import RawTable

TABLES = ("sites", "modes", "tariffs", "onsite_gas", "ramps", "gpus", "workloads", "rentals", "budget", "horizon")
"""Names that the column ``table`` of ``sources`` may hold."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as it was given."""

    table: str
    key: str
    column: str
    value: str
    place: Place

    @property
    def is_override(self) -> bool:
        """Whether ``--set`` gave it."""
        return self.place.file == "--set"


def numeric_cells(config: Config, document: Document, tables: Mapping[str, RawTable]) -> tuple[Cell, ...]:
    """All numbers that are given; defaults that nobody wrote are none."""
    return (*_table_cells(tables), *_config_cells(config, document))


def _table_cells(tables: Mapping[str, RawTable]) -> Iterator[Cell]:
    for name, table in tables.items():
        fields = {shown_name(key, field): field for key, field in ROW_MODELS[name].model_fields.items()}
        numeric = [column for column, field in fields.items() if is_numeric(field)]
        for row in table.rows:
            for column in numeric:
                if row.cells.get(column, "") != "":
                    yield Cell(name, row.key, column, row.cells[column], row.place(column))


def _config_cells(config: Config, document: Document) -> Iterator[Cell]:
    named: tuple[tuple[str, Iterable[BaseModel]], ...] = (
        ("gpus", config.gpus),
        ("workloads", config.workloads),
        ("rentals", config.rentals),
    )
    for table, items in named:
        for item in items:
            key = str(item.model_dump(include={"name"})["name"])
            yield from _record_cells(table, key, item, (table, key), document)
    for purse in config.budget.purses if config.budget is not None else ():
        yield from _record_cells("budget", purse.name, purse, ("budget", "purses", purse.name), document)
    for cell in _record_cells("horizon", "horizon", config.horizon, ("horizon",), document):
        if cell.column != "months":  # how far to look is a question, not a number of the world
            yield cell


def _record_cells(table: str, key: str, record: BaseModel, path: tuple[str, ...], document: Document) -> Iterator[Cell]:
    values = record.model_dump(exclude_unset=True, by_alias=True)
    for name, field in type(record).model_fields.items():
        column = shown_name(name, field)
        if is_numeric(field) and values.get(column) is not None:
            value = values[column]
            text = json.dumps(value) if isinstance(value, dict) else str(value)
            yield Cell(table, key, column, text, document.place(_written(path, column, document)))


def _written(path: tuple[str, ...], column: str, document: Document) -> tuple[str, ...]:
    """Path at which a value was written: below it where only a part of it was set."""
    whole = (*path, column)
    parts = [part for part in document.places if part[: len(whole)] == whole and document.places[part].file == "--set"]
    return parts[0] if parts else whole
