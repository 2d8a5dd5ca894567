"""The runs of a study: what each changes, and which run's answer its search starts from."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from optimizer.study.file.definition import Factor, Study
from optimizer.study.file.spreads import Value
from optimizer.study.runs.draws import quantiles, settled
from optimizer.study.runs.factors import as_text, is_base, overrides_of, tried_values
from optimizer.study.runs.neighbours import nearest_before
from optimizer.study.runs.samples import salib_problem, sample_of

__all__ = ["Run", "Value", "count_runs", "run_at", "runs_of", "salib_problem"]

BASE = "base"
"""Name of run 0."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the scenario with some values changed.

    Parameters
    ----------
    index : int
        Its number; run 0 is the scenario as it is.
    name : str
        What it is, in words.
    values : mapping of str to value
        Value of each factor by its name; factors at an unknown base value are not in it.
    overrides : tuple of str
        ``--set`` texts, those of the whole study first.
    starts_from : int or None
        Run, of a lower index, whose answer the search starts from; None: from nothing.
    phase : {"design", "fixed", "signed", "breakpoint"}
        What it is for: the design, a decision that is held, power contracts that are, or the search for a breakpoint.
    fixed : str
        Host at which the main workload is held; empty: it is free.
    """

    index: int
    name: str
    values: Mapping[str, Value]
    overrides: tuple[str, ...]
    starts_from: int | None
    phase: str = "design"
    fixed: str = ""


def runs_of(study: Study) -> tuple[Run, ...]:
    """Make the runs of a study: the base, those of its design in its order, and the named ones.

    The search of a run of a design that tries many factors at once starts from the run most like it among the first 1, 2, 4, ...:
    those of an index below the greatest power of two that is not above its own. All others start from the base.
    """
    base = Run(0, BASE, _base_values(study), study.set, None)
    changes = tuple(_changes(study))
    runs = [base, *(replace(run_at(study, index, values), name=name) for index, (name, values) in enumerate(changes, start=1))]
    if study.design not in ("one_at_a_time", "named"):
        starts = nearest_before([[run.values.get(factor.name) for factor in study.varied] for run in runs])
        runs = [base, *(replace(run, starts_from=start) for run, start in zip(runs[1:], starts[1:], strict=True))]
    named = (
        Run(index, one.name, base.values, (*study.set, *one.set), 0) for index, one in enumerate(study.named, start=len(runs))
    )
    return (*runs, *named)


def run_at(study: Study, index: int, values: Mapping[str, Value], *, phase: str = "design", fixed: str = "") -> Run:
    """Make one run at given values, starting from the base.

    Parameters
    ----------
    study : Study
        What is asked.
    index : int
        Number of the run.
    values : mapping of str to value
        Of the factors that are not at their base value, by name.
    phase, fixed : str
        As of ``Run``.
    """
    at = {factor.name: settled(values[factor.name], whole=factor.whole) for factor in study.factors if factor.name in values}
    changes = [text for factor in study.factors if factor.name in at for text in overrides_of(factor, at[factor.name])]
    name = _name(study.factors, at) + (f" at {fixed}" if fixed else "")
    return Run(index, name, {**_base_values(study), **at}, (*study.set, *changes), 0, phase, fixed)


def count_runs(study: Study) -> int:
    """Number of runs of a study, without making them; decisions that are held and breakpoints come on top."""
    tried = [len(tried_values(factor)) for factor in study.varied]
    counts = {
        "one_at_a_time": sum(len(_off_base(factor)) for factor in study.varied),
        "grid": math.prod(tried),
        "morris": study.samples * (len(tried) + 1),
        "sobol": study.samples * (len(tried) + 2),
        "latin_hypercube": study.samples,
        "monte_carlo": study.samples,
        "named": 0,
    }
    return 1 + counts[study.design] + len(study.named)


def _changes(study: Study) -> Iterator[tuple[str, dict[str, Value]]]:
    """Name and values of each run of the design."""
    if study.design == "one_at_a_time":
        for factor in study.varied:
            yield from ((as_text(factor, value), {factor.name: value}) for value in _off_base(factor))
    elif study.design == "grid":
        for values in itertools.product(*(tried_values(factor) for factor in study.varied)):
            at = {factor.name: value for factor, value in zip(study.varied, values, strict=True)}
            yield _name(study.varied, at), at
    elif study.design != "named":
        shares = sample_of(study)
        columns = [
            quantiles(factor.spread, shares[:, place].tolist(), whole=factor.whole)
            for place, factor in enumerate(study.varied)
            if factor.spread is not None
        ]
        for index, values in enumerate(zip(*columns, strict=True)):
            yield _drawn_name(study, index), {factor.name: value for factor, value in zip(study.varied, values, strict=True)}


def _off_base(factor: Factor) -> list[Value]:
    return [value for value in tried_values(factor) if not is_base(factor, value)]


def _base_values(study: Study) -> dict[str, Value]:
    return {factor.name: factor.base for factor in study.factors if factor.base is not None}


def _name(factors: Sequence[Factor], values: Mapping[str, Value]) -> str:
    """The factors that are off their base value, in words."""
    off = [factor for factor in factors if factor.name in values and not is_base(factor, values[factor.name])]
    return ", ".join(as_text(factor, values[factor.name]) for factor in off) or BASE


def _drawn_name(study: Study, index: int) -> str:
    """Which drawn run it is: too many factors change for their values to make a name."""
    if study.design == "morris":
        trajectory, step = divmod(index, len(study.varied) + 1)
        return f"trajectory {trajectory + 1}, step {step}"
    if study.design == "sobol":
        block, place = divmod(index, len(study.varied) + 2)
        return f"base sample {block + 1}, run {place + 1}"
    return f"sample {index + 1}"
