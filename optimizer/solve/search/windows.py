"""A branch of the search: one host, and the window of periods from which the main workload may be ready there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.compile.compiled import CompiledModel
from optimizer.solve.compile.smaller import without_columns
from optimizer.solve.search.activity import is_refuted
from optimizer.solve.search.hosts import Branch

INTEGRAL = 1e-6
"""How far from a whole number a relaxed integer may be to count as whole."""


@dataclass(frozen=True)
class HostModel:
    """The model of one host: the columns it keeps of the whole model's, and which of them say that the workload is ready by period."""

    name: str
    model: CompiledModel
    columns: int
    kept: NDArray[np.int64]
    ready: NDArray[np.int64]

    @property
    def last(self) -> int:
        """Position after the last period: never ready."""
        return len(self.ready)


@dataclass(frozen=True)
class Window:
    """The plans of one host whose workload is ready first at a position from ``first`` to ``last``; the last of all is never.

    Parameters
    ----------
    host : HostModel
        Where.
    first, last : int
        Positions in ``host.ready``, both allowed.
    bound : float
        No plan in it costs less (objective's unit, to be minimised).
    relaxed : numpy.ndarray or None
        Values of the host's columns in the relaxation; ``None`` where it did not end.
    """

    host: HostModel
    first: int
    last: int
    bound: float
    relaxed: NDArray[np.float64] | None = None

    def posed(self) -> CompiledModel:
        """Give the host's model with ready at 0 before the window and at 1 after it."""
        ready = self.host.ready
        model = self.host.model.with_bounds(ready[: self.first], 0.0, 0.0)
        return model.with_bounds(ready[self.last :], 1.0, 1.0)

    def is_settled(self) -> bool:
        """Whether nothing is gained by splitting: one position is left, or the relaxation has chosen one, or says nothing."""
        if self.first == self.last or self.relaxed is None:
            return True
        ready = self.relaxed[self.host.ready]
        return bool(np.all(np.abs(ready - np.round(ready)) <= INTEGRAL))

    def halves(self) -> tuple[Window, Window]:
        """Split where the relaxation is ready on average: until then, and later."""
        assert self.relaxed is not None
        waited = float(np.sum(1.0 - self.relaxed[self.host.ready]))
        middle = min(max(int(np.floor(waited + INTEGRAL)), self.first), self.last - 1)
        early = replace(self, last=middle, relaxed=None)
        return early, replace(self, first=middle + 1, relaxed=None)


def host_model(compiled: CompiledModel, branch: Branch) -> HostModel:
    """Give the smaller model of a branch.

    Parameters
    ----------
    compiled : CompiledModel
        The whole model.
    branch : Branch
        One of its hosts.
    """
    smaller, kept = without_columns(compiled, branch.zero)
    model = replace(smaller, name=f"search of {branch.name}")
    return HostModel(branch.name, model, len(compiled.costs), kept, np.searchsorted(kept, branch.ready))


def only_window(hosts: Sequence[HostModel]) -> Window | None:
    """Give the window that is all there is, where arithmetic rules out every other host and period; ``None`` where more are left.

    Parameters
    ----------
    hosts : sequence of HostModel
        Of a whole search.
    """
    left = None
    for host in hosts:
        places = (place for place in range(host.last + 1) if not is_refuted(Window(host, place, place, -np.inf).posed()))
        for place in places:
            if left is not None:
                return None
            left = Window(host, place, place, -np.inf)
    return left


def relaxation(model: CompiledModel) -> CompiledModel:
    """Give the linear relaxation of a model."""
    return replace(model, integrality=np.zeros_like(model.integrality), name=f"relaxation of {model.name.removeprefix('search of ')}")


def rens_neighbourhood(model: CompiledModel, relaxed: NDArray[np.float64]) -> CompiledModel:
    """Give the model with every integer that is whole in its relaxation held there: few are left, and a good plan is often among them.

    Parameters
    ----------
    model : CompiledModel
        With integers.
    relaxed : numpy.ndarray
        Values of its columns in the relaxation.
    """
    whole = model.integrality & (np.abs(relaxed - np.round(relaxed)) <= INTEGRAL)
    held = np.flatnonzero(whole)
    values = np.round(relaxed[held])
    return replace(model.with_bounds(held, values, values), name=f"{model.name} near its relaxation")
