"""What a plan has standing at a site in a period: its contracts, batteries and load, which the dispatch of the hours cannot change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from optimizer.core.calendar import Calendar
from optimizer.core.instance import Instance, Site, Workload
from optimizer.core.offers import Battery, OnsiteGas, Ppa, Tariff
from optimizer.plan.plan import Plan

_NOTHING = 1e-9


@dataclass(frozen=True)
class Grid:
    """A tariff in service; ``peak_mw`` is the peak that the plan pays for."""

    offer: Tariff
    contracted_mw: float
    extra_mw: float
    peak_mw: float


@dataclass(frozen=True)
class Units:
    """On-site gas; ``firm_mw`` may run at once, ``unit_mw`` is what all units are rated for (run hours are counted on it)."""

    offer: OnsiteGas
    firm_mw: float
    unit_mw: float
    extra_mw: float


@dataclass(frozen=True)
class Agreement:
    """A power purchase agreement in service."""

    offer: Ppa
    mw: float


@dataclass(frozen=True)
class Store:
    """Batteries of one offer; ``shave_mw`` stand ready to shave peaks."""

    offer: Battery
    mw: float
    mwh: float
    shave_mw: float


@dataclass(frozen=True)
class Work:
    """A workload at the site: ``it_mw`` of the GPUs allocated, at full power."""

    workload: Workload
    it_mw: float

    @property
    def mean_it_mw(self) -> float:
        """IT load in the mean: utilisation of the full power."""
        return self.workload.utilisation * self.it_mw


@dataclass(frozen=True)
class SitePeriod:
    """A site with load in a period."""

    site: Site
    t: int
    grids: tuple[Grid, ...]
    units: tuple[Units, ...]
    agreements: tuple[Agreement, ...]
    stores: tuple[Store, ...]
    work: tuple[Work, ...]

    @property
    def contract_ids(self) -> frozenset[str]:
        """Contracts and batteries whose cost depends on the hours dispatched."""
        parts: tuple[Grid | Units | Agreement | Store, ...] = (*self.grids, *self.units, *self.agreements, *self.stores)
        return frozenset(part.offer.contract_id for part in parts)

    def excess_mw(self, largest_pue: float) -> float:
        """MW by which the load exceeds its hourly mean at the peak."""
        ratio = self.site.peak_facility_ratio
        return sum(max(ratio - largest_pue * work.workload.utilisation, 0.0) * work.it_mw for work in self.work)


def standings(instance: Instance, plan: Plan, calendar: Calendar) -> dict[str, list[SitePeriod]]:
    """What stands at every site with load, period by period."""
    work = _work(instance, plan.tables["allocation"])
    tables = {name: _by_place(plan.tables[name]) for name in ("power", "ppas", "batteries")}
    labels = [calendar.period_label(t) for t in range(calendar.periods)]
    found: dict[str, list[SitePeriod]] = {}
    for site in instance.sites:
        for t, label in enumerate(labels):
            place = site.site_id, label
            if place in work:
                rows = {name: by_place.get(place, _Rows()) for name, by_place in tables.items()}
                found.setdefault(site.site_id, []).append(_site_period(site, t, rows, work[place]))
    return found


_Place = tuple[str, str]
"""A site and the label of a period."""


class _Rows(dict[str, Mapping[str, float]]):
    """Rows of one table and period by contract."""

    def of(self, offer: Tariff | OnsiteGas | Ppa | Battery, *columns: str) -> list[float]:
        """Values of some columns, 0 where the contract has no row."""
        row = self.get(offer.contract_id)
        return [0.0 if row is None else float(row[column]) for column in columns]


def _site_period(site: Site, t: int, rows: Mapping[str, _Rows], work: tuple[Work, ...]) -> SitePeriod:
    power, ppas, batteries = rows["power"], rows["ppas"], rows["batteries"]
    grids = (Grid(offer, *power.of(offer, "contracted_mw", "extra_mw", "peak_mw")) for offer in site.tariffs)
    units = (_units(offer, *power.of(offer, "firm_mw", "units", "extra_mw")) for offer in site.onsite_gas)
    agreements = (Agreement(offer, *ppas.of(offer, "mw")) for offer in site.ppas)
    stores = (Store(offer, *batteries.of(offer, "mw", "mwh", "shave_mw")) for offer in site.batteries)
    return SitePeriod(
        site, t,
        tuple(grid for grid in grids if grid.contracted_mw > _NOTHING),
        tuple(unit for unit in units if unit.unit_mw > _NOTHING),
        tuple(agreement for agreement in agreements if agreement.mw > _NOTHING),
        tuple(store for store in stores if store.mw > _NOTHING),
        work,
    )


def _units(gas: OnsiteGas, firm_mw: float, units: float, extra_mw: float) -> Units:
    """On-site gas with all the MW that its units can give at once, also where the plan calls for fewer firm ones."""
    yielded = gas.unit_mw * (1.0 - gas.derate_fraction) * max(units - gas.spare_units, 0.0)
    if gas.gas_mmbtu_per_day_max is not None:
        yielded = min(yielded, gas.gas_mmbtu_per_day_max / gas.heat_rate_mmbtu_per_mwh / 24.0)
    return Units(gas, max(firm_mw, yielded), units * gas.unit_mw, extra_mw)


def _by_place(table: pd.DataFrame) -> dict[_Place, _Rows]:
    found: dict[_Place, _Rows] = {}
    for row in table.to_dict("records"):
        of_place = found.setdefault((str(row["site_id"]), str(row["period"])), _Rows())
        of_place[str(row["contract_id"])] = {str(key): value for key, value in row.items()}
    return found


def _work(instance: Instance, allocation: pd.DataFrame) -> dict[_Place, tuple[Work, ...]]:
    """Workloads with GPUs, by site and period."""
    it_kw = {gpu.name: gpu.it_kw_per_gpu for gpu in instance.gpus}
    found: dict[_Place, dict[str, float]] = {}
    for row in allocation.to_dict("records"):
        of_place = found.setdefault((str(row["site_id"]), str(row["period"])), {})
        name, it_mw = str(row["workload"]), float(row["gpus"]) * it_kw[str(row["gpu"])] / 1000.0
        of_place[name] = of_place.get(name, 0.0) + it_mw
    workloads = {workload.name: workload for workload in instance.workloads}
    return {
        place: tuple(Work(workloads[name], value) for name, value in by_name.items() if value > _NOTHING)
        for place, by_name in found.items() if max(by_name.values()) > _NOTHING
    }
