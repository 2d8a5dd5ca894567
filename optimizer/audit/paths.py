"""What the plan decides, as rows of numbers by period: the quantities that every rule and ledger line is computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from optimizer.audit.calendar import Clock
from optimizer.audit.comparison import FloatArray, Row, Unit
from optimizer.audit.flows import SitePower
from optimizer.audit.money import Purser, escalation, period_escalation
from optimizer.core.instance import Gpu, Instance, Mode, Purse, Rental, Site, Workload
from optimizer.core.offers import Battery, OnsiteGas, Ppa, Tariff

Columns = Mapping[str, FloatArray]
"""Number columns of one key of a table, by period; 0 where the table has no row."""


@dataclass(frozen=True, slots=True)
class SitePath:
    """A started site: its mode, the period of its start (T: never) and the columns of ``construction``."""

    site: Site
    mode: Mode
    start: int
    columns: Columns

    @property
    def added(self) -> FloatArray:
        """MW of IT capacity that enter service in each period."""
        return self.columns["added_it_mw"]

    @property
    def built(self) -> FloatArray:
        """MW of IT capacity in service: what stands from the start, and all additions."""
        started = np.arange(self.added.size) >= self.start
        return np.where(started, self.mode.initial_it_mw, 0.0) + np.cumsum(self.added)

    @property
    def newly_equipped(self) -> FloatArray:
        """MW equipped for liquid cooling in each period."""
        return np.diff(self.columns["liquid_it_mw"], prepend=0.0)


@dataclass(frozen=True, slots=True)
class FleetPath:
    """A GPU model at a started site and the columns of ``fleet``."""

    site: Site
    gpu: Gpu
    columns: Columns

    @property
    def initial(self) -> float:
        """GPUs that stand at the site before the horizon."""
        return float(dict(self.gpu.initial_gpus).get(self.site.site_id, 0))

    @property
    def powered_mw(self) -> FloatArray:
        """IT peak of the powered GPUs, MW."""
        return self.columns["powered"] * self.gpu.it_kw_per_gpu / 1000.0


ADDED_MW = 1e-5
"""MW that count as added, with a term of their own; less is the solver's last digits."""


@dataclass(frozen=True, slots=True)
class TariffPath:
    """A tariff in use: its site, the period it begins in (T: never), the first period out of service again (T: none).

    ``added_mw`` is what the MW whose term runs grow by in each period; below 0 where MW are given up before their term is over, and 0 once
    the contract is left or converted.
    """

    site: Site
    tariff: Tariff
    begin: int
    end: int
    columns: Columns
    added_mw: FloatArray

    @property
    def contract(self) -> Tariff:
        """The tariff."""
        return self.tariff

    @property
    def last_added(self) -> int:
        """Period in which the last MW are added; that of the begin where there are none."""
        grown = np.flatnonzero(self.added_mw > ADDED_MW)
        return max(self.begin, int(grown[-1])) if grown.size else self.begin

    @property
    def in_service(self) -> FloatArray:
        """1 in the periods of service, else 0."""
        period = np.arange(self.columns["begins"].size)
        return ((period >= self.begin) & (period < self.end)).astype(np.float64)


@dataclass(frozen=True, slots=True)
class GasPath:
    """On-site units in use: their site and the columns of ``power``."""

    site: Site
    gas: OnsiteGas
    columns: Columns

    @property
    def contract(self) -> OnsiteGas:
        """The on-site gas contract."""
        return self.gas

    @property
    def additions(self) -> FloatArray:
        """Units that come in each period: what the number of units grows by."""
        return np.maximum(np.diff(self.columns["units"], prepend=0.0), 0.0)


@dataclass(frozen=True, slots=True)
class PpaPath:
    """A power purchase agreement in use: the period it begins in (T: never), the first period out of service again (T: none)."""

    site: Site
    ppa: Ppa
    begin: int
    end: int
    columns: Columns

    @property
    def contract(self) -> Ppa:
        """The agreement."""
        return self.ppa

    @property
    def in_service(self) -> FloatArray:
        """1 in the periods of service, else 0."""
        period = np.arange(self.columns["begins"].size)
        return ((period >= self.begin) & (period < self.end)).astype(np.float64)


@dataclass(frozen=True, slots=True)
class BatteryPath:
    """A battery in use: its site and the columns of ``batteries``."""

    site: Site
    battery: Battery
    columns: Columns

    @property
    def contract(self) -> Battery:
        """The battery offer."""
        return self.battery

    @property
    def efficiency(self) -> float:
        """Share of the energy that is left after one way through the battery."""
        return float(np.sqrt(self.battery.round_trip_efficiency))


@dataclass(frozen=True, slots=True)
class WorkloadPath:
    """A workload: every host and family the plan names for it and the columns of ``workloads``."""

    workload: Workload
    hosts: tuple[str, ...]
    families: tuple[str, ...]
    columns: Columns


@dataclass(frozen=True, slots=True)
class RentalPath:
    """A rental: the period it begins in (T: never, or committed before) and the columns of ``rentals``."""

    rental: Rental
    begin: int
    columns: Columns

    @property
    def begun(self) -> float:
        """GPUs begun over the horizon."""
        return float(self.columns["begun_gpus"].sum())


@dataclass(frozen=True, slots=True)
class PursePath:
    """A purse and the columns of ``cash``; ``is_loan``: what it receives is drawn from the lender."""

    purse: Purse
    columns: Columns
    is_loan: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """An instance and what a plan decides for it: all that the rules read."""

    instance: Instance
    header: Mapping[str, Any]
    clock: Clock
    purser: Purser
    sites: Mapping[str, SitePath]
    fleet: tuple[FleetPath, ...]
    tariffs: tuple[TariffPath, ...]
    gas: tuple[GasPath, ...]
    ppas: tuple[PpaPath, ...]
    batteries: tuple[BatteryPath, ...]
    power: Mapping[str, SitePower]
    bills: Mapping[tuple[str, str, str, int], FloatArray]
    emissions: Mapping[str, Columns]
    load: Mapping[str, Columns]
    workloads: tuple[WorkloadPath, ...]
    allocation: Mapping[tuple[str, str, str], FloatArray]
    rentals: tuple[RentalPath, ...]
    purses: tuple[PursePath, ...]
    debt: Columns
    ledger: pd.DataFrame
    payments: pd.DataFrame
    commitments: pd.DataFrame

    @property
    def contracts(self) -> tuple[TariffPath | GasPath, ...]:
        """Tariffs and on-site gas in use."""
        return (*self.tariffs, *self.gas)

    def row(self, site_id: str, unit: Unit, what: str) -> Row:
        """Place of a comparison over all periods."""
        return Row(site_id, self.clock.labels, unit, what)

    def single(self, site_id: str, unit: Unit, what: str, period: str = "") -> Row:
        """Place of a comparison of two single numbers."""
        return Row(site_id, (period,), unit, what)

    def fleet_at(self, site_id: str) -> Iterator[FleetPath]:
        """GPU models at a site."""
        return (path for path in self.fleet if path.site.site_id == site_id)

    def it_peak(self, site_id: str) -> FloatArray:
        """IT peak of a site, MW."""
        return sum((path.powered_mw for path in self.fleet_at(site_id)), np.zeros(self.clock.count))

    def it_mw(self, site_id: str, workload: str) -> FloatArray:
        """IT peak of the GPUs that serve a workload at a site, MW."""
        kw = {gpu.name: gpu.it_kw_per_gpu for gpu in self.instance.gpus}
        rows = [gpus * kw[gpu] / 1000.0 for (place, gpu, name), gpus in self.allocation.items() if (place, name) == (site_id, workload)]
        return sum(rows, np.zeros(self.clock.count))

    def billed(self, path: TariffPath, charge: str, tier: int = 0) -> FloatArray:
        """What a charge bills in each period, from the table ``bills``."""
        key = (path.site.site_id, path.tariff.contract_id, charge, tier)
        return self.bills[key] if key in self.bills else np.zeros(self.clock.count)

    def growth(self, rate: float) -> FloatArray:
        """Factor by which an escalating price stands above the currency year, by period."""
        return period_escalation(self.clock, rate, self.instance.currency_year)

    def growth_in(self, rate: float, months: range) -> FloatArray:
        """Factor by which an escalating price stands above the currency year, by month."""
        return escalation(self.clock, rate, self.instance.currency_year, months)
