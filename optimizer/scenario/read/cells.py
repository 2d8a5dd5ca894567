"""The numbers a scenario gives, each with table, key and column: what sources are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from optimizer.scenario.read.document import Document
from optimizer.scenario.read.draft import Draft
from optimizer.scenario.read.findings import Place
from optimizer.scenario.read.own_series import OwnSeries
from optimizer.scenario.read.tables import RawRow, RawTable
from optimizer.scenario.schema.config import Config
from optimizer.scenario.schema.describe_fields import is_numeric, shown_name
from optimizer.scenario.schema.rows import KEYS, ROW_MODELS

TABLES = (
    "sites", "modes", "tariffs", "onsite_gas", "ppas", "batteries", "ramps", "series", "rates", "gpus", "workloads", "rentals", "budget",
    "horizon", "objective",
)
"""Names that the column ``table`` of ``sources`` may hold."""

MEAN = "mean"
"""Column under which a series stands among the numbers."""

_OF_THE_WORLD = ("carbon_price_usd_per_t", "carbon_cap_t_per_year")
"""Fields of [objective] that others set; the rest is a question."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as it was given.

    Attributes
    ----------
    table, key, column : str
        Where it stands; the key as solved, such as the month of a ramp that ``--set`` has moved.
    value : str
        The number.
    place : Place
        Where it was written.
    written_key : str
        The key as the files have it, by which sources name the number.
    """

    table: str
    key: str
    column: str
    value: str
    place: Place
    written_key: str = ""

    @property
    def source_key(self) -> str:
        """Key under which ``sources`` names it."""
        return self.written_key or self.key

    @property
    def is_override(self) -> bool:
        """Whether ``--set`` gave it."""
        return self.place.file == "--set"


def numeric_cells(draft: Draft) -> tuple[Cell, ...]:
    """All numbers that are given; defaults that nobody wrote are none. Of an own series its mean stands for all its hours."""
    return (
        *_table_cells(draft.tables), *_series_cells(draft.series), *_rate_cells(draft), *_config_cells(draft.config, draft.document),
    )


def _table_cells(tables: Mapping[str, RawTable]) -> Iterator[Cell]:
    for name, table in tables.items():
        fields = {shown_name(key, field): field for key, field in ROW_MODELS[name].model_fields.items()}
        numeric = [column for column, field in fields.items() if is_numeric(field)]
        for row in table.rows:
            for column in numeric:
                if row.cells.get(column, "") != "":
                    yield Cell(name, key_as_solved(name, row), column, row.cells[column], row.place(column), row.key)


def key_as_solved(name: str, row: RawRow) -> str:
    """Key of a row as it was solved, whatever it was in the file."""
    is_changed = not row.before.keys().isdisjoint(KEYS[name])
    return "/".join(row.cells.get(part, "") for part in KEYS[name]) if is_changed else row.key


def _series_cells(series: OwnSeries) -> Iterator[Cell]:
    for name, values in series.values.items():
        if series.place is not None:
            place = Place(series.place.file, f"column {name}", series.place.folder)
            yield Cell("series", name, MEAN, f"{sum(values) / len(values):.6g}", place)


def _rate_cells(draft: Draft) -> Iterator[Cell]:
    """Numbers of the rates that tariffs name: prices, limits of tiers, shares."""
    for name, rate in draft.rates.items():
        place = Place(f"rates/{name}.toml", "", draft.document.folder)
        for column in ("fixed_usd_per_month", "fixed_usd_per_day", "minimum_bill_usd_per_month"):
            if getattr(rate, column):
                yield Cell("rates", name, column, f"{getattr(rate, column):g}", place)
        for energy in rate.energy:
            for number, tier in enumerate(energy.tiers, start=1):
                column = f"{energy.name}.tier_{number}"
                yield Cell("rates", name, f"{column}.usd_per_mwh", f"{tier.usd_per_mwh:g}", place)
                if tier.upto_mwh is not None:
                    yield Cell("rates", name, f"{column}.upto_mwh", f"{tier.upto_mwh:g}", place)
                if tier.upto_kwh_per_kw is not None:
                    yield Cell("rates", name, f"{column}.upto_kwh_per_kw", f"{tier.upto_kwh_per_kw:g}", place)
        for demand in rate.demand:
            yield Cell("rates", name, f"{demand.name}.usd_per_kw_month", f"{demand.usd_per_kw_month:g}", place)
            for number, ratchet in enumerate(demand.ratchets, start=1):
                column = "ratchet_fraction" if number == 1 else f"ratchet_{number}.fraction"
                yield Cell("rates", name, f"{demand.name}.{column}", f"{ratchet.fraction:g}", place)
            if demand.peak_fraction_months:
                yield Cell("rates", name, f"{demand.name}.peak_fraction", f"{demand.peak_fraction:g}", place)
        for peak in rate.coincident:
            yield Cell("rates", name, f"{peak.name}.usd_per_kw", f"{peak.usd_per_kw:g}", place)


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
    if config.budget is not None and config.budget.debt.enabled:
        yield from _record_cells("budget", "debt", config.budget.debt, ("budget", "debt"), document)
    for cell in _record_cells("objective", "objective", config.objective, ("objective",), document):
        if cell.column in _OF_THE_WORLD and cell.value not in ("0", "0.0"):
            yield cell
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
