"""From which day a figure could be known, where its source says only a month, a quarter or a year."""

from __future__ import annotations

import re

import pandas as pd

__all__ = ["EPOCH_SNAPSHOT", "known_from"]

#: Day of the snapshot of Epoch AI's Frontier Data Centers, the latest of the collected sources.
EPOCH_SNAPSHOT = "2026-05-23"
_DATED = re.compile(r"(20\d\d)(?:-(?:Q([1-4])|(\d\d)(?!\d)(?:-(\d\d))?))?")


def known_from(as_of: str) -> str:
    """Last day of the last day, month, quarter or year that ``as_of`` names, at the latest the day of the snapshot.

    Parameters
    ----------
    as_of : str
        Such as ``2024-06-05``, ``2024-06``, ``2024-Q4``, ``2024``, ``~2015-2023`` or ``2011 law``.

    Returns
    -------
    str
        ``YYYY-MM-DD``; later rather than earlier, so that no scenario uses what nobody could know yet.

    Raises
    ------
    ValueError
        No year is named.
    """
    named = _DATED.findall(as_of)
    if not named:
        raise ValueError(f"no year in {as_of!r}")
    year, quarter, month, day = named[-1]
    if day:
        return min(f"{year}-{month}-{day}", EPOCH_SNAPSHOT)
    last_month = int(month) if month else 3 * int(quarter) if quarter else 12
    end = pd.Period(year=int(year), month=last_month, freq="M").end_time
    return min(end.date().isoformat(), EPOCH_SNAPSHOT)
