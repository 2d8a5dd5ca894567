"""Points of the designs that draw: probabilities in [0, 1] for each factor, the same on each machine for one seed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from optimizer.study.file.definition import Correlation, Factor, Study

Shares = np.ndarray[Any, np.dtype[np.float64]]


def salib_problem(study: Study) -> dict[str, Any]:
    """The problem as SALib has it, for samples and for their analysis: each factor by the share of its distribution, in [0, 1]."""
    names = [factor.name for factor in study.varied]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def sample_of(study: Study) -> Shares:
    """Shares at which each run of a design that draws takes its values: an array of shape (runs, factors varied).

    Rows of Morris and of Sobol stand in SALib's own order: row i belongs to run i + 1. Sobol is drawn without the runs of second-order
    indices.
    """
    rng = np.random.default_rng(study.seed)
    if study.design == "morris":
        from SALib.sample import morris  # noqa: PLC0415 - an extra

        drawn = morris.sample(salib_problem(study), study.samples, num_levels=study.levels, seed=rng)
    elif study.design == "sobol":
        from SALib.sample import sobol  # noqa: PLC0415 - an extra

        drawn = sobol.sample(salib_problem(study), study.samples, calc_second_order=False, seed=rng)
    elif study.design == "latin_hypercube":
        from scipy.stats import qmc  # noqa: PLC0415 - slow to load

        drawn = qmc.LatinHypercube(len(study.varied), rng=rng).random(study.samples)
    else:
        drawn = _correlated(study, rng)
    return np.asarray(drawn, dtype=float)


def copula_matrix(factors: tuple[Factor, ...], correlations: tuple[Correlation, ...]) -> Shares:
    """Correlations of the normal copula under which ranks have the correlations asked for: 2 sin(pi rho / 6)."""
    places = {factor.name: place for place, factor in enumerate(factors)}
    matrix = np.eye(len(factors))
    for correlation in correlations:
        one, other = (places[name] for name in correlation.factors)
        matrix[one, other] = matrix[other, one] = 2 * math.sin(math.pi * correlation.rho / 6)
    return matrix


def _correlated(study: Study, rng: np.random.Generator) -> Shares:
    from scipy.special import ndtr  # noqa: PLC0415 - slow to load

    normal = rng.standard_normal((study.samples, len(study.varied)))
    return np.asarray(ndtr(normal @ np.linalg.cholesky(copula_matrix(study.varied, study.correlations)).T))
