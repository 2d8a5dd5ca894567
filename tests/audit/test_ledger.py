"""Every line of the ledger, the header's sums and the payments: one percent off, missing or too much is found under its name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from optimizer.audit import audit
from optimizer.audit.calendar import clock_of, in_force
from optimizer.audit.ledger import gas as ledger_gas
from optimizer.audit.ledger import site as ledger_site
from optimizer.audit.ledger import tariffs as ledger_tariffs
from optimizer.audit.ledger import time as ledger_time
from optimizer.audit.ledger.ledger import LINES
from optimizer.audit.money import Purser, period_escalation
from optimizer.audit.paths import Case
from optimizer.audit.reading import read_case
from optimizer.core.instance import Escalation, Instance
from optimizer.plan.plan import Plan
from tests import builders
from tests.audit import handmade
from tests.audit.test_rules import with_gas, with_mode, with_offer, with_tariff, with_workload

BOOKED = sorted({name for _, name in [*handmade.LEDGER, *handmade.RESIDUAL]})


def with_ledger(ledger: pd.DataFrame) -> Plan:
    plan = handmade.plan()
    return Plan(plan.header, {**plan.tables, "ledger": ledger})


@pytest.mark.parametrize("column", ["nominal_musd", "present_musd"])
@pytest.mark.parametrize("name", BOOKED)
def test_a_line_one_percent_off_is_found(name: str, column: str) -> None:
    ledger = handmade.plan().tables["ledger"]
    rows = (ledger["group"] + "." + ledger["line"]) == name
    ledger[column] = ledger[column].astype(float)
    ledger.loc[rows, column] *= 1.01
    report = audit(handmade.instance(), with_ledger(ledger))
    found = {(violation.rule, violation.period) for violation in report.violations if violation.rule != "line_paid"}
    assert found == {(name, period) for period in ledger.loc[rows, "period"]}


@pytest.mark.parametrize("name", BOOKED)
def test_a_line_that_is_missing_is_found(name: str) -> None:
    ledger = handmade.plan().tables["ledger"]
    report = audit(handmade.instance(), with_ledger(ledger[(ledger["group"] + "." + ledger["line"]) != name]))
    assert {violation.rule for violation in report.violations} - {"line_paid"} == {name}


@pytest.mark.parametrize("name", [name for name, _ in LINES])
def test_a_line_that_is_too_much_is_found(name: str) -> None:
    ledger = handmade.plan().tables["ledger"]
    ledger.loc[len(ledger)] = ["beyond", "b", *name.split("."), "x", 0.001, 0.001]
    report = audit(handmade.instance(), with_ledger(ledger))
    assert [(violation.rule, violation.site_id, violation.period) for violation in report.violations] == [
        (name, "b", "beyond")
    ] * 2


def test_a_ledger_row_that_stands_twice_is_found() -> None:
    ledger = handmade.plan().tables["ledger"]
    report = audit(handmade.instance(), with_ledger(pd.concat([ledger, ledger.iloc[[0]]])))
    assert [violation.rule for violation in report.violations] == ["tables"]


def test_subjects_are_summed() -> None:
    ledger = handmade.plan().tables["ledger"]
    half = ledger.assign(nominal_musd=ledger["nominal_musd"] / 2, present_musd=ledger["present_musd"] / 2)
    assert audit(handmade.instance(), with_ledger(pd.concat([half, half.assign(subject="other")]))).passed


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("objective_musd", "objective"),
        ("cash_cost_musd", "totals"),
        ("value_of_time_musd", "totals"),
        ("residual_musd", "totals"),
    ],
)
def test_a_sum_of_the_header_one_percent_off_is_found(key: str, rule: str) -> None:
    plan = handmade.plan()
    off = audit(handmade.instance(), Plan({**plan.header, key: plan.header[key] * 1.01}, plan.tables))
    assert [(violation.rule, violation.unit) for violation in off.violations] == [(rule, "musd")]
    assert key in off.violations[0].message
    nan = audit(handmade.instance(), Plan({**plan.header, key: float("nan")}, plan.tables))
    assert "tables" in {violation.rule for violation in nan.violations}


def test_a_purse_may_not_pay_less_than_nothing() -> None:
    # Two purses: one pays 3 for land of 2, the other gets 1 back, so the line itself is right.
    plan = handmade.plan()
    payments = plan.tables["payments"]
    payments.loc[payments["line"] == "land", "musd"] = 3
    payments.loc[len(payments)] = ["2024-01", "other", "capital", "land", -1]
    instance = handmade.instance()
    instance = replace(instance, purses=(*instance.purses, builders.purse(name="other")))
    report = audit(instance, Plan(plan.header, {**plan.tables, "payments": payments}))
    assert ("purse_eligible", "2024-01") in {(violation.rule, violation.period) for violation in report.violations}
    assert "line_paid" not in {violation.rule for violation in report.violations}


def case(instance: Instance, plan: Plan | None = None) -> Case:
    return read_case(instance, plan or handmade.plan())[0]


def test_money_every_month() -> None:
    # 10 a month from month 0, 20 from month 2: 10, 20, 40, 60, 80, 100 have been received;
    # 32.4372 and 2.4848 are paid in the first two.
    instance = replace(handmade.instance(), purses=(builders.purse(amounts=((0, 10.0), (2, 20.0)), every_month=True),))
    broken = [violation for violation in audit(instance, handmade.plan()).violations if "has paid" in violation.message]
    assert broken[0].period == "2024-01"
    assert broken[0].amount == pytest.approx(32.4372 - 10.0)
    assert broken[1].amount == pytest.approx(32.4372 + 2.4848 - 20.0)


def test_a_contract_left_at_the_end_pays_its_exit_and_no_more() -> None:
    plan = handmade.plan()
    power = plan.tables["power"]
    power.loc[(power["contract_id"] == "grid") & (power["period"] == "2024-06"), "leaves"] = 1
    left = case(handmade.instance(), Plan(plan.header, plan.tables))
    assert dict(ledger_tariffs.exit_fee(left))["a"].nominal[-1] == pytest.approx(0.02)
    assert dict(ledger_tariffs.exit_fee(left))["a"].present[-1] == pytest.approx(0.02 * 1.21 ** (-6.5 / 12))
    for line in (ledger_tariffs.energy, ledger_tariffs.demand, ledger_tariffs.fixed_charge):
        assert dict(line(left))["a"].nominal[-1] == 0.0


def test_a_contract_left_early_is_out_of_service_and_owes_its_exit() -> None:
    plan = handmade.plan()
    power = plan.tables["power"]
    power.loc[(power["contract_id"] == "grid") & (power["period"] == "2024-05"), "exits"] = 1
    left = case(handmade.instance(), Plan(plan.header, plan.tables))
    assert left.tariffs[0].in_service.tolist() == [0, 0, 1, 1, 0, 0]
    assert dict(ledger_tariffs.exit_fee(left))["a"].nominal.tolist() == pytest.approx([0, 0, 0, 0, 0.02, 0, 0])
    assert dict(ledger_tariffs.fixed_charge(left))["a"].nominal.tolist() == pytest.approx([0, 0, 0.01, 0.01, 0, 0, 0])


def test_bought_units_stay_are_paid_ahead_and_leave_a_value() -> None:
    # 3 MW at 1,000 USD/kW = 3 musd, two months of lead before month 2; 240 months of life, 4 of them gone: 3 x 236/240 x 0.5.
    bought = with_gas(rent_usd_per_kw_month=None, buy_usd_per_kw=1000.0, sign_lead_months=2, resale_fraction=0.5)
    assert dict(ledger_gas.generators(case(bought)))["a"].nominal.tolist() == pytest.approx([1.5, 1.5, 0, 0, 0, 0, 0])
    assert dict(ledger_gas.residual_generators(case(bought)))["a"].nominal[-1] == pytest.approx(-1.475)
    assert dict(ledger_gas.generator_rent(case(bought)))["a"].nominal.sum() == 0.0
    plan = handmade.plan()
    power = plan.tables["power"]
    power.loc[(power["contract_id"] == "gas") & (power["period"] == "2024-06"), "units"] = 2
    assert "gas_min_months" in {violation.rule for violation in audit(bought, Plan(plan.header, plan.tables)).violations}


def test_lease_runs_by_vintage_after_free_months_and_beyond() -> None:
    # 2 MW from month 0 and 2 MW from month 1, 10 USD/kW = 0.02 musd each; 2 months free; 8 months each, so to months 7 and 8.
    leased = with_mode(lease_usd_per_kw_month=10.0, free_rent_months=2, lease_months=8)
    flow = dict(ledger_site.lease(case(leased)))["a"]
    assert flow.nominal.tolist() == pytest.approx([0, 0, 0.02, 0.04, 0.04, 0.04, 0.02 * 2 + 0.02 * 3])
    beyond = 0.04 * 1.21 ** (-6.5 / 12) + 0.04 * 1.21 ** (-7.5 / 12) + 0.02 * 1.21 ** (-8.5 / 12)
    assert flow.present[-1] == pytest.approx(beyond)
    assert dict(ledger_site.residual_buildings(case(leased))) == {}


def test_delay_of_a_workload_that_is_never_ready_runs_on() -> None:
    plan = handmade.plan()
    plan.tables["workloads"]["ready"] = 0
    flow = dict(ledger_time.delay(case(with_workload(never_ready_months=2), plan)))[""]
    assert flow.nominal.tolist() == [0, 10, 10, 10, 10, 10, 20]
    assert flow.present[-1] == pytest.approx(10 * 1.21 ** (-6.5 / 12) + 10 * 1.21 ** (-7.5 / 12))
    ended = dict(ledger_time.delay(case(with_workload(never_ready_months=2, until=3), plan)))[""]
    assert ended.nominal.tolist() == [0, 10, 10, 10, 0, 0, 0]


def test_a_deposit_comes_back_within_the_horizon() -> None:
    back = dict(ledger_tariffs.contract_deposit_return(case(with_tariff(term_months=3))))["a"]
    assert back.nominal.tolist() == [0, 0, 0, 0, 0, -1, 0]
    rental = dict(ledger_time.rental_deposit_return(case(with_offer(min_months=1))))[""]
    assert rental.nominal[5] == pytest.approx(-0.1 * 100 * 744 / 1e6)


def test_prices_escalate_by_the_calendar_year() -> None:
    growing = replace(handmade.instance(), escalation=Escalation(0.1, 0.2, 0.3, 0.4), currency_year=2023)
    assert dict(ledger_tariffs.fixed_charge(case(growing)))["a"].nominal[2] == pytest.approx(0.01 * 1.1)
    assert dict(ledger_gas.gas_fuel(case(growing)))["a"].nominal[2] == pytest.approx(0.02232 * 1.2)
    assert dict(ledger_site.staff(case(growing)))["a"].nominal[0] == pytest.approx(0.2 * 1.3)
    assert dict(ledger_gas.generator_rent(case(growing)))["a"].nominal[2] == pytest.approx(0.03)


class TestCalendarAndMoney:
    quarters = clock_of(builders.horizon(12, 3, "2023-11"))

    def test_quarters(self) -> None:
        assert self.quarters.labels == ("2023-11", "2024-02", "2024-05", "2024-08")
        # 30 + 31 + 31 days, 29 + 31 + 30, 31 + 30 + 31, 31 + 30 + 31.
        assert self.quarters.hours.tolist() == [92 * 24, 90 * 24, 92 * 24, 92 * 24]
        assert [self.quarters.period_at(month) for month in (-2, 0, 1, 3, 4, 10)] == [0, 0, 1, 1, 2, 4]

    def test_the_discount_of_a_quarter_is_the_mean_of_its_months(self) -> None:
        for rate in (0.0, 0.08, 0.21):
            months = Purser(clock_of(builders.horizon(12, 1)), rate).period_discount
            quarters = Purser(clock_of(builders.horizon(12, 3)), rate).period_discount
            assert quarters == pytest.approx(months.reshape(4, 3).mean(axis=1))

    def test_the_escalation_of_a_quarter_is_the_mean_of_its_months(self) -> None:
        # November and December 2023, January 2024.
        assert period_escalation(self.quarters, 0.1, 2023)[0] == pytest.approx((1 + 1 + 1.1) / 3)

    def test_dated_payments(self) -> None:
        flow = Purser(self.quarters, 0.21).dated([-4, 2, 3, 12, 14], [1.0, 2.0, 4.0, 8.0, 16.0])
        assert flow.nominal.tolist() == [3, 4, 0, 0, 24]
        assert flow.present[-1] == pytest.approx(8 * 1.21 ** (-12.5 / 12) + 16 * 1.21 ** (-14.5 / 12))

    def test_the_s_curve(self) -> None:
        # F(1/3) = 3/9 - 2/27 = 7/27, F(2/3) = 12/9 - 16/27 = 20/27.
        purser = Purser(clock_of(builders.horizon(4)), 0.0)
        flow = purser.s_curve(np.array([1], dtype=np.int64), 3, np.array([27.0]))
        assert flow.nominal.tolist() == pytest.approx([0, 7, 13, 7, 0])

    def test_a_value_at_the_end(self) -> None:
        assert Purser(self.quarters, 0.21).at_end(1.21).present.tolist() == pytest.approx([0, 0, 0, 0, 1.0])

    def test_what_is_in_force(self) -> None:
        assert [in_force(((1, 5.0), (3, 7.0)), month) for month in (0, 1, 2, 3)] == [0, 5, 5, 7]
