"""The least cost of a tiny instance with power by the hour: dates, contracts and units by trial, the rest by linear programs.

A place where no GPUs may work costs and earns nothing, since no agreement stands without load: only one site is looked at at
a time, and ``known`` refuses instances in which two could have load.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import inf

from optimizer.core.instance import Gpu, Instance, Site
from optimizer.core.offers import Battery, Ppa, Tariff
from tests.oracle.fleet import supply
from tests.oracle.gas import unit_paths
from tests.oracle.hosting import last_needed, waiting
from tests.oracle.hourly_case import Agreed, Case, Choice
from tests.oracle.hourly_days import Days
from tests.oracle.hourly_program import Program
from tests.oracle.hourly_site import fill
from tests.oracle.money import Clock
from tests.oracle.power import Service, most_mw, services


def best_cost(instance: Instance) -> float | None:
    """Return the least sum of present musd over all plans, or None when there is no plan."""
    known(instance)
    clock = Clock(instance)
    best = inf
    deadline = instance.workloads[0].deadline
    if deadline is None:
        best = waiting(clock, instance.workloads[0], None).present
    for site in instance.sites:
        best = min(best, _Place(instance, clock, site).best(best))
    return None if best == inf else best


def known(instance: Instance) -> None:
    """Refuse an instance for which the enumeration would not be a proof."""
    (gpu,), (workload,) = instance.gpus, instance.workloads
    assert instance.goals == ("min_cost",)
    assert not instance.rentals
    assert not instance.has_budget
    assert gpu.lot * gpu.h100_equivalents == workload.gpus_h100e
    assert all(site.max_gpus == gpu.lot and site.modes[0].capex_musd_per_mw == 0.0 for site in instance.sites)
    assert len(instance.sites) == 1 or len(_deliveries(Clock(instance), gpu)) == 1
    assert instance.horizon.months_per_period == 1 or int(instance.horizon.start[5:]) % 3 == 1
    for site in instance.sites:
        assert all(t.customer_capex_musd == t.deposit_musd == 0.0 for t in site.tariffs)
        assert all(gas.spare_units <= 1 for gas in site.onsite_gas)
        assert len(site.batteries) <= 1
        assert sum(t.called_series is not None for t in site.tariffs) <= 1


def _deliveries(clock: Clock, gpu: Gpu) -> list[int]:
    """Periods in which the vendor has the one lot on offer."""
    return [t for t in range(clock.periods) if supply(clock, gpu, t) >= gpu.lot]


class _Place:
    def __init__(self, instance: Instance, clock: Clock, site: Site) -> None:
        self.instance, self.clock, self.site = instance, clock, site
        self.days = Days(instance, site, clock)
        self.workload, self.gpu = instance.workloads[0], instance.gpus[0]
        self.last = last_needed(clock, self.workload)
        self.most_it_mw = self.gpu.lot * self.gpu.it_kw_per_gpu / 1000.0
        self.may_earn = bool(site.ppas) or any(min(series.values) < 0.0 for series in instance.series)

    def best(self, known_musd: float) -> float:
        """Least cost with the GPUs at this site."""
        best = known_musd
        choices = list(self._choices())
        for delivered in _deliveries(self.clock, self.gpu):
            if delivered > self.last:
                continue
            for ready in (*range(delivered, self.last + 1), None):
                for choice in choices:
                    best = min(best, self._least(delivered, ready, choice, best))
        return best

    def _least(self, delivered: int, ready: int | None, choice: Choice, best: float) -> float:
        deadline = self.workload.deadline
        if deadline is not None and (ready is None or self.clock.first(ready) > deadline):
            return inf
        if ready is None and not self.may_earn:
            return inf
        price = self.gpu.price_usd * self.gpu.lot / 1e6 * self.clock.worth_in_period(delivered)
        base = price + waiting(self.clock, self.workload, ready).present
        if not self.may_earn:
            base_least = base + sum(units.fixed(self.clock).present for units in choice.units)
            if base_least >= best:
                return inf
        if ready is not None and not all(self._enough(choice, t) for t in range(ready, self.last + 1)):
            return inf
        program = Program()
        program.fixed = base
        needed = {t: ready is not None and t >= ready for t in range(delivered, self.last + 1)}
        it = {t: program.column(0.0, self.most_it_mw * asked, self.most_it_mw * asked) for t, asked in needed.items()}
        case = Case(self.instance, self.clock, self.site, self.days, program, it)
        fill(case, choice)
        return program.least(best)

    def _enough(self, choice: Choice, t: int) -> bool:
        grid = sum(most_mw(self.clock, s.tariff, t) for s in choice.services if s.begin <= t < s.end)
        gas = sum(units.gas.unit_mw * units.standing(t) for units in choice.units)
        return grid + gas >= self.most_it_mw * self.site.peak_facility_ratio * (1.0 + self.instance.reserve_fraction) - 1e-9

    def _choices(self) -> Iterator[Choice]:
        signed = [[None, *self._useful(services(self.clock, tariff))] for tariff in self.site.tariffs]
        units = [list(unit_paths(self.clock, gas)) for gas in self.site.onsite_gas]
        agreed = [[None, *self._agreed(ppa)] for ppa in self.site.ppas]
        batteries: list[list[Battery | None]] = [
            [battery] if battery.exclusive_group is None else [None, battery] for battery in self.site.batteries]
        found = (converted([service for service in tariffs if service is not None]) for tariffs in product(*signed))
        for standing in dict.fromkeys(tuple(each) for each in found if each is not None):
            for gas, ppas, stores in product(product(*units), product(*agreed), product(*batteries)):
                choice = Choice(standing, tuple(each for each in gas if each.stays), tuple(filter(None, ppas)),
                                tuple(filter(None, stores)))
                if _exclusive(choice):
                    yield choice

    def _useful(self, found: Iterator[Service]) -> Iterator[Service]:
        """Services that stand in a period in which there may be load: others only cost."""
        first = min(_deliveries(self.clock, self.gpu), default=self.clock.periods)
        return (service for service in found if service.end > first and service.begin <= self.last)

    def _agreed(self, ppa: Ppa) -> Iterator[Agreed]:
        for begin in range(self.clock.periods):
            if self.clock.first(begin) >= ppa.available_from:
                end = self.clock.periods if ppa.term_months is None else self.clock.after(begin, ppa.term_months)
                yield Agreed(ppa, begin, min(end, self.clock.periods))


def converted(signed: Sequence[Service]) -> list[Service] | None:
    """End interruptible services where the firm one begins that they lead to; None: one serves beside or after it."""
    begins = {service.tariff.contract_id: service.begin for service in signed}
    found = []
    for service in signed:
        change = begins.get(service.tariff.converts_to or "")
        if change is not None and service.begin >= change:
            return None
        if change is not None and service.end > change:
            found.append(replace(service, end=change, ending="converted"))
        elif change is not None and service.ending == "leaves":
            return None
        else:
            found.append(service)
    return found


def _exclusive(choice: Choice) -> bool:
    """Say whether no group has two members used; an interruptible offer and the firm one it leads to count as one."""
    tariffs: list[Tariff] = [service.tariff for service in choice.services]
    names = {tariff.contract_id for tariff in tariffs}
    groups = [tariff.exclusive_group for tariff in tariffs if tariff.converts_to not in names]
    groups += [units.gas.exclusive_group for units in choice.units]
    groups += [agreed.ppa.exclusive_group for agreed in choice.agreed]
    groups += [battery.exclusive_group for battery in choice.batteries]
    named = [group for group in groups if group is not None]
    return len(named) == len(set(named))
