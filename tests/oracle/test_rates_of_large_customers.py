"""Rates as large customers have them against brute force: random instances whose rate takes on every form at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from optimizer.core.instance import Instance
from optimizer.core.offers import CoincidentCharge, DemandCharge, EnergyCharge, Ratchet, Rate, Tier, Window
from optimizer.solve import HighsProcess
from tests.oracle.dropping import optimum_without
from tests.oracle.hourly_enumerate import best_cost
from tests.oracle.hourly_expected import SEEDS, same_optimum
from tests.oracle.hourly_generate import random_hourly

ALL_YEAR = tuple(range(1, 13))
FALLING, RISING = (40.0, 25.0, 10.0), (20.0, 22.0, 26.0)
RATED = [seed for seed in SEEDS if any(tariff.rate is not None for site in random_hourly(seed).sites for tariff in site.tariffs)]

TOO_MANY_WAYS = (77, 101)
"""Seeds whose tiers can be filled in more ways than brute force tries."""


@pytest.fixture(scope="module")
def highs() -> Iterator[HighsProcess]:
    with HighsProcess() as process:
        yield process


def _large(rate: Rate, seed: int) -> Rate:
    """Evenings and weekends as one window, two ratchets, hours of use, a fixed charge by day, the highest of several peaks."""
    base, evening = rate.energy
    whole, peak = rate.demand
    both = replace(evening.window, also=(Window(evening.window.months, "weekend", 6, 12),))
    prices = FALLING if seed % 3 else RISING
    tiers = tuple(Tier(None, price, upto) for price, upto in zip(prices, (250.0, 500.0, None), strict=True))
    in_part = {"peak_fraction": 0.7, "peak_fraction_months": (1, 2)} if seed % 2 else {}
    peaks = ("01-03 18:00", "01-20 08:00", "02-14 18:00", "03-02 18:00", "10-05 17:00", "11-09 17:00")
    highest = CoincidentCharge("peaks", ALL_YEAR, 12.0, peaks, ("month", "year", None)[seed // 2 % 3])
    return replace(
        rate, fixed_usd_per_day=100.0, coincident=(highest,),
        energy=(EnergyCharge("base", base.window, tiers, whole.name), replace(evening, window=both)),
        demand=(replace(whole, usd_per_kw_month=0.0 if seed % 3 == 1 else 5.0),
                DemandCharge("evening", both, peak.usd_per_kw_month, 0.9, 2, (1, 10), more_ratchets=(Ratchet(0.5, 11, ()),), **in_part)),
    )


def large(seed: int) -> Instance:
    instance = random_hourly(seed)
    return replace(instance, sites=tuple(
        replace(site, tariffs=tuple(t if t.rate is None else replace(t, rate=_large(t.rate, seed)) for t in site.tariffs))
        for site in instance.sites
    ))


@pytest.mark.parametrize("seed", [seed for seed in RATED[:40] if seed not in TOO_MANY_WAYS])
def test_the_model_agrees_with_brute_force(highs: HighsProcess, seed: int) -> None:
    instance = large(seed)
    expected, found = best_cost(instance), optimum_without(highs, instance, ())
    assert same_optimum(expected, found), f"brute force {expected}, model {found}"


def test_the_new_forms_move_what_is_best(highs: HighsProcess) -> None:
    pairs = [[optimum_without(highs, asked, ()) for asked in (random_hourly(seed), large(seed))] for seed in RATED[:12]]
    moved = sum(not same_optimum(*pair) for pair in pairs)
    assert moved >= 6, moved
