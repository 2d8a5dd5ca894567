"""Values at given probabilities: the inverse of the distribution of a factor."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from optimizer.study.file.spreads import Discrete, Listed, LogNormal, Normal, Range, Spread, Triangular, Uniform, Value

LEAST_SHARE = 1e-12
"""Probability that stands for 0, and its complement for 1, where a distribution has no end."""

DIGITS = 10
"""Digits of a drawn value: few enough to be the same on each machine."""


def quantiles(spread: Spread, shares: Sequence[float], *, whole: bool) -> list[Value]:
    """Values below which given shares of a distribution lie.

    Parameters
    ----------
    spread : Spread
        Of the n values of a list each has the share 1/n, in their order.
    shares : sequence of float
        Probabilities in [0, 1].
    whole : bool
        Round numbers to whole ones; the outermost of a range then have half the share of the others.
    """
    if isinstance(spread, Listed):
        count = len(spread.values)
        return [spread.values[min(int(share * count), count - 1)] for share in shares]
    if isinstance(spread, Discrete):
        ends = list(itertools.accumulate(spread.weights))
        last = max(place for place, weight in enumerate(spread.weights) if weight)
        return [spread.values[min(bisect.bisect_right(ends, share * ends[-1]), last)] for share in shares]
    return [settled(value, whole=whole) for value in _continuous(spread, np.asarray(shares, dtype=float))]


def settled(value: Value, *, whole: bool) -> Value:
    """A number as it is written: ten digits, or a whole one where it is asked for or can be; a text or a truth as it is."""
    if isinstance(value, bool | str):
        return value
    number = float(math.floor(value + 0.5)) if whole else float(f"{value:.{DIGITS}g}")
    return int(number) if number.is_integer() else number


def has_ends(spread: Spread) -> bool:
    """Whether there is a least and a greatest value."""
    return not isinstance(spread, LogNormal) and not (isinstance(spread, Normal) and (spread.low is None or spread.high is None))


def _continuous(spread: Spread, shares: Any) -> list[float]:
    from scipy import stats  # noqa: PLC0415 - slow to load, and only drawn values need it

    if not has_ends(spread):
        shares = np.clip(shares, LEAST_SHARE, 1 - LEAST_SHARE)
    match spread:
        case Range(low, high) | Uniform(low, high):
            found = low + shares * (high - low)
        case Triangular(low, mode, high):
            found = stats.triang.ppf(shares, (mode - low) / (high - low), loc=low, scale=high - low)
        case Normal(mean, sd, low, high):
            below = -math.inf if low is None else (low - mean) / sd
            above = math.inf if high is None else (high - mean) / sd
            found = stats.truncnorm.ppf(shares, below, above, loc=mean, scale=sd)
        case LogNormal(median, sigma):
            found = stats.lognorm.ppf(shares, sigma, scale=median)
        case _:
            raise AssertionError(f"{spread} has no density")
    return [float(value) for value in found]
