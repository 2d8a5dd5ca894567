"""From an item of ``[[factors]]`` to a factor: what its values are, and whether they fit the way in which it changes the scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from optimizer.study.file.definition import By, Factor
from optimizer.study.file.notes import Item, checked
from optimizer.study.file.records import DistributionItem, FactorItem
from optimizer.study.file.spreads import Discrete, Listed, LogNormal, Normal, Range, Spread, Triangular, Uniform, Value
from optimizer.study.runs.draws import has_ends, settled

BASES: dict[By, Value | None] = {"set": None, "times": 1, "plus": 0, "later": 0, "between": 0}
"""Value that leaves the scenario as it is."""

UNITS: dict[By, str] = {"times": "times", "later": "months", "between": ""}
"""Unit where none is given."""

PARAMETERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "uniform": (("low", "high"), ()),
    "triangular": (("low", "mode", "high"), ()),
    "normal": (("mean", "sd"), ("low", "high")),
    "lognormal": (("median", "sigma"), ()),
    "discrete": (("values", "weights"), ()),
}
"""Of each kind of distribution, what must and what may be given."""


def factor_of(item: FactorItem, at: Item) -> Factor | None:
    """Make a factor, and note what does not fit; None where its values could not be made out."""
    spread = _spread(item, at)
    if spread is None and item.model_fields_set & {"low", "high", "distribution"}:
        return None
    is_whole = item.by == "later" if item.whole is None else item.whole
    base = BASES[item.by] if item.base is None else settled(item.base, whole=False)
    factor = Factor(item.name, item.title or item.name, _unit(item, spread, at), _paths(item, at), item.by, base, spread, is_whole)
    _check_kind(factor, at)
    return factor


def numbers_of(spread: Spread | None) -> list[float]:
    """The numbers that say where the values lie; of normal distributions their ends alone."""
    match spread:
        case Listed(values) | Discrete(values, _):
            return [value for value in values if is_number(value)]
        case Range(low, high) | Uniform(low, high) | Triangular(low, _, high):
            return [low, high]
        case Normal(_, _, low, high):
            return [end for end in (low, high) if end is not None]
        case _:
            return []


def is_number(value: Value | None) -> TypeGuard[float]:
    """Whether a value is a number: truths and texts are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def has_words(spread: Spread | None) -> bool:
    """Whether some of its values are texts or truths."""
    return isinstance(spread, Listed | Discrete) and not all(is_number(value) for value in spread.values)


def _paths(item: FactorItem, at: Item) -> tuple[str, ...]:
    if (item.path is None) == (item.paths is None):
        at.add("path", "stands beside paths; give one of them" if item.path else "is required and missing: what does the factor change?")
    paths = item.paths or (() if item.path is None else (item.path,))
    if len(set(paths)) < len(paths):
        at.add("paths", "names a path twice; it would be changed twice")
    return paths


def _unit(item: FactorItem, spread: Spread | None, at: Item) -> str:
    if item.unit is not None:
        return item.unit
    if item.by in ("set", "plus") and spread is not None and not isinstance(spread, Listed | Discrete):
        at.add("unit", 'is required and missing; write the unit of its values, or "" where they have none')
    return UNITS.get(item.by, "")


def _spread(item: FactorItem, at: Item) -> Spread | None:
    """Values, range or distribution: one of them, or none."""
    ways = {"values": item.values, "low": item.low if item.low is not None else item.high, "distribution": item.distribution}
    given = [name for name, value in ways.items() if value is not None]
    if len(given) > 1:
        at.add(given[1], f"stands beside {given[0]}; give values, or low and high, or a distribution")
    if item.values is not None:
        _check_distinct(item.values, "values", at)
        return Listed(item.values)
    if item.distribution is not None:
        return _distribution(item.distribution, Item(at.notes, (*at.at, "distribution")))
    if item.low is None or item.high is None:
        if given:
            at.add("high" if item.high is None else "low", f"is required beside {'low' if item.high is None else 'high'}")
        return None
    _check_order((item.low, item.high), ("low", "high"), at)
    return Range(item.low, item.high)


def _distribution(data: object, at: Item) -> Spread | None:
    item = checked(DistributionItem, data, at)
    if item is None:
        return None
    needed, allowed = PARAMETERS[item.kind]
    given = item.model_fields_set - {"kind"}
    for name in sorted(given - {*needed, *allowed}):
        at.add(name, f"is nothing of the kind {item.kind}, which takes {', '.join((*needed, *allowed))}")
    missing = [name for name in needed if name not in given]
    for name in missing:
        at.add(name, f"is required and missing: a distribution of the kind {item.kind} takes {', '.join(needed)}")
    return None if missing else _of_kind(item, at)


def _of_kind(item: DistributionItem, at: Item) -> Spread | None:
    """The distribution, all its parameters given."""
    match item:
        case DistributionItem(kind="uniform", low=float(low), high=float(high)):
            _check_order((low, high), ("low", "high"), at)
            return Uniform(low, high)
        case DistributionItem(kind="triangular", low=float(low), mode=float(mode), high=float(high)):
            _check_order((low, high), ("low", "high"), at)
            if not low <= mode <= high:
                at.add("mode", f"{mode:g} does not lie between low and high")
            return Triangular(low, mode, high)
        case DistributionItem(kind="normal", mean=float(mean), sd=float(sd)):
            if item.low is not None and item.high is not None:
                _check_order((item.low, item.high), ("low", "high"), at)
            return Normal(mean, sd, item.low, item.high)
        case DistributionItem(kind="lognormal", median=float(median), sigma=float(sigma)):
            return LogNormal(median, sigma)
        case DistributionItem(kind="discrete", values=tuple(values), weights=tuple(weights)):
            return _discrete(values, weights, at)
    return None


def _discrete(values: tuple[Value, ...], weights: tuple[float, ...], at: Item) -> Discrete | None:
    _check_distinct(values, "values", at)
    if len(values) != len(weights):
        at.add("weights", f"{len(weights)} weights for {len(values)} values; give one for each")
        return None
    if not sum(weights) > 0:
        at.add("weights", "are all 0; no value could come")
        return None
    return Discrete(values, weights)


def _check_order(pair: tuple[float, float], names: tuple[str, str], at: Item) -> None:
    if not pair[0] < pair[1]:
        at.add(names[0], f"{pair[0]:g} is not below {names[1]}, {pair[1]:g}")


def _check_distinct(values: Sequence[Value], name: str, at: Item) -> None:
    if len({(isinstance(value, bool), value) for value in values}) < len(values):
        at.add(name, "a value stands there twice")


def _check_kind(factor: Factor, at: Item) -> None:
    """Whether the values fit ``by`` and ``whole``."""
    numbers = numbers_of(factor.spread)
    inside = "distribution.values" if isinstance(factor.spread, Discrete) else "values"
    if factor.by != "set" and has_words(factor.spread):
        at.add(inside, f"by = {factor.by!r} takes numbers alone")
    if factor.by != "set" and not is_number(factor.base):
        at.add("base", f"by = {factor.by!r} takes a number")
    if factor.by == "between" and not (factor.spread is None or (has_ends(factor.spread) and all(abs(number) <= 1 for number in numbers))):
        at.add("", "by = 'between' takes values from -1 (from_low) over 0 (from) to 1 (from_high)")
    if factor.by == "later" and not factor.whole:
        at.add("whole", "by = 'later' counts whole months")
    if not factor.whole:
        return
    if has_words(factor.spread) and not numbers:
        at.add("whole", "is for numbers; the values are texts or truths")
    ends = [] if isinstance(factor.spread, Normal) else numbers
    for number in [*ends, *([factor.base] if is_number(factor.base) else [])]:
        if not float(number).is_integer():
            at.add("whole", f"{number:g} is not a whole number")
