"""An instance as JSON text and back, so that a saved plan can be audited again without the scenario it came from."""

from __future__ import annotations

import functools
import json
import re
import types
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from optimizer.core.errors import Problem, ScenarioError
from optimizer.core.hours import DAYS, HOURS
from optimizer.core.input_json import parse_json
from optimizer.core.instance import Instance
from optimizer.core.printable import shown, unseen
from optimizer.core.records import plain

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_MONTHS_MAX = 600
_MOST = 1e15
"""Beyond it no number of an instance lies, in any unit."""

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
        instance: Instance = _record(Instance, parse_json(text), "")
        _require_sane(instance)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        problem = Problem(file, "", "", f"This is not an instance that this version of gigasite can read ({error}).")
        raise ScenarioError([problem]) from error
    return instance


def _require_sane(instance: Instance) -> None:
    """Refuse what no scenario can be: an instance may have been altered by anybody.

    Raises
    ------
    ValueError
        The horizon, the days or the hours are none.
    """
    horizon = instance.horizon
    if not _MONTH.fullmatch(horizon.start) or not 1 <= horizon.months <= _MONTHS_MAX or horizon.months_per_period not in (1, 3):
        raise ValueError(f"horizon {horizon.start!r}, {horizon.months} months is none")
    if horizon.months % horizon.months_per_period:
        raise ValueError(f"{horizon.months} months are no whole number of quarters")
    for series in instance.series:
        if len(series.values) != HOURS:
            raise ValueError(f"series {series.name!r} has {len(series.values)} values, not {HOURS}")
    for site in instance.sites:
        typical = site.typical_days
        known = set(typical.days) & set(range(DAYS)) if typical is not None else set()
        if typical is not None and (len(typical.stands_for) != DAYS or set(typical.stands_for) != known or len(known) != len(typical.days)):
            raise ValueError(f"typical days of {site.site_id!r} do not stand for the {DAYS} days of a year")


def _record(kind: Any, data: Any, path: str) -> Any:
    """A record of a kind from its fields by name; one that the kind has not, or lacks, is an error."""
    if not isinstance(data, Mapping):
        raise TypeError(f"{path or kind.__name__} is no table of fields")
    hints = _hints(kind)
    return kind(**{name: _value(hints.get(name, Any), value, f"{path}{name}") for name, value in data.items()})


@functools.cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _value(hint: Any, value: Any, path: str) -> Any:
    """A value as the hint of its field has it: records for tables, tuples for lists; one of another kind is an error."""
    if value is None and _may_be_none(hint):
        return None
    plain_hint = _without_none(hint)
    if is_dataclass(plain_hint):
        return _record(plain_hint, value, f"{path}.")
    origin = get_origin(plain_hint)
    if origin is tuple:
        return _tuple(get_args(plain_hint), value, path)
    if origin is Literal:
        if value not in get_args(plain_hint):
            raise TypeError(f"{path} is {shown(repr(value))}; allowed: {', '.join(map(str, get_args(plain_hint)))}")
        return value
    if not _is_of(plain_hint, value):
        raise TypeError(f"{path} is {shown(repr(value))}, which is no {getattr(plain_hint, '__name__', plain_hint)}")
    return value


def _tuple(items: tuple[Any, ...], value: Any, path: str) -> tuple[Any, ...]:
    """A list as a tuple: of one kind, or of as many as it has places."""
    if not isinstance(value, list):
        raise TypeError(f"{path} is no list")
    if items[-1] is Ellipsis:
        if items[0] is float and all(type(item) is float and -_MOST <= item <= _MOST for item in value):
            return tuple(value)
        return tuple(_value(items[0], item, f"{path}.{index}") for index, item in enumerate(value))
    if len(items) != len(value):
        raise TypeError(f"{path} has {len(value)} items, not {len(items)}")
    return tuple(_value(item, part, f"{path}.{index}") for index, (item, part) in enumerate(zip(items, value, strict=True)))


def _is_of(kind: Any, value: Any) -> bool:
    """Whether a value is of a plain kind, and such as can be shown or counted with."""
    if kind is str:
        return isinstance(value, str) and not unseen(value)
    if kind is bool:
        return isinstance(value, bool)
    if kind in (int, float):
        is_number = isinstance(value, int) or (kind is float and isinstance(value, float))
        return is_number and not isinstance(value, bool) and -_MOST <= value <= _MOST
    return kind is Any


def _may_be_none(hint: Any) -> bool:
    return hint is Any or type(None) in get_args(hint)


def _without_none(hint: Any) -> Any:
    """Hint of an optional value without the None."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(inner for inner in get_args(hint) if inner is not type(None))
    return hint
