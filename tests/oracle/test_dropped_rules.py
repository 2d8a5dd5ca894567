"""A model with one rule left out is caught by at least one tiny instance; the rows that only strengthen it change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from optimizer.core.instance import Debt, Escalation, Instance
from optimizer.solve import HighsProcess
from tests import builders
from tests.oracle.dropping import optimum_without, rules_of
from tests.oracle.expected import WHOLE, agree, read_expected
from tests.oracle.generate import random_instance
from tests.oracle.seeds import SEEDS

STRENGTHENING = ("firm_mw_at_host", "mw_at_host", "start_hosts", "tail_balance", "time_to_target")
"""Rows that cut no plan. They are left out with every rule, since they imply parts of some."""

CAUGHT_BY: Mapping[str, int] = {
    "adequacy": 4, "billed_min_take": 14, "billed_peak": 1, "billed_ratchet": 1, "block_size": 7, "build_capacity": 18,
    "build_monotone": 1, "build_step": 8, "deadline": 13, "delivery_site": 129, "drawn_limit": 1, "energy_balance": 1,
    "energy_billed": 15, "energy_min_take": 57, "exclusive_group": 1, "exempt_limit": 22, "exempt_link": 7,
    "exempt_threshold": 7, "gas_added": 6, "gas_added_monotone": 7, "gas_drawn_limit": 7, "gas_firm": 4, "gas_firm_on": 4,
    "gas_min_months": 153, "gas_nox": 7, "gas_peak_limit": 7, "gas_run_hours": 6, "gas_site": 174, "gas_units_limit": 4,
    "gpus_limit": 263, "grid_limit": 50, "in_service_bought": 363, "in_service_limit": 71, "it_capacity": 1, "left_ends": 98,
    "line_paid": 15, "liquid_capacity": 15,
    "liquid_equipped": 195, "liquid_monotone": 129, "lot_size": 1, "mw_added": 98, "mw_bound": 98, "mw_entitled": 98,
    "mw_floor": 14, "mw_keep": 242, "mw_limit": 1, "mw_vintages": 98, "one_host": 4, "one_start_per_site": 2,
    "online_limit": 1, "peak_balance": 1, "peak_limit": 1, "purse_balance": 15, "host_ready_monotone": 4, "ready_target": 1,
    "received_monotone": 1, "rental_growth": 18, "rental_host": 18, "rental_ready_monotone": 17, "rental_size_floor": 18,
    "rental_size_limit": 18, "rental_term": 18, "sites_at_most": 2, "start_monotone": 2, "tail_added": 208, "tail_service": 8,
}
"""Rule and the seed of an instance whose optimum changes without it."""

NEVER_WORTH_BREAKING: Mapping[str, str] = {
    "begin_monotone": "contracted MW may not fall (mw_keep), so a contract with any MW stays anyhow",
    "exit_after_begin": "an end before the begin leaves less in service, never more",
    "gas_begun_monotone": "a load without a pause needs units without a pause",
    "ended_monotone": "what is left stays left (left_monotone) and out of service (left_ends); to serve again after a term costs, "
                      "and gives no MW",
    "ended_by": "no service ends while MW stand (mw_limit), and these stand for their term unless it is left (mw_bound, mw_vintages)",
    "leave_in_service": "to leave what is not in service costs the exit and saves nothing",
    "rental_begins_once": "one workload begins one rental once",
    "serving_ready": "where all prices are flat, load only costs; by the hour it may earn (test_dropped_hourly_rules)",
}
"""Rules that no cheapest plan breaks, and why; they make variables mean what their names say."""

TOGETHER = (tuple(rule for rule in NEVER_WORTH_BREAKING if rule != "ended_by"), ("ended_by",))
"""Left out all at once: with fewer of them left out the optimum lies between this one and the whole model's. Without a reason and
without staying ended at once a service would be off now and on again later."""

EXPECTED = read_expected()
CHEAPEST = [seed for seed in SEEDS if random_instance(seed).goals == ("min_cost",)]


@pytest.fixture(scope="module")
def highs() -> Iterator[HighsProcess]:
    with HighsProcess() as process:
        yield process


def test_every_rule_of_the_model_is_listed() -> None:
    random = (random_instance(seed) for seed in SEEDS)
    found = set().union(*(rules_of(instance) for instance in (*random, *(instance for instance, _, _ in BY_HAND.values()))))
    assert found == {*STRENGTHENING, *CAUGHT_BY, *NEVER_WORTH_BREAKING, *BY_HAND}


@pytest.mark.parametrize(("rule", "seed"), CAUGHT_BY.items())
def test_a_model_without_the_rule_is_caught(highs: HighsProcess, rule: str, seed: int) -> None:
    instance = random_instance(seed)
    assert agree(EXPECTED[seed][WHOLE], optimum_without(highs, instance, STRENGTHENING))
    assert not agree(EXPECTED[seed][WHOLE], optimum_without(highs, instance, (rule, *STRENGTHENING)))


@pytest.mark.parametrize("seed", CHEAPEST[:40])
def test_strengthening_rows_cut_no_plan(highs: HighsProcess, seed: int) -> None:
    assert agree(EXPECTED[seed][WHOLE], optimum_without(highs, random_instance(seed), STRENGTHENING))


@pytest.mark.parametrize("rules", TOGETHER)
@pytest.mark.parametrize("seed", CHEAPEST[:40])
def test_rules_that_are_never_worth_breaking(highs: HighsProcess, seed: int, rules: tuple[str, ...]) -> None:
    assert agree(EXPECTED[seed][WHOLE], optimum_without(highs, random_instance(seed), rules))


def two_clusters() -> Instance:
    """Two runs, each of which fills one of two sites, and GPUs for one of them, in the first of two months."""
    gpu = builders.gpu(supply=((0, 1000.0), (1, 0.0)))
    runs = tuple(builders.workload(name=name, delay_cost_musd_per_month=1.0, never_ready_months=3) for name in ("one", "two"))
    sites = tuple(builders.site(site_id=name, max_gpus=1000.0) for name in ("a", "b"))
    return builders.instance(horizon=builders.horizon(2), gpus=(gpu,), workloads=runs, sites=sites)


def liquid_hall() -> Instance:
    """Air-cooled GPUs that draw 1 MW, and a hall for liquid at 0.1 a MW beside one for air at 0.5."""
    modes = (builders.mode(mode="retrofit", cooling="liquid", capex_musd_per_mw=0.1),
             builders.mode(mode="conversion", cooling="air", capex_musd_per_mw=0.5))
    run = builders.workload(delay_cost_musd_per_month=9.0)
    return builders.instance(horizon=builders.horizon(2), workloads=(run,), sites=(builders.site(modes=modes),))


def before_the_year() -> Instance:
    """Service costs 1.0 in December and 2.0 a month from January on, when the run is wanted; 1 MW is leased at 0.01 a month."""
    mode = builders.mode(initial_it_mw=1.0, lease_usd_per_kw_month=10.0)
    tariff = builders.tariff(term_months=3, fixed_usd_per_month=1e6)
    run = builders.workload(wanted_from=1, delay_cost_musd_per_month=9.0)
    return builders.instance(
        horizon=builders.horizon(2, start="2024-12"), escalation=Escalation(1.0, 0.0, 0.0, 0.0), workloads=(run,),
        sites=(builders.site(modes=(mode,), tariffs=(tariff,)),))


def almost_a_term() -> Instance:
    """Five months of load on a contract of six at 1.0 a month, left for 2.0."""
    grid = builders.tariff(fixed_usd_per_month=1e6, mw_max=1.0, term_months=6, exit_musd=2.0)
    run = builders.workload(delay_cost_musd_per_month=9.0, until=4)
    return builders.instance(horizon=builders.horizon(12), workloads=(run,), sites=(builders.site(tariffs=(grid,)),))


def borrower(limit_musd: float, advance_fraction: float) -> Instance:
    """GPUs for 10 with 4 in the purse, and a delay of 2 a month that never ends; a loan costs a fee of a tenth, and no interest."""
    equity = builders.purse(amounts=((0, 4.0),), pays_for=("capital",))
    service = builders.purse(name="service", amounts=((0, 9.0),), pays_for=("finance",))
    run = builders.workload(delay_cost_musd_per_month=2.0, never_ready_months=10)
    return builders.instance(
        horizon=builders.horizon(2), gpus=(builders.gpu(price_usd=10_000.0),), workloads=(run,), purses=(equity, service), has_budget=True,
        debt=Debt(limit_musd, 0, advance_fraction, 0.0, 0.1, 12))


BY_HAND: Mapping[str, tuple[Instance, float, float]] = {
    # One run waits for two months and three more: 5. With GPUs for both: 0.
    "supply_limit": (two_clusters(), 5.0, 0.0),
    # The hall for air: 0.5; in the hall for liquid: 0.1.
    "air_capacity": (liquid_hall(), 0.5, 0.1),
    # From December: 1 + 2 + 2 and two months of lease: 5.02. Without a site in December: 5.01. (From January: 6.01.)
    "contract_site": (before_the_year(), 5.02, 5.01),
    # Five months of a term of six: 6. Left in the sixth month and taken back when the term is over: 5.
    "left_monotone": (almost_a_term(), 6.0, 5.0),
    # Never: 2 months and ten more, 24. With 6 borrowed: 10 and the fee of 0.6.
    "debt_limit": (borrower(5.0, 0.6), 24.0, 10.6),
    "debt_collateral": (borrower(6.0, 0.5), 24.0, 10.6),
}
"""Rules that matter with two runs, or hardly ever: instance, optimum, and optimum without the rule, worked out by hand."""


@pytest.mark.parametrize("rule", BY_HAND)
def test_a_model_without_the_rule_is_caught_by_hand(highs: HighsProcess, rule: str) -> None:
    instance, whole, without = BY_HAND[rule]
    assert optimum_without(highs, instance, ()) == pytest.approx(whole, abs=1e-6)
    assert optimum_without(highs, instance, (rule, *STRENGTHENING)) == pytest.approx(without, abs=1e-6)
