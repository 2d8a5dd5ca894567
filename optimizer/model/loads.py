"""Load of a site hour by hour: its hours, the mean IT load of the GPUs that work, and what the peak adds to the hourly mean."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.model.ledger import Terms, linear
from optimizer.model.reuse import hourly_var
from optimizer.scenario.assemble.typical_days import site_hours


def working_it(b: pyo.Block, w: str, t: int) -> Any:
    r"""Count the mean IT load of the GPUs that work for a workload, at a site with many hours a period.

    .. math:: \ell_{w,t} = \upsilon_w \sum_g \rho_g x_{g,w,t} \qquad [\mathrm{MW}]

    ====================  ==========================  =======  ==========================================
    Symbol                Component                   Unit     Meaning
    ====================  ==========================  =======  ==========================================
    :math:`\ell_{w,t}`    ``working_it_mw[w, t]``     MW       mean IT load of the workload at the site
    :math:`x_{g,w,t}`     ``serving[g, w, t]``        kGPU     powered GPUs that serve workload w
    :math:`\rho_g`        ``it_kw_per_gpu``           MW/kGPU  IT peak of a GPU with its server
    :math:`\upsilon_w`    ``utilisation``             1        mean over peak IT load
    ====================  ==========================  =======  ==========================================

    It only keeps the balances of the hours short.
    """
    return b.working_it_mw[w, t] == linear(_working_gpus(b, w, t))


def it_terms(b: pyo.Block, w: str, t: int) -> Terms:
    """IT peak in MW of the powered GPUs that serve a workload; empty where it wants none in the period."""
    terms: Terms = b.it_of.get((w, t), [])
    return terms


def working_terms(b: pyo.Block, w: str, t: int) -> Terms:
    """Mean IT load in MW of the powered GPUs that serve a workload; empty where it wants none in the period."""
    if (w, t) in b.working_it_mw:
        return [(1.0, b.working_it_mw[w, t])]
    return _working_gpus(b, w, t)


def load_terms(b: pyo.Block, t: int, h: int) -> Terms:
    """Load of the facility in MW in one hour of a period."""
    pue = b.pue[t][h]
    return [(pue * share, var) for share, var in b.working_of[t]]


def load_mwh_terms(b: pyo.Block, t: int) -> Terms:
    """Load of the facility in MWh over a period."""
    hours = sum(weight * pue for weight, pue in zip(b.weight_h[t], b.pue[t], strict=True))
    return [(hours * share, var) for share, var in b.working_of[t]]


def peak_terms(b: pyo.Block, t: int) -> Terms:
    """Peak of the facility in MW, without reserve."""
    ratio = b.site.peak_facility_ratio
    return [(ratio * share, var) for w in b.WORKLOADS for share, var in it_terms(b, w, t)]


def excess_terms(b: pyo.Block, t: int) -> Terms:
    """MW by which the peak of the facility lies above its largest hourly mean of the period."""
    highest = max(b.pue[t])
    terms: Terms = []
    for w in b.WORKLOADS:
        above = max(b.site.peak_facility_ratio - highest * b.model().workloads_by_name[w].utilisation, 0.0)
        terms.extend((above * share, var) for share, var in it_terms(b, w, t) if above)
    return terms


def _working_gpus(b: pyo.Block, w: str, t: int) -> Terms:
    utilisation = b.model().workloads_by_name[w].utilisation
    return [(utilisation * share, var) for share, var in it_terms(b, w, t)]


def add_loads(b: pyo.Block) -> None:
    """Lay down the hours of a site (``HOURS``: pairs of period and position, in periods that can have load) and its load in them."""
    m = b.model()
    b.hours = site_hours(m.instance, b.site, m.calendar)
    b.it_of = {}
    for g, w, t in b.serving:
        b.it_of.setdefault((w, t), []).append((b.gpus[g].it_kw_per_gpu, b.serving[g, w, t]))
    b.LOADED = sorted({t for _, t in b.it_of})
    b.weight_h = {t: b.hours.weights(t).tolist() for t in b.LOADED}
    b.pue = {t: b.hours.pue(t).tolist() for t in b.LOADED}
    b.HOURS = [(t, h) for t in b.LOADED for h in range(len(b.weight_h[t]))]
    many = [] if b.hours.is_flat else sorted(b.it_of)
    hourly_var(b, "working_it_mw", many)
    b.working_it = pyo.Constraint(many, rule=working_it)
    b.working_of = {t: [term for w in b.WORKLOADS for term in working_terms(b, w, t)] for t in b.LOADED}
