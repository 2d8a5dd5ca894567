"""Progress on standard error: live in a terminal, a line now and then elsewhere, nothing for what is quick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TextIO

from rich.console import Console

from optimizer.cli import pulse
from optimizer.core.number_words import spelled

if TYPE_CHECKING:
    from types import TracebackType

    from rich.status import Status

    from optimizer.core.progress import Progress

_QUIET_SECONDS = 2.0
_LINE_EVERY_SECONDS = 10.0


class LiveLine:
    """A line that says how far something has come: kept up to date in a terminal, written now and then elsewhere; inside ``with``.

    Parameters
    ----------
    stream : text stream
        Where to, usually standard error.
    """

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream, highlight=False, soft_wrap=True)
        self._status: Status | None = None
        self._last_seconds = float("-inf")
        self._last_phase = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Take the line away, until something more is shown."""
        if self._status is not None:
            self._status.stop()
            pulse.shown()
            self._status = None

    def show(self, text: str, phase: str, seconds: float) -> None:
        """Show how far it has come, ``seconds`` after its beginning; elsewhere a new phase always has its line."""
        pulse.enter(phase)
        if seconds < _QUIET_SECONDS:
            return
        if self._console.is_terminal:
            self._show_live(text)
        elif phase != self._last_phase or seconds - self._last_seconds >= _LINE_EVERY_SECONDS:
            self._console.print(text, markup=False)
            pulse.shown()
            self._last_phase, self._last_seconds = phase, seconds

    def _show_live(self, text: str) -> None:
        if self._status is None:
            self._status = self._console.status(text)
            self._status.start()
            pulse.shown(is_live=True)
        else:
            self._status.update(text)


class ProgressView(LiveLine):
    """Shows what a computation reports of itself; give it as ``on_progress``."""

    def __call__(self, progress: Progress) -> None:
        """Show one report."""
        self.show(progress_line(progress), progress.phase, progress.seconds)


def progress_line(progress: Progress) -> str:
    """Say one report in a line: phase, elapsed, incumbent and bound with their unit, gap; what is not known yet is left out."""
    unit = f" {spelled(progress.unit)}" if progress.unit else ""
    parts = [f"{progress.phase:<10} {progress.seconds:6.0f} s"]
    if progress.incumbent is not None:
        parts.append(f"best {progress.incumbent:,.2f}{unit}")
    if progress.bound is not None:
        parts.append(f"bound {progress.bound:,.2f}{unit}")
    if progress.gap is not None:
        parts.append(f"gap {progress.gap:.3%}")
    return "   ".join(parts)
