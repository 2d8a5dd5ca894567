"""No contract of a cheapest plan begins before it is needed, and none is signed before its lead asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest

from optimizer.core.calendar import Calendar
from optimizer.core.instance import Instance
from optimizer.core.offers import Tariff
from optimizer.plan.plan import Plan
from optimizer.solve import SolveSettings
from optimizer.workflow.whole_way import solve_instance
from tests.oracle.generate import random_instance
from tests.oracle.seeds import SEEDS

GAP = 0.02
"""A wide gap leaves room for begins that are too early."""


def used(instance: Instance, plan: Plan) -> Iterator[tuple[str, Tariff, pd.DataFrame]]:
    """Tariffs of a plan with their rows of the table power."""
    power = plan.tables["power"]
    for site in instance.sites:
        for tariff in site.tariffs:
            rows = power[(power["site_id"] == site.site_id) & (power["contract_id"] == tariff.contract_id)].sort_values("period")
            if len(rows):
                yield site.site_id, tariff, rows


@pytest.mark.parametrize("gap", [0.0, GAP])
@pytest.mark.parametrize("seed", [seed for seed in SEEDS if random_instance(seed).has_contracts][::6])
def test_contracts_begin_with_mw_and_are_signed_their_lead_before(seed: int, gap: float) -> None:
    instance = random_instance(seed)
    plan = solve_instance(instance, SolveSettings(gap=gap))
    if plan.status == "infeasible":
        return
    horizon = instance.horizon
    calendar = Calendar(horizon.start, horizon.months, horizon.months_per_period)
    months = {calendar.period_label(t): calendar.first_month(t) for t in range(calendar.periods)}
    signed = plan.tables["commitments"].set_index(["site_id", "subject"])["sign_by"]
    for site_id, tariff, rows in used(instance, plan):
        begin = rows.loc[rows["begins"] == 1, "period"].item()
        assert signed[site_id, tariff.contract_id] == calendar.label(max(months[begin] - tariff.sign_lead_months, 0))
        # A begin before the first MW is one that is cheaper so: prices then grow faster than they are discounted.
        grows = instance.escalation.power > instance.discount_rate_per_year
        assert rows.loc[rows["period"] == begin, "contracted_mw"].item() > 1e-6 or grows
