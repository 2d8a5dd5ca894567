"""Runs that follow from the first ones: decisions that are held, and values between which a breakpoint lies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pandas as pd

from optimizer.study.answers.breakpoints import Break, Seen, find_breaks, seen_of
from optimizer.study.answers.regret import candidates_of
from optimizer.study.answers.table import compared, has_plan
from optimizer.study.engine.outcome import Outcome
from optimizer.study.file.definition import Breakpoint, Study
from optimizer.study.runs.designs import Run, run_at

Solved = Callable[[Sequence[Run]], Sequence[Outcome]]
"""Solves further runs and gives their outcomes in the same order."""


def host_fixed_runs(study: Study, table: pd.DataFrame, runs: Sequence[Run]) -> list[Run]:
    """Every candidate decision in every run of the design that has a plan, but the one that the run takes of itself.

    Parameters
    ----------
    study : Study
        What is asked.
    table : pandas.DataFrame
        Of the runs.
    runs : sequence of Run
        The runs so far, in the order of their numbers from 0.
    """
    if not study.regret:
        return []
    hosts = candidates_of(study, table)
    free = compared(study, table)
    free = free[has_plan(free)]
    wanted = [(runs[number], host) for number, best in zip(free["run"], free["host"], strict=True) for host in hosts if host != best]
    return [
        replace(run, index=index, name=f"{run.name} at {host}", starts_from=run.index, phase="fixed", fixed=host)
        for index, (run, host) in enumerate(wanted, start=len(runs))
    ]


def breaks_of(study: Study, first_index: int, solved: Solved, *, with_hosts_held: bool) -> Iterator[Break]:
    """Search the breakpoints of a study one after the other.

    Parameters
    ----------
    study : Study
        What is asked.
    first_index : int
        Number of the next run.
    solved : callable
        Solves runs.
    with_hosts_held : bool
        Whether a change of host may be proven by holding either host.
    """
    search = _Search(study, first_index, solved)
    for one in study.breakpoints:
        yield from find_breaks(search.evaluate(one), one, hold=search.hold(one) if with_hosts_held else None)


def end_runs(study: Study, first_index: int) -> list[Run]:
    """Runs at both ends of every breakpoint's range, to see early that their scenarios can be read."""
    ends = [(one, value) for one in study.breakpoints for value in (one.low, one.high)]
    return [_run(study, index, one, value) for index, (one, value) in enumerate(ends, start=first_index)]


class _Search:
    """Numbers the runs of the searches."""

    def __init__(self, study: Study, next_index: int, solved: Solved) -> None:
        self._study = study
        self._next_index = next_index
        self._solved = solved

    def evaluate(self, one: Breakpoint) -> Callable[[Sequence[float]], list[Seen]]:
        return lambda values: self._seen([_run(self._study, 0, one, value) for value in values])

    def hold(self, one: Breakpoint) -> Callable[[float, str], Seen]:
        return lambda value, host: self._seen([_run(self._study, 0, one, value, host)])[0]

    def _seen(self, runs: Sequence[Run]) -> list[Seen]:
        numbered = [replace(run, index=index) for index, run in enumerate(runs, start=self._next_index)]
        self._next_index += len(numbered)
        return [seen_of(outcome) for outcome in self._solved(numbered)]


def _run(study: Study, index: int, one: Breakpoint, value: float, host: str = "") -> Run:
    return run_at(study, index, {one.factor: value}, phase="breakpoint", fixed=host)
