"""Workers on this machine: they are kept, watched, replaced, and none of them outlives its parent."""

import os
import signal
import subprocess
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from optimizer.core.errors import SolverError
from optimizer.core.machine import available_memory_mb, cores, workers_for
from optimizer.study.engine.engine import Died, Event, Finished, Started
from optimizer.study.engine.outcome import Solve
from optimizer.study.engine.pool import LocalPool
from tests.study import fakes


@contextmanager
def pool(solve: Solve, workers: int, **more: float) -> Iterator[LocalPool]:
    held = LocalPool(solve, workers, **more)
    try:
        yield held
    finally:
        held.close()


def ends_of(engine: LocalPool, count: int) -> list[Event]:
    """Wait for so many ends of runs."""
    ends: list[Event] = []
    while len(ends) < count:
        ends += [event for event in engine.wait(30.0) if not isinstance(event, Started)]
    return ends


def test_workers_are_kept_and_every_task_is_answered_once(tmp_path: Path) -> None:
    (tmp_path / "slow").touch()
    with pool(fakes.solve_in(tmp_path), 2) as engine:
        assert engine.capacity == 2
        for index in range(6):
            engine.submit(fakes.task(index))
        ends = ends_of(engine, 6)
        assert engine.wait(0.05) == []
    assert {event.index: event.outcome.figures["objective_musd"] for event in ends} == {index: 100.0 + index for index in range(6)}
    workers = {line.split()[1] for line in (tmp_path / "began").read_text().splitlines()}
    assert len(workers) == 2
    assert sorted(fakes.began(tmp_path)) == [0, 1, 2, 3, 4, 5]


def test_a_run_is_said_to_have_begun_before_it_ends(tmp_path: Path) -> None:
    with pool(fakes.solve_in(tmp_path), 1) as engine:
        engine.submit(fakes.task(4))
        events = []
        while len(events) < 2:
            events += engine.wait(30.0)
    assert events[0] == Started(4)
    assert isinstance(events[1], Finished)


def test_a_worker_killed_from_outside_is_reported_and_replaced(tmp_path: Path) -> None:
    (tmp_path / "hang-0").touch()
    with pool(fakes.solve_in(tmp_path), 1) as engine:
        engine.submit(fakes.task(0))
        engine.submit(fakes.task(1))
        assert engine.wait(30.0) == [Started(0)]
        before = engine.process_ids
        os.kill(before[0], signal.SIGKILL)
        died, finished = ends_of(engine, 2)
        assert engine.process_ids != before
    assert isinstance(died, Died)
    assert died.index == 0
    assert "SIGKILL" in died.reason
    assert isinstance(finished, Finished)
    assert finished.index == 1


def test_an_idle_worker_that_dies_takes_no_run_with_it(tmp_path: Path) -> None:
    with pool(fakes.solve_in(tmp_path), 1) as engine:
        engine.submit(fakes.task(0))
        ends_of(engine, 1)
        os.kill(engine.process_ids[0], signal.SIGKILL)
        engine.submit(fakes.task(1))
        # It was handed to the dead or to the new one: either way it is answered, at once or on a second try.
        end = ends_of(engine, 1)[0]
        if isinstance(end, Died):
            engine.submit(fakes.task(1))
            end = ends_of(engine, 1)[0]
        assert isinstance(end, Finished)


def test_an_error_nobody_expects_is_an_outcome_and_the_worker_lives_on(tmp_path: Path) -> None:
    (tmp_path / "error-0").touch()
    with pool(fakes.solve_in(tmp_path), 1) as engine:
        before = engine.process_ids
        engine.submit(fakes.task(0))
        engine.submit(fakes.task(1))
        ends = {event.index: event.outcome for event in ends_of(engine, 2)}
        assert engine.process_ids == before
    assert (ends[0].status, ends[0].message) == ("failed", "KeyError: 'no such thing'")
    assert ends[1].status == "optimal"


def test_a_run_far_beyond_its_time_limit_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "hang-0").touch()
    with pool(fakes.solve_in(tmp_path), 1, patience_s=0.3) as engine:
        engine.submit(fakes.task(0, time_limit_s=0.1))
        end = ends_of(engine, 1)[0]
    assert isinstance(end, Died)
    assert "time limit" in end.reason


def test_a_run_without_a_time_limit_is_never_given_up(tmp_path: Path) -> None:
    (tmp_path / "slow").touch()
    with pool(fakes.solve_in(tmp_path), 1, patience_s=0.0) as engine:
        engine.submit(fakes.task(0))
        assert isinstance(ends_of(engine, 1)[0], Finished)


def test_a_solve_that_workers_cannot_find_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = types.ModuleType("module_that_only_the_parent_has")
    exec("def solve(task): return task", gone.__dict__)
    monkeypatch.setitem(sys.modules, gone.__name__, gone)
    with pool(gone.solve, 1) as engine, pytest.raises(SolverError, match="module_that_only_the_parent_has"):
        engine.wait(30.0)


def test_no_highs_process_outlives_its_killed_worker(tmp_path: Path) -> None:
    with pool(partial(fakes.hard_solve, tmp_path), 1) as engine:
        engine.submit(fakes.task(0))
        assert engine.wait(30.0) == [Started(0)]
        fakes.until((tmp_path / "searching").exists)
        highs = int((tmp_path / "highs").read_text().split()[0])
        assert fakes.is_running(highs)
        os.kill(engine.process_ids[0], signal.SIGKILL)
        fakes.until(lambda: not fakes.is_running(highs), 5.0)


PARENT = """
import sys
from functools import partial
from pathlib import Path
from optimizer.study.engine.pool import LocalPool
from tests.study import fakes

pool = LocalPool(partial(fakes.hard_solve, Path(sys.argv[1])), 1)
pool.submit(fakes.task(0))
while True:
    pool.wait(1.0)
"""


def test_neither_worker_nor_highs_outlives_a_killed_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)])
    try:
        fakes.until((tmp_path / "searching").exists)
        processes = [int(word) for word in (tmp_path / "highs").read_text().split()]
        assert all(map(fakes.is_running, processes))
    finally:
        parent.kill()
        parent.wait()
    fakes.until(lambda: not any(map(fakes.is_running, processes)), 5.0)


def machine(root: Path, available_kb: int, group: dict[str, str]) -> Path:
    """A root of a file system that tells of a machine and of the one control group under it."""
    (root / "proc" / "self").mkdir(parents=True)
    (root / "proc" / "meminfo").write_text(f"MemTotal: 99 kB\nMemAvailable: {available_kb} kB\n")
    (root / "proc" / "self" / "cgroup").write_text("0::/job\n")
    job = root / "sys" / "fs" / "cgroup" / "job"
    job.mkdir(parents=True)
    for name, text in group.items():
        (job / name).write_text(text)
    return root


def test_workers_are_as_many_as_the_memory_holds(tmp_path: Path) -> None:
    """4,000 MB are free, 3,600 of them for workers: three of 1,000 MB."""
    root = machine(tmp_path, 4000 * 1024, {})
    assert available_memory_mb(root) == 4000.0
    assert workers_for(1000.0, 8, root) == 3
    assert workers_for(1000.0, 2, root) == 2
    assert workers_for(5000.0, 8, root) == 1


def test_the_limit_of_a_container_counts_where_it_is_less(tmp_path: Path) -> None:
    """2,000 MB may be taken, 900 are, 400 of them file pages: 1,500 are left. A quota of one and a half cores is one."""
    mb = 1024 * 1024
    group = {"memory.max": f"{2000 * mb}\n", "memory.current": f"{900 * mb}\n", "memory.stat": f"anon 1\ninactive_file {400 * mb}\n"}
    root = machine(tmp_path, 4000 * 1024, {**group, "cpu.max": "150000 100000\n"})
    assert available_memory_mb(root) == 1500.0
    assert cores(root) == 1
    assert workers_for(500.0, None, root) == 1


def test_a_group_without_limits_limits_nothing(tmp_path: Path) -> None:
    root = machine(tmp_path, 4000 * 1024, {"memory.max": "max\n", "memory.current": "5\n", "cpu.max": "max 100000\n"})
    assert available_memory_mb(root) == 4000.0
    assert cores(root) == cores(tmp_path / "nothing here")


def test_where_nothing_tells_of_memory_the_cores_decide(tmp_path: Path) -> None:
    assert available_memory_mb(tmp_path) is None
    assert workers_for(1e9, 3, tmp_path) == 3
