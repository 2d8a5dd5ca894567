"""An instance as JSON text and back, so that a saved plan can be audited again without the scenario it came from."""

from __future__ import annotations

import functools
import json
import types
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from optimizer.errors import Problem, ScenarioError
from optimizer.input_json import parse_json
from optimizer.instance import Instance
from optimizer.records import plain

_encoded = json.JSONEncoder(ensure_ascii=False).encode


def instance_to_json(instance: Instance) -> str:
    """Write an instance as JSON text, numbers in full precision: a field a line, and of a list of records each."""
    fields = (f"{json.dumps(name)}: {_lines(value)}" for name, value in plain(instance).items())
    return "{\n" + ",\n".join(fields) + "\n}\n"


def _lines(value: Any) -> str:
    """A value in one line; records in a line each."""
    if isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        return "[\n " + ",\n ".join(map(_encoded, value)) + "\n]"
    return _encoded(value)


def instance_from_json(text: str, file: str = "instance.json") -> Instance:
    """Read an instance from the text of ``instance_to_json``.

    Parameters
    ----------
    text : str
        The JSON text.
    file : str
        Name of the file it came from, for the error.

    Returns
    -------
    Instance
        Equal to the one written, with the same ``sha256()``.

    Raises
    ------
    ScenarioError
        The text is no JSON, or not that of an instance of this version.
    """
    try:
        instance: Instance = _record(Instance, parse_json(text))
    except (KeyError, TypeError, ValueError) as error:
        problem = Problem(file, "", "", f"This is not an instance that this version of gigasite can read ({error}).")
        raise ScenarioError([problem]) from error
    return instance


def _record(kind: Any, data: Any) -> Any:
    """A record of a kind from its fields by name; one that the kind has not, or lacks, is an error."""
    if not isinstance(data, Mapping):
        raise TypeError(f"{kind.__name__} is no table of fields")
    hints = _hints(kind)
    return kind(**{name: _value(hints.get(name, Any), value) for name, value in data.items()})


@functools.cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _value(hint: Any, value: Any) -> Any:
    """A value as the hint of its field has it: records for tables, tuples for lists."""
    if isinstance(value, Mapping):
        record = _record_kind(hint)
        return value if record is None else _record(record, value)
    if isinstance(value, list):
        item = next((inner for inner in get_args(_without_none(hint)) if inner is not Ellipsis), Any)
        return tuple(value) if item is float else tuple(_value(item, part) for part in value)
    return value


def _record_kind(hint: Any) -> Any:
    found = _without_none(hint)
    return found if is_dataclass(found) else None


def _without_none(hint: Any) -> Any:
    """Hint of an optional value without the None."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(inner for inner in get_args(hint) if inner is not type(None))
    return hint
