"""When purses alone would let a workload be ready: at a site by what must have been paid by then, at a rental by its rent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from optimizer.core.calendar import Calendar
from optimizer.core.instance import Gpu, Instance, Mode, Purse, Rental, Workload

_CAPITAL = ("capital", "capital.gpus", "capital.network", "capital.construction", "capital.land")
_RENT = ("rent", "rent.rental")


def received_by(purses: Iterable[Purse], calendar: Calendar) -> list[float]:
    """Million USD that purses have received by each month of the horizon, in all."""
    so_far, totals = 0.0, []
    held = list(purses)
    for month in range(calendar.months):
        so_far += sum(_received_in(purse, month, calendar) for purse in held)
        totals.append(so_far)
    return totals


def _received_in(purse: Purse, month: int, calendar: Calendar) -> float:
    """Amount of a month; what is dated before the horizon is there in its first month."""
    if purse.every_month:
        return calendar.in_force(purse.amounts, month)
    return sum(musd for date, musd in purse.amounts if date == month or (month == 0 and date < 0))


def payers_of(instance: Instance, names: Sequence[str]) -> list[Purse]:
    """Purses that may pay something of these groups or lines."""
    return [purse for purse in instance.purses if {*names} & {*purse.pays_for}]


def money_at_site(instance: Instance, calendar: Calendar, mode: Mode, workload: Workload) -> int | None:
    """First period by which purses (and the lender) can have paid for the hall and the cheapest GPUs; ``None``: never.

    Taxes, power and staff are left out, and a payment that is due after delivery is awaited: no plan is ready before it.
    """
    purchases = [_purchase(gpu, workload) for gpu in instance.gpus if gpu.name in workload.accepts]
    if not purchases:
        return None
    received = received_by(payers_of(instance, _CAPITAL), calendar)
    if instance.debt is not None:
        received = [musd + (instance.debt.limit_musd if month >= instance.debt.from_month else 0.0) for month, musd in enumerate(received)]
    for t in range(calendar.periods):
        if any(_is_paid(received, calendar, t, (hall(mode, it_mw), musd, gpu)) for musd, it_mw, gpu in purchases):
            return t
    return None


def _purchase(gpu: Gpu, workload: Workload) -> tuple[float, float, Gpu]:
    """Million USD for the GPUs of a model that are missing to the target, and the MW of IT load of all of them."""
    wanted = workload.gpus_h100e / gpu.h100_equivalents
    missing = max(wanted - sum(number for _, number in gpu.initial_gpus), 0.0)
    return missing * (gpu.price_usd + gpu.network_usd) / 1e6, wanted * gpu.it_kw_per_gpu / 1000.0, gpu


def hall(mode: Mode, it_mw: float) -> float:
    """Least million USD that a hall of some MW costs to build."""
    added = max(it_mw - mode.initial_it_mw, 0.0)
    return mode.capex_musd_per_mw * added + (mode.fixed_cost_musd + mode.land_musd if added else 0.0)


def _is_paid(received: Sequence[float], calendar: Calendar, t: int, cost: tuple[float, float, Gpu]) -> bool:
    hall_musd, gpus_musd, gpu = cost
    due = t - calendar.lag_periods(gpu.install_months) + calendar.lag_periods(gpu.pay_after_delivery_months)
    by_now, by_due = received[calendar.first_month(t)], received[min(calendar.first_month(max(due, 0)), calendar.months - 1)]
    at_order = gpu.pay_at_order_fraction * gpus_musd
    is_due = due < calendar.periods
    return by_now >= (hall_musd + at_order) * (1.0 - 1e-9) and (not is_due or by_due >= (hall_musd + gpus_musd) * (1.0 - 1e-9))


def rent_musd(rental: Rental, instance: Instance, workload: Workload, month: int) -> float:
    """Least rent of a month in which a rental holds a workload's target, in million USD."""
    calendar = Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)
    equivalents = next(gpu.h100_equivalents for gpu in instance.gpus if gpu.name == rental.gpu)
    gpus = max(workload.gpus_h100e / equivalents, float(rental.gpus_min))
    return rental.usd_per_gpu_hour * gpus * calendar.month_hours(month) / 1e6


def money_for_rental(instance: Instance, calendar: Calendar, rental: Rental, workload: Workload) -> int | None:
    """First period from which purses that pay rent can pay it for the least term, or as far as the horizon goes; ``None``: never."""
    if rental.committed_gpus:
        return 0
    received = received_by(payers_of(instance, _RENT), calendar)
    rents = [rent_musd(rental, instance, workload, month) for month in range(calendar.months)]
    term = max(rental.min_months, 1)
    for t in range(calendar.periods):
        first, owed, holds = calendar.first_month(t), 0.0, True
        for month in range(first, min(first + term, calendar.months)):
            owed += rents[month]
            holds = holds and owed <= received[month] * (1.0 + 1e-9)
        if holds:
            return t
    return None
