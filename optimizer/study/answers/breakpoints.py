"""The values of a factor at which the decision changes, by bisection."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from optimizer.study.engine.outcome import Outcome
from optimizer.study.file.definition import Breakpoint, Watched

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
        Whether the proven gaps tell the two decisions apart at both values: each is best on its side, and the other, where it was held
        there, strictly dearer. Of a stretch without change, whether each plan seen is proven best.
    tried : int
        Values that were evenly spread over the range before bisection and gave an answer.
    ties : tuple of float or None
        Those of ``last`` and ``first`` at which both decisions cost the same; None where nobody looked, or it is not known.
    gap_musd : float
        Greatest gap of the plans that were compared, million USD; infinite where one is not known.
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
    ties: tuple[float, ...] | None = None
    gap_musd: float = math.inf


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
        Solves the scenario at a value with a host held, twice at most for each change of host: what the other host costs at either
        value tells whether the change is proven, and whether both cost the same there.

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
    ties = () if watch == FEASIBLE else None
    gap_musd = max(_gap(before), _gap(after))
    return Break(breakpoint.factor, watch, before, after, last, first, breakpoint.precision, is_proven, tried, ties, gap_musd)


def _unbroken(breakpoint: Breakpoint, known: Mapping[int, Seen], tried: int) -> Break:
    steps = sorted(step for step, seen in known.items() if seen.is_known)
    last, first = (_value(breakpoint, step) for step in (steps[0], steps[-1]))
    is_proven = all(_is_best(known[step]) for step in steps)
    before, after = (_common(known[step], [known[each] for each in steps]) for step in (steps[0], steps[-1]))
    gap_musd = max(_gap(known[step]) for step in steps)
    return Break(breakpoint.factor, "", before, after, last, first, breakpoint.precision, is_proven, tried, gap_musd=gap_musd)


def _common(seen: Seen, others: Sequence[Seen]) -> Seen:
    """Leave of what is seen that which all others have too: what is not watched may have changed."""
    watched = {name: value for name, value in seen.watched.items() if all(other.watched[name] == value for other in others)}
    return replace(seen, watched=watched)


def _is_best(seen: Seen) -> bool:
    """Whether an answer is proven without a gap: the best plan, or that there is none."""
    return not seen.is_feasible or seen.gap_musd <= _negligible_musd(seen)


def _negligible_musd(seen: Seen) -> float:
    """Difference that is none beside a cost, million USD."""
    return TOLERANCE * max(1.0, abs(seen.objective_musd))


def _gap(seen: Seen) -> float:
    """Gap of an answer: none where it is proven that there is no plan, infinite where nothing is known."""
    if seen.is_feasible:
        return seen.gap_musd
    return 0.0 if seen.is_known else math.inf


def _proven(found: Break, hold: Hold | None) -> Break:
    """Look what either host costs on the other's side of a change: strictly more proves it, no more is a tie."""
    hosts = found.before.watched.get("host", ""), found.after.watched.get("host", "")
    if hold is None or found.watch != "host" or not all(hosts):
        return found
    sides = ((found.last, found.before, hosts[1]), (found.first, found.after, hosts[0]))
    held: list[tuple[float, Seen, Seen]] = []
    for value, best, other in sides:
        held.append((value, best, hold(value, other)))
        if not found.is_proven and not _is_dearer(held[-1][2], best):
            break  # the other side cannot prove it any more
    is_proven = sum(_is_dearer(seen, best) for _, best, seen in held) == len(sides)
    ties = tuple(value for value, best, seen in held if _is_tie(seen, best))
    gap_musd = max([found.gap_musd, *(_gap(seen) for _, _, seen in held)])
    return replace(found, is_proven=is_proven, ties=ties if ties or is_proven else None, gap_musd=gap_musd)


def _is_tie(held: Seen, best: Seen) -> bool:
    """Whether a held decision costs no more than a plan that is proven best."""
    return held.is_feasible and _is_best(best) and held.objective_musd <= best.objective_musd + _negligible_musd(best)


def _is_dearer(held: Seen, best: Seen) -> bool:
    """Whether a held decision is proven to cost more than a plan that was found without."""
    if not held.is_feasible:
        return held.is_known
    return held.objective_musd - held.gap_musd > best.objective_musd + _negligible_musd(best)
