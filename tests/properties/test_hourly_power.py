"""What holds for every instance with power by the hour: more choice never hurts, equal charges add up, money has no unit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optimizer.core.instance import Instance
from optimizer.core.offers import Ppa, Rate, Tariff
from optimizer.solve import HighsProcess
from tests import builders as b
from tests.model.by_the_hour import ppa
from tests.oracle import change
from tests.oracle.dropping import optimum_without
from tests.oracle.hourly_generate import random_hourly
from tests.oracle.hourly_themes import THEMES, batteries
from tests.properties.test_properties import money_scaled, no_more, same

few = settings(max_examples=8, derandomize=True, deadline=None, database=None)
SEEDS = st.integers(0, 479)
KINDS = len(THEMES)


def of_kind(offer: str) -> Any:
    """Seeds of instances that have an offer."""
    kinds = [kind for kind, (_, offers, _) in enumerate(THEMES) if offer in offers]
    return st.builds(lambda turn, kind: turn * KINDS + kind, st.integers(0, 19), st.sampled_from(kinds))


@pytest.fixture(scope="module")
def highs() -> Iterator[HighsProcess]:
    with HighsProcess() as process:
        yield process


def cost(highs: HighsProcess, instance: Instance) -> float:
    """Least cost of an instance in musd, infinite where there is no plan."""
    found = optimum_without(highs, instance, ())
    return math.inf if found is None else found


@few
@given(of_kind("battery"), st.floats(1.0, 4.0))
def test_more_battery_never_hurts(highs: HighsProcess, seed: int, more: float) -> None:
    instance = random_hourly(seed)
    (battery,) = instance.sites[0].batteries
    mwh_max = None if battery.mwh_max is None else more * battery.mwh_max
    larger = batteries(instance, mw_max=more * battery.mw_max, mwh_max=mwh_max)
    costs = [cost(highs, each) for each in (batteries(instance, mw_max=0.0), instance, larger)]
    assert no_more(costs[1], costs[0])
    assert no_more(costs[2], costs[1])


@few
@given(SEEDS, st.floats(5.0, 60.0), st.sampled_from(["physical", "financial"]), st.sampled_from([None, "wind"]))
def test_an_agreement_on_offer_never_hurts(highs: HighsProcess, seed: int, strike: float, settlement: Any, profile: str | None) -> None:
    instance = random_hourly(seed)
    further: Ppa = ppa(contract_id="further", settlement=settlement, strike_usd_per_mwh=strike, profile_series=profile, mw_min=1.0)
    offered = replace(instance, sites=tuple(replace(site, ppas=(*site.ppas, further)) for site in instance.sites))
    assert no_more(cost(highs, offered), cost(highs, instance))


def with_rates(instance: Instance, edit: Any) -> Instance:
    def edited(offer: Tariff) -> Tariff:
        return offer if offer.rate is None else replace(offer, rate=edit(offer.rate))

    return replace(instance, sites=tuple(
        replace(site, tariffs=tuple(edited(offer) for offer in site.tariffs)) for site in instance.sites))


@few
@given(of_kind("rate"), st.integers(1, 23), st.floats(0.1, 0.9))
def test_a_charge_in_two_parts_is_the_charge(highs: HighsProcess, seed: int, after: int, share: float) -> None:
    """An energy charge split at an hour, and a demand charge split in its price: together they bill what the one did."""
    instance = random_hourly(seed)

    def split(rate: Rate) -> Rate:
        base, evening = rate.energy
        long = (evening.window.hour_to - evening.window.hour_from) % 24
        middle = (evening.window.hour_from + 1 + after % (long - 1)) % 24
        parts = (replace(evening, window=replace(evening.window, hour_to=middle)),
                 replace(evening, name="later", window=replace(evening.window, hour_from=middle)))
        whole, window = rate.demand
        usd = window.usd_per_kw_month
        shares = tuple(replace(window, name=f"part{part}", usd_per_kw_month=part * usd) for part in (share, 1.0 - share))
        return replace(rate, energy=(base, *parts), demand=(whole, *shares))

    assert cost(highs, with_rates(instance, split)) == same(cost(highs, instance))


@few
@given(SEEDS, st.sampled_from([0.5, 2.0, 7.0]))
def test_money_has_no_unit(highs: HighsProcess, seed: int, factor: float) -> None:
    """In another currency the same plan is best, at so many times the cost."""
    instance = random_hourly(seed)
    found = cost(highs, instance)
    assume(math.isfinite(found))
    scaled: Instance = with_rates(money_scaled(instance, factor), lambda rate: money_scaled(rate, factor))
    series = tuple(
        replace(each, values=tuple(value * factor for value in each.values)) if each.kind == "price" else each for each in instance.series)
    scaled = replace(scaled, series=series, carbon=money_scaled(instance.carbon, factor))
    assert cost(highs, scaled) == same(found * factor)


@few
@given(st.floats(10.0, 90.0), st.floats(0.0, 10.0), st.sampled_from(["2024-01", "2024-04", "2024-10"]), st.floats(0.0, 0.1))
def test_months_and_quarters_agree_where_nothing_changes(
    highs: HighsProcess, price: float, demand: float, start: str, growth: float
) -> None:
    """A flat price, a constant load and no discount: a quarter is three months."""
    tariff = b.tariff(energy_usd_per_mwh=price, demand_usd_per_kw_month=demand, min_take_fraction=0.9, fixed_usd_per_month=700.0)
    engines = b.gas(unit_mw=0.4, units_max=2, gas_usd_per_mmbtu=4.0, rent_usd_per_kw_month=9.0)
    site = b.site(tariffs=(tariff,), onsite_gas=(engines,), max_gpus=1000.0, peak_facility_ratio=1.2, annual_pue=1.1)
    costs = []
    for width in (1, 3):
        instance = b.instance(
            horizon=b.horizon(3, width, start), sites=(site,), workloads=(b.workload(deadline=0),), currency_year=2023)
        costs.append(cost(highs, replace(instance, escalation=replace(instance.escalation, power=growth, gas=growth))))
    assert costs[1] == same(costs[0])
    assert costs[0] > 0.0


@few
@given(of_kind("index"))
def test_an_index_without_hours_is_its_mean(highs: HighsProcess, seed: int) -> None:
    """Where the node has one price and nothing else depends on the hour, the index is a flat tariff at that price."""
    instance = random_hourly(seed)
    flat = replace(instance, series=tuple(
        replace(each, values=(40.0,) * len(each.values)) if each.name == "node" else each for each in instance.series))
    adders = {"adder_usd_per_mwh": 2.0, "ancillary_usd_per_mwh": 1.0}
    firm = replace(flat, sites=tuple(
        replace(site, tariffs=tuple(
            replace(offer, kind="firm", price_series=None, energy_usd_per_mwh=43.0, adder_usd_per_mwh=0.0, ancillary_usd_per_mwh=0.0)
            if offer.price_series else offer for offer in site.tariffs)) for site in flat.sites))
    assert cost(highs, firm) == same(cost(highs, change.tariffs(flat, **adders)))
