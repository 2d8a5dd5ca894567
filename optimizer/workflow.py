"""The whole way, in one screen: read, assemble, build, compile, solve, extract, audit."""

from __future__ import annotations

import platform
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from optimizer.assemble import assemble
from optimizer.audit import audit
from optimizer.enrich.filling import fill_sites
from optimizer.errors import AuditError
from optimizer.instance import Instance
from optimizer.model import build
from optimizer.model.goals import UNITS
from optimizer.plan import Plan
from optimizer.progress import Progress
from optimizer.report.in_play import limits_in_play
from optimizer.report.limits import fully_used
from optimizer.scenario import read_scenario
from optimizer.solve import CompiledModel, SolveSettings, compile_model
from optimizer.solve.answer import Progress as SearchProgress
from optimizer.solve.extract import extract_tables
from optimizer.solve.goals import Solved, committed_musd, solve_goals
from optimizer.solve.header import no_plan_header, plan_header
from optimizer.stopwatch import Stopwatch

ProgressListener = Callable[[Progress], None]


def plan(
    path: str | Path,
    overrides: Sequence[str] = (),
    settings: SolveSettings | None = None,
    on_progress: ProgressListener | None = None,
) -> Plan:
    """Solve a scenario folder: the public Python API.

    Parameters
    ----------
    path : str or Path
        Scenario folder.
    overrides : sequence of str
        ``path=value`` as for ``--set``.
    settings : SolveSettings, optional
        Gap, limits and threads of the solve.
    on_progress : callable, optional
        Called with a ``Progress`` while it runs.

    Returns
    -------
    Plan
        An audited plan, or one whose status says why there is none.

    Raises
    ------
    ScenarioError
        The scenario has problems; all of them are named.
    AuditError
        The plan found did not pass its independent re-check.
    """
    return solve_instance(assemble(read_scenario(Path(path), overrides, fill_sites)), settings, on_progress)


def solve_instance(
    instance: Instance, settings: SolveSettings | None = None, on_progress: ProgressListener | None = None
) -> Plan:
    """Build, compile, solve, extract and audit.

    Parameters
    ----------
    instance, settings, on_progress
        As for ``plan``.

    Raises
    ------
    AuditError
        The plan found did not pass its independent re-check, also after a second solve without presolve.
    """
    settings = settings or SolveSettings()
    clock = Stopwatch(on_progress)
    clock.enter("build")
    model = build(instance)
    clock.enter("compile")
    compiled = compile_model(model)
    try:
        return _solve_and_audit(model, compiled, settings, clock)
    except AuditError:
        # Wrong answers of the past came from presolve: ask once more without it before calling it our fault.
        return _solve_and_audit(model, compiled, replace(settings, presolve=False), clock)


def _solve_and_audit(model: Any, compiled: CompiledModel, settings: SolveSettings, clock: Stopwatch) -> Plan:
    instance: Instance = model.instance
    clock.enter("solve")
    solved = solve_goals(model, compiled, settings, _reporter(clock, committed_musd(model)))
    clock.enter("extract")
    identity = _identity(instance, solved)
    if solved.values is None:
        header = {**identity, **no_plan_header(instance, solved.goals), "binding": limits_in_play(instance)}
        unaudited = {"passed": False, "rules": 0, "checks": 0, "worst_violation": 0.0}
        return Plan({**header, "audit": unaudited, "size": _size(compiled), **_spent(clock)}, {})
    compiled.load(solved.values)
    tables = extract_tables(model)
    header = {**identity, **plan_header(instance, tables, solved.goals), "binding": fully_used(instance, tables)}
    clock.enter("audit")
    report = audit(instance, Plan(header, tables))
    report.raise_if_failed()
    audited = {"passed": report.passed, "rules": report.rules, "checks": report.checks, "worst_violation": report.worst_violation}
    return Plan({**header, "audit": audited, "size": _size(compiled), **_spent(clock)}, tables)


def _reporter(clock: Stopwatch, committed: float) -> Callable[[str, SearchProgress], None]:
    """Hand on what a search says, with the cost that was committed before: as the objective of the plan counts it."""

    def report(goal: str, progress: SearchProgress) -> None:
        constant = committed if goal == "min_cost" else 0.0
        best, bound = (None if value is None else value + constant for value in (progress.objective, progress.bound))
        clock.report(Progress(f"solve {goal}", clock.elapsed(), best, bound, progress.gap, UNITS[goal]))

    return report


def _identity(instance: Instance, solved: Solved) -> dict[str, Any]:
    names = ("gigasite", "pyomo", "highspy", "pandas", "numpy")
    kinds: dict[str, int] = {}
    for row in instance.assumptions:
        kinds[row.kind or "no source"] = kinds.get(row.kind or "no source", 0) + 1
    return {
        "format": 1,
        "scenario": instance.name,
        "scenario_sha256": instance.scenario_sha256,
        "instance_sha256": instance.sha256(),
        "versions": {**{name: version(name) for name in names}, "python": platform.python_version()},
        "status": solved.status,
        "stopped_by": solved.stop_reason,
        "currency_year": instance.currency_year,
        "typical_hours_error": 0.0,
        "provenance": kinds,
    }


def _size(compiled: CompiledModel) -> dict[str, int]:
    rows, columns = compiled.matrix.shape
    integers = int(compiled.integrality.sum())
    return {"rows": int(rows), "columns": int(columns), "integers": integers, "nonzeros": int(compiled.matrix.nnz)}


def _spent(clock: Stopwatch) -> dict[str, Any]:
    """Seconds per phase, and the most memory that this process and the solver's have held."""
    kilobytes = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    per_mb = 1024.0 * 1024.0 if sys.platform == "darwin" else 1024.0  # ru_maxrss counts bytes there, kilobytes elsewhere
    return {"seconds": clock.seconds(), "peak_memory_mb": round(kilobytes / per_mb, 1)}
