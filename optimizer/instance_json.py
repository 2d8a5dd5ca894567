"""An instance as JSON text and back, so that a saved plan can be audited again without the scenario it came from."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from optimizer.errors import Problem, ScenarioError
from optimizer.instance import (
    Assumption,
    Escalation,
    Gpu,
    Horizon,
    Instance,
    Mode,
    OnsiteGas,
    Purse,
    Rental,
    Site,
    Tariff,
    Workload,
)


def instance_to_json(instance: Instance) -> str:
    """Write an instance as JSON text, numbers in full precision."""
    return json.dumps(asdict(instance), indent=1, ensure_ascii=False)


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
        return _instance(json.loads(text, object_pairs_hook=_record))
    except (KeyError, TypeError, ValueError) as error:
        problem = Problem(file, "", "", f"This is not an instance that this version of gigasite can read ({error}).")
        raise ScenarioError([problem]) from error


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: _frozen(value) for key, value in pairs}


def _frozen(value: Any) -> Any:
    """JSON knows lists only; records hold tuples."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _instance(data: dict[str, Any]) -> Instance:
    return Instance(**{
        **data,
        "horizon": Horizon(**data["horizon"]),
        "escalation": Escalation(**data["escalation"]),
        "sites": tuple(_site(row) for row in data["sites"]),
        "gpus": tuple(Gpu(**row) for row in data["gpus"]),
        "workloads": tuple(Workload(**row) for row in data["workloads"]),
        "rentals": tuple(Rental(**row) for row in data["rentals"]),
        "purses": tuple(Purse(**row) for row in data["purses"]),
        "assumptions": tuple(Assumption(**row) for row in data["assumptions"]),
    })


def _site(data: dict[str, Any]) -> Site:
    return Site(**{
        **data,
        "modes": tuple(Mode(**row) for row in data["modes"]),
        "tariffs": tuple(Tariff(**row) for row in data["tariffs"]),
        "onsite_gas": tuple(OnsiteGas(**row) for row in data["onsite_gas"]),
    })
