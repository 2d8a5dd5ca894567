"""A study on a Dask cluster on loopback: the same results as here, whoever dies, and plain words when it cannot be."""

import os
import signal
import socket
import subprocess
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

from optimizer.core.errors import ClusterError
from optimizer.study.engine.engine import Died, Engine, Event, Finished, Started
from optimizer.study.engine.environment import differences, environment
from optimizer.study.engine.outcome import QUARANTINED, Solve
from optimizer.study.engine.pool import LocalPool
from optimizer.study.engine.runlog import RunLog
from optimizer.study.engine.runner import run_all
from tests.study import fakes
from tests.study.clusters import ROOT, Cluster, cluster

if find_spec("distributed") is None and "GIGASITE_SKIPS_NOTHING" not in os.environ:
    pytest.skip("dask is not installed: pip install 'gigasite[scale]'", allow_module_level=True)

from optimizer.study.engine import dask_client, dask_engine
from optimizer.study.engine.dask_engine import DaskEngine
from optimizer.study.engine.dask_worker import KEY, Herald


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler with two workers."""
    with cluster(tmp_path_factory.mktemp("cluster"), 2) as held:
        yield held


@contextmanager
def engine_at(address: str, solve: Solve, workers: int = 0) -> Iterator[DaskEngine]:
    """An engine once so many workers are there."""
    engine = DaskEngine(solve, address)
    try:
        fakes.until(lambda: engine.capacity >= workers)
        yield engine
    finally:
        engine.close()


def ends_of(engine: Engine, count: int) -> list[Event]:
    ends: list[Event] = []
    while len(ends) < count:
        ends += [event for event in engine.wait(30.0) if not isinstance(event, Started)]
    return ends


def results(log: RunLog, count: int) -> list[tuple[object, ...]]:
    """All that counts of each run's outcome, in the order of the runs."""
    outcomes = [log.outcome(item.key, item.run.index) for item in fakes.chain(count)]
    assert all(outcomes)
    return [(each.index, each.key, each.status, dict(each.figures), each.plan, each.solution) for each in outcomes if each]


def studied(folder: Path, engine: Engine, count: int) -> list[tuple[object, ...]]:
    """Results of a whole study."""
    with RunLog(folder / "study", fakes.IDENTITY) as log:
        run_all(log, fakes.chain(count), engine)
        return results(log, count)


def undisturbed(folder: Path, count: int) -> list[tuple[object, ...]]:
    """The same study on workers of this machine."""
    folder.mkdir()
    pool = LocalPool(fakes.solve_in(folder), 2)
    try:
        return studied(folder, pool, count)
    finally:
        pool.close()


def test_a_study_gives_here_and_there_the_same(two: Cluster, tmp_path: Path) -> None:
    with engine_at(two.address, fakes.solve_in(tmp_path), 2) as engine:
        there = studied(tmp_path, engine, 20)
    assert there == undisturbed(tmp_path / "here", 20)
    assert sorted(fakes.ended(tmp_path)) == list(range(20))  # none twice
    assert len({line.split()[1] for line in (tmp_path / "began").read_text().splitlines()}) == 2


def test_a_worker_killed_from_outside_is_told_and_its_run_can_be_asked_again(two: Cluster, tmp_path: Path) -> None:
    (tmp_path / "hang-0").touch()
    with engine_at(two.address, fakes.solve_in(tmp_path), 2) as engine:
        engine.submit(fakes.task(0))
        assert engine.wait(30.0) == [Started(0)]
        fakes.until((tmp_path / "began").exists)
        os.kill(int((tmp_path / "began").read_text().split()[1]), signal.SIGKILL)
        (died,) = ends_of(engine, 1)
        assert isinstance(died, Died)
        assert "tcp://127.0.0.1:" in died.reason
        (tmp_path / "hang-0").unlink()
        engine.submit(fakes.task(0))
        (end,) = ends_of(engine, 1)
    assert isinstance(end, Finished)
    assert end.outcome.figures["objective_musd"] == 100.0


def test_a_run_that_kills_its_workers_is_given_up_after_two_and_the_others_come(two: Cluster, tmp_path: Path) -> None:
    (tmp_path / "kill-3").touch()
    with engine_at(two.address, fakes.solve_in(tmp_path), 2) as engine:
        found = studied(tmp_path, engine, 6)
    assert [status for _, _, status, *_ in found] == ["optimal"] * 3 + [QUARANTINED] + ["optimal"] * 2
    assert fakes.began(tmp_path).count(3) == 2  # Dask itself would have tried it on four workers


def test_what_a_solve_does_not_expect_is_an_outcome(two: Cluster, tmp_path: Path) -> None:
    (tmp_path / "error-0").touch()
    with engine_at(two.address, fakes.solve_in(tmp_path), 1) as engine:
        engine.submit(fakes.task(0))
        (end,) = ends_of(engine, 1)
    assert isinstance(end, Finished)
    assert (end.outcome.status, end.outcome.message) == ("failed", "KeyError: 'no such thing'")


def test_closing_ends_the_run_at_work_and_its_highs_process(two: Cluster, tmp_path: Path) -> None:
    with engine_at(two.address, partial(fakes.hard_solve, tmp_path), 1) as engine:
        engine.submit(fakes.task(0))
        assert engine.wait(30.0) == [Started(0)]
        fakes.until((tmp_path / "searching").exists)
        highs, worker = (int(number) for number in (tmp_path / "highs").read_text().split())
        assert fakes.is_running(highs)
    fakes.until(lambda: not fakes.is_running(highs))
    assert not fakes.is_running(worker)
    engine.close()  # twice is once


def test_a_worker_that_comes_later_is_used(tmp_path: Path) -> None:
    with cluster(tmp_path / "cluster", 0) as late, engine_at(late.address, fakes.solve_in(tmp_path)) as engine:
        assert engine.capacity == 1  # a run waits for the first that comes
        engine.submit(fakes.task(5))
        assert engine.wait(0.2) == []
        late.add_worker()
        (end,) = ends_of(engine, 1)
        assert isinstance(end, Finished)
        late.add_worker(threads=2)
        fakes.until(lambda: engine.capacity == 2)
        (tmp_path / "slow").touch()
        for index in range(4):
            engine.submit(fakes.task(index))
        with pytest.raises(ClusterError, match=r"would solve 2 runs at once.*--nthreads 1.*--resume"):
            ends_of(engine, 4)


def test_a_scheduler_that_goes_leaves_the_log_whole_and_another_goes_on(tmp_path: Path) -> None:
    with cluster(tmp_path / "first", 2) as first, engine_at(first.address, fakes.solve_in(tmp_path), 2) as engine:
        (tmp_path / "hang-11").touch()
        with RunLog(tmp_path / "study", fakes.IDENTITY) as log, pytest.raises(ClusterError, match=rf"{first.address} has gone.*--resume"):
            run_all(log, fakes.chain(20), engine, lambda told: first.kill_scheduler() if told.done >= 12 else None)
    (tmp_path / "hang-11").unlink()
    before = len(fakes.ended(tmp_path))
    with (
        cluster(tmp_path / "second", 2) as second,
        engine_at(second.address, fakes.solve_in(tmp_path)) as engine,
        RunLog(tmp_path / "study", fakes.IDENTITY, resume=True) as log,
    ):
        run_all(log, fakes.chain(20), engine)
        assert results(log, 20) == undisturbed(tmp_path / "here", 20)
    assert 12 <= before < 20
    assert len(fakes.ended(tmp_path)) <= 22  # what was at work when it went is solved again, what was done is not


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("tcp://127.0.0.1:1", "No Dask scheduler answers at tcp://127.0.0.1:1"),
        ("127.0.0.1:8786", "'127.0.0.1:8786' is no address of a Dask scheduler; it must be tcp://HOST:PORT"),
        ("tcp://127.0.0.1", "The scheduler's address tcp://127.0.0.1 cannot be used: missing port number"),
        ("tls://127.0.0.1:1", r"needs certificates.*DASK_DISTRIBUTED__COMM__TLS__CA_FILE"),
        ("tcp://127.0.0.1:99999", "No Dask scheduler answers at tcp://127.0.0.1:99999"),
    ],
)
def test_where_no_scheduler_is_that_is_text(address: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match=says):
        DaskEngine(fakes.solve_in(tmp_path), address)


def test_what_answers_and_is_no_scheduler_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_client, "CONNECT_S", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ClusterError, match=f"No Dask scheduler answers at {address}"):
            DaskEngine(fakes.solve_in(tmp_path), address)


def test_other_versions_are_refused_and_both_named(two: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = environment()
    monkeypatch.setattr(dask_engine, "environment", lambda: {**real, "highspy": "1.14.0"})
    with pytest.raises(ClusterError, match=r"does not fit") as refused:
        DaskEngine(fakes.solve_in(tmp_path), two.address)
    difference = f"highspy {real['highspy']} (here 1.14.0)"
    said = str(refused.value).splitlines()
    assert f"  the scheduler at {two.address}: {difference}" in said
    assert sum(line.startswith("  the worker at tcp://127.0.0.1:") and line.endswith(difference) for line in said) == 2


def test_what_the_cluster_cannot_load_is_text(two: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("only_here")
    exec("def solve(task): return None", module.__dict__)
    monkeypatch.setitem(sys.modules, "only_here", module)
    with pytest.raises(ClusterError, match=r"the scheduler at .*: it cannot load gigasite .*only_here.*\n.*the worker at"):
        DaskEngine(module.solve, two.address)


def test_without_the_extra_the_command_to_install_it_is_named() -> None:
    code = "import sys; sys.modules['distributed'] = None; import optimizer.study.engine.dask_engine"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "ClusterError: A Dask cluster needs dask" in done.stderr
    assert "pip install 'gigasite[scale]'" in done.stderr


def test_environments_differ_in_words() -> None:
    here = {"python": "3.11", "highspy": "1.15.1", "scipy": "1.17"}
    assert differences(here, dict(here)) == ""
    there = {"python": "3.12", "highspy": "1.15.1", "new": "1"}
    assert differences(here, there) == "python 3.12 (here 3.11), scipy none (here 1.17), new 1 (here none)"


def test_only_a_studys_own_runs_are_given_up_at_the_first_death() -> None:
    tasks = {f"{KEY}1": types.SimpleNamespace(suspicious=0), "other": types.SimpleNamespace(suspicious=0)}
    scheduler = types.SimpleNamespace(tasks=tasks, allowed_failures=3)
    Herald().update_graph(scheduler, keys={f"{KEY}1", "other", f"{KEY}gone"}, client="c", tasks=[])
    assert (tasks[f"{KEY}1"].suspicious, tasks["other"].suspicious) == (3, 0)
