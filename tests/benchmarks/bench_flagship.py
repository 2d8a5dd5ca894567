"""The flagship through the command line: what a person waits for, beside HiGHS's own time in the same run."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
COMMAND = (sys.executable, "-m", "optimizer.cli")
LIMITS = {"overhead_share": 0.5, "overhead_s": 8.0, "whole_s": 120.0, "memory_mb": 1500.0, "help_s": 0.7, "again_s": 10.0}


def main() -> bool:
    """Print each figure with pass or miss; True when all passed."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "plan"
        whole = _seconds("solve", "scenarios/xai-2024", "--out", str(folder))
        again = _seconds("solve", "scenarios/xai-2024", "--out", str(folder))
        header = json.loads((folder / "plan.json").read_text())
    help_seconds = min(_seconds("--help") for _ in range(3))
    solve = header["seconds"]["solve"]
    rows = [
        ("whole solve to a 0.1 percent gap, s", whole, LIMITS["whole_s"]),
        ("all that is not HiGHS, s", _overhead(header), max(LIMITS["overhead_share"] * solve, LIMITS["overhead_s"])),
        ("peak memory, MB", header["peak_memory_mb"], LIMITS["memory_mb"]),
        ("again from the cache, s", again, LIMITS["again_s"]),
        ("gigasite --help, s", help_seconds, LIMITS["help_s"]),
        ("gap", header["goals"][-1]["gap"], 0.001),
    ]
    print(f"      flagship: {header['size']}, HiGHS {solve:.1f} s, status {header['status']}")
    for name, value, limit in rows:
        print(f"{'pass' if value <= limit else 'MISS'}  {value:9.3f} (at most {limit:g})  {name}")
    return all(value <= limit for _, value, limit in rows)


def _overhead(header: dict[str, Any]) -> float:
    return float(header["seconds"]["total"] - header["seconds"]["solve"])


def _seconds(*words: str) -> float:
    began = time.perf_counter()
    subprocess.run([*COMMAND, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began
