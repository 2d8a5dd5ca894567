"""The course of a study: phase by phase, what was asked and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from optimizer.study.answers.table import study_table
from optimizer.study.engine.engine import Engine
from optimizer.study.engine.outcome import Outcome
from optimizer.study.engine.progress_tracker import Listener
from optimizer.study.engine.runlog import RunLog
from optimizer.study.engine.runner import run_all
from optimizer.study.file.definition import Study
from optimizer.study.runs.designs import Run
from optimizer.study.runs.estimate import require_time
from optimizer.study.runs.packed_run import PackedRun
from optimizer.study.runs.questions import Questions


class StudyExecution:
    """The runs so far and what came of them.

    Parameters
    ----------
    study : Study
        What is asked.
    questions : Questions
        Makes the questions of further runs.
    log : RunLog
        Keeps what is done.
    engine : Engine
        Solves.
    listener : callable
        Called with a ``StudyProgress``.
    """

    def __init__(self, study: Study, questions: Questions, log: RunLog, engine: Engine, listener: Listener) -> None:
        self.runs: list[Run] = []
        self._asked: dict[int, PackedRun] = {}
        self._study = study
        self._questions = questions
        self._log = log
        self._engine = engine
        self._listener = listener

    def solve_base(self, base: PackedRun, solves: int) -> None:
        """Solve the scenario as it is, and look again whether what is left of ``solves`` can be solved in time."""
        run_all(self._log, [base], self._engine, self._listener)
        outcome = self._log.outcome(base.key, 0)
        if outcome is not None:
            left = max(solves - len(self._log.keys_done()), 0)
            require_time(self._study, left, outcome.seconds.get("total", 0.0), self._engine.capacity)

    def solve(self, asked: Sequence[PackedRun]) -> None:
        """Solve runs and keep them with those before."""
        if asked:
            run_all(self._log, asked, self._engine, self._listener)
        self.runs += [item.run for item in asked]
        self._asked.update({item.run.index: item for item in asked})

    def outcomes(self, runs: Sequence[Run]) -> list[Outcome]:
        """Solve further runs and give what came of them."""
        self.solve(self._questions.ask(runs))
        held = self._outcomes()
        return [held[run.index] for run in runs]

    def plan_file(self, index: int) -> Path:
        """Give the place of the plan of a run, a folder in a zip file; there is none where the run came to nothing."""
        return self._log.plan_file(self._asked[index].key)

    def table(self) -> pd.DataFrame:
        """Give a row per run."""
        return study_table(self._study, self.runs, self._outcomes())

    def _outcomes(self) -> dict[int, Outcome]:
        found = ((index, self._log.outcome(item.key, index)) for index, item in self._asked.items())
        return {index: outcome for index, outcome in found if outcome is not None}
