"""Dates of tariffs without a reason: nothing is signed before it must be, and no service goes on without MW.

A search that may stop at a gap leaves begins that are earlier than any need of them, as far as that costs less than the gap. Each is
moved to the first period in which the contract carries load, or has MW; a service whose last MW is over ends. A date is moved only
where the plan holds and no goal gets worse by it: what is signed early because that is cheaper stays early.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from optimizer.model.tariffs import term_periods
from optimizer.solve.compile.compiled import CompiledModel
from optimizer.solve.highs.answer import Answer, relative_gap
from optimizer.solve.highs.runner import HighsProcess
from optimizer.solve.highs.settings import SolveSettings

LEAST_MW = 1e-6
"""MW that carry load, or stand; less is the solver's last digits."""

NO_WORSE = 1e-9
"""Part of the objective by which a plan with later dates may differ: the last digits of two linear programs."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tariffed:
    """A tariff of a site's block, with where its columns stand."""

    block: Any
    k: str
    posed: CompiledModel

    def path(self, var: pyo.Var, values: Values) -> Values:
        """Values of one of its variables by period."""
        return values[self.columns(var)]

    def columns(self, var: pyo.Var) -> NDArray[np.int64]:
        """Columns of one of its variables by period."""
        return np.concatenate([self.posed.columns_of(var[self.k, t]) for t in self.block.model().PERIODS])


def settled(model: pyo.ConcreteModel, posed: CompiledModel, answer: Answer, how: tuple[SolveSettings, HighsProcess]) -> Answer:
    """Begin tariffs as late, and end them as early, as the plan allows without getting worse.

    Parameters
    ----------
    model : pyomo.environ.ConcreteModel
        The model that was compiled.
    posed : CompiledModel
        Its arrays, with the last goal as objective.
    answer : Answer
        Its best plan, ties broken.
    how : tuple of SolveSettings and HighsProcess
        With what to solve.
    """
    if answer.values is None or not model.instance.has_contracts:
        return answer
    for one in _tariffs(model, posed):
        for begin in _later_begins(one, answer.values):
            moved = _moved(one, answer, begin, how)
            if moved is not None:
                answer = moved
                break
    return answer


def _tariffs(model: pyo.ConcreteModel, posed: CompiledModel) -> Iterator[Tariffed]:
    for s in model.SITES:
        yield from (Tariffed(model.sites[s], k, posed) for k in model.sites[s].TARIFFS)


def _later_begins(one: Tariffed, values: Values) -> list[int]:
    """Begins that would do, the latest first; its own begin where only its end is late; none where all is as it should be."""
    block = one.block
    begin = _first(one.path(block.is_begun, values))
    if begin == block.model().calendar.periods or one.posed.column_lower[one.columns(block.is_begun)].any():
        return []
    needs = [_first(one.path(mw, values) / LEAST_MW) for mw in (block.peak_mw, block.contracted_mw)]
    later = [need for need in dict.fromkeys(needs) if begin < need < block.model().calendar.periods]
    is_late = one.k in block.ENDING_TARIFFS and _end(one, values, begin) < _first(one.path(block.is_gone, values))
    return [*later, begin] if later and is_late else later or [begin] * is_late


def _end(one: Tariffed, values: Values, begin: int) -> int:
    """First period in which the term of the begin is over and no MW stand."""
    entitled = one.block.entitled_mw if one.k in one.block.LEAVING_TARIFFS else one.block.contracted_mw
    (stands,) = np.nonzero(one.path(entitled, values) > LEAST_MW)
    return max(begin + term_periods(one.block, one.k), int(stands[-1]) + 1 if stands.size else 0)


def _moved(one: Tariffed, answer: Answer, begin: int, how: tuple[SolveSettings, HighsProcess]) -> Answer | None:
    """Give the plan with another begin, and the end that follows from it; ``None`` where it does not hold or is worse."""
    settings, highs = how
    assert answer.values is not None
    assert answer.objective is not None
    values, periods = answer.values.copy(), np.arange(one.block.model().calendar.periods)
    begun = one.columns(one.block.is_begun)
    values[begun] = periods >= begin
    if one.k in one.block.ENDING_TARIFFS:
        gone = one.columns(one.block.is_gone)
        values[gone] = np.maximum(values[gone], periods >= _end(one, values, begin))
    if (values < one.posed.column_lower - LEAST_MW).any() or (values > one.posed.column_upper + LEAST_MW).any():
        return None
    moved = highs.solve(one.posed.with_integers_fixed(values), replace(settings, gap=0.0))
    worse = NO_WORSE * max(1.0, abs(answer.objective))
    if moved.stop_reason != "optimal" or moved.values is None or moved.objective is None or moved.objective > answer.objective + worse:
        return None
    return replace(answer, values=one.posed.rounded(moved.values), objective=moved.objective,
                   gap=relative_gap(moved.objective, answer.bound), seconds=answer.seconds + moved.seconds)


def _first(path: Values) -> int:
    """First period in which a path is at 1 or nearly; the number of periods where it never is."""
    reached = path > 0.5
    return int(np.argmax(reached)) if reached.any() else len(path)
