"""Which run is most like another: whose answer is worth starting from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.study.file.spreads import Value

DECIMALS = 9
"""Of a distance: what differs less is a tie, on each machine."""


def nearest_before(points: Sequence[Sequence[Value | None]]) -> list[int | None]:
    """Give each run the run nearest to it among those of an index below the greatest power of two not above its own.

    Parameters
    ----------
    points : sequence of sequences
        Of each run the values of its factors. The distance of two runs is the sum over factors of the distance of their values, by the
        span between the least and the greatest; texts and truths that differ are one span apart, and so is a value that is not known.

    Returns
    -------
    list of int or None
        None for run 0; of equally near runs the first.
    """
    columns = [_column(column) for column in zip(*points, strict=True)]
    gaps = [(values, is_number, bool(np.isnan(values).any())) for values, is_number in columns]
    starts: list[int | None] = [None]
    for index in range(1, len(points)):
        before = 1 << (index.bit_length() - 1)
        distance = np.zeros(before)
        for values, is_number, has_unknown in gaps:
            step = np.abs(values[:before] - values[index])
            if not is_number:
                distance += step != 0
            elif has_unknown:
                distance += np.nan_to_num(step, nan=1.0)
            else:
                distance += step
        starts.append(int(np.argmin(np.round(distance, DECIMALS))))
    return starts


def _column(values: Sequence[Value | None]) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], bool]:
    """Values of a factor as numbers: scaled to a span of 1 and nan where not known; or, of texts and truths, one number for each."""
    if any(isinstance(value, str | bool) for value in values):
        codes = {text: float(place) for place, text in enumerate(dict.fromkeys(repr(value) for value in values))}
        return np.array([codes[repr(value)] for value in values]), False
    known = np.array([np.nan if value is None else float(value) for value in values])
    span = np.nanmax(known) - np.nanmin(known)
    return known / span if span else known, True
