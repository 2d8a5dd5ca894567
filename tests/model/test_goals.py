"""Goals in order of priority, the ledger as the objective, and fairness between sites."""

from __future__ import annotations

from tests import builders as b
from tests.model.hand import HURRY, but, discounted, hurried, in_quarters, musd, objective, solve, wanted, with_mode

QUICK = b.mode(fixed_cost_musd=50.0)
SLOW = b.mode(mode="greenfield", lead_months=2, fixed_cost_musd=1.0)


def test_earliest_before_cheapest():
    # Slow: 1 + 2·10 = 21. Quick: 50, ready at once.
    cheapest = hurried(modes=(QUICK, SLOW))
    assert objective(cheapest) == musd(21.0)
    plan = solve(but(cheapest, goals=("earliest", "min_cost")))
    assert plan.header["objective_musd"] == musd(50.0)
    assert [goal["goal"] for goal in plan.header["goals"]] == ["earliest", "min_cost"]
    assert plan.header["goals"][0]["value"] == musd(0.0)
    assert plan.header["goals"][1]["value"] == musd(50.0)


def test_the_cheapest_of_the_earliest():
    # Two ways to be ready at once: 50, or 40 by the second site.
    other = b.site(site_id="b", name="B", modes=(but(QUICK, fixed_cost_musd=40.0),))
    two = b.instance(sites=(b.site(modes=(QUICK, SLOW)), other), workloads=(HURRY,))
    assert objective(but(two, goals=("earliest", "min_cost"))) == musd(40.0)


def test_an_earlier_goal_is_held_within_the_tolerance():
    # Slow: 1 + 2·10 = 21; quick: 21.1. The earliest within 0.5 % of 21 (21.105) is the quick one; within 0.1 % (21.021) the slow.
    both = hurried(modes=(b.mode(fixed_cost_musd=21.1), SLOW))
    listed = but(both, goals=("min_cost", "earliest", "min_cost"), priority_tolerance=0.005)
    assert objective(listed) == musd(21.1)
    assert objective(but(listed, priority_tolerance=0.001)) == musd(21.0)


def test_earliest_counts_months_not_ready():
    # Ready in month 2, though it is wanted in month 6 only: 2 months. By quarters: 3.
    slow = but(with_mode(lead_months=2), workloads=wanted(6), goals=("earliest", "min_cost"))
    assert solve(slow).header["goals"][0]["value"] == musd(2.0)
    assert solve(in_quarters(slow)).header["goals"][0]["value"] == musd(3.0)


def test_earliest_weighs_by_target():
    # 3,000 ready in month 0 (3 MW stand), 1,000 more after the lead of 4 months: 4·1,000/4,000 = 1; the other way round 3.
    runs = (but(HURRY, gpus_h100e=3000.0), but(HURRY, name="second"))
    four = but(with_mode(initial_it_mw=3.0, lead_months=4), workloads=runs, goals=("earliest", "min_cost"))
    assert solve(four).header["goals"][0]["value"] == musd(1.0)


def test_never_ready_counts_in_earliest():
    # The second run never fits: (12 + 24)·1,000/4,000 = 9.
    runs = (but(HURRY, gpus_h100e=3000.0), but(HURRY, name="second"))
    three = but(with_mode(max_it_mw=3.0), workloads=runs, goals=("earliest", "min_cost"))
    assert solve(three).header["goals"][0]["value"] == musd(9.0)


def rich(first="a", second="b"):
    """Two sites with different prices, a discount and a bit of everything; the second is the cheaper one."""
    sites = tuple(
        b.site(
            site_id=name, name=name.upper(), sales_tax_fraction=0.05, property_tax_fraction_per_year=0.01,
            modes=(b.mode(capex_musd_per_mw=capex, lead_months=2, land_musd=1.0, staff_musd_per_mw_year=1.0,
                          residual_fraction=0.3),),
            tariffs=(b.tariff(energy_usd_per_mwh=50.0, demand_usd_per_kw_month=8.0, term_months=24, deposit_musd=0.5,
                              customer_capex_musd=1.0, capex_refund_months=24, min_take_fraction=0.8),),
        )
        for name, capex in ((first, 12.0), (second, 9.0))
    )
    gpu = b.gpu(price_usd=30_000.0, network_usd=5000.0, lifetime_months=48, resale_fraction=0.5, pay_after_delivery_months=1)
    return discounted(b.instance(sites=sites, gpus=(gpu,), workloads=(HURRY,)))


def started(plan):
    table = plan.tables["construction"]
    return set(table.loc[table["started"] == 1, "site_id"])


def test_the_ledger_is_the_objective():
    plan = solve(rich())
    ledger = plan.tables["ledger"]
    assert ledger["present_musd"].sum() == musd(plan.header["objective_musd"])
    by_header = sum(value for lines in plan.header["ledger_musd"].values() for value in lines.values())
    assert by_header == musd(plan.header["objective_musd"])
    cash = ledger[~ledger["group"].isin(["delay", "residual", "committed"])]
    assert cash["present_musd"].sum() == musd(plan.header["cash_cost_musd"])
    residual = ledger[ledger["group"] == "residual"]
    assert residual["present_musd"].sum() == musd(plan.header["residual_musd"])
    assert residual["present_musd"].max() < 0.0


def test_swapping_the_names_of_two_sites_swaps_nothing_else():
    plain, swapped = solve(rich("a", "b")), solve(rich("b", "a"))
    assert swapped.header["objective_musd"] == musd(plain.header["objective_musd"])
    assert started(plain) == {"b"}
    assert started(swapped) == {"a"}


def test_the_order_of_the_sites_does_not_matter():
    forth = rich()
    back = but(forth, sites=forth.sites[::-1])
    assert objective(back) == musd(objective(forth))
    assert started(solve(back)) == {"b"}


def test_two_sites_with_equal_data_cost_equal():
    dear, cheap = rich().sites
    twin = but(cheap, site_id="a", name="A")
    alone, other = objective(but(rich(), sites=(cheap,))), objective(but(rich(), sites=(twin,)))
    assert other == musd(alone)
    assert objective(but(rich(), sites=(cheap, twin))) == musd(alone)
    assert objective(but(rich(), sites=(dear,))) > alone + 1.0


def test_nothing_becomes_ready_when_it_is_no_longer_wanted():
    """Wanted only until month 2, but the first capacity is there in month 3: never ready, not "ready" in month 3 for nothing.

    earliest: 6 months not ready and 24 that never being ready counts = 30; if month 3 were allowed it would be 3.
    """
    late = b.instance(
        horizon=b.horizon(6),
        goals=("earliest",),
        sites=(b.site(modes=(b.mode(lead_months=3),)),),
        workloads=(b.workload(until=2),),
    )
    plan = solve(late)
    assert plan.header["goals"][0]["value"] == musd(30.0)
    assert plan.header["workloads"][0]["ready"] == ""


def test_no_idle_site_and_no_idle_contract_is_named():
    """Everything is free at both sites: the plan names the host alone, and contracts the 1 MW it needs, not the 1,000 it may."""
    idle = b.instance(sites=(b.site(), b.site(site_id="b", name="B")), workloads=(b.workload(delay_cost_musd_per_month=1.0),))
    plan = solve(idle)
    assert len(plan.header["sites"]) == 1
    assert plan.tables["power"]["contracted_mw"].max() == musd(1.0)
