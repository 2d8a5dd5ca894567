from __future__ import annotations

import pytest

from optimizer.plan.folder import read_plan, write_plan
from optimizer.plan.same_content import differing_tables
from tests.report import sample


@pytest.fixture
def folder(tmp_path):
    write_plan(sample.plan(), tmp_path / "plan")
    return tmp_path / "plan"


def _differing(folder):
    return differing_tables(read_plan(folder), folder)


def _altered(folder, old, new):
    file = folder / "tables" / "cash.csv"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    return _differing(folder)


def test_what_was_written_is_the_same_in_both_forms(folder):
    assert _differing(folder) == []


def test_a_number_is_compared_and_not_its_spelling(folder):
    assert _altered(folder, "2024-01,fund,100.0,67.5,32.5", "2024-01,fund,100,67.50,32.5") == []


@pytest.mark.parametrize(("old", "new", "where", "field", "says"), [
    ("30.0,2.5", "30.0,2.6", "line 3 (row 2)", "balance_musd", "The CSV file says '2.6', the Parquet file '2.5'."),
    ("2024-03,fund", "2024-03,bank", "line 4 (row 3)", "purse", "'bank'"),
    ("balance_musd", "rest_musd", "line 1", "", "columns"),
    ("2024-03,fund,5.0,0.0,7.5\n", "", "", "", "The CSV file has 2 rows, the Parquet file 3."),
    ("100.0,67.5,", "100.0,", "line 2 (row 1)", "", "The row has 4 cells, not 5."),
])
def test_the_first_difference_is_told_with_its_place(folder, old, new, where, field, says):
    problem, = _altered(folder, old, new)
    assert (problem.file, problem.where, problem.field) == (str(folder / "tables" / "cash.csv"), where, field)
    assert says in problem.message


def test_a_missing_csv_file_is_told(folder):
    (folder / "tables" / "load.csv").unlink()
    problem, = _differing(folder)
    assert problem.file.endswith("load.csv")
    assert "missing" in problem.message
