"""Power at a site: firm MW for the peak, mean MW for the energy, over all contracts together."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.model.fleet import it_peak_mw
from optimizer.model.obligations import add_obligations


def adequacy(b: pyo.Block, t: int) -> Any:
    r"""Hold firm MW for the facility's peak and the reserve.

    .. math:: \sum_k p_{k,t} + \sum_j f_{j,t} \ge \pi (1 + \varphi) \sum_g \rho_g \sum_w x_{g,w,t} \qquad [\mathrm{MW}]

    ==================  ============================  =======  ==============================================
    Symbol              Component                     Unit     Meaning
    ==================  ============================  =======  ==============================================
    :math:`p_{k,t}`     ``contracted_mw[k, t]``       MW       contracted MW of firm tariffs
    :math:`f_{j,t}`     ``gas_firm_mw[j, t]``         MW       firm MW of on-site gas
    :math:`x_{g,w,t}`   ``serving[g, w, t]``          kGPU     powered GPUs that serve workload w
    :math:`\rho_g`      ``it_kw_per_gpu``             MW/kGPU  IT peak of a GPU with its server
    :math:`\pi`         ``peak_facility_ratio``       1        facility peak over IT peak
    :math:`\varphi`     ``reserve_fraction``          1        reserve
    ==================  ============================  =======  ==============================================

    On powered GPUs, not on those that stand: hardware may wait for power. A battery would add nothing here.
    """
    ratio = b.site.peak_facility_ratio * (1.0 + b.model().instance.reserve_fraction)
    return firm_mw(b, t) >= ratio * it_peak_mw(b, t)


def peak_balance(b: pyo.Block, t: int) -> Any:
    r"""Lay the facility's peak on the contracts.

    .. math:: \sum_k h_{k,t} \ge \pi \sum_g \rho_g \sum_w x_{g,w,t} \qquad [\mathrm{MW}]

    ==================  ==================================  =======  ====================================
    Symbol              Component                           Unit     Meaning
    ==================  ==================================  =======  ====================================
    :math:`h_{k,t}`     ``peak_mw``, ``gas_peak_mw``        MW       part of the peak on contract k
    :math:`x_{g,w,t}`   ``serving[g, w, t]``                kGPU     powered GPUs that serve workload w
    :math:`\rho_g`      ``it_kw_per_gpu``                   MW/kGPU  IT peak of a GPU with its server
    :math:`\pi`         ``peak_facility_ratio``             1        facility peak over IT peak
    ==================  ==================================  =======  ====================================
    """
    peaks = sum(b.peak_mw[k, t] for k in b.TARIFFS) + sum(b.gas_peak_mw[k, t] for k in b.GAS)
    return peaks >= b.site.peak_facility_ratio * it_peak_mw(b, t)


def energy_balance(b: pyo.Block, t: int) -> Any:
    r"""Draw from the contracts the mean MW that the working GPUs need.

    .. math:: \sum_k g_{k,t} = \bar u \sum_g \rho_g \sum_w \upsilon_w x_{g,w,t} \qquad [\mathrm{MW}]

    ====================  ==================================  =======  ====================================
    Symbol                Component                           Unit     Meaning
    ====================  ==================================  =======  ====================================
    :math:`g_{k,t}`       ``drawn_mw``, ``gas_drawn_mw``      MW       mean MW drawn from contract k
    :math:`x_{g,w,t}`     ``serving[g, w, t]``                kGPU     powered GPUs that serve workload w
    :math:`\rho_g`        ``it_kw_per_gpu``                   MW/kGPU  IT peak of a GPU with its server
    :math:`\bar u`        ``annual_pue``                      1        annual facility over IT energy
    :math:`\upsilon_w`    ``utilisation``                     1        mean over peak IT load
    ====================  ==================================  =======  ====================================
    """
    m = b.model()
    drawn = sum(b.drawn_mw[k, t] for k in b.TARIFFS) + sum(b.gas_drawn_mw[k, t] for k in b.GAS)
    mean_it = sum(
        b.gpus[g].it_kw_per_gpu * m.workloads_by_name[w].utilisation * b.serving[g, w, t]
        for g in b.GPUS
        for w in b.WORKLOADS
        if (g, w, t) in b.serving
    )
    return drawn == b.site.annual_pue * mean_it


def peak_limit(b: pyo.Block, k: str, t: int) -> Any:
    r"""Lay no more of the peak on a tariff than is contracted.

    .. math:: h_{k,t} \le p_{k,t} \qquad [\mathrm{MW}]

    ================  ==========================  =====  ================================
    Symbol            Component                   Unit   Meaning
    ================  ==========================  =====  ================================
    :math:`h_{k,t}`   ``peak_mw[k, t]``           MW     part of the peak on contract k
    :math:`p_{k,t}`   ``contracted_mw[k, t]``     MW     contracted facility MW
    ================  ==========================  =====  ================================
    """
    return b.peak_mw[k, t] <= b.contracted_mw[k, t]


def drawn_limit(b: pyo.Block, k: str, t: int) -> Any:
    r"""Draw no more from a tariff, on average, than its part of the peak.

    .. math:: g_{k,t} \le h_{k,t} \qquad [\mathrm{MW}]

    ================  ======================  =====  ================================
    Symbol            Component               Unit   Meaning
    ================  ======================  =====  ================================
    :math:`g_{k,t}`   ``drawn_mw[k, t]``      MW     mean MW drawn from contract k
    :math:`h_{k,t}`   ``peak_mw[k, t]``       MW     part of the peak on contract k
    ================  ======================  =====  ================================
    """
    return b.drawn_mw[k, t] <= b.peak_mw[k, t]


def gas_peak_limit(b: pyo.Block, k: str, t: int) -> Any:
    r"""Lay no more of the peak on gas units than is firm.

    .. math:: h_{k,t} \le f_{k,t} \qquad [\mathrm{MW}]

    ================  ==========================  =====  ================================
    Symbol            Component                   Unit   Meaning
    ================  ==========================  =====  ================================
    :math:`h_{k,t}`   ``gas_peak_mw[k, t]``       MW     part of the peak on the units
    :math:`f_{k,t}`   ``gas_firm_mw[k, t]``       MW     firm MW of the units
    ================  ==========================  =====  ================================
    """
    return b.gas_peak_mw[k, t] <= b.gas_firm_mw[k, t]


def gas_drawn_limit(b: pyo.Block, k: str, t: int) -> Any:
    r"""Generate no more, on average, than the units' part of the peak.

    .. math:: g_{k,t} \le h_{k,t} \qquad [\mathrm{MW}]

    ================  ==========================  =====  ================================
    Symbol            Component                   Unit   Meaning
    ================  ==========================  =====  ================================
    :math:`g_{k,t}`   ``gas_drawn_mw[k, t]``      MW     mean MW generated
    :math:`h_{k,t}`   ``gas_peak_mw[k, t]``       MW     part of the peak on the units
    ================  ==========================  =====  ================================
    """
    return b.gas_drawn_mw[k, t] <= b.gas_peak_mw[k, t]


def firm_mw(b: pyo.Block, t: int) -> Any:
    """Firm MW of a site: contracted tariffs, and gas units less the spare ones."""
    return sum(b.contracted_mw[k, t] for k in b.TARIFFS) + sum(b.gas_firm_mw[k, t] for k in b.GAS)


def add_power(b: pyo.Block) -> None:
    """Declare the balances between the contracts of a site and its load."""
    m = b.model()
    add_obligations(b)
    b.peak_limit = pyo.Constraint(b.TARIFFS, m.PERIODS, rule=peak_limit)
    b.drawn_limit = pyo.Constraint(b.TARIFFS, m.PERIODS, rule=drawn_limit)
    b.gas_peak_limit = pyo.Constraint(b.GAS, m.PERIODS, rule=gas_peak_limit)
    b.gas_drawn_limit = pyo.Constraint(b.GAS, m.PERIODS, rule=gas_drawn_limit)
    loaded = sorted({t for _, _, t in b.serving})
    b.adequacy = pyo.Constraint(loaded, rule=adequacy)
    b.peak_balance = pyo.Constraint(loaded, rule=peak_balance)
    b.energy_balance = pyo.Constraint(loaded, rule=energy_balance)
