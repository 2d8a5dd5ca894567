"""What the instance's data alone bound: useful deliveries, least MW to a target, families that can reach it.

These bounds stand in for big-M everywhere and tighten the ready rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from optimizer.core.calendar import Calendar
from optimizer.core.instance import Gpu, Instance, Workload

ROUNDING = 1e-9
"""Share of a number by which its sum may be rounded."""

EACH = "any"
"""Family label of a workload that may mix families."""


@dataclass(frozen=True, eq=False)
class DataBounds:
    """Bounds derived from an instance's data."""

    instance: Instance
    calendar: Calendar
    _online: dict[tuple[str, int], float] = field(default_factory=dict, init=False, repr=False)
    _it_mw: dict[tuple[str, str, int], float | None] = field(default_factory=dict, init=False, repr=False)

    def gpu(self, name: str) -> Gpu:
        """Return the GPU model of a name."""
        return next(gpu for gpu in self.instance.gpus if gpu.name == name)

    def on_offer(self, gpu: Gpu, period: int) -> float:
        """Units of a model that its vendor has on offer in a period, to all sites together; ``inf`` without a limit.

        In whole lots: those that its supply since the first month has filled by the end of the period, less those that it had filled
        before. What is left below a whole lot counts for the next one; a lot that nobody takes lapses.
        """
        if gpu.supply is None:
            return math.inf
        if not gpu.lot:
            return sum(self.calendar.in_force(gpu.supply, month) for month in self.calendar.months_of(period))
        return gpu.lot * (_whole_lots(self.shipped(gpu, period), gpu.lot) - _whole_lots(self.shipped(gpu, period - 1), gpu.lot))

    def shipped(self, gpu: Gpu, period: int) -> float:
        """Units of a model that its vendor ships from the first month to the end of a period, not counted in lots."""
        assert gpu.supply is not None  # only asked of a vendor with a limit
        months = range(self.calendar.first_month(period + 1))
        return math.fsum(self.calendar.in_force(gpu.supply, month) for month in months)

    def online_at_most(self, gpu: Gpu, period: int) -> float:
        """Most units of a model that can be online in a period, delivered within its lifetime and installed."""
        key = (gpu.name, period)
        if key not in self._online:
            self._online[key] = self._count_online(gpu, period)
        return self._online[key]

    def _count_online(self, gpu: Gpu, period: int) -> float:
        last = period - self.calendar.lag_periods(gpu.install_months)
        first = period - self.calendar.lag_periods(gpu.lifetime_months) + 1
        delivered = sum(self.on_offer(gpu, tau) for tau in range(max(first, 0), last + 1))
        initial = sum(count for _, count in gpu.initial_gpus) if period < self.calendar.lag_periods(gpu.lifetime_months) else 0
        return delivered + initial

    def families(self, workload: Workload) -> dict[str, list[Gpu]]:
        """GPU models a workload accepts, by the family of which it must be wholly made (``any``: mixed)."""
        grouped: dict[str, list[Gpu]] = {}
        for gpu in (gpu for name in workload.accepts for gpu in self.instance.gpus if gpu.name == name):
            grouped.setdefault(gpu.family if workload.one_family else EACH, []).append(gpu)
        return grouped

    def it_mw_to_target(self, workload: Workload, family: str, period: int) -> float | None:
        """Least IT MW whose GPUs reach the workload's target in a period; ``None``: not even all of them do."""
        key = (workload.name, family, period)
        if key not in self._it_mw:
            self._it_mw[key] = self._sum_it_mw(workload, family, period)
        return self._it_mw[key]

    def _sum_it_mw(self, workload: Workload, family: str, period: int) -> float | None:
        missing = workload.gpus_h100e
        it_mw = 0.0
        for gpu in sorted(self.families(workload)[family], key=lambda gpu: gpu.it_kw_per_gpu / gpu.h100_equivalents):
            taken = min(missing, self.online_at_most(gpu, period) * gpu.h100_equivalents)
            it_mw += taken / gpu.h100_equivalents * gpu.it_kw_per_gpu / 1000.0
            missing -= taken
            if missing <= 1e-9 * workload.gpus_h100e:
                return it_mw
        return None

    def needed_periods(self, workload: Workload) -> range:
        """Periods in which the workload still wants its GPUs: all that begin by its ``until``."""
        if workload.until is None:
            return range(self.calendar.periods)
        return range(min(workload.until // self.calendar.months_per_period + 1, self.calendar.periods))


def _whole_lots(gpus: float, lot: int) -> int:
    """Lots that some units fill; a lot that lacks a billionth of them is full, since sums of months are rounded."""
    return math.floor(gpus / lot * (1.0 + ROUNDING))
