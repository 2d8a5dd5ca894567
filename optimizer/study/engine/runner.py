"""Solve the runs of a study: each question once, after the run it starts from, whatever becomes of the workers."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from optimizer.study.engine.engine import Died, Engine, Event, Finished, Started
from optimizer.study.engine.outcome import QUARANTINED, Outcome
from optimizer.study.engine.progress_tracker import Listener, ProgressTracker
from optimizer.study.engine.runlog import RunLog
from optimizer.study.runs.packed_run import PackedRun

DEATHS_MAX = 2
"""A run is quarantined when so many of its workers have died."""

AHEAD = 2
"""Tasks handed to an engine for each that it can have at work, so that no worker waits for the next."""

_WAIT_S = 1.0


def run_all(log: RunLog, asked: Sequence[PackedRun], engine: Engine, on_progress: Listener | None = None) -> None:
    """Solve runs and keep every outcome in the log as it comes in.

    A run waits for the one it starts from; where that one has no solution, it starts from nothing. Runs that ask the same are
    solved once. So what comes out depends neither on the number of workers nor on the order in which they finish.

    Parameters
    ----------
    log : RunLog
        What it holds already is not solved again.
    asked : sequence of Asked
        Runs, in ascending order of their numbers; each starts from one of them, or from one that the log has an outcome of.
    engine : Engine
        Workers.
    on_progress : callable, optional
        Called with a ``StudyProgress`` whenever something has happened.

    Raises
    ------
    KeyboardInterrupt
        A person ended it. The engine is closed, what is done is in the log.
    SolverError
        No worker can be had any more.
    """
    log.add([item.run for item in asked], [item.key for item in asked])
    state = _Running(log, asked, engine, on_progress)
    try:
        while state.is_open:
            state.hand_out()
            for event in engine.wait(_WAIT_S):
                state.take(event)
    except BaseException:
        engine.close()
        log.interrupted()
        raise


class _Running:
    """What waits, what is at work, and what may begin when something is done."""

    def __init__(self, log: RunLog, asked: Sequence[PackedRun], engine: Engine, on_progress: Listener | None) -> None:
        self._log = log
        self._engine = engine
        self._leads: dict[str, PackedRun] = {}
        self._runs_of: dict[str, int] = {}
        for item in asked:
            self._leads.setdefault(item.key, item)
            self._runs_of[item.key] = self._runs_of.get(item.key, 0) + 1
        self._key_of = {item.run.index: item.key for item in asked}
        self._by_index = {lead.run.index: lead for lead in self._leads.values()}
        self._ready: list[int] = []
        self._followers: dict[str, list[int]] = {}
        self._at_work: set[int] = set()
        self._begun: set[int] = set()
        self._pace = ProgressTracker(asked[0].run.phase if asked else "", len(asked), on_progress)
        self._sort_out()
        self._open = sum(map(len, self._followers.values())) + len(self._ready)
        self._pace.notify(0)

    @property
    def is_open(self) -> bool:
        """Whether some run has no outcome yet."""
        return self._open > 0

    def hand_out(self) -> None:
        """Give the engine what it can take, in ascending order of the runs."""
        while self._ready and len(self._at_work) < AHEAD * max(self._engine.capacity, 1):
            lead = self._by_index[heapq.heappop(self._ready)]
            self._at_work.add(lead.run.index)
            self._engine.submit(lead.task(self._start_of(lead)))

    def take(self, event: Event) -> None:
        """Take an event of the engine into the log, before anything follows from it."""
        if isinstance(event, Started):
            self._begun.add(event.index)
            self._log.start(event.index)
        elif isinstance(event, Finished):
            self._finish(event.outcome)
        else:
            self._died(event)
        self._pace.notify(len(self._begun))

    def _sort_out(self) -> None:
        """Say of every question whether it is answered, may begin, or follows another."""
        done = self._log.keys_done()
        for key, lead in self._leads.items():
            before = self._key_before(lead)
            if key in done:
                outcome = self._log.outcome(key, lead.run.index)
                self._pace.record_outcome(self._runs_of[key], None if outcome is None else _objective(outcome), solved=False)
            elif before is None or before in done:
                heapq.heappush(self._ready, lead.run.index)
            else:
                self._followers.setdefault(before, []).append(lead.run.index)

    def _key_before(self, lead: PackedRun) -> str | None:
        """Question of the run that this one starts from, where it is one of ours."""
        return None if lead.run.starts_from is None else self._key_of.get(lead.run.starts_from)

    def _start_of(self, lead: PackedRun) -> bytes | None:
        return None if lead.run.starts_from is None else self._log.solution(lead.run.starts_from)

    def _finish(self, outcome: Outcome) -> None:
        self._log.finish(outcome)
        self._pace.record_outcome(self._runs_of[outcome.key], _objective(outcome))
        self._close(outcome.key, outcome.index)

    def _died(self, event: Died) -> None:
        """Try a run again after its worker's first death; after the second it is not tried any more."""
        lead = self._by_index[event.index]
        deaths = self._log.death(event.index, event.reason)
        self._begun.discard(event.index)
        if deaths < DEATHS_MAX:
            self._engine.submit(lead.task(self._start_of(lead)))
            return
        message = f"Given up after {deaths} workers died of it: {event.reason}."
        self._log.quarantine(Outcome(event.index, lead.key, QUARANTINED, message))
        self._pace.gave_up(self._runs_of[lead.key])
        self._close(lead.key, event.index)

    def _close(self, key: str, index: int) -> None:
        """Let begin what has waited for this one."""
        self._at_work.discard(index)
        self._begun.discard(index)
        self._open -= 1
        for follower in self._followers.pop(key, ()):
            heapq.heappush(self._ready, follower)


def _objective(outcome: Outcome) -> float | None:
    value = outcome.figures.get("objective_musd")
    return None if value is None else float(value)
