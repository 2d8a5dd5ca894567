"""Every way of building what one site must carry: the mode, the period of the start, blocks; MW by linear program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import ceil, floor

from optimizer.core.instance import Instance, Mode, Site
from tests.oracle.money import Cash, Clock
from tests.oracle.program import Program

TINY = 1e-9


@dataclass(frozen=True)
class Task:
    """What a site must carry: IT MW by period, their cooling, and musd still to be built for a tax exemption."""

    site: Site
    it_mw: tuple[float, ...]
    cooling: str
    still_to_build_musd: float


@dataclass(frozen=True)
class Building:
    """One mode begun in one period."""

    grow: Callable[[Program], None]
    start: int


def buildings(instance: Instance, clock: Clock, task: Task) -> Iterator[Building]:
    """Yield every mode, start and sequence of blocks that can carry the load."""
    for mode in task.site.modes:
        if task.cooling == "air" and mode.cooling == "liquid" and any(task.it_mw):
            continue
        if task.cooling == "liquid" and mode.cooling == "air" and mode.liquid_adder_musd_per_mw is None and any(task.it_mw):
            continue
        for start in range(clock.periods):
            plan = _Plan(instance, clock, task, mode, start)
            if not plan.may_carry():
                continue
            for blocks in plan.block_sequences():
                def grow(program: Program, plan: _Plan = plan, blocks: tuple[int, ...] | None = blocks) -> None:
                    plan.grow(program, blocks)
                yield Building(grow, start)


class _Plan:
    def __init__(self, instance: Instance, clock: Clock, task: Task, mode: Mode, start: int) -> None:
        self.instance, self.clock, self.task, self.mode, self.start = instance, clock, task, mode, start
        self.service = clock.after(start, mode.lead_months)

    def most_added(self, period: int) -> float:
        """MW that may have been added by a period."""
        room = self.mode.max_it_mw - self.mode.initial_it_mw
        age = self.clock.first(period) - self.clock.first(self.service)
        if age < 0:
            return 0.0
        if self.mode.mw_per_month is None:
            return room
        return min(room, self.mode.mw_per_month * (age + self.clock.width))

    def may_carry(self) -> bool:
        """Say whether enough MW can be in service in every period."""
        return all(it_mw <= self.most_added(t) + (self.mode.initial_it_mw if t >= self.start else 0.0) + TINY
                   for t, it_mw in enumerate(self.task.it_mw))

    def block_sequences(self) -> Iterator[tuple[int, ...] | None]:
        """Blocks by period; a single None where MW come in any amount."""
        size = self.mode.block_it_mw
        if size == 0.0:
            yield None
            return
        enough = max(0, ceil((max(self.task.it_mw) - self.mode.initial_it_mw) / size - TINY))
        if self.task.still_to_build_musd > 0.0:
            enough = floor((self.mode.max_it_mw - self.mode.initial_it_mw) / size + TINY)
        open_periods = max(0, self.clock.periods - self.service)
        for tail in product(range(enough + 1), repeat=open_periods):
            blocks = (0,) * (self.clock.periods - open_periods) + tail
            if sum(tail) <= enough and self._blocks_fit(blocks):
                yield blocks

    def _blocks_fit(self, blocks: tuple[int, ...]) -> bool:
        for period in range(self.clock.periods):
            added = sum(blocks[: period + 1]) * self.mode.block_it_mw
            built = added + (self.mode.initial_it_mw if period >= self.start else 0.0)
            if added > self.most_added(period) + TINY or built < self.task.it_mw[period] - TINY:
                return False
        return True

    def grow(self, program: Program, blocks: tuple[int, ...] | None) -> None:
        """Add the building to a program."""
        clock, mode = self.clock, self.mode
        program.fixed.add(self._begun())
        program.fixed.add(self._site_period(self.start), mode.initial_it_mw)
        added = {t: program.column(self._added(t)) for t in range(self.service, clock.periods)}
        equips = self.task.cooling == "liquid" and mode.cooling == "air" and any(self.task.it_mw)
        equipped = {t: program.column(self._equipped(t)) for t in range(self.start, clock.periods)} if equips else {}
        for t in range(clock.periods):
            initial = mode.initial_it_mw if t >= self.start else 0.0
            so_far = {column: 1.0 for born, column in added.items() if born <= t}
            fitted = {column: 1.0 for born, column in equipped.items() if born <= t}
            program.floor(so_far, self.task.it_mw[t] - initial)
            program.limit(so_far, self.most_added(t))
            if equips:
                program.floor(fitted, self.task.it_mw[t])
                program.limit({**fitted, **dict.fromkeys(so_far, -1.0)}, initial)
        for t, column in added.items():
            if blocks is not None:
                program.fix({column: 1.0}, blocks[t] * mode.block_it_mw)
            elif mode.mw_per_month is not None:
                program.limit({column: 1.0}, mode.mw_per_month * clock.width)
        self._exempt(program, added, equipped)

    def _exempt(self, program: Program, added: dict[int, int], equipped: dict[int, int]) -> None:
        missing = self.task.still_to_build_musd - self.mode.fixed_cost_musd - self.mode.land_musd
        if missing > 0.0:
            spent = dict.fromkeys(added.values(), self.mode.capex_musd_per_mw)
            spent.update(dict.fromkeys(equipped.values(), self.mode.liquid_adder_musd_per_mw or 0.0))
            program.floor(spent, missing)

    def _residual(self, cash: Cash, musd: float) -> None:
        if self.mode.lease_usd_per_kw_month == 0.0:
            cash.present -= self.mode.residual_fraction * musd * self.clock.worth_at_end()

    def _property_tax(self, cash: Cash, period: int, musd: float) -> None:
        clock, site = self.clock, self.task.site
        for later in range(period, clock.periods):
            if clock.first(later) - clock.first(period) >= site.abatement_months:
                tax = site.property_tax_fraction_per_year / 12.0 * clock.width * musd
                clock.pay(cash, "operations.property_tax", clock.first(later), tax)

    def _begun(self) -> Cash:
        cash, clock, mode = Cash(), self.clock, self.mode
        month = clock.first(self.start)
        clock.pay(cash, "capital.land", month, mode.land_musd)
        clock.pay_curve(cash, "capital.construction", range(month, month + mode.lead_months), mode.fixed_cost_musd)
        self._property_tax(cash, self.start, mode.land_musd + mode.fixed_cost_musd)
        self._residual(cash, mode.fixed_cost_musd)
        cash.present -= mode.land_musd * clock.worth_at_end()
        return cash

    def _site_period(self, period: int) -> Cash:
        """Lease and staff of one MW in service from a period on."""
        cash, clock, mode = Cash(), self.clock, self.mode
        growth = self.instance.escalation
        month = clock.first(period)
        per_month = mode.lease_usd_per_kw_month * 1000.0 / 1e6
        for i in range(month + mode.free_rent_months, max(clock.months, month + mode.lease_months)):
            clock.pay(cash, "lease.lease", i, per_month * clock.growth(growth.lease, i))
        for later in range(period, clock.periods):
            staff = mode.staff_musd_per_mw_year / 12.0 * clock.width * clock.growth_in_period(growth.staff, later)
            clock.pay(cash, "operations.staff", clock.first(later), staff)
        return cash

    def _added(self, period: int) -> Cash:
        cash = self._built("construction", period, self.mode.capex_musd_per_mw)
        cash.add(self._site_period(period))
        return cash

    def _equipped(self, period: int) -> Cash:
        return self._built("liquid_cooling", period, self.mode.liquid_adder_musd_per_mw or 0.0)

    def _built(self, line: str, period: int, musd: float) -> Cash:
        cash, month = Cash(), self.clock.first(period)
        lead = self.mode.lead_months
        if lead == 0:
            self.clock.pay(cash, f"capital.{line}", month, musd)
        else:
            self.clock.pay_curve(cash, f"capital.{line}", range(month - lead, month), musd)
        self._property_tax(cash, period, musd)
        self._residual(cash, musd)
        return cash
