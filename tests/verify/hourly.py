"""Hourly instances for tests of the verification: one site of 1 MW round the clock in January 2022 (744 hours), no discount.

Days of January are all stood for by 1 January (day 0) unless told otherwise; prices are of two kinds of day.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.core.hours import DAYS, HOURS, Series, TypicalDays
from optimizer.core.instance import Instance, PowerRules
from optimizer.core.offers import Battery, Ppa
from optimizer.scenario.assemble.typical_days import season_days
from tests import builders as b

HURRY = b.workload(delay_cost_musd_per_month=10.0)
JANUARY_HOURS = 744


def series(name, kind, daily, unit="USD/MWh"):
    """A series from 24 values, or from a function of the day that gives them."""
    days = [daily(day) if callable(daily) else daily for day in range(DAYS)]
    values = np.array(days, dtype=float)
    assert values.shape == (DAYS, 24)
    return Series(name, kind, unit, tuple(values.ravel().tolist()))


def half_and_half(first, second):
    """A day of twelve hours at one value and twelve at another."""
    return [first] * 12 + [second] * 12


def days_of(*own):
    """First day of each season (from January) stands for the others; ``own`` days stand for themselves."""
    stands_for = np.arange(DAYS)
    for season in season_days(1):
        stands_for[season] = season[0]
    for day in own:
        stands_for[day] = day
    return TypicalDays(tuple(int(day) for day in np.unique(stands_for)), tuple(int(day) for day in stands_for))


def instance(*all_series, days=None, months=1, workload=HURRY, **site) -> Instance:
    """January 2022 in one-month periods."""
    place = b.site(typical_days=days or days_of(), **site)
    base = b.instance(
        sites=(place,), workloads=(workload,), horizon=b.horizon(months, 1, "2022-01"), currency_year=2022, series=tuple(all_series),
        power_rules=PowerRules(price_year=2022),
    )
    return replace(base, name="hourly")


def index(**changes):
    return b.tariff(**{"contract_id": "index", "kind": "index", "price_series": "node", **changes})


def battery(**changes):
    base = Battery(
        contract_id="battery", exclusive_group=None, mw_max=10.0, duration_h=None, mwh_max=100.0, usd_per_kw=0.0, usd_per_kwh=0.0,
        round_trip_efficiency=1.0, degradation_usd_per_mwh=1.0, sign_lead_months=0, lifetime_months=240, resale_fraction=0.0,
    )
    return replace(base, **changes)


def ppa(**changes):
    base = Ppa(
        contract_id="wind", exclusive_group=None, technology="wind", form="as_produced", settlement="physical", strike_usd_per_mwh=10.0,
        profile_series="wind", hub_series="node", mw_min=0.0, mw_max=1.0, available_from=0, term_months=None,
        sell_back_fee_usd_per_mwh=0.0, wires_usd_per_mwh=0.0,
    )
    return replace(base, **changes)


assert HOURS == DAYS * 24
