"""Power at a site: firm MW for the peak, MW hour by hour for the load, over all contracts together."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.model.batteries import net_discharge_terms, shave_terms
from optimizer.model.fleet import it_peak_mw
from optimizer.model.flexible import relief_terms
from optimizer.model.ledger import Terms, linear
from optimizer.model.loads import excess_terms, load_terms
from optimizer.model.obligations import add_obligations
from optimizer.model.ppas import own_use_terms
from optimizer.model.reuse import hourly_rows, hourly_var

BALANCED = (
    "TARIFFS", "drawn_mw", "GAS", "gas_drawn_mw", "PHYSICAL_PPAS", "own_use_mw", "BATTERIES", "charge_mw", "discharge_mw", "flexible",
    "shed_mw", "shifted_out_mw", "shifted_in_mw", "pue", "working_of",
)
"""What the balance of an hour reads."""


def adequacy(b: pyo.Block, t: int) -> Any:
    r"""Hold firm MW for the facility's peak and the reserve.

    .. math:: \sum_k p_{k,t} + \sum_j f_{j,t} \ge \pi (1 + \varphi) \sum_g \rho_g \sum_w x_{g,w,t} \qquad [\mathrm{MW}]

    ==================  ============================  =======  ==============================================
    Symbol              Component                     Unit     Meaning
    ==================  ============================  =======  ==============================================
    :math:`p_{k,t}`     ``contracted_mw[k, t]``       MW       contracted MW of tariffs, interruptible too
    :math:`f_{j,t}`     ``gas_firm_mw[j, t]``         MW       firm MW of on-site gas
    :math:`x_{g,w,t}`   ``serving[g, w, t]``          kGPU     powered GPUs that serve workload w
    :math:`\rho_g`      ``it_kw_per_gpu``             MW/kGPU  IT peak of a GPU with its server
    :math:`\pi`         ``peak_facility_ratio``       1        facility peak over IT peak
    :math:`\varphi`     ``reserve_fraction``          1        reserve
    ==================  ============================  =======  ==============================================

    On powered GPUs, not on those that stand: hardware may wait for power. A battery and a power purchase agreement add nothing here.
    """
    ratio = b.site.peak_facility_ratio * (1.0 + b.model().instance.reserve_fraction)
    return firm_mw(b, t) >= ratio * it_peak_mw(b, t)


def peak_balance(b: pyo.Block, t: int) -> Any:
    r"""Lay on the contracts what the facility's peak has above its hourly mean, less what batteries shave.

    .. math:: \sum_k e_{k,t} + \sum_j y_{j,t} \ge \sum_w \max(\pi - \bar u^{max}_t \upsilon_w, 0) \sum_g \rho_g x_{g,w,t}
              \qquad [\mathrm{MW}]

    ========================  ==================================  =======  ==============================================
    Symbol                    Component                           Unit     Meaning
    ========================  ==================================  =======  ==============================================
    :math:`e_{k,t}`           ``extra_mw``, ``gas_extra_mw``      MW       MW above the hourly mean, on contract k
    :math:`y_{j,t}`           ``shave_mw[t]``                     MW       MW above the hourly mean, on batteries
    :math:`x_{g,w,t}`         ``serving[g, w, t]``                kGPU     powered GPUs that serve workload w
    :math:`\rho_g`            ``it_kw_per_gpu``                   MW/kGPU  IT peak of a GPU with its server
    :math:`\pi`               ``peak_facility_ratio``             1        facility peak over IT peak
    :math:`\bar u^{max}_t`    ``pue_series``, ``annual_pue``      1        highest facility over IT energy of the period
    :math:`\upsilon_w`        ``utilisation``                     1        mean over peak IT load
    ========================  ==================================  =======  ==============================================
    """
    above = [(-share, var) for share, var in excess_terms(b, t)]
    if not above:
        return pyo.Constraint.Skip
    extra: Terms = [(1.0, b.extra_mw[k, t]) for k in b.TARIFFS]
    extra += [(1.0, b.gas_extra_mw[k, t]) for k in b.GAS]
    return 0.0, linear([*extra, *shave_terms(b, t), *above]), None


def energy_balance(b: pyo.Block, t: int, h: int) -> Any:
    r"""Meet the load of every hour.

    .. math:: \sum_k g_{k,t,h} + \sum_j o_{j,t,h} + \sum_i (q_{i,t,h} - c_{i,t,h}) + \sum_w (s_{w,t,h} + m_{w,t,h} - n_{w,t,h})
              = \bar u_{t,h} \sum_w \upsilon_w \sum_g \rho_g x_{g,w,t} \qquad [\mathrm{MW}]

    ====================  ==============================================  =======  ======================================
    Symbol                Component                                       Unit     Meaning
    ====================  ==============================================  =======  ======================================
    :math:`g_{k,t,h}`     ``drawn_mw``, ``gas_drawn_mw``                  MW       MW drawn from contract k
    :math:`o_{j,t,h}`     ``own_use_mw[j, t, h]``                         MW       own use of a power purchase agreement
    :math:`q_{i,t,h}`     ``discharge_mw[i, t, h]``                       MW       discharge of a battery
    :math:`c_{i,t,h}`     ``charge_mw[i, t, h]``                          MW       charge of a battery
    :math:`s_{w,t,h}`     ``shed_mw[w, t, h]``                            MW       load that is shed
    :math:`m_{w,t,h}`     ``shifted_out_mw[w, t, h]``                     MW       load moved to another hour
    :math:`n_{w,t,h}`     ``shifted_in_mw[w, t, h]``                      MW       load moved into the hour
    :math:`x_{g,w,t}`     ``serving[g, w, t]``                            kGPU     powered GPUs that serve workload w
    :math:`\rho_g`        ``it_kw_per_gpu``                               MW/kGPU  IT peak of a GPU with its server
    :math:`\bar u_{t,h}`  ``pue_series``, ``annual_pue``                  1        facility over IT energy in the hour
    :math:`\upsilon_w`    ``utilisation``                                 1        mean over peak IT load
    ====================  ==============================================  =======  ======================================

    A site whose prices are all flat has one hour a period, its mean.
    """
    supply: Terms = [(1.0, b.drawn_mw[k, t, h]) for k in b.TARIFFS]
    supply += [(1.0, b.gas_drawn_mw[k, t, h]) for k in b.GAS]
    supply += own_use_terms(b, t, h)
    supply += net_discharge_terms(b, t, h)
    supply += relief_terms(b, t, h)
    return linear([*supply, *((-share, var) for share, var in load_terms(b, t, h))]) == 0.0


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
    r"""Draw from a tariff, with its share of what the peak has above the hourly mean, no more than its peak.

    .. math:: \hat g_{k,t} + e_{k,t} \le h_{k,t} \qquad [\mathrm{MW}]

    ====================  ===================================  =====  ============================================
    Symbol                Component                            Unit   Meaning
    ====================  ===================================  =====  ============================================
    :math:`\hat g_{k,t}`  ``highest_mw[k, t]``, ``drawn_mw``   MW     most MW drawn from contract k in any hour
    :math:`e_{k,t}`       ``extra_mw[k, t]``                   MW     MW above the hourly mean, on contract k
    :math:`h_{k,t}`       ``peak_mw[k, t]``                    MW     part of the peak on contract k
    ====================  ===================================  =====  ============================================

    A site with one hour a period has no ``highest_mw``: it is what is drawn in that hour.
    """
    highest = b.drawn_mw[k, t, 0] if b.hours.is_flat else b.highest_mw[k, t]
    return None, linear([(1.0, highest), (1.0, b.extra_mw[k, t]), (-1.0, b.peak_mw[k, t])]), 0.0


def hour_limit(b: pyo.Block, k: str, t: int, h: int) -> Any:
    r"""Draw from a tariff in every hour no more than its highest hourly MW of the period.

    .. math:: g_{k,t,h} \le \hat g_{k,t} \qquad [\mathrm{MW}]

    ====================  ======================  =====  ============================================
    Symbol                Component               Unit   Meaning
    ====================  ======================  =====  ============================================
    :math:`g_{k,t,h}`     ``drawn_mw[k, t, h]``   MW     MW drawn from contract k
    :math:`\hat g_{k,t}`  ``highest_mw[k, t]``    MW     most MW drawn from contract k in any hour
    ====================  ======================  =====  ============================================

    Two terms an hour keep the matrix of many hours thin.
    """
    return None, linear([(1.0, b.drawn_mw[k, t, h]), (-1.0, b.highest_mw[k, t])]), 0.0


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
    r"""Generate, with the units' share of what the peak has above the hourly mean, no more than their peak.

    .. math:: \hat g_{k,t} + e_{k,t} \le h_{k,t} \qquad [\mathrm{MW}]

    ====================  ===========================================  =====  ============================================
    Symbol                Component                                    Unit   Meaning
    ====================  ===========================================  =====  ============================================
    :math:`\hat g_{k,t}`  ``gas_highest_mw[k, t]``, ``gas_drawn_mw``   MW     most MW generated in any hour
    :math:`e_{k,t}`       ``gas_extra_mw[k, t]``                       MW     MW above the hourly mean, on the units
    :math:`h_{k,t}`       ``gas_peak_mw[k, t]``                        MW     part of the peak on the units
    ====================  ===========================================  =====  ============================================

    A site with one hour a period has no ``gas_highest_mw``: it is what is generated in that hour.
    """
    highest = b.gas_drawn_mw[k, t, 0] if b.hours.is_flat else b.gas_highest_mw[k, t]
    return None, linear([(1.0, highest), (1.0, b.gas_extra_mw[k, t]), (-1.0, b.gas_peak_mw[k, t])]), 0.0


def gas_hour_limit(b: pyo.Block, k: str, t: int, h: int) -> Any:
    r"""Generate in every hour no more than the highest hourly MW of the period.

    .. math:: g_{k,t,h} \le \hat g_{k,t} \qquad [\mathrm{MW}]

    ====================  ============================  =====  ============================================
    Symbol                Component                     Unit   Meaning
    ====================  ============================  =====  ============================================
    :math:`g_{k,t,h}`     ``gas_drawn_mw[k, t, h]``     MW     MW generated
    :math:`\hat g_{k,t}`  ``gas_highest_mw[k, t]``      MW     most MW generated in any hour
    ====================  ============================  =====  ============================================
    """
    return None, linear([(1.0, b.gas_drawn_mw[k, t, h]), (-1.0, b.gas_highest_mw[k, t])]), 0.0


def firm_mw(b: pyo.Block, t: int) -> Any:
    """Firm MW of a site: contracted tariffs, and gas units less the spare ones."""
    return sum(b.contracted_mw[k, t] for k in b.TARIFFS) + sum(b.gas_firm_mw[k, t] for k in b.GAS)


def add_power(b: pyo.Block) -> None:
    """Declare the balances between the contracts of a site and its load."""
    periods = b.model().PERIODS
    add_obligations(b)
    b.peak_limit = pyo.Constraint(b.TARIFFS, periods, rule=peak_limit)
    many = [] if b.hours.is_flat else b.HOURS
    spread = sorted({t for t, _ in many})
    hourly_var(b, "highest_mw", [(k, t) for k in b.TARIFFS for t in spread])
    hourly_var(b, "gas_highest_mw", [(k, t) for k in b.GAS for t in spread])
    b.drawn_limit = pyo.Constraint(b.TARIFFS, b.LOADED, rule=drawn_limit)
    hourly_rows(b, [(k, t, h) for k in b.TARIFFS for t, h in many], hour_limit, ("drawn_mw", "highest_mw"))
    b.gas_peak_limit = pyo.Constraint(b.GAS, periods, rule=gas_peak_limit)
    b.gas_drawn_limit = pyo.Constraint(b.GAS, b.LOADED, rule=gas_drawn_limit)
    hourly_rows(b, [(k, t, h) for k in b.GAS for t, h in many], gas_hour_limit, ("gas_drawn_mw", "gas_highest_mw"))
    b.adequacy = pyo.Constraint(b.LOADED, rule=adequacy)
    b.peak_balance = pyo.Constraint(b.LOADED, rule=peak_balance)
    hourly_rows(b, b.HOURS, energy_balance, BALANCED)
