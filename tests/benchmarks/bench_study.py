"""A study beside as many cold ``gigasite solve`` processes, and what a run of the flagship costs beside HiGHS.

Run as ``python -m tests.benchmarks.bench_study``; the runs of the small study and of the flagship's may follow (1,000 and 20).
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from optimizer.study.engine.progress_tracker import StudyProgress
from optimizer.workflow.study import Scope, StudyOptions, run_study
from tests.benchmarks.figures import ROOT, SCENARIOS, Figure, machine, print_figures, timed

COMMAND = (sys.executable, "-m", "optimizer.cli")
FLAGSHIP = SCENARIOS / "xai-2024"
COLD_RUNS = 20
CORES = 2

_STUDY = """
[study]
design = "latin_hypercube"
samples = {samples}
hours_max = 100
{settings}

[[factors]]
name = "x"
path = "{path}"
by = "times"
distribution = {{ kind = "uniform", low = {low}, high = {high} }}
"""


def main(runs: int = 1000, flagship_runs: int = 20) -> bool:
    """Print the table; True when nothing was missed.

    Parameters
    ----------
    runs, flagship_runs : int
        Runs of the study of quickstart and of xai-2024, beside the base.
    """
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        figures = [*_beside_cold(Path(folder), runs), *_flagship(Path(folder), flagship_runs)]
    return print_figures(figures)


def _beside_cold(folder: Path, runs: int) -> list[Figure]:
    """So many runs of quickstart in one study, and so many times the command line, on the same cores."""
    study = folder / "prices.toml"
    study.write_text(_STUDY.format(samples=runs, settings="", path="gpus.H100.price_usd", low=0.7, high=1.3))
    scenario = str(SCENARIOS / "quickstart")
    _, cold_s = timed(lambda: _two_at_a_time(folder, scenario))
    _, warm_s = timed(lambda: _run("study", scenario, str(study), "--workers", str(CORES), "--out", str(folder / "prices")))
    cold_all_s = cold_s / COLD_RUNS * (runs + 1)
    print(f"quickstart: {runs + 1} runs, {cold_all_s / warm_s:.1f} times as fast as cold processes")
    return [
        Figure(f"quickstart: {runs + 1} runs by one study with {CORES} workers, s", warm_s),
        Figure(f"quickstart: the same by cold processes, {CORES} at a time, from {COLD_RUNS} of them, s", cold_all_s),
        Figure("quickstart: ratio of the two", warm_s / cold_all_s, 1 / 20),
    ]


def _two_at_a_time(folder: Path, scenario: str) -> None:
    prices = [f"gpus.H100.price_usd={25_000 + 900 * place}" for place in range(COLD_RUNS)]
    with ThreadPoolExecutor(CORES) as together:
        list(together.map(lambda price: _run("solve", scenario, "--set", price, "--out", str(folder / price)), prices))


def _run(*words: str) -> None:
    subprocess.run([*COMMAND, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _flagship(folder: Path, runs: int) -> list[Figure]:
    """The flagship's supply a little more or less, with one worker and with two; each run's seconds outside HiGHS, its memory."""
    study = folder / "supply.toml"
    study.write_text(_STUDY.format(samples=runs, settings="gap = 0.001", path="gpus.*.supply", low=0.9, high=1.1))
    seconds_by_workers = {workers: _seconds_a_run(study, folder / f"by{workers}", workers) for workers in (1, CORES)}
    seconds, memory_mb = _runs(folder / f"by{CORES}")
    outside = [each["task"] - each["highs"] for each in seconds]
    one_s, two_s = seconds_by_workers[1], seconds_by_workers[CORES]
    print(f"flagship: {len(seconds)} runs, two workers give {one_s / two_s:.2f} times the throughput of one")
    return [
        Figure("flagship: median of a run's time outside HiGHS, s", statistics.median(outside), 0.3),
        Figure("flagship: median of a run's time in HiGHS, s", statistics.median(each["highs"] for each in seconds)),
        Figure("flagship: time a run with two workers over that with one", two_s / one_s, 1 / 1.7),
        Figure("flagship: most memory of a worker with its HiGHS process, MB", max(memory_mb), 1000.0),
    ]


@dataclass
class _Watch:
    """When how many runs were done."""

    seen: list[tuple[float, int]] = field(default_factory=list)

    def begins(self, scope: Scope) -> None:
        print(f"  {scope.runs} runs with {scope.workers} workers: {scope.folder.name}")

    def progress(self, at: StudyProgress) -> None:
        self.seen.append((time.perf_counter(), at.done))

    def note(self, text: str) -> None:
        print(f"  {text}")


def _seconds_a_run(study: Path, out: Path, workers: int) -> float:
    """Seconds a run, the base left out: it is solved alone, before all others."""
    watch = _Watch()
    run_study(FLAGSHIP, study, StudyOptions(out=out, workers=workers), watch)
    began = min(moment for moment, done in watch.seen if done == 1)
    ended, done = watch.seen[-1]
    return (ended - began) / (done - 1)


def _runs(folder: Path) -> tuple[list[dict[str, float]], list[float]]:
    """Seconds by phase and peak memory of a study's runs, from its log."""
    with contextlib.closing(sqlite3.connect(folder / "runs.sqlite")) as log:
        rows = log.execute("SELECT seconds, peak_memory_mb FROM results WHERE has_plan").fetchall()
    return [json.loads(seconds) for seconds, _ in rows], [memory for _, memory in rows]


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]))
