"""Siting: lead time, rate, blocks, cooling, modes, limits and wishes."""

from __future__ import annotations

import pytest

from tests import builders as b
from tests.model.hand import HURRY, NEVER, but, hurried, in_quarters, musd, objective, solve, wanted, with_gpu, with_mode


def test_lead_time_makes_the_run_late():
    # Started in month 0, in service in month 3: months 0, 1, 2 late, 3·10.
    assert objective(with_mode(lead_months=3)) == musd(30.0)
    assert objective(with_mode(lead_months=0)) == musd(0.0)


def test_lead_time_is_rounded_up_to_whole_quarters():
    # 4 months from month 0: the first quarter with a_t >= 4 begins in month 6, 6·10.
    assert objective(in_quarters(with_mode(lead_months=4))) == musd(60.0)
    # 3 months are one quarter exactly.
    assert objective(in_quarters(with_mode(lead_months=3))) == musd(30.0)


def test_rate_of_building_limits_the_cumulated_capacity():
    # 1 MW at 0.25 MW a month: 0.25·(A + 1) reaches 1 at age A = 3.
    assert objective(with_mode(mw_per_month=0.25)) == musd(30.0)
    # After a lead of 2 months: age 3 is month 5.
    assert objective(with_mode(mw_per_month=0.25, lead_months=2)) == musd(50.0)
    # By quarters: 0.25·(0 + 3) = 0.75 in the first, 1.5 in the second, which begins in month 3.
    assert objective(in_quarters(with_mode(mw_per_month=0.25))) == musd(30.0)


def test_age_counts_from_the_rounded_lead():
    # Quarters, lead 1 rounded to month 3. 0.3 MW a month: 0.9 by age 0, 1.8 by age 3 (month 6).
    assert objective(in_quarters(with_mode(mw_per_month=0.3, lead_months=1))) == musd(60.0)
    # 0.34 MW a month: 1.02 at age 0, month 3.
    assert objective(in_quarters(with_mode(mw_per_month=0.34, lead_months=1))) == musd(30.0)


def test_rate_holds_in_each_single_month_without_blocks():
    # Wanted in month 4; staff 12 musd/MW-year = 1 per MW-month punishes early MW. 0.25 MW in each of the months 1 to 4:
    # 0.25·(11 + 10 + 9 + 8) = 9.5; the limit of the sum alone would let all come in month 4: 1·8 = 8.
    late = but(with_mode(mw_per_month=0.25, staff_musd_per_mw_year=12.0), workloads=wanted(4))
    assert objective(late) == musd(9.5)
    # With blocks only the sum is limited: a block of 1 MW may come in month 4 (age >= 3), 8 months of staff.
    blocks = but(with_mode(mw_per_month=0.25, staff_musd_per_mw_year=12.0, block_it_mw=1.0), workloads=wanted(4))
    assert objective(blocks) == musd(8.0)


def test_blocks_are_whole():
    # 1 MW needed at 2 musd/MW: 2; in blocks of 4 MW: 8.
    assert objective(with_mode(capex_musd_per_mw=2.0)) == musd(2.0)
    assert objective(with_mode(capex_musd_per_mw=2.0, block_it_mw=4.0)) == musd(8.0)


def test_a_block_waits_until_the_rate_has_built_it():
    # Blocks of 2 MW at 1 MW a month: 1·(A + 1) >= 2 at age 1, one month late; without blocks 1 MW stands in month 0.
    assert objective(with_mode(mw_per_month=1.0, block_it_mw=2.0)) == musd(10.0)
    assert objective(with_mode(mw_per_month=1.0)) == musd(0.0)


def test_what_a_rate_builds_below_a_whole_block_waits_for_the_rest_of_it():
    # 5 MW a month in blocks of 12: 15, 25 and 40 MW come to one, two and three blocks in the months 2, 4 and 7.
    for gpus, month in ((12_000.0, 2), (24_000.0, 4), (36_000.0, 7)):
        run = but(HURRY, gpus_h100e=gpus)
        assert objective(but(with_mode(mw_per_month=5.0, block_it_mw=12.0), workloads=(run,))) == musd(10.0 * month)


def test_blocks_stay_within_max_it_mw():
    # 3,000 GPUs need 3 MW. Of 3 MW only one whole block of 2 fits; blocks of 1.5 fit twice.
    three = but(HURRY, gpus_h100e=3000.0)
    assert objective(but(with_mode(max_it_mw=3.0, block_it_mw=2.0), workloads=(three,))) == musd(NEVER)
    assert objective(but(with_mode(max_it_mw=3.0, block_it_mw=1.5), workloads=(three,))) == musd(0.0)


def test_max_it_mw():
    assert objective(with_mode(max_it_mw=1.0)) == musd(0.0)
    assert objective(with_mode(max_it_mw=0.9)) == musd(NEVER)


def test_initial_capacity_needs_neither_lead_nor_capex():
    # 1 MW stands already: ready in month 0 for nothing. Without: 6 months late and 5 musd: 65.
    assert objective(with_mode(lead_months=6, capex_musd_per_mw=5.0, initial_it_mw=1.0)) == musd(0.0)
    assert objective(with_mode(lead_months=6, capex_musd_per_mw=5.0)) == musd(65.0)


def test_initial_capacity_counts_towards_max_it_mw():
    # 0.5 MW stand, 0.4 may be added: 0.9 < 1. With max 1: 0.5 are added at 5 musd/MW: 2.5.
    assert objective(with_mode(initial_it_mw=0.5, max_it_mw=0.9)) == musd(NEVER)
    assert objective(with_mode(initial_it_mw=0.5, max_it_mw=1.0, capex_musd_per_mw=5.0)) == musd(2.5)


def test_initial_capacity_shortens_the_rate():
    # 0.5 + 0.25·(A + 1) >= 1 at age 1: 10 instead of 30.
    assert objective(with_mode(initial_it_mw=0.5, mw_per_month=0.25)) == musd(10.0)


def test_the_better_of_several_modes_is_taken():
    # Retrofit at once for 30, or greenfield 2 months late for nothing: 20.
    retrofit = b.mode(fixed_cost_musd=30.0)
    greenfield = b.mode(mode="greenfield", lead_months=2)
    assert objective(hurried(modes=(retrofit, greenfield))) == musd(20.0)
    assert objective(hurried(modes=(retrofit,))) == musd(30.0)


def test_one_mode_per_site():
    # Two modes of 0.5 MW do not add up to 1 MW.
    halves = (b.mode(max_it_mw=0.5), b.mode(mode="greenfield", max_it_mw=0.5))
    assert objective(hurried(modes=halves)) == musd(NEVER)


@pytest.mark.parametrize(
    ("cooling", "adder", "gpu_cooling", "expected"),
    [
        ("air", None, "air", 0.0),
        ("air", None, "liquid", NEVER),
        ("air", 3.0, "liquid", 3.0),  # 1 MW equipped at 3
        ("air", 3.0, "air", 0.0),  # nothing to equip
        ("liquid", None, "air", NEVER),
        ("liquid", None, "liquid", 0.0),
        ("both", None, "air", 0.0),
        ("both", None, "liquid", 0.0),
    ],
)
def test_cooling(cooling, adder, gpu_cooling, expected):
    instance = with_gpu(cooling=gpu_cooling)
    site = b.site(modes=(b.mode(cooling=cooling, liquid_adder_musd_per_mw=adder),))
    assert objective(but(instance, sites=(site,))) == musd(expected)


def test_only_the_liquid_part_is_equipped():
    # 400 liquid GPUs of 1 kW and 600 of air make the cluster: 0.4 MW equipped at 3: 1.2; all 1,000 air: none.
    air = b.gpu(lot=100, supply=((0, 600.0), (1, 0.0)))
    liquid = b.gpu(name="H200", lot=100, cooling="liquid")
    site = b.site(modes=(b.mode(cooling="air", liquid_adder_musd_per_mw=3.0),))
    mixed = b.instance(sites=(site,), gpus=(air, liquid), workloads=(but(HURRY, accepts=("H100", "H200")),))
    assert objective(mixed) == musd(1.2)
    assert objective(but(mixed, gpus=(b.gpu(), liquid))) == musd(0.0)


def test_cooling_is_that_of_the_mode_that_is_started():
    # Air-cooled GPUs stand in the air-cooled hall for 5, not in the free liquid-cooled one.
    halls = (b.mode(cooling="liquid"), b.mode(mode="greenfield", cooling="air", fixed_cost_musd=5.0))
    assert objective(hurried(modes=halls)) == musd(5.0)
    # Liquid-cooled GPUs: the hall for 50 can be equipped for 1, the free one cannot.
    halls = (b.mode(cooling="air"), b.mode(mode="greenfield", cooling="air", fixed_cost_musd=50.0, liquid_adder_musd_per_mw=1.0))
    assert objective(but(with_gpu(cooling="liquid"), sites=(b.site(modes=halls),))) == musd(51.0)


def test_equipment_stays_paid_when_it_is_no_longer_used():
    # Needed to month 5: the 3 musd for liquid cooling, like the 2 for construction, do not come back.
    hall = b.mode(cooling="air", capex_musd_per_mw=2.0, liquid_adder_musd_per_mw=3.0)
    short = but(with_gpu(cooling="liquid"), sites=(b.site(modes=(hall,)),), workloads=wanted(0, until=5))
    assert objective(short) == musd(5.0)


def test_max_gpus():
    assert objective(hurried(max_gpus=1000.0)) == musd(0.0)
    assert objective(hurried(max_gpus=999.0)) == musd(NEVER)


def test_at_most_counts_started_sites():
    # Two runs, each site holds one. With one site only one run is ever ready.
    sites = tuple(b.site(site_id=name, name=name, modes=(b.mode(max_it_mw=1.0),)) for name in ("a", "b"))
    runs = (HURRY, but(HURRY, name="second"))
    both = b.instance(sites=sites, workloads=runs)
    assert objective(both) == musd(0.0)
    assert objective(but(both, sites_at_most=1)) == musd(NEVER)


def test_more_committed_sites_than_allowed_is_infeasible():
    sites = tuple(b.site(site_id=name, name=name, is_committed=True) for name in ("a", "b"))
    assert solve(b.instance(sites=sites, sites_at_most=1)).status == "infeasible"
    assert solve(b.instance(sites=sites, sites_at_most=2)).status == "optimal"


def test_a_committed_site_is_started_though_another_is_cheaper():
    # b is free; a costs 9 to start, and is started all the same.
    dear = b.site(modes=(b.mode(fixed_cost_musd=9.0),))
    free = b.site(site_id="b", name="B")
    assert objective(b.instance(sites=(dear, free), workloads=(HURRY,))) == musd(0.0)
    assert objective(b.instance(sites=(but(dear, is_committed=True), free), workloads=(HURRY,))) == musd(9.0)


def test_a_forbidden_site_is_not_started():
    # a is free, b costs 4.
    free, dear = b.site(), b.site(site_id="b", name="B", modes=(b.mode(fixed_cost_musd=4.0),))
    assert objective(b.instance(sites=(free, dear), workloads=(HURRY,))) == musd(0.0)
    assert objective(b.instance(sites=(but(free, is_forbidden=True), dear), workloads=(HURRY,))) == musd(4.0)


def test_construction_table_says_what_stands_when():
    # 0.5 MW initial from the start in month 0, 0.25 more in each of the months 2 and 3 (lead 2, 0.25 MW a month).
    plan = solve(with_mode(initial_it_mw=0.5, lead_months=2, mw_per_month=0.25, max_it_mw=1.0))
    built = plan.tables["construction"].set_index("period")["built_it_mw"]
    assert built["2024-01"] == musd(0.5)
    assert built["2024-03"] == musd(0.75)
    assert built["2024-04"] == musd(1.0)
