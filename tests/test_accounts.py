"""The accounts of the ledger: whatever stands in one has a direction, a purse that may pay it, and the same name everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.audit.budget import NOT_CASH, RETURNS
from optimizer.audit.ledger.ledger import LINES
from optimizer.core.accounts import ACCOUNTS, DRAW_LINE, GROUPS, NEVER_CASH, OFFSET_LINE, USES, is_returned, may_pay, purse_names
from optimizer.core.errors import ModelError
from optimizer.core.finance import Schedule
from optimizer.core.instance import Instance, Purse
from optimizer.model.budget import payers
from optimizer.model.build import build
from optimizer.model.ledger import LineKey
from optimizer.report.page.uses import use_of
from optimizer.report.page.weights import EVERY_LINE
from optimizer.report.page.weights import LINES as INPUTS
from tests import builders as b
from tests import rich, rich_debt, rich_hours
from tests.model.by_the_hour import DAYTIME, daily, hourly, ppa
from tests.model.hand import but, musd, objective, wanted, with_gpu, with_rental, with_tariff

ROOT = Path(__file__).parents[1]
OF_PURSES = [key for key, account in ACCOUNTS.items() if account.direction != "apart"]
RETURNED = [key for key, account in ACCOUNTS.items() if account.direction == "returned"]
ONE_BY_ONE = tuple(f"{group}.{line}" for group, lines in purse_names().items() for line in lines if not is_returned(group, line))
"""What a careful owner of money writes: every line that is paid, by its name."""


NOT_OF_POWER = ("lease", "rent", "committed", "finance", "delay")
NOT_OF_POWER_LINES = {
    *(("capital", line) for line in ("land", "construction", "liquid_cooling", "gpus", "spares", "network", "installation", "sales_tax")),
    *(("deposits", line) for line in ("rental_deposit", "rental_deposit_return")),
    *(("operations", line) for line in ("staff", "property_tax")), *(("residual", line) for line in ("gpus", "buildings", "land")),
}


def named(instance: Instance, *amounts: tuple[int, float]) -> Instance:
    """Give the instance one purse, which names every line that is paid and none that comes back."""
    return but(instance, has_budget=True, purses=(Purse("careful", amounts or ((0, 1000.0),), every_month=False, pays_for=ONE_BY_ONE),))


def test_the_audit_knows_the_same_accounts() -> None:
    assert {tuple(name.split(".")) for name, _ in LINES} == set(ACCOUNTS)
    assert set(RETURNED) == RETURNS
    apart = {key for key, account in ACCOUNTS.items() if account.direction == "apart"}
    assert apart == {key for key in ACCOUNTS if key[0] in NOT_CASH} | {("finance", DRAW_LINE), ("finance", OFFSET_LINE)}


def test_the_conventions_name_the_same_accounts() -> None:
    # What comes in is marked as negative there; residual value and draws are too, and are no matter of a purse.
    told: dict[tuple[str, str], bool] = {}
    for group, lines in re.findall(r"^\| (\w+) \| (\w.*) \|$", (ROOT / "docs/conventions.md").read_text(), re.MULTILINE):
        for cell in re.sub(r"\((paid by|all)[^)]*\)", "", lines).split(","):
            if group != "group":
                told[group, cell.replace("(negative)", "").strip()] = "(negative)" in cell
    told = {(group, line): negative for (group, line), negative in told.items() if group != "residual" and line != DRAW_LINE}
    assert told == {key: is_returned(*key) for key in ACCOUNTS if key[0] != "residual" and key[1] != DRAW_LINE}


def test_every_line_that_is_cash_has_a_use() -> None:
    assert {key for key in ACCOUNTS if use_of(*key)} == {key for key in ACCOUNTS if key[0] not in NOT_CASH}
    assert {use_of(*key) for key in ACCOUNTS} == {*USES, ""}
    # What nobody has named a use for is not told as another's.
    with pytest.raises(KeyError):
        use_of("capital", "roof")


def test_every_line_is_the_cost_of_power_or_is_named_as_none() -> None:
    power = {key for key, account in ACCOUNTS.items() if account.is_power}
    others = {key for group in NOT_OF_POWER for key in ACCOUNTS if key[0] == group} | NOT_OF_POWER_LINES
    assert power | others == set(ACCOUNTS)
    assert not power & others


def test_each_line_has_an_input_that_scales_it() -> None:
    # What takes back a gain of the loan in present value follows from the other lines of the loan.
    assert [key for key, account in ACCOUNTS.items() if not account.scaled_by] == [("finance", OFFSET_LINE)]
    assert all(len({*account.scaled_by}) == len(account.scaled_by) for account in ACCOUNTS.values())
    assert INPUTS[EVERY_LINE] == set(ACCOUNTS)
    assert INPUTS["sites.sales_tax_fraction"] == {("capital", "sales_tax")}
    assert INPUTS["modes.land_musd"] == {("capital", "land"), ("residual", "land")}


def test_groups_are_those_of_the_lines() -> None:
    assert list(GROUPS) == list(dict.fromkeys(account.group for account in ACCOUNTS.values()))
    assert set(NEVER_CASH) == set(NOT_CASH)


def test_what_the_hours_change_is_power_or_compute_and_what_a_minimum_bill_counts_is_of_tariffs() -> None:
    by_hour = {key: account for key, account in ACCOUNTS.items() if account.by_hour}
    assert all(account.is_power for key, account in by_hour.items() if key[0] != "delay")
    assert {key for key, account in by_hour.items() if account.by_hour == "site"} == {("operations", "carbon"), ("delay", "lost_compute")}
    assert [key[1] for key, account in ACCOUNTS.items() if account.in_minimum_bill] == ["energy", "demand", "fixed_charge"]


@pytest.mark.parametrize("key", OF_PURSES, ids=".".join)
def test_every_line_has_a_payer_where_each_paid_line_is_named(key: tuple[str, str]) -> None:
    assert may_pay(ONE_BY_ONE, *key)


@pytest.mark.parametrize("key", RETURNED, ids=".".join)
def test_a_return_goes_to_whoever_may_pay_any_line_of_its_group(key: tuple[str, str]) -> None:
    group = key[0]
    assert all(may_pay([f"{group}.{line}"], *key) for line in purse_names()[group])
    assert may_pay([group], *key)
    assert not may_pay([name for name in ONE_BY_ONE if not name.startswith(group)], *key)


def test_what_was_committed_is_rent_and_a_loan_is_served_from_operations_too() -> None:
    assert may_pay(["rent"], "committed", "rental")
    assert may_pay(["rent.rental"], "committed", "rental")
    assert not may_pay(["capital", "operations", "committed"], "committed", "rental")
    assert may_pay(["operations"], "finance", "debt_interest")
    assert not may_pay(["operations.energy", "finance.debt_fee"], "finance", "debt_interest")


@pytest.mark.parametrize("instance", [rich.instance, rich_hours.instance, rich_debt.instance], ids=["rich", "hours", "debt"])
def test_no_row_of_a_model_is_without_a_payer(instance: Callable[[], Instance]) -> None:
    model = build(named(instance()))
    assert model.cash_lines
    assert all(payers(model, *key) for key in model.cash_lines)


def test_the_rich_models_book_on_every_line_of_purses() -> None:
    booked = {key for made in (rich, rich_hours, rich_debt) for key in build(made.instance()).ledger.lines()}
    assert booked >= set(OF_PURSES)


def test_the_model_refuses_a_line_that_nobody_may_pay() -> None:
    # Energy and its minimum take are operations; the purse pays for capital only.
    unpaid = but(with_tariff(energy_usd_per_mwh=50.0), has_budget=True, purses=(b.purse(pays_for=("capital",)),))
    with pytest.raises(ModelError, match=r"no purse may pay or take back operations\.energy;"):
        build(unpaid)


def test_the_model_refuses_a_return_that_nobody_may_take() -> None:
    refunded = with_tariff(customer_capex_musd=6.0, capex_refund_months=3)
    model = build(but(refunded, has_budget=True, purses=(b.purse(pays_for=("capital.interconnection",)),)))
    assert payers(model, "capital", "interconnection_refund") == ["purse"]
    credit = hourly(daily("node", -10.0), tariffs=(b.tariff(kind="index", price_series="node"),))
    with pytest.raises(ModelError, match=r"operations\.energy_credit"):
        build(but(credit, has_budget=True, purses=(b.purse(pays_for=("capital", "deposits")),)))


def test_the_ledger_books_on_no_account_that_is_not_there() -> None:
    model = build(b.instance())
    with pytest.raises(ModelError, match=r"no account operations\.gifts"):
        model.ledger.book(LineKey("a", "operations", "gifts", ""), [(1.0, model.nothing)], Schedule(((0, 1.0),)))


def _refund() -> tuple[Instance, float]:
    # Interconnection of 6 in month 0, given back by 2 in the months 0, 1, 2: the 6 for GPUs are there in month 2: 20 + 6.
    refunded = but(with_gpu(price_usd=6000.0), sites=with_tariff(customer_capex_musd=6.0, capex_refund_months=3).sites)
    return named(refunded, (0, 6.0)), 26.0


def _contract_deposit() -> tuple[Instance, float]:
    # 5 for the deposit of a contract of 6 months, and the same 5 in month 6 for the contract of a second run: nobody waits.
    first = b.tariff(deposit_musd=5.0, term_months=6)
    second = b.tariff(contract_id="second", deposit_musd=5.0, ramp=((6, 1.0),))
    runs = (*wanted(0, until=5), *wanted(6, name="second"))
    return named(b.instance(sites=(b.site(tariffs=(first, second)),), workloads=runs), (0, 5.0)), 0.0


def _rental_deposit() -> tuple[Instance, float]:
    # 1,000 GPUs at 1 USD for 8,784 hours; a tenth of six months' rent lies with the lessor until July.
    return named(with_rental(min_months=6, deposit_fraction=0.1)), 8.784


def _energy_credit() -> tuple[Instance, float]:
    # 1 MW at -10 USD/MWh for 8,784 hours.
    return named(hourly(daily("node", -10.0), tariffs=(b.tariff(kind="index", price_series="node"),))), -0.08784


def _ppa_sales() -> tuple[Instance, float]:
    # 2 MW of sun on a load of 1 MW, half of it sold: 12·50 + 24·30 - 12·35 = 900 a day.
    sun = ppa(profile_series="sun", sell_back_fee_usd_per_mwh=5.0)
    grid = b.tariff(energy_usd_per_mwh=50.0)
    return named(hourly(daily("hub", 40.0), daily("sun", DAYTIME, "share"), tariffs=(grid,), ppas=(sun,))), 0.3294


def _ppa_credit() -> tuple[Instance, float]:
    # Strike 30, hub 40: 10 on 8,784 MWh come back, which cost 50 each.
    return named(hourly(daily("hub", 40.0), tariffs=(b.tariff(energy_usd_per_mwh=50.0),), ppas=(ppa(settlement="financial"),))), 0.35136


BY_HAND: dict[tuple[str, str], Callable[[], tuple[Instance, float]]] = {
    ("capital", "interconnection_refund"): _refund,
    ("deposits", "contract_deposit_return"): _contract_deposit,
    ("deposits", "rental_deposit_return"): _rental_deposit,
    ("operations", "energy_credit"): _energy_credit,
    ("operations", "ppa_sales"): _ppa_sales,
    ("operations", "ppa_credit"): _ppa_credit,
}


def test_every_line_that_comes_back_is_worked_out_by_hand() -> None:
    assert list(BY_HAND) == RETURNED


@pytest.mark.parametrize("key", RETURNED, ids=".".join)
def test_money_comes_back_to_a_purse_that_names_its_lines_one_by_one(key: tuple[str, str]) -> None:
    instance, expected = BY_HAND[key]()
    assert objective(instance) == musd(expected)
    by_group = replace(instance.purses[0], pays_for=tuple(purse_names()))
    assert objective(but(instance, purses=(by_group,))) == musd(expected)
