"""Workers of a Dask cluster, on this machine or on many, as an engine of a study.

Loaded when a scheduler was named; without the extra ``scale`` that raises a ``ClusterError``.
"""

from __future__ import annotations

import contextlib
import queue
import time
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any

from optimizer.core.errors import ClusterError
from optimizer.study.engine.engine import Died, Event, Finished, Started
from optimizer.study.engine.environment import environment
from optimizer.study.engine.outcome import Solve, Task

try:
    from distributed import Future, KilledWorker

    from optimizer.study.engine.dask_client import close, connected
    from optimizer.study.engine.dask_worker import KEY, WORKERS, Herald, scheduler_misfit, solve_on_worker, worker_misfit
except ImportError as error:
    raise ClusterError(f"A Dask cluster needs dask, which cannot be loaded ({error}): pip install 'gigasite[scale]'") from error

LOOK_S = 1.0
"""Seconds between two looks for workers that have come, and for the scheduler."""

END_S = 10.0
"""Seconds in which the workers that are at a run must have ended."""

_RESUME = "What is done is kept: gigasite study ... --resume goes on."


class DaskEngine:
    """An ``Engine`` of the workers of a Dask cluster; one that joins later is used too, one that leaves hands its run on.

    A run is handed to the cluster when a worker is free for it, so that none waits at a worker that dies at another's hands.

    Parameters
    ----------
    solve : callable
        Solves a task; found by the workers under its module's name.
    address : str
        Of the scheduler: ``tcp://HOST:PORT``, or ``tls://HOST:PORT`` with certificates in Dask's configuration.

    Raises
    ------
    ClusterError
        Nothing answers there, or what runs there does not fit this environment.
    """

    def __init__(self, solve: Solve, address: str) -> None:
        self._solve = solve
        self._address = address
        self._topic = f"gigasite-{uuid.uuid4().hex}"
        self._submitted = 0
        self._workers = 0
        self._broken: ClusterError | None = None
        self._waiting: deque[Task] = deque()
        self._at_work: dict[int, Future] = {}
        self._places: dict[int, str] = {}
        self._heard: queue.SimpleQueue[_Begun | _Ended] = queue.SimpleQueue()
        self._client = connected(address)
        try:
            self._refuse_misfits()
            self._listen()
        except BaseException:
            self.close()
            raise

    @property
    def capacity(self) -> int:
        """Workers at the scheduler now; 1 while there is none, so that the first that comes has a run to begin with."""
        return max(self._workers, 1)

    def submit(self, task: Task) -> None:
        """Take a task; it waits here until a worker is free."""
        self._waiting.append(task)
        self._hand_out()

    def wait(self, timeout_s: float) -> list[Event]:
        """Give what has happened, as soon as anything has.

        Raises
        ------
        ClusterError
            The scheduler has gone, or a worker that joined does not fit.
        """
        until = time.monotonic() + timeout_s
        while True:
            left_s = max(until - time.monotonic(), 0.0)
            events = self._events(min(left_s, LOOK_S))
            if self._client.status != "running":
                self._broken = self._broken or self._lost()
            if self._broken is None:
                self._hand_out()
            elif not events:
                raise self._broken
            if events or left_s == 0.0:
                return events

    def close(self) -> None:
        """End the runs that are at work: their workers are started anew by their nannies, since Dask cannot end a run by itself."""
        self._waiting.clear()
        at_work, self._at_work = self._at_work, {}
        busy = sorted({self._places[index] for index in at_work if index in self._places})
        with contextlib.suppress(Exception):  # a cluster that has gone needs no tidying
            if self._client.status == "running":
                self._client.cancel(list(at_work.values()))
                if busy:
                    self._client.restart_workers(busy, timeout=END_S, raise_for_error=False)
        close(self._client)

    def _refuse_misfits(self) -> None:
        """Look at the scheduler and every worker before the first run.

        Raises
        ------
        ClusterError
            Some do not fit; all are named.
        """
        question = (self._solve, environment())
        try:
            scheduler = self._client.run_on_scheduler(scheduler_misfit, *question)
        except Exception as error:  # whatever it lacks
            scheduler = f"it cannot load gigasite ({type(error).__name__}: {error})"
        workers = self._client.run(worker_misfit, *question, on_error="return")
        found = {f"the scheduler at {self._address}": scheduler, **{f"the worker at {place}": said for place, said in workers.items()}}
        _refuse(found)

    def _listen(self) -> None:
        """Hear of deaths at once, of each run that begins, and of workers that come and go."""
        self._client.register_plugin(Herald())
        self._client.subscribe_topic(self._topic, lambda event: self._heard.put(_Begun(*event[1])))
        self._client.subscribe_topic(WORKERS, self._count)
        self._workers = int(self._client.scheduler_info(n_workers=0)["n_workers"])

    def _count(self, event: tuple[float, int]) -> None:
        self._workers = event[1]

    def _hand_out(self) -> None:
        """Hand runs to the workers that are free."""
        for _ in range(min(self.capacity - len(self._at_work), len(self._waiting))):
            self._hand(self._waiting.popleft())

    def _hand(self, task: Task) -> None:
        self._submitted += 1
        key = f"{KEY}{self._topic}-{self._submitted}"
        future = self._client.submit(solve_on_worker, self._solve, task, environment(), self._topic, key=key, pure=False)
        self._at_work[task.index] = future
        future.add_done_callback(lambda done: self._heard.put(_Ended(task.index, done)))

    def _hear(self, timeout_s: float) -> Iterator[_Begun | _Ended]:
        """Give what has come in, waiting for the first."""
        with contextlib.suppress(queue.Empty):
            yield self._heard.get(timeout=timeout_s)
            while True:
                yield self._heard.get_nowait()

    def _events(self, timeout_s: float) -> list[Event]:
        """Events of what has come in; what is whole is given before the cluster is said to be broken."""
        events: list[Event] = []
        for heard in self._hear(timeout_s):
            try:
                event = self._event(heard)
            except ClusterError as error:
                self._broken = error
                continue
            if event is not None:
                events.append(event)
        return events

    def _event(self, heard: _Begun | _Ended) -> Event | None:
        if isinstance(heard, _Begun):
            self._places[heard.index] = heard.worker
            return Started(heard.index)
        if self._at_work.get(heard.index) is not heard.future:  # cancelled by us
            return None
        del self._at_work[heard.index]
        return self._end(heard.index, heard.future)

    def _end(self, index: int, future: Future) -> Event:
        """Outcome of a run, or its worker's death.

        Raises
        ------
        ClusterError
            The scheduler has gone, or a worker that joined late does not fit.
        """
        try:
            return Finished(index, future.result())
        except KilledWorker as killed:
            return Died(index, f"the Dask worker at {killed.last_worker.address} ended")
        except CancelledError as error:
            raise self._lost() from error
        except ImportError as error:
            raise ClusterError(f"A Dask worker that joined cannot load gigasite ({error}). {_RESUME}") from error
        except ClusterError as error:
            raise ClusterError(f"{error} {_RESUME}") from error
        except Exception as error:  # its outcome did not come back whole
            return Died(index, f"{type(error).__name__}: {error}")

    def _lost(self) -> ClusterError:
        return ClusterError(f"The Dask scheduler at {self._address} has gone. {_RESUME}")


@dataclass(frozen=True, slots=True)
class _Begun:
    """A run has begun at a worker."""

    index: int
    worker: str


@dataclass(frozen=True, slots=True)
class _Ended:
    """A run has come to an end, whichever."""

    index: int
    future: Future


def _refuse(found: Mapping[str, Any]) -> None:
    """Refuse a cluster of which some part does not fit.

    Raises
    ------
    ClusterError
        Names each part and why.
    """
    said = {who: f"it cannot load gigasite ({what})" if isinstance(what, BaseException) else what for who, what in found.items()}
    misfits = [f"  {who}: {what}" for who, what in said.items() if what]
    if misfits:
        head = "The Dask cluster does not fit this study; install the same everywhere."
        raise ClusterError("\n".join([head, *misfits]))
