"""Rented GPUs: hosts, terms, deposits, cluster size, what is left of a term, what was committed before."""

from __future__ import annotations

import pytest

from tests import builders as b
from tests.model.hand import (
    HURRY,
    NEVER,
    but,
    discount,
    discounted,
    in_quarters,
    line,
    musd,
    objective,
    solve,
    wanted,
    with_rental,
)

YEAR = 8.784  # musd: 1,000 GPUs at 1 usd for the 8,784 hours of 2024


def hours(month):
    """Hours of a month from January 2024 on."""
    days = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31)
    return 24 * days[month]


def test_a_rental_hosts_the_run():
    # A site that nothing fits in stands beside it.
    small = (b.site(modes=(b.mode(max_it_mw=0.5),)),)
    assert objective(but(with_rental(), sites=small)) == musd(YEAR)
    assert objective(b.instance(sites=small, workloads=(HURRY,))) == musd(NEVER)


def test_nothing_to_decide_is_a_plan_too():
    # Neither site nor offer: the run is never ready. Rented before, too small: half the rent besides.
    assert objective(b.instance(sites=(), workloads=(HURRY,))) == musd(NEVER)
    assert objective(with_rental(committed_gpus=500, committed_until=11, gpus_max=0)) == musd(0.5 * YEAR + NEVER)


def test_renting_or_building():
    # A site for 9 and rent for 8.784: rent. A site for 8: build.
    for cost, expected in ((9.0, YEAR), (8.0, 8.0)):
        site = b.site(modes=(b.mode(fixed_cost_musd=cost),))
        assert objective(but(with_rental(), sites=(site,))) == musd(expected)


def test_a_rental_takes_other_gpus_than_h100_at_their_worth():
    # 400 GPUs of 2.5 H100-equivalents: 0.4 of the year's rent.
    strong = b.gpu(name="B200", family="blackwell", h100_equivalents=2.5)
    rented = but(with_rental(gpu="B200"), gpus=(strong,), workloads=(but(HURRY, accepts=("B200",)),))
    assert objective(rented) == musd(0.4 * YEAR)
    assert objective(but(rented, workloads=(HURRY,))) == musd(NEVER)


def test_least_term():
    # Needed to June: 4,368 h. Eight months at least, to August: 244 days = 5,856 h.
    need = wanted(0, until=5)
    assert objective(but(with_rental(), workloads=need)) == musd(4.368)
    assert objective(but(with_rental(min_months=8), workloads=need)) == musd(5.856)


def test_what_is_left_of_the_term_beyond_the_horizon():
    # 15 months: January to March 2025 beyond, 90 days = 2,160 h: 2.16; half of it relet: 1.08.
    assert objective(with_rental(min_months=15)) == musd(YEAR + 2.16)
    assert objective(with_rental(min_months=15, relet_fraction=0.5)) == musd(YEAR + 1.08)
    # Nothing is relet within the horizon.
    assert objective(with_rental(min_months=12, relet_fraction=0.5)) == musd(YEAR)


def test_least_term_by_quarters():
    # Needed to March, four months at least: January to April, 121 days = 2,904 h; by quarters to June, 4,368 h.
    four = but(with_rental(min_months=4), workloads=wanted(0, until=2))
    assert objective(four) == musd(2.904)
    assert objective(in_quarters(four)) == musd(4.368)
    # 13 months: one beyond, January 2025, 744 h.
    assert objective(in_quarters(with_rental(min_months=13))) == musd(YEAR + 0.744)


def test_rent_beyond_is_discounted_as_of_its_months():
    plan = solve(discounted(with_rental(min_months=15, relet_fraction=0.5)))
    within = sum(hours(month) * discount(month) for month in range(12))
    beyond = sum(0.5 * hours(month) * discount(month) for month in range(12, 15))
    assert plan.header["objective_musd"] == musd((within + beyond) / 1000.0)
    ledger = plan.tables["ledger"]
    assert ledger.loc[ledger["period"] == "beyond", "present_musd"].sum() == musd(beyond / 1000.0)


def test_deposit():
    # 10 % of the rent of January to June (4.368) at the begin, back in month 6.
    rented = with_rental(deposit_fraction=0.1, min_months=6)
    assert objective(rented) == musd(YEAR)
    plan = solve(discounted(rented))
    assert line(plan, "deposits", "rental_deposit") == musd(0.4368 * discount(0))
    assert line(plan, "deposits", "rental_deposit_return") == musd(-0.4368 * discount(6))


def test_deposit_comes_back_beyond_the_horizon():
    # 10 % of 8.784 + 2.16, back in month 15; reletting does not shrink it.
    plan = solve(discounted(with_rental(deposit_fraction=0.1, min_months=15, relet_fraction=0.5)))
    assert line(plan, "deposits", "rental_deposit") == musd(1.0944 * discount(0))
    assert line(plan, "deposits", "rental_deposit_return") == musd(-1.0944 * discount(15))


def test_largest_cluster():
    # 100,000 GPUs in clusters of 900 are no cluster of 1,000.
    assert objective(with_rental(largest_cluster_gpus=900)) == musd(NEVER)
    assert objective(with_rental(largest_cluster_gpus=1000)) == musd(YEAR)


def test_available_from():
    # Three months late, 30, and the 275 days from April, 6,600 h: 36.6.
    assert objective(with_rental(available_from=3)) == musd(36.6)
    # From month 4, by quarters month 6: 60 and the 184 days from July, 4,416 h.
    assert objective(in_quarters(with_rental(available_from=4))) == musd(64.416)


def test_size_of_the_offer():
    # 2,000 at least at the begin: for a month (744 h) with a term of one, then 1,000: 1.488 + 8.04; for all of a term of twelve.
    assert objective(with_rental(gpus_min=2000, min_months=1)) == musd(9.528)
    assert objective(with_rental(gpus_min=2000, min_months=12)) == musd(2.0 * YEAR)
    assert objective(with_rental(gpus_max=900)) == musd(NEVER)
    assert objective(with_rental(gpus_min=1000, gpus_max=1000)) == musd(YEAR)


def test_a_rental_never_grows_again():
    # Wanted in January to March and again from October: 1,000 GPUs stay through the summer, all year. Two offers bridge it:
    # 91 days = 2,184 h and 92 days = 2,208 h.
    runs = (*wanted(0, until=2), *wanted(9, name="second"))
    assert objective(but(with_rental(), workloads=runs)) == musd(YEAR)
    two = (b.rental(), b.rental(name="other"))
    assert objective(but(with_rental(), workloads=runs, rentals=two)) == musd(2.184 + 2.208)


def test_a_rental_shrinks_after_its_least_term():
    # A second run to June needs 1,000 more: 8.784 + 4.368 if the offer shrinks month by month; bound for 12 months 2·8.784.
    runs = (HURRY, but(HURRY, name="second", until=5))
    assert objective(but(with_rental(), workloads=runs)) == musd(YEAR + 4.368)
    assert objective(but(with_rental(min_months=12), workloads=runs)) == musd(2.0 * YEAR)


def test_a_committed_rental_hosts_and_is_no_cost_of_the_plan():
    # 1,000 GPUs to December: the run is ready at once, the rent is in the objective and out of the cash cost.
    committed = with_rental(committed_gpus=1000, committed_until=11, gpus_max=0)
    plan = solve(committed)
    assert plan.header["objective_musd"] == musd(YEAR)
    assert plan.header["cash_cost_musd"] == musd(0.0)
    assert line(plan, "committed", "rental") == musd(YEAR)


def test_a_committed_rental_that_is_too_small_or_ends_early():
    # 500 GPUs: half the rent, and a site besides for 9.
    site = b.site(modes=(b.mode(fixed_cost_musd=9.0),))
    half = with_rental(committed_gpus=500, committed_until=11, gpus_max=0)
    assert objective(but(half, sites=(site,))) == musd(0.5 * YEAR + 9.0)
    # 1,000 GPUs need no site.
    assert objective(but(with_rental(committed_gpus=1000, committed_until=11, gpus_max=0), sites=(site,))) == musd(YEAR)
    # To June (its month included): it does not hold a run to the end, it does hold one to June.
    to_june = with_rental(committed_gpus=1000, committed_until=5, gpus_max=0)
    assert objective(to_june) == musd(4.368 + NEVER)
    assert objective(but(to_june, workloads=wanted(0, until=5))) == musd(4.368)


def test_a_committed_rental_without_an_end_runs_to_the_end():
    assert objective(with_rental(committed_gpus=1000, committed_until=None, gpus_max=0)) == musd(YEAR)


@pytest.mark.parametrize(("group", "expected"), [(None, YEAR), ("campus", NEVER)])
def test_exclusive_group_of_tariff_and_rental(group, expected):
    # Two runs; the site of 1 MW holds one for nothing, the cloud of 1,000 GPUs the other. Of one group: the site alone.
    site = b.site(modes=(b.mode(max_it_mw=1.0),), tariffs=(b.tariff(exclusive_group=group),))
    both = but(with_rental(exclusive_group=group, gpus_max=1000), sites=(site,), workloads=(HURRY, but(HURRY, name="second")))
    assert objective(both) == musd(expected)


def test_exclusive_group_of_two_rentals():
    # Each offer holds one of the two runs; of one group only one is used.
    runs = (HURRY, but(HURRY, name="second"))
    for group, expected in ((None, 2.0 * YEAR), ("campus", YEAR + NEVER)):
        offers = tuple(b.rental(name=name, gpus_max=1000, exclusive_group=group) for name in ("one", "two"))
        assert objective(b.instance(sites=(), rentals=offers, workloads=runs)) == musd(expected)


def test_rentals_table():
    plan = solve(but(with_rental(gpus_max=1000, available_from=3), workloads=wanted(0, until=5)))
    rows = plan.tables["rentals"].set_index("period")
    assert rows.loc["2024-04", "begun_gpus"] == pytest.approx(1000.0)
    assert rows.loc["2024-04", "gpus"] == pytest.approx(1000.0)
    assert rows.loc["2024-06", "gpus"] == pytest.approx(1000.0)
    assert plan.tables["rentals"]["gpus"].sum() == pytest.approx(3000.0)
