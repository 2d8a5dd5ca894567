"""What the parent and the HiGHS process say to each other, in plain arrays and numbers."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from optimizer.solve.highs.answer import Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from optimizer.solve.highs.settings import OptionValue, Solver


@dataclass(frozen=True, slots=True)
class Task:
    """A model to solve, as arrays (the matrix by columns), with options, a start, a bound that ends the search, and the solver asked."""

    name: str
    costs: NDArray[np.float64]
    offset: float
    maximize: bool
    starts: NDArray[np.int32]
    row_indices: NDArray[np.int32]
    coefficients: NDArray[np.float64]
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    column_lower: NDArray[np.float64]
    column_upper: NDArray[np.float64]
    integrality: NDArray[np.bool_]
    options: tuple[tuple[str, OptionValue], ...]
    start: NDArray[np.float64] | None
    stop_bound: float | None
    solver: Solver = "highs"


@dataclass(frozen=True, slots=True)
class Stop:
    """End the running solve and hand over the best solution so far."""


@dataclass(frozen=True, slots=True)
class Improvement:
    """A better solution was found: objective with offset, values of all columns."""

    objective: float
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Result:
    """The end of a solve: HiGHS's model status by name and what it holds; None where it holds nothing."""

    status: str
    values: NDArray[np.float64] | None
    objective: float | None
    bound: float | None
    seconds: float
    nodes: int
    simplex_iterations: int


@dataclass(frozen=True, slots=True)
class Failure:
    """The solver failed on the task or the process ended: what happened, and whether an option of the caller's is to blame."""

    message: str
    process_ended: bool = False
    is_wrong_option: bool = False


Request = Task | Stop
Reply = Progress | Improvement | Result | Failure


def send(stream: BinaryIO, message: Request | Reply) -> None:
    """Write one message to a byte stream.

    Parameters
    ----------
    stream : binary file
        Pipe to the other process.
    message : Request or Reply
        What to say.
    """
    pickle.dump(message, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()


def receive(stream: BinaryIO) -> object:
    """Read one message from a byte stream; EOFError when the other side has gone.

    Parameters
    ----------
    stream : binary file
        Pipe from the other process.
    """
    try:
        return pickle.load(stream)
    except (pickle.UnpicklingError, OSError, ValueError) as broken:
        raise EOFError("the other process ended in the middle of a message") from broken
