"""Counts in words: whole numbers, and never nothing where there is something."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.core.number_words import count, gpus_bought, gpus_phrase
from optimizer.report.summary import summary_text
from tests import builders as b
from tests.model.hand import HURRY, solve


@pytest.mark.parametrize(("number", "said"), [
    (0.0, "0"), (-0.0, "0"), (1e-9, "0"), (-1e-9, "0"), (0.3, "0.3"), (0.5, "0.5"), (-0.3, "-0.3"), (0.02, "0.02"), (0.6, "1"),
    (72.0, "72"), (100_000.4, "100,000"),
])
def test_what_there_is_is_never_nothing(number: float, said: str) -> None:
    assert count(number) == said


def test_gpus_that_are_never_online_are_told_by_their_number() -> None:
    row = {"count": 0, "delivered": 72, "first_delivery": "2030-03", "last_delivery": "2030-03"}
    assert gpus_bought(row) == 72
    assert gpus_phrase("GB200", row) == "72 GB200, never online"
    assert gpus_phrase("H100", {"count": 96_000, "delivered": 100_000}) == "96,000 H100"


def test_a_plan_tells_what_it_buys_and_what_of_it_runs() -> None:
    # The run ends in month 5; a GPU of 5 million USD a lot is given on credit and bought in the last month, where it gains.
    gpus = (b.gpu(), b.gpu(name="GB200", price_usd=5000.0, lot=72, supply=((11, 72.0),), install_months=1, resale_fraction=1.0,
                           pay_after_delivery_months=24, lifetime_months=120_000))
    run = replace(HURRY, accepts=("H100", "GB200"), deadline=0)
    plan = solve(b.instance(gpus=gpus, workloads=(run,), discount_rate_per_year=0.12))
    (site,) = plan.header["sites"]
    assert (site["gpus"]["GB200"]["count"], site["gpus"]["GB200"]["delivered"]) == (0, 72)
    assert "    72 GB200, never online, delivered 2024-12" in summary_text(plan)
