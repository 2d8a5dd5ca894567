"""What each limit alone allows, worked out by hand; months are counted from January 2024."""

from __future__ import annotations

import pytest

from optimizer.explain.in_the_way import limits_in_play
from tests import builders as b

NO_END = b.purse(name="fund", amounts=((0, 90.5), (6, 200.0)), pays_for=("capital",))


def _limits(**changes):
    return limits_in_play(b.instance(**changes))


def _limit(start, **changes):
    return next(limit for limit in _limits(**changes) if limit.startswith(start))


def test_the_month_from_which_supply_reaches_the_target():
    # 400 a month from March: 1,000 have come with the third delivery, May; installed a month later
    slow = b.gpu(supply=((2, 400.0),), install_months=1, lot=0)
    assert _limit("supply", gpus=(slow,)) == "supply: what vendors ship can be worth train's target from 2024-06"
    # 200 that stand there already and twice 400: a month earlier
    some = b.gpu(supply=((2, 400.0),), install_months=1, lot=0, initial_gpus=(("a", 200),))
    assert _limit("supply", gpus=(some,)).endswith("from 2024-05")
    never = _limit("supply", gpus=(b.gpu(supply=((2, 10.0),), lot=0),))
    assert never == "supply: what vendors ship never comes to train's target within the horizon"


def test_supply_is_counted_in_whole_lots():
    # 999 a month from January: the lot of 1,000 is whole in February (1,998), installed in March
    part = b.gpu(supply=((0, 999.0),), install_months=1)
    assert _limit("supply", gpus=(part,)) == (
        "supply: what vendors ship can be worth train's target from 2024-03; "
        "of H100 the vendor ships 1,998 by 2024-02, in whole lots 1,000")
    # 120 in a year come to no lot; 1,000 in ten months to one, of which nothing need be said
    assert _limit("supply", gpus=(b.gpu(supply=((0, 10.0),)),)) == (
        "supply: what vendors ship never comes to train's target within the horizon; "
        "of H100 the vendor ships 120 by 2024-12, in whole lots 0")
    assert _limit("supply", gpus=(b.gpu(supply=((0, 100.0),)),)) == "supply: what vendors ship can be worth train's target from 2024-10"


def test_one_family_must_reach_the_target_alone():
    # 100 a month each: 1,000 of one family with the tenth delivery, October; of both with the fifth, May
    gpus = (b.gpu(supply=((0, 100.0),), lot=0), b.gpu(name="GB200", family="blackwell", supply=((0, 100.0),), lot=0))
    both = ("H100", "GB200")
    assert _limit("supply", gpus=gpus, workloads=(b.workload(accepts=both),)).endswith("from 2024-10")
    assert _limit("supply", gpus=gpus, workloads=(b.workload(accepts=both, one_family=False),)).endswith("from 2024-05")


@pytest.mark.parametrize(("changes", "said"), [
    # 1,000 GPUs of 1 kW need 1 MW
    ({}, "a (retrofit) from 2024-01 with 1 MW IT"),
    ({"lead_months": 4}, "a (retrofit) from 2024-05 with 1 MW IT"),
    # after the lead 0.4 MW in each of May, June and July
    ({"lead_months": 4, "mw_per_month": 0.4}, "a (retrofit) from 2024-07 with 1 MW IT"),
    # half of it stands there: 0.4 in May, 0.5 in June
    ({"lead_months": 4, "mw_per_month": 0.4, "initial_it_mw": 0.5}, "a (retrofit) from 2024-06 with 1 MW IT"),
    ({"lead_months": 4, "initial_it_mw": 1.0}, "a (retrofit) from 2024-01 with 1 MW IT"),
    # blocks of 0.6 MW: the second one in the third month, at 0.4 a month; of 1.2 MW: 0.8 of it in February wait for the rest
    ({"mw_per_month": 0.4, "block_it_mw": 0.6}, "a (retrofit) from 2024-03 with 1 MW IT"),
    ({"mw_per_month": 0.5, "block_it_mw": 1.2}, "a (retrofit) from 2024-03 with 1 MW IT"),
    ({"max_it_mw": 1.1, "block_it_mw": 0.6}, None),
    ({"max_it_mw": 0.9}, None), ({"lead_months": 12}, None), ({"cooling": "liquid"}, None),
])
def test_the_month_from_which_a_mode_can_hold_the_target(changes, said):
    expected = f"capacity: train's target fits at {said}" if said else "capacity: no site can hold train's target within the horizon"
    assert _limit("capacity", sites=(b.site(modes=(b.mode(**changes),)),)) == expected


def test_of_several_gpus_the_capacity_is_told_of_those_that_need_the_least_power():
    # 1,000 of 1 kW need 1 MW, 1,000 of 0.5 kW half of it: where each way asks one family the hall may be ready later.
    gpus = (b.gpu(), b.gpu(name="thrifty", family="other", it_kw_per_gpu=0.5))
    said = _limit("capacity", gpus=gpus, workloads=(b.workload(accepts=(b.gpu().name, "thrifty")),))
    assert said == "capacity: train's target, of the GPUs that need the least power, fits at a (retrofit) from 2024-01 with 0.5 MW IT"


def test_quarters_are_counted_whole():
    # four months of lead are two quarters; 0.4 MW a month are 1.2 MW in the first quarter
    site = b.site(modes=(b.mode(lead_months=4, mw_per_month=0.4),))
    assert "from 2024-07 with" in _limit("capacity", sites=(site,), horizon=b.horizon(months=12, months_per_period=3))


def test_five_sites_are_named_the_earliest_first_and_forbidden_ones_never():
    sites = tuple(b.site(site_id=f"s{lead}", modes=(b.mode(lead_months=lead),)) for lead in (6, 5, 4, 3, 2, 1))
    said = _limit("capacity", sites=(b.site(site_id="no", is_forbidden=True), *sites))
    assert [part.split()[0] for part in said.split("fits at ")[1].split("; ")] == ["s1", "s2", "s3", "s4", "s5", "1"]
    assert said.endswith("; 1 more later")


def test_rentals_that_could_host_and_from_when():
    rentals = (
        b.rental(name="small", gpus_max=999), b.rental(name="scattered", largest_cluster_gpus=999),
        b.rental(name="later", available_from=3), b.rental(name="ours", committed_gpus=1000, committed_until=5, gpus_max=0),
    )
    assert _limit("rentals", rentals=rentals) == "rentals: large enough for train are later from 2024-04 and ours until 2024-06"
    assert _limit("rentals", rentals=rentals[:2]) == "rentals: none is large enough for train"
    assert not [limit for limit in _limits() if limit.startswith("rentals")]


@pytest.mark.parametrize(("deadline", "purse", "said"), [
    (None, NO_END, "fund receives 290.5 million USD by 2024-12, for capital"),
    (5, NO_END, "fund receives 90.5 million USD by 2024-06 (200 more come later), for capital"),
    (None, b.purse(name="pay", amounts=((0, 90.0), (5, 120.0)), every_month=True, pays_for=("rent",)),
     "pay receives 90 million USD a month from 2024-01, 120 from 2024-06, for rent"),
    (4, b.purse(name="pay", amounts=((0, 0.04), (5, 120.0)), every_month=True, pays_for=("rent",)),
     "pay receives 0.04 million USD a month from 2024-01, for rent"),
])
def test_what_a_purse_receives_by_the_last_deadline(deadline, purse, said):
    assert _limit("purse", purses=(purse,), workloads=(b.workload(deadline=deadline),)) == f"purse: {said}"
