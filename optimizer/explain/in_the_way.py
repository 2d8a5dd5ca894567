"""Which limits are in play when there is no plan: what each of them alone makes possible, and when. Arithmetic on the instance."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.core.calendar import Calendar
from optimizer.core.instance import Debt, Instance, Purse, Rental, Workload
from optimizer.core.number_words import count, listed, short
from optimizer.explain.earliest_dates import capacities, hosting_rentals, rental_period, shipped_in_time, supply_period
from optimizer.explain.in_the_way_power import power_in_play
from optimizer.explain.ways import way_text, ways_as_json

SITES_SHOWN = 5
"""Sites and modes that are named per workload, the earliest first."""


WAYS_SHOWN = 12
"""Sites and rentals whose dates the text tells, those first that fail least; ``plan.json`` has more."""


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
    limits += [f"way: {way_text(way)}" for way in ways_as_json(instance)[:WAYS_SHOWN]]
    limits += [_purse(purse, calendar, min(last, calendar.months - 1)) for purse in instance.purses]
    limits += [_loan(instance.debt, calendar)] if instance.debt is not None else []
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
    period = supply_period(instance, calendar, workload)
    lots = _in_lots(instance, calendar, workload, calendar.periods - 1 if period is None else period)
    if period is None:
        return f"supply: what vendors ship never comes to {workload.name}'s target within the horizon{lots}"
    return f"supply: what vendors ship can be worth {workload.name}'s target from {calendar.period_label(period)}{lots}"


def _in_lots(instance: Instance, calendar: Calendar, workload: Workload, period: int) -> str:
    """What is shipped in time for a period and what of it comes to whole lots, where that is less."""
    said = [f"; of {one.gpu} the vendor ships {count(one.shipped)} by {calendar.label(one.month)}, in whole lots {count(one.in_lots)}"
            for one in shipped_in_time(instance, calendar, workload, period) if count(one.in_lots) != count(one.shipped)]
    return "".join(said)


def _capacity(instance: Instance, calendar: Calendar, workload: Workload) -> str:
    """Sites and modes by the first period in which their capacity can hold the target."""
    reached = capacities(instance, calendar, workload)
    if not reached:
        return f"capacity: no site can hold {workload.name}'s target within the horizon"
    said = [f"{one.site_id} ({one.mode}) from {calendar.period_label(one.period)} with {short(one.least_it_mw)} MW IT" for one in reached]
    more = f"; {len(reached) - SITES_SHOWN} more later" if len(reached) > SITES_SHOWN else ""
    least = ", of the GPUs that need the least power," if len(workload.accepts) > 1 else ""
    return f"capacity: {workload.name}'s target{least} fits at {'; '.join(said[:SITES_SHOWN])}{more}"


def _rentals(instance: Instance, calendar: Calendar, workload: Workload) -> str:
    """Rentals that could host the workload, from when and, of committed ones, until when."""
    hosts = [_rental(rental, calendar) for rental in hosting_rentals(instance, workload)]
    return f"rentals: large enough for {workload.name} {'are' if len(hosts) > 1 else 'is'} {listed(hosts)}" if hosts else (
        f"rentals: none is large enough for {workload.name}")


def _rental(rental: Rental, calendar: Calendar) -> str:
    if rental.committed_gpus:
        until = "the end" if rental.committed_until is None else calendar.label(rental.committed_until)
        return f"{rental.name} until {until}"
    return f"{rental.name} from {calendar.label(calendar.first_month(rental_period(rental, calendar)))}"


def _purse(purse: Purse, calendar: Calendar, last: int) -> str:
    """What a purse has to give by a month; what comes later is said apart, for it helps no deadline."""
    use = f"for {', '.join(purse.pays_for)}"
    amounts = sorted(purse.amounts)
    if purse.every_month:
        rates = [f"{short(musd)} from {calendar.label(month)}" for month, musd in amounts if month <= last]
        said = ", ".join(rates).replace(" from", " million USD a month from", 1) or "nothing"
        return f"purse: {purse.name} receives {said}, {use}"
    held = sum(musd for month, musd in amounts if month <= last)
    later = sum(musd for month, musd in amounts if month > last)
    more = f" ({short(later)} more come later)" if later else ""
    return f"purse: {purse.name} receives {short(held)} million USD by {calendar.label(last)}{more}, {use}"


def _loan(debt: Debt, calendar: Calendar) -> str:
    opened = calendar.label(debt.from_month)
    return (f"debt: {short(debt.limit_musd)} million USD at most from {opened}, for capital, and {100 * debt.advance_fraction_of_gpus:g} % "
            f"of the book value of GPUs delivered and paid for")
