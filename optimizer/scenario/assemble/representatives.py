"""Which day of a cluster of like days stands for the others: the one that keeps what contracts of power cost.

The day in the middle of a cluster is smoother than the days it stands for: dear and cheap hours fall on other hours of other days, and
what stands between them is their mean. Batteries and flexible load live on that spread, agreements on the price in the hours of wind or
sun, turbines on the hours above the cost of their gas. So the days of a season are chosen together, such that these figures of the typical
days, each weighted by the days it stands for, are those of all days of the season.

Figures of a day: of every price its values in descending order less their mean, its mean, and what lies above each of five levels (the
price above a level, 0 below it, on the mean of the hours); of every profile or PUE its mean; of every price and profile together the value
of what the profile yields. Errors are relative to the size of the figure over the year, weigh as ``WEIGHTS`` says, and are squared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.core.hours import DAYS, HOURS_PER_DAY, Series

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEVEL_QUANTILES = (0.25, 0.5, 0.75, 0.9, 0.97)
"""Levels above which the value of a price is kept: these quantiles of its hours over the year."""

WEIGHTS = {"order": 1.0, "above": 1.0, "mean": 0.3, "captured": 2.0, "shape": 0.1}
"""Of the hours in descending order (all 24 together), of the values above the levels (all together), of a mean (which is exact in the
model, but only by a shift that the choice shall keep small), of a captured value, and of how unlike its cluster a day may be."""

SWEEPS_MAX = 50
"""The choice settles after three or four sweeps over the clusters; this only says that it ends."""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Figures of every day of the model year, and what makes errors of them.

    Parameters
    ----------
    values : ndarray of shape (365, F)
        The last ``len(captured)`` are values of a profile at a price (mean over the hours of price times profile).
    captured : sequence of tuple of (int, int)
        Of each of those: position of the mean of its price, and of its profile.
    factors : ndarray of shape (F,)
        Weight over size: what an error is multiplied with.
    """

    values: Floats
    captured: tuple[tuple[int, int], ...]
    factors: Floats

    def compared(self, totals: Floats) -> Floats:
        """Means of figures over days, shape (..., F), made comparable: values become the price captured above the mean price.

        Typical days are shifted to the mean of the price and scaled to that of the profile; neither changes the price captured above the
        mean.
        """
        found = totals * self.factors
        first = totals.shape[-1] - len(self.captured)
        for at, (price, profile) in enumerate(self.captured, start=first):
            found[..., at] = (totals[..., at] / np.maximum(totals[..., profile], 1e-6) - totals[..., price]) * self.factors[at]
        return found


def day_figures(features: Sequence[Series]) -> DayFigures:
    """Figures of the days by prices and profiles; a feature that never changes says nothing and is left out."""
    changing = [series for series in features if np.ptp(series.values) > 0]
    prices = [_by_day(series) for series in changing if series.kind == "price"]
    profiles = [_by_day(series) for series in changing if series.kind != "price"]
    means = np.array([array.mean(axis=1) for array in (*prices, *profiles)]).reshape(-1, DAYS).T
    columns, factors = [means], [WEIGHTS["mean"] / np.array([np.abs(array).mean() for array in (*prices, *profiles)])]
    captured = tuple((i, len(prices) + j) for i in range(len(prices)) for j in range(len(profiles)))
    for price in prices:
        ordered, above = _ordered(price), _above(price)
        for found, size, weight in ((ordered, np.abs(ordered).mean(), "order"), (above, above.mean(axis=0), "above")):
            columns.append(found)
            least = 1e-6 * np.abs(price).mean()  # below it a figure is rounding
            factors.append(WEIGHTS[weight] / np.maximum(size, least) / np.sqrt(found.shape[1]) * np.ones(found.shape[1]))
    for i, j in captured:
        value = prices[i] * profiles[j - len(prices)]
        columns.append(value.mean(axis=1, keepdims=True))
        factors.append(np.array([WEIGHTS["captured"] * profiles[j - len(prices)].mean() / np.abs(value).mean()]))
    return DayFigures(np.hstack(columns), captured, np.concatenate(factors))


def representatives(figures: DayFigures, shapes: Floats, days: Ints, cluster: Ints) -> Ints:
    """Day that stands for each day: one member of each cluster, such that the figures of all days together are kept best.

    First each cluster takes the member nearest to its mean shape. Then cluster after cluster takes the member with which the squared
    errors of all figures, and the members' distances from the mean shape of their cluster, are least while the others stay, until none
    changes.
    Of members equally good the earliest is taken: the same input gives the same days.

    Parameters
    ----------
    figures : DayFigures
    shapes : ndarray of shape (365, S)
        Standardised hours of every day.
    days, cluster : ndarray of shape (D,)
        Days of a season, ascending, and the cluster of each, numbered from 0 without a gap.
    """
    members = [days[cluster == number] for number in range(int(cluster.max()) + 1)]
    weights = np.array([len(own) for own in members]) / len(days)
    unlike = [WEIGHTS["shape"] * ((shapes[own] - shapes[own].mean(axis=0)) ** 2).mean(axis=1) for own in members]
    aim = figures.compared(figures.values[days].mean(axis=0))
    chosen = [int(np.argmin(distances.round(9))) for distances in unlike]
    for _ in range(SWEEPS_MAX):
        before = list(chosen)
        for number, own in enumerate(members):
            values = np.array([figures.values[found[at]] for found, at in zip(members, chosen, strict=True)])
            others = weights @ values - weights[number] * values[number]
            errors = figures.compared(others + weights[number] * figures.values[own]) - aim
            costs = ((errors**2).sum(axis=1) + weights[number] * unlike[number]).round(9)
            if costs.min() < costs[chosen[number]]:
                chosen[number] = int(np.argmin(costs))
        if chosen == before:
            break
    standing = np.array([own[at] for own, at in zip(members, chosen, strict=True)])
    found: Ints = standing[cluster]
    return found


def _by_day(series: Series) -> Floats:
    return np.asarray(series.values, dtype=np.float64).reshape(DAYS, HOURS_PER_DAY)


def _ordered(price: Floats) -> Floats:
    """Hours of each day from the dearest to the cheapest, less the mean of the day, shape (365, 24)."""
    ordered: Floats = np.sort(price, axis=1)[:, ::-1] - price.mean(axis=1, keepdims=True)
    return ordered


def _above(price: Floats) -> Floats:
    """What lies above each level, on the mean of the hours of each day, shape (365, levels)."""
    above: Floats = np.stack([np.maximum(price - level, 0.0).mean(axis=1) for level in np.quantile(price, LEVEL_QUANTILES)], axis=1)
    return above
