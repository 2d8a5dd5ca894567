"""The pages that explain a plan name every table, every column of each, and every field of power in the header."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.make_reference import plan_tables
from optimizer.plan.columns import TABLES
from optimizer.plan.plan import TABLE_COLUMNS
from optimizer.workflow.header_power import power_facts
from tests import builders as b
from tests.report import sample

PAGE = (Path(__file__).parents[2] / "docs" / "reading-a-plan.md").read_text(encoding="utf-8")


def _named(section: str) -> set[str]:
    """Words in the tables of a section of the page."""
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return {word.strip(",;`.*") for row in rows for word in row.replace("|", " ").split()}


@pytest.mark.parametrize("table", TABLE_COLUMNS)
def test_every_table_is_explained(table):
    assert table in _named(PAGE)


def test_every_column_is_explained_on_a_page_of_its_own():
    made = plan_tables()
    for name, columns in TABLE_COLUMNS.items():
        rows = made.split(f"## Table `{name}`")[1].split("## Table")[0]
        assert [line.split("`")[1] for line in rows.splitlines() if line.startswith("| `")] == list(columns)
    assert all(column.meaning.endswith(".") for table in TABLES.values() for column in table.columns)


def test_every_field_of_power_is_explained():
    site = b.site()
    assert set(power_facts(site, b.instance(), sample.plan().tables)) <= _named(PAGE.split("### Power in the header")[1])
