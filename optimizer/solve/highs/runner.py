"""Solve a compiled model in the HiGHS process, under a watchdog; whatever happens, the best solution so far is kept."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.errors import SolverError
from optimizer.solve.highs.answer import Answer, Progress, StopReason, is_proven, relative_gap
from optimizer.solve.highs.ladder import Climb, SolverFailure
from optimizer.solve.highs.messages import Failure, Improvement, Result, Task
from optimizer.solve.highs.process import WorkerProcess
from optimizer.solve.highs.task import task_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from numpy.typing import NDArray

    from optimizer.solve.compile.compiled import CompiledModel
    from optimizer.solve.highs.settings import SolveSettings

# HiGHS does not always look at its clock or at a stop: so long it is waited for, then the process is killed.
GRACE_S = 5.0
_POLL_S = 0.1

_STOP_REASONS: dict[str, StopReason] = {
    "kTimeLimit": "time_limit",
    "kInterrupt": "interrupted",
    "kHighsInterrupt": "interrupted",
    "kObjectiveTarget": "limit",
    "kObjectiveBound": "limit",
    "kSolutionLimit": "limit",
    "kIterationLimit": "limit",
    "kInfeasible": "infeasible",
    "kUnbounded": "unbounded",
}


WHOLE = 1e-10
"""How far from a whole number an integer may be for rounding it to move nothing else that counts."""


class HighsProcess(AbstractContextManager["HighsProcess"]):
    """A warm HiGHS process that solves one model after another, as a context: ``with HighsProcess() as highs: highs.solve(...)``.

    Made early (before the model is built), it is ready by the time it is needed.

    Attributes
    ----------
    busy_s : float
        Wall-clock seconds for which answers were waited for.
    failures : list of SolverFailure
        Questions on which a solver failed, in order, with what answered in its place.
    """

    def __init__(self) -> None:
        self._worker = WorkerProcess()
        self.busy_s = 0.0
        self.failures: list[SolverFailure] = []

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    @property
    def process_id(self) -> int:
        """Number of the process."""
        return self._worker.process_id

    def close(self) -> None:
        """End the process."""
        self._worker.kill()

    def solve(
        self,
        compiled: CompiledModel,
        settings: SolveSettings,
        start: NDArray[np.float64] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Answer:
        """Solve one model, up the ladder where a solver fails; see `solve_compiled`.

        Parameters
        ----------
        compiled, settings, start, on_progress
            As there.
        """
        climb = Climb(compiled, settings)
        for rung in climb.rungs():
            climb.take(rung, self._one_answer(task_of(compiled, rung.settings, climb.start(start)), rung.settings, on_progress))
        if failure := climb.failure():
            self.failures.append(failure)
        return climb.answer()

    def _one_answer(self, task: Task, settings: SolveSettings, on_progress: Callable[[Progress], None] | None) -> Answer:
        """Ask the process once; a wrong option is the caller's fault, all else that fails is an answer that says so."""
        if not self._worker.is_alive():
            self._worker.kill()
            self._worker = WorkerProcess()
        watch = _Watch(self._worker, settings, on_progress)
        answered = False
        try:
            self._worker.send(task)
            began = time.perf_counter()
            answer = watch.until_answered()
            self.busy_s += time.perf_counter() - began
            answered = not watch.abandoned
        except WrongOption:
            answered = True
            raise
        except SolverError as gone:
            answer = Answer("error", None, None, None, None, 0.0, message=str(gone))
        except KeyboardInterrupt:
            # It came before HiGHS was listened to: nothing is known of this question, and all that was found before is the caller's.
            answer = Answer("interrupted", None, None, None, None, 0.0)
        finally:
            # A process that may still be at work would answer the next question with this one's result.
            if not answered:
                self._worker.kill()
        return answer


class WrongOption(SolverError):
    """HiGHS has no such option; its process is ready for the next task."""


class _Watch:
    """The parent's side of one solve: what has come in so far, and when patience ends."""

    def __init__(self, worker: WorkerProcess, settings: SolveSettings, on_progress: Callable[[Progress], None] | None) -> None:
        self.abandoned = False
        self._worker = worker
        self._on_progress = on_progress
        self._stop_bound = settings.stop_bound
        self._began = time.monotonic()
        self._deadline = None if settings.time_limit_s is None else self._began + settings.time_limit_s + GRACE_S
        self._interrupted = False
        self._best: Improvement | None = None
        self._last: Progress | None = None

    def until_answered(self) -> Answer:
        """Wait for the result; Ctrl-C asks HiGHS to stop, a second one does not wait for it."""
        while True:
            try:
                answer = self._next()
            except KeyboardInterrupt:
                if self._interrupted:
                    return self._abandoned("interrupted")
                self._interrupted = True
                self._deadline = time.monotonic() + GRACE_S
                self._worker.request_stop()
                continue
            if answer is not None:
                return answer

    def _next(self) -> Answer | None:
        """Take one reply; an answer when it was the last, or when patience has ended."""
        message = self._worker.reply(_POLL_S)
        if isinstance(message, Result):
            return self._finished(message)
        if isinstance(message, Failure):
            if message.process_ended:
                return self._abandoned("error", message.message)
            if message.is_wrong_option:
                raise WrongOption(message.message)
            return Answer("error", None, None, None, None, time.monotonic() - self._began, message=message.message)
        if isinstance(message, Improvement):
            self._best = message
        elif isinstance(message, Progress):
            self._last = message
            if self._on_progress is not None:
                self._on_progress(message)
        if self._deadline is not None and time.monotonic() > self._deadline:
            return self._abandoned("interrupted" if self._interrupted else "time_limit")
        return None

    def _finished(self, result: Result) -> Answer:
        gap = relative_gap(result.objective, result.bound)
        reason: StopReason = _STOP_REASONS.get(result.status, "error")
        if result.status == "kOptimal":
            reason = "optimal" if is_proven(result.objective, result.bound) else "gap"
        elif result.status == "kModelEmpty":
            reason = "optimal"
        elif reason == "interrupted" and not self._interrupted and self._stop_bound is not None:
            reason = "bound"
        return Answer(
            stop_reason=reason,
            values=result.values,
            objective=result.objective,
            bound=result.bound,
            gap=gap,
            seconds=result.seconds,
            nodes=result.nodes,
            simplex_iterations=result.simplex_iterations,
            message=f"HiGHS ended with {result.status}" if reason == "error" else "",
        )

    def _abandoned(self, reason: StopReason, message: str = "") -> Answer:
        """Give what is known without the process, which is to be killed."""
        self.abandoned = True
        best, last = self._best, self._last
        objective = None if best is None else best.objective
        bound = None if last is None else last.bound
        return Answer(
            stop_reason=reason,
            values=None if best is None else best.values,
            objective=objective,
            bound=bound,
            gap=relative_gap(objective, bound),
            seconds=time.monotonic() - self._began,
            nodes=0 if last is None else last.nodes,
            message=message,
        )


def solve_compiled(
    compiled: CompiledModel,
    settings: SolveSettings,
    start: NDArray[np.float64] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Answer:
    """Solve a compiled model in a HiGHS process of its own.

    The time limit and Ctrl-C end the search with the best solution so far and its gap; when HiGHS does not heed them within 5 s
    its process is killed, and the last solution it had reported is given.

    Parameters
    ----------
    compiled : CompiledModel
        What to solve.
    settings : SolveSettings
        How.
    start : numpy.ndarray, optional
        Values of all columns to start from; HiGHS uses them when their integers allow a solution.
    on_progress : callable, optional
        Called in this thread with a `Progress`, at most about four times a second.

    Raises
    ------
    SolverError
        When HiGHS has no such option.
    """
    with HighsProcess() as highs:
        return highs.solve(compiled, settings, start, on_progress)


def solve_with_integers_fixed(
    compiled: CompiledModel, answer: Answer, settings: SolveSettings, highs: HighsProcess | None = None
) -> Answer:
    """Polish an answer: hold its rounded integers and solve for clean continuous values.

    Parameters
    ----------
    compiled : CompiledModel
        The model that was solved.
    answer : Answer
        Its answer, with values.
    settings : SolveSettings
        How to solve the linear program.
    highs : HighsProcess, optional
        A warm process.

    Returns
    -------
    Answer
        The same stop reason, bound and work, with values and objective of the linear program; the answer unchanged when it is
        proven optimal with whole integers already (nothing is left to clean), and when the linear program was not solved to its
        optimum (its integers then hold only within HiGHS's tolerance: the audit decides).

    Raises
    ------
    SolverError
        When the answer has no values.
    """
    if answer.values is None:
        raise SolverError("An answer without values cannot be polished.")
    whole = answer.values[compiled.integrality]
    if answer.stop_reason == "optimal" and np.allclose(whole, np.round(whole), rtol=0.0, atol=WHOLE):
        return replace(answer, values=compiled.rounded(answer.values))
    linear = compiled.with_integers_fixed(answer.values)
    clean = solve_compiled(linear, settings) if highs is None else highs.solve(linear, settings)
    if clean.stop_reason != "optimal" or clean.values is None:
        return answer
    return Answer(
        stop_reason=answer.stop_reason,
        values=compiled.rounded(clean.values),
        objective=clean.objective,
        bound=answer.bound,
        gap=relative_gap(clean.objective, answer.bound),
        seconds=answer.seconds + clean.seconds,
        nodes=answer.nodes,
        simplex_iterations=answer.simplex_iterations + clean.simplex_iterations,
        message=answer.message,
    )
