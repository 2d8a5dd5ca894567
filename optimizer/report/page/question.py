"""The question of a plan as named values, so that two questions can be set beside one another and no difference is missed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from optimizer.core.records import plain

if TYPE_CHECKING:
    from optimizer.core.calendar import Calendar
    from optimizer.core.instance import Instance

Place = tuple[str, str, str]

_MONTHS = frozenset({"wanted_from", "deadline", "until", "available_from", "committed_until", "from_month", "begin_by"})
"""Fields of an instance that are months, counted from the first day of the horizon."""

_NAMES = ("site_id", "mode", "contract_id", "name")
_TOLD_ELSEWHERE = frozenset({*_NAMES, "is_committed", "is_forbidden"})
_LEFT_OUT = frozenset({"name", "title", "as_of", "scenario_sha256", "assumptions", "changes", "series", "ramp_conditions", "days"})
"""Of the instance: what is told elsewhere, or only of people's interest."""


def question_values(instance: Instance, calendar: Calendar) -> dict[Place, str]:
    """Every value of an instance by table, key and column; months by their name.

    Parameters
    ----------
    instance : Instance
    calendar : Calendar
        Of its horizon.
    """
    data = {name: value for name, value in plain(instance).items() if name not in _LEFT_OUT}
    return {place: value for name, part in data.items() for place, value in _values(part, (name, ()), calendar)}


def _values(value: Any, at: tuple[str, tuple[str, ...]], calendar: Calendar) -> Iterator[tuple[Place, str]]:
    """Values below a field: records by their names, lists of records one by one, all else as one value."""
    table, key = at
    if isinstance(value, Mapping):
        for column, inner in value.items():
            if _is_records(inner):
                for item in inner:
                    yield from _values(item, (column, (*key, _name(item))), calendar)
            elif isinstance(inner, Mapping):
                yield from _values(inner, (table, (*key, column)), calendar)
            elif column not in _TOLD_ELSEWHERE:
                yield (table, "/".join(key) or table, column), _text(column, inner, calendar)
    elif _is_records(value):
        for item in value:
            yield from _values(item, (table, (*key, _name(item))), calendar)
    else:
        yield (table, table, table), _text(table, value, calendar)


def _is_records(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and isinstance(value[0], Mapping)


def _name(item: Mapping[str, Any]) -> str:
    return str(next((item[name] for name in _NAMES if name in item), ""))


def _text(column: str, value: Any, calendar: Calendar) -> str:
    """A value in words; pairs of a month and a number by the month's name."""
    if value is None or value in ((), []):
        return ""
    if column in _MONTHS:
        return calendar.label(value)
    if isinstance(value, list | tuple):
        return ", ".join(_pair(part, calendar) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _pair(part: Any, calendar: Calendar) -> str:
    if isinstance(part, list | tuple) and len(part) == 2 and isinstance(part[0], int):
        return f"{part[1]:g} from {calendar.label(part[0])}"
    return str(part)
