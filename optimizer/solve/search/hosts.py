"""Branch on the host first: one small model per place where the main workload can run, instead of one tree over all of them.

A plan of the whole model mixes two or three hosts in its relaxation, and a tree search must refute every one of them beside every other.
Hosts exclude each other, so the best plan is the best over the branches, and the least bound of the branches bounds them all
(`optimizer.solve.search.search`).

Where only the one workload asks for GPUs, a site that hosts nothing has no load and only costs (agreements never stand without load);
such sites leave the branch altogether. A committed site stays in every branch: it is open wherever the workload runs. All sites stay
where one can give something without a workload (``optimizer.model.idle``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from optimizer.core.instance import Workload
from optimizer.model.idle import idle_sites_give
from optimizer.solve.compile.compiled import CompiledModel


def _no_columns() -> NDArray[np.int64]:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Branch:
    """One host (or none) of the main workload.

    Parameters
    ----------
    name : str
        Of the host.
    zero : numpy.ndarray of bool
        Columns that are 0 in it.
    ready : numpy.ndarray of int
        Columns that say whether the workload is ready here, in the order of its periods; each at least the one before.
    """

    name: str
    zero: NDArray[np.bool_]
    ready: NDArray[np.int64] = field(default_factory=_no_columns)


def host_branches(model: pyo.ConcreteModel, compiled: CompiledModel) -> list[Branch]:
    """Branches over the hosts of the workload with the largest target: sites by family, rental offers, and no host at all.

    Parameters
    ----------
    model : pyomo.environ.ConcreteModel
        Built by ``optimizer.model.build``.
    compiled : CompiledModel
        Its arrays.
    """
    workloads = model.instance.workloads
    if not workloads:
        return []
    main = max(workloads, key=lambda workload: workload.gpus_h100e)
    hosts = _hosts(model, compiled, main)
    all_ready = np.zeros(len(compiled.costs), dtype=bool)
    for columns in hosts.values():
        all_ready[columns] = True
    outside = {site_id: _site_columns(model, compiled, site_id) for site_id in _idle_unless_host(model)}
    branches = []
    for name in [*hosts, ("", "")]:
        ready = hosts.get(name, _no_columns())
        zero = all_ready.copy()
        zero[ready] = False
        for site_id, columns in outside.items():
            if site_id != name[0]:
                zero[columns] = True
        branches.append(Branch(" ".join(name).strip() or "no host", zero, ready))
    return branches


def _hosts(model: pyo.ConcreteModel, compiled: CompiledModel, workload: Workload) -> dict[tuple[str, str], NDArray[np.int64]]:
    """Columns of ``ready`` by host: site and family, or rental offer."""
    periods = model.needs.needed_periods(workload)
    hosts: dict[tuple[str, str], NDArray[np.int64]] = {}
    for s in model.SITES:
        block = model.sites[s]
        for w, family in block.HOSTED:
            if w == workload.name:
                hosts[s, family] = np.concatenate([compiled.columns_of(block.ready[w, family, t]) for t in periods])
    for o in model.HOST_RENTALS:
        if (o, workload.name, 0) in model.rental_ready:
            hosts[o, ""] = np.concatenate([compiled.columns_of(model.rental_ready[o, workload.name, t]) for t in periods])
    return hosts


def _idle_unless_host(model: pyo.ConcreteModel) -> list[str]:
    """Sites at which nothing stands unless they host: where one workload is all there is to serve, all that are not committed.

    None where a site that hosts nothing can be worth its money.
    """
    if len(model.instance.workloads) != 1 or idle_sites_give(model.instance):
        return []
    return [s for s in model.SITES if not model.sites[s].site.is_committed]


def _site_columns(model: pyo.ConcreteModel, compiled: CompiledModel, site_id: str) -> NDArray[np.int64]:
    declared = model.sites[site_id].component_objects(pyo.Var, descend_into=False)
    return np.concatenate([compiled.columns_of(variable) for variable in declared])
