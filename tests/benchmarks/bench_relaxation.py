"""How far the linear relaxation lies below the optimum: with all strengthening, without each family of it, and with none.

Run as ``python -m tests.benchmarks.bench_relaxation``; names of scenarios may follow.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo

from optimizer.model import build
from optimizer.model import valid_inequalities as strength
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites
from optimizer.solve import CompiledModel, HighsProcess, SolveSettings, compile_model
from optimizer.solve.compile.smaller import without_columns
from optimizer.solve.search.goals import committed_musd, solve_goals
from optimizer.solve.search.hosts import host_branches
from tests.benchmarks.figures import SCENARIOS, Figure, machine, print_figures

FLAGSHIP = "xai-2024"
NAMES = (FLAGSHIP, "quickstart", "west-texas-portfolio")
GAP = 1e-4
"""Of the optimum that the relaxation is compared with."""

DISTANCE_MAX = 0.03
"""The goal for the flagship: percent of the optimum as a share."""

LINEAR = SolveSettings(options=(("presolve_rule_off", 0), ("solver", "ipm"), ("run_crossover", "off")))
"""The interior point gives the value of a linear program soonest; nobody asks for a vertex."""

FIXING = "fixing of unreachable hosts"


def main(*names: str) -> bool:
    """Print the table of each scenario; True when the flagship's relaxation is close enough."""
    print(machine())
    figures = [figure for name in names or NAMES if (SCENARIOS / name).exists() for figure in _scenario(SCENARIOS / name)]
    return print_figures(figures)


def _scenario(folder: Path) -> list[Figure]:
    """Distances of one scenario; what was committed before is a constant and left out of optimum and relaxation alike."""
    model = build(assemble(read_scenario(folder, [], fill_sites)))
    compiled = compile_model(model)
    compiled = replace(compiled, offset=compiled.offset - committed_musd(model))
    solved = solve_goals(model, compiled, SolveSettings(gap=GAP))
    best = solved.goals[-1].value - committed_musd(model)
    print(f"{folder.name}: best plan {best:,.2f} musd (gap {solved.goals[-1].gap:.1e}), relaxations in musd:")
    parts = strengthening(model)
    variants = {"all strengthening": [], **{f"without {part}": [part] for part in parts}, "without any": parts}
    figures = []
    with HighsProcess() as highs:
        for variant, dropped in variants.items():
            bound = _relaxed(highs, weakened(model, compiled, dropped))
            print(f"    {variant:<48} {bound:>14,.2f}")
            goal = DISTANCE_MAX if folder.name == FLAGSHIP and not dropped else None
            figures.append(Figure(f"{folder.name}: relaxation below the optimum, {variant}", (best - bound) / abs(best), goal))
        by_host = [_relaxed(highs, without_columns(compiled, branch.zero)[0]) for branch in host_branches(model, compiled)]
    return [*figures, Figure(f"{folder.name}: the same, the least over its hosts one by one", (best - min(by_host)) / abs(best))]


def strengthening(model: pyo.ConcreteModel) -> list[str]:
    """Families of valid inequalities, by the names of their rules, and the fixing."""
    own = [name for name, value in vars(strength).items() if inspect.isfunction(value) and value.__module__ == strength.__name__]
    return [*(name for name in own if any(_rows_of(model, name))), FIXING]


def weakened(model: pyo.ConcreteModel, compiled: CompiledModel, dropped: Iterable[str]) -> CompiledModel:
    """The model without some families: their rows bind nothing, unreachable hosts are free again."""
    for family in dropped:
        if family == FIXING:
            free = [ready for s in model.SITES for ready in model.sites[s].ready.values() if ready.fixed]
            columns = [int(column) for ready in free for column in compiled.columns_of(ready)]
            compiled = compiled.with_bounds(columns, 0.0, 1.0)
        for rows in _rows_of(model, family):
            compiled = compiled.with_row_bounds(compiled.rows_of(rows), -np.inf, np.inf)
    return compiled


def _rows_of(model: pyo.ConcreteModel, name: str) -> list[Any]:
    """Constraints of a name, at the sites and over all of them."""
    found = [block.component(name) for block in (model, *(model.sites[s] for s in model.SITES))]
    return [each for each in found if isinstance(each, pyo.Constraint) and len(each)]


def _relaxed(highs: HighsProcess, compiled: CompiledModel) -> float:
    answer = highs.solve(replace(compiled, integrality=np.zeros_like(compiled.integrality)), LINEAR)
    if answer.stop_reason == "infeasible":
        return float("inf")
    assert answer.stop_reason == "optimal", answer
    return float(answer.objective)


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
