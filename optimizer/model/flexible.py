"""Flexible load: work of a workload that may be shed, at the price of its lost compute, or shifted within a day."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.core.instance import Workload
from optimizer.model.ledger import LineKey, Terms, linear
from optimizer.model.loads import it_terms, working_terms
from optimizer.model.reuse import hourly_var


def relief_limit(b: pyo.Block, w: str, t: int, h: int) -> Any:
    r"""Shed and shift away no more than the flexible share of a workload's load.

    .. math:: c_{w,t,h} + o_{w,t,h} \le \varphi_w \bar u_{t,h} \ell_{w,t} \qquad [\mathrm{MW}]

    ======================  ============================  =====  ==========================================
    Symbol                  Component                     Unit   Meaning
    ======================  ============================  =====  ==========================================
    :math:`c_{w,t,h}`       ``shed_mw[w, t, h]``          MW     load that is shed
    :math:`o_{w,t,h}`       ``shifted_out_mw[w, t, h]``   MW     load moved to another hour of the day
    :math:`\ell_{w,t}`      ``working_it_mw[w, t]``       MW     mean IT load of the workload at the site
    :math:`\varphi_w`       ``flexible_fraction``         1      share of the load that is flexible
    :math:`\bar u_{t,h}`    ``pue_series, annual_pue``    1      facility over IT load in the hour
    ======================  ============================  =====  ==========================================
    """
    away: Terms = [(1.0, b.shed_mw[w, t, h])]
    if (w, t, h) in b.shifted_out_mw:
        away.append((1.0, b.shifted_out_mw[w, t, h]))
    return None, linear([*away, *_part_of_load(b, w, (t, h), -b.flexible[w].flexible_fraction)]), 0.0


def shifted_in_limit(b: pyo.Block, w: str, t: int, h: int) -> Any:
    r"""Make up for shifted work no faster than idle GPUs allow, and within the flexible share.

    .. math:: i_{w,t,h} \le \min(\varphi_w, 1 / \upsilon_w - 1) \, \bar u_{t,h} \ell_{w,t} \qquad [\mathrm{MW}]

    ======================  ============================  =====  ==========================================
    Symbol                  Component                     Unit   Meaning
    ======================  ============================  =====  ==========================================
    :math:`i_{w,t,h}`       ``shifted_in_mw[w, t, h]``    MW     load moved into the hour
    :math:`\ell_{w,t}`      ``working_it_mw[w, t]``       MW     mean IT load of the workload at the site
    :math:`\varphi_w`       ``flexible_fraction``         1      share of the load that is flexible
    :math:`\upsilon_w`      ``utilisation``               1      mean over peak IT load
    :math:`\bar u_{t,h}`    ``pue_series, annual_pue``    1      facility over IT load in the hour
    ======================  ============================  =====  ==========================================
    """
    return None, linear([(1.0, b.shifted_in_mw[w, t, h]), *_part_of_load(b, w, (t, h), -_room(b.flexible[w]))]), 0.0


def shift_within_day(b: pyo.Block, w: str, t: int, day: int) -> Any:
    r"""Make up within the day for what was shifted in it.

    .. math:: \sum_{h \in d} i_{w,t,h} = \sum_{h \in d} o_{w,t,h} \qquad [\mathrm{MW}]

    ====================  ============================  =====  ==========================================
    Symbol                Component                     Unit   Meaning
    ====================  ============================  =====  ==========================================
    :math:`i_{w,t,h}`     ``shifted_in_mw[w, t, h]``    MW     load moved into the hour
    :math:`o_{w,t,h}`     ``shifted_out_mw[w, t, h]``   MW     load moved to another hour of the day
    ====================  ============================  =====  ==========================================

    The hours of a typical day weigh the same.
    """
    hours = b.hours.day_groups(t)[day]
    moved = [(sign, var[w, t, h]) for h in hours for sign, var in ((1.0, b.shifted_in_mw), (-1.0, b.shifted_out_mw))]
    return linear(moved) == 0.0


def relief_terms(b: pyo.Block, t: int, h: int) -> Terms:
    """MW by which flexible workloads relieve the contracts in one hour: shed and shifted away, less what is made up for."""
    signs = ((1.0, b.shed_mw), (1.0, b.shifted_out_mw), (-1.0, b.shifted_in_mw))
    return [(sign, var[w, t, h]) for w in b.flexible for sign, var in signs if (w, t, h) in var]


def sheddable_terms(b: pyo.Block, t: int) -> Terms:
    """MW of the facility's peak that flexible workloads could shed."""
    ratio = b.site.peak_facility_ratio
    return [
        (workload.flexible_fraction * ratio * share, var)
        for w, workload in b.flexible.items()
        for share, var in it_terms(b, w, t)
    ]


def add_flexible(b: pyo.Block) -> None:
    """Declare what flexible workloads of a site shed and shift, and book the compute that is lost."""
    workloads = b.model().workloads_by_name
    b.flexible = {w: workloads[w] for w in b.WORKLOADS if workloads[w].flexible_fraction > 0.0}
    shed = [(w, t, h) for w in b.flexible for t, h in b.HOURS if it_terms(b, w, t)]
    shifting = [w for w, workload in b.flexible.items() if not b.hours.is_flat and _room(workload) > 0.0]
    shifted = [index for index in shed if index[0] in shifting]
    days = sorted({(w, t) for w, t, _ in shifted})
    hourly_var(b, "shed_mw", shed)
    hourly_var(b, "shifted_out_mw", shifted)
    hourly_var(b, "shifted_in_mw", shifted)
    b.relief_limit = pyo.Constraint(shed, rule=relief_limit)
    b.shifted_in_limit = pyo.Constraint(shifted, rule=shifted_in_limit)
    by_day = [(w, t, day) for w, t in days for day in range(len(b.hours.day_groups(t)))]
    b.shift_within_day = pyo.Constraint(by_day, rule=shift_within_day)
    for w, workload in b.flexible.items():
        key = LineKey(b.site.site_id, "delay", "lost_compute", w)
        for t in b.LOADED:
            lost = [(weight, b.shed_mw[w, t, h]) for h, weight in enumerate(b.weight_h[t]) if (w, t, h) in b.shed_mw]
            if lost:
                b.model().ledger.book_period(key, lost, t, workload.lost_compute_usd_per_mwh / 1e6)


def _part_of_load(b: pyo.Block, w: str, hour: tuple[int, int], share: float) -> Terms:
    """Share of the load of a workload in an hour (period and position)."""
    t, h = hour
    factor = share * b.pue[t][h]
    return [(factor * one, var) for one, var in working_terms(b, w, t)]


def _room(workload: Workload) -> float:
    """Most load that can be moved into an hour, over the load itself: the flexible share, and what idle GPUs allow."""
    return min(workload.flexible_fraction, 1.0 / workload.utilisation - 1.0)
