"""The header may say nothing that the tables do not: every statement of it changed is found."""

from __future__ import annotations

import copy
from typing import Any

import pandas as pd
import pytest

from optimizer.audit import AuditReport, audit
from optimizer.plan.plan import Plan
from tests.audit import handmade

Way = tuple[str | int, ...]


def audited(way: Way, value: Any) -> AuditReport:
    """Audit the hand-made plan with one value of its header changed."""
    plan = handmade.plan()
    header: Any = copy.deepcopy(dict(plan.header))
    place = header
    for step in way[:-1]:
        place = place[step]
    assert place[way[-1]] != value
    place[way[-1]] = value
    return audit(handmade.instance(), Plan(header, plan.tables))


SITE, CONTRACT = ("sites", 0), ("sites", 0, "contracts", 0)


@pytest.mark.parametrize(
    ("way", "value", "says"),
    [
        ((*SITE, "site_id"), "b", "sites.a.mode"),
        ((*SITE, "mode"), "greenfield", "sites.a.mode"),
        ((*SITE, "construction_start"), "2024-02", "sites.a.construction_start"),
        ((*SITE, "first_power"), "2024-02", "sites.a.first_power"),
        ((*SITE, "it_mw"), 4.04, "sites.a.it_mw: 4.04 should be 4 MW"),
        ((*SITE, "facility_mw"), 3.636, "sites.a.facility_mw"),
        ((*SITE, "gpus", "H100", "count"), 3001, "sites.a.gpus.H100.count"),
        ((*SITE, "gpus", "H100", "first_delivery"), "2024-01", "sites.a.gpus.H100.first_delivery"),
        ((*SITE, "gpus", "H100", "last_delivery"), "2024-03", "sites.a.gpus.H100.last_delivery"),
        ((*CONTRACT, "mw"), 2.02, "sites.a.contracts.grid.mw"),
        ((*CONTRACT, "from"), "2024-02", "sites.a.contracts.grid.from"),
        ((*CONTRACT, "to"), "2024-05", "sites.a.contracts.grid.to"),
        (("rentals", 0, "gpus"), 101, "rentals.cloud.gpus"),
        (("rentals", 0, "from"), "2024-04", "rentals.cloud.from"),
        (("rentals", 1, "to"), "2024-03", "rentals.old.to"),
        (("workloads", 0, "ready"), "2024-02", "workloads.train.ready"),
        (("workloads", 0, "delay_months"), 0, "workloads.train.delay_months"),
        (("workloads", 0, "target_h100e"), 3030.0, "workloads.train.target_h100e"),
        (("workloads", 0, "sites"), {"b": 3000.0}, "workloads.train.sites.a"),
        (("sites",), [], "sites.a.it_mw"),
        (("rentals",), [{"name": "x", "gpus": 1}, *handmade.statements()["rentals"]], "rentals names x"),
    ],
)
def test_a_statement_that_the_tables_do_not_make_is_found(way: Way, value: Any, says: str) -> None:
    report = audited(way, value)
    assert {violation.rule for violation in report.violations} == {"header"}
    assert any(says in violation.message for violation in report.violations)


@pytest.mark.parametrize(
    "way",
    [
        ("committed_musd",), ("nonrefundable_at_signature_musd",),
        ("ledger_musd", "capital", "gpus"), ("ledger_musd", "delay", "delay"),
    ],
)
def test_a_sum_one_percent_off_is_found(way: Way) -> None:
    right: Any = handmade.header()
    for step in way:
        right = right[step]
    report = audited(way, right * 1.01)
    assert {violation.rule for violation in report.violations} == {"totals"}
    (violation,) = report.violations
    assert violation.amount == pytest.approx(abs(right) / 100.0)


def test_a_line_of_the_header_that_no_ledger_has_is_found() -> None:
    report = audited(("ledger_musd", "capital"), {**handmade.by_line()["capital"], "bribes": 1.0})
    assert [violation.message for violation in report.violations] == ["ledger_musd.capital.bribes: 1 should be 0 musd"]


def with_commitments(table: pd.DataFrame) -> AuditReport:
    plan = handmade.plan()
    header = {**plan.header, "nonrefundable_at_signature_musd": float(table["nonrefundable_musd"].sum())}
    return audit(handmade.instance(), Plan(header, {**plan.tables, "commitments": table}))


@pytest.mark.parametrize(("committed", "lost", "leaving"), [(-5.0, -5.0, 0.0), (5.0, 6.0, 0.0), (5.0, 4.0, -1.0)])
def test_a_commitment_is_not_negative_and_loses_no_more_than_it_binds_to(committed: float, lost: float, leaving: float) -> None:
    columns = handmade.plan().tables["commitments"].columns
    report = with_commitments(pd.DataFrame([("2024-01", "a", "grid", committed, lost, leaving)], columns=columns))
    assert {violation.rule for violation in report.violations} >= {"signed"}


def test_orders_signed_in_one_month_may_be_equal() -> None:
    assert with_commitments(pd.concat([handmade.plan().tables["commitments"]] * 2)).passed
