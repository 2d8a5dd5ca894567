"""Fleet: which GPUs are delivered where and when, and which of them are online.

Deliveries are counted cumulatively, ``received[g, t]`` (thousands), so that a vintage window is a difference of two terms.
"""

from __future__ import annotations

import math
from typing import Any

import pyomo.environ as pyo

from optimizer.core.instance import Gpu
from optimizer.model.hardware import THOUSAND, book_hardware
from optimizer.model.idle import pledged_gpus
from optimizer.model.ledger import before
from optimizer.model.siting import is_open, it_capacity_of_mode
from optimizer.scenario.assemble.typical_days import is_hourly


def lot_size(b: pyo.Block, g: str, t: int) -> Any:
    r"""Deliver whole lots.

    .. math:: d_{g,t} = \lambda_g \, n_{g,t} / 1000 \qquad [\mathrm{kGPU}]

    ===================  =====================  =====  =================================
    Symbol               Component              Unit   Meaning
    ===================  =====================  =====  =================================
    :math:`d_{g,t}`      ``received[g, t]``     kGPU   delivered by t, cumulative
    :math:`n_{g,t}`      ``lots[g, t]``         1      whole lots delivered by t
    :math:`\lambda_g`    ``lot``                GPU    size of a lot
    ===================  =====================  =====  =================================
    """
    return b.received[g, t] == b.gpus[g].lot / THOUSAND * b.lots[g, t]


def received_monotone(b: pyo.Block, g: str, t: int) -> Any:
    r"""Count deliveries cumulatively.

    .. math:: d_{g,t} \ge d_{g,t-1} \qquad [\mathrm{kGPU}]

    ===================  =====================  =====  =================================
    Symbol               Component              Unit   Meaning
    ===================  =====================  =====  =================================
    :math:`d_{g,t}`      ``received[g, t]``     kGPU   delivered by t, cumulative
    ===================  =====================  =====  =================================
    """
    return b.received[g, t] >= b.received[g, t - 1]


def delivery_site(b: pyo.Block, g: str, t: int) -> Any:
    r"""Deliver only to a site that is started, and no more than the vendor has on offer.

    .. math:: d_{g,t} - d_{g,t-1} \le \bar v_{g,t} \sum_m s_{m,t} \qquad [\mathrm{kGPU}]

    =====================  ========================  =====  ========================================
    Symbol                 Component                 Unit   Meaning
    =====================  ========================  =====  ========================================
    :math:`d_{g,t}`        ``received[g, t]``        kGPU   delivered by t, cumulative
    :math:`s_{m,t}`        ``is_started[m, t]``      1      mode m was started in t or before
    :math:`\bar v_{g,t}`   ``Needs.on_offer``        kGPU   what the vendor has on offer in the period
    =====================  ========================  =====  ========================================

    The disaggregated link: its coefficient is the offer of the one period, not a sum. Without a limit of the vendor: as many as all
    workloads want, or, where load by the hour may earn, as the halls of the site can power.
    """
    return b.received[g, t] - before(b.received, g, t - 1) <= delivered_at_most(b, b.gpus[g], t) * is_open(b, t)


def online_limit(b: pyo.Block, g: str, t: int) -> Any:
    r"""Power only GPUs that are online: installed, and within their lifetime (hardware may wait for power, dearly).

    .. math:: \sum_w x_{g,w,t} \le d_{g,\,t-I_g} - d_{g,\,t-Y_g} + \bar d^0_g \qquad [\mathrm{kGPU}]

    =====================  ========================  =====  ==========================================
    Symbol                 Component                 Unit   Meaning
    =====================  ========================  =====  ==========================================
    :math:`x_{g,w,t}`      ``serving[g, w, t]``      kGPU   powered GPUs that serve workload w
    :math:`d_{g,t}`        ``received[g, t]``        kGPU   delivered by t, cumulative
    :math:`I_g`            ``install_months``        per.   installation, in whole periods
    :math:`Y_g`            ``lifetime_months``       per.   lifetime, in whole periods
    :math:`\bar d^0_g`     ``initial_gpus``          kGPU   GPUs that stand at the site at the start
    =====================  ========================  =====  ==========================================
    """
    return powered(b, g, t) <= online(b, g, t)


def gpus_limit(b: pyo.Block, t: int) -> Any:
    r"""Keep the GPUs of a site within its limit.

    .. math:: \sum_g \bigl(d_{g,\,t-I_g} - d_{g,\,t-Y_g} + \bar d^0_g\bigr) \le \bar g \qquad [\mathrm{kGPU}]

    =====================  ========================  =====  ==========================================
    Symbol                 Component                 Unit   Meaning
    =====================  ========================  =====  ==========================================
    :math:`d_{g,t}`        ``received[g, t]``        kGPU   delivered by t, cumulative
    :math:`I_g`            ``install_months``        per.   installation, in whole periods
    :math:`Y_g`            ``lifetime_months``       per.   lifetime, in whole periods
    :math:`\bar d^0_g`     ``initial_gpus``          kGPU   GPUs that stand at the site at the start
    :math:`\bar g`         ``max_gpus``              kGPU   limit of the site
    =====================  ========================  =====  ==========================================
    """
    return sum(online(b, g, t) for g in b.GPUS) + b.model().nothing <= b.site.max_gpus / THOUSAND


def it_capacity(b: pyo.Block, t: int) -> Any:
    r"""Keep the IT peak of the powered GPUs within the capacity in service.

    .. math:: \sum_g \rho_g \sum_w x_{g,w,t} \le \sum_m \bigl(c_{m,t} + \bar c^0_m s_{m,t}\bigr) \qquad [\mathrm{MW}]

    =====================  ============================  =======  ==========================================
    Symbol                 Component                     Unit     Meaning
    =====================  ============================  =======  ==========================================
    :math:`x_{g,w,t}`      ``serving[g, w, t]``          kGPU     powered GPUs that serve workload w
    :math:`\rho_g`         ``it_kw_per_gpu``             MW/kGPU  IT peak of a GPU with its server
    :math:`c_{m,t}`        ``constructed_it_mw[m, t]``   MW       IT capacity added by t
    :math:`\bar c^0_m`     ``initial_it_mw``             MW       capacity that stands at the start
    :math:`s_{m,t}`        ``is_started[m, t]``          1        mode m was started in t or before
    =====================  ============================  =======  ==========================================
    """
    return it_peak_mw(b, t) <= sum(it_capacity_of_mode(b, mode, t) for mode in b.MODES)


def liquid_capacity(b: pyo.Block, t: int) -> Any:
    r"""Stand liquid-cooled GPUs only where the mode's cooling suits them.

    .. math:: \sum_{g \in G^{liq}} \rho_g \sum_w x_{g,w,t} \le \sum_{m \in M^{liq}} \bigl(c_{m,t} + \bar c^0_m s_{m,t}\bigr)
              + \sum_{m \in M^{add}} q_{m,t} \qquad [\mathrm{MW}]

    =====================  ============================  =======  ==============================================
    Symbol                 Component                     Unit     Meaning
    =====================  ============================  =======  ==============================================
    :math:`x_{g,w,t}`      ``serving[g, w, t]``          kGPU     powered GPUs; here: liquid-cooled models
    :math:`\rho_g`         ``it_kw_per_gpu``             MW/kGPU  IT peak of a GPU with its server
    :math:`c_{m,t}`        ``constructed_it_mw[m, t]``   MW       capacity of modes ``liquid`` and ``both``
    :math:`\bar c^0_m`     ``initial_it_mw``             MW       capacity that stands at the start
    :math:`s_{m,t}`        ``is_started[m, t]``          1        mode m was started in t or before
    :math:`q_{m,t}`        ``liquid_it_mw[m, t]``        MW       air-cooled MW equipped for liquid
    =====================  ============================  =======  ==============================================
    """
    suited = sum(it_capacity_of_mode(b, mode, t) for mode in b.MODES if b.modes[mode].cooling in {"liquid", "both"})
    equipped = sum(b.liquid_it_mw[mode, t] for mode in b.ADDER_MODES)
    return _cooled_mw(b, "liquid", t) <= suited + equipped


def air_capacity(b: pyo.Block, t: int) -> Any:
    r"""Stand air-cooled GPUs only where the mode's cooling suits them.

    .. math:: \sum_{g \in G^{air}} \rho_g \sum_w x_{g,w,t} \le \sum_{m \in M^{air}} \bigl(c_{m,t} + \bar c^0_m s_{m,t}\bigr)
              \qquad [\mathrm{MW}]

    =====================  ============================  =======  ==============================================
    Symbol                 Component                     Unit     Meaning
    =====================  ============================  =======  ==============================================
    :math:`x_{g,w,t}`      ``serving[g, w, t]``          kGPU     powered GPUs; here: air-cooled models
    :math:`\rho_g`         ``it_kw_per_gpu``             MW/kGPU  IT peak of a GPU with its server
    :math:`c_{m,t}`        ``constructed_it_mw[m, t]``   MW       capacity of modes ``air`` and ``both``
    :math:`\bar c^0_m`     ``initial_it_mw``             MW       capacity that stands at the start
    :math:`s_{m,t}`        ``is_started[m, t]``          1        mode m was started in t or before
    =====================  ============================  =======  ==============================================
    """
    suited = sum(it_capacity_of_mode(b, mode, t) for mode in b.MODES if b.modes[mode].cooling in {"air", "both"})
    return _cooled_mw(b, "air", t) <= suited


def supply_limit(m: pyo.ConcreteModel, g: str, t: int) -> Any:
    r"""Take no more from the vendor, over all sites, than it has on offer in a period.

    .. math:: \sum_s \bigl(d_{s,g,t} - d_{s,g,t-1}\bigr) \le \bar v_{g,t}
              = \lambda_g \left(\lfloor S_{g,t} / \lambda_g \rfloor - \lfloor S_{g,t-1} / \lambda_g \rfloor\right) \qquad [\mathrm{kGPU}]

    =====================  ==============================  =====  ================================================
    Symbol                 Component                       Unit   Meaning
    =====================  ==============================  =====  ================================================
    :math:`d_{s,g,t}`      ``sites[s].received[g, t]``     kGPU   delivered by t, cumulative
    :math:`\bar v_{g,t}`   ``Needs.on_offer``              kGPU   what the vendor has on offer in the period
    :math:`S_{g,t}`        ``Needs.shipped``               kGPU   vendor's supply to the end of t, from the start on
    :math:`\lambda_g`      ``lot``                         kGPU   size of a lot; 0: :math:`\bar v = S_t - S_{t-1}`
    =====================  ==============================  =====  ================================================

    What is left below a whole lot counts for the next one; a lot on offer that nobody takes lapses with its period.
    """
    deliveries = sum(
        m.sites[s].received[g, t] - before(m.sites[s].received, g, t - 1) for s in m.SITES if g in m.sites[s].GPUS
    )
    return deliveries + m.nothing <= m.needs.on_offer(m.needs.gpu(g), t) / THOUSAND


def powered(b: pyo.Block, g: str, t: int) -> Any:
    """Thousand GPUs of a model that run in a period."""
    return sum(b.serving[g, w, t] for w in b.WORKLOADS if (g, w, t) in b.serving)


def online(b: pyo.Block, g: str, t: int) -> Any:
    """Thousand GPUs of a model that are installed and within their lifetime in a period."""
    calendar = b.model().calendar
    gpu = b.gpus[g]
    retired = calendar.lag_periods(gpu.lifetime_months)
    initial = initial_gpus(b, gpu) if t < retired else 0
    installed = before(b.received, g, t - calendar.lag_periods(gpu.install_months))
    return installed - before(b.received, g, t - retired) + initial / THOUSAND


def delivered_at_most(b: pyo.Block, gpu: Gpu, t: int) -> float:
    """Most thousand GPUs of a model that a site may want delivered in a period: what is on offer, or could be of use there.

    Of use are as many as all workloads could take or the halls can power, and those that secure the whole of a loan.
    """
    m = b.model()
    on_offer = m.needs.on_offer(gpu, t)
    if on_offer < math.inf:
        return float(on_offer) / THOUSAND
    wanted = sum(workload.gpus_h100e for workload in m.instance.workloads) / gpu.h100_equivalents
    of_use = max(wanted, THOUSAND * powered_at_most(b, gpu)) if is_hourly(b.site) else wanted
    of_use += pledged_gpus(m.instance, gpu)
    return float(math.ceil(of_use / gpu.lot) * gpu.lot if gpu.lot else of_use) / THOUSAND


def powered_at_most(b: pyo.Block, gpu: Gpu) -> float:
    """Most thousand GPUs of a model that the halls of a site can power and that it takes."""
    halls = max(mode.max_it_mw for mode in b.modes.values()) / gpu.it_kw_per_gpu
    return float(halls if b.site.max_gpus is None else min(halls, b.site.max_gpus / THOUSAND))


def initial_gpus(b: pyo.Block, gpu: Gpu) -> int:
    """GPUs of a model that stand at a site at the start."""
    return sum(count for site_id, count in gpu.initial_gpus if site_id == b.site.site_id)


def it_peak_mw(b: pyo.Block, t: int) -> Any:
    """IT peak of the powered GPUs of a site."""
    return sum(b.gpus[g].it_kw_per_gpu * powered(b, g, t) for g in b.GPUS)


def _cooled_mw(b: pyo.Block, cooling: str, t: int) -> Any:
    return sum(b.gpus[g].it_kw_per_gpu * powered(b, g, t) for g in b.GPUS if b.gpus[g].cooling == cooling)


def _can_stand(b: pyo.Block, gpu: Gpu) -> bool:
    if gpu.cooling == "liquid":
        return bool(b.ADDER_MODES) or any(mode.cooling != "air" for mode in b.site.modes)
    return any(mode.cooling != "liquid" for mode in b.site.modes)


def _is_wanted(m: pyo.ConcreteModel, gpu: Gpu) -> bool:
    return any(gpu.name in workload.accepts for workload in m.instance.workloads)


def add_fleet(b: pyo.Block) -> None:
    """Declare deliveries and powered GPUs of a site and book what they cost."""
    m = b.model()
    b.gpus = {gpu.name: gpu for gpu in m.instance.gpus if initial_gpus(b, gpu) or (_can_stand(b, gpu) and _is_wanted(m, gpu))}
    b.GPUS = pyo.Set(initialize=list(b.gpus), ordered=True)
    b.LOT_GPUS = pyo.Set(initialize=[name for name, gpu in b.gpus.items() if gpu.lot], ordered=True)
    b.WORKLOADS = pyo.Set(initialize=[workload.name for workload in m.instance.workloads], ordered=True)
    served = [
        (gpu, workload.name, t)
        for workload in m.instance.workloads
        for gpu in b.gpus
        if gpu in workload.accepts
        for t in m.needs.needed_periods(workload)
    ]
    b.received = pyo.Var(b.GPUS, m.PERIODS, within=pyo.NonNegativeReals)
    b.lots = pyo.Var(b.LOT_GPUS, m.PERIODS, within=pyo.NonNegativeIntegers)
    b.serving = pyo.Var(served, within=pyo.NonNegativeReals)
    b.lot_size = pyo.Constraint(b.LOT_GPUS, m.PERIODS, rule=lot_size)
    b.received_monotone = pyo.Constraint(b.GPUS, pyo.RangeSet(1, m.PERIODS.last()), rule=received_monotone)
    b.delivery_site = pyo.Constraint(b.GPUS, m.PERIODS, rule=delivery_site)
    b.online_limit = pyo.Constraint(sorted({(g, t) for g, _, t in served}), rule=online_limit)
    if b.site.max_gpus is not None and b.gpus:
        b.gpus_limit = pyo.Constraint(m.PERIODS, rule=gpus_limit)
    loaded = sorted({t for _, _, t in served})
    b.it_capacity = pyo.Constraint(loaded, rule=it_capacity)
    coolings = {gpu.cooling for gpu in b.gpus.values()}
    if "liquid" in coolings and any(mode.cooling == "air" for mode in b.site.modes):
        b.liquid_capacity = pyo.Constraint(loaded, rule=liquid_capacity)
    if "air" in coolings and any(mode.cooling == "liquid" for mode in b.site.modes):
        b.air_capacity = pyo.Constraint(loaded, rule=air_capacity)
    for gpu in b.gpus.values():
        book_hardware(b, gpu)


def add_supply(m: pyo.ConcreteModel) -> None:
    """Declare the vendors' supply over all sites."""
    limited = [gpu.name for gpu in m.instance.gpus if gpu.supply is not None]
    m.supply_limit = pyo.Constraint(limited, m.PERIODS, rule=supply_limit)
