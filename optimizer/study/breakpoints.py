"""The values of a factor at which the decision changes, by bisection."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from optimizer.study.definition import Breakpoint, Watched
from optimizer.study.outcome import Outcome

FEASIBLE = "feasible"
"""What is watched beside what a study names: whether there is a plan at all."""

WATCHABLE: tuple[Watched, ...] = ("host", "build_or_rent", "contracts")
TOLERANCE = 1e-6
"""Relative gap that is none."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run at one value of the factor showed.

    Parameters
    ----------
    is_known : bool
        Whether it has an answer: a plan, or the proof that there is none.
    watched : mapping of str to str
        ``host``, ``build_or_rent``, ``contracts``; empty where there is no plan.
    objective_musd, gap_musd : float
        Cost, and the most that it can be above the least one; NaN where there is no plan.
    """

    is_known: bool
    watched: Mapping[str, str]
    objective_musd: float = math.nan
    gap_musd: float = math.nan

    @property
    def is_feasible(self) -> bool:
        """Whether there is a plan."""
        return bool(self.watched)


@dataclass(frozen=True, slots=True)
class Break:
    """A change of the decision between two values of a factor; or a stretch that was searched and shows none.

    Parameters
    ----------
    factor : str
        Name of the factor.
    watch : str
        The foremost of what changes: ``feasible``, ``host``, ``build_or_rent``, ``contracts``; empty: nothing does.
    before, after : Seen
        What is seen at ``last`` and at ``first``; of a stretch without change only what is the same at all values tried.
    last, first : float
        Last value before the change and first one after it, no further apart than the precision unless runs between failed; of a
        stretch without change its ends.
    precision : float
        That was asked for.
    is_proven : bool
        Whether the proven gaps tell the two decisions apart at both values; of a stretch without change, whether each plan seen is
        proven best.
    tried : int
        Values that were evenly spread over the range before bisection and gave an answer.
    """

    factor: str
    watch: str
    before: Seen
    after: Seen
    last: float
    first: float
    precision: float
    is_proven: bool
    tried: int


Evaluate = Callable[[Sequence[float]], Sequence[Seen]]
"""Solves the scenario at several values of the factor."""

Hold = Callable[[float, str], Seen]
"""Solves the scenario at a value with the main workload held at a host."""


def seen_of(outcome: Outcome) -> Seen:
    """Give what an outcome shows to a search."""
    figures = outcome.figures
    if not figures:
        return Seen(outcome.status == "infeasible", {})
    bound = figures["bound_musd"]
    gap = math.inf if bound is None else max(0.0, figures["objective_musd"] - bound)
    return Seen(True, {name: str(figures[name]) for name in WATCHABLE}, figures["objective_musd"], gap)


def find_breaks(evaluate: Evaluate, breakpoint: Breakpoint, points: int = 5, hold: Hold | None = None) -> tuple[Break, ...]:
    """Find the values at which what is watched changes.

    Evenly spread values are tried first; between two neighbours that differ the search halves until they are no further apart than
    the precision. All values are whole steps of the precision from the low end on. A change and a change back between two of the
    first values is not seen.

    Parameters
    ----------
    evaluate : callable
        Solves the scenario at values of the factor; given as many at a time as can be solved at once.
    breakpoint : Breakpoint
        What is searched.
    points : int
        Values tried first, at least 2.
    hold : callable, optional
        Solves the scenario at a value with a host held: with it, a change of host whose two plans are not proven best is proven, or
        not, by what the other host costs there.

    Returns
    -------
    tuple of Break
        In rising order of their values; where nothing changes, one that says so; none where fewer than two of the first values gave
        an answer.
    """
    steps = max(1, math.ceil((breakpoint.high - breakpoint.low) / breakpoint.precision - 1e-9))
    known: dict[int, Seen] = {}
    first = sorted({round(place * steps / (points - 1)) for place in range(points)})
    asked = first
    while asked:
        answers = evaluate([_value(breakpoint, step) for step in asked])
        known.update(zip(asked, answers, strict=True))
        asked = [(low + high) // 2 for low, high in _differing(known, breakpoint.watch) if (low + high) // 2 not in known]
    tried = sum(known[step].is_known for step in first)
    if tried < 2:
        return ()
    found = [_break(breakpoint, known, ends, tried) for ends in _differing(known, breakpoint.watch)]
    return tuple(_proven(one, hold) for one in found) or (_unbroken(breakpoint, known, tried),)


def what_changes(before: Seen, after: Seen, watch: Sequence[str]) -> tuple[str, ...]:
    """Name what differs between two values, the weightiest first; what is not watched is left out."""
    if before.is_feasible != after.is_feasible:
        return (FEASIBLE,)
    if not before.is_feasible:
        return ()
    return tuple(name for name in WATCHABLE if name in watch and before.watched[name] != after.watched[name])


def _differing(known: Mapping[int, Seen], watch: Sequence[str]) -> list[tuple[int, int]]:
    """Neighbours with an answer that differ, by their steps."""
    steps = sorted(step for step, seen in known.items() if seen.is_known)
    return [(low, high) for low, high in pairwise(steps) if what_changes(known[low], known[high], watch)]


def _value(breakpoint: Breakpoint, step: int) -> float:
    """Value of a step; whole where low end and precision are, and free of the dust of binary fractions."""
    value = min(breakpoint.high, float(f"{breakpoint.low + step * breakpoint.precision:.12g}"))
    is_whole = float(value).is_integer() and float(breakpoint.low).is_integer() and float(breakpoint.precision).is_integer()
    return int(value) if is_whole else value


def _break(breakpoint: Breakpoint, known: Mapping[int, Seen], ends: tuple[int, int], tried: int) -> Break:
    before, after = known[ends[0]], known[ends[1]]
    last, first = (_value(breakpoint, step) for step in ends)
    watch = what_changes(before, after, breakpoint.watch)[0]
    is_proven = watch == FEASIBLE or (_is_best(before) and _is_best(after))
    return Break(breakpoint.factor, watch, before, after, last, first, breakpoint.precision, is_proven, tried)


def _unbroken(breakpoint: Breakpoint, known: Mapping[int, Seen], tried: int) -> Break:
    steps = sorted(step for step, seen in known.items() if seen.is_known)
    last, first = (_value(breakpoint, step) for step in (steps[0], steps[-1]))
    is_proven = all(_is_best(known[step]) for step in steps)
    before, after = (_common(known[step], [known[each] for each in steps]) for step in (steps[0], steps[-1]))
    return Break(breakpoint.factor, "", before, after, last, first, breakpoint.precision, is_proven, tried)


def _common(seen: Seen, others: Sequence[Seen]) -> Seen:
    """Leave of what is seen that which all others have too: what is not watched may have changed."""
    watched = {name: value for name, value in seen.watched.items() if all(other.watched[name] == value for other in others)}
    return replace(seen, watched=watched)


def _is_best(seen: Seen) -> bool:
    """Whether an answer is proven without a gap: the best plan, or that there is none."""
    return not seen.is_feasible or seen.gap_musd <= TOLERANCE * max(1.0, abs(seen.objective_musd))


def _proven(found: Break, hold: Hold | None) -> Break:
    """Prove a change of host, where the gaps do not, by what the other host costs at either value."""
    hosts = found.before.watched.get("host", ""), found.after.watched.get("host", "")
    if found.is_proven or hold is None or found.watch != "host" or not all(hosts):
        return found
    is_proven = _is_dearer(hold(found.last, hosts[1]), found.before) and _is_dearer(hold(found.first, hosts[0]), found.after)
    return replace(found, is_proven=is_proven)


def _is_dearer(other: Seen, best: Seen) -> bool:
    """Whether a held decision is proven to cost at least as much as a plan that was found without."""
    if not other.is_feasible:
        return other.is_known
    return other.objective_musd - other.gap_musd >= best.objective_musd - TOLERANCE * max(1.0, abs(best.objective_musd))
