"""Sales tax with its exemption, property tax with its abatement."""

from __future__ import annotations

import pytest

from tests import builders as b
from tests.model.hand import but, hurried, in_quarters, line, musd, objective, solve, wanted, with_gpu

HARDWARE = {"price_usd": 10_000.0, "spares_fraction": 0.05, "network_usd": 2000.0}  # 10 + 0.5 + 2 = 12.5 musd for 1,000 GPUs


def taxed(gpu=None, modes=None, **site_changes):
    site = b.site(sales_tax_fraction=0.1, modes=modes or (b.mode(),), **site_changes)
    return but(with_gpu(**(gpu or HARDWARE)), sites=(site,))


def owning(gpu=None, modes=None, **site_changes):
    """Property tax of 12 % a year: 1 % of the assessed value a month."""
    site = b.site(property_tax_fraction_per_year=0.12, modes=modes or (b.mode(),), **site_changes)
    return but(with_gpu(**(gpu or {})), sites=(site,))


def test_sales_tax_is_on_gpus_spares_and_network():
    # 10 % of 12.5: 1.25. Installation is labour and free.
    plan = solve(taxed({**HARDWARE, "install_usd": 500.0}))
    assert line(plan, "capital", "sales_tax") == musd(1.25)
    assert plan.header["objective_musd"] == musd(12.5 + 0.5 + 1.25)
    assert objective(with_gpu(**HARDWARE)) == musd(12.5)


@pytest.mark.parametrize(("exempt", "expected"), [("false", 13.75), ("unknown", 13.75), ("true", 12.5)])
def test_exemption(exempt, expected):
    assert objective(taxed(sales_tax_exempt=exempt)) == musd(expected)


def test_exemption_from_a_threshold_on():
    # 12.5 of hardware are below 20: taxed.
    assert objective(taxed(sales_tax_exempt="true", exempt_min_musd=20.0)) == musd(13.75)
    # With 8 musd/MW of construction 20.5 are bought: exempt.
    built = (b.mode(capex_musd_per_mw=8.0),)
    assert objective(taxed(modes=built, sales_tax_exempt="true", exempt_min_musd=20.0)) == musd(20.5)
    # So with 8 of land (which is worth 8 at the end): 12.5 + 8 - 8.
    land = (b.mode(land_musd=8.0),)
    assert objective(taxed(modes=land, sales_tax_exempt="true", exempt_min_musd=20.0)) == musd(12.5)
    # And with 8 musd/MW of liquid cooling.
    cooled = (b.mode(cooling="air", liquid_adder_musd_per_mw=8.0),)
    liquid = {**HARDWARE, "cooling": "liquid"}
    assert objective(taxed(liquid, cooled, sales_tax_exempt="true", exempt_min_musd=20.0)) == musd(20.5)


def test_fixed_cost_is_construction_and_counts_towards_the_threshold():
    # 12.5 + 8 = 20.5: a fixed cost stands in the line construction.
    fixed = (b.mode(fixed_cost_musd=8.0),)
    assert objective(taxed(modes=fixed, sales_tax_exempt="true", exempt_min_musd=20.0)) == musd(20.5)


def test_buying_more_to_be_exempt():
    # 12.5 are bought, 13 would be free of the tax of 1.25: 40 GPUs more for 0.5.
    plan = solve(taxed({**HARDWARE, "lot": 0}, sales_tax_exempt="true", exempt_min_musd=13.0))
    assert plan.header["objective_musd"] == musd(13.0)
    fleet = plan.tables["fleet"]
    assert fleet["delivered"].sum() == pytest.approx(1040.0, rel=1e-5)
    assert fleet["exempt_delivered"].sum() == pytest.approx(1040.0, rel=1e-5)


def late(more_from: int, **gpu):
    """1,000 GPUs in month 0, and any more of them only from a month on; 13 musd of hardware are exempt."""
    supply = ((0, 1000.0), (1, 0.0), (more_from, 1000.0))
    return {**HARDWARE, "lot": 0, "supply": supply, **gpu}


def test_gpus_that_are_never_online_earn_no_exemption():
    # Online a month after delivery, 10 late. 40 more in month 10 are online in month 11: 13; in month 11 they never are: 12.5 and 1.25.
    for more_from, expected in ((10, 10.0 + 13.0), (11, 10.0 + 12.5 + 1.25)):
        gpu = late(more_from, install_months=1)
        assert objective(taxed(gpu, sales_tax_exempt="true", exempt_min_musd=13.0)) == musd(expected)
    # Worn out before they are installed: nothing of them counts, the threshold is met by works.
    gone, works = late(0, install_months=3, lifetime_months=3), (b.mode(fixed_cost_musd=13.0),)
    assert solve(taxed(gone, works, sales_tax_exempt="true", exempt_min_musd=13.0)).header["audit"]["passed"]


def test_gpus_that_never_serve_earn_no_exemption():
    # The vendor has 1,000 GPUs for 12.5 of the model of the run. 40 of another would make 13, but no run accepts them: tax of 1.25.
    ours, theirs = b.gpu(**HARDWARE, lot=0, supply=((0, 1000.0), (1, 0.0))), b.gpu(name="other", family="other", **HARDWARE, lot=0)
    site = b.site(sales_tax_fraction=0.1, sales_tax_exempt="true", exempt_min_musd=13.0)
    elsewhere = b.site(site_id="b", sales_tax_fraction=0.1)
    second = b.workload(name="second", gpus_h100e=40.0, accepts=("other",), delay_cost_musd_per_month=10.0)
    alone = but(with_gpu(), gpus=(ours, theirs), sites=(site,))
    assert objective(alone) == musd(12.5 + 1.25)
    # A second run of 40 GPUs takes them: 0.5 more, and nothing is taxed; where it may not run here, both are taxed.
    assert objective(but(alone, workloads=(*wanted(0), second))) == musd(13.0)
    small = but(site, modes=(b.mode(max_it_mw=1.0),))
    assert objective(but(alone, workloads=(*wanted(0), second), sites=(small, elsewhere))) == musd(13.0 + 1.3)


def test_gpus_too_many_for_their_hall_earn_no_exemption():
    # 40 more of the same model make 13, where a hall of 1.04 MW powers them; in one of 1 MW they stand idle.
    for most_mw, expected in ((1.04, 13.0), (1.0, 12.5 + 1.25)):
        modes = (b.mode(max_it_mw=most_mw),)
        assert objective(taxed({**HARDWARE, "lot": 0}, modes, sales_tax_exempt="true", exempt_min_musd=13.0)) == musd(expected)


def test_what_serves_is_asked_at_the_end_of_the_window_or_of_the_workload():
    # The run ends with month 5; 40 more from month 5 on run in it, from month 6 on they never do.
    for more_from, expected in ((5, 13.0), (6, 12.5 + 1.25)):
        brief = but(taxed(late(more_from), sales_tax_exempt="true", exempt_min_musd=13.0), workloads=wanted(0, until=5))
        assert objective(brief) == musd(expected)
    # A window of 4 months ends before it: 40 more in month 3 run in time, in month 4 too late.
    for more_from, expected in ((3, 13.0), (4, 12.5 + 1.25)):
        site = {"sales_tax_exempt": "true", "exempt_min_musd": 13.0, "exempt_within_months": 4}
        assert objective(but(taxed(late(more_from), **site), workloads=wanted(0, until=5))) == musd(expected)
        # Installed a month later they serve a month later.
        waits = late(more_from - 1, install_months=1)
        assert objective(but(taxed(waits, **site), workloads=wanted(1, until=5))) == musd(expected)


def test_what_is_bought_after_the_window_earns_no_exemption():
    # Started in month 0. 40 more can be had from month 6 on: within 7 months, not within 6.
    for months, expected in ((6, 12.5 + 1.25), (7, 13.0), (60, 13.0)):
        site = {"sales_tax_exempt": "true", "exempt_min_musd": 13.0, "exempt_within_months": months}
        assert objective(taxed(late(6), **site)) == musd(expected)
        # In quarters the third begins in month 6.
        assert objective(in_quarters(taxed(late(6), **site))) == musd(expected)


def test_the_window_runs_from_the_start_of_the_site():
    # All GPUs come in month 6 and nothing is paid before: the site is started then, and a window of a month is enough.
    gpu = {**HARDWARE, "supply": ((6, 2000.0),)}
    site = {"sales_tax_exempt": "true", "exempt_min_musd": 12.5, "exempt_within_months": 1}
    assert objective(taxed(gpu, **site)) == musd(60.0 + 12.5)
    # With works of 4 months the start is month 2 at the latest, or the run waits longer: taxed.
    assert objective(taxed(gpu, (b.mode(lead_months=4),), **site)) == musd(60.0 + 12.5 + 1.25)
    assert objective(taxed(gpu, (b.mode(lead_months=4),), **{**site, "exempt_within_months": 5})) == musd(60.0 + 12.5)


def test_works_count_in_the_month_of_their_service():
    # 0.5 of construction in service in month 4, on an air-cooled hall in 4 months: the window holds it from 5 months on.
    works = (b.mode(capex_musd_per_mw=0.5, lead_months=4),)
    for months, expected in ((4, 40.0 + 12.5 + 1.25 + 0.5), (5, 40.0 + 13.0)):
        site = {"sales_tax_exempt": "true", "exempt_min_musd": 13.0, "exempt_within_months": months}
        assert objective(taxed({**HARDWARE, "supply": ((0, 1000.0), (1, 0.0))}, works, **site)) == musd(expected)


def test_property_tax_falls_with_the_value_of_the_gpus():
    # 10 musd, a life of 100 months: 1 % of 10·(1 - a/100) for a = 0 to 11: 0.1·(12 - 66/100) = 1.134.
    gpus = {"price_usd": 10_000.0, "lifetime_months": 100}
    assert objective(owning(gpus)) == musd(11.134)
    assert objective(with_gpu(**gpus)) == musd(10.0)
    # Spares and network are assessed too: 1.25 times as much.
    assert objective(owning({**HARDWARE, "lifetime_months": 100})) == musd(12.5 + 1.4175)


def test_property_tax_by_quarters():
    # Ages 0, 3, 6, 9, three months each: 0.1·3·(1 + 0.97 + 0.94 + 0.91) = 1.146.
    assert objective(in_quarters(owning({"price_usd": 10_000.0, "lifetime_months": 100}))) == musd(11.146)


def test_abatement():
    # Free for 6 months: the ages 6 to 11: 0.1·(6 - 51/100) = 0.549.
    assert objective(owning({"price_usd": 10_000.0, "lifetime_months": 100}, abatement_months=6)) == musd(10.549)


def test_abatement_counts_for_each_vintage():
    # Two runs, the second wanted in month 6, its GPUs bought then.
    # First 1,000 GPUs: ages 0 to 11, free to age 5: 0.549. Second: ages 0 to 5, all free.
    runs = (*wanted(0), *wanted(6, name="second"))
    both = but(owning({"price_usd": 10_000.0, "lifetime_months": 100}, abatement_months=6), workloads=runs)
    assert objective(both) == musd(20.549)
    # Without abatement: 1.134 + 0.1·(6 - 15/100) = 1.134 + 0.585.
    without = but(owning({"price_usd": 10_000.0, "lifetime_months": 100}), workloads=runs)
    assert objective(without) == musd(21.719)


def test_nothing_is_assessed_after_the_end_of_life():
    # Needed to month 5, life of 6 months: 0.1·(6 - 15/6) = 0.35, and nothing after.
    short = but(owning({"price_usd": 10_000.0, "lifetime_months": 6}), workloads=wanted(0, until=5))
    assert objective(short) == musd(10.35)


def test_property_tax_on_land_and_fixed_cost_from_the_start():
    # 1 % of 10 of land for 12 months; the land itself is worth its price at the end. Fixed cost of 10: 10 + 1.2.
    assert objective(owning(modes=(b.mode(land_musd=10.0),))) == musd(1.2)
    assert objective(owning(modes=(b.mode(fixed_cost_musd=10.0),))) == musd(11.2)
    assert objective(owning(modes=(b.mode(fixed_cost_musd=10.0),), abatement_months=6)) == musd(10.6)
    # Started in month 0 for service in month 4: the fixed cost is assessed from the start, construction from its service.
    early = (b.mode(fixed_cost_musd=10.0, lead_months=4),)
    assert objective(but(owning(modes=early), workloads=wanted(4))) == musd(11.2)
    late = (b.mode(capex_musd_per_mw=10.0, lead_months=4),)
    assert objective(but(owning(modes=late), workloads=wanted(4))) == musd(10.8)


def test_property_tax_on_construction_at_cost():
    # 10 musd/MW, no depreciation: 12·0.1 = 1.2; free for 6 months: 0.6.
    built = (b.mode(capex_musd_per_mw=10.0),)
    assert objective(owning(modes=built)) == musd(11.2)
    assert objective(owning(modes=built, abatement_months=6)) == musd(10.6)
    cooled = (b.mode(cooling="air", liquid_adder_musd_per_mw=10.0),)
    assert objective(owning({"cooling": "liquid"}, cooled)) == musd(11.2)


def test_initial_gpus_and_interconnection_are_not_assessed():
    standing = owning({"price_usd": 10_000.0, "initial_gpus": (("a", 1000),)})
    assert objective(standing) == musd(0.0)
    connected = hurried(property_tax_fraction_per_year=0.12, tariffs=(b.tariff(customer_capex_musd=6.0),))
    assert objective(connected) == musd(6.0)
