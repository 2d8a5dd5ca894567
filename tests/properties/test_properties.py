"""What holds for every instance: more never hurts, names do not matter, money has no unit, both searches agree."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optimizer.core.instance import Instance, Site
from optimizer.plan.plan import Plan
from optimizer.solve import SolveSettings
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b
from tests.oracle.generate import random_instance

few = settings(max_examples=6, derandomize=True, deadline=None, database=None)
SEEDS = st.integers(0, 199)
"""Seeds of the tiny random instances that brute force is tried on as well."""

NEVER = math.inf


def solve(instance: Instance, method: Any = "whole") -> Plan:
    return solve_instance(instance, SolveSettings(gap=0.0, method=method))


def cost(instance: Instance, method: Any = "whole") -> float:
    """Least cost of an instance in musd, infinite where there is no plan."""
    plan = solve(instance, method)
    assert plan.status in ("optimal", "infeasible")
    return NEVER if plan.status == "infeasible" else float(plan.header["objective_musd"])


def at_cost(seed: int) -> Instance:
    """A random instance whose one goal is its cost."""
    return replace(random_instance(seed), goals=("min_cost",))


def same(expected: float) -> Any:
    """Equal to the solver's tolerance: 1e-6 of the sum, or ten dollars."""
    return expected if math.isinf(expected) else pytest.approx(expected, rel=1e-6, abs=1e-5)


def no_more(left: float, right: float) -> bool:
    return left <= right or left == same(right)


PAYS_FOR = ("capital", "deposits", "operations", "lease", "rent")


@few
@given(SEEDS, st.floats(0.1, 0.9), st.floats(1.0, 2.0))
def test_more_money_never_hurts(seed: int, share: float, more: float) -> None:
    """A purse with a share of what the best plan without a budget pays, a fuller one, and no limit."""
    free = replace(at_cost(seed), purses=(), has_budget=False)
    ledger = solve(free).tables["ledger"]
    paid = float(ledger[~ledger["group"].isin(["delay", "residual"])]["nominal_musd"].clip(lower=0.0).sum())
    costs = [NEVER]
    for musd in (share * paid, more * share * paid):
        purse = b.purse(amounts=((0, musd),), pays_for=PAYS_FOR)
        costs.append(cost(replace(free, purses=(purse,), has_budget=True)))
    costs.append(cost(free))
    assert all(no_more(right, left) for left, right in pairwise(costs))


@few
@given(SEEDS, st.integers(0, 2))
def test_a_later_deadline_never_hurts(seed: int, deadline: int) -> None:
    instance = at_cost(seed)
    width = instance.horizon.months_per_period
    (workload,) = instance.workloads
    deadlines = (deadline * width, (deadline + 1) * width, None)
    hurried, later, free = (cost(replace(instance, workloads=(replace(workload, deadline=month),))) for month in deadlines)
    assert no_more(later, hurried)
    assert no_more(free, later)


@few
@given(SEEDS, SEEDS)
def test_one_more_place_never_hurts(seed: int, other: int) -> None:
    instance = at_cost(seed)
    further = _renamed(replace(random_instance(other).sites[-1], is_committed=False), "further")
    assert no_more(cost(replace(instance, sites=(*instance.sites, further))), cost(instance))


def _renamed(site: Site, site_id: str) -> Site:
    return replace(site, site_id=site_id, name=site_id.upper())


@few
@given(SEEDS)
def test_names_and_order_of_sites_change_nothing(seed: int) -> None:
    instance = at_cost(seed)
    names = {site.site_id: f"site_{99 - place}" for place, site in enumerate(instance.sites)}
    gpus = tuple(replace(gpu, initial_gpus=tuple((names[at], count) for at, count in gpu.initial_gpus)) for gpu in instance.gpus)
    sites = tuple(_renamed(site, names[site.site_id]) for site in reversed(instance.sites))
    assert cost(replace(instance, sites=sites, gpus=gpus)) == same(cost(instance))


@few
@given(SEEDS)
def test_two_sites_with_equal_data_cost_equal(seed: int) -> None:
    """A workload that only the one or only the other may host costs the same at either."""
    site = replace(at_cost(seed).sites[0], site_id="one", is_committed=False)
    instance = replace(at_cost(seed), sites=(site, replace(site, site_id="two")), sites_at_most=None)
    gpus = tuple(replace(gpu, initial_gpus=()) for gpu in instance.gpus)
    costs = []
    for shut in ("one", "two"):
        sites = tuple(replace(each, is_forbidden=each.site_id == shut) for each in instance.sites)
        costs.append(cost(replace(instance, gpus=gpus, sites=sites)))
    assert costs[0] == same(costs[1])


def money_scaled(record: Any, factor: float) -> Any:
    """A record, and all records in it, with every number of money multiplied."""
    changes: dict[str, Any] = {}
    names = [field.name for field in fields(record)]
    for name, value in zip(names, attrgetter(*names)(record), strict=True):
        if isinstance(value, tuple) and value and is_dataclass(value[0]):
            changes[name] = tuple(money_scaled(each, factor) for each in value)
        elif name == "amounts":
            changes[name] = tuple((month, musd * factor) for month, musd in value)
        elif "usd" in name and value is not None:
            changes[name] = value * factor
    return replace(record, **changes)


@few
@given(SEEDS, st.sampled_from([0.5, 2.0, 7.0]))
def test_money_has_no_unit(seed: int, factor: float) -> None:
    """In another currency the same plan is best, at so many times the cost."""
    instance = at_cost(seed)
    found = cost(instance)
    assume(math.isfinite(found))
    assert cost(money_scaled(instance, factor)) == same(found * factor)


@few
@given(st.floats(1.0, 200.0), st.floats(0.1, 10.0))
def test_energy_costs_in_proportion_to_its_price(price: float, factor: float) -> None:
    """One site, one offer, ready at once: nothing else can be decided, so the bill of energy follows the price."""
    bills = []
    for usd_per_mwh in (price, price * factor):
        site = b.site(tariffs=(b.tariff(energy_usd_per_mwh=usd_per_mwh),))
        plan = solve(b.instance(sites=(site,), workloads=(b.workload(deadline=0),), discount_rate_per_year=0.1))
        bills.append(plan.header["ledger_musd"]["operations"]["energy"])
    assert bills[1] == pytest.approx(bills[0] * factor, rel=1e-6)


@few
@given(SEEDS)
def test_both_searches_find_the_same_cost(seed: int) -> None:
    instance = random_instance(seed)
    assert cost(instance, "hosts") == same(cost(instance, "whole"))
