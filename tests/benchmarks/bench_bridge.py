"""How fast a Pyomo model reaches HiGHS: this bridge beside `pyomo.contrib.solver`, in one run.

Run as ``python -m tests.benchmarks.bench_bridge``; a number of sites may follow (2,000 sites make about a million non-zeros).
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo
from pyomo.contrib.solver.solvers.highs import Highs

from optimizer.solve import HighsProcess, SolveSettings, compile_model

# The bridge must take at most this share of the time of Pyomo's own interface, compile and hand-over together.
SHARE_OF_PEER = 0.5
# A patch of all costs must take at most this share of a compile, or studies would as well rebuild.
SHARE_OF_COMPILE = 0.1


@dataclass(frozen=True)
class Measure:
    """One figure of the benchmark: a ratio, and what it may be at most (None: for information)."""

    name: str
    text: str
    ratio: float
    at_most: float

    @property
    def passed(self) -> bool:
        """Whether the ratio is within its limit."""
        return self.ratio <= self.at_most


def synthetic_model(sites: int, periods: int = 24) -> pyo.ConcreteModel:
    """Build a siting model by blocks: short rows (balance, limit, link) beside windows of starts, and a shared supply.

    Parameters
    ----------
    sites, periods : int
        A site has about 460 non-zeros in 24 periods.
    """
    random = np.random.default_rng(1)
    costs = random.uniform(1, 9, size=(sites, periods)).tolist()
    model = pyo.ConcreteModel()
    model.site = pyo.Block(range(sites), rule=lambda block, site: _site(block, costs[site], periods))
    model.supply = pyo.Constraint(
        range(periods),
        rule=lambda model, period: pyo.quicksum(model.site[site].added[period] for site in range(sites)) <= sites / 4,
    )
    model.demand = pyo.Constraint(expr=pyo.quicksum(model.site[site].built[periods - 1] for site in range(sites)) >= 1)
    model.cost = pyo.Objective(expr=pyo.quicksum(model.site[site].cost for site in range(sites)))
    return model


def _site(block: pyo.Block, costs: list[float], periods: int) -> None:
    every = range(periods)
    block.start = pyo.Var(every, domain=pyo.Binary)
    block.added = pyo.Var(every, bounds=(0, 10))
    block.built = pyo.Var(every, bounds=(0, 90))
    block.powered = pyo.Var(every, bounds=(0, None))
    block.once = pyo.Constraint(expr=pyo.quicksum(block.start.values()) <= 1)
    block.balance = pyo.Constraint(every, rule=_balance)
    block.window = pyo.Constraint(every, rule=lambda block, period: block.built[period] <= 90 * _started(block, period))
    block.limit = pyo.Constraint(every, rule=lambda block, period: 0.8 * block.powered[period] + 0.5 <= block.built[period] + 0.5)
    block.link = pyo.Constraint(every, rule=lambda block, period: block.powered[period] - block.added[period] >= 0)
    block.cost = pyo.Expression(
        expr=pyo.quicksum(costs[period] * (block.start[period] + 0.1 * block.added[period]) for period in every)
    )


def _balance(block: pyo.Block, period: int) -> object:
    before = block.built[period - 1] if period > 0 else 0
    return block.built[period] == before + block.added[period]


def _started(block: pyo.Block, period: int) -> object:
    return pyo.quicksum(block.start[earlier] for earlier in range(max(0, period - 11), period + 1))


def measure(sites: int) -> list[Measure]:
    """Measure compile, hand-over, patch and Pyomo's own interface on one model.

    Parameters
    ----------
    sites : int
        Size of the model.
    """
    began = time.perf_counter()
    model = synthetic_model(sites)
    build_s = time.perf_counter() - began
    compiled = compile_model(model)
    nonzeros = compiled.matrix.nnz
    # At a time limit of 0 nothing is solved: what is left is the way there and back.
    settings = SolveSettings(gap=1.0, time_limit_s=0.0)
    with HighsProcess() as highs:
        highs.solve(compile_model(synthetic_model(1, 2)), settings)  # the process is warm in real use
        compile_s, hand_over_s, peer_s, patch_s = _best(
            lambda: compile_model(model),
            lambda: highs.solve(compiled, settings),
            lambda: Highs().solve(model, time_limit=0.0, load_solutions=False, raise_exception_on_nonoptimal_result=False),
            lambda: compiled.with_objective(model.site[0].cost),
        )
    bridge_s = compile_s + hand_over_s
    per = f"build {build_s / nonzeros * 1e6:.2f} us, compile {compile_s / nonzeros * 1e6:.2f} us a non-zero, {nonzeros} non-zeros"
    return [
        Measure("compile against build", per, compile_s / build_s, float("inf")),
        Measure("bridge against pyomo.contrib.solver", f"{bridge_s:.2f} s, {peer_s:.2f} s", bridge_s / peer_s, SHARE_OF_PEER),
        Measure(
            "patch of the costs against compile", f"{patch_s:.3f} s, {compile_s:.2f} s", patch_s / compile_s, SHARE_OF_COMPILE
        ),
    ]


def _best(*works: Callable[[], object]) -> list[float]:
    """Give the least seconds of each work over three rounds, taken in turn, so that a busy machine hurts all alike."""
    rounds = [[_seconds(work) for work in works] for _ in range(3)]
    return [min(times) for times in zip(*rounds, strict=True)]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main(sites: int = 200) -> bool:
    """Print the figures with pass or miss; True when all passed.

    Parameters
    ----------
    sites : int
        Size of the model; 200 make about a hundred thousand non-zeros.
    """
    measures = measure(sites)
    for each in measures:
        print(f"{'pass' if each.passed else 'MISS'}  {each.ratio:6.2f} (at most {each.at_most:g})  {each.name}: {each.text}")
    print(f"      peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return all(each.passed for each in measures)


if __name__ == "__main__":
    sys.exit(0 if main(*(int(each) for each in sys.argv[1:2])) else 1)
