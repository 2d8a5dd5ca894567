"""Fleet: supply, lots, install time, lifetime, what hardware costs, what stands already."""

from __future__ import annotations

import pytest

from optimizer.core.calendar import Calendar
from optimizer.model.data_bounds import DataBounds
from tests import builders as b
from tests.model.hand import HURRY, NEVER, but, in_quarters, line, musd, objective, solve, wanted, with_gpu

DEAR = 10_000.0  # usd per GPU: 1,000 of them cost 10 musd


def test_supply_by_date():
    # 400 a month: 400, 800, 1,200: whole in month 2.
    assert objective(with_gpu(lot=200, supply=((0, 400.0),))) == musd(20.0)
    # Nothing before the first key.
    assert objective(with_gpu(supply=((3, 1000.0),))) == musd(30.0)
    # The later key replaces the earlier: 400 + 600 by month 1.
    assert objective(with_gpu(lot=200, supply=((0, 400.0), (1, 600.0)))) == musd(10.0)
    assert objective(with_gpu(supply=None)) == musd(0.0)


def test_supply_of_a_quarter_is_the_sum_of_its_months():
    # Nothing in month 0, 500 in the months 1 and 2: a quarter brings 1,000, at once; by months the run is 2 late.
    supplied = with_gpu(lot=500, supply=((1, 500.0),))
    assert objective(in_quarters(supplied)) == musd(0.0)
    assert objective(supplied) == musd(20.0)


def test_supply_is_shared_by_all_sites():
    # Two runs at two sites of 1 MW, 1,000 GPUs a month: the second run is one month late.
    sites = tuple(b.site(site_id=name, name=name, modes=(b.mode(max_it_mw=1.0),)) for name in ("a", "b"))
    runs = (HURRY, but(HURRY, name="second"))
    shared = b.instance(sites=sites, workloads=runs, gpus=(b.gpu(supply=((0, 1000.0),)),))
    assert objective(shared) == musd(10.0)
    assert objective(but(shared, gpus=(b.gpu(),))) == musd(0.0)


def test_lots_are_whole():
    # 1,000 GPUs at 10,000 usd: 10; in lots of 600: 1,200 GPUs, 12.
    assert objective(with_gpu(price_usd=DEAR, lot=0)) == musd(10.0)
    assert objective(with_gpu(price_usd=DEAR, lot=600)) == musd(12.0)


@pytest.mark.parametrize(("supply", "lot", "offers"), [
    (((0, 999.0),), 1000, [0, 1, 1, 1, 1, 1]),
    (((0, 3999.0),), 1000, [3, 4, 4, 4, 4, 4]),
    (((0, 3999.9999999),), 1000, [4, 4, 4, 4, 4, 4]),  # as good as 4,000: sums of months are rounded
    (((0, 250.25),), 1001, [0, 0, 0, 1, 0, 0]),
    (((0, 100.1),), 1001, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),  # ten months of it sum up to 1,000.9999999999999 or so
    (((1, 600.0), (3, 0.0), (4, 1000.0)), 1000, [0, 0, 1, 0, 1, 1]),  # 200 are left, and wait
    (((0, 2500.0), (2, 0.0)), 1000, [2, 3, 0]),
])
def test_what_is_left_below_a_whole_lot_counts_for_the_next_one(supply, lot, offers):
    gpu = b.gpu(supply=supply, lot=lot)
    needs = DataBounds(b.instance(gpus=(gpu,)), Calendar("2024-01", 12, 1))
    assert [needs.on_offer(gpu, t) for t in range(len(offers))] == [lots * lot for lots in offers]


def test_lots_on_offer_by_quarters():
    # 2,997, 5,994, 8,991, 11,988 shipped: 2, 5, 8, 11 whole lots.
    gpu = b.gpu(supply=((0, 999.0),))
    needs = DataBounds(b.instance(gpus=(gpu,)), Calendar("2024-01", 12, 3))
    assert [needs.on_offer(gpu, t) for t in range(4)] == [2000, 3000, 3000, 3000]


def test_any_number_is_on_offer_without_lots():
    gpu = b.gpu(supply=((0, 999.5), (2, 10.0)), lot=0)
    needs = DataBounds(b.instance(gpus=(gpu,)), Calendar("2024-01", 12, 1))
    assert [needs.on_offer(gpu, t) for t in range(3)] == [999.5, 999.5, 10.0]


def test_a_run_waits_for_its_lot_and_no_longer():
    # One lot of 1,000: whole in month 1 at 999 a month, in month 2 at 400. By quarters at once.
    assert objective(with_gpu(supply=((0, 999.0),))) == musd(10.0)
    assert objective(with_gpu(supply=((0, 400.0),))) == musd(20.0)
    assert objective(in_quarters(with_gpu(supply=((0, 400.0),)))) == musd(0.0)


def test_a_lot_that_nobody_takes_lapses():
    # Two lots for a site whose land is paid in month 3 (and worth as much at the end); one is on offer in each of the months 1, 3 and 5.
    late = b.purse(amounts=((3, 1.0),))
    site = b.site(modes=(b.mode(land_musd=1.0),))
    two = but(HURRY, gpus_h100e=2000.0)
    gpu = b.gpu(supply=((0, 500.0), (5, 1000.0)))
    assert objective(b.instance(sites=(site,), gpus=(gpu,), workloads=(two,), purses=(late,), has_budget=True)) == musd(50.0)


def test_install_time():
    assert objective(with_gpu(install_months=2)) == musd(20.0)
    # One month by quarters: online in the next quarter.
    assert objective(in_quarters(with_gpu(install_months=1))) == musd(30.0)


def test_gpus_arrive_while_the_hall_is_built():
    # Lead 3 and install 3 run side by side, since a delivery needs a start and no more: ready in month 3, not 6.
    site = b.site(modes=(b.mode(lead_months=3),))
    assert objective(but(with_gpu(install_months=3), sites=(site,))) == musd(30.0)


def test_what_hardware_costs():
    # 1,000 GPUs: 10 + spares 5 % = 0.5 + network 2,000 usd = 2 + installation 500 usd = 0.5: 13.
    plan = solve(with_gpu(price_usd=DEAR, spares_fraction=0.05, network_usd=2000.0, install_usd=500.0))
    assert plan.header["objective_musd"] == musd(13.0)
    assert line(plan, "capital", "gpus") == musd(10.0)
    assert line(plan, "capital", "spares") == musd(0.5)
    assert line(plan, "capital", "network") == musd(2.0)
    assert line(plan, "capital", "installation") == musd(0.5)


def test_spares_are_not_counted_against_the_supply():
    # 1,000 GPUs are all there will ever be, and 10 % spares with them: 10 + 1.
    assert objective(with_gpu(price_usd=DEAR, spares_fraction=0.1, supply=((0, 1000.0), (1, 0.0)))) == musd(11.0)


def test_a_short_life_asks_for_replacement():
    # Bought in month 0 and again in month 6: 20. For life: 10.
    assert objective(with_gpu(price_usd=DEAR, lifetime_months=6)) == musd(20.0)
    assert objective(with_gpu(price_usd=DEAR)) == musd(10.0)


def test_life_is_rounded_up_to_whole_quarters():
    # Six months of need, four of life: bought twice by months; by quarters the first purchase lives to the end of the second.
    half = but(with_gpu(price_usd=DEAR, lifetime_months=4), horizon=b.horizon(6))
    assert objective(half) == musd(20.0)
    assert objective(in_quarters(half, months=6)) == musd(10.0)


def test_life_begins_at_delivery_not_at_installation():
    # Six months, wanted from month 1 at 100 a month, installed in one: delivered in month 0, online 1 to 5. Five months of life
    # end after month 4, so month 5 needs a second purchase.
    late = b.instance(horizon=b.horizon(6), workloads=(b.workload(delay_cost_musd_per_month=100.0, wanted_from=1),))
    six = b.gpu(price_usd=DEAR, install_months=1, lifetime_months=6)
    assert objective(but(late, gpus=(six,))) == musd(10.0)
    assert objective(but(late, gpus=(but(six, lifetime_months=5),))) == musd(20.0)


def test_resale_at_the_end_of_the_horizon():
    # Half of life left after 12 of 24 months, sold at half: 10·0.5·0.5 = 2.5 back. Spares and network bring nothing.
    plan = solve(with_gpu(price_usd=DEAR, lifetime_months=24, resale_fraction=0.5, network_usd=2000.0, spares_fraction=0.05))
    assert line(plan, "residual", "gpus") == musd(-2.5)
    assert plan.header["objective_musd"] == musd(10.0 + 0.5 + 2.0 - 2.5)
    assert plan.header["cash_cost_musd"] == musd(12.5)


def test_nothing_is_resold_after_the_end_of_life():
    # Needed to month 5, life of 6 months, horizon 12: the value stays at 0 and does not fall below.
    short = with_gpu(price_usd=DEAR, lifetime_months=6, resale_fraction=0.5)
    assert objective(but(short, workloads=wanted(0, until=5))) == musd(10.0)


def test_initial_gpus_are_sunk():
    # They cost nothing and are sold for nothing.
    standing = with_gpu(price_usd=DEAR, initial_gpus=(("a", 1000),), lifetime_months=24, resale_fraction=0.5)
    assert objective(standing) == musd(0.0)
    assert objective(with_gpu(price_usd=DEAR)) == musd(10.0)


def test_initial_gpus_are_online_at_once_and_retire():
    # Neither installed nor supplied; after 6 months a new set is bought.
    standing = with_gpu(price_usd=DEAR, initial_gpus=(("a", 1000),), lifetime_months=6)
    assert objective(standing) == musd(10.0)
    sunk = with_gpu(initial_gpus=(("a", 1000),), install_months=3, supply=((3, 1000.0),))
    assert objective(sunk) == musd(0.0)


def test_more_efficient_gpus_need_less_power():
    # 1 MW of capacity: 1,000 GPUs fit at 1.0 kW, not at 1.1 kW.
    one = (b.site(modes=(b.mode(max_it_mw=1.0),)),)
    assert objective(but(with_gpu(it_kw_per_gpu=1.0), sites=one)) == musd(0.0)
    assert objective(but(with_gpu(it_kw_per_gpu=1.1), sites=one)) == musd(NEVER)


def test_capacity_holds_for_the_models_that_are_used():
    # H200 are free and take 2 kW, H100 cost 10 musd and take 1 kW: 1 MW holds only H100, 2 MW hold either.
    gpus = (b.gpu(price_usd=DEAR), b.gpu(name="H200", it_kw_per_gpu=2.0))
    either = b.instance(gpus=gpus, workloads=(but(HURRY, accepts=("H100", "H200")),))
    for max_it_mw, expected in ((1.0, 10.0), (2.0, 0.0)):
        assert objective(but(either, sites=(b.site(modes=(b.mode(max_it_mw=max_it_mw),)),))) == musd(expected)


def test_a_delivery_needs_a_started_site():
    # Wanted from month 6; land of 10 is taxed with 1 % a month from the start: 0.6. GPUs that are shipped in month 0 only ask for
    # a start in month 0: 1.2.
    site = b.site(property_tax_fraction_per_year=0.12, modes=(b.mode(land_musd=10.0),))
    land = b.instance(sites=(site,), workloads=wanted(6))
    assert objective(land) == musd(0.6)
    assert objective(but(land, gpus=(b.gpu(supply=((0, 1000.0), (1, 0.0))),))) == musd(1.2)


def test_hardware_waits_for_power_unpowered():
    # Only 1,000 GPUs of month 0 are ever shipped; the hall stands in month 3. They wait: 30.
    site = b.site(modes=(b.mode(lead_months=3),))
    assert objective(but(with_gpu(supply=((0, 1000.0), (1, 0.0))), sites=(site,))) == musd(30.0)


def test_fleet_table():
    # Ordered 2 months before the delivery of month 4, online after one month, retired in month 9 after 5 months of life.
    gpu = b.gpu(install_months=1, pay_at_order_fraction=0.2, order_lead_months=2, lifetime_months=5, price_usd=DEAR,
                supply=((4, 1000.0), (5, 0.0)))
    plan = solve(b.instance(gpus=(gpu,), workloads=wanted(5, until=8)))
    fleet = plan.tables["fleet"].set_index("period")
    assert fleet.loc["2024-03", "ordered"] == pytest.approx(1000.0)
    assert fleet.loc["2024-05", "delivered"] == pytest.approx(1000.0)
    assert fleet.loc["2024-05", "online"] == pytest.approx(0.0)
    assert fleet.loc["2024-06", "online"] == pytest.approx(1000.0)
    assert fleet.loc["2024-10", "retired"] == pytest.approx(1000.0)
    assert fleet.loc["2024-10", "online"] == pytest.approx(0.0)
