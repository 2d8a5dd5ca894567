"""No GPU serves a workload before it is ready, whatever load earns: with a deadline, with a price of delay, and with neither.

Half a MW can be had from January 2024 on and 1 MW from July on (184 days, 4,416 h), so the run of 1 MW is ready in July, six months late.
Half a load from January to June (182 days) would be 2,184 MWh.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.core.instance import Instance, Workload
from optimizer.model import build
from optimizer.plan.plan import Plan
from tests import builders as b
from tests.model.by_the_hour import daily, hourly, ppa
from tests.model.hand import HURRY, in_quarters, musd, objective, solve
from tests.oracle.hourly_enumerate import best_cost

CALM = b.workload()
RUNS = pytest.mark.parametrize(("run", "late_musd"), [
    (HURRY, 60.0),
    (replace(CALM, deadline=6), 0.0),
    (replace(HURRY, deadline=6), 60.0),
    (CALM, 0.0),
], ids=["price of delay", "deadline", "both", "neither"])
HALF_FIRST = ((0, 0.5), (6, 1.0))


def gaining(run: Workload) -> Instance:
    """Power at 50, and an agreement at 30 whose hub pays 100: each MWh of load lets a MWh of it be signed, and gains 20."""
    grid = b.tariff(energy_usd_per_mwh=50.0, ramp=HALF_FIRST)
    swap = ppa(settlement="financial", mw_max=10.0)
    return replace(hourly(daily("hub", 100.0), tariffs=(grid,), ppas=(swap,)), workloads=(run,))


def paid_to_draw(run: Workload) -> Instance:
    """An index at 20 below 0, around the clock."""
    index = b.tariff(kind="index", price_series="node", ramp=HALF_FIRST)
    return replace(hourly(daily("node", -20.0), tariffs=(index,)), workloads=(run,))


def take_or_pay(run: Workload) -> Instance:
    """A flat site: every MWh is billed whether it is drawn or not."""
    grid = b.tariff(energy_usd_per_mwh=50.0, min_energy_fraction=1.0, ramp=HALF_FIRST)
    return b.instance(sites=(b.site(tariffs=(grid,), max_gpus=1000.0),), workloads=(run,))


def served_early(plan: Plan) -> bool:
    """Whether GPUs are allocated in a period in which the run is not ready."""
    runs, allocation = plan.tables["workloads"], plan.tables["allocation"]
    waiting = set(runs.loc[runs["ready"] == 0, "period"])
    return bool(allocation["period"].isin(waiting).any())


@RUNS
@pytest.mark.parametrize("earning", [gaining, paid_to_draw])
def test_load_that_earns_waits_until_the_run_is_ready(earning, run, late_musd):
    # 4,416 MWh at a gain of 20 each: 0.08832. Half a load from January on would gain 2,184 x 20 = 0.04368 more.
    plan = solve(earning(run))
    assert plan.header["objective_musd"] == musd(late_musd - 0.08832)
    assert not served_early(plan)


@RUNS
@pytest.mark.parametrize("earning", [gaining, paid_to_draw])
def test_brute_force_finds_the_same(earning, run, late_musd):
    # By quarters, that it need not try months: the same 60 for July, the same 4,416 MWh.
    assert best_cost(in_quarters(earning(run))) == musd(late_musd - 0.08832)


@pytest.mark.parametrize("instance", [gaining(HURRY), take_or_pay(HURRY)], ids=["by the hour", "flat"])
def test_the_row_stands_at_every_site_for_every_workload(instance):
    site = build(instance).sites["a"]
    assert set(site.serving_ready) == set(site.serving) != set()


def test_load_that_costs_nothing_waits_too():
    # Take or pay on half a MW from the begin on; it begins in July, when all of 1 MW can be had: 4,416 MWh at 50.
    plan = solve(take_or_pay(HURRY))
    assert plan.header["objective_musd"] == musd(60.0 + 0.2208)
    assert not served_early(plan)


def test_a_run_that_is_never_ready_has_no_load():
    # Two MW wanted where one can be had. Idle load of 1 MW would gain 20 on each of 8,784 MWh.
    assert objective(gaining(replace(CALM, gpus_h100e=2000.0))) == musd(0.0)


def test_without_a_limit_of_the_vendor_all_gpus_that_earn_are_delivered_at_once():
    # The run wants 1 MW and the halls hold 3: each MWh of load gains 20, so all 3 MW work from January on, 26,352 MWh.
    grid, swap = b.tariff(energy_usd_per_mwh=50.0), ppa(settlement="financial", mw_max=10.0)
    room = {"modes": (b.mode(max_it_mw=3.0),), "max_gpus": None}
    whole = hourly(daily("hub", 100.0), tariffs=(grid,), ppas=(swap,), **room)
    assert objective(whole) == musd(-0.52704)
