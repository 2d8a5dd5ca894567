"""The page that explains a plan names every table, every column of the tables of power, and every field of power in the header."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

import pytest

from optimizer.plan.plan import TABLE_COLUMNS
from optimizer.workflow.header_power import power_facts
from tests import builders as b
from tests.report import sample

PAGE = (Path(__file__).parents[2] / "docs" / "reading-a-plan.md").read_text(encoding="utf-8")
NAMES = {"period", "site_id", "contract_id"}
"""Columns that say of what a row is."""


def _named(section: str) -> set[str]:
    """Words in the tables of a section of the page."""
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return {word.strip(",;`.*") for row in rows for word in row.replace("|", " ").split()}


@pytest.mark.parametrize("table", TABLE_COLUMNS)
def test_every_table_is_explained(table):
    assert table in _named(PAGE)


@pytest.mark.parametrize("table", ["power", "dispatch", "ppas", "batteries", "bills", "emissions"])
def test_every_column_of_power_is_explained_with_its_unit(table):
    columns = PAGE.split("### Columns of the tables of power")[1].split("### Power in the header")[0]
    first, *others = columns.split(f"\n| {table} |")[1].splitlines()
    own = [f"|{first}", *takewhile(lambda line: line.startswith("| |"), others)]
    assert set(TABLE_COLUMNS[table]) - NAMES <= _named("\n".join(own))


def test_every_field_of_power_is_explained():
    site = b.site()
    assert set(power_facts(site, b.instance(), sample.plan().tables)) <= _named(PAGE.split("### Power in the header")[1])
