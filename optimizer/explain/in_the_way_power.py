"""Limits of power and carbon in play when there is no plan: what each of them allows. Arithmetic on the instance."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.core.calendar import Calendar
from optimizer.core.hours import HOURS_PER_DAY
from optimizer.core.instance import Instance, Site
from optimizer.core.number_words import listed, short
from optimizer.core.offers import CLEAN_TECHNOLOGIES, OnsiteGas, Tariff
from optimizer.model.gas_output import unit_yield_mw, units_at_most


def power_in_play(instance: Instance, calendar: Calendar) -> Iterator[str]:
    """Limits of power and carbon that may leave no plan: called hours, gas of a day, tonnes a year, clean energy.

    Parameters
    ----------
    instance : Instance
    calendar : Calendar
        Of its horizon.
    """
    if not instance.has_contracts:
        return
    for site in (site for site in instance.sites if not site.is_forbidden):
        yield from _called(site, calendar)
        yield from (_gas_day(site, gas) for gas in site.onsite_gas if gas.gas_mmbtu_per_day_max is not None)
    if instance.carbon.cap_t_per_year:
        caps = [f"{short(cap)} t a year from {calendar.label(max(month, 0))}" for month, cap in sorted(instance.carbon.cap_t_per_year)]
        yield f"carbon_cap: all sites together emit at most {', '.join(caps)} (by {instance.carbon.basis})"
    if instance.carbon.clean_share_min:
        yield _clean_share(instance, calendar)


def _called(site: Site, calendar: Calendar) -> Iterator[str]:
    """What can meet the peak of a site while its interruptible tariffs are called, by the end of the horizon."""
    called = [tariff.contract_id for tariff in site.tariffs if tariff.kind == "interruptible"]
    if not called:
        return
    others = [f"{tariff.contract_id} {short(_most_mw(tariff, calendar))} MW" for tariff in site.tariffs if tariff.kind != "interruptible"]
    gas = [f"{gas.contract_id} {short(_firm_mw(gas))} MW" for gas in site.onsite_gas]
    batteries = [f"{battery.contract_id} {short(battery.mw_max)} MW for a while" for battery in site.batteries]
    offered = listed([*others, *gas, *batteries])
    if not offered:
        yield (f"called_adequacy: while {listed(called)} is called nothing else is offered at {site.site_id}: only load that workloads may "
               f"shed can stand on it")
        return
    yield (f"called_adequacy: while {listed(called)} is called, the peak of {site.site_id} is to be met by {offered}, "
           f"and by what workloads may shed")


def _gas_day(site: Site, gas: OnsiteGas) -> str:
    most = gas.gas_mmbtu_per_day_max or 0.0
    mw = most / gas.heat_rate_mmbtu_per_mwh / HOURS_PER_DAY
    return f"gas_day: {gas.contract_id} at {site.site_id} gets at most {short(most)} MMBtu of gas a day, {short(mw)} MW round the clock"


def _clean_share(instance: Instance, calendar: Calendar) -> str:
    """Clean MW that are offered, by agreement, the earliest first."""
    clean = [
        (max(ppa.available_from, 0), site.site_id, ppa)
        for site in instance.sites
        if not site.is_forbidden
        for ppa in site.ppas
        if ppa.technology in CLEAN_TECHNOLOGIES
    ]
    clean.sort(key=lambda offer: offer[0])
    said = [f"{ppa.contract_id} at {site_id} {short(ppa.mw_max)} MW from {calendar.label(month)}" for month, site_id, ppa in clean]
    offered = listed(said) or "none"
    least = short(100 * instance.carbon.clean_share_min)
    return f"clean_share: at least {least} % of each year's energy is matched hour by hour by clean agreements; offered: {offered}"


def _most_mw(tariff: Tariff, calendar: Calendar) -> float:
    """Most MW that a tariff comes to within the horizon."""
    reached = [mw for month, mw in tariff.ramp if month < calendar.months]
    return min(tariff.mw_max, max(reached, default=0.0)) if tariff.ramp else tariff.mw_max


def _firm_mw(gas: OnsiteGas) -> float:
    """Most firm MW of a gas offer: its units less the spare ones, as far as permit and fuel of a day go."""
    firm = unit_yield_mw(gas) * max(units_at_most(gas) - gas.spare_units, 0)
    if gas.gas_mmbtu_per_day_max is None:
        return firm
    return min(firm, gas.gas_mmbtu_per_day_max / gas.heat_rate_mmbtu_per_mwh / HOURS_PER_DAY)
