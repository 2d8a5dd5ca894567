"""The flagship through the command line: what a person waits for, beside HiGHS's own time and Pyomo's own way in the same run."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyomo.environ as pyo
from pyomo.contrib.solver.solvers.highs import Highs

from optimizer.core.instance import Instance
from optimizer.model import build
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites
from optimizer.solve import HighsProcess, SolveSettings, compile_model
from tests.benchmarks.figures import ROOT, SCENARIOS, Figure, machine, print_figures, timed

SCENARIO = SCENARIOS / "xai-2024"
HOST = "memphis"
GAP = 1e-3
COMMAND = (sys.executable, "-m", "optimizer.cli")


def main() -> bool:
    """Print the table; True when nothing was missed."""
    print(machine())
    figures = [*_flagship(), *_against_pyomo(), _help()]
    return print_figures(figures)


def _flagship() -> list[Figure]:
    """Solve twice through the command line: the second time from the cache."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "plan"
        whole = _seconds("solve", str(SCENARIO), "--out", str(folder), "--gap", str(GAP))
        again = _seconds("solve", str(SCENARIO), "--out", str(folder), "--gap", str(GAP))
        header: dict[str, Any] = json.loads((folder / "plan.json").read_text())
    spent, nonzeros = header["seconds"], header["size"]["nonzeros"]
    highs, built = spent["solve"], spent["build"] + spent["compile"]
    print(f"flagship: {header['size']}, status {header['status']}, seconds {spent}")
    return [
        Figure("flagship: whole solve to a 0.1 % gap, as a person waits, s", whole, 180.0),
        Figure("flagship: proven gap", header["goals"][-1]["gap"], GAP),
        Figure("flagship: HiGHS, s", highs),
        Figure("flagship: all that is not HiGHS, read to write, s", spent["total"] - highs, max(0.5 * highs, 8.0)),
        Figure("flagship: the same with the start of Python and all imports, s", whole - highs),
        Figure("flagship: build and compile, microseconds a non-zero", built / nonzeros * 1e6),
        Figure("flagship: peak memory of both processes, MB", header["peak_memory_mb"], 1500.0),
        Figure("flagship: again from the cache, s", again, 10.0),
    ]


def single_host() -> Instance:
    """The flagship with all sites but one forbidden."""
    sites = [site.site_id for site in assemble(read_scenario(SCENARIO, [], fill_sites)).sites]
    assert HOST in sites
    forbidden = ", ".join(f'"{site_id}"' for site_id in sites if site_id != HOST)
    return assemble(read_scenario(SCENARIO, [f"sites.forbidden=[{forbidden}]"], fill_sites))


def _against_pyomo() -> list[Figure]:
    """The flagship at one host: this bridge beside ``pyomo.contrib.solver``, there and back, and with the solve."""
    instance = single_host()
    model, build_s = timed(lambda: build(instance))
    compiled, compile_s = timed(lambda: compile_model(model))
    with HighsProcess() as highs:
        highs.solve(compiled, SolveSettings(gap=1.0, time_limit_s=0.0))  # the process is warm in real use
        handed_s = _least(lambda: highs.solve(compiled, SolveSettings(gap=1.0, time_limit_s=0.0)))
        answer, solve_s = timed(lambda: highs.solve(compiled, SolveSettings(gap=GAP)))
    peer_handed_s = _least(lambda: _pyomo(model, 0.0))
    result, peer_s = timed(lambda: _pyomo(model, 120.0))
    nonzeros = compiled.matrix.nnz
    objectives = f"{answer.objective:.3f} here, {result.incumbent_objective:.3f} through pyomo.contrib.solver"
    print(f"one host: {nonzeros} non-zeros, objective in musd: {objectives}")
    return [
        Figure("one host: build, microseconds a non-zero", build_s / nonzeros * 1e6),
        Figure("one host: compile, microseconds a non-zero", compile_s / nonzeros * 1e6),
        Figure("one host: compile and hand over, s", compile_s + handed_s),
        Figure("one host: the same through pyomo.contrib.solver, s", peer_handed_s),
        Figure("one host: ratio of the two", (compile_s + handed_s) / peer_handed_s, 0.5),
        Figure("one host: compile and solve, s", compile_s + solve_s),
        Figure("one host: the same through pyomo.contrib.solver, s", peer_s),
        Figure("one host: ratio of the two", (compile_s + solve_s) / peer_s, 1.0),
    ]


def _pyomo(model: pyo.ConcreteModel, time_limit_s: float) -> Any:
    return Highs().solve(
        model, time_limit=time_limit_s, rel_gap=GAP, threads=1, load_solutions=False, raise_exception_on_nonoptimal_result=False
    )


def _help() -> Figure:
    return Figure("gigasite --help, median of 5, s", statistics.median(_seconds("--help") for _ in range(5)), 0.7)


def _seconds(*words: str) -> float:
    began = time.perf_counter()
    subprocess.run([*COMMAND, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def _least(work: Callable[[], object]) -> float:
    """Least seconds of three rounds."""
    return min(timed(work)[1] for _ in range(3))


if __name__ == "__main__":
    main()
