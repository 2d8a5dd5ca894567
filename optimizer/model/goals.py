"""Goals: the ledger's present value, and the months until workloads are ready. Each ledger line is one named expression."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

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


def contracted_in_all(m: pyo.ConcreteModel) -> Any:
    """MW contracted with all tariffs, summed over periods: of two plans that cost the same, the one that contracts less is shown."""
    blocks = [m.sites[s] for s in m.SITES] if m.instance.has_contracts else []
    terms: Terms = [(1.0, b.contracted_mw[k, t]) for b in blocks for k in b.TARIFFS for t in m.PERIODS]
    return linear([*terms, (1.0, m.nothing)])


UNITS = {"min_cost": "musd", "earliest": "month"}


def add_goals(m: pyo.ConcreteModel) -> None:
    """Declare every ledger line as a named expression, and one objective per goal; ``min_cost`` is active."""
    m.line = pyo.Expression(m.ledger.lines(), rule=lambda _, group, line: linear(*m.ledger.present(group, line)))
    m.min_cost = pyo.Objective(rule=min_cost, sense=pyo.minimize)
    m.earliest = pyo.Objective(rule=earliest, sense=pyo.minimize)
    m.earliest.deactivate()
