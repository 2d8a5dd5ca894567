"""Sites with hours for the hand calculations: every day of the year alike, so that one typical day stands for all of them.

In 2024 each of its 24 hours stands for 366; 1 MW is 8,784 MWh.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from optimizer.core.hours import DAYS, Series, SeriesKind, TypicalDays
from optimizer.core.instance import Instance
from optimizer.core.offers import Battery, Ppa
from tests import builders as b
from tests.model.hand import HURRY

ONE_DAY = TypicalDays((0,), (0,) * DAYS)
YEAR_H = 8784
YEAR_D = 366
DAYTIME = [0.0] * 6 + [1.0] * 12 + [0.0] * 6

_PPA = Ppa(
    contract_id="ppa", exclusive_group=None, technology="wind", form="baseload", settlement="physical", strike_usd_per_mwh=30.0,
    profile_series=None, hub_series="hub", mw_min=0.0, mw_max=10.0, available_from=0, term_months=None,
    sell_back_fee_usd_per_mwh=0.0, wires_usd_per_mwh=0.0,
)
_BATTERY = Battery(
    contract_id="battery", exclusive_group=None, mw_max=1.0, duration_h=None, mwh_max=4.5, usd_per_kw=0.0, usd_per_kwh=0.0,
    round_trip_efficiency=0.81, degradation_usd_per_mwh=1.0, sign_lead_months=0, lifetime_months=1200, resale_fraction=0.0,
)


def ppa(**changes: Any) -> Ppa:
    """Baseload of 1 MW or more at 30 usd/MWh, settled at the series ``hub``."""
    return replace(_PPA, **changes)


def battery(**changes: Any) -> Battery:
    """A free battery of at most 1 MW and 4.5 MWh that gives back 0.9 of 0.9, with a wear of 1 usd/MWh."""
    return replace(_BATTERY, **changes)


def daily(name: str, hours: Sequence[float] | float, kind: SeriesKind = "price") -> Series:
    """A series whose every day has the same 24 hours (or one value throughout)."""
    day = [hours] * 24 if isinstance(hours, float) else list(hours)
    return Series(name, kind, "USD/MWh", tuple(day * DAYS))


def hourly(*series: Series, **site_changes: Any) -> Instance:
    """One site with hours, and the workload in a hurry: an even load of 1 MW (no more GPUs: load alone could earn)."""
    site = b.site(**{"typical_days": ONE_DAY, "max_gpus": 1000.0, **site_changes})
    return b.instance(sites=(site,), workloads=(HURRY,), series=series)


def rules(instance: Instance, **changes: Any) -> Instance:
    return replace(instance, power_rules=replace(instance.power_rules, **changes))
