"""The audit reads every number of an instance: change one, keep the plan, and some rule or line is broken.

Prices are changed by one percent. A limit that does not bind to the percent is drawn in until the plan cannot fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from optimizer.audit import audit
from optimizer.hours import Series, TypicalDays
from optimizer.instance import Carbon, Debt, Escalation, Gpu, Instance, Mode, PowerRules, Purse, Rental, Site, Workload
from optimizer.offers import Battery, DemandCharge, OnsiteGas, Ppa, Rate, Tariff, Tier, Window
from optimizer.plan import Plan
from optimizer.workflow import solve_instance
from tests import rich, rich_debt
from tests.audit import handmade_hourly
from tests.shifting import SETTINGS

NO_PART_OF_A_PLAN = {
    ("Site", "lat"), ("Site", "lon"),  # where it is on the map
    ("TypicalDays", "days"),  # those that stand for a day, once more
    ("DemandCharge", "minimum_mw"),  # of bills of a whole load alone
    ("Workload", "never_ready_months"),  # counts only for what is never ready: see test_a_workload_never_ready
}
RECORDS: tuple[type, ...] = (
    Battery, Carbon, Debt, DemandCharge, Escalation, Gpu, Mode, OnsiteGas, PowerRules, Ppa, Purse, Rate, Rental, Series, Site, Tariff, Tier,
    TypicalDays, Window, Workload,
)


def numbers(record: type) -> list[str]:
    """Fields of a record that hold a number, numbers, or dated numbers."""
    return [field.name for field in fields(record) if re.search(r"\b(float|int|MonthValue)\b", str(field.type))]


NUMBERS = [
    (record.__name__, name)
    for record in RECORDS
    for name in numbers(record)
    if (record.__name__, name) not in NO_PART_OF_A_PLAN
]


def changed_values(value: Any) -> Iterator[Any]:
    """Other values of a field, the nearest first."""
    if value is None:
        yield from (0, 1, 3)
    elif isinstance(value, tuple) and value and isinstance(value[0], tuple):
        yield tuple((key, number * 1.01) for key, number in value)
        yield tuple((key, number * 0.99) for key, number in value)
        yield tuple((key, 0) for key, _ in value)
    elif isinstance(value, tuple):
        yield value[1:] if len(value) < 365 else value[1:] + value[:1]
        yield tuple(number + 1 for number in value)
    elif isinstance(value, int):
        yield from (value + 1, value - 1, value + 3, value + 7, 1, 2 * value)
    else:
        yield from (value * 1.01, value * 0.99, value + 1.0, value * 4.0, value * 0.3, 0.0)


def changed_records(each: Any, record: str, name: str) -> Iterator[Any]:
    """A record with one field of one record of a kind in it changed, for every record of the kind and every other value."""
    if type(each).__name__ == record:
        for value in changed_values(getattr(each, name)):
            yield replace(each, **{name: value})
    for field in fields(each):
        held = getattr(each, field.name)
        if is_dataclass(held):
            for other in changed_records(held, record, name):
                yield replace(each, **{field.name: other})
        elif isinstance(held, tuple) and held and is_dataclass(held[0]):
            for place, part in enumerate(held):
                for other in changed_records(part, record, name):
                    yield replace(each, **{field.name: (*held[:place], other, *held[place + 1 :])})


@pytest.fixture(scope="module")
def plan() -> Plan:
    return solve_instance(rich.instance(), SETTINGS)


@pytest.fixture(scope="module")
def borrowed() -> Plan:
    return solve_instance(rich_debt.instance(), SETTINGS)


@pytest.mark.parametrize(("record", "name"), NUMBERS, ids=[".".join(number) for number in NUMBERS])
def test_a_number_that_is_changed_is_noticed(record: str, name: str, plan: Plan, borrowed: Plan) -> None:
    plans: tuple[tuple[Instance, Plan], ...] = (
        (rich.instance(), plan), (handmade_hourly.instance(), handmade_hourly.plan()), (rich_debt.instance(), borrowed),
    )
    assert any(not audit(other, held).passed for instance, held in plans for other in changed_records(instance, record, name))


def test_every_kind_of_number_is_asked_for() -> None:
    assert len(NUMBERS) == 148
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
