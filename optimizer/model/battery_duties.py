"""What batteries stand ready for: lower peaks, a spare generating unit, called hours of interruptible service.

A duty takes MW, and MWh for as long as it lasts. All batteries of a site share the duties as one. What shaves peaks is used day by day,
beside what is charged and discharged: a MW cannot do both.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.model.ledger import Terms, linear
from optimizer.model.loads import excess_terms
from optimizer.model.reuse import hourly_rows, hourly_var


def duties_mw(b: pyo.Block, t: int) -> Any:
    r"""Stand ready with no more MW than there are.

    .. math:: a_t + \sum_j q_{j,t} + v_t \le \sum_k b_{k,t} \qquad [\mathrm{MW}]

    ================  ==========================  =====  ==================================================
    Symbol            Component                   Unit   Meaning
    ================  ==========================  =====  ==================================================
    :math:`a_t`       ``shave_mw[t]``             MW     part of the peak above the hourly mean
    :math:`q_{j,t}`   ``spare_cover_mw[j, t]``    MW     stands in for spare units of gas offer j
    :math:`v_t`       ``cover_mw[t]``             MW     carries the load through called hours
    :math:`b_{k,t}`   ``battery_mw[k, t]``        MW     MW in service
    ================  ==========================  =====  ==================================================
    """
    duties: Terms = [(1.0, var) for _, var in _duties(b, t)]
    return None, linear([*duties, *((-1.0, b.battery_mw[k, t]) for k in b.BATTERIES)]), 0.0


def duties_mwh(b: pyo.Block, t: int) -> Any:
    r"""Stand ready with no more MWh than can be discharged.

    .. math:: \bar h \, a_t + \sum_j \bar o_j q_{j,t} + \bar\lambda \, v_t \le \sum_k \eta_k e_{k,t} \qquad [\mathrm{MWh}]

    ======================  ==============================  =====  ==================================================
    Symbol                  Component                       Unit   Meaning
    ======================  ==============================  =====  ==================================================
    :math:`a_t`             ``shave_mw[t]``                 MW     part of the peak above the hourly mean
    :math:`q_{j,t}`         ``spare_cover_mw[j, t]``        MW     stands in for spare units of gas offer j
    :math:`v_t`             ``cover_mw[t]``                 MW     carries the load through called hours
    :math:`e_{k,t}`         ``battery_mwh[k, t]``           MWh    MWh in service
    :math:`\bar h`          ``peak_hours_per_day``          h      hours of a day that peaks last
    :math:`\bar o_j`        ``outage_hours``                h      hours until a failed unit is replaced
    :math:`\bar\lambda`     ``longest_call_h``              h      longest run of called hours
    :math:`\eta_k`          ``round_trip_efficiency``       1      its square root: one way
    ======================  ==============================  =====  ==================================================
    """
    held = [(-one_way, b.battery_mwh[k, t]) for k, one_way in b.one_way.items()]
    return None, linear([*_duties(b, t), *held]), 0.0


def shave_power(b: pyo.Block, t: int, h: int) -> Any:
    r"""Discharge and shave peaks in the same hour with no more MW than there are.

    .. math:: \sum_k (d_{k,t,h} - c_{k,t,h}) + a_t \le \sum_k b_{k,t} \qquad [\mathrm{MW}]

    ===================  ==============================  =====  ==================================================
    Symbol               Component                       Unit   Meaning
    ===================  ==============================  =====  ==================================================
    :math:`d_{k,t,h}`    ``discharge_mw[k, t, h]``       MW     discharged
    :math:`c_{k,t,h}`    ``charge_mw[k, t, h]``          MW     charged
    :math:`a_t`          ``shave_mw[t]``                 MW     part of the peak above the hourly mean
    :math:`b_{k,t}`      ``battery_mw[k, t]``            MW     MW in service
    ===================  ==============================  =====  ==================================================

    The peak may lie in any hour. A battery that charges can stop and then discharge: what it charges counts towards the MW it can give.
    """
    given = [(1.0, b.discharge_mw[k, t, h]) for k in b.BATTERIES]
    taken = [(-1.0, b.charge_mw[k, t, h]) for k in b.BATTERIES]
    return None, linear([*given, *taken, (1.0, b.shave_mw[t]), *((-1.0, b.battery_mw[k, t]) for k in b.BATTERIES)]), 0.0


def shave_energy(b: pyo.Block, t: int, h: int) -> Any:
    r"""Hold back in every hour the energy that shaves a day's peaks.

    .. math:: \sum_k \eta_k s_{k,t,h} \ge \bar h \, a_t \qquad [\mathrm{MWh}]

    ===================  ==============================  =====  ==================================================
    Symbol               Component                       Unit   Meaning
    ===================  ==============================  =====  ==================================================
    :math:`s_{k,t,h}`    ``stored_mwh[k, t, h]``         MWh    stored at the end of hour h
    :math:`a_t`          ``shave_mw[t]``                 MW     part of the peak above the hourly mean
    :math:`\eta_k`       ``round_trip_efficiency``       1      its square root: one way
    :math:`\bar h`       ``peak_hours_per_day``          h      hours of a day that peaks last
    ===================  ==============================  =====  ==================================================

    On the safe side: when the peaks come is not known, so the energy for a whole day of them is held back to the end of every hour, also
    after the peaks of the day have passed.
    """
    stored = [(one_way, b.stored_mwh[k, t, h]) for k, one_way in b.one_way.items()]
    return 0.0, linear([*stored, (-b.peak_hours_per_day, b.shave_mw[t])]), None


def longest_call_h(b: pyo.Block) -> int:
    """Longest run of called hours of any interruptible tariff of the site, over the year."""
    called = {tariff.called_series for tariff in b.site.tariffs if tariff.called_series is not None}
    return max((b.hours.flag_runs(name) for name in called), default=0)


def add_duties(b: pyo.Block) -> None:
    """Declare the duties of the batteries of a site, in periods that can have load; peaks are shaved where they lie above the mean."""
    loaded = b.LOADED if b.site.batteries else []
    interruptible = any(tariff.called_series is not None for tariff in b.site.tariffs)
    b.peak_hours_per_day = b.model().instance.power_rules.peak_hours_per_day
    hourly_var(b, "shave_mw", [t for t in loaded if excess_terms(b, t)])
    b.cover_mw = pyo.Var(loaded if interruptible else [], within=pyo.NonNegativeReals)
    b.longest_call_h = float(longest_call_h(b))
    b.duties_mw = pyo.Constraint(loaded, rule=duties_mw)
    b.duties_mwh = pyo.Constraint(loaded, rule=duties_mwh)
    shaving = [(t, h) for t, h in b.HOURS if t in b.shave_mw]
    hourly_rows(b, shaving, shave_power, ("BATTERIES", "charge_mw", "discharge_mw", "shave_mw", "battery_mw"))
    hourly_rows(b, shaving, shave_energy, ("one_way", "stored_mwh", "shave_mw", "peak_hours_per_day"))


def _duties(b: pyo.Block, t: int) -> Terms:
    """Duties of a period with the hours that each lasts."""
    duties: Terms = [(b.peak_hours_per_day, b.shave_mw[t])] if t in b.shave_mw else []
    duties.extend((b.gas[j].outage_hours, b.spare_cover_mw[j, t]) for j in b.SPARE_GAS)
    if t in b.cover_mw:
        duties.append((b.longest_call_h, b.cover_mw[t]))
    return duties
