"""Index tariffs: the price of every hour, what is paid on top of it, credits, charges on peaks, the PUE of the hour."""

from __future__ import annotations

from dataclasses import replace

from optimizer.core.hours import TypicalDays
from tests import builders as b
from tests.model.hand import but, line, musd, objective, solve
from tests.model.hourly import NEVER_IN_A_MONTH, ONE_DAY, TWO_DAYS, halves, hourly, index, series

NODE = series("node", halves(20.0, 60.0))


def test_every_hour_has_its_price():
    # 372 h at 20 and 372 h at 60 USD/MWh: 29,760 USD.
    assert objective(hourly((index(),), NODE)) == musd(0.02976)
    # A firm tariff at 45 (33,480 USD) is no better; it is once the adder is 10 (37,200 USD).
    firm = b.tariff(energy_usd_per_mwh=45.0, exclusive_group="line")
    assert objective(hourly((index(exclusive_group="line"), firm), NODE)) == musd(0.02976)
    assert objective(hourly((index(exclusive_group="line", adder_usd_per_mwh=10.0), firm), NODE)) == musd(0.03348)


def test_two_tariffs_share_the_hours():
    # Index at 20 in 372 h, firm at 45 in the 372 h in which the node has 60: 7,440 + 16,740.
    assert objective(hourly((index(), b.tariff(energy_usd_per_mwh=45.0)), NODE)) == musd(0.02418)


def test_what_is_paid_on_top_of_the_node():
    # 744 MWh at 40 on average, 5 adder, 1 ancillary: 34,224 USD of energy; 3 for transmission: 2,232 USD.
    plan = solve(hourly((index(adder_usd_per_mwh=5.0, ancillary_usd_per_mwh=1.0, transmission_usd_per_mwh=3.0),), NODE))
    assert line(plan, "operations", "energy") == musd(0.034224)
    assert line(plan, "operations", "transmission") == musd(0.002232)


def test_prices_of_a_series_escalate():
    instance = hourly((index(),), NODE)
    grown = but(instance, currency_year=2021, escalation=replace(instance.escalation, power=0.1))
    assert objective(grown) == musd(0.02976 * 1.21)


def test_a_price_below_zero_is_a_credit():
    # 372 h at -20 and 372 h at 60: 22,320 USD paid, 7,440 USD credited.
    plan = solve(hourly((index(),), series("node", halves(-20.0, 60.0))))
    assert line(plan, "operations", "energy") == musd(0.02232)
    assert line(plan, "operations", "energy_credit") == musd(-0.00744)
    # An adder of 25 lifts all hours above 0: 372 h at 5 and 372 h at 85.
    lifted = solve(hourly((index(adder_usd_per_mwh=25.0),), series("node", halves(-20.0, 60.0))))
    assert line(lifted, "operations", "energy") == musd(0.03348)
    assert line(lifted, "operations", "energy_credit") == 0.0


def test_a_credit_comes_back_to_the_purse():
    # 22,320 USD out and 7,440 USD back in the same month: 14,880 USD are enough, 14,800 are not.
    instance = hourly((index(),), series("node", halves(-20.0, 60.0)))
    rich = but(instance, has_budget=True, purses=(b.purse(amounts=((0, 0.01489),)),))
    poor = but(instance, has_budget=True, purses=(b.purse(amounts=((0, 0.0148),)),))
    assert objective(rich) == musd(0.01488)
    assert objective(poor) == musd(NEVER_IN_A_MONTH)


def test_a_credit_for_energy_buys_no_hardware():
    # GPUs cost 1 USD each (1,000 USD) and come out of a purse without money; the credit of 7,440 USD belongs to operations.
    priced = but(hourly((index(),), series("node", halves(-20.0, 60.0))), gpus=(b.gpu(price_usd=1.0),), has_budget=True)
    monthly = b.purse(name="monthly", amounts=((0, 1.0),), pays_for=("operations", "lease", "rent", "deposits"))
    empty = b.purse(name="empty", amounts=((0, 0.0),), pays_for=("capital",))
    assert objective(but(priced, purses=(monthly, empty))) == musd(NEVER_IN_A_MONTH)
    filled = but(empty, amounts=((0, 0.001),))
    assert objective(but(priced, purses=(monthly, filled))) == musd(0.01488 + 0.001)


def test_days_of_two_kinds():
    # January has 16 even days at 10 and 15 odd ones at 50: 24 · (160 + 750) = 21,840 USD.
    year = series("node", [10.0] * 24, [50.0] * 24)
    assert objective(hourly((index(),), year, days=TWO_DAYS)) == musd(0.02184)
    # One typical day with the prices of even days has the month's mean all the same.
    assert objective(hourly((index(),), year, days=ONE_DAY)) == musd(0.02184)


def test_quarters_have_the_hours_of_their_months():
    # January to March 2023: 2,160 h at 40 on average.
    quarter = but(hourly((index(),), NODE), horizon=b.horizon(3, 3, "2023-01"))
    assert objective(quarter) == musd(2160 * 40.0 / 1e6)


def test_capacity_is_billed_on_the_peak():
    # 2 USD per kW and month on 1 MW; on 1.5 MW where the peak is one and a half times the mean.
    capacity = index(capacity_usd_per_kw_month=2.0)
    assert objective(hourly((capacity,), NODE)) == musd(0.02976 + 0.002)
    assert objective(hourly((capacity,), NODE, peak_facility_ratio=1.5)) == musd(0.02976 + 0.003)


def test_the_hour_of_the_system_peak():
    # Hour 17 of 1 January is the peak, at 50 USD per kW: 50,000 USD on 1 MW.
    values = [0.0] * 8760
    values[17] = 1.0
    peak = replace(series("peak", [0.0] * 24, kind="flag"), values=tuple(values))
    own_day = TypicalDays((0, 1, 90, 181, 273), (0, *(1 for _ in range(89)), *ONE_DAY.stands_for[90:]))
    coincident = index(coincident_usd_per_kw=50.0, coincident_series="peak")
    flat = series("node", [40.0] * 24)
    assert objective(hourly((coincident,), flat, peak, days=own_day)) == musd(0.02976 + 0.05)
    # Another tariff at 1,000 USD/MWh carries that one hour: 743 h at 40, 1 h at 1,000.
    other = b.tariff(energy_usd_per_mwh=1000.0)
    assert objective(hourly((coincident, other), flat, peak, days=own_day)) == musd(0.02972 + 0.001)


def test_load_follows_the_pue_of_the_hour():
    # 372 h of 1.1 MW at 20 and 372 h of 1.3 MW at 60: 372 · (22 + 78) = 37,200 USD; with 1.2 all day 372 · 96.
    pue = series("pue", halves(1.1, 1.3), kind="pue")
    warm = {"annual_pue": 1.2, "peak_facility_ratio": 1.3}
    assert objective(hourly((index(),), NODE, pue, pue_series="pue", **warm)) == musd(0.0372)
    assert objective(hourly((index(),), NODE, **warm)) == musd(0.035712)
    # The peak of 1.3 MW is that of the warm hours: nothing is laid on top of it. With a ratio of 1.4 it is 0.1 MW.
    capacity = index(capacity_usd_per_kw_month=2.0)
    assert objective(hourly((capacity,), NODE, pue, pue_series="pue", **warm)) == musd(0.0372 + 0.0026)
    hotter = warm | {"peak_facility_ratio": 1.4}
    assert objective(hourly((capacity,), NODE, pue, pue_series="pue", **hotter)) == musd(0.0372 + 0.0028)


def test_the_peak_is_shared_by_the_tariffs():
    # Peak 1.5 MW, load 1 MW. The index tariff (capacity 2 USD/kW) may leave the 0.5 MW to a dear one without capacity charge.
    capacity = index(capacity_usd_per_kw_month=2.0)
    dear = b.tariff(energy_usd_per_mwh=500.0)
    assert objective(hourly((capacity, dear), NODE, peak_facility_ratio=1.5)) == musd(0.02976 + 0.002)
