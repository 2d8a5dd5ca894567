"""Every MW carries the whole term from its own date: worked out by hand, one contract kind after the other.

One site of 1 MW, 2024 month by month (12 months), nothing discounted unless said. A term never saved by beginning at 0 MW or at little.
"""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.core.instance import Instance
from optimizer.plan.plan import Plan
from optimizer.report.terms import open_ends
from tests import builders as b
from tests.model.hand import HURRY, but, discount, discounted, hurried, line, musd, objective, solve, wanted, with_tariff

TEN = 10.0
"""USD per kW and month of billed demand: 0.01 musd per MW and month."""
TAKING: dict[str, Any] = {"demand_usd_per_kw_month": TEN, "min_take_fraction": 1.0}


def needed_from(month: int, **tariff: Any) -> Instance:
    """GPUs that come in a month, none before: 10 musd a month of delay until then are left out."""
    return but(with_tariff(**{**TAKING, **tariff}), workloads=wanted(month))


def power(plan: Plan, contract: str = "grid") -> Any:
    rows = plan.tables["power"]
    return rows[rows["contract_id"] == contract].set_index("period")


def test_a_term_serves_its_whole_length_from_the_first_mw():
    # Needed from month 6: 6 months at 0.01, and 6 of a term of 12 beyond the horizon. Begun at 0 MW in month 0 nothing would be owed.
    plan = solve(needed_from(6, term_months=12))
    assert plan.header["objective_musd"] == musd(0.12)
    ledger = plan.tables["ledger"]
    assert ledger[ledger["period"] == "beyond"]["nominal_musd"].sum() == musd(0.06)
    assert next(iter(power(plan).index)) == "2024-07"
    assert open_ends(plan) == {("a", "grid"): "2025-06"}


@pytest.mark.parametrize("mw_min", [0.0, 0.1])
def test_nothing_is_gained_by_beginning_with_little(mw_min: float):
    # With 0.1 MW needed from month 0 on and 1 MW from month 6 on: 12 months of 0.1 MW at 0.001, and 12 of the 0.9 MW added, at 0.009.
    runs = (but(HURRY, gpus_h100e=100.0), but(HURRY, name="second", gpus_h100e=900.0, wanted_from=6))
    grows = but(with_tariff(**TAKING, term_months=12, mw_min=mw_min), workloads=runs)
    plan = solve(grows)
    assert plan.header["objective_musd"] == musd(12 * 0.001 + 12 * 0.009)
    assert open_ends(plan) == {("a", "grid"): "2025-06"}


def test_take_or_pay_of_energy_runs_for_each_mw():
    # Needed from month 6: July to December 184 days, January to June 2025 181 days, 24 h at 50 usd: 0.438.
    take = {"energy_usd_per_mwh": 50.0, "min_energy_fraction": 1.0, "term_months": 12}
    assert objective(but(with_tariff(**take), workloads=wanted(6))) == musd((184 + 181) * 24 * 50e-6)


@pytest.mark.parametrize(("fee", "cost"), [(100.0, 0.12), (0.02, 0.06 + 0.02)])
def test_a_contract_that_may_be_left_owes_each_mw_too(fee: float, cost: float):
    # As above: 6 months of the term are left at the end of the horizon, or the fee.
    assert objective(needed_from(6, term_months=12, exit_musd=fee)) == musd(cost)


def test_mw_added_late_in_a_term_serve_a_term_of_their_own():
    # 0.4 MW from month 0, 0.6 more from month 4, a term of 6: the 0.4 MW are gone in month 6, the 0.6 MW in month 10. What 0.4 MW run
    # is over with month 5, what 0.6 MW run with month 9. 6 · 0.004 + 6 · 0.006 for the MW, and 10 months of the fixed charge of 0.1.
    runs = (but(HURRY, gpus_h100e=400.0, until=5), but(HURRY, name="second", gpus_h100e=600.0, wanted_from=4, until=9))
    plan = solve(but(with_tariff(**TAKING, term_months=6, fixed_usd_per_month=1e5), workloads=runs))
    assert plan.header["objective_musd"] == musd(6 * 0.004 + 6 * 0.006 + 10 * 0.1)
    path = [0.4] * 4 + [1.0] * 2 + [0.6] * 4 + [0.0] * 2
    assert power(plan)["contracted_mw"].tolist() == pytest.approx(path, abs=1e-6)


def test_no_mw_is_added_after_the_term_of_the_begin():
    # A term of 6 and 1 MW on offer: in month 6 it is over, and the contract is not renewed. The run is late by half a year.
    assert objective(with_tariff(term_months=6, mw_max=1.0)) == musd(60.0)
    # With 2 MW on offer a second MW may be added in month 5 for 6 months: begun in month 1, served in 1 to 11, late by one month.
    assert objective(with_tariff(term_months=6, mw_max=2.0)) == musd(10.0)


@pytest.mark.parametrize("mw_max", [1.0, 1.5, 1.99])
def test_a_load_is_served_beyond_one_term_only_by_mw_that_stand_twice(mw_max: float):
    # 18 months, a term of 6: the load's 1 MW serve for 6 months, whenever and in whatever parts they are added. Late by 12 months.
    longer = but(with_tariff(term_months=6, mw_max=mw_max), horizon=b.horizon(18))
    assert objective(longer) == musd(12 * 10.0)


def test_the_second_term_of_a_load_is_paid_beside_the_first():
    # 2 MW fit: begun in month 7, a second MW in the last month of that term (12), to the end: served in 7 to 17, late by 7 months. Each
    # MW pays its take of 0.01 a month over its own 6 months, both in month 12; none serves in a seventh.
    longer = but(with_tariff(**TAKING, term_months=6, mw_max=2.0), horizon=b.horizon(18))
    plan = solve(longer)
    assert plan.header["objective_musd"] == musd(7 * 10.0 + 2 * 6 * 0.01)
    stood = power(plan)["contracted_mw"]
    assert stood.loc["2024-08":].tolist() == pytest.approx([1.0] * 5 + [2.0] + [1.0] * 5, abs=1e-6)
    assert stood.sum() == pytest.approx(2 * 6, abs=1e-6)


def test_a_calendar_ramp_gives_each_step_a_term():
    # 0.5 MW from month 2, 1 MW from month 4 on; needed from month 3 (0.5 MW) and 6 (1 MW): each half owes 10 months at 0.005.
    runs = (but(HURRY, gpus_h100e=500.0, wanted_from=3), but(HURRY, name="second", gpus_h100e=500.0, wanted_from=6))
    stepped = but(with_tariff(**TAKING, term_months=10, ramp=((2, 0.5), (4, 1.0))), workloads=runs)
    plan = solve(stepped)
    assert plan.header["objective_musd"] == musd(2 * 10 * 0.005)
    assert power(plan)["contracted_mw"].iloc[0] == musd(0.5)
    assert next(iter(power(plan).index)) == "2024-04"


def test_nothing_is_signed_before_it_must_be():
    # 6 musd on the day of signing, 2 months before service; needed from month 6: signed in May, paid in months 4 and 5.
    early = discounted(but(with_tariff(customer_capex_musd=6.0, sign_lead_months=2, term_months=12), workloads=wanted(6)))
    plan = solve(early)
    assert plan.header["objective_musd"] == musd(3.0 * (discount(4) + discount(5)))
    signed = plan.tables["commitments"].set_index("subject")
    assert signed.loc["grid", "sign_by"] == "2024-05"
    contract = plan.header["sites"][0]["contracts"][0]
    assert (contract["from"], plan.header["sites"][0]["first_power"]) == ("2024-07", "2024-07")


@pytest.mark.parametrize("free", [{}, {"customer_capex_musd": 6.0}, {"deposit_musd": 2.0}, {"mw_min": 0.5}])
def test_a_begin_that_costs_the_same_is_the_latest(free: dict[str, Any]):
    # Without a discount it is all one when the contract begins: it begins with the load, in month 6.
    plan = solve(but(with_tariff(**free, term_months=30), workloads=wanted(6)))
    assert next(iter(power(plan).index)) == "2024-07"


def test_what_is_cheaper_early_stays_early():
    # The fixed charge doubles each year: a term of 12 from month 0 on costs 12 · 1, from month 6 on 6 · 1 + 6 · 2.
    dear = with_tariff(fixed_usd_per_month=1e6, term_months=12)
    grown = but(dear, workloads=wanted(6), escalation=but(dear.escalation, power=1.0))
    plan = solve(grown)
    assert plan.header["objective_musd"] == musd(12.0)
    assert plan.header["sites"][0]["contracts"][0]["from"] == "2024-01"


def test_a_minimum_bill_is_owed_for_the_term_from_the_begin():
    # 1 musd a month at least, needed from month 6, a term of 12: 6 months in the horizon, 6 beyond.
    assert objective(but(with_tariff(minimum_bill_usd_per_month=1e6, term_months=12), workloads=wanted(6))) == musd(12.0)


def test_units_rented_on_site_stay_their_least_months_from_their_own_date():
    # 1 MW from month 0, a second from month 9 on, each at 0.1 a month for 6 months at least: 12 · 0.1 and 6 · 0.1, three of them beyond.
    gas = b.gas(unit_mw=1.0, units_max=2, rent_usd_per_kw_month=100.0, min_months=6)
    runs = (HURRY, but(HURRY, name="second", wanted_from=9))
    assert objective(but(hurried(tariffs=(), onsite_gas=(gas,)), workloads=runs)) == musd(1.2 + 0.6)


def test_an_agreement_cannot_begin_without_its_mw():
    # Its MW are one number over the term: what is signed in month 6 runs for 12 months, half of them beyond the horizon.
    from tests.model.by_the_hour import daily, hourly, ppa, rules

    offer = ppa(term_months=12, mw_max=1.0, mw_min=1.0, strike_usd_per_mwh=40.0)
    grid = b.tariff(energy_usd_per_mwh=90.0)
    late = but(hourly(daily("hub", 10.0), tariffs=(grid,), ppas=(offer,)), workloads=wanted(6))
    plan = solve(rules(late, ppa_energy_share_max=5.0))
    rows = plan.tables["ppas"]
    assert rows.loc[rows["begins"] == 1, "period"].tolist() in ([], ["2024-07"])


def test_the_first_term_is_told_with_the_bill():
    plan = solve(needed_from(6, term_months=12))
    assert line(plan, "operations", "demand") == musd(0.12)
    committed = plan.tables["commitments"].set_index("subject").loc["grid", "committed_musd"]
    assert committed == musd(0.12)
