"""Progress of a study on standard error: runs done, rate, time left, the best and the worst so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.cli.progress import LiveLine
from optimizer.core.number_words import amount, count
from optimizer.report.study_page.phrases import duration

if TYPE_CHECKING:
    from optimizer.study.engine.progress_tracker import StudyProgress

_PHASES = {"read": "reading runs", "design": "runs", "fixed": "decisions held", "signed": "contracts signed",
           "breakpoint": "breakpoints"}


class StudyProgressView(LiveLine):
    """Shows how far a study has come; give it as ``on_progress``."""

    def __call__(self, progress: StudyProgress) -> None:
        """Show one report."""
        self.show(study_line(progress), progress.phase, progress.seconds)


def study_line(progress: StudyProgress) -> str:
    """Say how far a study has come in a line; what is not known yet is left out."""
    parts = [f"{_PHASES.get(progress.phase, progress.phase)}: {count(progress.done)} of {count(progress.asked)}"]
    if progress.per_minute is not None:
        parts.append(f"{amount(progress.per_minute)} a minute")
    if progress.seconds_left is not None and progress.done < progress.asked:
        parts.append(f"{duration(progress.seconds_left)} left")
    if progress.best_musd is not None and progress.worst_musd is not None:
        parts.append(f"best {amount(progress.best_musd)}, worst {amount(progress.worst_musd)} million USD")
    if progress.quarantined:
        parts.append(f"{count(progress.quarantined)} given up")
    return "   ".join(parts)
