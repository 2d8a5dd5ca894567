"""Shares of a plant's capacity hour by hour, brought to a given mean without leaving 0 to 1 (docs/conventions.md, section Hours)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def scaled(values: Floats, weights: Floats, mean: float) -> Floats:
    """Shares scaled by the least factor, and cut at 1, so that they have a mean; where none does (too many zeros): shifted.

    Parameters
    ----------
    values : ndarray of shape (H,)
        Shares, 0 to 1.
    weights : ndarray of shape (H,)
        Hours each stands for.
    mean : float
        The weighted mean they shall have, 0 to 1.
    """
    total = float(weights.sum())
    order = np.argsort(-values, kind="stable")
    x, w = values[order], weights[order]
    cut = np.concatenate([[0.0], np.cumsum(w)])[:-1]  # weight of the hours before each, which stand at 1
    rest = np.cumsum((w * x)[::-1])[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = (mean * total - cut) / rest
        fits = (x > 0) & (scale >= 0) & (scale * x <= 1.0 + 1e-12)
    if fits.any():
        return np.minimum(1.0, values * float(scale[np.argmax(fits)]))
    return _shifted(values, weights, mean)


def _shifted(values: Floats, weights: Floats, mean: float) -> Floats:
    """Shares shifted and cut at 0 and 1 so that they have a mean: the mean is linear between the shifts where an hour is cut."""
    shifts = np.unique(np.concatenate([-values, 1.0 - values]))
    means = [float(np.average(np.clip(values + shift, 0.0, 1.0), weights=weights)) for shift in shifts]
    shifted: Floats = np.clip(values + np.interp(mean, means, shifts), 0.0, 1.0)
    return shifted
