"""What a worker is given and what it gives back: a task, and the outcome of solving it. Both can be pickled."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from optimizer.core.instance import Instance
from optimizer.solve.highs.memory import peak_memory_mb
from optimizer.solve.highs.settings import SolveSettings
from optimizer.solve.search.committed_contract import CommittedContract

FIGURES = (
    "objective_musd",
    "bound_musd",
    "gap",
    "cash_cost_musd",
    "value_of_time_musd",
    "residual_musd",
    "nonrefundable_at_signature_musd",
    "host",
    "build_or_rent",
    "sites",
    "contracts",
    "it_mw",
    "gpus_bought",
    "gpus_rented",
    "ready",
    "ready_months",
    "delay_months",
    "verification_passed",
    "typical_hours_error",
)
"""Figures of a run that holds a plan, in the order of the table's columns.

Million USD of present value unless the name says otherwise. ``host``: site or rental of the largest workload (empty: nowhere).
``build_or_rent``: ``build``, ``rent`` or ``none``. ``sites``, ``contracts``: ids joined by a space. ``ready``: ``YYYY-MM``, empty
for never. ``ready_months``: from the start of the horizon, None for never.
"""

WRONG_INPUT, AUDIT_FAILED, FAILED, QUARANTINED = "wrong_input", "audit_failed", "failed", "quarantined"
"""Statuses of a run beside those of a plan: its scenario is refused, its plan did not pass the audit, it could not be solved, its
worker died twice."""

NOT_SOLVED = (WRONG_INPUT, AUDIT_FAILED, FAILED, QUARANTINED)
"""Statuses of runs of which nothing is known, not even that there is no plan."""


@dataclass(frozen=True, slots=True)
class Task:
    """One run as a worker gets it.

    Parameters
    ----------
    index : int
        Number of the run in its study.
    key : str
        Hash of the question: instance, contracts held, settings and versions.
    instance : Instance
        The question.
    settings : SolveSettings
        How it is solved.
    start : bytes or None
        ``Outcome.solution`` of the run that it starts from.
    signed : tuple of SignedContract
        Power contracts that are held; part of the question.
    """

    index: int
    key: str
    instance: Instance
    settings: SolveSettings
    start: bytes | None = None
    signed: tuple[CommittedContract, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task.

    Parameters
    ----------
    index : int
        Number of the run.
    key : str
        Hash of its question.
    status : str
        As of a plan, or one of ``NOT_SOLVED``.
    message : str
        Why there is no plan, where there is none.
    figures : mapping of str to value
        ``FIGURES`` of the plan; empty where there is none.
    plan : bytes or None
        The plan's folder as a zip file.
    solution : bytes or None
        What a further run may start from.
    seconds : mapping of str to float
        Wall-clock seconds by phase, and their ``total``; ``task``: of the whole run in its worker, with packing its plan; ``highs``: of
        these, those in which HiGHS was waited for.
    peak_memory_mb : float
        Most memory that the worker and its HiGHS process have held until then.
    """

    index: int
    key: str
    status: str
    message: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    plan: bytes | None = None
    solution: bytes | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    peak_memory_mb: float = 0.0


Solve = Callable[[Task], Outcome]
"""Solves a task in a worker; picklable, so a function at the top of a module."""


def outcome_of(solve: Solve, task: Task) -> Outcome:
    """Solve a task; an error that ``solve`` does not expect is the outcome ``FAILED``, and the worker lives on.

    Parameters
    ----------
    solve : callable
        Solves the task.
    task : Task
        The run.
    """
    began = time.perf_counter()
    try:
        return solve(task)
    except Exception as error:  # whatever it is, the other runs go on
        message = f"{type(error).__name__}: {error}"
        seconds = {"total": round(time.perf_counter() - began, 3)}
        return Outcome(task.index, task.key, FAILED, message, seconds=seconds, peak_memory_mb=peak_memory_mb())
