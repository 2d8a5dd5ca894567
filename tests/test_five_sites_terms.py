"""A contract of a retrofit whose ramp opens months before the load: what a term of 60 months owes, and when it is signed.

Numbers worked out by hand: 16,000 GPUs of 1.79 kW are 28.64 MW of IT and, at a ratio of 1.35, 38.664 MW of contract; ready in month 12.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.core.instance import Instance
from optimizer.plan.plan import Plan
from optimizer.report.summary import summary_text
from optimizer.report.terms import open_ends
from tests import builders as b
from tests.model.hand import HURRY, musd, solve

MW = 16_000 * 1.79e-3 * 1.35
TAKE_MUSD = 0.6 * MW * 12.0 * 1000.0 / 1e6
"""Minimum take of a month: 60 % of the MW at 12 USD per kW."""


def toledo(**changes: Any) -> Instance:
    """Sixty months from April 2025; the service may begin in October 2025 with 12 MW, and GPUs are there in April 2026."""
    offer = {
        "mw_max": 60.0, "term_months": 60, "demand_usd_per_kw_month": 12.0, "min_take_fraction": 0.6, "sign_lead_months": 6,
        "customer_capex_musd": 6.0, "deposit_musd": 2.0, "exit_musd": 12.0, "ramp": ((6, 12.0), (11, 60.0)), **changes,
    }
    site = b.site(peak_facility_ratio=1.35, tariffs=(b.tariff(**offer),))
    gpu = b.gpu(it_kw_per_gpu=1.79, lot=16_000, supply=((12, 16_000.0), (13, 0.0)))
    run = replace(HURRY, gpus_h100e=16_000.0, wanted_from=12)
    return b.instance(
        horizon=b.horizon(60, start="2025-04"), sites=(site,), gpus=(gpu,), workloads=(run,), discount_rate_per_year=0.1)


def beyond(plan: Plan, name: str) -> float:
    rows = plan.tables["ledger"]
    return float(rows[(rows["period"] == "beyond") & (rows["line"] == name)]["nominal_musd"].sum())


VARIANTS: list[dict[str, Any]] = [
    {},
    {"exit_musd": None},
    {"exit_musd": None, "sign_lead_months": 0, "ramp": ((0, 12.0), (11, 60.0))},
    {"sign_lead_months": 0, "ramp": ()},
    {"exit_musd": None, "mw_min": 0.1},
]


@pytest.mark.parametrize("offer", VARIANTS)
def test_a_term_of_60_months_serves_60(offer: dict[str, Any]):
    # Begun in April 2026, the term ends in March 2031: 12 months of the take lie beyond March 2030, less than leaving for 12 costs.
    plan = solve(toledo(**offer))
    power = plan.tables["power"]
    assert power.loc[power["begins"] == 1, "period"].tolist() == ["2026-04"]
    assert power["contracted_mw"].tolist() == pytest.approx([MW] * 48, abs=1e-5)
    assert beyond(plan, "demand") == musd(12 * TAKE_MUSD)
    assert open_ends(plan) == {("a", "grid"): "2031-03"}
    assert "from 2026-04 on, term 60 months, to 2031-03" in summary_text(plan)


@pytest.mark.parametrize(("lead", "sign_by"), [(6, "2025-10"), (0, "2026-04"), (9, "2025-07")])
def test_it_is_signed_its_lead_before_it_is_needed(lead: int, sign_by: str):
    # Bound to 60 months of the take, 16.7, of which no more than the exit fee of 12 is lost, and 6 for the connection.
    plan = solve(toledo(sign_lead_months=lead))
    signed = plan.tables["commitments"].set_index("subject").loc["grid"]
    assert signed["sign_by"] == sign_by
    assert signed["committed_musd"] == musd(6.0 + 2.0 + 60 * TAKE_MUSD)
    assert signed["nonrefundable_musd"] == musd(6.0 + 12.0)
