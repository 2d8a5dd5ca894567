"""Training runs: host, price of delay, deadline, until, families and H100-equivalents, one campus."""

from __future__ import annotations

import pytest

from tests import builders as b
from tests.model.hand import (
    HURRY,
    NEVER,
    but,
    discount,
    discounted,
    hurried,
    in_quarters,
    line,
    musd,
    objective,
    solve,
    wanted,
    with_gpu,
    with_mode,
)


def test_the_cheaper_host_is_chosen():
    sites = tuple(
        b.site(site_id=name, name=name, modes=(b.mode(fixed_cost_musd=cost),)) for name, cost in (("a", 9.0), ("b", 4.0))
    )
    plan = solve(b.instance(sites=sites, workloads=(HURRY,)))
    assert plan.header["objective_musd"] == musd(4.0)
    assert set(plan.tables["workloads"]["site_id"]) == {"b"}
    assert objective(b.instance(sites=sites[:1], workloads=(HURRY,))) == musd(9.0)


def test_delay_counts_from_wanted_from():
    # Ready in month 6, wanted in month 4: 2·10. Wanted later than ready: nothing.
    assert objective(but(with_mode(lead_months=6), workloads=wanted(4))) == musd(20.0)
    assert objective(but(with_mode(lead_months=6), workloads=wanted(8))) == musd(0.0)


def test_delay_counts_months_within_a_quarter():
    # Ready in month 3; wanted in month 1: the months 1 and 2 of the first quarter.
    assert objective(but(in_quarters(with_mode(lead_months=3)), workloads=wanted(1))) == musd(20.0)


def test_delay_is_the_value_of_time_and_not_cash():
    plan = solve(but(with_mode(lead_months=6, fixed_cost_musd=1.0), workloads=wanted(4)))
    assert plan.header["objective_musd"] == musd(21.0)
    assert plan.header["cash_cost_musd"] == musd(1.0)
    assert plan.header["value_of_time_musd"] == musd(20.0)
    assert line(plan, "delay", "delay") == musd(20.0)


def test_never_ready_costs_months_beyond_the_horizon():
    # No capacity within 12 months; wanted in month 4: 8 months of the horizon and 24 beyond: 320. With a tail of 6: 140.
    never = but(with_mode(lead_months=12), workloads=wanted(4))
    assert objective(never) == musd(320.0)
    assert objective(but(never, workloads=wanted(4, never_ready_months=6))) == musd(140.0)


def test_never_ready_without_a_tail_when_the_need_ends_before():
    # Until month 9: the months 4 to 9, and no more. Until month 11, the last: the tail counts.
    never = with_mode(lead_months=12)
    assert objective(but(never, workloads=wanted(4, until=9))) == musd(60.0)
    assert objective(but(never, workloads=wanted(4, until=11))) == musd(320.0)


def test_delay_is_discounted():
    # Late in the months 0, 1, 2.
    assert objective(discounted(with_mode(lead_months=3))) == musd(10.0 * sum(discount(month) for month in range(3)))
    # Never ready: 36 months, each as of itself.
    never = discounted(with_mode(lead_months=12))
    assert objective(never) == musd(10.0 * sum(discount(month) for month in range(36)))


def test_deadline():
    # Six months of lead, and the price of delay does not buy a way out.
    late = but(with_mode(lead_months=6), workloads=wanted(0, deadline=5))
    assert solve(late).status == "infeasible"
    assert objective(but(late, workloads=wanted(0, deadline=6))) == musd(60.0)


def test_deadline_by_quarters():
    # A lead of 4 months ends in the quarter of month 6.
    late = in_quarters(with_mode(lead_months=4))
    assert solve(but(late, workloads=wanted(0, deadline=5))).status == "infeasible"
    assert objective(but(late, workloads=wanted(0, deadline=6))) == musd(60.0)


def test_a_deadline_forces_what_the_price_of_delay_would_not():
    # In time for 50, or 2 months late for 20.
    quick, slow = b.mode(fixed_cost_musd=50.0), b.mode(mode="greenfield", lead_months=2)
    either = hurried(modes=(quick, slow))
    assert objective(either) == musd(20.0)
    assert objective(but(either, workloads=wanted(0, deadline=1))) == musd(50.0)


def test_until_ends_the_need():
    # January to June 2024: 182 days, 4,368 MWh at 50 usd: 0.2184; all year 0.4392.
    powered = hurried(tariffs=(b.tariff(energy_usd_per_mwh=50.0),))
    assert objective(but(powered, workloads=wanted(0, until=5))) == musd(0.2184)
    assert objective(powered) == musd(0.4392)


def test_until_within_a_quarter_holds_the_whole_quarter():
    # Until month 4: the quarter of the months 3 to 5 contains it: again 4,368 MWh.
    powered = in_quarters(hurried(tariffs=(b.tariff(energy_usd_per_mwh=50.0),)))
    assert objective(but(powered, workloads=wanted(0, until=4))) == musd(0.2184)


@pytest.mark.parametrize(("one_family", "expected"), [(False, 0.0), (True, NEVER)])
def test_one_family(one_family, expected):
    # 600 Hopper and 400 Blackwell are all there are.
    hopper = b.gpu(lot=200, supply=((0, 600.0), (1, 0.0)))
    blackwell = b.gpu(name="B200", family="blackwell", lot=200, supply=((0, 400.0), (1, 0.0)))
    run = but(HURRY, one_family=one_family, accepts=("H100", "B200"))
    assert objective(b.instance(gpus=(hopper, blackwell), workloads=(run,))) == musd(expected)


def test_two_models_of_one_family_work_together():
    hopper = b.gpu(lot=200, supply=((0, 600.0), (1, 0.0)))
    newer = b.gpu(name="H200", lot=200, supply=((0, 400.0), (1, 0.0)))
    both = b.instance(gpus=(hopper, newer), workloads=(but(HURRY, accepts=("H100", "H200")),))
    assert objective(both) == musd(0.0)
    assert objective(but(both, workloads=(HURRY,))) == musd(NEVER)


def test_h100_equivalents():
    # 2.5 H100-equivalents each: 400 GPUs at 10,000 usd: 4; at 1.0: 10.
    assert objective(with_gpu(h100_equivalents=2.5, lot=100, price_usd=10_000.0)) == musd(4.0)
    assert objective(with_gpu(h100_equivalents=1.0, lot=100, price_usd=10_000.0)) == musd(10.0)


def test_only_accepted_models_serve():
    # No H100 is ever shipped; H200 there are.
    gpus = (b.gpu(supply=((0, 0.0),)), b.gpu(name="H200"))
    assert objective(b.instance(gpus=gpus, workloads=(HURRY,))) == musd(NEVER)
    assert objective(b.instance(gpus=gpus, workloads=(but(HURRY, accepts=("H100", "H200")),))) == musd(0.0)


def test_one_campus():
    # Two halves are not one cluster.
    halves = tuple(b.site(site_id=name, name=name, modes=(b.mode(max_it_mw=0.5),)) for name in ("a", "b"))
    assert objective(b.instance(sites=halves, workloads=(HURRY,))) == musd(NEVER)
    whole = but(halves[0], modes=(b.mode(max_it_mw=1.0),))
    assert objective(b.instance(sites=(whole, halves[1]), workloads=(HURRY,))) == musd(0.0)


def test_a_gpu_serves_one_workload_at_a_time():
    # One after the other on the same 1,000 GPUs: 10; both at once: 2,000, 20.
    first = but(HURRY, until=5)
    gpus = (b.gpu(price_usd=10_000.0),)
    after = b.instance(gpus=gpus, workloads=(first, but(HURRY, name="second", wanted_from=6)))
    assert objective(after) == musd(10.0)
    assert objective(but(after, workloads=(first, but(HURRY, name="second")))) == musd(20.0)


def test_workloads_table():
    # Ready in month 3 at site a, with 1,000 H100-equivalents of Hopper from then on.
    plan = solve(with_mode(lead_months=3))
    rows = plan.tables["workloads"].set_index("period")
    assert rows.loc["2024-03", "ready"] == 0
    assert rows.loc["2024-04", "ready"] == 1
    assert rows.loc["2024-04", "site_id"] == "a"
    assert rows.loc["2024-04", "family"] == "hopper"
    assert rows.loc["2024-12", "allocated_h100e"] >= 1000.0 - 1e-6
