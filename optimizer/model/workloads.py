"""Workloads: one host over sites and rental offers, ready from one period on, and the price of every month before."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.core.finance import Schedule
from optimizer.core.instance import Workload
from optimizer.model.fleet import powered_at_most
from optimizer.model.hardware import THOUSAND
from optimizer.model.ledger import LineKey, linear


def ready_target(b: pyo.Block, w: str, f: str, t: int) -> Any:
    r"""Give a workload, from ready on, its whole target at its host, in GPUs of one family.

    .. math:: \sum_{g \in f} e_g \, x_{g,w,t} \ge \bar\tau_w \, r_{w,f,t} \qquad [\mathrm{kH100e}]

    ==================  ========================  =========  ==============================================
    Symbol              Component                 Unit       Meaning
    ==================  ========================  =========  ==============================================
    :math:`x_{g,w,t}`   ``serving[g, w, t]``      kGPU       powered GPUs that serve workload w
    :math:`r_{w,f,t}`   ``ready[w, f, t]``        1          w runs here on family f, since t or before
    :math:`e_g`         ``h100_equivalents``      H100e/GPU  performance of a GPU
    :math:`\bar\tau_w`  ``gpus_h100e``            kH100e     target of the workload
    ==================  ========================  =========  ==============================================

    Stated per site and family, so that no two half-filled hosts add up. It holds in every period from ready to ``until``.
    """
    m = b.model()
    workload = m.workloads_by_name[w]
    performance = sum(
        b.gpus[gpu.name].h100_equivalents * b.serving[gpu.name, w, t]
        for gpu in m.needs.families(workload)[f]
        if gpu.name in b.GPUS
    )
    return performance >= workload.gpus_h100e / THOUSAND * b.ready[w, f, t]


def serving_ready(b: pyo.Block, g: str, w: str, t: int) -> Any:
    r"""Serve a workload only where and while it is ready.

    .. math:: x_{g,w,t} \le \min\left(\frac{\max_m \bar c_m}{\rho_g}, \bar g, \bar o_{g,t}\right) r_{w,f(g),t} \qquad [\mathrm{kGPU}]

    ==================  ========================  =======  ==============================================
    Symbol              Component                 Unit     Meaning
    ==================  ========================  =======  ==============================================
    :math:`x_{g,w,t}`   ``serving[g, w, t]``      kGPU     powered GPUs that serve workload w
    :math:`r_{w,f,t}`   ``ready[w, f, t]``        1        w runs here on family f, since t or before
    :math:`\bar c_m`    ``max_it_mw``             MW       most IT MW of mode m
    :math:`\bar g`      ``max_gpus``              kGPU     limit of the site, where it has one
    :math:`\bar o_g`    ``Needs.online_at_most``  kGPU     most GPUs that could be online, by the vendor's supply
    :math:`\rho_g`      ``it_kw_per_gpu``         MW/kGPU  IT peak of a GPU with its server
    ==================  ========================  =======  ==============================================

    Load is no mere cost: it carries agreements that gain at the hub, is paid to draw where a price is below 0, and costs nothing under a
    take-or-pay or a minimum bill. So the row stands at every site and for every workload, with a deadline or a price of delay too.
    """
    needs = b.model().needs
    most = min(powered_at_most(b, b.gpus[g]), needs.online_at_most(b.gpus[g], t) / THOUSAND)
    families = needs.families(b.model().workloads_by_name[w])
    family = next(name for name, gpus in families.items() if any(gpu.name == g for gpu in gpus))
    return None, linear([(1.0, b.serving[g, w, t]), (-most, b.ready[w, family, t])]), 0.0


def host_ready_monotone(b: pyo.Block, w: str, f: str, t: int) -> Any:
    r"""Keep a ready workload ready at its host.

    .. math:: r_{w,f,t} \ge r_{w,f,t-1} \qquad [1]

    ==================  ========================  =====  ==============================================
    Symbol              Component                 Unit   Meaning
    ==================  ========================  =====  ==============================================
    :math:`r_{w,f,t}`   ``ready[w, f, t]``        1      w runs here on family f, since t or before
    ==================  ========================  =====  ==============================================
    """
    return b.ready[w, f, t] >= b.ready[w, f, t - 1]


def one_host(m: pyo.ConcreteModel, w: str) -> Any:
    r"""Host a training workload on one campus: one site with one family, or one rental offer, or nowhere.

    .. math:: \sum_{s,f} r_{s,w,f,T} + \sum_o r_{o,w,T} \le 1 \qquad [1]

    ====================  ================================  =====  ============================================
    Symbol                Component                         Unit   Meaning
    ====================  ================================  =====  ============================================
    :math:`r_{s,w,f,T}`   ``sites[s].ready[w, f, T]``       1      w is ready at site s at the end
    :math:`r_{o,w,T}`     ``rental_ready[o, w, T]``         1      w is ready at rental offer o at the end
    ====================  ================================  =====  ============================================

    ``ready`` is monotone, so the last period speaks for all. A row of generalised upper-bound form: tight.
    """
    return ready_anywhere(m, w, m.PERIODS.last()) <= 1


def deadline(m: pyo.ConcreteModel, w: str) -> Any:
    r"""Be ready by the hard deadline.

    .. math:: \sum_{s,f} r_{s,w,f,\bar t_w} + \sum_o r_{o,w,\bar t_w} \ge 1 \qquad [1]

    =====================  ================================  =====  ============================================
    Symbol                 Component                         Unit   Meaning
    =====================  ================================  =====  ============================================
    :math:`r_{s,w,f,t}`    ``sites[s].ready[w, f, t]``       1      w is ready at site s in t or before
    :math:`r_{o,w,t}`      ``rental_ready[o, w, t]``         1      w is ready at rental offer o in t or before
    :math:`\bar t_w`       ``deadline``                      per.   last period that begins by the deadline
    =====================  ================================  =====  ============================================
    """
    last = m.workloads_by_name[w].deadline // m.calendar.months_per_period
    return ready_anywhere(m, w, min(last, m.PERIODS.last())) >= 1


def ready_anywhere(m: pyo.ConcreteModel, w: str, t: int) -> Any:
    """Whether a workload is ready in a period, at whatever host."""
    return linear([*ready_terms(m, w, t), (1.0, m.nothing)])


def add_hosting(b: pyo.Block) -> None:
    """Declare which workloads a site may host, on which family, from when."""
    m = b.model()
    pairs = [
        (workload.name, family)
        for workload in m.instance.workloads
        for family, gpus in m.needs.families(workload).items()
        if any(gpu.name in b.GPUS for gpu in gpus)
    ]
    b.HOSTED = pyo.Set(initialize=pairs, dimen=2, ordered=True)
    needed = [(w, f, t) for w, f in pairs for t in m.needs.needed_periods(m.workloads_by_name[w])]
    b.ready = pyo.Var(needed, within=pyo.Binary)
    b.ready_target = pyo.Constraint(needed, rule=ready_target)
    b.serving_ready = pyo.Constraint(sorted(b.serving), rule=serving_ready)
    b.host_ready_monotone = pyo.Constraint([(w, f, t) for w, f, t in needed if t > 0], rule=host_ready_monotone)


def add_workloads(m: pyo.ConcreteModel) -> None:
    """Declare what concerns a workload over all hosts, and book the price of delay."""
    names = [workload.name for workload in m.instance.workloads]
    m.one_host = pyo.Constraint(names, rule=one_host)
    m.deadline = pyo.Constraint([w for w in names if m.workloads_by_name[w].deadline is not None], rule=deadline)
    for workload in m.instance.workloads:
        _book_delay(m, workload)


def _book_delay(m: pyo.ConcreteModel, workload: Workload) -> None:
    cost = workload.delay_cost_musd_per_month
    if not cost:
        return
    key = LineKey("", "delay", "delay", workload.name)
    end = m.calendar.months
    until = end - 1 if workload.until is None else workload.until
    for t in m.PERIODS:
        waiting = sum(workload.wanted_from <= month <= until for month in m.calendar.months_of(t))
        m.ledger.book_constant(key, Schedule(((t, cost * waiting),)))
        m.ledger.book_period(key, ready_terms(m, workload.name, t), t, -cost * waiting)
    if until >= end - 1:
        tail = m.money.schedule([(month, cost) for month in range(end, end + workload.never_ready_months)])
        m.ledger.book_constant(key, tail)
        saved = Schedule((), -tail.beyond_nominal, -tail.beyond_present)
        m.ledger.book(key, ready_terms(m, workload.name, m.PERIODS.last()), saved)


def ready_terms(m: pyo.ConcreteModel, w: str, t: int) -> list[tuple[float, Any]]:
    """``ready_anywhere`` as terms; after its last needed period a workload is what it was in that one."""
    t = min(t, m.needs.needed_periods(m.workloads_by_name[w]).stop - 1)
    at_sites = [
        (1.0, m.sites[s].ready[w, f, t])
        for s in m.SITES
        for f in m.needs.families(m.workloads_by_name[w])
        if (w, f, t) in m.sites[s].ready
    ]
    return at_sites + [(1.0, m.rental_ready[o, w, t]) for o in m.HOST_RENTALS if (o, w, t) in m.rental_ready]
