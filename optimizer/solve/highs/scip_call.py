"""One call of SCIP through PySCIPOpt, for what HiGHS fails on: another code, so that it does not fail for the same reason.

PySCIPOpt is an extra (``gigasite[scip]``); without it every task is answered by a failure that says so.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.errors import SolverError
from optimizer.solve.highs.messages import Failure, Reply, Result, Task

if TYPE_CHECKING:
    from collections.abc import Callable

NOT_INSTALLED = "PySCIPOpt is not installed (pip install 'gigasite[scip]')"

INFINITE = 1e20
"""What SCIP takes for infinite."""

_POLL_S = 0.1

_STATUS = {
    "optimal": "kOptimal",
    "gaplimit": "kOptimal",
    "infeasible": "kInfeasible",
    "unbounded": "kUnbounded",
    "timelimit": "kTimeLimit",
    "userinterrupt": "kInterrupt",
    "duallimit": "kInterrupt",
    "primallimit": "kObjectiveTarget",
    "nodelimit": "kSolutionLimit",
    "totalnodelimit": "kSolutionLimit",
}
"""SCIP's status by the name that HiGHS has for the same; any other is a failure."""


def solve_task(task: Task, stop_asked: threading.Event, report: Callable[[Reply], None]) -> None:
    """Solve one task; report exactly one Result or Failure.

    Parameters
    ----------
    task : Task
        Model, options and start; of HiGHS's options those that SCIP has too are taken.
    stop_asked : threading.Event
        Set by another thread to end the search early.
    report : callable
        Takes the message.
    """
    try:
        import pyscipopt  # noqa: F401, PLC0415  an extra: asked for where it is needed
    except ImportError:
        report(Failure(NOT_INSTALLED))
        return
    began = time.monotonic()
    try:
        scip, columns = _posed(task)
        with _stopped_when(stop_asked, scip):
            scip.optimizeNogil()
        report(_result(scip, columns, time.monotonic() - began))
    except Exception as error:
        report(Failure(f"SCIP failed: {error}"))


def _posed(task: Task) -> tuple[Any, list[Any]]:
    """Give SCIP's model of a task, with its columns."""
    from pyscipopt import Model  # noqa: PLC0415

    scip = Model()
    scip.hideOutput()
    scip.setParams(_parameters(task))
    rows = zip(task.costs.tolist(), _ends(task.column_lower), _ends(task.column_upper), task.integrality.tolist(), strict=True)
    columns = [scip.addVar(vtype="I" if whole else "C", lb=low, ub=high, obj=cost) for cost, low, high, whole in rows]
    if task.maximize:
        scip.setMaximize()
    scip.addObjoffset(task.offset)
    _add_rows(scip, columns, task)
    if task.start is not None:
        _start_from(scip, columns, task.start.tolist())
    return scip, columns


def _parameters(task: Task) -> dict[str, Any]:
    """Limits and tolerances of a task by SCIP's names."""
    options = dict(task.options)
    told = {
        "lp/threads": 1,
        "numerics/feastol": 1e-7,
        "numerics/dualfeastol": 1e-7,
        "limits/gap": options["mip_rel_gap"],
        "limits/time": min(float(options["time_limit"]), INFINITE),
        "randomization/randomseedshift": options["random_seed"],
    }
    if "mip_max_nodes" in options:
        told["limits/nodes"] = options["mip_max_nodes"]
    if "objective_target" in options and math.isfinite(float(options["objective_target"])):
        told["limits/primal"] = options["objective_target"]
    if task.stop_bound is not None:
        told["limits/dual"] = task.stop_bound
    return told


def _ends(bounds: np.ndarray[Any, np.dtype[np.float64]]) -> list[float | None]:
    return [number if math.isfinite(number) else None for number in bounds.tolist()]


def _add_rows(scip: Any, columns: list[Any], task: Task) -> None:
    """Add the rows; the matrix comes by columns."""
    from pyscipopt.scip import Expr, ExprCons, Term  # noqa: PLC0415

    terms = [Term(column) for column in columns]
    parts: list[dict[Any, float]] = [{} for _ in task.row_lower]
    starts, rows, values = task.starts.tolist(), task.row_indices.tolist(), task.coefficients.tolist()
    for column, term in enumerate(terms):
        for place in range(starts[column], starts[column + 1]):
            parts[rows[place]][term] = values[place]
    for part, low, high in zip(parts, _ends(task.row_lower), _ends(task.row_upper), strict=True):
        if low is not None or high is not None:
            scip.addCons(ExprCons(Expr(part or {terms[0]: 0.0}), low, high))


def _start_from(scip: Any, columns: list[Any], start: list[float]) -> None:
    solution = scip.createSol()
    for column, value in zip(columns, start, strict=True):
        scip.setSolVal(solution, column, value)
    scip.addSol(solution)


@contextmanager
def _stopped_when(stop_asked: threading.Event, scip: Any) -> Iterator[None]:
    """Pass a stop on to a search that runs without Python's lock."""
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            if stop_asked.wait(_POLL_S):
                scip.interruptSolve()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _result(scip: Any, columns: list[Any], seconds: float) -> Result:
    """Gather what SCIP holds."""
    name = str(scip.getStatus())
    status = _STATUS.get(name)
    if status is None:
        raise SolverError(f"it ended with {name}")
    has_plan = status not in ("kInfeasible", "kUnbounded") and scip.getNSols() > 0
    best = scip.getBestSol() if has_plan else None
    bound = float(scip.getDualbound())
    return Result(
        status=status,
        values=np.array([scip.getSolVal(best, column) for column in columns], dtype=np.float64) if has_plan else None,
        objective=float(scip.getSolObjVal(best)) if has_plan else None,
        bound=bound if abs(bound) < INFINITE and status not in ("kInfeasible", "kUnbounded") else None,
        seconds=seconds,
        nodes=int(scip.getNTotalNodes()),
        simplex_iterations=int(scip.getNLPIterations()),
    )
