"""Checking values one by one: pydantic's findings as problems with place, range, unit and near miss."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from optimizer.scenario.read.document import Document, canonical
from optimizer.scenario.read.findings import Findings, near_miss, nearest
from optimizer.scenario.read.suggestions import meant_by_pattern, meant_by_text
from optimizer.scenario.read.wrong_units import unit_hint
from optimizer.scenario.schema.config import Config
from optimizer.scenario.schema.describe_fields import allowed_range, choices, column_names, field_of, number_text, unit_of
from optimizer.scenario.schema.fields import BY_MONTH, NUMBER
from optimizer.scenario.schema.floor import BELOW_FLOOR

_NESTED_ROUNDS = 4

STAND_INS: dict[str, Any] = {
    "scenario": {"name": "unnamed", "as_of": "9999-12-31", "currency_year": 2024},
    "name": "unnamed",
    "as_of": "9999-12-31",
    "currency_year": 2024,
    "horizon": {"start": "2000-01", "months": 600},
    "start": "2000-01",
    "months": 600,
    "family": "unnamed",
    "h100_equivalents": 1.0,
    "it_kw_per_gpu": 1.0,
    "price_usd": 0.0,
    "cooling": "air",
    "wanted_from": "0001-01",
    "usd_per_gpu_hour": 1.0,
    "amounts": {},
    "sites": {},
}
"""Values that let the later checks go on after a required one was wrong, and that no such check objects to."""


def check_document(document: Document, findings: Findings) -> Config | None:
    """Check ``scenario.toml`` value by value.

    What is wrong is noted and taken out, so that the checks that follow still see the rest; ``None`` where too little is left.
    """
    data = _frozen(document.data)
    for repeat in range(_NESTED_ROUNDS):
        try:
            return Config.model_validate(data, strict=True)
        except ValidationError as error:
            details = [detail for detail in error.errors() if not _follows(detail)]
            for detail in details if repeat == 0 else ():
                _note_value(detail, data, document, findings)
            data = _without(data, [detail["loc"] for detail in details])
    return None


def _written(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Location of an error as a person wrote it, without what says which kind of value was tried."""
    return tuple(part for part in location if part not in ("[key]", NUMBER, BY_MONTH))


def _follows(detail: ErrorDetails) -> bool:
    """Whether a list is called too short only because its items are wrong."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _frozen(value: Any) -> Any:
    """Lists as tuples, as strict checking wants them."""
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value


def _note_value(detail: ErrorDetails, data: Any, document: Document, findings: Findings) -> None:
    location = _written(detail["loc"])
    path = canonical(data, location)
    model = _model_at(location[:-1])
    name = str(location[-1])
    if isinstance(location[-1], int) and len(location) > 1:
        name = str(location[-2])
        model = _model_at(location[:-2])
    message = value_message(detail, name, model)
    findings.add(document.place(path), ".".join(path), message)


def _model_at(location: tuple[int | str, ...]) -> type[BaseModel] | None:
    """Record that holds the field at a location; ``None`` inside values such as ``supply``."""
    model: type[BaseModel] | None = Config
    for part in location:
        if isinstance(part, str) and model is not None:
            field = field_of(model, part)
            model = None if field is None else _record_of(field.annotation)
    return model


def _record_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _record_of(inner)) is not None), None)


def value_message(detail: ErrorDetails, name: str, model: type[BaseModel] | None) -> str:
    """What is wrong with a value, what is allowed, and what was probably meant."""
    field = field_of(model, name) if model is not None else None
    kind, value = detail["type"], detail.get("input")
    if kind == "extra_forbidden":
        return f"there is no {name!r} here; {nearest(name, column_names(model) if model is not None else ())}"
    if kind == "value_error":
        return detail["msg"].removeprefix("Value error, ")
    if kind == "string_pattern_mismatch":
        return meant_by_pattern(str(value), detail["ctx"]["pattern"])
    return _of_value(kind, value, detail["msg"], name, field)


def _of_value(kind: str, value: Any, text: str, name: str, field: FieldInfo | None) -> str:
    """Message about a value that is missing, of the wrong type or out of range."""
    if kind == "missing":
        return f"is required and missing{_allowed(name, field)}"
    if kind == "literal_error":
        words = choices(field) if field is not None else ()
        guess = near_miss(str(value), words)
        return f"{value!r} is not allowed; allowed: {', '.join(words)}{'; ' if guess else ''}{guess}"
    if kind == "finite_number" or str(value) in ("nan", "inf", "-inf"):
        return f"{value} is not a finite number{_allowed(name, field)}"
    if kind.startswith(("greater", "less")):
        hint = text if kind == BELOW_FLOOR else unit_hint(name, value)
        return f"{_shown(value)} is outside the range{_allowed(name, field)}{hint}"
    if kind == "tuple_type" and isinstance(value, dict):
        return f"is a single table; write a list, each item as [[{name}]] (a file of them is not in this version of gigasite)"
    reason = text.lower().split(", unable to")[0]
    expected = reason.replace("input should", "should").replace("valid tuple", "list").replace("valid dictionary", "table")
    return f"{value!r}: {expected}{_allowed(name, field)}{_meant(kind, value, field)}"


def _meant(kind: str, value: Any, field: FieldInfo | None) -> str:
    """What a value of the wrong type was meant to be."""
    if kind.startswith("bool"):
        return "; allowed: true or false"
    if not isinstance(value, str) or not kind.startswith(("int", "float")):
        return ""
    hint = meant_by_text(value, field is not None and not field.is_required())
    return "" if kind.startswith("int") and re.search(r"write .*\.", hint) else hint


def _shown(value: Any) -> str:
    """Value as in a message: numbers bare, texts quoted."""
    if isinstance(value, bool | dict | tuple):
        return str(value)
    try:
        return number_text(float(value))
    except (TypeError, ValueError):
        return repr(value)


def _allowed(name: str, field: FieldInfo | None) -> str:
    if field is None:
        return ""
    words = allowed_range(field) or " or ".join(choices(field))
    return f"; allowed: {' '.join(part for part in (words, unit_of(name)) if part)}" if words else ""


def _without(data: Any, locations: list[tuple[int | str, ...]]) -> Any:
    """The data with what is wrong stood in for or taken out; where a value is missing, what should hold it."""
    for location in sorted(locations, key=lambda parts: [(isinstance(part, int), part) for part in parts], reverse=True):
        data = _mended(data, _written(location))
    return data


def _mended(data: Any, location: tuple[int | str, ...]) -> Any:
    part, rest = location[0], location[1:]
    if isinstance(data, tuple) and isinstance(part, int) and part < len(data):
        is_lost = not rest or (rest[0] not in STAND_INS and _is_missing(data[part], rest))
        kept = () if is_lost else (_mended(data[part], rest),)
        return (*data[:part], *kept, *data[part + 1 :])
    if not isinstance(data, Mapping):
        return data
    others = {key: value for key, value in data.items() if key != part}
    if not rest:
        return {**others, part: STAND_INS[str(part)]} if part in STAND_INS else others
    return {**others, part: _mended(data[part], rest)} if part in data else data


def _is_missing(data: Any, location: tuple[int | str, ...]) -> bool:
    """Whether the field itself is not there."""
    return len(location) == 1 and isinstance(data, Mapping) and location[0] not in data
