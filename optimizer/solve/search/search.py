"""The search by host: best bound first over hosts and over the periods from which the main workload may be ready.

1. a relaxation of every host gives its bound; where arithmetic leaves one host and one period, that window is searched at once;
2. the window with the least bound is looked into first. While its relaxation has the workload ready in part, it is split: ready until
   then, or later. A relaxation that cannot be ready in part is far tighter, and most windows end by their bound alone;
3. a window that is settled is searched for plans better than ``cut = best - gap * |best|``: first near its relaxation, then whole;
4. a window whose bound reaches the cut is out. The least of all bounds holds for the whole model.

Where every solver fails on a window, nothing is known of it but the bound of the window that it was split from: that bound counts, and
the search goes on with the others.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.compile.compiled import CompiledModel
from optimizer.solve.highs.answer import PROVEN, Answer, Progress, StopReason, is_proven, relative_gap
from optimizer.solve.highs.runner import HighsProcess
from optimizer.solve.highs.settings import SolveSettings
from optimizer.solve.search.windows import HostModel, Window, only_window, relaxation, rens_neighbourhood

RELAXATION_S = 15.0
"""Longest that one relaxation may take: simplex may stall where the tree search sees at once that there is no plan."""

NEAR_NODES = 100
"""Most nodes of a search near a relaxation: it proves nothing, it only finds. Not a time, so that equal solves give equal plans."""

NEARER = 0.25
"""Share of the gap to which it is searched: what it leaves open, the search of the whole window has to close."""

ENDS: tuple[StopReason, ...] = ("time_limit", "interrupted", "unbounded")
"""Why the search of a window may end that ends the whole: there is no time or no will to go on, or no least cost."""

FEW_INTEGERS = 1e-3
"""Share of the columns below which whole numbers are few: a search is then a linear program first of all."""

ONCE = (("mip_allow_restart", False),)
"""HiGHS's options for such a search: to begin again with some whole numbers fixed would solve that program a second time."""

Listener = Callable[[Progress], None]


def solve_by_host(
    highs: HighsProcess,
    hosts: list[HostModel],
    settings: SolveSettings,
    start: NDArray[np.float64] | None = None,
    on_progress: Listener | None = None,
) -> Answer:
    """Solve a model host by host; the answer's bound is for the whole model.

    Parameters
    ----------
    highs : HighsProcess
        A warm solver process.
    hosts : list of HostModel
        A partition of the plans of the whole model, which is to be minimised.
    settings : SolveSettings
        Gap and limits for the whole search.
    start : numpy.ndarray, optional
        Values of all columns: a plan of a model like this one, whose integers may allow a good plan of this one too.
    on_progress : callable, optional
        Called with the search's progress over all branches.
    """
    search = _Search(highs, settings, on_progress)
    if start is not None:
        search.try_start(hosts, start)
    for host in hosts:
        search.bounds[host.name] = np.inf
    if (alone := only_window(hosts)) is not None:
        search.look_into_alone(alone)
    else:
        for host in hosts:
            search.open(Window(host, 0, host.last, -np.inf))
        search.run()
    return search.answer()


class _Search:
    """The state of a search: the best plan, the windows still open, the bounds of those that are closed, the time left."""

    def __init__(self, highs: HighsProcess, settings: SolveSettings, on_progress: Listener | None) -> None:
        self._highs, self._settings, self._on_progress = highs, settings, on_progress
        self._began = time.monotonic()
        self._waiting: list[tuple[float, int, Window]] = []
        self._order = itertools.count()
        self._closed = np.inf
        self.bounds: dict[str, float] = {}
        self._values: NDArray[np.float64] | None = None
        self._best = np.inf
        self._nodes = self._iterations = 0
        self._stopped: StopReason | None = None
        self._failed: list[str] = []

    @property
    def cut(self) -> float:
        """No plan worse than this is looked for: it would not improve the best by the gap."""
        return self._best - self._settings.gap * abs(self._best) if np.isfinite(self._best) else np.inf

    def try_start(self, hosts: list[HostModel], start: NDArray[np.float64]) -> None:
        """Take the best plan with the integers of an older one, at the host where that ran, as the first to beat."""
        at = next((host for host in hosts if not np.delete(start, host.kept).any()), None)
        if at is None:
            return
        answer = self._solve(at.model.with_integers_fixed(start[at.kept]), RELAXATION_S)
        if answer.stop_reason == "interrupted":
            self._stopped = answer.stop_reason
        self._keep(at, answer)

    def open(self, window: Window) -> None:
        """Relax a window and let it wait for its turn; one without a plan is gone, one whose relaxation fails waits as it is."""
        if self._stopped is None:
            answer = self._solve(relaxation(window.posed()), RELAXATION_S)
            if answer.stop_reason == "infeasible":
                return
            if answer.stop_reason == "interrupted" or (answer.stop_reason == "time_limit" and self._left_s() <= 0.0):
                self._stopped = answer.stop_reason
            elif answer.stop_reason == "optimal" and answer.objective is not None:
                window = replace(window, bound=max(window.bound, answer.objective), relaxed=answer.values)
        heapq.heappush(self._waiting, (window.bound, next(self._order), window))

    def run(self) -> None:
        """Look into windows, least bound first, until none may hold a plan better than the cut."""
        while self._waiting and self._stopped is None:
            if self._waiting[0][0] >= self.cut:
                return
            window = heapq.heappop(self._waiting)[2]
            if window.is_settled():
                self._look_into(window)
            else:
                for half in window.halves():
                    self.open(half)

    def look_into_alone(self, window: Window) -> None:
        """Search the only window there is: its relaxation is the root of that search, and is not solved twice."""
        if self._stopped is None:
            self._look_into(window)
        else:
            self._close(window, window.bound)

    def answer(self) -> Answer:
        """Put together what the windows say about the whole model."""
        bound = _known(min(self._best, self._others()))
        if self._values is None:
            reason = self._stopped or ("error" if self._failed else "infeasible")
            return self._answer(reason, None, bound, None)
        gap = relative_gap(float(self._best), bound)
        is_closed = gap is not None and gap <= self._settings.gap + PROVEN
        left: StopReason = "gap" if is_closed else "error" if self._failed else "limit"
        return self._answer(self._stopped or ("optimal" if is_proven(float(self._best), bound) else left), float(self._best), bound, gap)

    def _answer(self, reason: StopReason, best: float | None, bound: float | None, gap: float | None) -> Answer:
        seconds = time.monotonic() - self._began
        told = "; ".join(self._failed)
        return Answer(reason, self._values, best, bound, gap, seconds, self._nodes, self._iterations, told, self._by_host())

    def _look_into(self, window: Window) -> None:
        """Search a window for a plan better than the cut: near its relaxation, then whole."""
        model = window.posed()
        start = None
        if window.relaxed is not None:
            near = self._near(window, rens_neighbourhood(model, window.relaxed))
            start = near.values
            if near.stop_reason == "interrupted":
                self._stopped = near.stop_reason
            self._keep(window.host, near)
        if window.bound >= self.cut or self._stopped is not None:
            self._close(window, window.bound)
            return
        answer = self._solve(model, np.inf, self.cut, self._reporter(window.bound), start)
        if answer.stop_reason == "infeasible":
            return
        self._close(window, max(window.bound, -np.inf if answer.bound is None else answer.bound))
        self._keep(window.host, answer)
        if answer.stop_reason == "error":
            self._failed.append(f"{model.name}: {answer.message}")
        if answer.stop_reason in ENDS:
            self._stopped = answer.stop_reason

    def _close(self, window: Window, bound: float) -> None:
        """Note what no plan of a window costs less than, of all windows and of those of its host."""
        self._closed = min(self._closed, bound)
        self.bounds[window.host.name] = min(self.bounds.get(window.host.name, np.inf), bound)

    def _by_host(self) -> tuple[tuple[str, float], ...]:
        """What no plan of each host costs less than, by its windows closed and waiting."""
        bounds = dict(self.bounds)
        for bound, _, window in self._waiting:
            bounds[window.host.name] = min(bounds.get(window.host.name, np.inf), bound)
        return tuple((name, float(bound)) for name, bound in bounds.items())

    def _keep(self, host: HostModel, answer: Answer) -> None:
        """Keep a plan that is better than the best so far."""
        if answer.values is not None and answer.objective is not None and answer.objective < self._best:
            self._best = answer.objective
            self._values = np.zeros(host.columns)
            self._values[host.kept] = answer.values

    def _others(self) -> float:
        """Least bound of all windows that are not being looked into."""
        return min(self._closed, self._waiting[0][0] if self._waiting else np.inf)

    def _left_s(self) -> float:
        """Seconds left of the whole search, infinite without a limit."""
        limit = self._settings.time_limit_s
        return np.inf if limit is None else max(limit - (time.monotonic() - self._began), 0.0)

    def _solve(
        self,
        model: CompiledModel,
        most_s: float,
        cut: float = np.inf,
        report: Listener | None = None,
        start: NDArray[np.float64] | None = None,
    ) -> Answer:
        settings = replace(self._settings, time_limit_s=_known(min(self._left_s(), most_s)), stop_bound=_known(cut))
        if 0 < np.count_nonzero(model.integrality) < FEW_INTEGERS * len(model.integrality):
            settings = replace(settings, options=(*ONCE, *settings.options))
        return self._counted(model, settings, report, start)

    def _near(self, window: Window, model: CompiledModel) -> Answer:
        """Search near a window's relaxation, until what is found closes the window, somewhat closer than the gap, or out of nodes."""
        gap = self._settings.gap
        options = (*self._settings.options, ("mip_max_nodes", NEAR_NODES), ("objective_target", _closed_by(window.bound, gap)))
        limits = replace(self._settings, time_limit_s=_known(self._left_s()), stop_bound=_known(self.cut))
        report = self._reporter(window.bound, proves=False)
        return self._counted(model, replace(limits, gap=NEARER * gap, options=options), report, None)

    def _counted(
        self, model: CompiledModel, settings: SolveSettings, report: Listener | None, start: NDArray[np.float64] | None
    ) -> Answer:
        answer = self._highs.solve(model, settings, start, report)
        self._nodes += answer.nodes
        self._iterations += answer.simplex_iterations
        return answer

    def _reporter(self, own_bound: float, *, proves: bool = True) -> Listener | None:
        """Turn the progress of one window into that of the whole search; the bound of a search near a relaxation proves nothing."""
        listener = self._on_progress
        spent, other = time.monotonic() - self._began, self._others()
        if listener is None:
            return None

        def report(progress: Progress) -> None:
            best = min(self._best, np.inf if progress.objective is None else progress.objective)
            own = progress.bound if proves and progress.bound is not None else -np.inf
            bound = _known(min(max(own_bound, own), other, best))
            seconds, nodes = spent + progress.seconds, self._nodes + progress.nodes
            listener(Progress(seconds, _known(best), bound, relative_gap(_known(best), bound), nodes))

        return report


def _closed_by(bound: float, gap: float) -> float:
    """Give the greatest objective at which a bound is within the gap."""
    if bound <= 0.0:
        return bound / (1.0 + gap)
    return bound / (1.0 - gap) if gap < 1.0 else np.inf


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
