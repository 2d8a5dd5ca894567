"""The audit reads every number of an instance: change one, keep the plan, and some rule or line is broken.

Prices are changed by one percent. A limit that does not bind to the percent is drawn in until the plan cannot fit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.audit import audit
from optimizer.core.instance import Instance
from optimizer.plan.plan import Plan
from optimizer.workflow.whole_way import solve_instance
from tests import rich, rich_debt, rich_rate
from tests.audit import handmade_hourly
from tests.changing import RECORDS, changed_records, numbers
from tests.shifting import SETTINGS

NO_PART_OF_A_PLAN = {
    ("Site", "lat"), ("Site", "lon"),  # where it is on the map
    ("TypicalDays", "days"),  # those that stand for a day, once more
    ("DemandCharge", "minimum_mw"),  # of bills of a whole load alone
    ("CoincidentCharge", "months"),  # its hours say them once more
    ("Workload", "never_ready_months"),  # counts only for what is never ready: see test_a_workload_never_ready
}
NUMBERS = [
    (record.__name__, name)
    for record in RECORDS
    for name in numbers(record)
    if (record.__name__, name) not in NO_PART_OF_A_PLAN
]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return solve_instance(rich.instance(), SETTINGS)


@pytest.fixture(scope="module")
def borrowed() -> Plan:
    return solve_instance(rich_debt.instance(), SETTINGS)


@pytest.fixture(scope="module")
def billed() -> Plan:
    return solve_instance(rich_rate.instance(), SETTINGS)


@pytest.mark.parametrize(("record", "name"), NUMBERS, ids=[".".join(number) for number in NUMBERS])
def test_a_number_that_is_changed_is_noticed(record: str, name: str, plan: Plan, borrowed: Plan, billed: Plan) -> None:
    plans: tuple[tuple[Instance, Plan], ...] = (
        (rich.instance(), plan), (handmade_hourly.instance(), handmade_hourly.plan()), (rich_debt.instance(), borrowed),
        (rich_rate.instance(), billed),
    )
    assert any(not audit(other, held).passed for instance, held in plans for other in changed_records(instance, record, name))


def test_every_kind_of_number_is_asked_for() -> None:
    assert len(NUMBERS) == 157
    asked = {("Mode", "mw_per_month"), ("Gpu", "supply"), ("Purse", "amounts"), ("Rental", "committed_until"), ("Ppa", "term_months")}
    assert asked <= set(NUMBERS)


@pytest.mark.parametrize(
    "change", [{"discount_rate_per_year": 0.1212}, {"currency_year": 2022}, {"reserve_fraction": 0.03}, {"sites_at_most": 1}], ids=str
)
def test_a_number_for_the_whole_is_noticed(change: dict[str, Any], plan: Plan) -> None:
    assert not audit(replace(rich.instance(), **change), plan).passed


def test_a_workload_never_ready() -> None:
    """Nothing is ready without sites and rentals: 24 months more are paid for, 25 are not the same."""
    instance = replace(rich.instance(), sites=(), rentals=(), workloads=(rich.instance().workloads[2],), sites_at_most=None)
    plan = solve_instance(instance, SETTINGS)
    longer = replace(instance, workloads=(replace(instance.workloads[0], never_ready_months=25),))
    assert {violation.rule for violation in audit(longer, plan).violations} == {"delay.delay", "objective", "totals"}
