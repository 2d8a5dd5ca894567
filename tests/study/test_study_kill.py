"""Studies of made-up runs that a run or a person ends in the middle; real ones that are killed: ``test_two_hundred``."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from optimizer.study.engine.runlog import RunLog
from tests.study import fakes
from tests.study.fakes import IDENTITY, chain

COUNT = 24


def by_hand(count: int = COUNT) -> dict[int, float]:
    values = {0: 100.0}
    for index in range(1, count):
        values[index] = 100.0 + index + values[index // 2] / 100
    return values


def found_in(folder: Path, count: int = COUNT) -> dict[int, float | None]:
    with RunLog(folder / "study", IDENTITY, resume=True) as log:
        return fakes.objectives(log, chain(count))


def workers(folder: Path) -> set[int]:
    return {int(line.split()[1]) for line in (folder / "began").read_text().splitlines()}


def column(folder: Path, name: str) -> list[object]:
    database = sqlite3.connect(folder / "study" / "runs.sqlite")
    found = [value for (value,) in database.execute(f"SELECT {name} FROM runs ORDER BY run")]
    database.close()
    return found


@contextmanager
def parent(folder: Path, resume: bool = False) -> Iterator["subprocess.Popen[bytes]"]:
    """A study in a process of its own."""
    code = f"from pathlib import Path; from tests.study import fakes; fakes.study_here(Path({str(folder)!r}), {COUNT}, {resume})"
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_study_that_nobody_disturbs(tmp_path: Path) -> None:
    fakes.study_here(tmp_path, COUNT, resume=False)
    assert found_in(tmp_path) == pytest.approx(by_hand())
    assert sorted(fakes.ended(tmp_path)) == list(range(COUNT))
    assert sorted(path.name for path in (tmp_path / "study" / "plans").iterdir()) == sorted(f"key{index}.zip" for index in range(COUNT))


def test_a_run_that_kills_every_worker_is_quarantined_and_the_rest_finish(tmp_path: Path) -> None:
    (tmp_path / "kill-20").touch()
    fakes.study_here(tmp_path, COUNT, resume=False)
    assert column(tmp_path, "state") == ["quarantined" if index == 20 else "done" for index in range(COUNT)]
    assert fakes.began(tmp_path).count(20) == 2
    assert column(tmp_path, "worker_deaths")[20] == 2
    assert found_in(tmp_path) == pytest.approx({**by_hand(), 20: None})


def test_ctrl_c_keeps_what_is_done_and_leaves_no_process(tmp_path: Path) -> None:
    (tmp_path / "slow").touch()
    with parent(tmp_path) as first:
        fakes.until(lambda: len(fakes.ended(tmp_path)) >= 6)
        first.send_signal(signal.SIGINT)
        assert first.wait(20) != 0
        assert not any(map(fakes.is_running, workers(tmp_path)))
    states = column(tmp_path, "state")
    assert set(states) == {"done", "waiting"}
    (tmp_path / "slow").unlink()
    with parent(tmp_path, resume=True) as second:
        assert second.wait(60) == 0
    assert found_in(tmp_path) == pytest.approx(by_hand())
    assert all(fakes.began(tmp_path).count(index) == 1 for index, state in enumerate(states) if state == "done")
    assert set(column(tmp_path, "worker_deaths")) == {0}
