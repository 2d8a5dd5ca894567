"""Power purchase agreements: physical and financial, as produced and around the clock, never without load, never a profit beyond."""

from __future__ import annotations

from dataclasses import replace

from optimizer.core.hours import DAYS, MONTH_OF_DAY, Series
from tests import builders as b
from tests.model.by_the_hour import DAYTIME, daily, hourly, ppa, rules
from tests.model.hand import HURRY, NEVER, but, in_quarters, line, musd, objective, solve, wanted

GRID = b.tariff(energy_usd_per_mwh=50.0)
WORTHLESS = daily("hub", 0.0)
SUN = daily("sun", DAYTIME, "share")


def with_ppa(hub=WORTHLESS, grid=GRID, **changes):
    return hourly(hub, SUN, tariffs=(grid,), ppas=(ppa(**changes),))


def beyond(plan):
    ledger = plan.tables["ledger"]
    return ledger.loc[ledger["period"] == "beyond", "nominal_musd"].sum()


def test_own_use_of_a_physical_agreement():
    # 8,784 MWh: half at 30 + 5 of wires, half from the grid at 50: 0.37332; all from the grid: 0.4392.
    assert objective(with_ppa(mw_max=0.5, wires_usd_per_mwh=5.0)) == musd(0.37332)
    assert objective(hourly(WORTHLESS, tariffs=(GRID,), ppas=(ppa(mw_max=0.0),))) == musd(0.4392)
    # Wires at 25 make it dearer than the grid: not signed.
    assert objective(with_ppa(mw_max=0.5, wires_usd_per_mwh=25.0)) == musd(0.4392)


def test_as_produced_only_the_hours_with_yield_are_used():
    # Twelve hours of sun: 1 MW gives 12 MWh at 30, the grid 12 at 50: 960 a day, 0.35136 in 366 days. More would only be spilled.
    assert objective(with_ppa(profile_series="sun", form="as_produced")) == musd(0.35136)


def test_what_is_sold_earns_the_hub_less_the_fee():
    # Hub 40, fee 5: what is not used earns 35 and costs 30. As much energy as the load, 24 MWh a day: 2 MW of sun, 12 used, 12 sold:
    # 12·50 + 24·30 − 12·35 = 900 a day: 0.3294.
    sun = {"profile_series": "sun", "sell_back_fee_usd_per_mwh": 5.0}
    sold = with_ppa(daily("hub", 40.0), **sun)
    plan = solve(sold)
    assert plan.header["objective_musd"] == musd(0.3294)
    assert line(plan, "operations", "ppa_energy") == musd(24 * 30 * 366 / 1e6)
    assert line(plan, "operations", "ppa_sales") == musd(-12 * 35 * 366 / 1e6)
    # A fee of 11 leaves 29 of 40: nothing is bought to be sold. 960 a day as above.
    assert objective(with_ppa(daily("hub", 40.0), profile_series="sun", sell_back_fee_usd_per_mwh=11.0)) == musd(0.35136)


def test_energy_of_agreements_is_a_share_of_the_load():
    # At most half the load, 12 MWh a day: 1 MW of sun: nothing is sold, 960 a day.
    sold = with_ppa(daily("hub", 40.0), profile_series="sun", sell_back_fee_usd_per_mwh=5.0)
    assert objective(rules(sold, ppa_energy_share_max=0.5)) == musd(0.35136)
    assert objective(rules(sold, ppa_energy_share_max=1.0)) == musd(0.3294)


def test_mw_of_agreements_are_a_multiple_of_the_peak():
    # At most 1.5 MW on a peak of 1: 18 MWh a day, 6 sold: 12·50 + 18·30 − 6·35 = 930 a day: 0.34038.
    sold = with_ppa(daily("hub", 40.0), profile_series="sun", sell_back_fee_usd_per_mwh=5.0)
    assert objective(rules(sold, ppa_peak_multiple_max=1.5)) == musd(0.34038)


def test_without_load_it_earns_nothing():
    # Bought at 10, sold at 100: a profit of 90 on every MWh. The site is committed and has no firm MW: no load, no agreement.
    rich = {"strike_usd_per_mwh": 10.0, "mw_max": 10.0}
    for settlement in ("physical", "financial"):
        idle = hourly(daily("hub", 100.0), tariffs=(), ppas=(ppa(settlement=settlement, **rich),), is_committed=True)
        assert objective(idle) == musd(NEVER)
    # With load: all of it is sold and the load bought at 50 (as much energy as the load): 50 + 10 − 100 = −40 on 8,784 MWh.
    assert objective(with_ppa(daily("hub", 100.0), **rich)) == musd(-0.35136)


def test_an_agreement_does_not_outlast_the_load():
    # Load for 6 months, 4,368 h. A term of 6 months: 30 instead of 50; one of 12, or none at all, would stand without load.
    half = wanted(0, until=5)
    assert objective(but(with_ppa(term_months=6), workloads=half)) == musd(4368 * 30 / 1e6)
    assert objective(but(with_ppa(term_months=12), workloads=half)) == musd(4368 * 50 / 1e6)
    assert objective(but(with_ppa(), workloads=half)) == musd(4368 * 50 / 1e6)


def test_least_and_most_mw():
    # At least 1.2 MW on a peak of 1: not signed. Exactly 1 MW: 0.26352. At most 0.25: a quarter.
    assert objective(rules(with_ppa(mw_min=1.2), ppa_peak_multiple_max=1.0)) == musd(0.4392)
    assert objective(with_ppa(mw_min=1.0)) == musd(0.26352)
    assert objective(with_ppa(mw_max=0.25)) == musd(8784 * (0.25 * 30 + 0.75 * 50) / 1e6)


def test_a_least_mw_is_spilled_rather_than_sold_at_a_loss():
    # 2 MW at 20 are 40 an hour, less than 50 from the grid. At a hub of -10 the second MW is spilled: 0.35136; at a hub of 10 and a
    # fee of 4 it earns 6 an hour: 0.298656.
    two = {"mw_min": 2.0, "strike_usd_per_mwh": 20.0, "sell_back_fee_usd_per_mwh": 4.0}
    assert objective(rules(with_ppa(daily("hub", -10.0), **two), ppa_energy_share_max=2.0)) == musd(0.35136)
    assert objective(rules(with_ppa(daily("hub", 10.0), **two), ppa_energy_share_max=2.0)) == musd(0.298656)


def test_one_number_of_mw_over_the_whole_service():
    # 2 MW of load for 6 months (4,368 h), then 1 (4,416 h). One MW at 30 throughout, the second from the grid: 8,784·30 + 4,368·50 =
    # 0.48192. A second MW would save 20·4,368 and cost 30·4,416. Could MW follow the load, 13,152·30 = 0.39456 would do.
    runs = (HURRY, but(HURRY, name="short", until=5))
    two = with_ppa()
    assert objective(but(two, sites=(but(two.sites[0], max_gpus=2000.0),), workloads=runs)) == musd(0.48192)


def test_it_begins_when_it_is_available():
    # From July on (4,416 h) at 30, before (4,368 h) at 50: 0.35088. By quarters month 5 is July too.
    assert objective(with_ppa(available_from=6)) == musd(0.35088)
    assert objective(in_quarters(with_ppa(available_from=5))) == musd(0.35088)


def test_an_offer_lapses():
    # Three months of the term (test below): the first ones, 91 days = 2,184 h, when the offer lapses with January.
    assert objective(with_ppa(term_months=3, begin_by=0)) == musd(0.39552)
    # One that can only begin in months when it no longer stands is no offer; one that stands to the end changes nothing.
    assert objective(with_ppa(available_from=6, begin_by=5)) == musd(0.4392)
    assert objective(with_ppa(term_months=3, begin_by=11)) == musd(0.39504)


def test_it_begins_once():
    # Three months, at best 92 days = 2,208 h: 20 a MWh less: 0.4392 − 0.04416.
    assert objective(with_ppa(term_months=3)) == musd(0.39504)


def test_it_gives_no_firm_mw():
    assert objective(hourly(WORTHLESS, tariffs=(), ppas=(ppa(mw_max=10.0),))) == musd(NEVER)
    assert objective(with_ppa()) == musd(0.26352)


def test_the_strike_does_not_escalate_but_wires_and_sales_do():
    # July 2024 to June 2025 at 10 %: 4,416 h and 4,344 h. Strike 30, wires 5: 4,416·35 + 4,344·35.5 = 0.308772.
    grown = but(with_ppa(grid=b.tariff(energy_usd_per_mwh=100.0), wires_usd_per_mwh=5.0), horizon=b.horizon(12, 1, "2024-07"))
    grown = but(grown, escalation=replace(grown.escalation, power=0.1))
    assert objective(grown) == musd(0.308772)
    # 2 MW of which one is sold at 10: 60·8,760 − 10·4,416 − 11·4,344 = 0.433656.
    two = but(grown, sites=with_ppa(grid=b.tariff(energy_usd_per_mwh=100.0), mw_min=2.0).sites, series=(daily("hub", 10.0),))
    assert objective(rules(two, ppa_energy_share_max=2.0)) == musd(0.433656)


def test_a_financial_agreement_pays_the_difference():
    # Strike 30, hub 40: 10 on 8,784 MWh come back: 0.4392 − 0.08784. All energy is drawn from the grid all the same.
    plan = solve(with_ppa(daily("hub", 40.0), settlement="financial"))
    assert plan.header["objective_musd"] == musd(0.35136)
    assert line(plan, "operations", "energy") == musd(0.4392)
    assert line(plan, "operations", "ppa_credit") == musd(-0.08784)
    # Strike 45 would only cost: not signed.
    assert objective(with_ppa(daily("hub", 40.0), settlement="financial", strike_usd_per_mwh=45.0)) == musd(0.4392)


def test_a_financial_agreement_settles_as_produced():
    # Hub 100 by day and 0 by night. Sun at 30: 1 MW earns 70 on 12 h; 2 MW are 24 MWh, as much as the load: −1,680 a day. Around the
    # clock 1 MW earns 12·100 − 24·30 = 480 a day.
    hub = daily("hub", [100.0 * share for share in DAYTIME])
    sun = with_ppa(hub, settlement="financial", profile_series="sun")
    assert objective(sun) == musd(0.4392 - 366 * 1680 / 1e6)
    assert objective(with_ppa(hub, settlement="financial")) == musd(0.4392 - 366 * 480 / 1e6)


def test_the_basis_stays_with_the_buyer():
    # The node is at 55, the hub at 40, strike 30: bought at 55, 10 come back: 45 a MWh. Were the hub at the node: 30.
    node = daily("node", 55.0)
    index = b.tariff(kind="index", price_series="node")
    far = hourly(node, daily("hub", 40.0), tariffs=(index,), ppas=(ppa(settlement="financial"),))
    near = hourly(node, daily("hub", 55.0), tariffs=(index,), ppas=(ppa(settlement="financial"),))
    assert objective(far) == musd(8784 * 45 / 1e6)
    assert objective(near) == musd(8784 * 30 / 1e6)


def test_settlement_and_credit_are_two_lines_by_period():
    # Hub 20 in January, 40 from February: 744 h cost 10, 8,040 h bring 10.
    by_day = [20.0 if month == 1 else 40.0 for month in MONTH_OF_DAY]
    hub = Series("hub", "price", "USD/MWh", tuple(price for price in by_day for _ in range(24)))
    assert len(by_day) == DAYS
    plan = solve(with_ppa(hub, settlement="financial", mw_max=1.0, mw_min=1.0, term_months=12))
    assert line(plan, "operations", "ppa_settlement") == musd(0.00744)
    assert line(plan, "operations", "ppa_credit") == musd(-0.0804)
    # Free to begin, it begins in February.
    assert objective(with_ppa(hub, settlement="financial", mw_max=1.0)) == musd(0.4392 - 0.0804)


def test_what_is_left_of_the_term_costs_strike_less_hub():
    # 24 months of which 12 lie beyond: 8,760 h of 2025 at 30 − 20: 0.0876. Without a term, or with the hub at 40: nothing.
    dear = b.tariff(energy_usd_per_mwh=100.0)
    long = solve(with_ppa(daily("hub", 20.0), dear, term_months=24, mw_max=1.0))
    assert long.header["objective_musd"] == musd(0.26352 + 0.0876)
    assert beyond(long) == musd(0.0876)
    assert objective(with_ppa(daily("hub", 20.0), dear, mw_max=1.0)) == musd(0.26352)


def test_no_profit_is_counted_beyond_the_horizon():
    # Hub 40: 10 a MWh would come back beyond the horizon. Nothing does; it is used in full within it.
    dear = b.tariff(energy_usd_per_mwh=100.0)
    profit = solve(with_ppa(daily("hub", 40.0), dear, term_months=24, mw_max=1.0))
    assert profit.header["objective_musd"] == musd(0.26352)
    assert beyond(profit) == musd(0.0)
    # A fee of 15 makes it a loss of 5 for a physical agreement, not for a financial one.
    fee = {"sell_back_fee_usd_per_mwh": 15.0, "term_months": 24, "mw_max": 1.0}
    assert objective(with_ppa(daily("hub", 40.0), dear, **fee)) == musd(0.26352 + 8760 * 5 / 1e6)
    assert objective(with_ppa(daily("hub", 40.0), dear, settlement="financial", **fee)) == musd(0.8784 - 0.08784)


def test_what_is_left_goes_by_the_begin():
    # From July for 12 months: January to June 2025 are left, 4,344 h at 10. 4,368 h before at 100, 4,416 h at 30.
    dear = b.tariff(energy_usd_per_mwh=100.0)
    late = with_ppa(daily("hub", 20.0), dear, available_from=6, term_months=12, mw_max=1.0)
    assert objective(late) == musd((4368 * 100 + 4416 * 30 + 4344 * 10) / 1e6)


def test_a_leap_day_beyond_the_horizon_counts():
    # 2027 and 14 months: January and February 2028 with 60 days are left: 1,440 h at 10.
    dear = b.tariff(energy_usd_per_mwh=100.0)
    leap = but(with_ppa(daily("hub", 20.0), dear, term_months=14, mw_max=1.0), horizon=b.horizon(12, 1, "2027-01"), currency_year=2027)
    assert objective(leap) == musd((8760 * 30 + 1440 * 10) / 1e6)


def test_one_agreement_of_a_group():
    # Two of 0.5 MW: 0.26352; in one group only one of them, half from the grid: 0.35136.
    two = tuple(ppa(contract_id=name, mw_max=0.5) for name in ("one", "other"))
    grouped = tuple(replace(offer, exclusive_group="plant") for offer in two)
    assert objective(hourly(WORTHLESS, tariffs=(GRID,), ppas=two)) == musd(0.26352)
    assert objective(hourly(WORTHLESS, tariffs=(GRID,), ppas=grouped)) == musd(0.35136)


def test_what_comes_back_pays_bills():
    # A purse of 0.36 for operations. 50 less a credit of 10 on 8,784 MWh is 0.35136: it lasts the year. Without the agreement it buys
    # 7,200 MWh: three months late (6,600 h).
    purse = (b.purse(amounts=((0, 0.36),)),)
    paid = but(with_ppa(daily("hub", 40.0), settlement="financial"), purses=purse, has_budget=True)
    assert objective(paid) == musd(0.35136)
    without = but(hourly(tariffs=(GRID,), typical_days=None), purses=purse, has_budget=True)
    assert objective(without) == musd(30.0 + 6600 * 50 / 1e6)
    # Sales come back too: 2 MW of sun at 20 sell 12 of 24 MWh a day at 40: 12·50 + 24·20 − 12·40 = 600 a day, 0.2196.
    sun = but(with_ppa(daily("hub", 40.0), strike_usd_per_mwh=20.0, profile_series="sun"), purses=(b.purse(amounts=((0, 0.22),)),))
    assert objective(but(sun, has_budget=True)) == musd(0.2196)
