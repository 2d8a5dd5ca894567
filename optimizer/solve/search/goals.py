"""Goals in order of priority: each is solved for and held, the last is always ``min_cost``."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from optimizer.core.interrupts import shielded
from optimizer.model.goals import UNITS
from optimizer.plan.header import Status
from optimizer.plan.plan import GoalResult
from optimizer.solve.compile.compiled import CompiledModel
from optimizer.solve.highs.answer import Answer, Progress, relative_gap
from optimizer.solve.highs.runner import HighsProcess, solve_with_integers_fixed
from optimizer.solve.highs.settings import SolveSettings
from optimizer.solve.search.break_ties import tidied
from optimizer.solve.search.dates import settled
from optimizer.solve.search.hosts import host_branches
from optimizer.solve.search.search import solve_by_host
from optimizer.solve.search.warm import Warm
from optimizer.solve.search.windows import host_model

HELD_TOLERANCE = 1e-6
"""Tolerance in which a goal's value is held: the solver's own, absolute, and relative to tonnes and MWh in their millions."""

POLISH_S = 5.0
"""Least time for the linear program that settles the money of a plan, also when the time of the search is up."""

_NOT_ASKED = Answer("interrupted", None, None, None, None, 0.0)
"""Of a goal that comes after the one at which a person ended the search."""


@dataclass(frozen=True, slots=True)
class Solved:
    """What the goals came to.

    Parameters
    ----------
    status : str
        Status of the plan.
    goals : tuple of GoalResult
        One per goal that was reached.
    values : numpy.ndarray or None
        Values of the compiled model's columns; ``None`` without a plan.
    seconds : float
        Wall-clock seconds of HiGHS.
    stop_reason : str
        Why the last search ended.
    hosts : tuple of (str, float)
        What no plan of each host costs less than, by the search for the last goal (the objective less what was committed before).
    """

    status: Status
    goals: tuple[GoalResult, ...]
    values: NDArray[np.float64] | None
    seconds: float
    stop_reason: str
    hosts: tuple[tuple[str, float], ...] = ()


def goals_in_order(goals: tuple[str, ...]) -> tuple[str, ...]:
    """Goals of a scenario, ended by ``min_cost`` so that no money variable is left arbitrary."""
    return goals if goals and goals[-1] == "min_cost" else (*goals, "min_cost")


def solve_goals(
    model: pyo.ConcreteModel,
    compiled: CompiledModel,
    settings: SolveSettings,
    on_progress: Callable[[str, Progress], None] | None = None,
    warm: Warm | None = None,
) -> Solved:
    """Solve for each goal in turn, holding what the earlier ones reached.

    Parameters
    ----------
    model : pyomo.environ.ConcreteModel
        The model that was compiled, with its objectives.
    compiled : CompiledModel
        Its arrays.
    settings : SolveSettings
        Gap and limits; the time limit is for all goals together.
    on_progress : callable, optional
        Called with the goal and the search's progress.
    warm : Warm, optional
        A running process and decisions to start from; the decisions of the plan found are left in it.
    """
    if warm is None:
        with Warm() as fresh:
            return solve_goals(model, compiled, settings, on_progress, fresh)
    order = goals_in_order(model.instance.goals)
    began = time.perf_counter()
    results: list[GoalResult] = []
    seconds, start, held, highs = 0.0, warm.start(compiled), compiled, warm.highs
    branches = host_branches(model, compiled)
    by_host, is_stopped = settings.method != "whole" and bool(branches), False
    for position, goal in enumerate(order):
        posed = _pose(model, held, goal)
        chosen = _settings(settings, goal, time.perf_counter() - began)
        report = None if on_progress is None else _named(on_progress, goal)
        if is_stopped:
            answer = _NOT_ASKED
        elif by_host:
            answer = solve_by_host(highs, [host_model(posed, branch) for branch in branches], chosen, start, report)
        else:
            answer = highs.solve(posed, chosen, start, report)
        is_stopped, by_place = answer.stop_reason == "interrupted", answer.hosts
        if answer.values is None and results and start is not None:
            answer = _plan_before(posed, answer, start)
        if answer.values is not None and position == len(order) - 1:
            polish = _at_least(chosen, POLISH_S)
            with shielded(firm=True):  # a plan whose money is not settled would not pass its audit
                answer = _settled(model, posed, solve_with_integers_fixed(posed, answer, polish, highs), (polish, highs))
        seconds += answer.seconds
        if answer.values is None or answer.objective is None:
            status: Status = "infeasible" if answer.stop_reason == "infeasible" else "no_plan_in_time"
            return Solved(status, tuple(results), None, seconds, answer.stop_reason)
        results.append(_result(model, goal, answer))
        start = answer.values
        if position < len(order) - 1:
            limit = _goal_limit(model, goal, answer.objective)
            held = held.with_row(_objective(model, goal), -math.inf, limit, f"held_{goal}_{position}")
    assert start is not None
    warm.keep(compiled, start)
    return Solved(_status(results, settings), tuple(results), start, seconds, answer.stop_reason, by_place)


def disagree(one: Solved, other: Solved) -> bool:
    """Whether two solves of a question contradict each other: one has proven what a plan of the other refutes, or only one has a plan.

    Parameters
    ----------
    one, other : Solved
        Neither need have passed its audit.
    """
    if (one.values is None) != (other.values is None):
        return True
    pairs = list(zip(one.goals, other.goals, strict=False))
    return any(
        proven.bound > found.value + HELD_TOLERANCE * max(1.0, abs(found.value))
        for first, second in pairs for proven, found in ((first, second), (second, first))
    )


def with_weakest_bounds(solved: Solved, others: Sequence[Solved], settings: SolveSettings, committed: float = 0.0) -> Solved:
    """Give a solve with the weaker bound of several at each of its goals, and the status that follows.

    Parameters
    ----------
    solved : Solved
        With a plan.
    others : sequence of Solved
        Other solves of the same question; those without a goal have proven nothing of it.
    settings : SolveSettings
        With the gap that was asked for.
    committed : float
        What was committed before, million USD: in the value of ``min_cost``, and no part of its gap.
    """
    goals = list(solved.goals)
    for other in others:
        for place, (own, theirs) in enumerate(zip(goals, other.goals, strict=False)):
            if theirs.bound < own.bound:
                constant = committed if own.goal == "min_cost" else 0.0
                gap = relative_gap(own.value - constant, theirs.bound - constant)
                goals[place] = replace(own, bound=theirs.bound, gap=math.inf if gap is None else gap)
    return replace(solved, goals=tuple(goals), status=_status(goals, settings))


def _settled(model: pyo.ConcreteModel, posed: CompiledModel, answer: Answer, how: tuple[SolveSettings, HighsProcess]) -> Answer:
    """Break the ties of a plan, settle the dates of its tariffs and, where one moves, break the ties again."""
    tidy = tidied(model, posed, answer, how)
    dated = settled(model, posed, tidy, how)
    return tidy if dated is tidy else tidied(model, posed, dated, how)


def committed_musd(model: pyo.ConcreteModel) -> float:
    """Present value of what was committed before: a constant of every plan, kept out of the gap."""
    return float(sum(model.ledger.present(group, line)[1] for group, line in model.ledger.lines() if group == "committed"))


def _plan_before(posed: CompiledModel, answer: Answer, plan: NDArray[np.float64]) -> Answer:
    """Take the plan of the goals before, which a later goal only chooses among, where the search for this goal found none."""
    reason = "error" if answer.stop_reason == "infeasible" else answer.stop_reason
    objective = posed.objective(plan)
    return replace(answer, stop_reason=reason, values=plan, objective=objective, gap=relative_gap(objective, answer.bound))


def _at_least(settings: SolveSettings, seconds: float) -> SolveSettings:
    """Give settings whose time limit is not below some seconds."""
    limit_s = settings.time_limit_s
    return settings if limit_s is None else replace(settings, time_limit_s=max(limit_s, seconds))


def _pose(model: pyo.ConcreteModel, compiled: CompiledModel, goal: str) -> CompiledModel:
    objective = model.component(goal)
    posed = compiled if objective.active else compiled.with_objective(objective.expr)  # the active one was compiled with the model
    return replace(posed, offset=posed.offset - committed_musd(model)) if goal == "min_cost" else posed


def _objective(model: pyo.ConcreteModel, goal: str) -> object:
    return model.component(goal).expr


def _settings(settings: SolveSettings, goal: str, spent_s: float) -> SolveSettings:
    left = None if settings.time_limit_s is None else max(settings.time_limit_s - spent_s, 0.0)
    return replace(settings, time_limit_s=left, gap=0.0 if goal == "earliest" else settings.gap)


def _named(on_progress: Callable[[str, Progress], None], goal: str) -> Callable[[Progress], None]:
    return lambda progress: on_progress(goal, progress)


def _goal_limit(model: pyo.ConcreteModel, goal: str, value: float) -> float:
    """Value at which a goal is held: dates exactly, all else within the scenario's tolerance of the value found (not of the bound)."""
    if goal == "earliest":
        return value + HELD_TOLERANCE
    held = value + committed_musd(model) if goal == "min_cost" else value
    return float(held + model.instance.priority_tolerance * abs(value) + HELD_TOLERANCE * max(1.0, abs(value)))


def _result(model: pyo.ConcreteModel, goal: str, answer: Answer) -> GoalResult:
    assert answer.objective is not None
    bound = -math.inf if answer.bound is None else min(answer.bound, answer.objective)
    gap = relative_gap(answer.objective, bound)
    constant = committed_musd(model) if goal == "min_cost" else 0.0
    return GoalResult(goal, answer.objective + constant, UNITS[goal], bound + constant, math.inf if gap is None else gap)


def _status(results: list[GoalResult], settings: SolveSettings) -> Status:
    open_goals = [goal for goal in results if abs(goal.value - goal.bound) > HELD_TOLERANCE * max(1.0, abs(goal.value))]
    if not open_goals:
        return "optimal"
    asked = settings.gap + HELD_TOLERANCE
    return "within_gap" if all(goal.gap <= asked for goal in open_goals) else "best_found"
