"""Whether a site on which no workload runs can be worth its money.

As a rule it only costs: nothing is drawn, earned or served there. Three things of the model rest on that, and all ask here: the row
``start_hosts``, the sites that arithmetic leaves out (``optimizer.model.screening``), and those that leave the branch of a host
(``optimizer.solve.search.hosts``). Whatever a site can give without a workload belongs here.
"""

from __future__ import annotations

import math

from optimizer.core.calendar import Calendar
from optimizer.core.finance import Money, straight_line
from optimizer.core.instance import Gpu, Instance
from optimizer.model.hardware import hardware_usd, payment_shares


def idle_sites_give(instance: Instance) -> bool:
    """Whether GPUs that stand where nothing runs can bring a plan something.

    They secure a loan: more is lent on them, which may pay for what another purse may not. And GPUs that the vendor gives on credit
    beyond the end of the horizon can be worth more than they cost, where nearly all of their price is kept.

    Parameters
    ----------
    instance : Instance
    """
    return lends(instance) or _resale_gains(instance)


def lends(instance: Instance) -> bool:
    """Whether there is a loan on GPUs from which anything can be had."""
    debt = instance.debt
    return debt is not None and instance.has_budget and debt.limit_musd > 0.0 and debt.advance_fraction_of_gpus > 0.0


def pledged_gpus(instance: Instance, gpu: Gpu) -> float:
    """GPUs of a model that secure the whole loan when they are new; 0 without a loan or a price."""
    if instance.debt is None or not lends(instance) or not gpu.price_usd:
        return 0.0
    return math.ceil(1e6 * instance.debt.limit_musd / (instance.debt.advance_fraction_of_gpus * gpu.price_usd))


def _resale_gains(instance: Instance) -> bool:
    horizon = instance.horizon
    calendar = Calendar(horizon.start, horizon.months, horizon.months_per_period)
    money = Money(calendar, instance.discount_rate_per_year, instance.currency_year)
    return any(_gain_usd(money, gpu, calendar.first_month(t)) > 0.0 for gpu in instance.gpus for t in range(calendar.periods))


def _gain_usd(money: Money, gpu: Gpu, month: int) -> float:
    """Present value of what a GPU delivered in a month fetches at the end of the horizon, less that of what it costs without tax."""
    paid = money.schedule([(due, share * sum(hardware_usd(gpu).values())) for due, share in payment_shares(gpu, month)])
    costs = paid.beyond_present + sum(usd * money.period_discount(t) for t, usd in paid.periods)
    kept = straight_line(money.calendar.months - month, gpu.lifetime_months) * gpu.resale_fraction
    return float(gpu.price_usd * kept * money.end_discount() - costs)
