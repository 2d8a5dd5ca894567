"""The header of a plan that a stranger may have altered: values of the right kind, and a field that is missing told by its name."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from optimizer.core.errors import PlanFolderError, Problem
from optimizer.core.printable import shown, unseen

TEXT, NUMBER, WHOLE, TRUTH = "a text", "a number", "a whole number", "true or false"
NUMBERS = {"*": NUMBER}
_MOST = 1e15
"""Beyond it no number of a plan lies, in any unit."""

_STATUSES = ("optimal", "within_gap", "best_found", "infeasible", "no_plan_in_time")

FORM: Mapping[str, Any] = {
    "scenario": TEXT, "scenario_sha256": TEXT, "instance_sha256": TEXT, "versions": {"*": TEXT}, "status": TEXT, "stopped_by": TEXT,
    "currency_year": WHOLE, "typical_hours_error": NUMBER, "provenance": {"*": WHOLE},
    "goals": [{"goal": TEXT, "value": NUMBER, "unit": TEXT, "bound": NUMBER, "gap": NUMBER}],
    "objective_musd": NUMBER, "cash_cost_musd": NUMBER, "value_of_time_musd": NUMBER, "residual_musd": NUMBER, "committed_musd": NUMBER,
    "nonrefundable_at_signature_musd": NUMBER, "has_contracts": TRUTH,
    "sites": [{
        "site_id": TEXT, "name": TEXT, "mode": TEXT, "construction_start": TEXT, "first_power": TEXT,
        "it_mw": NUMBER, "facility_mw": NUMBER,
        "gpus": {"*": {"count": NUMBER, "first_delivery": TEXT, "last_delivery": TEXT}},
        "contracts": [{
            "contract_id": TEXT, "kind": TEXT, "group": TEXT, "mw": NUMBER, "mw_first": NUMBER, "mw_last": NUMBER, "mwh": NUMBER,
            "from": TEXT, "to": TEXT, "term_months": WHOLE,
        }],
        "power": {"energy_mwh": NUMBERS, "basis_usd_per_mwh": NUMBERS, "emissions_t": NUMBERS},
    }],
    "rentals": [{"name": TEXT, "gpus": NUMBER, "from": TEXT, "to": TEXT}],
    "workloads": [{
        "name": TEXT, "target_h100e": NUMBER, "wanted_from": TEXT, "deadline": TEXT, "ready": TEXT, "delay_months": NUMBER,
        "sites": NUMBERS,
    }],
    "ledger_musd": {"*": NUMBERS}, "binding": [TEXT],
    "audit": {"passed": TRUTH, "rules": WHOLE, "checks": WHOLE, "worst_violation": NUMBER},
    "size": {"*": WHOLE}, "seconds": NUMBERS, "peak_memory_mb": NUMBER,
    "verification": {
        "passed": TRUTH, "hours": WHOLE, "unserved_mwh": NUMBER, "unserved_hours": NUMBER, "verified_musd": NUMBER, "cost_error": NUMBER,
        "rounds": WHOLE, "says": TEXT,
    },
    "typical_days_added": {"*": [TEXT]},
}
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


def header_fields(data: Any, file: str) -> Fields:
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
    return Fields(data, file)


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
