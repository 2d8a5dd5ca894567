"""The ladder of what is tried where a solver fails: the same question asked in another way, and of another code at last.

A solver fails by an error, by the death of its process, or by an answer that is none: values that break the model it was given, a
status that says nothing, a bound beyond its own plan. What failed and what answered in its place is kept, for the plan's header.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.core.errors import SolverError
from optimizer.plan.header import SolverFailureFields
from optimizer.solve.compile.compiled import CompiledModel
from optimizer.solve.highs.answer import Answer, StopReason, relative_gap
from optimizer.solve.highs.check import TOLERANCE, check_solution
from optimizer.solve.highs.settings import SolveSettings

OTHER_SEED = 17
"""What is added to the seed where another is tried."""

SCIP_S = 300.0
"""Longest that SCIP is asked for what HiGHS failed on, seconds; what it has proven by then counts."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to ask: its name for people, and its settings."""

    name: str
    settings: SolveSettings


@dataclass(frozen=True, slots=True)
class SolverFailure:
    """A question on which a solver failed.

    Parameters
    ----------
    question : str
        What was asked, such as ``relaxation of memphis H100``.
    failed : tuple of (str, str)
        By what it was asked in vain, and what happened, in order.
    answered_by : str or None
        What answered it; ``None`` where nothing did.
    """

    question: str
    failed: tuple[tuple[str, str], ...]
    answered_by: str | None


def rungs(settings: SolveSettings, *, has_integers: bool) -> tuple[Rung, ...]:
    """Give the ways to ask, in order: as set, other presolve, interior point, other seed, SCIP.

    Parameters
    ----------
    settings : SolveSettings
        As asked. Where they ask for SCIP there is no other way.
    has_integers : bool
        Whether the model has whole numbers: HiGHS searches them by simplex whatever it is told, so that interior point is left out.
    """
    if settings.solver == "scip":
        return (Rung("SCIP", settings),)
    seeded = replace(settings, seed=settings.seed + OTHER_SEED)
    interior = Rung("HiGHS by interior point", replace(settings, options=(*settings.options, ("solver", "ipm"))))
    return (
        Rung("HiGHS", settings),
        Rung(f"HiGHS {'without' if settings.presolve else 'with'} presolve", replace(settings, presolve=not settings.presolve)),
        *(() if has_integers else (interior,)),
        Rung("HiGHS with another seed", seeded),
        Rung("SCIP", replace(settings, solver="scip")),
    )


SECOND_OPINIONS = ("HiGHS with other presolve and seed", "SCIP")
"""By what a question is answered again whose plan fails its audit."""


def second_opinions(settings: SolveSettings) -> tuple[Rung, ...]:
    """Give the ways to solve a whole question again whose plan fails its audit.

    Another presolve alone is no check: HiGHS was seen wrong with presolve and without. Presolve and seed both differ, and where that run
    disagrees with the first, another code is asked.

    Parameters
    ----------
    settings : SolveSettings
        Of the solve whose plan failed.
    """
    limit_s = settings.time_limit_s
    other, scip = SECOND_OPINIONS
    return (
        Rung(other, replace(settings, presolve=not settings.presolve, seed=settings.seed + OTHER_SEED)),
        Rung(scip, replace(settings, solver="scip", time_limit_s=SCIP_S if limit_s is None else min(limit_s, SCIP_S))),
    )


def failures_as_json(failures: Sequence[SolverFailure]) -> list[SolverFailureFields]:
    """Give the failures as ``plan.json`` has them."""
    return [
        {
            "question": one.question,
            "failed": [{"solver": name, "what": what} for name, what in one.failed],
            "answered_by": one.answered_by,
        }
        for one in failures
    ]


class Climb:
    """One question on its way up the ladder: what failed so far, the best plan that a failed answer held, and the answer.

    Parameters
    ----------
    compiled : CompiledModel
        The question.
    settings : SolveSettings
        As asked; the time limit is for all rungs together.
    """

    def __init__(self, compiled: CompiledModel, settings: SolveSettings) -> None:
        self._compiled, self._settings = compiled, settings
        self._began = time.monotonic()
        self._failed: list[tuple[str, str]] = []
        self._best: Answer | None = None
        self._answer: Answer | None = None
        self._answered_by: str | None = None

    def rungs(self) -> Iterator[Rung]:
        """Give the rungs one after the other until one has answered, or time is up."""
        for rung in rungs(self._settings, has_integers=bool(self._compiled.integrality.any())):
            if self._answer is not None or (self._failed and self._left_s() <= 0.0):
                return
            limit_s = self._left_s() if self._failed else self._settings.time_limit_s
            if self._failed and rung.settings.solver == "scip":
                limit_s = min(math.inf if limit_s is None else limit_s, SCIP_S)
            yield replace(rung, settings=replace(rung.settings, time_limit_s=None if limit_s == math.inf else limit_s))

    def start(self, asked: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
        """Give values to start from: of the best plan that a failed answer held, else those asked for."""
        return asked if self._best is None or not self._compiled.integrality.any() else self._best.values

    def take(self, rung: Rung, answer: Answer) -> None:
        """Take what a rung gave: an answer, or one more failure."""
        if answer.stop_reason == "interrupted":
            wrong = what_is_broken(self._compiled, answer)
            self._answer = replace(answer, values=None, objective=None, gap=None) if wrong else answer
        elif wrong := what_is_wrong(self._compiled, answer, self._best):
            self._failed.append((rung.name, wrong))
            if answer.values is not None and answer.objective is not None and not what_is_broken(self._compiled, answer):
                self._best = _better(self._compiled, self._best, answer)
        else:
            is_own = bool(self._failed) and rung.settings.solver == "scip"  # SCIP's own limit, not that of the question
            is_early = is_own and answer.stop_reason == "time_limit" and self._left_s() > 0.0
            self._answer, self._answered_by = replace(answer, stop_reason="limit") if is_early else answer, rung.name

    def answer(self) -> Answer:
        """Give the answer with the best plan of all rungs; where none answered, nothing is known of the bound."""
        if self._answer is None:
            said = "; ".join(f"{name}: {what}" for name, what in self._failed)
            reason: StopReason = "time_limit" if self._left_s() <= 0.0 else "error"
            seconds = time.monotonic() - self._began
            held = self._best or Answer(reason, None, None, None, None, seconds)
            return replace(held, stop_reason=reason, bound=None, gap=None, seconds=seconds, message=said)
        best = self._best if self._answer.values is None else _better(self._compiled, self._best, self._answer)
        if best is None or best is self._answer:
            return self._answer
        gap = relative_gap(best.objective, self._answer.bound)
        return replace(self._answer, values=best.values, objective=best.objective, gap=gap)

    def failure(self) -> SolverFailure | None:
        """Give what failed and what answered; ``None`` where nothing failed."""
        return SolverFailure(self._compiled.name, tuple(self._failed), self._answered_by) if self._failed else None

    def _left_s(self) -> float:
        limit = self._settings.time_limit_s
        return math.inf if limit is None else max(limit - (time.monotonic() - self._began), 0.0)


def what_is_wrong(compiled: CompiledModel, answer: Answer, known: Answer | None = None) -> str:
    """Say what is wrong with an answer; empty where nothing is.

    Parameters
    ----------
    compiled : CompiledModel
        What was asked.
    answer : Answer
        What came.
    known : Answer, optional
        A plan of the same question that is known to hold.
    """
    if answer.stop_reason == "error":
        return answer.message
    if answer.stop_reason in ("optimal", "gap") and answer.values is None:
        return "it ended as optimal without a solution"
    if wrong := what_is_broken(compiled, answer):
        return wrong
    if known is not None and answer.stop_reason == "infeasible":
        return f"it says that there is no plan, and one of {known.objective} is at hand"
    for plan in (answer, known):
        if plan is not None and plan.objective is not None and answer.bound is not None:
            beyond = (plan.objective - answer.bound) if compiled.maximize else (answer.bound - plan.objective)
            if beyond > TOLERANCE * max(1.0, abs(plan.objective)):
                return f"its bound of {answer.bound} is beyond a plan of {plan.objective}"
    return ""


def what_is_broken(compiled: CompiledModel, answer: Answer) -> str:
    """Say which row or bound an answer's values break; empty where they hold or there are none."""
    if answer.values is None or answer.objective is None:
        return ""
    try:
        check_solution(compiled, answer.values, answer.objective)
    except SolverError as error:
        return str(error)
    return ""


def _better(compiled: CompiledModel, one: Answer | None, other: Answer) -> Answer:
    """Give the better of two plans, the second where they are as good."""
    if one is None or one.objective is None or other.objective is None:
        return other
    return one if (one.objective > other.objective if compiled.maximize else one.objective < other.objective) else other
