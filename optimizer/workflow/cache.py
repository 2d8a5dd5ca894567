"""When a plan in a folder still answers the question: a key over everything that can change its content."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import optimizer
from optimizer.core.errors import PlanFolderError
from optimizer.core.input_files import read_plan_text
from optimizer.core.input_json import parse_json
from optimizer.core.instance_json import instance_to_json
from optimizer.plan.folder import read_plan

if TYPE_CHECKING:
    from optimizer.core.instance import Instance
    from optimizer.plan.plan import Plan
    from optimizer.solve.highs.settings import SolveSettings

_LIBRARIES = ("highspy", "numpy", "pandas", "pyomo", "scipy")
_FINAL = ("optimal", "within_gap", "infeasible")


def cache_key(instance: Instance, settings: SolveSettings) -> str:
    """Hash the whole instance (sources and titles too: the plan shows them), the settings, the versions and the source code."""
    parts = {
        "instance": instance_to_json(instance),
        "settings": asdict(settings),
        "versions": {name: version(name) for name in _LIBRARIES} | {"python": platform.python_version()},
        "source": source_sha256(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@cache
def source_sha256() -> str:
    """Hash every module of the package and every template of its pages: a plan of another version of the code is not used again."""
    package = Path(optimizer.__file__).parent
    digest = hashlib.sha256()
    for file in sorted([*package.rglob("*.py"), *package.rglob("templates/*")]):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def cache_texts(plan: Plan, key: str) -> dict[str, str]:
    """Give the file that lets a plan be used again; none where time or a person ended the search: next time may find more."""
    return {"cache.json": json.dumps({"key": key}) + "\n"} if plan.status in _FINAL else {}


def cached_plan(folder: Path, key: str) -> Plan | None:
    """Read the plan of a folder if it was made under the same key and can still be read."""
    file = folder / "cache.json"
    if not file.exists():
        return None
    try:
        stored = parse_json(read_plan_text(file))
        return read_plan(folder) if stored == {"key": key} else None
    except (ValueError, OSError, PlanFolderError):
        return None
