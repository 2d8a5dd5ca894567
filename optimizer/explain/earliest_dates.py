"""The earliest dates that single limits allow when there is no plan: supply, capacity, power, rentals. Arithmetic on the instance."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from optimizer.core.calendar import Calendar
from optimizer.core.instance import Gpu, Instance, Mode, Rental, Site, Workload
from optimizer.core.offers import OnsiteGas, Tariff
from optimizer.model.data_bounds import DataBounds
from optimizer.model.gas_output import unit_yield_mw, units_at_most
from optimizer.model.siting import cumulated_mw, in_blocks_mw
from optimizer.model.tariffs import ramp_mw


@dataclass(frozen=True, slots=True)
class Capacity:
    """First period in which a site, built in a mode from the first month on, can hold a workload, with the MW of IT load it needs."""

    period: int
    site_id: str
    mode: str
    least_it_mw: float


@dataclass(frozen=True, slots=True)
class Shipped:
    """GPUs of a model that a vendor ships to the end of a month, and those of them that come in whole lots."""

    gpu: str
    month: int
    shipped: float
    in_lots: float


def supply_period(instance: Instance, calendar: Calendar, workload: Workload) -> int | None:
    """First period by which enough GPUs of one family (or of all that are accepted) can be delivered and installed; ``None``: never."""
    return min((period for period in supply_periods(instance, calendar, workload).values() if period is not None), default=None)


def supply_periods(instance: Instance, calendar: Calendar, workload: Workload) -> dict[str, int | None]:
    """The same for each family of GPUs that a workload accepts (``any``: all of them together)."""
    needs = DataBounds(instance, calendar)
    return {family: next((t for t in range(calendar.periods) if _is_shipped(needs, gpus, workload, t)), None)
            for family, gpus in needs.families(workload).items()}


def _is_shipped(needs: DataBounds, gpus: list[Gpu], workload: Workload, t: int) -> bool:
    return sum(needs.online_at_most(gpu, t) * gpu.h100_equivalents for gpu in gpus) >= workload.gpus_h100e * (1.0 - 1e-9)


def shipped_in_time(instance: Instance, calendar: Calendar, workload: Workload, period: int) -> list[Shipped]:
    """What vendors with a limit ship of the models that a workload accepts, early enough to be installed by a period."""
    needs = DataBounds(instance, calendar)
    found = []
    for gpu in (gpu for gpu in instance.gpus if gpu.name in workload.accepts and gpu.supply is not None):
        last = period - calendar.lag_periods(gpu.install_months)
        if last >= 0:
            in_lots = sum(needs.on_offer(gpu, t) for t in range(last + 1))
            found.append(Shipped(gpu.name, calendar.first_month(last + 1) - 1, needs.shipped(gpu, last), in_lots))
    return found


def capacities(instance: Instance, calendar: Calendar, workload: Workload) -> list[Capacity]:
    """Sites and modes that can hold a workload's target within the horizon, the earliest first."""
    models = [gpu for gpu in instance.gpus if gpu.name in workload.accepts]
    reached = []
    for site in instance.sites:
        for mode in () if site.is_forbidden else site.modes:
            least = least_mw(site, mode, models, workload)
            period = None if least is None else first_period(mode, least, calendar)
            if least is not None and period is not None:
                reached.append(Capacity(period, site.site_id, mode.mode, least))
    return sorted(reached, key=lambda found: found.period)


def hosting_rentals(instance: Instance, workload: Workload) -> list[Rental]:
    """Rentals that are large enough for a workload."""
    equivalents = {gpu.name: gpu.h100_equivalents for gpu in instance.gpus}
    return [rental for rental in instance.rentals
            if rental.gpu in workload.accepts and _largest(rental) * equivalents[rental.gpu] >= workload.gpus_h100e]


def least_mw(site: Site, mode: Mode, models: list[Gpu], workload: Workload) -> float | None:
    """Least MW of IT load that is worth the target, with the model that needs least of those that may stand there."""
    wanted = [
        (gpu, workload.gpus_h100e / gpu.h100_equivalents)
        for gpu in models
        if mode.cooling in (gpu.cooling, "both") or (gpu.cooling == "liquid" and mode.liquid_adder_musd_per_mw is not None)
    ]
    fitting = [gpus * gpu.it_kw_per_gpu / 1000.0 for gpu, gpus in wanted if site.max_gpus is None or gpus <= site.max_gpus]
    return min(fitting, default=None)


def first_period(mode: Mode, least_mw: float, calendar: Calendar) -> int | None:
    """First period in which a start in the first one can have led to some MW (conventions: capacity enters service)."""
    missing = least_mw - mode.initial_it_mw
    if missing <= 0.0:
        return 0
    lead = calendar.lag_periods(mode.lead_months)
    for t in range(lead, calendar.periods):
        added = cumulated_mw(mode, calendar.first_month(t - lead), calendar.months_per_period)
        if in_blocks_mw(mode, added) >= missing * (1.0 - 1e-9):
            return t
    return None


def rental_period(rental: Rental, calendar: Calendar) -> int:
    """First period in which a rental can run: 0 where it is committed."""
    return 0 if rental.committed_gpus else max(math.ceil(rental.available_from / calendar.months_per_period), 0)


def power_period(instance: Instance, calendar: Calendar, site: Site, least_it_mw: float) -> int | None:
    """First period in which all offers of a site together can meet the peak of some MW of IT load; ``None``: never.

    Tariffs by their ramps, one of each exclusive group, up to the site's limit; gas once permitted, in whole units, derated, without the
    spare ones unless a battery may stand in for them. While interruptible tariffs are called, all but what workloads may shed is met
    without them, by batteries too.
    """
    shed = max((workload.flexible_fraction for workload in instance.workloads), default=0.0)
    asked = least_it_mw * site.peak_facility_ratio * (1.0 + instance.reserve_fraction)
    for t in range(calendar.periods):
        month = calendar.first_month(t)
        grid, lasting = (_grid(site, month, kinds) for kinds in (("firm", "index", "interruptible"), ("firm", "index")))
        gas = _together((gas.exclusive_group, gas.contract_id, _firm_gas(gas, month, bool(site.batteries))) for gas in site.onsite_gas)
        batteries = sum(battery.mw_max for battery in site.batteries if month >= battery.sign_lead_months)
        if grid + gas >= asked * (1.0 - 1e-9) and lasting + gas + batteries >= asked * (1.0 - shed) * (1.0 - 1e-9):
            return t
    return None


def _grid(site: Site, month: int, kinds: Iterable[str]) -> float:
    """MW of a site's tariffs of some kinds in a month, one of each exclusive group, up to the site's limit."""
    mw = _together((tariff.exclusive_group, tariff.contract_id, _ramped(tariff, month)) for tariff in site.tariffs if tariff.kind in kinds)
    return mw if site.grid_limit_mw is None else min(mw, site.grid_limit_mw)


def _together(offers: Iterable[tuple[str | None, str, float]]) -> float:
    """MW of offers (group, contract, MW) together: of an exclusive group the largest."""
    largest: dict[tuple[bool, str], float] = {}
    for group, contract_id, mw in offers:
        name = (group is not None, group or contract_id)
        largest[name] = max(largest.get(name, 0.0), mw)
    return sum(largest.values())


def _ramped(tariff: Tariff, month: int) -> float:
    return 0.0 if month < tariff.sign_lead_months else ramp_mw(tariff, month)


def _firm_gas(gas: OnsiteGas, month: int, has_batteries: bool) -> float:
    if month < max(gas.sign_lead_months, gas.permit_months):
        return 0.0
    return unit_yield_mw(gas) * max(units_at_most(gas) - (0 if has_batteries else gas.spare_units), 0)


def _largest(rental: Rental) -> int:
    return min(max(rental.gpus_max, rental.committed_gpus), rental.largest_cluster_gpus)
