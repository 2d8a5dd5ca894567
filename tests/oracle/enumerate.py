"""The least cost of a tiny instance, found by trying every discrete plan.

What is cut away is cut by three facts, and ``known`` refuses the instances in which they might not hold. Nothing ever earns
more than it costs, so a site that neither hosts nor is committed is not started and a lot too many is not bought. The parts of
a plan (GPUs, building, power, committed sites elsewhere) share nothing but dates and load, which are fixed when they are
priced, and purses. A part that the purses cannot pay alone they cannot pay together with others, since what comes back to a
purse was paid by it before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf

from optimizer.core.instance import Gpu, Instance, Purse, Site
from tests.oracle.building import Task, buildings
from tests.oracle.fleet import Need, fleets
from tests.oracle.hosting import committed_rent, last_needed, rentals_as_host, waiting
from tests.oracle.money import Cash, Clock
from tests.oracle.power import Load, powers
from tests.oracle.program import Program

Grow = Callable[[Program], None]


@dataclass(frozen=True)
class Part:
    """One alternative for one part of a plan, with what it costs when it is alone."""

    grow: Grow
    musd: float
    start: int
    """Latest start of the site that suits it (a building: its start)."""


def best_cost(instance: Instance) -> float | None:
    """Return the least sum of present musd over all plans, or None when there is no plan."""
    known(instance)
    search = _Search(instance)
    best = inf
    for ready in (*range(search.last + 1), None):
        best = min(best, search.best(ready, best))
        if instance.goals[0] == "earliest" and best < inf:
            break
    return None if best == inf else best


def known(instance: Instance) -> None:
    """Refuse an instance for which the enumeration would not be a proof."""
    assert len(instance.workloads) == 1
    assert instance.workloads[0].one_family
    assert bool(instance.purses) == instance.has_budget
    assert len({(gpu.family, gpu.cooling) for gpu in instance.gpus}) == len({gpu.family for gpu in instance.gpus})
    assert instance.goals in (("min_cost",), ("earliest", "min_cost"))
    assert all(gpu.resale_fraction <= 0.6 and gpu.pay_after_delivery_months <= 3 for gpu in instance.gpus)
    assert all(site.sales_tax_fraction <= 0.1 for site in instance.sites)
    assert all(site.exempt_within_months >= instance.horizon.months for site in instance.sites), "no window ends before the horizon"
    assert all(mode.residual_fraction <= 0.8 for site in instance.sites for mode in site.modes)
    for group in ("capital", "deposits"):
        payers = [purse for purse in instance.purses if any(name.split(".")[0] == group for name in purse.pays_for)]
        returns = any(tariff.capex_refund_months for site in instance.sites for tariff in site.tariffs)
        assert len(payers) <= 1 or (group == "capital" and not returns), "money could move from purse to purse"


class _Search:
    def __init__(self, instance: Instance) -> None:
        self.instance, self.clock = instance, Clock(instance)
        self.workload = instance.workloads[0]
        self.last = last_needed(self.clock, self.workload)
        self.committed = committed_rent(instance, self.clock)
        self.purses: Sequence[Purse] = instance.purses if instance.has_budget else ()

    def best(self, ready: int | None, known_musd: float) -> float:
        """Least cost with the workload ready in a period (None: never); may stop looking above ``known_musd``."""
        deadline = self.workload.deadline
        if deadline is not None and (ready is None or self.clock.first(ready) > deadline):
            return inf
        base = Cash()
        base.add(self.committed)
        base.add(waiting(self.clock, self.workload, ready))
        if ready is None:
            return self._elsewhere(base, Cash(), known_musd)
        best = known_musd
        for rent in rentals_as_host(self.instance, self.clock, ready):
            best = min(best, self._elsewhere(base, rent, best))
        for site, family in product(self.instance.sites, sorted({gpu.family for gpu in self.instance.gpus})):
            gpus = tuple(gpu for gpu in self.instance.gpus if gpu.family == family and gpu.name in self.workload.accepts)
            if gpus and not site.is_forbidden:
                best = min(best, self._hosted(base, site, gpus, ready, best))
        return best

    def _elsewhere(self, base: Cash, rent: Cash, best: float) -> float:
        """Least cost when no site hosts: only committed sites are started."""
        both = Cash()
        both.add(base)
        both.add(rent)
        others = self._others(both, None)
        return inf if others is None else self._join(both, ([*parts] for parts in product(*others)), best)

    def _others(self, base: Cash, host: Site | None) -> list[list[Part]] | None:
        """Alternatives for each committed site that does not host; None when too many sites would be started."""
        idle = [site for site in self.instance.sites if site.is_committed and site is not host]
        most = self.instance.sites_at_most
        if most is not None and len(idle) + (host is not None) > most:
            return None
        nothing = (0.0,) * self.clock.periods
        tasks = [Task(site, nothing, "air", 0.0) for site in idle]
        return [self._buildings(base, task) for task in tasks]

    def _hosted(self, base: Cash, site: Site, gpus: tuple[Gpu, ...], ready: int, best: float) -> float:
        others = self._others(base, site)
        if others is None:
            return best
        (cooling,) = {gpu.cooling for gpu in gpus}
        waits = base.present + sum(min((part.musd for part in parts), default=inf) for parts in others)
        for exempt in (False, True) if site.sales_tax_exempt == "true" else (False,):
            groups: dict[tuple[tuple[float, ...], float], list[Part]] = {}
            need = Need(site, gpus, self.workload, ready, self.last, exempt)
            for fleet in fleets(self.instance, self.clock, need):
                part = self._part(base, fleet.grow, fleet.first)
                if waits + part.musd < best:
                    groups.setdefault((fleet.it_mw, fleet.still_to_build_musd), []).append(part)
            for (it_mw, missing), fleet_parts in groups.items():
                task = Task(site, it_mw, cooling, missing)
                best = min(best, self._on_site(base, task, self._best_of_each_start(fleet_parts), [*others], best))
        return best

    def _on_site(self, base: Cash, task: Task, fleet_parts: list[Part], others: list[list[Part]], best: float) -> float:
        """Least cost of hosting with one load: GPUs, building and power that agree on the start."""
        built = self._buildings(base, task)
        cheapest = base.present + sum(min((part.musd for part in parts), default=inf) for parts in (fleet_parts, built, *others))
        if cheapest >= best:
            return inf
        powered = self._powers(base, task, best - cheapest)
        plans = ([fleet, building, power, *rest] for fleet, building, power in product(fleet_parts, built, powered)
                 if building.start <= min(fleet.start, power.start) for rest in product(*others))
        return self._join(base, plans, best)

    def _buildings(self, base: Cash, task: Task) -> list[Part]:
        found = buildings(self.instance, self.clock, task)
        parts = [self._part(base, building.grow, building.start) for building in found]
        return sorted((part for part in parts if part.musd < inf), key=lambda part: part.musd)

    def _powers(self, base: Cash, task: Task, most_musd: float) -> list[Part]:
        """Power that costs less than ``most_musd``; without purses, none that a cheaper and later one makes useless."""
        parts: list[Part] = []
        for power in powers(self.instance, self.clock, Load(task.site, task.it_mw, self.workload.utilisation)):
            beaten = not self.purses and any(p.start >= power.first and p.musd <= power.at_least_musd for p in parts)
            if power.at_least_musd < most_musd and not beaten:
                part = self._part(base, power.grow, power.first)
                if part.musd < most_musd:
                    parts.append(part)
        return parts

    def _best_of_each_start(self, parts: list[Part]) -> list[Part]:
        """Without purses only the cheapest part for each latest start matters."""
        if self.purses:
            return parts
        cheapest: dict[int, Part] = {}
        for part in sorted(parts, key=lambda part: part.musd):
            cheapest.setdefault(part.start, part)
        return list(cheapest.values())

    def _part(self, base: Cash, grow: Grow, start: int) -> Part:
        musd = self._price(base, [grow])
        return Part(grow, musd - base.present, start)

    def _price(self, base: Cash, grows: Sequence[Grow]) -> float:
        program = Program()
        program.fixed.add(base)
        for grow in grows:
            grow(program)
        if self.instance.has_budget:
            program.ask_purses(self.purses, self.clock)
        musd = program.least()
        return inf if musd is None else musd

    def _join(self, base: Cash, plans: Iterator[list[Part]], best: float) -> float:
        """Least cost over whole plans; the sum of the parts' own costs is exact without purses, a bound with them."""
        bounds = ((base.present + sum(part.musd for part in plan), plan) for plan in plans)
        if not self.instance.has_budget:
            return min((bound for bound, _ in bounds), default=inf)
        for bound, plan in sorted((pair for pair in bounds if pair[0] < best), key=lambda pair: pair[0]):
            if bound >= best:
                break
            best = min(best, self._price(base, [part.grow for part in plan]))
        return best
