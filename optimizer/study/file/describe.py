"""The fields of a study's file, for people (text) and for tools (JSON Schema)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from optimizer.scenario.schema.describe_fields import allowed_range, choices
from optimizer.scenario.schema.fields import Record
from optimizer.study.file.factor_checks import BASES, PARAMETERS, UNITS
from optimizer.study.file.phrases import DESIGNS, DISTRIBUTIONS, WAYS
from optimizer.study.file.records import BreakpointItem, CorrelationItem, DistributionItem, FactorItem, NamedItem, StudySection
from optimizer.study.runs.factors import OPERATORS

_SECTIONS: tuple[tuple[str, str, type[BaseModel]], ...] = (
    ("[study]", "What is asked, and how runs are chosen.", StudySection),
    ("[[factors]]", "Each: something uncertain or to be chosen. Give values, or low and high, or a distribution.", FactorItem),
    ("factors.distribution", "Its kind, and the numbers of that kind.", DistributionItem),
    ("[[correlations]]", "Each: two factors that tend to move together; for the design monte_carlo.", CorrelationItem),
    ("[[named]]", "Each: a run with changes of its own, beside those of the design.", NamedItem),
    ("[[breakpoints]]", "Each: a search for the values of a factor at which a decision changes.", BreakpointItem),
)

_FIELD_HEADS = ("field", "meaning", "values", "default")

_WORDS: dict[Any, str] = {
    str: "text", int: "whole number", float: "number", bool: "true or false", Any: "number, text, true or false",
}

_TABLES = {"distribution": "table"}
"""Fields that hold a section of their own."""


class StudyFile(Record):
    """A whole file."""

    study: StudySection
    factors: tuple[FactorItem, ...] = Field(default=(), description="What is changed")
    correlations: tuple[CorrelationItem, ...] = Field(default=(), description="What tends to move together")
    named: tuple[NamedItem, ...] = Field(default=(), description="Further runs")
    breakpoints: tuple[BreakpointItem, ...] = Field(default=(), description="Searches")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the reference: its title, a sentence, and a table; the first column of ``rows`` is a name, the second its meaning."""

    title: str
    said: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def parts() -> tuple[Part, ...]:
    """Every section of a study's file with its fields, then what may be chosen there."""
    fields = (Part(title, said, _FIELD_HEADS, _rows(model)) for title, said, model in _SECTIONS)
    kinds = tuple((kind, said, ", ".join(PARAMETERS[kind][0]), ", ".join(PARAMETERS[kind][1])) for kind, said in DISTRIBUTIONS.items())
    ways = tuple((by, said, OPERATORS[by], _default(BASES[by]), UNITS.get(by, "")) for by, said in WAYS.items())
    return (
        *fields,
        Part("Designs", "What design chooses. Run 0 is always the scenario as it is.", ("design", "runs"), tuple(DESIGNS.items())),
        Part("Distributions", "What kind chooses.", ("kind", "values", "takes", "may take"), kinds),
        Part("Ways to change a value", "What by chooses; --set writes the same.", ("by", "meaning", "--set", "base", "unit"), ways),
    )


def study_schema_text() -> str:
    """Every section of a study's file with its fields, as text."""
    return "\n\n".join("\n".join([f"{part.title}: {part.said}", *(_line(part, row) for row in part.rows)]) for part in parts())


def study_schema_json() -> str:
    """JSON Schema of a study's file."""
    schema: dict[str, Any] = StudyFile.model_json_schema()
    schema["$defs"]["DistributionItem"] = DistributionItem.model_json_schema()
    described = schema["$defs"]["FactorItem"]["properties"]["distribution"]
    schema["$defs"]["FactorItem"]["properties"]["distribution"] = {**described, "$ref": "#/$defs/DistributionItem"}
    return json.dumps(schema, indent=2)


def _line(part: Part, row: tuple[str, ...]) -> str:
    name, meaning, *rest = row
    notes = [cell if head == "values" or cell == "required" else f"{head}: {cell}"
             for head, cell in zip(part.heads[2:], rest, strict=True) if cell]
    behind = f" ({'; '.join(notes)})" if notes else ""
    return f"  {name:<16} {meaning}{behind}"


def _rows(model: type[BaseModel]) -> tuple[tuple[str, ...], ...]:
    return tuple(_row(name, field) for name, field in model.model_fields.items())


def _row(name: str, field: FieldInfo) -> tuple[str, str, str, str]:
    values = [_TABLES.get(name) or _type_text(field.annotation), ", ".join(choices(field)) or allowed_range(field)]
    default = "required" if field.is_required() else _default(field.default)
    return name, field.description or "", ": ".join(value for value in values if value), default


def _default(value: Any) -> str:
    return "none" if value is None else json.dumps(to_jsonable_python(value))


def _type_text(annotation: Any) -> str:
    """Type of a field in words: ``number``, ``list of texts``."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type_text(arguments[0])
    if origin in (Union, UnionType):
        return _type_text(next(argument for argument in arguments if argument is not NoneType))
    if origin is tuple:
        return f"list, each {_type_text(arguments[0])}"
    return "one of" if origin is Literal else _WORDS[annotation]
