"""Valid inequalities: they cut no plan, only the fractions between plans.

A fractional host otherwise uses only the best GPUs, the first MW and the nearest dates. Each row here ties ``ready`` to the least IT MW
that reaches the target with everything the vendors could have shipped by then.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.model.gas_output import firm_at_most
from optimizer.model.idle import idle_sites_give
from optimizer.model.ledger import before
from optimizer.model.siting import it_capacity_of_mode, periods_to_mw
from optimizer.model.tariffs import in_service, ramp_mw


def start_hosts(b: pyo.Block, mode: str) -> Any:
    r"""Start a site only to host a workload on it.

    .. math:: s_{m,T} \le \sum_{w,f} r_{w,f,\bar t_w} \qquad [1]

    ==========================  ========================  =====  ==================================================
    Symbol                      Component                 Unit   Meaning
    ==========================  ========================  =====  ==================================================
    :math:`s_{m,T}`             ``is_started[m, T]``      1      mode m is started within the horizon
    :math:`r_{w,f,\bar t_w}`    ``ready[w, f, t]``        1      w runs here on family f, in its last needed period
    ==========================  ========================  =====  ==================================================

    A site without a workload has no load and only costs: no best plan is lost, and no idle site is named. Committed sites are exempt,
    and all sites are where one can give something without a workload: GPUs that secure a loan, or that resell for more than they cost.
    """
    m = b.model()
    last = {w: m.needs.needed_periods(m.workloads_by_name[w]).stop - 1 for w, _ in b.HOSTED}
    hosted = sum(b.ready[w, f, last[w]] for w, f in b.HOSTED if last[w] >= 0)
    return b.is_started[mode, m.PERIODS.last()] <= hosted + m.nothing


def time_to_target(b: pyo.Block, w: str, f: str, t: int) -> Any:
    r"""Be ready only when construction, begun in time, can have reached the least MW of the target.

    .. math:: r_{w,f,t} \le \sum_m s_{m,\,t - \delta_{m,w,f,t}} \qquad [1]

    ==========================  ========================  =====  ==================================================
    Symbol                      Component                 Unit   Meaning
    ==========================  ========================  =====  ==================================================
    :math:`r_{w,f,t}`           ``ready[w, f, t]``        1      w runs here on family f, since t or before
    :math:`s_{m,t}`             ``is_started[m, t]``      1      mode m was started in t or before
    :math:`\delta_{m,w,f,t}`    ``periods_to_mw``         per.   lead and growth to the least MW of the target
    ==========================  ========================  =====  ==================================================

    A mode that never reaches the least MW has no term.
    """
    need = _need(b, w, f, t)
    delays = {name: periods_to_mw(b.model().calendar, mode, need) for name, mode in b.modes.items()}
    started = sum(before(b.is_started, name, t - delay) for name, delay in delays.items() if delay is not None)
    return b.ready[w, f, t] <= started


def mw_at_host(b: pyo.Block, t: int) -> Any:
    r"""Have in service at a host the least MW of all it hosts.

    .. math:: \sum_{w,f} \underline c_{w,f,t} \, r_{w,f,t} \le \sum_m (c_{m,t} + \bar c^0_m s_{m,t}) \qquad [\mathrm{MW}]

    ============================  ============================  =====  ==================================================
    Symbol                        Component                     Unit   Meaning
    ============================  ============================  =====  ==================================================
    :math:`r_{w,f,t}`             ``ready[w, f, t]``            1      w runs here on family f, since t or before
    :math:`c_{m,t}`               ``constructed_it_mw[m, t]``   MW     IT capacity added by t
    :math:`\bar c^0_m`            ``initial_it_mw``             MW     capacity that stands at the start
    :math:`s_{m,t}`               ``is_started[m, t]``          1      mode m was started in t or before
    :math:`\underline c_{w,f,t}`  ``Needs.it_mw_to_target``     MW     least IT MW that reaches the target by t
    ============================  ============================  =====  ==================================================
    """
    needed = sum(_need(b, w, f, t) * b.ready[w, f, t] for w, f in b.HOSTED if (w, f, t) in b.reachable)
    return needed <= sum(it_capacity_of_mode(b, mode, t) for mode in b.MODES)


def firm_mw_at_host(b: pyo.Block, w: str, f: str, t: int) -> Any:
    r"""Cover the least firm MW of a target by contracts in service, each counted at most at that need.

    .. math:: \sum_k \min(\bar P_{k,t}, \underline F) (a_{k,t} - z_{k,t}) + \sum_j \min(\bar F_j, \underline F)\, o_{j,t}
              \ge \underline F \, r_{w,f,t} \qquad [\mathrm{MW}]

    =========================  ==================================  =====  ==================================================
    Symbol                     Component                           Unit   Meaning
    =========================  ==================================  =====  ==================================================
    :math:`a_{k,t}-z_{k,t}`    ``is_begun``, ``is_gone``           1      tariff k serves in t
    :math:`o_{j,t}`            ``gas_on[j, t]``                    1      gas offer j gives firm MW in t
    :math:`r_{w,f,t}`          ``ready[w, f, t]``                  1      w runs here on family f, since t or before
    :math:`\bar P_{k,t}`       ``ramp_mw``                         MW     ramp in force
    :math:`\bar F_j`           ``firm_at_most``                    MW     most firm MW of the units
    :math:`\underline F`       ``Needs.it_mw_to_target``           MW     least IT MW x peak ratio x (1 + reserve)
    =========================  ==================================  =====  ==================================================

    A cover row with tightened coefficients: a contract larger than the need counts as the need, no more.
    """
    m = b.model()
    need = _need(b, w, f, t) * b.site.peak_facility_ratio * (1.0 + m.instance.reserve_fraction)
    month = m.calendar.first_month(t)
    tariffs = sum(min(ramp_mw(b.tariffs[k], month), need) * in_service(b, k, t) for k in b.TARIFFS)
    firm = {k: firm_at_most(b, gas) for k, gas in b.gas.items()}
    return tariffs + sum(min(firm[k], need) * b.gas_on[k, t] for k in b.GAS) >= need * b.ready[w, f, t]


def add_valid_inequalities(m: pyo.ConcreteModel) -> None:
    """Fix what dates exclude and add the valid inequalities of every site."""
    for s in m.SITES:
        _fix_unreachable(m.sites[s])
        _add_rows(m.sites[s])


def _fix_unreachable(b: pyo.Block) -> None:
    """Fix ``ready`` to 0 where not even all GPUs that could be online reach the target; keep the rest as ``reachable``."""
    m = b.model()
    b.reachable = []
    for w, f in b.HOSTED:
        workload = m.workloads_by_name[w]
        for t in m.needs.needed_periods(workload):
            if m.needs.it_mw_to_target(workload, f, t) is None:
                b.ready[w, f, t].fix(0)
            else:
                b.reachable.append((w, f, t))


def _add_rows(b: pyo.Block) -> None:
    reachable = b.reachable
    if not b.site.is_committed and not idle_sites_give(b.model().instance):
        b.start_hosts = pyo.Constraint(b.MODES, rule=start_hosts)
    b.time_to_target = pyo.Constraint(reachable, rule=time_to_target)
    b.mw_at_host = pyo.Constraint(sorted({t for _, _, t in reachable}), rule=mw_at_host)
    if b.model().instance.has_contracts:
        b.firm_mw_at_host = pyo.Constraint(reachable, rule=firm_mw_at_host)


def _need(b: pyo.Block, w: str, f: str, t: int) -> float:
    need = b.model().needs.it_mw_to_target(b.model().workloads_by_name[w], f, t)
    assert need is not None  # only asked where the target is reachable
    return float(need)
