"""Which factors move the cost, and how much of it: the indices of Morris and of Sobol, from a study's own runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from optimizer.study.answers.table import compared, plain
from optimizer.study.file.definition import Factor, Study
from optimizer.study.runs.factors import tried_values
from optimizer.study.runs.samples import salib_problem

OF = "objective_musd"
LEAST_BLOCKS = 2

Array = np.ndarray[Any, np.dtype[np.float64]]


def indices_of(study: Study, table: pd.DataFrame) -> dict[str, Any] | None:
    """Work out the indices of a study of the design morris or sobol; None for other designs.

    A run without a plan leaves the index of its block undefined: the whole trajectory of Morris, or all runs made from one base
    sample of Sobol, is left out and counted.

    Parameters
    ----------
    study : Study
        What was asked.
    table : pandas.DataFrame
        As of ``study_table``; the runs stand in the order of the sample.

    Returns
    -------
    dict or None
        ``method``, ``of`` (the figure explained), ``rows``, ``left_out`` (blocks), ``blocks`` (all), ``says`` (in words; why there
        are no rows). Rows of Morris, by falling ``mu_star``, in million USD over the whole range of a factor: ``mu``, ``mu_star``,
        ``mu_star_conf``, ``sigma``. Rows of Sobol, by falling ``st``, as shares of the variance: ``s1``, ``s1_conf``, ``st``,
        ``st_conf``. ``_conf`` is half of the 95 % interval.
    """
    if study.design not in ("morris", "sobol"):
        return None
    runs = compared(study, table)
    blocks = study.samples
    size = len(runs) // blocks
    costs = runs[OF].to_numpy(dtype=float).reshape(blocks, size)
    whole = np.isfinite(costs).all(axis=1)
    left_out = int((~whole).sum())
    head = {"method": study.design, "of": OF, "left_out": left_out, "blocks": blocks}
    refusal = _refusal(costs[whole])
    if refusal:
        return {**head, "rows": [], "says": refusal}
    if study.design == "morris":
        values = _sample(study, runs).reshape(blocks, size, -1)[whole]
        found = _morris(study, values.reshape(-1, values.shape[-1]), costs[whole].ravel())
    else:
        found = _sobol(study, costs[whole])
    return {**head, **found, "says": _sentence(study, left_out)}


def _refusal(costs: Array) -> str:
    if len(costs) < LEAST_BLOCKS:
        return "No index can be given: fewer than two blocks of runs all have a plan."
    return "No index can be given: the cost is the same in all runs." if np.ptp(costs) <= 1e-9 * np.abs(costs).max() else ""


def _sentence(study: Study, left_out: int) -> str:
    if not left_out:
        return "All runs have a plan and count."
    block = "trajectories" if study.design == "morris" else "base samples with all runs made from them"
    return f"{left_out} of {study.samples} {block} are left out, as some of their runs have no plan: what is said holds where there is one."


def _morris(study: Study, values: Array, costs: Array) -> dict[str, Any]:
    from SALib.analyze import morris  # noqa: PLC0415  # only this design needs it

    found = morris.analyze(salib_problem(study), values, costs, num_levels=study.levels, seed=study.seed)
    rows = [
        _row(factor, {name: found[name][place] for name in ("mu", "mu_star", "mu_star_conf", "sigma")})
        for place, factor in enumerate(study.varied)
    ]
    return {"rows": sorted(rows, key=lambda row: -row["mu_star"])}


def _sobol(study: Study, costs: Array) -> dict[str, Any]:
    from SALib.analyze import sobol  # noqa: PLC0415  # only this design needs it

    # SALib draws anew at each call where the seed is 0
    found = sobol.analyze(salib_problem(study), costs.ravel(), calc_second_order=False, seed=study.seed + 1)
    rows = [
        _row(factor, {name.lower(): found[name][place] for name in ("S1", "S1_conf", "ST", "ST_conf")})
        for place, factor in enumerate(study.varied)
    ]
    return {"rows": sorted(rows, key=lambda row: -row["st"])}


def _row(factor: Factor, found: dict[str, Any]) -> dict[str, Any]:
    return {"factor": factor.name, "title": factor.title, **{name: plain(value) for name, value in found.items()}}


def _sample(study: Study, runs: pd.DataFrame) -> Array:
    """Values of the factors as numbers, of shape (runs, factors)."""
    return np.column_stack([_coded(factor, runs[f"factor.{factor.name}"]) for factor in study.varied])


def _coded(factor: Factor, values: pd.Series[Any]) -> Array:
    """Numbers as they are; of texts and truths their place in the list."""
    if pd.api.types.is_float_dtype(values.dtype):
        return values.to_numpy(dtype=float)
    places = {str(value).lower(): place for place, value in enumerate(tried_values(factor))}
    return np.array([float(places[str(value).lower()]) for value in values])
