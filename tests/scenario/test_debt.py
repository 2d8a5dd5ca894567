"""A loan in a scenario: what it must say, who may serve it, and what the instance makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.core.accounts import purse_names
from optimizer.core.errors import Problem, ScenarioError
from optimizer.core.instance import Debt
from optimizer.core.instance_json import instance_from_json, instance_to_json
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble

TERMS = """limit_musd = 400.0, from = "2024-09", advance_fraction_of_gpus = 0.7,
interest_per_year = 0.13, fee_fraction = 0.02, repay_months = 48""".replace("\n", " ")
LOAN = f"budget.debt={{ enabled = true, {TERMS} }}"


def problems_of(folder: Path, *overrides: str) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder, overrides)
    return list(caught.value.problems)


def test_a_loan_is_read(folder: Path) -> None:
    # The horizon begins in 2024-06: 2024-09 is month 3.
    debt = Debt(400.0, 3, 0.7, 0.13, 0.02, 48)
    instance = assemble(read_scenario(folder, [LOAN]))
    assert instance.debt == debt
    assert instance_from_json(instance_to_json(instance)).debt == debt
    asked = {(row.key, row.column): row.value for row in instance.assumptions if row.table == "budget" and row.key == "debt"}
    assert asked == {
        ("debt", "limit_musd"): "400.0", ("debt", "advance_fraction_of_gpus"): "0.7", ("debt", "interest_per_year"): "0.13",
        ("debt", "fee_fraction"): "0.02", ("debt", "repay_months"): "48",
        ("debt", "enabled"): "true", ("debt", "from"): "2024-09",  # no numbers, but changed by --set
    }


def test_a_loan_is_open_from_the_first_month_where_nothing_else_is_text(folder: Path) -> None:
    for start in ("budget.debt.from=none", "budget.debt.from=2024-01"):
        loan = assemble(read_scenario(folder, [LOAN, start])).debt
        assert loan is not None
        assert loan.from_month == 0


def test_a_loan_that_is_not_enabled_changes_nothing(folder: Path) -> None:
    plain = assemble(read_scenario(folder))
    asleep = assemble(read_scenario(folder, [f"budget.debt={{ {TERMS} }}"]))
    given = tuple(row for row in asleep.assumptions if not row.source.startswith("changed by --set"))
    assert (asleep.debt, given) == (None, plain.assumptions)
    assert asleep.sha256() == plain.sha256()
    assert assemble(read_scenario(folder, [LOAN])).sha256() != plain.sha256()


def test_what_a_loan_lacks_is_told_at_once(folder: Path) -> None:
    told = {problem.field for problem in problems_of(folder, "budget.debt.enabled=true")}
    assert told == {f"budget.debt.{name}" for name in ("limit_musd", "advance_fraction_of_gpus", "interest_per_year", "repay_months")}


def test_a_loan_without_interest_is_one_that_says_so(folder: Path) -> None:
    free = assemble(read_scenario(folder, [LOAN, "budget.debt.interest_per_year=0.0"]))
    assert free.debt is not None
    assert free.debt.interest_per_year == 0.0


@pytest.mark.parametrize(("override", "field", "says"), [
    ("budget.debt.from=2030-01", "budget.debt.from", "after the end of the horizon"),
    ("budget.debt.advance_fraction_of_gpus=1.2", "budget.debt.advance_fraction_of_gpus", "0 to 1"),
    ("budget.debt.interest_per_year=13", "budget.debt.interest_per_year", "0 to 1"),
    ("gpus.H100.price_usd=0", "budget.debt.enabled", "no GPU has a price"),
    ("budget.purses.equity.name=debt", "budget.purses.debt.name", "name this one otherwise"),
    ('budget.purses.operations.pays_for=["operations.energy", "lease", "rent"]', "budget.purses",
     "no purse may pay finance (debt_repayment, debt_interest, debt_fee)"),
    ("budget.debt.limit_usd=4", "budget.debt.limit_usd", "did you mean 'limit_musd'?"),
])
def test_a_loan_that_cannot_be_is_refused(folder: Path, override: str, field: str, says: str) -> None:
    found = [problem for problem in problems_of(folder, LOAN, override) if problem.field == field]
    assert any(says in problem.message for problem in found), found


@pytest.mark.parametrize("named", ['"finance"', '"finance.debt_repayment", "finance.debt_interest", "finance.debt_fee"'])
def test_who_may_serve_a_loan(folder: Path, named: str) -> None:
    lines = ", ".join(f'"operations.{line}"' for line in purse_names()["operations"])
    by_line = f'budget.purses.operations.pays_for=[{lines}, "lease", "rent"]'
    assert [problem.field for problem in problems_of(folder, LOAN, by_line)] == ["budget.purses"]
    read_scenario(folder, [LOAN, by_line, f'budget.purses.equity.pays_for=["capital", "deposits", {named}]'])
    read_scenario(folder, [LOAN])
