"""What a solve gives back: why it stopped, and what is held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

StopReason = Literal["optimal", "gap", "bound", "limit", "time_limit", "interrupted", "infeasible", "unbounded", "error"]
Held = Literal["optimal", "within_gap", "best_found", "nothing"]

# Objective and bound that agree so well are called equal: HiGHS works to tolerances of 1e-7.
PROVEN = 1e-6


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running search has come.

    Parameters
    ----------
    seconds : float
        Since HiGHS began.
    objective, bound, gap : float or None
        Best objective so far, proven bound, and relative gap between them; None while not known.
    nodes : int
        Nodes of the tree searched.
    """

    seconds: float
    objective: float | None
    bound: float | None
    gap: float | None
    nodes: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer of one solve.

    Parameters
    ----------
    stop_reason : str
        Why the search ended: ``optimal``, ``gap`` (the gap asked for was reached), ``bound`` (the bound asked for was reached),
        ``limit`` (nodes, or an objective that was good enough), ``time_limit``, ``interrupted``,
        ``infeasible``, ``unbounded`` or ``error``.
    values : numpy.ndarray or None
        Values of the columns of the best solution; None when there is none.
    objective, bound : float or None
        Objective of `values` and the proven bound on it, in the model's own sense and unit, offset included.
    gap : float or None
        ``|objective - bound| / |objective|``; 0 when both agree.
    seconds : float
        Wall-clock seconds of HiGHS.
    nodes, simplex_iterations : int
        Work done.
    message : str
        For ``error``: what happened.
    hosts : tuple of (str, float)
        Of a search by host: what no plan of each costs less than; infinite where it has none, minus infinite where nothing is known.
    """

    stop_reason: StopReason
    values: NDArray[np.float64] | None
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    nodes: int = 0
    simplex_iterations: int = 0
    message: str = ""
    hosts: tuple[tuple[str, float], ...] = ()

    @property
    def held(self) -> Held:
        """What is held, apart from why the search stopped."""
        if self.values is None:
            return "nothing"
        if self.stop_reason in ("optimal", "gap"):
            return "optimal" if self.stop_reason == "optimal" else "within_gap"
        return "best_found"


def relative_gap(objective: float | None, bound: float | None) -> float | None:
    """Give ``|objective - bound| / |objective|``, None while one of them is not known.

    Parameters
    ----------
    objective, bound : float or None
        In the same unit.
    """
    if objective is None or bound is None:
        return None
    distance = abs(objective - bound)
    if distance == 0:
        return 0.0
    return distance / abs(objective) if objective != 0 else float("inf")


def is_proven(objective: float | None, bound: float | None) -> bool:
    """Tell whether objective and bound agree within 1e-6 of the larger of 1 and the objective.

    Parameters
    ----------
    objective, bound : float or None
        In the same unit.
    """
    return objective is not None and bound is not None and abs(objective - bound) <= PROVEN * max(1.0, abs(objective))
