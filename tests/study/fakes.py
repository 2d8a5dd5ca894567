"""Solves that cost nothing, for workers: they note who ran what, and do as files in their folder say.

``kill-3``: the worker of run 3 kills itself, each time. ``slow``: every run takes 0.2 s.
``hang-3``: run 3 never ends. ``error-3``: run 3 raises an error that nobody expects.
"""

import os
import signal
import time
from functools import partial
from pathlib import Path

from optimizer.solve.highs.runner import HighsProcess
from optimizer.solve.highs.settings import SolveSettings
from optimizer.study.engine.outcome import Outcome, Solve, Task
from optimizer.study.engine.pool import LocalPool
from optimizer.study.engine.runlog import RunLog
from optimizer.study.engine.runner import run_all
from optimizer.study.runs.designs import Run
from optimizer.study.runs.packed_run import PackedRun, packed
from tests import builders as b
from tests.solve.models import hard_assignment

IDENTITY = {"study": "s1", "scenario": "q1", "gigasite": "0.1"}

PACKED = packed(b.instance())


def solve_in(folder: Path) -> Solve:
    return partial(noted_solve, folder)


def noted_solve(folder: Path, task: Task) -> Outcome:
    """Objective: 100 plus the index plus a hundredth of the objective that it started from."""
    with (folder / "began").open("a") as began:
        began.write(f"{task.index} {os.getpid()}\n")
    _misbehave(folder, task.index)
    if (folder / "slow").exists():
        time.sleep(0.2)
    before = 0.0 if task.start is None else float(task.start)
    objective = 100.0 + task.index + before / 100
    with (folder / "ended").open("a") as ended:
        ended.write(f"{task.index}\n")
    figures = {"objective_musd": objective, "host": "memphis", "bound_musd": None}
    plan = b"plan of " + str(task.index).encode()
    return Outcome(task.index, task.key, "optimal", "", figures, plan, str(objective).encode(), {"total": 0.1}, 300.0)


def _misbehave(folder: Path, index: int) -> None:
    if (folder / f"kill-{index}").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    if (folder / f"error-{index}").exists():
        raise KeyError("no such thing")
    while (folder / f"hang-{index}").exists():
        time.sleep(0.05)


def hard_solve(folder: Path, task: Task) -> Outcome:
    """A HiGHS process at work for far longer than a test lasts, its number noted."""
    with HighsProcess() as highs:
        (folder / "highs.part").write_text(f"{highs.process_id} {os.getpid()}")
        (folder / "highs.part").rename(folder / "highs")
        highs.solve(hard_assignment(), SolveSettings(gap=0.0), on_progress=lambda _: (folder / "searching").touch())
    return Outcome(task.index, task.key, "optimal")


def began(folder: Path) -> list[int]:
    return _numbers(folder / "began")


def ended(folder: Path) -> list[int]:
    return _numbers(folder / "ended")


def _numbers(file: Path) -> list[int]:
    return [int(line.split()[0]) for line in file.read_text().splitlines()] if file.exists() else []


def task(index: int, time_limit_s: float | None = None) -> Task:
    return Task(index, f"key{index}", b.instance(), SolveSettings(time_limit_s=time_limit_s))


def run(index: int, starts_from: int | None = None, phase: str = "design") -> Run:
    return Run(index, f"run {index}", {"x": index}, (f"horizon.months={index}",), starts_from, phase)


def chain(count: int) -> list[PackedRun]:
    """Runs of which each starts from the one of half its number."""
    starts = [None, *(index // 2 for index in range(1, count))]
    return [PackedRun(run(index, start), f"key{index}", SolveSettings(), PACKED) for index, start in enumerate(starts)]


def objectives(log: RunLog, asked: list[PackedRun]) -> dict[int, float | None]:
    found = {item.run.index: log.outcome(item.key, item.run.index) for item in asked}
    return {index: outcome.figures.get("objective_musd") if outcome else None for index, outcome in found.items()}


def study_here(folder: Path, count: int, resume: bool) -> None:
    """A whole study, for a process of its own."""
    pool = LocalPool(solve_in(folder), 2)
    with RunLog(folder / "study", IDENTITY, resume) as log:
        try:
            run_all(log, chain(count), pool)
        finally:
            pool.close()


def is_running(process: int) -> bool:
    """Whether a process is there and no mere entry that its parent has not yet taken note of."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)
