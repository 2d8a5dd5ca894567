"""Every number of an instance changed, one at a time: for tests that somebody must notice, or must not be fooled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from optimizer.core.hours import Series, TypicalDays
from optimizer.core.instance import Carbon, Debt, Escalation, Gpu, Mode, PowerRules, Purse, Rental, Site, Workload
from optimizer.core.offers import Battery, CoincidentCharge, DemandCharge, OnsiteGas, Ppa, Ratchet, Rate, Tariff, Tier, Window

RECORDS: tuple[type, ...] = (
    Battery, Carbon, CoincidentCharge, Debt, DemandCharge, Escalation, Gpu, Mode, OnsiteGas, PowerRules, Ppa, Purse, Ratchet, Rate, Rental,
    Series, Site, Tariff, Tier, TypicalDays, Window, Workload,
)


def numbers(record: type) -> list[str]:
    """Fields of a record that hold a number, numbers, or dated numbers."""
    return [field.name for field in fields(record) if re.search(r"\b(float|int|MonthValue)\b", str(field.type))]


def changed_values(value: Any) -> Iterator[Any]:
    """Other values of a field, the nearest first."""
    if value is None:
        yield from (0, 1, 3)
    elif isinstance(value, tuple) and value and isinstance(value[0], tuple):
        yield tuple((key, number * 1.01) for key, number in value)
        yield tuple((key, number * 0.99) for key, number in value)
        yield tuple((key, 0) for key, _ in value)
    elif isinstance(value, tuple):
        yield value[1:] if len(value) < 365 else value[1:] + value[:1]
        yield tuple(number + 1 for number in value)
    elif isinstance(value, int):
        yield from (value + 1, value - 1, value + 3, value + 7, 1, 2 * value)
    else:
        yield from (value * 1.01, value * 0.99, value + 1.0, value * 4.0, value * 0.3, 0.0)


def changed_records(each: Any, record: str, name: str) -> Iterator[Any]:
    """A record with one field of one record of a kind in it changed, for every record of the kind and every other value."""
    if type(each).__name__ == record:
        for value in changed_values(getattr(each, name)):
            yield replace(each, **{name: value})
    for field in fields(each):
        held = getattr(each, field.name)
        if is_dataclass(held):
            for other in changed_records(held, record, name):
                yield replace(each, **{field.name: other})
        elif isinstance(held, tuple) and held and is_dataclass(held[0]):
            for place, part in enumerate(held):
                for other in changed_records(part, record, name):
                    yield replace(each, **{field.name: (*held[:place], other, *held[place + 1 :])})
