"""Windows of a rate's charges: the hours of one table, of several together, and of those that other charges leave (docs/tariffs.md)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, cast

from optimizer.billing.rate_values import Table
from optimizer.core.errors import nearest
from optimizer.core.offers import Window
from optimizer.core.windows import joined, without

ALL_MONTHS = tuple(range(1, 13))
ALWAYS = Window(ALL_MONTHS, "all", 0, 0)
WINDOW_KEYS = ("months", "days", "hour_from", "hour_to")

_DAYS = ("all", "weekday", "weekend")


def windows_of_charges(tables: Collection[Table], kind: str) -> list[Window]:
    """Hours of each charge of a kind, in their order.

    Parameters
    ----------
    tables : collection of Table
        The charges; what is wrong with the hours of one is noted, and a stand-in given.
    kind : str
        Kind of the charges, by whose names ``other_than`` finds others.
    """
    own = [read_window(table) for table in tables]
    names = [str(table.data.get("name", f"{kind} {place}")).strip() for place, table in enumerate(tables, 1)]
    plain = {name: window for name, table, window in zip(names, tables, own, strict=True) if "other_than" not in table.data}
    return [
        _rest(table, window, plain, [other for other in names if other != name])
        for table, window, name in zip(tables, own, names, strict=True)
    ]


def read_window(table: Table) -> Window:
    """Hours that a table names, of all its ``windows`` together; every one where nothing is said."""
    if "windows" not in table.data:
        return _one(table)
    for key in WINDOW_KEYS:
        if key in table.data:
            table.note(key, "stands beside windows; the windows say the hours: write it in each of them")
    parts = table.items("windows")
    for part in parts:
        part.only(WINDOW_KEYS)
    read = [_one(part) for part in parts]
    if not read and table.data["windows"] == []:
        table.note("windows", "is empty; leave it out for every hour, or write its windows")
    return joined(read) if read else ALWAYS


def _one(table: Table) -> Window:
    days = table.data.get("days", "all")
    if days not in _DAYS:
        table.note("days", f"{days!r} is not allowed; {nearest(str(days), _DAYS)}")
        days = "all"
    if ("hour_from" in table.data) != ("hour_to" in table.data):
        given, missing = ("hour_from", "hour_to") if "hour_from" in table.data else ("hour_to", "hour_from")
        table.note(missing, f"is required beside {given}")
    hour_from, hour_to = table.whole("hour_from", 0, 23, 0), table.whole("hour_to", 0, 24, 0) % 24
    return Window(table.months("months") or ALL_MONTHS, cast("Literal['all', 'weekday', 'weekend']", days), hour_from, hour_to)


def _rest(table: Table, own: Window, plain: dict[str, Window], others: Collection[str]) -> Window:
    """Hours of a charge without those of the charges that it names under ``other_than``."""
    if "other_than" not in table.data:
        return own
    names = table.names("other_than")
    for name in names:
        if name not in plain or name not in others:
            table.note("other_than", _not_a_charge(name, others))
    left = without(own, [plain[name] for name in names if name in plain])
    if left is None:
        table.note("other_than", f"{', '.join(names)} leave no hour of this charge")
    return left or own


def _not_a_charge(name: str, others: Collection[str]) -> str:
    if name in others:
        return f"{name!r} has other_than itself; name only charges whose hours are written out"
    return f"there is no other charge {name!r} of this kind; {nearest(name, others)}"
