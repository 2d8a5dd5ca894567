"""Two hundred real runs, by processes here and by a Dask cluster: whoever is killed in the middle, they end as if nothing had been.

Everything is killed by SIGKILL, which nothing can hear. How far a study has come is read from its log, so that no test depends on
how fast this machine is.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from optimizer.core.bundled import scenario_path
from tests.study import fakes
from tests.study.clusters import ROOT, cluster

STUDY = """
[study]
design = "latin_hypercube"
samples = 200
seed = 7

[[factors]]
name = "price"
path = "gpus.H100.price_usd"
by = "times"
distribution = { kind = "uniform", low = 0.7, high = 1.3 }

[[factors]]
name = "delay"
path = "workloads.*.delay_cost_musd_per_month"
by = "times"
distribution = { kind = "uniform", low = 0.2, high = 2.0 }
"""

RUNS = 201
"""The scenario as it is, and the 200 that are drawn."""

PATIENT_S = 600.0
"""Longer than any step takes on a machine that does other things besides."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What the log says of a run, and the result of its question: None where there is none yet."""

    key: str
    state: str
    attempts: int
    deaths: int
    result: tuple[object, ...] | None


def noted(out: Path) -> list[Noted]:
    """The log, in the order of the runs."""
    rows = _read(
        out,
        "SELECT runs.key, state, attempts, worker_deaths, results.key, status, message, figures, seconds, peak_memory_mb, solution "
        "FROM runs LEFT JOIN results ON runs.key = results.key ORDER BY run",
    )
    return [Noted(*row[:4], None if row[4] is None else row[5:]) for row in rows]


def count_done(out: Path) -> int:
    """Questions that are answered; none before there is a log."""
    try:
        return int(_read(out, "SELECT count(*) FROM results")[0][0])
    except sqlite3.OperationalError:  # there is no such file, or its tables are not made yet
        return 0


def _read(out: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{out}/runs.sqlite?mode=ro", timeout=PATIENT_S, uri=True)) as database:
        return database.execute(question).fetchall()


class Command:
    """``gigasite study`` in a process of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.out = folder / "study"
        (folder / "what.toml").write_text(STUDY)
        words = ["study", str(scenario_path("quickstart")), str(folder / "what.toml"), "--out", str(self.out), *options]
        self._log = folder / "log"
        with self._log.open("a") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "optimizer.cli", *words], cwd=ROOT, stdout=log, stderr=log)

    def until_done(self, count: int) -> None:
        """Wait until so many questions are answered, while it is at work."""

        def is_far_enough() -> bool:
            assert self.process.poll() is None, self._log.read_text()
            return count_done(self.out) >= count

        fakes.until(is_far_enough, PATIENT_S)

    def finish(self) -> None:
        """Wait for its end, which is a good one."""
        assert self.process.wait(PATIENT_S) == 0, self._log.read_text()

    def kill(self) -> None:
        """End it, and wait until all that it started has ended too."""
        family = [self.process.pid, *offspring(self.process.pid)]
        self.process.kill()
        self.process.wait()
        fakes.until(lambda: not any(map(fakes.is_running, family)), PATIENT_S)


@contextmanager
def command(folder: Path, *options: str) -> Iterator[Command]:
    """A study at work, ended with the context."""
    started = Command(folder, *options)
    try:
        yield started
    finally:
        started.kill()


def offspring(process: int) -> list[int]:
    """Processes that a process started, and those that they started."""
    texts = [(thread / "children").read_text() for thread in Path(f"/proc/{process}/task").glob("*")]
    children = [int(word) for text in texts for word in text.split()]
    return [*children, *(further for child in children for further in offspring(child))]


def disturbed(folder: Path, options: tuple[str, ...], worker: Callable[[Command], int]) -> Path:
    """Kill a worker after some fifty results and the parent after some hundred and ten; go on. Nothing is solved twice.

    The worker is halted before it is killed, until the others have gone on: so it holds a run for certain.
    """
    with command(folder, *options) as first:
        first.until_done(50)
        victim = worker(first)
        os.kill(victim, signal.SIGSTOP)
        first.until_done(count_done(first.out) + 4)
        os.kill(victim, signal.SIGKILL)
        first.until_done(110)
        first.kill()
        before = noted(first.out)
    assert sum(run.deaths for run in before) == 1
    assert 110 <= sum(run.result is not None for run in before) < RUNS
    with command(folder, *options, "--resume") as second:
        second.finish()
    for then, now in zip(before, noted(second.out), strict=True):
        if then.result is not None:
            assert now == then
            assert now.attempts <= 1 + now.deaths
        else:
            assert (now.attempts, now.deaths) == (then.attempts + 1, then.deaths)
    return second.out


def require_same(out: Path, reference: Path) -> None:
    """Every question is answered once, and the tables and answers are those of a study that nobody disturbed."""
    runs = noted(out)
    assert len({run.key for run in runs}) == len(runs) == RUNS
    assert {run.state for run in runs} == {"done"}
    assert {plan.stem for plan in (out / "plans").iterdir()} == {run.key for run in runs}
    pd.testing.assert_frame_equal(table(out), table(reference))
    assert answers(out) == answers(reference)


def table(out: Path) -> pd.DataFrame:
    return pd.read_parquet(out / "study.parquet").drop(columns="seconds")


def answers(out: Path) -> dict[str, Any]:
    found = json.loads((out / "answers.json").read_text())
    for name in ("seconds", "wall_seconds", "workers"):
        del found["runs"][name]
    return dict(found)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study's folder where nobody disturbs it."""
    with command(tmp_path_factory.mktemp("reference"), "--workers", "2") as only:
        only.finish()
    return only.out


def test_nobody_disturbs_it(reference: Path) -> None:
    """Each run is begun once; both factors move the cost, so that no two runs are alike."""
    assert [(run.state, run.attempts, run.deaths) for run in noted(reference)] == [("done", 1, 0)] * RUNS
    assert table(reference)["objective_musd"].nunique() == RUNS


def test_a_worker_and_the_parent_are_killed(reference: Path, tmp_path: Path) -> None:
    out = disturbed(tmp_path, ("--workers", "2"), lambda study: offspring(study.process.pid)[0])
    require_same(out, reference)


@pytest.mark.skipif(
    find_spec("distributed") is None and "GIGASITE_SKIPS_NOTHING" not in os.environ,
    reason="dask is not installed: pip install 'gigasite[scale]'",
)
def test_a_dask_worker_and_the_parent_are_killed(reference: Path, tmp_path: Path) -> None:
    from distributed import Client

    with cluster(tmp_path / "cluster", 2) as two, Client(two.address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=PATIENT_S)
        out = disturbed(tmp_path, ("--scheduler", two.address), lambda _: next(iter(client.run(os.getpid).values())))
    require_same(out, reference)
