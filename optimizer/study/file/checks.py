"""What does not fit together in a study: between its design, its factors, and what is asked of them."""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.core.input_limits import STUDY_RUNS
from optimizer.scenario.read.findings import nearest
from optimizer.study.file.definition import Breakpoint, Correlation, Factor, Study
from optimizer.study.file.factor_checks import has_words
from optimizer.study.file.notes import Item, StudyNotes
from optimizer.study.file.spreads import Discrete, Listed, Spread
from optimizer.study.runs.designs import count_runs
from optimizer.study.runs.draws import has_ends
from optimizer.study.runs.samples import copula_matrix


@dataclass(frozen=True, slots=True)
class Placed:
    """A study as far as it could be read: ``at`` gives the place of each item by kind and position."""

    study: Study
    notes: StudyNotes
    at: Mapping[str, Sequence[Item]]


def check_factors_named(notes: StudyNotes, names: Sequence[str]) -> None:
    """Note each factor that a correlation or a breakpoint names and that there is not, whatever else is wrong with either.

    Parameters
    ----------
    notes : StudyNotes
        With the content of the file.
    names : sequence of str
        All factors, those too that are wrong.
    """
    for kind, field in (("correlations", "factors"), ("breakpoints", "factor")):
        items = notes.data.get(kind, [])
        for index, item in enumerate(items if isinstance(items, list) else []):
            named = item.get(field) if isinstance(item, dict) else None
            for name in named if isinstance(named, list) else [named]:
                if isinstance(name, str) and name not in names:
                    notes.add((kind, index, field), f"there is no factor {name!r}; {nearest(name, names)}")


def check_study(placed: Placed) -> None:
    """Note what does not fit together."""
    _check_design(placed)
    _check_sampling(placed)
    _check_names(placed)
    for correlation, at in zip(placed.study.correlations, placed.at["correlations"], strict=True):
        _check_correlation(placed, correlation, at)
    _check_correlations(placed)
    for search, at in zip(placed.study.breakpoints, placed.at["breakpoints"], strict=True):
        _check_breakpoint(placed, search, at)
    study = placed.study
    if study.candidates and not study.regret:
        placed.notes.add(("study", "candidates"), "is for regret = true; without it no decision is held")
    if study.signed and not study.named and not study.varied:
        placed.notes.add(("study", "signed"), "asks the runs of the design and the named ones again; there are none")
    if len(set(study.candidates)) < len(study.candidates):
        placed.notes.add(("study", "candidates"), "names a host twice")


def _check_design(placed: Placed) -> None:
    """Whether there is something to run, and every factor has values where the design needs them."""
    study = placed.study
    searched = {search.factor for search in study.breakpoints}
    if study.design == "named" and not study.named and not study.breakpoints:
        placed.notes.add(("study", "design"), "'named' runs what stands under [[named]]; there is nothing")
    if study.design != "named" and not placed.notes.data.get("factors"):
        placed.notes.add(("study", "design"), f"{study.design!r} changes factors; write at least one [[factors]]")
    if (runs := count_runs(study)) > STUDY_RUNS.most:
        message = f"{study.design!r} makes {runs:,} runs; at most {STUDY_RUNS.most:,}: give fewer values or samples"
        placed.notes.add(("study", "design"), message)
    for factor, at in zip(study.factors, placed.at["factors"], strict=True):
        if study.design == "named" and factor.name not in searched:
            at.add("name", f"nothing changes {factor.name}: the design 'named' draws no values, and no breakpoint names it")
        elif study.design != "named" and factor.spread is None and factor.name not in searched:
            at.add("values", "is required and missing; give values, or low and high, or a distribution")


def _check_sampling(placed: Placed) -> None:
    study, notes = placed.study, placed.notes
    if study.design not in ("sobol", "morris"):
        return
    if importlib.util.find_spec("SALib") is None:
        notes.add(("study", "design"), f"{study.design!r} needs the package SALib: pip install 'gigasite[study]'")
    if study.design == "sobol" and (study.samples < 2 or study.samples & (study.samples - 1)):
        notes.add(("study", "samples"), f"{study.samples} is no power of 2; sobol takes one, such as {1 << study.samples.bit_length()}")
    if study.design == "morris" and study.levels % 2:
        notes.add(("study", "levels"), f"{study.levels} is odd; morris takes an even number of levels, such as 4")
    for factor, at in zip(study.factors, placed.at["factors"], strict=True):
        if isinstance(factor.spread, Listed):
            at.add("values", f"{study.design} draws from a range; give low and high, or a distribution")
        elif study.design == "morris" and not _steps(factor.spread):
            at.add("distribution", "morris steps from end to end; give low and high, or a distribution that has both and is not discrete")


def _steps(spread: Spread | None) -> bool:
    """Whether Morris can step through it: it has two ends and all between them."""
    return spread is None or (has_ends(spread) and not isinstance(spread, Discrete))


def _check_names(placed: Placed) -> None:
    """Names that stand for two things."""
    study = placed.study
    kinds = {"factors": [factor.name for factor in study.factors], "named": [one.name for one in study.named]}
    for kind, names in kinds.items():
        for index, name in enumerate(names):
            if name in names[:index]:
                placed.at[kind][index].add("name", f"{name!r} is the name of another of {kind}")
            elif kind == "named" and name == "base":
                placed.at[kind][index].add("name", "'base' is the name of the scenario as it is")


def _known(placed: Placed, name: str) -> Factor | None:
    """Factor of a name; None where there is none, or it is wrong."""
    return next((factor for factor in placed.study.factors if factor.name == name), None)


def _check_correlation(placed: Placed, correlation: Correlation, at: Item) -> None:
    one, other = correlation.factors
    for name in dict.fromkeys(correlation.factors):
        factor = _known(placed, name)
        if factor is not None and factor.spread is None:
            at.add("factors", f"{name} has no values that could be drawn")
    if one == other:
        at.add("factors", "takes two different factors")
    before = itertools.takewhile(lambda earlier: earlier is not correlation, placed.study.correlations)
    if any(set(earlier.factors) == {one, other} for earlier in before):
        at.add("factors", f"the correlation of {one} and {other} is given twice")
    if placed.study.design != "monte_carlo":
        at.add("", f"correlations are for the design monte_carlo, not for {placed.study.design}")


def _check_correlations(placed: Placed) -> None:
    """Whether all of them can hold together; told only where each of them alone is right."""
    study = placed.study
    if placed.notes.findings.problems or not study.correlations:
        return
    least = float(np.linalg.eigvalsh(copula_matrix(study.varied, study.correlations))[0])
    if least < 1e-8:
        message = "these correlations cannot hold together (their matrix is not positive definite); bring some of them nearer to 0"
        placed.notes.add(("correlations",), message)


def _check_breakpoint(placed: Placed, search: Breakpoint, at: Item) -> None:
    factor = _known(placed, search.factor)
    if not search.low < search.high:
        at.add("low", f"{search.low:g} is not below high, {search.high:g}")
    elif search.precision > search.high - search.low:
        at.add("precision", f"{search.precision:g} is more than lies between low and high")
    if len(set(search.watch)) < len(search.watch):
        at.add("watch", "names something twice")
    if factor is None:
        return
    if has_words(factor.spread) or isinstance(factor.base, str | bool):
        at.add("factor", f"{factor.name} takes texts or truths; a breakpoint lies between numbers")
    for name, number in (("low", search.low), ("high", search.high), ("precision", search.precision)):
        if factor.whole and not float(number).is_integer():
            at.add(name, f"{number:g} is not whole, and {factor.name} is")
        if factor.by == "between" and name != "precision" and abs(number) > 1:
            at.add(name, f"{number:g} is outside the range; allowed: -1 (from_low) to 1 (from_high)")
