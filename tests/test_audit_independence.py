"""The audit shares no arithmetic with the model: whatever the model side gets wrong by one percent, the audit names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from optimizer.audit import AuditReport
from optimizer.audit.ledger.ledger import LINES
from optimizer.core.errors import AuditError
from optimizer.core.finance import Schedule
from optimizer.model.ledger import Ledger, LineKey
from optimizer.workflow.whole_way import solve_instance
from tests import rich, rich_debt, rich_hours
from tests.shifting import (
    BOUNDS,
    HOURLY_SHIFTS,
    OF_HOURS,
    OF_THE_MODEL,
    PERCENT,
    PUBLIC,
    ROUGHLY,
    SETTINGS,
    SHIFTS,
    Shift,
    audited,
    audited_by_hours,
)

TERMED = {
    "capital.interconnection_refund", "deposits.contract_deposit_return", "deposits.rental_deposit_return", "lease.lease",
    "operations.demand", "operations.energy", "operations.fixed_charge", "operations.generator_rent", "operations.minimum_bill",
    "operations.ppa_energy", "operations.ppa_settlement", "rent.rental", "residual.batteries",
    "residual.land", "residual.buildings", "residual.gpus", "residual.generators",
    "finance.debt_repayment", "finance.debt_interest", "finance.debt_offset",
}
"""Lines with money beyond the horizon."""


def broken(report: AuditReport) -> set[str]:
    return {violation.rule for violation in report.violations}


def test_nothing_is_wrong_without_a_shift() -> None:
    assert audited(rich.instance()).violations == ()
    assert audited(rich_debt.instance()).violations == ()
    assert audited_by_hours().violations == ()


@pytest.mark.parametrize("shift", [*SHIFTS, *HOURLY_SHIFTS], ids=lambda shift: shift.title)
def test_a_shift_is_noticed(shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    shift.apply(monkeypatch)
    report = shift.audited()
    assert broken(report) & set(shift.noticed), broken(report)
    with pytest.raises(AuditError, match=r"the plan fails its audit"):
        report.raise_if_failed()


def test_no_function_of_time_and_money_is_left_out() -> None:
    shifted = {shift.title for shift in SHIFTS}
    assert len(PUBLIC) == 20
    assert shifted >= PUBLIC


def test_no_function_of_the_model_that_gives_numbers_is_left_out() -> None:
    shifted = {shift.title.removeprefix("model.") for shift in (*SHIFTS, *HOURLY_SHIFTS)}
    assert len(OF_THE_MODEL) >= 38
    assert OF_THE_MODEL - shifted == BOUNDS


def test_no_function_of_hours_is_left_out() -> None:
    assert len(OF_HOURS) == 12
    assert {shift.title for shift in HOURLY_SHIFTS} >= OF_HOURS


def test_a_plan_that_stays_wrong_is_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workflow solves again with other presolve and seed and by SCIP, and then says whose fault it is."""
    next(shift for shift in SHIFTS if shift.name == "end_discount").apply(monkeypatch)
    with pytest.raises(AuditError, match=r"residual\.land \[a, beyond\] by .* musd"):
        solve_instance(rich.instance(), SETTINGS)


def shift_bookings(patch: pytest.MonkeyPatch, change: Callable[[Schedule], Schedule]) -> None:
    """Book every schedule and amount changed; the budget and the objective see the changed money too."""
    book, book_period, constant = Ledger.book, Ledger.book_period, Ledger.book_constant
    patch.setattr(Ledger, "book", lambda self, key, quantity, schedule: book(self, key, quantity, change(schedule)))
    patch.setattr(Ledger, "book_constant", lambda self, key, schedule: constant(self, key, change(schedule)))

    def period(self: Ledger, key: LineKey, quantity: Any, t: int, amount: float) -> None:
        ((_, shifted),) = change(Schedule(((t, amount),))).periods
        book_period(self, key, quantity, t, shifted)

    patch.setattr(Ledger, "book_period", period)


def test_every_line_booked_one_percent_off_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def more(right: Schedule) -> Schedule:
        periods = tuple((t, amount * PERCENT) for t, amount in right.periods)
        return Schedule(periods, right.beyond_nominal * PERCENT, right.beyond_present * PERCENT)

    shift_bookings(monkeypatch, more)
    reports = (audited(rich.instance()), audited(rich_debt.instance()), audited_by_hours(), audited(rich_hours.burning(), ROUGHLY))
    assert set().union(*map(broken, reports)) >= {name for name, _ in LINES}


def test_every_line_owed_beyond_the_horizon_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    shift_bookings(monkeypatch, lambda right: replace(right, beyond_present=right.beyond_present * PERCENT))
    found = defaultdict(set)
    reports = (audited(rich.instance()), audited(rich_debt.instance()), audited_by_hours())
    for violation in (violation for report in reports for violation in report.violations):
        found[violation.rule].add(violation.period)
    assert {rule for rule, periods in found.items() if periods == {"beyond"}} >= TERMED


