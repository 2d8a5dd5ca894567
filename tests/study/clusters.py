"""A Dask cluster on loopback, of the processes that the ``dask`` command starts."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.study.fakes import until

ROOT = Path(__file__).parent.parent.parent


class Cluster:
    """A scheduler and its workers; they end by themselves when a test is killed that should have ended them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = (folder / "log").open("w")
        self._file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", str(self._file), "--idle-timeout", "5 minutes")
        until(lambda: self._file.exists() and self._file.read_text().endswith("}"))
        self.address: str = json.loads(self._file.read_text())["address"]

    def add_worker(self, threads: int = 1) -> None:
        local = ("--local-directory", str(self._folder), "--death-timeout", "30")
        self.workers.append(self._start("worker", self.address, "--nthreads", str(threads), *local))

    def kill_scheduler(self) -> None:
        """End the scheduler at once; safe to call twice."""
        self.scheduler.kill()
        self.scheduler.wait()

    def close(self) -> None:
        processes = [*self.workers, self.scheduler]
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()

    def _start(self, role: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", role, "--host", "127.0.0.1", "--no-dashboard", *words]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(command, cwd=self._folder, env=environment, stdout=self._log, stderr=self._log)


@contextlib.contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A scheduler with so many workers, ended with the context."""
    folder.mkdir(parents=True, exist_ok=True)
    held = Cluster(folder)
    try:
        for _ in range(workers):
            held.add_worker()
        yield held
    finally:
        held.close()
