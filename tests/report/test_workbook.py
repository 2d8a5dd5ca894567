"""The workbook: its formulas come to the plan's numbers, recalculated by LibreOffice, and follow the discount rate."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import warnings

import openpyxl
import pandas as pd
import pytest

from optimizer.core.calendar import Calendar
from optimizer.core.finance import Money
from optimizer.plan.plan import TABLE_COLUMNS, Plan
from optimizer.report.workbook import workbook
from optimizer.solve import SolveSettings
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b
from tests import rich
from tests.report import sample

RATE, OTHER_RATE = 0.12, 0.05
CALENDAR = Calendar("2024-10", 6, 3)
SOFFICE = shutil.which("soffice")

# Two quarters. The deposit comes back in month 9, three months after the end.
LEDGER = [
    ("2024-10", "a", "capital", "gpus", "H100", 100.0), ("2025-01", "a", "capital", "gpus", "H100", 50.0),
    ("2024-10", "a", "deposits", "contract_deposit", "grid", 8.0), ("beyond", "a", "deposits", "contract_deposit_return", "grid", -8.0),
    ("2025-01", "a", "operations", "energy", "grid", 10.0), ("2024-10", "", "committed", "rental", "held", 5.0),
    ("2025-01", "", "delay", "delay", "train", 7.0), ("beyond", "a", "residual", "gpus", "H100", -30.0),
]
PAYMENTS = [("2024-10", "fund", "capital", "gpus", 100.0), ("2024-10", "fund", "deposits", "contract_deposit", 8.0),
            ("2025-01", "fund", "capital", "gpus", 50.0), ("2024-10", "opex", "committed", "rental", 5.0),
            ("2025-01", "opex", "operations", "energy", 10.0)]
CASH = [("2024-10", "fund", 120.0, 108.0, 12.0), ("2025-01", "fund", 60.0, 50.0, 22.0),
        ("2024-10", "opex", 9.0, 5.0, 4.0), ("2025-01", "opex", 9.0, 10.0, 3.0)]


def present(row, rate):
    """By conventions.md: mean of the months' factors, month 9 of the deposit, month 6 for what is left."""
    period, group, nominal = row[0], row[2], row[5]
    money = Money(CALENDAR, rate, 2024)
    if group == "residual":
        return nominal * money.end_discount()
    return nominal * (money.discount(9) if period == "beyond" else money.period_discount(0 if period == "2024-10" else 1))


def instance(rate=RATE, **changes):
    return b.instance(horizon=b.horizon(6, 3, "2024-10"), discount_rate_per_year=rate, title="Sample & co", **changes)


def plan(rate=RATE, **tables):
    """The sample with a ledger that holds together."""
    rows = {"ledger": [(*row, present(row, rate)) for row in LEDGER], "payments": PAYMENTS, "cash": CASH, **tables}
    made = {name: pd.DataFrame(of_table, columns=list(TABLE_COLUMNS[name])) for name, of_table in rows.items()}
    objective = float(made["ledger"]["present_musd"].sum())
    return Plan(sample.header(objective_musd=objective), {**sample.plan().tables, **made})


def opened(content, **options):
    return openpyxl.load_workbook(io.BytesIO(content), **options)


def named(book, name):
    """Cells that have a name."""
    sheet, area = next(iter(book.defined_names[name].destinations))
    found = book[sheet][area.replace("$", "")]
    return [row[0] for row in found] if isinstance(found, tuple) else found


def rows_of(sheet, first=5):
    return [row for row in sheet.iter_rows(min_row=first, values_only=True) if row[0] is not None]


@pytest.fixture(scope="module")
def content():
    return workbook(instance(), plan())


@pytest.fixture(scope="module")
def stored(content):
    return opened(content, data_only=True)


def test_values_are_there_before_anything_calculates(stored):
    # 100 + 8 + 50 + 10 - 8 decided, 5 committed, 7 of time, 30 left.
    assert named(stored, "npv_musd").value == pytest.approx(sum(present(row, RATE) for row in LEDGER), abs=1e-9)
    assert named(stored, "cash_cost_musd").value == pytest.approx(
        sum(present(row, RATE) for row in LEDGER if row[2] in ("capital", "deposits", "operations")), abs=1e-9)
    assert named(stored, "npv_check_musd").value == pytest.approx(0.0, abs=1e-9)
    totals = {row[:2]: row[2:4] for row in rows_of(stored["Totals"])}
    assert totals["capital", "gpus"][0] == 150.0
    assert totals["deposits", "together"][0] == 0.0
    assert totals["all", "together"][0] == pytest.approx(142.0)


def test_where_a_banker_looks_there_is_a_formula(content):
    book = opened(content)
    for name in ("npv_musd", "cash_cost_musd", "npv_check_musd", "rows_check_musd", "payments_check_musd", "end_factor"):
        assert str(named(book, name).value).startswith("="), name
    assert all(str(cell.value).startswith("=") for cell in [*named(book, "ledger_present"), *named(book, "period_factor")])
    assert named(book, "discount_rate").value == RATE


def test_a_quarter_shows_the_factor_of_each_of_its_months(stored):
    money = Money(CALENDAR, RATE, 2024)
    quarter = rows_of(stored["Periods"])[1]
    assert quarter[0] == "2025-01"
    assert quarter[4:7] == pytest.approx([money.discount(month) for month in (3, 4, 5)])
    assert quarter[7] == pytest.approx(money.period_discount(1))


def test_a_flow_beyond_shows_when_it_falls_due(stored):
    due = {(row[3], row[4]): row[7] for row in rows_of(stored["Ledger"]) if row[0] == "beyond"}
    # The middle of month 9; what is left stands at the end of month 6.
    assert due == {("deposits", "contract_deposit_return"): pytest.approx(9.5), ("residual", "gpus"): 6.0}


def test_a_sum_of_payments_and_receipts_keeps_its_factor():
    # 1 paid late and 0.9 received early: 0.1 nominal, and less than nothing in present value.
    mixed = [(*LEDGER[0], present(LEDGER[0], RATE)), ("beyond", "a", "operations", "ppa_energy", "wind", 0.1, -0.05)]
    book = opened(workbook(instance(), plan(ledger=mixed)))
    row = rows_of(book["Ledger"])[1]
    assert (row[7], row[8], row[11]) == (None, "=-0.5", "kept")


def test_without_interest_every_factor_is_one():
    book = opened(workbook(instance(0.0), plan(0.0)), data_only=True)
    assert {cell.value for cell in named(book, "ledger_present")} == {row[5] for row in LEDGER}
    assert named(book, "npv_check_musd").value == pytest.approx(0.0)


def test_balances_run_from_row_to_row(content, stored):
    cash = rows_of(stored["Cash"])[:2]
    # Period, out, so far, gap, then in, out, balance of each purse.
    assert cash[0][1:3] == (113.0, 113.0)
    assert cash[1][1:3] == (60.0, 173.0)
    assert [cash[1][place] for place in (6, 10)] == [22.0, 3.0]
    assert opened(content)["Cash"]["G6"].value == "=G5+E6-F6"


def test_headers_have_units_and_stay_in_sight(stored):
    for sheet in stored.worksheets[1:]:
        assert sheet.freeze_panes == "B5", sheet.title
        assert sheet.print_title_rows in ("$4:$4", "4:4"), sheet.title
        headers = [str(cell.value) for cell in sheet[4] if cell.value]
        numbers = [cell for cell in sheet[5] if isinstance(cell.value, float) and sheet.title != "Assumptions"]
        for cell in numbers:
            assert re.search(r"\[.+\]$", str(sheet.cell(4, cell.column).value)), (sheet.title, headers)
    always = {"Summary", "Ledger", "Totals", "Cash", "Periods", "Fleet", "Power", "Load", "Commitments", "Assumptions"}
    assert always <= set(stored.sheetnames)


def test_inputs_carry_their_source_and_stay_what_they_are():
    rows = [("sites", "a", "county_fips", "01001", "", "fact", "primary", "2024-01-01", "Census"),
            ("modes", "a", "lead_months", "6", "months", "estimate", "press", "2024-01-01", "x" * 300),
            ("sites", "a", "name", "=1+1", "", "fact", "", "", "")]
    sheet = opened(workbook(instance(), plan(assumptions=rows)))["Assumptions"]
    assert [sheet.cell(row, 4).value for row in (5, 6, 7)] == ["01001", 6, "=1+1"]
    # What looks like a formula is a text, a long source is no comment.
    assert sheet["D7"].data_type == "s"
    assert "Census" in sheet["D5"].comment.text
    assert sheet["D6"].comment is None


def test_what_is_lost_adds_up_signature_by_signature(stored):
    # The sample's commitments: 0 and 7.5 in January, 4.5 in March.
    assert [row[6] for row in rows_of(stored["Commitments"])] == [0.0, 7.5, 12.0]


def test_the_same_plan_gives_the_same_bytes(content):
    assert workbook(instance(), plan()) == content


def test_an_empty_plan_has_a_workbook_and_no_plan_has_none():
    nothing = Plan(sample.header(objective_musd=0.0, sites=[], rentals=[], workloads=[]),
                   {name: pd.DataFrame(columns=list(columns)) for name, columns in TABLE_COLUMNS.items()})
    book = opened(workbook(instance(), nothing), data_only=True)
    assert named(book, "npv_musd").value == 0.0
    assert "payments_check_musd" not in book.defined_names
    with pytest.raises(ValueError, match="has no plan"):
        workbook(instance(), sample.no_plan())


def recalculated(folder, books):
    """Workbooks without any stored value, calculated and read again: openpyxl keeps formulas and drops what they came to."""
    source, target = folder / "bare", folder / "done"
    source.mkdir()
    for name, book in books.items():
        book.save(source / f"{name}.xlsx")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(target)]
    subprocess.run([*command, *(str(source / f"{name}.xlsx") for name in books)], check=True, capture_output=True, timeout=170)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # LibreOffice writes extensions that openpyxl does not know
        return {name: opened((target / f"{name}.xlsx").read_bytes(), data_only=True) for name in books}


@pytest.fixture(scope="module")
def solved():
    return solve_instance(rich.instance(), SolveSettings())


@pytest.fixture(scope="module")
def calculated(tmp_path_factory, content, solved):
    """The workbooks of the plan by hand, at its rate and at another, of one without interest, and of a solved one."""
    if SOFFICE is None and "GIGASITE_SKIPS_NOTHING" not in os.environ:
        pytest.skip("LibreOffice is not installed: apt-get install --no-install-recommends libreoffice-calc-nogui")
    other = opened(content)
    named(other, "discount_rate").value = OTHER_RATE
    books = {"by_hand": opened(content), "other_rate": other, "solved": opened(workbook(rich.instance(), solved))}
    return recalculated(tmp_path_factory.mktemp("office"), books)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["by_hand", "solved"])
def test_every_formula_comes_to_the_value_stored_with_it(name, calculated, content, solved):
    made = content if name == "by_hand" else workbook(rich.instance(), solved)
    formulas, values = opened(made), opened(made, data_only=True)
    count = 0
    for sheet in formulas.worksheets:
        for cell in [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]:
            value = calculated[name][sheet.title][cell.coordinate].value
            expected = values[sheet.title][cell.coordinate].value
            assert value == (expected if isinstance(expected, str) else pytest.approx(expected, abs=1e-6)), (sheet.title, cell.coordinate)
            count += 1
    assert count > 50


@pytest.mark.slow
def test_totals_of_a_solved_plan_are_those_of_plan_json(calculated, solved):
    book, header = calculated["solved"], solved.header
    assert named(book, "npv_musd").value == pytest.approx(header["objective_musd"], abs=1e-6)
    assert named(book, "cash_cost_musd").value == pytest.approx(header["cash_cost_musd"], abs=1e-6)
    lines = {row[:2]: row[3] for row in rows_of(book["Totals"])}
    by_line = {(group, line): musd for group, of_group in header["ledger_musd"].items() for line, musd in of_group.items()}
    assert len(by_line) > 20
    assert {key: lines[key] for key in by_line} == pytest.approx(by_line, abs=1e-6)
    for name in ("npv_check_musd", "rows_check_musd", "payments_check_musd"):
        assert named(book, name).value == pytest.approx(0.0, abs=1e-6)


@pytest.mark.slow
def test_at_another_rate_the_workbook_says_what_the_finance_of_the_plan_would(calculated):
    by_hand = sum(present(row, OTHER_RATE) for row in LEDGER)
    assert abs(by_hand - sum(present(row, RATE) for row in LEDGER)) > 0.1
    assert named(calculated["other_rate"], "npv_musd").value == pytest.approx(by_hand, abs=1e-6)
    summary = [row for row in calculated["other_rate"]["Summary"].iter_rows(values_only=True) if row[2] == "differs"]
    assert len(summary) == 2
