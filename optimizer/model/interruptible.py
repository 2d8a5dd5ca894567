"""Interruptible service: the hours in which it is called, what rides them through, and its conversion into firm service."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.model.batteries import cover_terms
from optimizer.model.flexible import sheddable_terms
from optimizer.model.ledger import Terms, linear
from optimizer.model.loads import it_terms, load_terms, peak_terms
from optimizer.model.tariffs import in_service


def called_limit(b: pyo.Block, k: str, t: int, h: int) -> Any:
    r"""Draw from an interruptible tariff only what is left of its hours.

    .. math:: g_{k,t,h} \le (1 - \bar c_{k,t,h}) \, p_{k,t} \qquad [\mathrm{MW}]

    =======================  ==========================  =====  ==============================================
    Symbol                   Component                   Unit   Meaning
    =======================  ==========================  =====  ==============================================
    :math:`g_{k,t,h}`        ``drawn_mw[k, t, h]``       MW     MW drawn from contract k
    :math:`p_{k,t}`          ``contracted_mw[k, t]``     MW     contracted facility MW
    :math:`\bar c_{k,t,h}`   ``called_series``           1      share of the hour in which service is called
    =======================  ==========================  =====  ==============================================
    """
    left = 1.0 - b.called[k, t][h]
    return None, linear([(1.0, b.drawn_mw[k, t, h]), (-left, b.contracted_mw[k, t])]), 0.0


def called_load(b: pyo.Block, series: str, t: int, h: int) -> Any:
    r"""Draw from tariffs that are called together only for the load of hours that are not called, and for charging.

    .. math:: \sum_{k \in I_s} g_{k,t,h} \le (1 - \bar c_{s,t,h}) \, \bar u_{t,h} \sum_w \upsilon_w \sum_g \rho_g x_{g,w,t}
              + \sum_i c_{i,t,h} \qquad [\mathrm{MW}]

    =======================  =============================  =======  ==================================================
    Symbol                   Component                      Unit     Meaning
    =======================  =============================  =======  ==================================================
    :math:`g_{k,t,h}`        ``drawn_mw[k, t, h]``          MW       MW drawn from contract k
    :math:`I_s`              ``called_series``              1        interruptible tariffs of the site called by s
    :math:`\bar c_{s,t,h}`   ``called_series``              1        share of the hour in which service is called
    :math:`c_{i,t,h}`        ``charge_mw[i, t, h]``         MW       charge of a battery
    :math:`x_{g,w,t}`        ``serving[g, w, t]``           kGPU     powered GPUs that serve workload w
    :math:`\rho_g`           ``it_kw_per_gpu``              MW/kGPU  IT peak of a GPU with its server
    :math:`\bar u_{t,h}`     ``pue_series, annual_pue``     1        facility over IT energy in the hour
    :math:`\upsilon_w`       ``utilisation``                1        mean over peak IT load
    =======================  =============================  =======  ==================================================

    A typical hour that is called on some of its days stands for hours in which nothing is drawn and hours in which at most the load and
    what is stored is. Without this limit spare contracted MW would carry the load of called hours. On the safe side: work that is moved
    into such an hour from another is served by something else, or moving it out and in at once would carry the load of called hours.
    """
    left = 1.0 - b.called[b.called_together[series][0], t][h]
    room: Terms = [(left * share, var) for share, var in load_terms(b, t, h)]
    room += [(1.0, b.charge_mw[i, t, h]) for i in b.BATTERIES]
    drawn = [(1.0, b.drawn_mw[k, t, h]) for k in b.called_together[series]]
    return None, linear([*drawn, *((-share, var) for share, var in room)]), 0.0


def called_adequacy(b: pyo.Block, t: int) -> Any:
    r"""Ride through called hours on what is not called: other tariffs, gas, batteries, and load that may be shed.

    .. math:: \sum_{k \notin I} p_{k,t} + \sum_j f_{j,t} + \sum_i v_{i,t} + \pi \sum_w \varphi_w \sum_g \rho_g x_{g,w,t}
              \ge \pi (1 + \varphi) \sum_g \rho_g \sum_w x_{g,w,t} \qquad [\mathrm{MW}]

    ====================  ============================  =======  ==============================================
    Symbol                Component                     Unit     Meaning
    ====================  ============================  =======  ==============================================
    :math:`p_{k,t}`       ``contracted_mw[k, t]``       MW       contracted MW of tariffs that are not called
    :math:`f_{j,t}`       ``gas_firm_mw[j, t]``         MW       firm MW of on-site gas
    :math:`v_{i,t}`       ``cover_mw[t]``               MW       MW of batteries held for called hours
    :math:`x_{g,w,t}`     ``serving[g, w, t]``          kGPU     powered GPUs that serve workload w
    :math:`\rho_g`        ``it_kw_per_gpu``             MW/kGPU  IT peak of a GPU with its server
    :math:`\varphi_w`     ``flexible_fraction``         1        share of the load that is flexible
    :math:`\pi`           ``peak_facility_ratio``       1        facility peak over IT peak
    :math:`\varphi`       ``reserve_fraction``          1        reserve
    ====================  ============================  =======  ==============================================

    Called hours are known days or minutes ahead, not when the plan is made: in every period the load must be able to do without.
    """
    reserved = 1.0 + b.model().instance.reserve_fraction
    need = [(-reserved * share, var) for share, var in peak_terms(b, t)]
    return 0.0, linear([*_uncalled_terms(b, t), *cover_terms(b, t), *sheddable_terms(b, t), *need]), None


def strict_adequacy(b: pyo.Block, t: int) -> Any:
    r"""Hold firm MW that are never called for workloads that accept no interruption.

    .. math:: \sum_{k \notin I} p_{k,t} + \sum_j f_{j,t} \ge \pi (1 + \varphi) \sum_{w \in W^{strict}} \sum_g \rho_g x_{g,w,t}
              \qquad [\mathrm{MW}]

    ====================  ============================  =======  ==============================================
    Symbol                Component                     Unit     Meaning
    ====================  ============================  =======  ==============================================
    :math:`p_{k,t}`       ``contracted_mw[k, t]``       MW       contracted MW of tariffs that are not called
    :math:`f_{j,t}`       ``gas_firm_mw[j, t]``         MW       firm MW of on-site gas
    :math:`x_{g,w,t}`     ``serving[g, w, t]``          kGPU     powered GPUs that serve workload w
    :math:`\rho_g`        ``it_kw_per_gpu``             MW/kGPU  IT peak of a GPU with its server
    :math:`\pi`           ``peak_facility_ratio``       1        facility peak over IT peak
    :math:`\varphi`       ``reserve_fraction``          1        reserve
    :math:`W^{strict}`    ``accepts_interruptible``     1        workloads with ``accepts_interruptible`` false
    ====================  ============================  =======  ==============================================
    """
    ratio = b.site.peak_facility_ratio * (1.0 + b.model().instance.reserve_fraction)
    strict = [w for w in b.WORKLOADS if not b.model().workloads_by_name[w].accepts_interruptible]
    need = [(-ratio * share, var) for w in strict for share, var in it_terms(b, w, t)]
    return (0.0, linear([*_uncalled_terms(b, t), *need]), None) if need else pyo.Constraint.Skip


def conversion_ends(b: pyo.Block, k: str, t: int) -> Any:
    r"""Serve on an interruptible tariff neither beside nor after the firm one it converts to.

    .. math:: a_{k,t} - z_{k,t} \le 1 - a_{f,t} \qquad [1]

    ================  ======================  =====  ==============================================
    Symbol            Component               Unit   Meaning
    ================  ======================  =====  ==============================================
    :math:`a_{k,t}`   ``is_begun[k, t]``      1      service began in t or before
    :math:`z_{k,t}`   ``is_gone[k, t]``       1      service ended in t or before
    :math:`a_{f,t}`   ``is_begun[f, t]``      1      the firm offer f began that k converts to
    ================  ======================  =====  ==============================================
    """
    return in_service(b, k, t) <= 1.0 - b.is_begun[b.tariffs[k].converts_to, t]


def direct_begin(b: pyo.Block, f: str) -> Any:
    r"""Count a firm offer as a use of its group, unless it only takes over from an interruptible one.

    .. math:: u_f \ge a_{f,T} - \sum_{k \to f} a_{k,T} \qquad [1]

    ================  ========================  =====  ====================================================
    Symbol            Component                 Unit   Meaning
    ================  ========================  =====  ====================================================
    :math:`u_f`       ``begun_directly[f]``     1      firm offer f is used without an interruptible before
    :math:`a_{f,T}`   ``is_begun[f, T]``        1      service of f began within the horizon
    :math:`a_{k,T}`   ``is_begun[k, T]``        1      service began of an offer k that converts to f
    ================  ========================  =====  ====================================================
    """
    last = b.model().PERIODS.last()
    before_it = sum(b.is_begun[k, last] for k in b.CONVERTING_TARIFFS if b.tariffs[k].converts_to == f)
    return b.begun_directly[f] >= b.is_begun[f, last] - before_it


def add_interruptible(b: pyo.Block) -> None:
    """Declare what interruptible tariffs of a site can and cannot carry, and how they end."""
    periods = b.model().PERIODS
    _add_called_hours(b)
    interrupted = b.LOADED if any(tariff.kind == "interruptible" for tariff in b.tariffs.values()) else []
    b.called_adequacy = pyo.Constraint(interrupted, rule=called_adequacy)
    b.strict_adequacy = pyo.Constraint(interrupted, rule=strict_adequacy)
    b.conversion_ends = pyo.Constraint(b.CONVERTING_TARIFFS, periods, rule=conversion_ends)
    converted = sorted({b.tariffs[k].converts_to for k in b.CONVERTING_TARIFFS})
    b.begun_directly = pyo.Var(converted, within=pyo.NonNegativeReals)
    b.direct_begin = pyo.Constraint(converted, rule=direct_begin)


def _add_called_hours(b: pyo.Block) -> None:
    """Declare what is left of called hours: of each tariff, and of those together that one series calls."""
    called = {k: tariff.called_series for k, tariff in b.tariffs.items() if tariff.kind == "interruptible"}
    b.called = {(k, t): b.hours.values(name, t).tolist() for k, name in called.items() if name is not None for t in b.LOADED}
    hours = [(k, t, h) for (k, t), shares in b.called.items() for h, share in enumerate(shares) if share > 0.0]
    b.called_limit = pyo.Constraint(hours, rule=called_limit)
    b.called_together = {}
    for k, name in called.items():
        if name is not None:
            b.called_together.setdefault(name, []).append(k)
    firsts = {together[0]: name for name, together in b.called_together.items()}
    b.called_load = pyo.Constraint([(firsts[k], t, h) for k, t, h in hours if k in firsts], rule=called_load)


def _uncalled_terms(b: pyo.Block, t: int) -> Terms:
    """MW that are never called: contracted with tariffs that are not interruptible, and firm on gas units."""
    terms: Terms = [(1.0, b.contracted_mw[k, t]) for k, tariff in b.tariffs.items() if tariff.kind != "interruptible"]
    return terms + [(1.0, b.gas_firm_mw[k, t]) for k in b.GAS]
