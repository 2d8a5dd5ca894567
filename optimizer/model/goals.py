"""Goals: the ledger's present value, months until workloads are ready, tonnes, unmatched MWh. A ledger line is a named expression."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.model.carbon import all_tonnes, unmatched_mwh
from optimizer.model.ledger import Terms, linear
from optimizer.model.workloads import ready_terms


def min_cost(m: pyo.ConcreteModel) -> Any:
    r"""Minimise the present value of the ledger.

    .. math:: \min \sum_\ell \Bigl( \sum_t D_t \, C_{\ell,t} + C^{+}_\ell \Bigr) \qquad [\mathrm{musd}]

    ====================  ==========================  =====  ====================================================
    Symbol                Component                   Unit   Meaning
    ====================  ==========================  =====  ====================================================
    :math:`C_{\ell,t}`    ``line[group, line]``       musd   nominal amount of a line in a period
    :math:`C^{+}_\ell`    ``line[group, line]``       musd   present value of what falls due beyond the horizon
    :math:`D_t`           ``Money.period_discount``   1      present value of 1 in a period
    ====================  ==========================  =====  ====================================================
    """
    return sum(m.line[key] for key in m.line)


def earliest(m: pyo.ConcreteModel) -> Any:
    r"""Minimise the months in which workloads are not ready, weighted by their targets.

    .. math:: \min \sum_w \frac{\bar\tau_w}{\sum_v \bar\tau_v} \Bigl( \sum_t L (1 - r_{w,t}) + \bar N_w (1 - r_{w,T}) \Bigr)
              \qquad [\mathrm{month}]

    ==================  ==============================  ======  ==============================================
    Symbol              Component                       Unit    Meaning
    ==================  ==============================  ======  ==============================================
    :math:`r_{w,t}`     ``ready``, ``rental_ready``     1       w is ready in t or before, at whatever host
    :math:`\bar\tau_w`  ``gpus_h100e``                  H100e   target of the workload
    :math:`L`           ``months_per_period``           month   length of a period
    :math:`\bar N_w`    ``never_ready_months``          month   what never being ready counts on top
    ==================  ==============================  ======  ==============================================

    Months, not a makespan: with several workloads every one of them counts, and ties are broken by the next goal.
    """
    total = sum(workload.gpus_h100e for workload in m.instance.workloads)
    terms: Terms = []
    constant = 0.0
    last = m.PERIODS.last()
    for workload in m.instance.workloads:
        share = workload.gpus_h100e / total
        months = [(t, float(m.calendar.months_per_period)) for t in m.PERIODS] + [(last, float(workload.never_ready_months))]
        constant += share * sum(count for _, count in months)
        for t, count in months:
            terms.extend((-share * count * one, var) for one, var in ready_terms(m, workload.name, t))
    return linear(terms, constant)


def min_carbon(m: pyo.ConcreteModel) -> Any:
    r"""Minimise the tonnes emitted over the horizon, counted by the scenario's basis.

    .. math:: \min \sum_s \sum_t E_{s,t} \qquad [\mathrm{t}]

    ==================  ==================================  =====  ======================================
    Symbol              Component                           Unit   Meaning
    ==================  ==================================  =====  ======================================
    :math:`E_{s,t}`     ``location_t[t]``, ``market_t[t]``  t      tonnes of the basis at site s
    ==================  ==================================  =====  ======================================

    A plan that runs nothing emits nothing: put ``earliest`` before it, or give the workloads deadlines.
    """
    return linear([(1.0, m.nothing), *all_tonnes(m, list(m.PERIODS))])


def max_clean(m: pyo.ConcreteModel) -> Any:
    r"""Minimise the load that no clean energy of its hour matches.

    .. math:: \min \sum_s \sum_t \sum_h w_h (\ell_{s,t,h} - c_{s,t,h}) \qquad [\mathrm{MWh}]

    =====================  ==========================  =====  ==========================================
    Symbol                 Component                   Unit   Meaning
    =====================  ==========================  =====  ==========================================
    :math:`\ell_{s,t,h}`   ``load_mwh_terms``          MW     load of the facility in hour h
    :math:`c_{s,t,h}`      ``matched_mw[t, h]``        MW     load matched by clean energy at site s
    :math:`w_h`            ``hours.weights``           h      hours that h stands for
    =====================  ==========================  =====  ==========================================
    """
    return linear([(1.0, m.nothing), *unmatched_mwh(m)])


UNITS = {"min_cost": "musd", "earliest": "month", "min_carbon": "t", "max_clean": "MWh"}


def add_goals(m: pyo.ConcreteModel) -> None:
    """Declare every ledger line as a named expression, and one objective per goal; ``min_cost`` is active."""
    m.line = pyo.Expression(m.ledger.lines(), rule=_line)
    m.min_cost = pyo.Objective(rule=min_cost, sense=pyo.minimize)
    m.earliest = pyo.Objective(rule=earliest, sense=pyo.minimize)
    m.min_carbon = pyo.Objective(rule=min_carbon, sense=pyo.minimize)
    m.max_clean = pyo.Objective(rule=max_clean, sense=pyo.minimize)
    for goal in (m.earliest, m.min_carbon, m.max_clean):
        goal.deactivate()


def _line(m: pyo.ConcreteModel, group: str, line: str) -> Any:
    """Present value of a ledger line; a function of the model it is given, for one that held the model would keep it alive."""
    return linear(*m.ledger.present(group, line))
