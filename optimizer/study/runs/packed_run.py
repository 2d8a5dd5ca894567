"""A run with its question ready to be solved, packed small: a study may ask thousands."""

from __future__ import annotations

import pickle
import zlib
from dataclasses import dataclass

from optimizer.core.instance import Instance
from optimizer.solve.highs.settings import SolveSettings
from optimizer.solve.search.committed_contract import CommittedContract
from optimizer.study.engine.outcome import Task
from optimizer.study.runs.designs import Run


@dataclass(frozen=True, slots=True)
class PackedRun:
    """A run and its question.

    Parameters
    ----------
    run : Run
        The run.
    key : str
        Hash of the question; runs of the same key are solved once.
    settings : SolveSettings
        How it is solved.
    packed : bytes
        The instance, of ``packed``.
    signed : tuple of SignedContract
        Power contracts that are held.
    """

    run: Run
    key: str
    settings: SolveSettings
    packed: bytes
    signed: tuple[CommittedContract, ...] = ()

    @property
    def instance(self) -> Instance:
        """The question, unpacked."""
        instance: Instance = pickle.loads(zlib.decompress(self.packed))
        return instance

    def task(self, start: bytes | None) -> Task:
        """Give the task for a worker, with the solution to start from."""
        return Task(self.run.index, self.key, self.instance, self.settings, start, self.signed)


def packed(instance: Instance) -> bytes:
    """Pack an instance."""
    return zlib.compress(pickle.dumps(instance, protocol=pickle.HIGHEST_PROTOCOL), level=1)
