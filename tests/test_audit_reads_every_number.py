"""The audit reads every number of an instance: change one, keep the plan, and some rule or line is broken.

Prices are changed by one percent. A limit that does not bind to the percent is drawn in until the plan cannot fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

import pytest

from optimizer.audit import audit
from optimizer.instance import Escalation, Gpu, Instance, Mode, Purse, Rental, Site, Workload
from optimizer.offers import OnsiteGas, Tariff
from optimizer.plan import Plan
from optimizer.workflow import solve_instance
from tests import rich
from tests.shifting import SETTINGS

NO_PART_OF_A_PLAN = {
    ("Site", "lat"), ("Site", "lon"),  # where it is on the map
    ("OnsiteGas", "emissions_t_per_mwh"),  # reported, no goal of this version
    ("Workload", "never_ready_months"),  # counts only for what is never ready: see test_a_workload_never_ready
}
LISTS = ("modes", "tariffs", "onsite_gas")
RECORDS: tuple[type, ...] = (Escalation, Gpu, Mode, OnsiteGas, Purse, Rental, Site, Tariff, Workload)


def numbers(record: type) -> list[str]:
    """Fields of a record that hold a number, or dated numbers."""
    return [
        field.name for field in fields(record) if any(kind in str(field.type) for kind in ("float", "int", "MonthValue"))
    ]


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
    elif isinstance(value, tuple):
        yield tuple((key, number * 1.01) for key, number in value)
        yield tuple((key, number * 0.99) for key, number in value)
        yield tuple((key, 0) for key, _ in value)
    elif isinstance(value, int):
        yield from (value + 1, value - 1, value + 3, value + 7, 1, 2 * value)
    else:
        yield from (value * 1.01, value * 0.99, value + 1.0, value * 4.0, value * 0.3, 0.0)


def changed_instances(instance: Instance, record: str, name: str) -> Iterator[Instance]:
    """The instance with one field of one record changed, for every record of the kind and every other value."""
    for path in ("gpus", "workloads", "rentals", "purses", "sites"):
        records = attrgetter(path)(instance)
        for place, each in enumerate(records):
            for other in changed_records(each, record, name):
                yield replace(instance, **{path: (*records[:place], other, *records[place + 1 :])})
    for other in changed_records(instance.escalation, record, name):
        yield replace(instance, escalation=other)


def changed_records(each: Any, record: str, name: str) -> Iterator[Any]:
    if type(each).__name__ == record:
        for value in changed_values(attrgetter(name)(each)):
            yield replace(each, **{name: value})
    for inner in LISTS if isinstance(each, Site) else ():
        held = attrgetter(inner)(each)
        for place, part in enumerate(held):
            for other in changed_records(part, record, name):
                yield replace(each, **{inner: (*held[:place], other, *held[place + 1 :])})


@pytest.fixture(scope="module")
def plan() -> Plan:
    return solve_instance(rich.instance(), SETTINGS)


@pytest.mark.parametrize(("record", "name"), NUMBERS, ids=[".".join(number) for number in NUMBERS])
def test_a_number_that_is_changed_is_noticed(record: str, name: str, plan: Plan) -> None:
    assert any(not audit(other, plan).passed for other in changed_instances(rich.instance(), record, name))


def test_every_kind_of_number_is_asked_for() -> None:
    assert len(NUMBERS) == 90
    assert {("Mode", "mw_per_month"), ("Gpu", "supply"), ("Purse", "amounts"), ("Rental", "committed_until")} <= set(NUMBERS)


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
