"""The questions of a study's runs: each scenario read and assembled with its changes, all problems of all runs at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from optimizer.core.errors import GigasiteError, Problem, ScenarioError, StudyError
from optimizer.core.instance import Instance
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites
from optimizer.solve.highs.settings import SolveSettings
from optimizer.solve.search.committed_contract import CommittedContract
from optimizer.study.engine.environment import environment
from optimizer.study.engine.progress_tracker import READING, Listener, ProgressTracker
from optimizer.study.file.origins import Origins
from optimizer.study.runs.designs import Run
from optimizer.study.runs.host_fixed import with_host_fixed
from optimizer.study.runs.packed_run import PackedRun, packed

MOST_PROBLEMS = 30
"""Problems that are told; of those beyond, the number."""


class Questions:
    """Makes the questions of runs; those that change the same are read once.

    Parameters
    ----------
    scenario : Path
        Folder of the scenario.
    settings : SolveSettings
        How every run is solved.
    origins : Origins, optional
        Says where the study's file makes a change; without it what is wrong with a change is told as of ``--set``.
    listener : callable, optional
        Called with a ``StudyProgress`` of the phase ``read`` after each run.
    """

    def __init__(
        self, scenario: Path, settings: SolveSettings, origins: Origins | None = None, listener: Listener | None = None
    ) -> None:
        self._scenario = scenario
        self._settings = settings
        self._origins = origins
        self._listener = listener
        self._free: dict[tuple[str, ...], PackedRun] = {}

    def ask(self, runs: Sequence[Run]) -> list[PackedRun]:
        """Read and assemble the scenario of every run.

        Parameters
        ----------
        runs : sequence of Run
            What is to be asked.

        Raises
        ------
        ScenarioError
            Something is wrong in some run: every problem, each with the runs that have it; a StudyError where the study's file alone
            has to be mended.
        """
        asked: list[PackedRun] = []
        found: dict[Problem, tuple[Problem, list[str]]] = {}
        pace = ProgressTracker(READING, len(runs), self._listener)
        for run in runs:
            try:
                asked.append(self._packed_run(run))
            except ScenarioError as error:
                for problem in error.problems:
                    placed = problem if self._origins is None else self._origins.placed(problem, run)
                    same = replace(placed, message=problem.message)  # whatever the value is, where it is not what is wrong
                    found.setdefault(same, (placed, []))[1].append(run.name)
            except GigasiteError as error:
                problem = Problem(str(self._scenario), "", "", str(error))
                found.setdefault(problem, (problem, []))[1].append(run.name)
            pace.record_outcome(1, None)
            pace.notify(0)
        if found:
            is_of_study = self._origins is not None and all(map(self._origins.is_placed, found))
            raise (StudyError if is_of_study else ScenarioError)(_problems_of([*found.values()]))
        return asked

    def pack_committed(self, runs: Sequence[Run], contracts: tuple[CommittedContract, ...]) -> list[PackedRun]:
        """Ask runs with power contracts held; the scenario of each is that of the run it starts from.

        Parameters
        ----------
        runs : sequence of Run
            What is to be asked.
        contracts : tuple of SignedContract
            What is held in each.

        Raises
        ------
        ScenarioError
            As of ``ask``.
        """
        return [replace(item, key=key_of(item.instance, item.settings, contracts), signed=contracts) for item in self.ask(runs)]

    def _packed_run(self, run: Run) -> PackedRun:
        if run.fixed:
            free = self._packed_free(run)
            return self._packed(run, with_host_fixed(free.instance, run.fixed))
        free = self._packed_free(run)
        return PackedRun(run, free.key, free.settings, free.packed)

    def _packed_free(self, run: Run) -> PackedRun:
        """The question of a run with every decision free."""
        if run.overrides not in self._free:
            self._free[run.overrides] = self._packed(run, assemble(read_scenario(self._scenario, run.overrides, fill_sites)))
        return self._free[run.overrides]

    def _packed(self, run: Run, instance: Instance) -> PackedRun:
        return PackedRun(run, key_of(instance, self._settings), self._settings, packed(instance))


def key_of(instance: Instance, settings: SolveSettings, signed: Sequence[CommittedContract] = ()) -> str:
    """Hash of a question: what is asked, with which contracts held, how it is solved and by which versions."""
    held = (repr(tuple(signed)),) if signed else ()
    changes = tuple((change.path, change.before, change.after) for change in instance.changes)  # the plan tells them
    parts = (instance.sha256(), repr(changes), repr(settings), repr(sorted(environment().items())), *held)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _problems_of(found: Sequence[tuple[Problem, Sequence[str]]]) -> list[Problem]:
    told = [replace(problem, message=f"{problem.message} ({_in_runs(names)})") for problem, names in found]
    more = len(told) - MOST_PROBLEMS
    beyond = Problem(told[0].file, "", "", f"And {more} more problems in other runs.") if more > 0 else None
    return told if beyond is None else [*told[:MOST_PROBLEMS], beyond]


def _in_runs(names: Sequence[str]) -> str:
    others = len(names) - 1
    return f"in run {names[0]}" + (f" and {others} other{'s' if others > 1 else ''}" if others else "")
