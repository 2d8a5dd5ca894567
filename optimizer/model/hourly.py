"""Sums over the hours of a period: what is MW in an hour is MWh over the hours that it stands for."""

from __future__ import annotations

import pyomo.environ as pyo

from optimizer.model.ledger import Terms


def mwh_terms(b: pyo.Block, var: pyo.Var, k: str, t: int, factor: float = 1.0) -> Terms:
    """MWh in a period of an hourly variable ``var[k, t, h]`` in MW, times a factor; nothing in a period that cannot have load."""
    if t not in b.LOADED:
        return []
    return [(factor * weight, var[k, t, h]) for h, weight in enumerate(b.weight_h[t])]
