"""Solves in processes of their own that stop, or are ended, at a chosen point of the way; for tests of what they leave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SOLVE = """
import os, signal, sys, time
from pathlib import Path

def at(owner, name, first=None, after=None):
    plain = getattr(owner, name)
    def wrapped(*given, **named):
        if first: first()
        made = plain(*given, **named)
        if after: after()
        return made
    setattr(owner, name, wrapped)

def ends():
    os.kill(os.getpid(), signal.SIGKILL)

def waits():
    Path(sys.argv[1]).touch()
    time.sleep(3.0)

{before}
from optimizer.cli import app
app(sys.argv[2:])
"""


def started(before: str, folder: Path, *words: str) -> subprocess.Popen[str]:
    """Begin ``gigasite`` with some lines of Python run first; ``waits`` touches ``folder/here``."""
    command = [sys.executable, "-c", SOLVE.replace("{before}", before), str(folder / "here"), *words]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])})


def signalled(process: subprocess.Popen[str], folder: Path, number: signal.Signals) -> tuple[int, str, str]:
    """Send a signal when it waits; give its exit code and what it said."""
    until = time.monotonic() + 120.0
    while not (folder / "here").exists() and time.monotonic() < until and process.poll() is None:
        time.sleep(0.05)
    assert (folder / "here").exists(), process.communicate()
    process.send_signal(number)
    said = process.communicate(timeout=120)
    return process.returncode, *said


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for its end."""
    said = process.communicate(timeout=180)
    return process.returncode, *said
