"""One call of HiGHS through highspy, with every return code checked."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import highspy
import numpy as np

from optimizer.core.errors import SolverError
from optimizer.solve.highs.answer import Progress, relative_gap
from optimizer.solve.highs.messages import Failure, Improvement, Reply, Result, Task

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

SECONDS_BETWEEN_PROGRESS = 0.25

_UNDECIDED = (highspy.HighsModelStatus.kUnboundedOrInfeasible, highspy.HighsModelStatus.kUnbounded)


def solve_task(task: Task, stop_asked: threading.Event, report: Callable[[Reply], None]) -> None:
    """Solve one task; report progress and improving solutions, then exactly one Result or Failure.

    Parameters
    ----------
    task : Task
        Model, options and start.
    stop_asked : threading.Event
        Set by another thread to end the search early.
    report : callable
        Takes each message.
    """
    began = time.monotonic()
    try:
        highs = _prepared(task)
        _subscribe(highs, stop_asked, report, task.stop_bound)
        _check(highs.run(), "run")
        status = highs.getModelStatus()
        if status in _UNDECIDED:
            status = _unbounded_or_infeasible(task, stop_asked)
        report(_result(highs, status, bool(task.integrality.any()), time.monotonic() - began))
    except WrongOption as error:
        report(Failure(str(error), is_wrong_option=True))
    except (SolverError, MemoryError, RuntimeError, ValueError) as error:
        report(Failure(str(error) or type(error).__name__))


class WrongOption(SolverError):
    """HiGHS has no such option, or not of this value."""


def _check(status: highspy.HighsStatus, what: str) -> None:
    # A warning is no refusal: a time limit gives one, and so does a column whose bounds cross (the run then says infeasible).
    if status == highspy.HighsStatus.kError:
        raise SolverError(f"HiGHS refused {what}.")


def _prepared(task: Task) -> highspy.Highs:
    """Make a fresh HiGHS (its time limit counts all runs of an object) with options, model and start."""
    highs = highspy.Highs()
    # The thread pool is one per process and keeps its first size: without this a second thread count is ignored.
    highspy.Highs.resetGlobalScheduler(True)
    for name, value in task.options:
        if highs.setOptionValue(name, value) == highspy.HighsStatus.kError:
            raise WrongOption(f"HiGHS refused the option {name} = {value!r}.")
    _check(highs.passModel(_highs_model(task)), "the model")
    if task.start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = task.start.tolist()
        _check(highs.setSolution(solution), "the starting solution")
    return highs


def _highs_model(task: Task) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_ = len(task.costs)
    model.num_row_ = len(task.row_lower)
    model.sense_ = highspy.ObjSense.kMaximize if task.maximize else highspy.ObjSense.kMinimize
    model.offset_ = task.offset
    model.col_cost_ = task.costs
    model.col_lower_ = task.column_lower
    model.col_upper_ = task.column_upper
    model.row_lower_ = task.row_lower
    model.row_upper_ = task.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = task.starts
    model.a_matrix_.index_ = task.row_indices
    model.a_matrix_.value_ = task.coefficients
    if task.integrality.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[whole] for whole in task.integrality.tolist()]
    return model


def _subscribe(
    highs: highspy.Highs, stop_asked: threading.Event, report: Callable[[Reply], None], stop_bound: float | None = None
) -> None:
    """Report from inside the tree search (the logging callbacks stay silent when output is off) and pass on a stop."""
    last_report = -np.inf

    def interrupt(event: highspy.HighsCallbackEvent) -> None:
        if stop_asked.is_set():
            event.interrupt()

    def interrupt_and_report(event: highspy.HighsCallbackEvent) -> None:
        nonlocal last_report
        interrupt(event)
        # HiGHS's own objective_bound is no help here: with it a search can end as optimal at a worse solution.
        if stop_bound is not None and event.data_out.mip_dual_bound >= stop_bound:
            event.interrupt()
        now = time.monotonic()
        if now - last_report >= SECONDS_BETWEEN_PROGRESS:
            last_report = now
            report(_progress(event))

    def improve(event: highspy.HighsCallbackEvent) -> None:
        values = np.array(event.data_out.mip_solution, dtype=np.float64)
        report(Improvement(float(event.data_out.objective_function_value), values))

    highs.cbSimplexInterrupt.subscribe(interrupt)
    highs.cbIpmInterrupt.subscribe(interrupt)
    highs.cbMipInterrupt.subscribe(interrupt_and_report)
    highs.cbMipImprovingSolution.subscribe(improve)


def _progress(event: highspy.HighsCallbackEvent) -> Progress:
    objective = _finite(event.data_out.mip_primal_bound)
    bound = _finite(event.data_out.mip_dual_bound)
    return Progress(
        event.data_out.running_time, objective, bound, relative_gap(objective, bound), max(0, event.data_out.mip_node_count)
    )


def _finite(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None


def _unbounded_or_infeasible(task: Task, stop_asked: threading.Event) -> highspy.HighsModelStatus:
    """Decide by solving without costs: a model with a solution is unbounded, one without is infeasible."""
    highs = _prepared(replace(task, costs=np.zeros_like(task.costs), start=None))
    _subscribe(highs, stop_asked, lambda message: None)
    _check(highs.run(), "run")
    status = highs.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        return highspy.HighsModelStatus.kUnbounded
    return highspy.HighsModelStatus.kInfeasible if status in _UNDECIDED else status


def _result(highs: highspy.Highs, status: highspy.HighsModelStatus, whole: bool, seconds: float) -> Result:
    """Gather what HiGHS holds; `whole` says that some columns are integer."""
    information = highs.getInfo()
    nothing = status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnbounded)
    held = information.primal_solution_status == highspy.kSolutionStatusFeasible and not nothing
    objective = float(information.objective_function_value) if held else None
    if whole:
        bound = None if nothing else _finite(information.mip_dual_bound)
    else:
        bound = objective if status == highspy.HighsModelStatus.kOptimal else None
    return Result(
        status=status.name,
        values=np.array(highs.getSolution().col_value, dtype=np.float64) if held else None,
        objective=objective,
        bound=bound,
        seconds=seconds,
        nodes=max(0, int(information.mip_node_count)),
        simplex_iterations=max(0, int(information.simplex_iteration_count)),
    )
