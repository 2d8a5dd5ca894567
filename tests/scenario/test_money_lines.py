"""Lines of the ledger in a scenario: the reader knows of each whether it can occur, and refuses one that no purse may pay."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.core.accounts import ACCOUNTS
from optimizer.core.errors import ScenarioError
from optimizer.scenario import read_scenario
from optimizer.scenario.checks import money as check_money
from optimizer.scenario.read.draft import Draft


def test_the_reader_knows_of_every_account_whether_it_can_occur(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, bool]] = []
    occurrence = check_money.occurrence

    def spy(draft: Draft) -> dict[str, bool]:
        seen.append(occurrence(draft))
        return seen[-1]

    monkeypatch.setattr(check_money, "occurrence", spy)
    read_scenario(folder)
    assert set(seen[0]) == {f"{group}.{line}" for (group, line), account in ACCOUNTS.items() if account.direction != "apart"}


def test_the_reader_refuses_rent_committed_before_that_nobody_may_pay(folder: Path) -> None:
    none_offered = ["rentals.cloud.gpus_min=0", "rentals.cloud.gpus_max=0"]
    committed = [*none_offered, "rentals.cloud.committed_gpus=100", "rentals.cloud.committed_until=2025-01"]
    without_rent = 'budget.purses.operations.pays_for=["operations", "lease"]'
    with pytest.raises(ScenarioError, match=r"no purse may pay committed \(rental\); add 'rent' to pays_for of one"):
        read_scenario(folder, [*committed, without_rent])
    assert read_scenario(folder, [*committed, 'budget.purses.operations.pays_for=["operations", "lease", "rent.rental"]'])


def test_the_reader_refuses_a_return_that_nobody_may_take_back(folder: Path) -> None:
    named = 'budget.purses.equity.pays_for=["capital"]'
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder, [named])
    told = [problem.message for problem in caught.value.problems]
    assert "no purse may pay deposits (contract_deposit, rental_deposit); add 'deposits' to pays_for of one" in told
    assert "no purse may take back deposits (contract_deposit_return, rental_deposit_return); add 'deposits' to pays_for of one" in told
