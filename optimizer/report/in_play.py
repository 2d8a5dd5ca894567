"""Which limits are in play when there is no plan: what each of them alone makes possible, and when. Arithmetic on the instance."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.horizon import Calendar
from optimizer.instance import Gpu, Instance, Mode, Purse, Rental, Site, Workload
from optimizer.model.needs import Needs
from optimizer.report.in_play_power import power_in_play
from optimizer.report.words import count, listed, short

SITES_SHOWN = 5
"""Sites and modes that are named per workload, the earliest first."""


def limits_in_play(instance: Instance) -> list[str]:
    """Hard limits of an instance that no plan meets together: deadlines, supply, capacity, rentals, purses, power, choices of sites.

    Parameters
    ----------
    instance : Instance

    Returns
    -------
    list of str
        One sentence per limit. Each date is the earliest that the one limit allows, were there no other.
    """
    calendar = Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)
    limits = [sentence for workload in instance.workloads for sentence in _of_workload(instance, calendar, workload)]
    dates = [workload.deadline for workload in instance.workloads]
    last = max((date for date in dates if date is not None), default=calendar.months - 1) if None not in dates else calendar.months - 1
    limits += [_purse(purse, calendar, min(last, calendar.months - 1)) for purse in instance.purses]
    limits += power_in_play(instance, calendar)
    committed = [site.site_id for site in instance.sites if site.is_committed]
    forbidden = [site.site_id for site in instance.sites if site.is_forbidden]
    limits += [f"sites committed: {', '.join(committed)}"] if committed else []
    limits += [f"sites forbidden: {', '.join(forbidden)}"] if forbidden else []
    limits += [f"sites: at most {instance.sites_at_most}"] if instance.sites_at_most is not None else []
    return limits


def _of_workload(instance: Instance, calendar: Calendar, workload: Workload) -> Iterator[str]:
    if workload.deadline is not None:
        yield (f"deadline: {workload.name} ready by {calendar.label(workload.deadline)} with {count(workload.gpus_h100e)} "
               f"H100-equivalents of {', '.join(workload.accepts)}")
    yield _supply(instance, calendar, workload)
    yield _capacity(instance, calendar, workload)
    if instance.rentals:
        yield _rentals(instance, calendar, workload)


def _supply(instance: Instance, calendar: Calendar, workload: Workload) -> str:
    """First period by which enough GPUs of one family (or of all that are accepted) can be delivered and installed."""
    needs = Needs(instance, calendar)
    for t in range(calendar.periods):
        if any(sum(needs.online_at_most(gpu, t) * gpu.h100_equivalents for gpu in gpus) >= workload.gpus_h100e * (1.0 - 1e-9)
               for gpus in needs.families(workload).values()):
            return f"supply: what vendors ship can be worth {workload.name}'s target from {calendar.period_label(t)}"
    return f"supply: what vendors ship never comes to {workload.name}'s target within the horizon"


def _capacity(instance: Instance, calendar: Calendar, workload: Workload) -> str:
    """Sites and modes by the first period in which their capacity can hold the target."""
    models = [gpu for gpu in instance.gpus if gpu.name in workload.accepts]
    reached = []
    for site in instance.sites:
        for mode in () if site.is_forbidden else site.modes:
            least = _least_mw(site, mode, models, workload)
            period = None if least is None else _first_period(mode, least, calendar)
            if least is not None and period is not None:
                reached.append((period, f"{site.site_id} ({mode.mode}) from {calendar.period_label(period)} with {short(least)} MW IT"))
    if not reached:
        return f"capacity: no site can hold {workload.name}'s target within the horizon"
    reached.sort(key=lambda found: found[0])
    more = f"; {len(reached) - SITES_SHOWN} more later" if len(reached) > SITES_SHOWN else ""
    return f"capacity: {workload.name}'s target fits at {'; '.join(said for _, said in reached[:SITES_SHOWN])}{more}"


def _least_mw(site: Site, mode: Mode, models: list[Gpu], workload: Workload) -> float | None:
    """Least MW of IT load that is worth the target, with the model that needs least of those that may stand there."""
    wanted = [
        (gpu, workload.gpus_h100e / gpu.h100_equivalents)
        for gpu in models
        if mode.cooling in (gpu.cooling, "both") or (gpu.cooling == "liquid" and mode.liquid_adder_musd_per_mw is not None)
    ]
    fitting = [gpus * gpu.it_kw_per_gpu / 1000.0 for gpu, gpus in wanted if site.max_gpus is None or gpus <= site.max_gpus]
    return min(fitting, default=None)


def _first_period(mode: Mode, least_mw: float, calendar: Calendar) -> int | None:
    """First period in which a start in the first one can have led to some MW (conventions: capacity enters service)."""
    most = mode.max_it_mw - mode.initial_it_mw
    missing = least_mw - mode.initial_it_mw
    if missing <= 0.0:
        return 0
    lead = calendar.lag_periods(mode.lead_months)
    for t in range(lead, calendar.periods):
        age = calendar.first_month(t - lead) + calendar.months_per_period
        added = most if mode.mw_per_month is None else min(most, mode.mw_per_month * age)
        if added >= missing * (1.0 - 1e-9):
            return t
    return None


def _rentals(instance: Instance, calendar: Calendar, workload: Workload) -> str:
    """Rentals that could host the workload, from when and, of committed ones, until when."""
    equivalents = {gpu.name: gpu.h100_equivalents for gpu in instance.gpus}
    hosts = [
        _rental(rental, calendar)
        for rental in instance.rentals
        if rental.gpu in workload.accepts and _largest(rental) * equivalents[rental.gpu] >= workload.gpus_h100e
    ]
    return f"rentals: {workload.name} could run at {listed(hosts)}" if hosts else f"rentals: none is large enough for {workload.name}"


def _largest(rental: Rental) -> int:
    return min(max(rental.gpus_max, rental.committed_gpus), rental.largest_cluster_gpus)


def _rental(rental: Rental, calendar: Calendar) -> str:
    if rental.committed_gpus:
        until = "the end" if rental.committed_until is None else calendar.label(rental.committed_until)
        return f"{rental.name} until {until}"
    period = max(math.ceil(rental.available_from / calendar.months_per_period), 0)
    return f"{rental.name} from {calendar.label(calendar.first_month(period))}"


def _purse(purse: Purse, calendar: Calendar, last: int) -> str:
    """What a purse has to give by a month; what comes later is said apart, for it helps no deadline."""
    use = f"for {', '.join(purse.pays_for)}"
    amounts = sorted(purse.amounts)
    if purse.every_month:
        rates = [f"{short(musd)} from {calendar.label(month)}" for month, musd in amounts if month <= last]
        return f"purse: {purse.name} receives {', '.join(rates) or 'nothing'} million USD a month, {use}"
    held = sum(musd for month, musd in amounts if month <= last)
    later = sum(musd for month, musd in amounts if month > last)
    more = f" ({short(later)} more come later)" if later else ""
    return f"purse: {purse.name} receives {short(held)} million USD by {calendar.label(last)}{more}, {use}"
