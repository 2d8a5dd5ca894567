from __future__ import annotations

import re
from pathlib import Path

import pytest

from optimizer.core import accounts
from optimizer.report.page import uses
from optimizer.report.page.sections.money import cash_so_far
from tests import builders as b
from tests.report.page.cases import case, solved


@pytest.mark.parametrize(("period", "quarter"), [
    ("2024-01", "2024 Q1"), ("2024-03", "2024 Q1"), ("2024-06", "2024 Q2"), ("2025-12", "2025 Q4")])
def test_a_period_lies_in_the_calendar_quarter_of_its_first_month(period, quarter):
    assert uses.quarter(period) == quarter


def _lines() -> list[tuple[str, str]]:
    """Groups and lines of the ledger as the conventions list them."""
    rows = re.findall(r"^\| (\w+) \| (\w.*) \|$", Path("docs/conventions.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [(group, name.split()[0]) for group, lines in rows if group != "group" for name in lines.split(", ")]


def test_every_line_of_cash_has_a_use_and_nothing_else_has():
    assert len(_lines()) > 30
    assert {uses.use_of(group, line) for group, line in _lines() if group not in ("delay", "residual")} == set(accounts.USES)
    assert not any(uses.use_of(group, line) for group, line in _lines() if group in ("delay", "residual"))


def test_deposits_go_with_what_they_are_for():
    assert uses.use_of("deposits", "rental_deposit") == uses.use_of("deposits", "rental_deposit_return") == accounts.RENT
    assert uses.use_of("deposits", "contract_deposit_return") == accounts.POWER_WORKS


def test_uses_and_sources_by_quarter():
    made = case(
        b.instance(horizon=b.horizon(6)),
        ledger=[("2024-01", "a", "capital", "land", "m", 2.0, 2.0), ("2024-03", "a", "capital", "construction", "m", 3.0, 3.0),
                ("2024-04", "a", "operations", "energy", "grid", 1.0, 1.0), ("beyond", "a", "operations", "energy", "grid", 9.0, 9.0)],
        cash=[("2024-01", "x", 10.0, 2.0, 8.0), ("2024-03", "x", 0.0, 3.0, 5.0), ("2024-04", "x", 1.0, 1.0, 5.0),
              ("2024-01", "y", 4.0, 0.0, 4.0), ("2024-03", "y", 4.0, 0.0, 8.0), ("2024-04", "y", 4.0, 0.0, 12.0)])
    by_use = uses.uses_by_quarter(made)
    assert by_use.to_dict("index") == {
        "2024 Q1": {accounts.BUILDINGS: 5.0, accounts.RUNNING: 0.0}, "2024 Q2": {accounts.BUILDINGS: 0.0, accounts.RUNNING: 1.0}}
    # Received: 10 + 4 + 4, then 1 + 4. At the end of March 5 + 8 are left, at the end of April 5 + 12.
    assert uses.sources_by_quarter(made).to_dict("index") == {
        "2024 Q1": {"received_musd": 18.0, "balance_musd": 13.0}, "2024 Q2": {"received_musd": 5.0, "balance_musd": 17.0}}
    assert list(cash_so_far(made)["paid so far"]) == [2.0, 5.0, 6.0, 0.0, 0.0, 0.0]


def test_uses_of_a_solved_plan_are_what_its_purses_pay():
    paid = solved().tables["cash"]["out_musd"].sum()
    assert uses.uses_by_quarter(solved()).to_numpy().sum() == pytest.approx(paid)
