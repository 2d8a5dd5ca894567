"""What batteries store hour by hour: losses, limits, cycles, and never charging and discharging at once."""

from __future__ import annotations

import math
from typing import Any

import pyomo.environ as pyo

from optimizer.core.offers import Battery, Tariff
from optimizer.model.bills import energy_usd_per_mwh
from optimizer.model.ledger import ROUNDING, linear
from optimizer.model.ppas import is_clean
from optimizer.model.reuse import hourly_rows, hourly_var


def stored_balance(b: pyo.Block, k: str, t: int, h: int) -> Any:
    r"""Store what is charged, less losses, and give it back, less losses; each cycle ends as it began.

    .. math:: s_{k,t,h} = s_{k,t,h^-} + \eta_k c_{k,t,h} - d_{k,t,h} / \eta_k \qquad [\mathrm{MWh}]

    ===================  ==============================  =====  ==================================================
    Symbol               Component                       Unit   Meaning
    ===================  ==============================  =====  ==================================================
    :math:`s_{k,t,h}`    ``stored_mwh[k, t, h]``         MWh    stored at the end of hour h
    :math:`c_{k,t,h}`    ``charge_mw[k, t, h]``          MW     charged
    :math:`d_{k,t,h}`    ``discharge_mw[k, t, h]``       MW     discharged
    :math:`\eta_k`       ``round_trip_efficiency``       1      its square root: one way
    ===================  ==============================  =====  ==================================================

    The hour before the first one of a cycle is its last: a cycle is a typical day, and the whole period where every day stands for
    itself.
    """
    one_way = b.one_way[k]
    flows = [(-one_way, b.charge_mw[k, t, h]), (1.0 / one_way, b.discharge_mw[k, t, h])]
    return linear([(1.0, b.stored_mwh[k, t, h]), (-1.0, b.stored_mwh[k, t, b.hour_before[t][h]]), *flows]) == 0.0


def stored_limit(b: pyo.Block, k: str, t: int, h: int) -> Any:
    r"""Store no more than the battery holds.

    .. math:: s_{k,t,h} \le e_{k,t} \qquad [\mathrm{MWh}]

    ===================  ==============================  =====  ====================================
    Symbol               Component                       Unit   Meaning
    ===================  ==============================  =====  ====================================
    :math:`s_{k,t,h}`    ``stored_mwh[k, t, h]``         MWh    stored at the end of hour h
    :math:`e_{k,t}`      ``battery_mwh[k, t]``           MWh    MWh in service
    ===================  ==============================  =====  ====================================
    """
    return b.stored_mwh[k, t, h] <= b.battery_mwh[k, t]


def battery_power(b: pyo.Block, k: str, t: int, h: int) -> Any:
    r"""Charge and discharge together within the MW of the battery.

    .. math:: c_{k,t,h} + d_{k,t,h} \le b_{k,t} \qquad [\mathrm{MW}]

    ===================  ==============================  =====  ====================================
    Symbol               Component                       Unit   Meaning
    ===================  ==============================  =====  ====================================
    :math:`c_{k,t,h}`    ``charge_mw[k, t, h]``          MW     charged
    :math:`d_{k,t,h}`    ``discharge_mw[k, t, h]``       MW     discharged
    :math:`b_{k,t}`      ``battery_mw[k, t]``            MW     MW in service
    ===================  ==============================  =====  ====================================

    Where no price of the cycle is far below 0, wear costs something and no tariff is called in a part of the hour, a best plan never does
    both at once: it would only burn energy.
    """
    flows = [(1.0, b.charge_mw[k, t, h]), (1.0, b.discharge_mw[k, t, h])]
    return None, linear([*flows, (-1.0, b.battery_mw[k, t])]), 0.0


def charge_one_way(b: pyo.Block, k: str, t: int, h: int) -> Any:
    r"""Charge nothing in an hour of discharge, where doing both could pay.

    .. math:: c_{k,t,h} \le \bar P_k (1 - o_{k,t,h}) \qquad [\mathrm{MW}]

    ===================  ==============================  =====  ====================================
    Symbol               Component                       Unit   Meaning
    ===================  ==============================  =====  ====================================
    :math:`c_{k,t,h}`    ``charge_mw[k, t, h]``          MW     charged
    :math:`o_{k,t,h}`    ``is_discharging[k, t, h]``     1      the battery may discharge in hour h
    :math:`\bar P_k`     ``mw_max``                      MW     most MW of the offer
    ===================  ==============================  =====  ====================================
    """
    return b.charge_mw[k, t, h] <= b.batteries[k].mw_max * (1 - b.is_discharging[k, t, h])


def discharge_one_way(b: pyo.Block, k: str, t: int, h: int) -> Any:
    r"""Discharge only in an hour of discharge, where doing both could pay.

    .. math:: d_{k,t,h} \le \bar P_k \, o_{k,t,h} \qquad [\mathrm{MW}]

    ===================  ==============================  =====  ====================================
    Symbol               Component                       Unit   Meaning
    ===================  ==============================  =====  ====================================
    :math:`d_{k,t,h}`    ``discharge_mw[k, t, h]``       MW     discharged
    :math:`o_{k,t,h}`    ``is_discharging[k, t, h]``     1      the battery may discharge in hour h
    :math:`\bar P_k`     ``mw_max``                      MW     most MW of the offer
    ===================  ==============================  =====  ====================================
    """
    return b.discharge_mw[k, t, h] <= b.batteries[k].mw_max * b.is_discharging[k, t, h]


def add_storage(b: pyo.Block) -> None:
    """Declare charge, discharge and what is stored, in every hour of a site with batteries."""
    hours = [(k, t, h) for k in b.BATTERIES for t, h in b.HOURS]
    for name in ("charge_mw", "discharge_mw", "stored_mwh"):
        hourly_var(b, name, hours)
    b.hour_before = {t: _hours_before(b.hours.cycles(t)) for t in b.LOADED} if hours else {}
    hourly_rows(b, hours, stored_balance, ("one_way", "charge_mw", "discharge_mw", "stored_mwh", "hour_before"))
    hourly_rows(b, hours, stored_limit, ("stored_mwh", "battery_mwh"))
    hourly_rows(b, hours, battery_power, ("charge_mw", "discharge_mw", "battery_mw"))
    exact = [(k, t, h) for k, battery in b.batteries.items() for t in b.LOADED for h in _burning_hours(b, battery, t)]
    b.is_discharging = pyo.Var(exact, within=pyo.Binary)
    b.charge_one_way = pyo.Constraint(exact, rule=charge_one_way)
    b.discharge_one_way = pyo.Constraint(exact, rule=discharge_one_way)


def _hours_before(cycles: list[list[int]]) -> dict[int, int]:
    """For each hour the one before it in its cycle."""
    return {h: cycle[place - 1] for cycle in cycles for place, h in enumerate(cycle)}


def _burning_hours(b: pyo.Block, battery: Battery, t: int) -> list[int]:
    """Hours of a period in which charging and discharging at once could pay or cost nothing.

    A MWh discharged in passing burns ``1/efficiency - 1`` MWh and costs its wear. What is burnt makes room: it may be drawn in any hour
    of the same cycle, so it pays in all of them where the lowest price of the cycle is far enough below 0 (where wear costs nothing: is
    not above 0). Where drawing more lets certificates cover more tonnes than are drawn, it is all hours. In an hour that is called in
    part, a MW charged lets one more be drawn.
    """
    hours = range(len(b.weight_h[t]))
    if _certificates_pay(b):
        return list(hours)
    burnt, wear = 1.0 / battery.round_trip_efficiency - 1.0, battery.degradation_usd_per_mwh * (1.0 - ROUNDING)
    prices = [[_lowest_without_tariffs(b)] * len(hours), *(_lowest_usd_per_mwh(b, tariff, t) for tariff in b.site.tariffs)]
    paying = [h for h, offered in enumerate(zip(*prices, strict=True)) if -min(offered) * burnt >= wear]
    burning = {h for cycle in b.hours.cycles(t) if not set(cycle).isdisjoint(paying) for h in cycle}
    return sorted(burning.union(_partly_called_hours(b, t)))


def _partly_called_hours(b: pyo.Block, t: int) -> list[int]:
    """Hours of a period in which an interruptible tariff is called on some of the days that they stand for, and not on others."""
    names = {tariff.called_series for tariff in b.site.tariffs if tariff.called_series is not None}
    return [h for name in names for h, share in enumerate(b.hours.values(name, t)) if 0.0 < share < 1.0 - ROUNDING]


def _lowest_without_tariffs(b: pyo.Block) -> float:
    """Lowest price of a MWh more that no tariff's price tells: of agreements, of gas, and 0 under a minimum take or a minimum bill."""
    prices = [ppa.wires_usd_per_mwh for ppa in b.site.ppas if ppa.settlement == "physical"]
    prices.extend(gas.heat_rate_mmbtu_per_mwh * gas.gas_usd_per_mmbtu for gas in b.site.onsite_gas)
    prices.extend(0.0 for tariff in b.site.tariffs if tariff.min_energy_fraction or _has_minimum_bill(tariff))
    return min(prices, default=math.inf)


def _has_minimum_bill(tariff: Tariff) -> bool:
    return bool(tariff.minimum_bill_usd_per_month or (tariff.rate is not None and tariff.rate.minimum_bill_usd_per_month))


def _lowest_usd_per_mwh(b: pyo.Block, tariff: Tariff, t: int) -> list[float]:
    """Lowest price of a MWh drawn in each hour of a period, delivered, before escalation."""
    if tariff.rate is None:
        return [price + tariff.transmission_usd_per_mwh for price in energy_usd_per_mwh(b, tariff, t)]
    prices = [tariff.transmission_usd_per_mwh] * len(b.weight_h[t])
    for charge in tariff.rate.energy:
        cheapest = min(tier.usd_per_mwh for tier in charge.tiers)
        shares = b.hours.window_share(charge.window, t).tolist()
        prices = [price + share * cheapest for price, share in zip(prices, shares, strict=True)]
    return prices


def _certificates_pay(b: pyo.Block) -> bool:
    """Whether a MWh drawn can lower the tonnes counted by market."""
    grid = b.site.grid_t_per_mwh
    cleaner = any(tariff.emissions_t_per_mwh is not None and tariff.emissions_t_per_mwh < grid for tariff in b.site.tariffs)
    certified = any(is_clean(ppa) and ppa.settlement == "financial" for ppa in b.site.ppas)
    return cleaner and certified and b.model().instance.carbon.basis == "market"
