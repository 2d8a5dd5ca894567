"""The part of a plan's header that says of what it is a plan, and how it was come by."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import version

from optimizer.core.instance import Instance
from optimizer.core.records import plain
from optimizer.plan.header import Identity, Size
from optimizer.solve.compile.compiled import CompiledModel
from optimizer.solve.search.goals import Solved

_version = cache(version)
"""Version of a package, read from its files once."""


def identity(instance: Instance, solved: Solved) -> Identity:
    """Say of which scenario a plan is, by which versions it was made, and how its search ended.

    Parameters
    ----------
    instance : Instance
    solved : Solved
        What its goals came to.
    """
    names = ("gigasite", "pyomo", "highspy", "pandas", "numpy")
    kinds: dict[str, int] = {}
    for row in instance.assumptions:
        kinds[row.kind or "no source"] = kinds.get(row.kind or "no source", 0) + 1
    return {
        "format": 1,
        "scenario": instance.name,
        "scenario_sha256": instance.scenario_sha256,
        "changes": plain(instance.changes),
        "instance_sha256": "",  # told when the plan is handed over: of the instance as asked
        "versions": {**{name: _version(name) for name in names}, "python": platform.python_version()},
        "status": solved.status,
        "stopped_by": solved.stop_reason,
        "currency_year": instance.currency_year,
        "typical_hours_error": None,
        "provenance": kinds,
    }


def compiled_size(compiled: CompiledModel) -> Size:
    """Count rows, columns, whole numbers and non-zeros of a compiled model."""
    rows, columns = compiled.matrix.shape
    integers = int(compiled.integrality.sum())
    return {"rows": int(rows), "columns": int(columns), "integers": integers, "nonzeros": int(compiled.matrix.nnz)}
