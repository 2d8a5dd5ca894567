"""How long a study has worked by the clock, and how many runs were at work at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


def at_work(spans: Sequence[tuple[datetime, datetime]]) -> dict[str, float | int]:
    """Give the time in which some run was at work, and the most that were at once.

    Parameters
    ----------
    spans : sequence of (datetime, datetime)
        Begin and end of every run.

    Returns
    -------
    dict
        ``wall_seconds``: without the time between a stop and ``--resume``; ``workers``: 0 where nothing was at work.
    """
    # At one moment an end comes before a begin: the same worker goes on.
    moments = sorted([(begin, 1) for begin, _ in spans] + [(end, -1) for _, end in spans])
    seconds, running, most = 0.0, 0, 0
    last = moments[0][0] if moments else None
    for moment, change in moments:
        if running and last is not None:
            seconds += (moment - last).total_seconds()
        running, last = running + change, moment
        most = max(most, running)
    return {"wall_seconds": round(seconds, 3), "workers": most}
