"""The header of a plan that a stranger may have altered: values of the right kind, and a field that is missing told by its name."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from types import NoneType, UnionType
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints, is_typeddict

from optimizer.core.errors import PlanFolderError, Problem
from optimizer.core.printable import shown, unseen
from optimizer.plan.header import Header, Status

TEXT, NUMBER, WHOLE, TRUTH = "a text", "a number", "a whole number", "true or false"
_KINDS = {str: TEXT, float: NUMBER, int: WHOLE, bool: TRUTH}
_MOST = 1e15
"""Beyond it no number of a plan lies, in any unit."""

_STATUSES = get_args(Status)


def _form_of(hint: Any) -> Any:
    """Form of a type of ``plan/header.py``: a kind, a list with the form of its items, or forms by name; ``None`` may hold anything."""
    if hint is Any:
        return None
    if is_typeddict(hint):
        return {name: _form_of(of_field) for name, of_field in get_type_hints(hint).items()}
    parts = [part for part in get_args(hint) if part is not NoneType]
    if isinstance(hint, UnionType):
        return _form_of(parts[0])
    if get_origin(hint) is list:
        return [_form_of(parts[0])]
    if get_origin(hint) is dict:
        return {"*": _form_of(parts[1])}
    return TEXT if get_origin(hint) is Literal else _KINDS[hint]


FREE = ("changes", "solver_failures")
"""Fields with what a person or a solver wrote: their texts may hold anything."""

FORM: Mapping[str, Any] = {**_form_of(Header), **dict.fromkeys(FREE)}
"""Kind of each field; ``*`` stands for any name. A field that stands here may be missing or null; one that does not may hold anything."""

TOTALS = frozenset({
    "objective_musd", "cash_cost_musd", "value_of_time_musd", "residual_musd", "nonrefundable_at_signature_musd", "value",
})
"""Numbers that every plan has; where there is no plan, they are null."""

NEVER_NULL = frozenset({
    "sites", "rentals", "workloads", "goals", "ledger_musd", "binding", "site_id", "name", "mode", "it_mw", "facility_mw", "mw", "gpus",
    "contracts", "count", "goal", "unit", "target_h100e", "contract_id", "kind", "scenario", "status", "audit", "seconds", "size",
    "provenance", "versions", "instance_sha256",
})
"""Fields that hold something in every header."""


class Fields(dict[str, Any]):
    """Fields of a header by name; one that is missing is a fault of the file."""

    def __init__(self, fields: Mapping[str, Any], file: str, path: str = "") -> None:
        super().__init__({key: _fields(value, file, f"{path}{key}.") for key, value in fields.items()})
        self._place = (file, path)

    def __missing__(self, key: str) -> Any:
        file, path = self._place
        raise PlanFolderError([Problem(file, "", f"{path}{key}", "This field is missing: it is no header of a plan of this version.")])


def header_fields(data: Any, file: str) -> Header:
    """Give the header of a plan.

    Parameters
    ----------
    data : any
        What was parsed.
    file : str
        Its name, for the error.

    Raises
    ------
    PlanFolderError
        It is none, or a field is of another kind.
    """
    if not isinstance(data, dict) or "status" not in data:
        raise PlanFolderError([Problem(file, "", "status", "This is not the header of a plan.")])
    must = NEVER_NULL if data["status"] in _STATUSES[3:] else NEVER_NULL | TOTALS
    problems = [Problem(file, "", name, message) for name, message in _misfits(data, FORM, "", must)]
    if data["status"] not in _STATUSES:
        problems.append(Problem(file, "", "status", f"{shown(repr(data['status']))} is no status; allowed: {', '.join(_STATUSES)}."))
    if problems:
        raise PlanFolderError(problems)
    return cast("Header", Fields(data, file))


def _fields(value: Any, file: str, path: str) -> Any:
    if isinstance(value, dict):
        return Fields(value, file, path)
    return [_fields(item, file, f"{path}{index}.") for index, item in enumerate(value)] if isinstance(value, list) else value


def _misfits(value: Any, form: Any, path: str, must: Collection[str]) -> Iterator[tuple[str, str]]:
    """Fields of another kind than they should be, each with what would be right."""
    if value is None and form is not None and path.rpartition(".")[2] in must:
        yield path, "This is null."
    if value is None or form is None:
        return
    if isinstance(form, str):
        if not _is_of(value, form):
            yield path, f"{shown(repr(value))} is not {form}."
    elif isinstance(form, list):
        if not isinstance(value, list):
            yield path, "This is not a list."
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _misfits(item, form[0], f"{path}.{index}", must) if item is not None else [(f"{path}.{index}", "This is null.")]
    elif not isinstance(value, dict):
        yield path, "This is not an object of fields."
    else:
        for key, item in value.items():
            name = f"{path}.{key}" if path else str(key)
            if message := unseen(str(key)):
                yield name, f"Its name {message}."
            yield from _misfits(item, form.get(key, form.get("*")), name, must)


def _is_of(value: Any, kind: str) -> bool:
    if kind == TEXT:
        return isinstance(value, str) and not unseen(value)
    if kind == TRUTH:
        return isinstance(value, bool)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) <= _MOST and math.isfinite(value) and (kind == NUMBER or isinstance(value, int))
