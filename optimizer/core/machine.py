"""What this machine can hold: its cores and its memory, within the limits of the container it may run in, and so many workers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_BYTES_PER_MB = 1024.0**2
_KB_PER_MB = 1024.0

MEMORY_LEFT = 0.9
"""Part of the available memory that workers may take together."""


def workers_for(memory_per_worker_mb: float, wanted: int | None = None, root: Path = Path("/")) -> int:
    """Give the number of workers: as many as wanted, or one per core; fewer where the memory does not hold them, at least one.

    Parameters
    ----------
    memory_per_worker_mb : float
        Memory of a worker and its HiGHS process, MB.
    wanted : int, optional
        Workers asked for.
    root : Path
        Root of the file system, under which ``proc`` and ``sys`` tell of memory and limits.
    """
    available = available_memory_mb(root)
    held = cores(root) if wanted is None else wanted
    if available is not None and memory_per_worker_mb > 0:
        held = min(held, int(MEMORY_LEFT * available / memory_per_worker_mb))
    return max(held, 1)


def cores(root: Path = Path("/")) -> int:
    """Give the cores that this process may use, as scheduling and the container's quota have it; at least one."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    for group in _groups(root):
        quota, _, period = _text(group / "cpu.max").partition(" ")
        if quota.isdigit() and period.strip().isdigit():
            allowed = min(allowed, int(quota) // int(period))
    return max(allowed, 1)


def available_memory_mb(root: Path = Path("/")) -> float | None:
    """Give the memory that can still be taken, MB: of the machine, or of the container where that is less; None where none says."""
    found = [value for value in (_of_machine_mb(root), *(_of_group_mb(group) for group in _groups(root))) if value is not None]
    return min(found, default=None)


def _of_machine_mb(root: Path) -> float | None:
    lines = (line.split() for line in _text(root / "proc" / "meminfo").splitlines())
    return next((float(words[1]) / _KB_PER_MB for words in lines if words[0] == "MemAvailable:"), None)


def _of_group_mb(group: Path) -> float | None:
    """What a control group's limit leaves; file pages that can be dropped count as free."""
    for limit_file, used_file, droppable in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        limit, used = (_text(group / name).strip() for name in (limit_file, used_file))
        if limit.isdigit() and used.isdigit():
            lines = (line.split() for line in _text(group / "memory.stat").splitlines())
            dropped = next((int(words[1]) for words in lines if words[0] == droppable), 0)
            return max(int(limit) - int(used) + dropped, 0) / _BYTES_PER_MB
    return None


def _groups(root: Path) -> Iterator[Path]:
    """Control groups of this process, of either version, from the innermost to the outermost."""
    mounts = root / "sys" / "fs" / "cgroup"
    for line in _text(root / "proc" / "self" / "cgroup").splitlines():
        number, controllers, place = line.split(":", 2)
        base = mounts if number == "0" else mounts / "memory"
        if number == "0" or "memory" in controllers.split(","):
            inner = base / place.lstrip("/")
            yield from (folder for folder in (inner, *inner.parents) if folder.is_relative_to(base))


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
