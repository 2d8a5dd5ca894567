"""Tiers by hours of use: kWh for each kW of billed demand. By hand, against the bill, and against all ways to draw."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer.audit import audit
from optimizer.billing import HourlyLoad, bill
from optimizer.core.hours import Series
from optimizer.core.offers import Rate
from optimizer.model import build
from optimizer.plan.plan import Plan
from optimizer.solve import HighsProcess, SolveSettings, compile_model
from optimizer.solve.search.break_ties import tidied
from tests import builders as b
from tests.model.hand import HURRY, but, line, musd, solve
from tests.model.hourly import optimum
from tests.model.three_ways import fill_question, load_of, plan_of, rate_of, same_bill
from tests.verify.hourly import days_of, instance


def by_use(usd: float, prices: tuple[float, float, float] = (90.0, 60.0, 40.0)) -> str:
    """A rate of 200 and 400 hours of use, and the price of demand in USD/kW."""
    first, second, rest = prices
    return f"""
[[demand]]
name = "billing demand"
usd_per_kw_month = {usd}

[[energy]]
name = "hours use"
hours_use_of = "billing demand"
tiers = [
  {{ upto_kwh_per_kw = 200, usd_per_mwh = {first} }}, {{ upto_kwh_per_kw = 400, usd_per_mwh = {second} }}, {{ usd_per_mwh = {rest} }},
]
"""


def by_day(month: int, weekend: bool, hour: int) -> float:
    """4 MW from 8 to 20, else 1 MW."""
    return 4.0 if 8 <= hour < 20 else 1.0


def test_tiers_by_hours_of_use(tmp_path: Path):
    # January, 4 MW peak: 31 · 12 · (4 + 1) = 1,860 MWh are 465 h of use. 800 MWh at 90 = 72,000; 800 at 60 = 48,000; 260 at 40 = 10,400;
    # demand 4 MW at 10 = 40,000.
    done = same_bill(rate_of(tmp_path, by_use(10)), by_day, 1)
    assert [(each.charge, each.tier, each.billed, each.usd) for each in done.lines] == [
        ("hours use", 1, 800.0, 72_000.0), ("hours use", 2, 800.0, 48_000.0), ("hours use", 3, 260.0, 10_400.0),
        ("billing demand", None, 4.0, 40_000.0),
    ]
    assert done.lines[0].set_by == "hours of use of 4 MW billed as 'billing demand'"


def test_demand_without_a_price_of_its_own_still_measures_the_tiers(tmp_path: Path):
    # As before without 40,000; and 1 MW round the clock, 744 h of use: 200 · 90 + 200 · 60 + 344 · 40 = 43,760.
    rate = rate_of(tmp_path, by_use(0))
    assert same_bill(rate, by_day, 1).usd == pytest.approx(130_400.0)
    assert same_bill(rate, lambda *_: 1.0, 1).usd == pytest.approx(43_760.0)


def test_a_low_use_never_opens_the_cheap_tiers(tmp_path: Path):
    # 10 MW in one hour a day, else 1 MW: 31 · 33 = 1,023 MWh are 102.3 h of use of 10 MW: all at 90.
    done = same_bill(rate_of(tmp_path, by_use(0)), lambda month, weekend, hour: 10.0 if hour == 12 else 1.0, 1)
    assert done.usd == pytest.approx(92_070.0)


def test_hours_of_use_count_for_the_demand_that_the_ratchet_bills(tmp_path: Path):
    # January 4 MW round the clock: 2,976 MWh = 800 · 90 + 800 · 60 + 1,376 · 40 = 175,040. February 1 MW, 672 MWh, but 80 % of 4 MW are
    # billed: 640 MWh (200 h of 3.2 MW) at 90 and 32 at 60 = 59,520. Demand 10 USD/kW: 40,000 + 32,000.
    text = by_use(10).replace("usd_per_kw_month = 10", "usd_per_kw_month = 10\nratchet_fraction = 0.8")
    done = same_bill(rate_of(tmp_path, text), lambda month, *_: 4.0 if month == 1 else 1.0, 2)
    assert done.sum_usd("2022-01", "energy") == pytest.approx(175_040.0)
    assert done.sum_usd("2022-02", "energy") == pytest.approx(59_520.0)
    assert done.sum_usd(kind="demand") == pytest.approx(72_000.0)


def test_a_window_by_hours_of_use_of_another_windows_demand(tmp_path: Path):
    # Demand of the afternoon alone, 2 MW; energy at night, 8 h · 31 · 5 MW = 1,240 MWh: 200 h of 2 MW at 50 = 20,000, 840 at 10 = 8,400.
    text = """
[[demand]]
name = "afternoon"
hour_from = 12
hour_to = 18
usd_per_kw_month = 3
[[energy]]
hour_from = 22
hour_to = 6
hours_use_of = "afternoon"
tiers = [{ upto_kwh_per_kw = 200, usd_per_mwh = 50 }, { usd_per_mwh = 10 }]
"""
    night = {22, 23, *range(6)}
    done = same_bill(rate_of(tmp_path, text), lambda month, weekend, hour: 5.0 if hour in night else 2.0, 1)
    assert done.sum_usd(kind="energy") == pytest.approx(28_400.0)


def test_tiers_that_become_dearer_need_no_choice(tmp_path: Path):
    # 465 h of use of 4 MW: 800 at 20, 800 at 30, 260 at 35. A kW more would save 200 h · 10 + 400 h · 5 a MW, 4 USD, and costs 10.
    text = by_use(10, (20.0, 30.0, 35.0))
    assert same_bill(rate_of(tmp_path, text), by_day, 1).sum_usd(kind="energy") == pytest.approx(16_000 + 24_000 + 9_100)


def test_tiers_up_and_down(tmp_path: Path):
    # 800 MWh at 40, 800 at 50, 260 at 10.
    text = by_use(10, (40.0, 50.0, 10.0))
    assert same_bill(rate_of(tmp_path, text), by_day, 1).sum_usd(kind="energy") == pytest.approx(32_000 + 40_000 + 2_600)


def test_a_minimum_bill_over_hours_of_use(tmp_path: Path):
    # 130,400 of at least 200,000.
    done = same_bill(rate_of(tmp_path, "minimum_bill_usd_per_month = 200_000\n" + by_use(0)), by_day, 1)
    assert done.sum_usd(kind="minimum_bill") == pytest.approx(69_600.0)


def test_hours_of_use_of_a_quarter_are_those_of_its_months(tmp_path: Path):
    # 1 MW round the clock: 2,160 h in three months: 600 at 90, 600 at 60, 960 at 40.
    plan = plan_of(rate_of(tmp_path, by_use(0)), lambda *_: 1.0, 3, 3)
    assert line(plan, "operations", "energy") == musd((54_000 + 36_000 + 38_400) / 1e6)


def test_random_loads_are_billed_as_they_are(tmp_path: Path):
    """Model and bill agree on twelve loads of three months, a ratchet and part of a winter month's own peak."""
    rng = np.random.default_rng(11)
    text = by_use(4).replace("usd_per_kw_month = 4", "usd_per_kw_month = 4\nratchet_fraction = 0.7\npeak_fraction = 0.8")
    rate = rate_of(tmp_path, text)
    for _ in range(6):
        table = 1.0 + 5.0 * rng.random((12, 2, 24)) * rng.random((12, 1, 1))
        same_bill(rate, lambda month, weekend, hour, table=table: float(table[month - 1, int(weekend), hour]), 3)


PRICES = {
    "falling": (90.0, 60.0, 40.0), "rising": (20.0, 30.0, 38.0), "up and down": (40.0, 55.0, 30.0), "down and up": (60.0, 35.0, 50.0),
}


def _two_blocks(rate: Rate, other_usd: float, load: tuple[float, float]) -> Any:
    """Half a day at each MW, from the rate or from another tariff of one price, in January."""
    values = tuple(float(load[hour // 12]) for _ in range(365) for hour in range(24))
    return but(instance(
        Series("pue", "pue", "1", values), days=days_of(), pue_series="pue", annual_pue=float(np.mean(values)),
        workload=but(HURRY, deadline=0), tariffs=(b.tariff(rate=rate), b.tariff(contract_id="other", energy_usd_per_mwh=other_usd)),
    ), name="two")


def _by_force(rate: Rate, other_usd: float, load: tuple[float, float]) -> float:
    """Least cost over all ways to draw each half day's MW from the rate in 60 steps, USD."""
    least = np.inf
    for shares in product(np.linspace(0.0, 1.0, 61), repeat=2):
        drawn = [share * mw for share, mw in zip(shares, load, strict=True)]
        hourly = HourlyLoad.from_month("2022-01", np.repeat(drawn, 12).tolist() * 31)
        other = sum((mw - took) * 372.0 for took, mw in zip(drawn, load, strict=True)) * other_usd
        least = min(least, bill(rate, hourly).usd + other)
    return least


@pytest.mark.parametrize(("order", "usd", "other", "load"), [
    (order, usd, other, load)
    for order, usd in (("falling", 0), ("falling", 8), ("rising", 8), ("up and down", 8), ("down and up", 12))
    for other, load in ((52.0, (1.0, 5.0)), (70.0, (2.0, 6.0)))
])
def test_the_best_way_to_draw_is_found(tmp_path: Path, order: str, usd: int, other: float, load: tuple[float, float]):
    """The model's plan costs what its draws are billed, and no way to draw among 3,721 costs less."""
    rate = rate_of(tmp_path, by_use(usd, PRICES[order]))
    asked = _two_blocks(rate, other, load)
    plan = solve(asked)
    audit(asked, plan).raise_if_failed()
    musd_found = plan.header["objective_musd"]
    drawn = _drawn(plan)
    other_mwh = 372.0 * sum(load) - 31 * float(drawn.sum())
    assert musd_found == musd((bill(rate, HourlyLoad.from_month("2022-01", drawn.tolist() * 31)).usd + other_mwh * other) / 1e6)
    assert musd_found <= _by_force(rate, other, load) / 1e6 + 1e-6


def _drawn(plan: Plan) -> np.ndarray:
    """MW drawn under the rate in the hours of the typical day."""
    rows = plan.tables["dispatch"]
    rows = rows[(rows["flow"] == "drawn") & (rows["subject"] == "grid")]
    mw = np.zeros(24)
    mw[[int(label[-2:]) for label in rows["hour"]]] = rows["mw"]
    return mw


AT_NOON = by_use(8).replace('name = "billing demand"', 'name = "billing demand"\nhour_from = 11\nhour_to = 13')
"""Demand of two hours: the energy of all others is not bound by their peak."""


CAUGHT_BY = {
    "hours_use_limit": by_use(8, (20.0, 25.0, 30.0)), "hours_use_filled": by_use(8), "open_only": by_use(8), "open_whole": by_use(8),
    "hours_use_last": AT_NOON,
}
"""Rule of hours of use, and a rate that is billed too little without it."""


@pytest.mark.parametrize(("rule", "text"), CAUGHT_BY.items())
def test_each_row_binds(tmp_path: Path, rule: str, text: str):
    """Without its rule the model finds a bill that is not due."""
    asked = _two_blocks(rate_of(tmp_path, text), 500.0, (1.0, 5.0))
    assert optimum(asked, (rule,)) < optimum(asked) - 1e-4


def test_more_billed_demand_must_not_pay(tmp_path: Path):
    text = by_use(3, (20.0, 30.0, 50.0))
    # A kW more moves 200 kWh from 30 to 20 and 400 from 50 to 30 USD/MWh: 2 + 8 = 10 USD a month.
    with pytest.raises(Exception, match=r"a kW more of billed demand saves up to 10 USD a month and costs 3 in 'billing demand'"):
        rate_of(tmp_path, text)
    assert bill(rate_of(tmp_path, text, for_model=False), load_of(by_day, 1)).usd == pytest.approx(16_000 + 24_000 + 13_000 + 12_000)
    rate_of(tmp_path, text.replace("usd_per_kw_month = 3", "usd_per_kw_month = 10"))


def test_a_plan_that_is_not_the_best_bills_no_more_demand_than_is_due(tmp_path: Path):
    """A search cut short may call full tiers not full, for which its billed demand must be 1,860 MWh / 200 h = 9.3 MW: 4 MW are due."""
    model = build(fill_question(rate_of(tmp_path, by_use(10)), by_day, 1))
    compiled = compile_model(model)
    (b,) = (model.sites[s] for s in model.SITES)
    shut = compiled.columns_of(b.is_open)
    with HighsProcess() as highs:
        settings = SolveSettings(gap=0.0)
        found = highs.solve(compiled.with_bounds(shut, np.zeros(shut.size), np.zeros(shut.size)), settings)
        tidy = tidied(model, compiled, found, (settings, highs))
    assert found.values is not None
    assert tidy.values is not None
    demand = compiled.columns_of(b.demand_mw)
    assert found.values[demand] == pytest.approx([9.3])
    assert tidy.values[demand] == pytest.approx([4.0])
    assert tidy.values[compiled.columns_of(b.tier_mwh)] == pytest.approx([800.0, 800.0, 260.0])
    compiled.load(tidy.values)
    assert compiled.objective(tidy.values) == musd((40_000 + 72_000 + 48_000 + 10_400) / 1e6)
