"""One site with its GPUs at work and one choice of contracts: what all parts of its program share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from optimizer.core.instance import Instance, Site, Workload
from optimizer.core.offers import Battery, Ppa
from tests.oracle.gas import Units
from tests.oracle.hourly_days import Days
from tests.oracle.hourly_program import Program
from tests.oracle.money import Clock
from tests.oracle.power import Service

Terms = dict[int, float]


@dataclass(frozen=True)
class Agreed:
    """A power purchase agreement in service from ``begin`` until before ``end``."""

    ppa: Ppa
    begin: int
    end: int


@dataclass(frozen=True)
class Choice:
    """What is chosen by trial: when contracts begin and end, which units stand, which batteries there may be."""

    services: tuple[Service, ...]
    units: tuple[Units, ...]
    agreed: tuple[Agreed, ...]
    batteries: tuple[Battery, ...]


@dataclass
class Case:
    """A site where GPUs may work in the periods of ``it`` (column of their IT MW), with the rows that its offers fill."""

    instance: Instance
    clock: Clock
    site: Site
    days: Days
    program: Program
    it: dict[int, int]
    supply: dict[tuple[int, int], Terms] = field(default_factory=dict)
    charged: dict[tuple[int, int], Terms] = field(default_factory=dict)
    called: dict[tuple[int, int], Terms] = field(default_factory=dict)
    called_share: dict[tuple[int, int], float] = field(default_factory=dict)
    firm: dict[int, Terms] = field(default_factory=dict)
    certain: dict[int, Terms] = field(default_factory=dict)
    contracted: dict[int, Terms] = field(default_factory=dict)
    taken_over: dict[str, dict[int, Terms]] = field(default_factory=dict)
    extra: dict[int, Terms] = field(default_factory=dict)
    spare_cover: dict[int, Terms] = field(default_factory=dict)
    own_rate_t: dict[int, Terms] = field(default_factory=dict)
    gas_t: dict[int, Terms] = field(default_factory=dict)
    drawn_mwh: dict[int, Terms] = field(default_factory=dict)
    own_mwh: dict[int, Terms] = field(default_factory=dict)
    own_t: dict[int, Terms] = field(default_factory=dict)
    certificates_mwh: dict[int, Terms] = field(default_factory=dict)
    clean: dict[tuple[int, int], Terms] = field(default_factory=dict)
    battery_net: dict[tuple[int, int], Terms] = field(default_factory=dict)
    battery_held: dict[tuple[int, int], Terms] = field(default_factory=dict)

    @property
    def workload(self) -> Workload:
        """The one workload."""
        return self.instance.workloads[0]

    def hours(self, period: int) -> Iterator[tuple[int, float]]:
        """Hours of a period with their weights."""
        yield from enumerate(self.days.weights(period))

    def load_of_it(self, period: int) -> list[float]:
        """Mean facility MW of one IT MW, hour by hour."""
        return [pue * self.workload.utilisation for pue in self.days.pue(period)]

    def mwh_of_it(self, period: int) -> float:
        """Facility MWh of one IT MW over a period."""
        return sum(weight * load for weight, load in zip(self.days.weights(period), self.load_of_it(period), strict=True))

    def power_growth(self, period: int) -> float:
        """Escalation of power."""
        return self.clock.growth_in_period(self.instance.escalation.power, period)

    def years(self) -> dict[int, list[int]]:
        """Periods of each calendar year."""
        found: dict[int, list[int]] = {}
        for period in range(self.clock.periods):
            found.setdefault(self.clock.year(self.clock.first(period)), []).append(period)
        return found

    def share_of_year(self, year: int) -> float:
        """Hours of the horizon in a calendar year, in years of 8,760."""
        return sum(self.clock.hours(period) for period in self.years()[year]) / 8760.0


def put(rows: dict[int, Terms], period: int, column: int, factor: float) -> None:
    """Add a term to the row of a period."""
    terms = rows.setdefault(period, {})
    terms[column] = terms.get(column, 0.0) + factor


def put_hour(rows: dict[tuple[int, int], Terms], at: tuple[int, int], column: int, factor: float) -> None:
    """Add a term to the row of an hour."""
    terms = rows.setdefault(at, {})
    terms[column] = terms.get(column, 0.0) + factor


def joined(*parts: Terms) -> Terms:
    """Sum of terms."""
    found: Terms = {}
    for terms in parts:
        for column, factor in terms.items():
            found[column] = found.get(column, 0.0) + factor
    return found


def times(terms: Terms, factor: float) -> Terms:
    """Terms multiplied."""
    return {column: factor * value for column, value in terms.items()}
