"""What the hand calculations of hourly contracts share: years that few typical days stand for exactly, and small instances.

January 2023 has 744 hours, the load is 1 MW in every hour (1,000 GPUs of 1 kW). A year is one pattern of 24 hours on all days, or one
on even days (0, 2, ...: 16 of January) and one on odd days (15 of January).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from optimizer.core.hours import DAYS, Series, SeriesKind, TypicalDays
from optimizer.core.instance import Instance
from optimizer.core.offers import DemandCharge, EnergyCharge, Rate, Tariff, Tier, Window
from optimizer.scenario.assemble.typical_days import is_hourly
from optimizer.solve import HighsProcess
from tests import builders as b
from tests.model.hand import HURRY
from tests.oracle.dropping import optimum_without

SEASON_FIRST = (0, 90, 181, 273)
"""First days of January, April, July and October."""

JANUARY = 744.0
NEVER_IN_A_MONTH = 250.0
"""Never ready in a horizon of one month: 10 musd · (1 + 24)."""

ALL_YEAR = tuple(range(1, 13))
ALL_HOURS = Window(ALL_YEAR, "all", 0, 0)


def _season(day: int) -> int:
    return max(first for first in SEASON_FIRST if first <= day)


ONE_DAY = TypicalDays(SEASON_FIRST, tuple(_season(day) for day in range(DAYS)))
"""One day a season."""

TWO_DAYS = TypicalDays(
    tuple(sorted(first + parity for first in SEASON_FIRST for parity in (0, 1))),
    tuple(_season(day) + (day - _season(day)) % 2 for day in range(DAYS)),
)
"""Two days a season: in January day 0 stands for the even days, day 1 for the odd ones."""


def pattern(rest: float, **hours: float) -> list[float]:
    """A day of 24 equal values but for some hours: ``pattern(10.0, h17=50.0)``."""
    return [hours.get(f"h{hour}", rest) for hour in range(24)]


def halves(first: float, second: float) -> list[float]:
    """A day whose first twelve hours have one value and whose last twelve another."""
    return [first] * 12 + [second] * 12


def series(name: str, even: Sequence[float], odd: Sequence[float] | None = None, kind: SeriesKind = "price") -> Series:
    days = (even, even if odd is None else odd)
    return Series(name, kind, "USD/MWh" if kind == "price" else "", tuple(value for day in range(DAYS) for value in days[day % 2]))


def index(**changes: Any) -> Tariff:
    """A tariff at the prices of the series ``node``."""
    return b.tariff(contract_id="index", kind="index", price_series="node", **changes)


def rate(energy: Sequence[EnergyCharge] = (), demand: Sequence[DemandCharge] = (), **changes: Any) -> Rate:
    money = {"fixed_usd_per_month": 0.0, "minimum_bill_usd_per_month": 0.0, **changes}
    return Rate("rate", tuple(energy), tuple(demand), **money)


def energy(*tiers: tuple[float | None, float], name: str = "energy", window: Window = ALL_HOURS) -> EnergyCharge:
    """An energy charge of tiers (up to MWh a month, USD/MWh)."""
    return EnergyCharge(name, window, tuple(Tier(upto, price) for upto, price in tiers))


def demand(usd: float, name: str = "demand", window: Window = ALL_HOURS, **ratchet: Any) -> DemandCharge:
    """A demand charge in USD per kW and month."""
    looks = {"ratchet_fraction": 0.0, "ratchet_lookback_months": 0, "ratchet_peak_months": (), **ratchet}
    return DemandCharge(name, window, usd, **looks)


def hourly(tariffs: Sequence[Tariff], *years: Series, months: int = 1, days: TypicalDays = ONE_DAY, **site: Any) -> Instance:
    """One site in a hurry, from January 2023 on; typical days only where an offer needs the hour."""
    place = b.site(tariffs=tuple(tariffs), **site)
    place = replace(place, typical_days=days if is_hourly(place) else None)
    return b.instance(sites=(place,), workloads=(HURRY,), horizon=b.horizon(months, 1, "2023-01"), series=years, currency_year=2023)


def optimum(instance: Instance, without: Sequence[str] = ()) -> float:
    """Least cost of the model itself in musd, some of its rules left out; typical days are taken as they are, not verified."""
    with HighsProcess() as highs:
        found = optimum_without(highs, instance, without)
    assert found is not None
    return found
