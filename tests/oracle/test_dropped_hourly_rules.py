"""A model with one rule of hourly power left out is caught by a tiny instance, or the rule is shown to be never worth breaking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from optimizer.core.instance import Carbon, Instance
from optimizer.solve import HighsProcess
from tests import builders, rich_power
from tests.model.by_the_hour import DAYTIME, ONE_DAY, battery, daily, hourly, ppa, rules
from tests.model.hand import NEVER
from tests.model.test_hours_use import CAUGHT_BY as HOURS_OF_USE
from tests.oracle import test_dropped_rules as flat
from tests.oracle.dropping import optimum_without, rules_of
from tests.oracle.hourly_expected import read_hourly, same_optimum
from tests.oracle.hourly_generate import random_hourly
from tests.oracle.hourly_themes import THEMES

CAUGHT_BY: Mapping[str, int] = {
    "battery_begun_monotone": 46, "battery_duration": 5, "battery_group": 46, "battery_mw_in_service": 0, "battery_mw_limit": 5,
    "battery_mwh_in_service": 0, "battery_mwh_limit": 29, "battery_power": 24, "called_adequacy": 8, "called_limit": 106, "carbon_cap": 18,
    "charge_min_take": 2, "charge_one_way": 0, "charge_peak": 2, "charge_ratchet": 3, "clean_share": 15, "covered_tonnes": 137,
    "covered_volume": 17, "discharge_one_way": 0, "duties_mw": 8, "duties_mwh": 8, "gas_day_fuel": 9, "gas_hour_limit": 12,
    "hour_limit": 0, "matched_clean": 15, "minimum_bill": 5, "ppa_energy_share": 20, "ppa_in_service": 15, "ppa_peak_multiple": 17,
    "ppa_mw_at_least": 16, "ppa_mw_at_most": 15, "ppa_volume": 15, "relief_limit": 1, "shift_within_day": 1, "shifted_in_limit": 1,
    "shave_energy": 2, "shave_power": 29,
    "stored_balance": 0, "stored_limit": 0, "strict_adequacy": 7, "tier_filled": 2, "tier_limit": 5,
    "tier_opened": 2, "tier_sum": 2, "window_peak": 2, "window_peak_whole": 2, "working_it": 0, "called_load": 8,
}
"""Rule and the seed of an hourly instance whose optimum changes without it."""

NEVER_WORTH_BREAKING: Mapping[str, str] = {
    "ppa_begun_monotone": "signed MW are at least 0 and at most the change of the begin (ppa_mw_at_most), so a begin cannot be taken back",
    "ppa_site": "no MW stand without load (ppa_peak_multiple), and load needs a site that is started",
}
"""Rules that no cheapest plan breaks, and why; they make variables mean what their names say."""

ELSEWHERE = ("coincident_highest",)
"""Left out by ``tests/model/test_rates_of_large_customers.py``."""

EXPECTED = read_hourly()
KINDS = range(len(THEMES))


def covered_twice() -> Instance:
    """A tariff twice as dirty as the grid (1.0 t/MWh, grid 0.5), free wind of 2 MW beside a load of 1 MW, 10 usd/t: 8,784 MWh."""
    swap = ppa(settlement="financial", mw_max=2.0)
    dirty = builders.tariff(emissions_t_per_mwh=1.0)
    instance = hourly(daily("hub", 30.0), tariffs=(dirty,), ppas=(swap,), grid_t_per_mwh=0.5)
    return rules(replace(instance, carbon=Carbon("market", 10.0)), ppa_energy_share_max=2.0)


def daytime() -> Instance:
    """Free sun in 12 hours of the day, and 60 % of the load to be matched in its hours."""
    sun = ppa(settlement="financial", profile_series="sun", technology="solar")
    instance = hourly(daily("hub", 30.0), daily("sun", DAYTIME, "share"), ppas=(sun,))
    return replace(instance, carbon=Carbon(clean_share_min=0.6))


def _interruptible(**changes: object) -> builders.Tariff:
    return builders.tariff(**{
        "contract_id": "early", "kind": "interruptible", "exclusive_group": "line", "called_series": "called", "converts_to": "late",
        **changes})


def beside() -> Instance:
    """Free interruptible power that is never called, a firm offer at 10 usd/MWh that alone may answer for the load of 1 MW."""
    late = builders.tariff(contract_id="late", exclusive_group="line", energy_usd_per_mwh=10.0)
    return hourly(daily("called", 0.0, "flag"), tariffs=(_interruptible(), late))


def three_in_line() -> Instance:
    """Two firm offers of 0.5 MW in one group, and an interruptible one of 0.1 MW that leads to the first."""
    late, other = (builders.tariff(contract_id=name, exclusive_group="line", mw_max=0.5) for name in ("late", "other"))
    return hourly(daily("called", 0.0, "flag"), tariffs=(_interruptible(mw_max=0.1), late, other))


def lapsing() -> Instance:
    """Power at 30 instead of 50 usd/MWh for three months, if it is signed in January."""
    offer = ppa(term_months=3, begin_by=0)
    return hourly(daily("hub", 0.0), tariffs=(builders.tariff(energy_usd_per_mwh=50.0),), ppas=(offer,))


def half_at_first() -> Instance:
    """Half of the load's MW until June; power at 50 usd/MWh, and an agreement at 30 whose hub pays 100."""
    swap = ppa(settlement="financial", mw_max=5.0)
    grid = builders.tariff(energy_usd_per_mwh=50.0, ramp=((0, 0.5), (6, 1.0)))
    return hourly(daily("hub", 100.0), tariffs=(grid,), ppas=(swap,))


def with_spares(unit_mw: float, spare_units: int) -> Instance:
    """A load of 1 MW on rented units at 0.1 musd a MW-month, some of them spare, and a battery of 2 MW and 8 MWh for nothing."""
    gas = builders.gas(unit_mw=unit_mw, spare_units=spare_units, rent_usd_per_kw_month=100.0)
    stored = battery(mw_max=2.0, mwh_max=8.0, round_trip_efficiency=1.0)
    return hourly(tariffs=(), onsite_gas=(gas,), batteries=(stored,), typical_days=ONE_DAY)


BY_HAND: Mapping[str, tuple[Instance, float, float]] = {
    # 8,784 t less 0.5 t for each MWh drawn: 4,392 t at 10 usd. Without the rule 17,568 MWh of certificates cover all of it.
    "covered_drawn": (covered_twice(), 0.04392, 0.0),
    # At most half of the load lies in the day: never ready. Without the rule 2 MW in the day are 24 of 24 MWh.
    "matched_load": (daytime(), NEVER, 0.0),
    # 8,784 MWh at 10 usd, or free beside it.
    "conversion_ends": (beside(), 0.08784, 0.0),
    # Half the load: never ready. Without the rule the first firm offer counts as the successor of an interruptible one unused.
    "direct_begin": (three_in_line(), NEVER, 0.0),
    # Ready in July, six months late, then 4,416 MWh gain 20 each. Without the rule 2,184 MWh of the months before do too.
    "serving_ready": (half_at_first(), 59.91168, 59.868),
    # 8,784 h at 50, less 20 in January to March (2,184 h), or in the best three months (2,208 h).
    "ppa_lapsed": (lapsing(), 0.39552, 0.39504),
    # Two units, a year at 0.2 a month. Without the rule 2 MW of battery stand in for two where one stands.
    "spare_cover_units": (with_spares(1.0, 2), 2.4, 1.2),
    # Three units of 0.35 MW, one spare and stood in for: 12 months at 0.105. Without the rule the battery doubles each of two.
    "spare_cover_limit": (with_spares(0.35, 1), 1.26, 0.84),
}
"""Rules that matter hardly ever: instance, optimum, and optimum without the rule, worked out by hand."""


@pytest.fixture(scope="module")
def highs() -> Iterator[HighsProcess]:
    with HighsProcess() as process:
        yield process


def test_every_rule_of_hourly_power_is_listed() -> None:
    found = rules_of(rich_power.instance()).union(*(rules_of(random_hourly(seed)) for seed in {*KINDS, *CAUGHT_BY.values()}))
    listed = {*flat.STRENGTHENING, *flat.CAUGHT_BY, *flat.NEVER_WORTH_BREAKING, *flat.BY_HAND}
    own = {*CAUGHT_BY, *NEVER_WORTH_BREAKING, *BY_HAND, *HOURS_OF_USE, *ELSEWHERE}
    assert found - (listed - own) == own


@pytest.mark.parametrize(("rule", "seed"), CAUGHT_BY.items())
def test_a_model_without_the_rule_is_caught(highs: HighsProcess, rule: str, seed: int) -> None:
    instance = random_hourly(seed)
    assert not same_optimum(EXPECTED[seed], optimum_without(highs, instance, (rule, *flat.STRENGTHENING)))


@pytest.mark.parametrize("rules", flat.TOGETHER)
@pytest.mark.parametrize("seed", KINDS)
def test_rules_that_cut_no_plan_and_those_never_worth_breaking(highs: HighsProcess, seed: int, rules: tuple[str, ...]) -> None:
    left_out = {*flat.STRENGTHENING, *rules, *NEVER_WORTH_BREAKING} - BY_HAND.keys()
    assert same_optimum(EXPECTED[seed], optimum_without(highs, random_hourly(seed), tuple(left_out)))


@pytest.mark.parametrize("rule", BY_HAND)
def test_a_model_without_the_rule_is_caught_by_hand(highs: HighsProcess, rule: str) -> None:
    instance, whole, without = BY_HAND[rule]
    assert optimum_without(highs, instance, ()) == pytest.approx(whole, abs=1e-6)
    assert optimum_without(highs, instance, (rule, *flat.STRENGTHENING)) == pytest.approx(without, abs=1e-6)
