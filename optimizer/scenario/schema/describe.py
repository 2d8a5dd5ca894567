"""The fields of a scenario, for people (text) and for tools (JSON Schema)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from optimizer.scenario.schema.config import (
    About,
    Budget,
    Config,
    Contracts,
    Debt,
    EscalationRates,
    HorizonSection,
    Objective,
    ProvenanceSection,
    PurseItem,
    SitesSection,
)
from optimizer.scenario.schema.describe_fields import allowed_range, choices, shown_name, unit_of
from optimizer.scenario.schema.fill_section import FillSection
from optimizer.scenario.schema.rows import KEYS, ROW_MODELS
from optimizer.scenario.schema.wants import Gpu, Rental, Workload

_SECTIONS: dict[str, type[BaseModel]] = {
    "[scenario]": About,
    "[horizon]": HorizonSection,
    "horizon.escalation_per_year": EscalationRates,
    "[objective]": Objective,
    "[budget], optional: without it money is no limit": Budget,
    "budget.purses, each": PurseItem,
    "budget.debt": Debt,
    "[[gpus]], each": Gpu,
    "[[workloads]], each": Workload,
    "[[rentals]], each; optional: without them nothing is rented": Rental,
    "[sites]": SitesSection,
    "[sites.fill], optional: how sites are filled from the datasets (docs/data.md)": FillSection,
    "[contracts], optional: without it power is left out": Contracts,
    "[provenance], optional: without it sources are not required": ProvenanceSection,
}


_OVERRIDES = """
Changing values: --set path=value, as often as needed; no file is touched
  a value of a section             --set horizon.months=36
  an item of a list, by its name   --set gpus.H100.price_usd=30000   --set rentals.cloud=none
  one month of a value by month    --set gpus.H100.supply.2025-01=8000
  a list                           --set 'sites.forbidden=["memphis"]'
  a cell of a table                --set sites.memphis.annual_pue=1.25   (table.key.column)
  where a key has several parts    --set tariffs.memphis/grid.energy_usd_per_mwh=45   --set ramps.memphis/grid/2024-08.mw=80
  every row; rows by a pattern     --set 'modes.*.lead_months=9'   --set 'tariffs.memphis/*.deposit_musd=3'
  taking an optional value away    --set workloads.train.deadline=none   --set tariffs.memphis/grid.exit_musd=none
  times a number                   --set 'gpus.H100.price_usd*=1.3'   --set 'gpus.H100.supply*=0.5'   (every amount of a value by month)
  plus a number                    --set horizon.discount_rate_per_year+=0.02   --set sites.memphis.annual_pue+=-0.05
  later by months; below 0 earlier --set 'gpus.H100.supply>>=3'   --set 'ramps.memphis/*.from>>=-2'
  between a ramp's low and high    --set 'ramps.*.from~=1'   (-1: from_low, 0: from, 1: from_high, in whole months)
Values are written as in TOML; a bare word is a text. Quote a --set that holds *, >, [ or " against the shell.
Each changes what those before it left. Where a pattern matches several rows or items, *=, += and >>= pass over what is not given.
"""


def schema_text() -> str:
    """Every section and table with its fields: unit, range, default and meaning, and how --set changes them, as text."""
    lines = ['scenario.toml may begin with extends = "../other": that scenario, with what is said here laid over it.', ""]
    for title, model in _SECTIONS.items():
        lines += [title, *_fields(model), ""]
    for name, model in ROW_MODELS.items():
        lines += [f"table {name}, one row per {', '.join(KEYS[name])}", *_fields(model), ""]
    return "\n".join([*lines, _OVERRIDES.strip()])


def _fields(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        shown = shown_name(name, field)
        notes = [note for note in (_values(shown, field), _default(field)) if note]
        yield f"  {shown:<32} {field.description or ''} ({'; '.join(notes)})"


def _values(name: str, field: FieldInfo) -> str:
    """Words, or range and unit."""
    words = choices(field)
    return ", ".join(words) if words else " ".join(part for part in (allowed_range(field), unit_of(name)) if part)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = to_jsonable_python(field.default)
    return "default: none" if value is None else f"default: {json.dumps(value)}"


def schema_json() -> str:
    """JSON Schema of ``scenario.toml``, with the schema of a row of each table under ``tables``."""
    schema: dict[str, Any] = Config.model_json_schema(by_alias=True)
    schema["properties"] = {
        "extends": {"type": "string", "description": "Folder of the scenario this one is laid over"},
        **schema["properties"],
    }
    schema["tables"] = {name: model.model_json_schema(by_alias=True) for name, model in ROW_MODELS.items()}
    return json.dumps(schema, indent=2)
