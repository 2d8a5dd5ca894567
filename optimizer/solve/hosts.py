"""Branch on the host first: one small model per place where the main workload can run, instead of one tree over all of them.

A plan of the whole model mixes two or three hosts in its relaxation, and a tree search must refute every one of them beside every other.
Hosts exclude each other, so the best plan is the best over the branches, and the least bound of the branches bounds them all:

1. a relaxation of every branch gives its bound and the order in which to look;
2. branches are solved to the gap in that order, each only for plans better than ``cut = best - gap * |best|``;
3. a branch whose bound reaches the cut is out.

Where only the one workload asks for GPUs, a site that hosts nothing has no load and only costs (agreements never stand without load);
such sites leave the branch altogether.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from optimizer.instance import Workload
from optimizer.solve.answer import Answer, Progress, StopReason, is_proven, relative_gap
from optimizer.solve.compiled import CompiledModel
from optimizer.solve.runner import HighsProcess
from optimizer.solve.settings import SolveSettings
from optimizer.solve.smaller import without_columns

FEWEST_BRANCHES = 6
"""Fewer hosts than this are one search: a tree that small needs no help."""

RELAXATION_S = 15.0
"""Longest that one relaxation may take: simplex may stall where the tree search sees at once that there is no plan."""

ENDS: tuple[StopReason, ...] = ("time_limit", "interrupted", "error")
"""Why a search may end that ends the whole: there is no time or no will to go on."""


@dataclass(frozen=True)
class Branch:
    """One host (or none) of the main workload: its name and the columns that are 0 in it."""

    name: str
    zero: NDArray[np.bool_]


@dataclass(frozen=True)
class _Open:
    """A branch that may still hold a better plan: its model, the columns it keeps, and its bound."""

    name: str
    model: CompiledModel
    kept: NDArray[np.int64]
    bound: float


def host_branches(model: pyo.ConcreteModel, compiled: CompiledModel) -> list[Branch]:
    """Branches over the hosts of the workload with the largest target: sites by family, rental offers, and no host at all.

    Parameters
    ----------
    model : pyomo.environ.ConcreteModel
        Built by ``optimizer.model.build``.
    compiled : CompiledModel
        Its arrays.
    """
    workloads = model.instance.workloads
    if not workloads:
        return []
    main = max(workloads, key=lambda workload: workload.gpus_h100e)
    hosts = _hosts(model, compiled, main)
    all_ready = np.zeros(len(compiled.costs), dtype=bool)
    for columns in hosts.values():
        all_ready[columns] = True
    outside = {site_id: _site_columns(model, compiled, site_id) for site_id in model.SITES} if _is_alone(model) else {}
    branches = []
    for name in [*hosts, ("", "")]:
        zero = all_ready.copy()
        zero[hosts.get(name, [])] = False
        for site_id, columns in outside.items():
            if site_id != name[0]:
                zero[columns] = True
        branches.append(Branch(" ".join(name).strip() or "no host", zero))
    return branches


def solve_by_host(
    highs: HighsProcess,
    compiled: CompiledModel,
    branches: list[Branch],
    settings: SolveSettings,
    on_progress: Callable[[Progress], None] | None = None,
) -> Answer:
    """Solve a model branch by branch; the answer's bound is for the whole model.

    Parameters
    ----------
    highs : HighsProcess
        A warm solver process.
    compiled : CompiledModel
        The whole model, to be minimised.
    branches : list of Branch
        A partition of its plans.
    settings : SolveSettings
        Gap and limits for the whole search.
    on_progress : callable, optional
        Called with the search's progress over all branches.
    """
    search = _Search(highs, compiled, settings, on_progress)
    waiting = [opened for branch in branches if (opened := search.relax(branch)) is not None]
    waiting.sort(key=lambda opened: opened.bound)
    for position, opened in enumerate(waiting):
        search.look_into(opened, least_left=min((later.bound for later in waiting[position + 1 :]), default=np.inf))
    return search.answer()


def _hosts(model: pyo.ConcreteModel, compiled: CompiledModel, workload: Workload) -> dict[tuple[str, str], NDArray[np.int64]]:
    """Columns of ``ready`` by host: site and family, or rental offer."""
    periods = model.needs.needed_periods(workload)
    hosts: dict[tuple[str, str], NDArray[np.int64]] = {}
    for s in model.SITES:
        block = model.sites[s]
        for w, family in block.HOSTED:
            if w == workload.name:
                hosts[s, family] = np.concatenate([compiled.columns_of(block.ready[w, family, t]) for t in periods])
    for o in model.HOST_RENTALS:
        if (o, workload.name, 0) in model.rental_ready:
            hosts[o, ""] = np.concatenate([compiled.columns_of(model.rental_ready[o, workload.name, t]) for t in periods])
    return hosts


def _is_alone(model: pyo.ConcreteModel) -> bool:
    """Whether one workload is all there is to serve and no site must be open for its own sake."""
    committed = any(model.sites[s].site.is_committed for s in model.SITES)
    return len(model.instance.workloads) == 1 and not committed


def _site_columns(model: pyo.ConcreteModel, compiled: CompiledModel, site_id: str) -> NDArray[np.int64]:
    declared = model.sites[site_id].component_objects(pyo.Var, descend_into=False)
    return np.concatenate([compiled.columns_of(variable) for variable in declared])


class _Search:
    """The state of a search over branches: the best plan, the bounds of what was looked into, the time left."""

    def __init__(
        self, highs: HighsProcess, compiled: CompiledModel, settings: SolveSettings, on_progress: Callable[[Progress], None] | None
    ) -> None:
        self._highs, self._compiled, self._settings, self._on_progress = highs, compiled, settings, on_progress
        self._began = time.monotonic()
        self._bounds: list[float] = []
        self._values: NDArray[np.float64] | None = None
        self._best = np.inf
        self._nodes = self._iterations = 0
        self._stopped: StopReason | None = None

    @property
    def cut(self) -> float:
        """No plan worse than this is looked for: it would not improve the best by the gap."""
        return self._best - self._settings.gap * abs(self._best) if np.isfinite(self._best) else np.inf

    def relax(self, branch: Branch) -> _Open | None:
        """Give a branch with the bound of its relaxation; None when it holds no plan."""
        model, kept = without_columns(self._compiled, branch.zero)
        if self._stopped is not None:
            return _Open(branch.name, model, kept, -np.inf)
        relaxed = replace(model, integrality=np.zeros_like(model.integrality))
        answer = self._solve(relaxed, np.inf, None, RELAXATION_S)
        if answer.stop_reason == "infeasible":
            return None
        if answer.stop_reason in ENDS and not (answer.stop_reason == "time_limit" and self._left_s() > 0.0):
            self._stopped = answer.stop_reason
        bound = answer.objective if answer.stop_reason == "optimal" and answer.objective is not None else -np.inf
        return _Open(branch.name, model, kept, bound)

    def look_into(self, opened: _Open, least_left: float) -> None:
        """Search a branch for a plan better than the cut, unless its bound rules one out."""
        if opened.bound >= self.cut or self._stopped is not None:
            self._bounds.append(opened.bound)
            return
        answer = self._solve(opened.model, self.cut, self._over_all(opened.bound, min([least_left, *self._bounds])))
        if answer.stop_reason == "infeasible":
            return
        self._bounds.append(max(opened.bound, -np.inf if answer.bound is None else answer.bound))
        if answer.values is not None and answer.objective is not None and answer.objective < self._best:
            self._best = answer.objective
            self._values = np.zeros(len(self._compiled.costs))
            self._values[opened.kept] = answer.values
        if answer.stop_reason in ENDS:
            self._stopped = answer.stop_reason

    def answer(self) -> Answer:
        """Put together what the branches say about the whole model."""
        seconds = time.monotonic() - self._began
        bound = min([self._best, *self._bounds])
        if self._values is None:
            reason = self._stopped or "infeasible"
            return Answer(reason, None, None, _known(bound), None, seconds, self._nodes, self._iterations)
        best, bound = float(self._best), float(bound)
        reason = self._stopped or ("optimal" if is_proven(best, bound) else "gap")
        return Answer(reason, self._values, best, bound, relative_gap(best, bound), seconds, self._nodes, self._iterations)

    def _left_s(self) -> float:
        """Seconds left of the whole search, infinite without a limit."""
        limit = self._settings.time_limit_s
        return np.inf if limit is None else max(limit - (time.monotonic() - self._began), 0.0)

    def _solve(
        self, model: CompiledModel, cut: float, report: Callable[[Progress], None] | None, most_s: float = np.inf
    ) -> Answer:
        left = min(self._left_s(), most_s)
        settings = replace(self._settings, time_limit_s=_known(left), stop_bound=_known(cut))
        answer = self._highs.solve(model, settings, None, report)
        self._nodes += answer.nodes
        self._iterations += answer.simplex_iterations
        return answer

    def _over_all(self, own_bound: float, least_other: float) -> Callable[[Progress], None] | None:
        """Turn the progress of one branch into that of the whole search; without a listener there is nothing to report."""
        listener = self._on_progress
        spent = time.monotonic() - self._began
        if listener is None:
            return None

        def report(progress: Progress) -> None:
            best = min(self._best, np.inf if progress.objective is None else progress.objective)
            own = max(own_bound, -np.inf if progress.bound is None else progress.bound)
            bound = _known(min(own, least_other, best))
            seconds, nodes = spent + progress.seconds, self._nodes + progress.nodes
            listener(Progress(seconds, _known(best), bound, relative_gap(_known(best), bound), nodes))

        return report


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
