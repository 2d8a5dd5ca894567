"""The most memory that this process and the solver's have held."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_KB_PER_MB = 1024.0
_PER_MB = _KB_PER_MB**2 if sys.platform == "darwin" else _KB_PER_MB
"""What ``ru_maxrss`` counts: bytes there, kilobytes elsewhere."""

_worker_peaks_mb: list[float] = []


def note_worker(process_id: int) -> None:
    """Remember the peak of a solver's process that still stands.

    The system's own sum over children will not do: a process counts as having held what its parent held when it was started.
    """
    _worker_peaks_mb.append(_peak_mb(process_id))


def peak_memory_mb() -> float:
    """Peak of this process and of the largest solver's process together, MB."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_MB
    return round(own + max(_worker_peaks_mb, default=0.0), 1)


def _peak_mb(process_id: int) -> float:
    try:
        status = Path(f"/proc/{process_id}/status").read_text()
    except OSError:  # no such file system: the sum over children is the best there is
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / _PER_MB
    lines = (line.split() for line in status.splitlines())
    return next((float(words[1]) / _KB_PER_MB for words in lines if words[0] == "VmHWM:"), 0.0)
