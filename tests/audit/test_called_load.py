"""Offers that are called together deliver no more than the load of the hours that are not called."""

from __future__ import annotations

import pandas as pd
import pytest

from optimizer.audit import audit
from optimizer.core.hours import DAYS, Series
from optimizer.core.instance import Instance
from optimizer.plan.plan import Plan
from tests import builders as b
from tests.model.hand import HURRY, but, solve
from tests.model.hourly import hourly


def two_offers() -> Instance:
    """0.6 MW each of two offers, both needed for 1 MW, that are called in all hours of every tenth day: four days of 31."""
    called = Series("called", "flag", "", tuple(float(day % 10 == 0) for day in range(DAYS) for _ in range(24)))
    terms = {"kind": "interruptible", "called_series": "called", "mw_min": 0.6, "mw_max": 0.6}
    offers = [b.tariff(contract_id=name, energy_usd_per_mwh=10.0, **terms) for name in ("one", "two")]
    run = but(HURRY, flexible_fraction=1.0, lost_compute_usd_per_mwh=100.0)
    return but(hourly(offers, called), workloads=(run,))


def test_offers_called_together_share_the_load_of_other_hours() -> None:
    instance = two_offers()
    plan = solve(instance)
    assert audit(instance, plan).passed
    # Half a MW of each in every hour is within 27/31 of 0.6 MW, and 4/31 MW more than the load of the days that are not called.
    dispatch = plan.tables["dispatch"]
    spread = dispatch[~dispatch["flow"].isin(("shed", "drawn"))]
    hours = dispatch[dispatch["flow"] == "load"]
    drawn = [hours.assign(flow="drawn", subject=name, mw=0.5) for name in ("one", "two")]
    tables = {**plan.tables, "dispatch": pd.concat([spread, *drawn], ignore_index=True)}
    found = [each for each in audit(instance, Plan(plan.header, tables)).violations if each.rule == "called_hours"]
    assert [each.amount for each in found] == [pytest.approx(4 / 31)]
