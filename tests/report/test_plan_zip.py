"""A plan as a zip file: unpacked it is a plan's folder, though its tables are there as CSV alone."""

import io
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from optimizer.cli.checking import run_check
from optimizer.core.instance import Instance
from optimizer.core.instance_json import instance_from_json
from optimizer.plan.columns import TEXT_COLUMNS
from optimizer.plan.folder import read_plan
from optimizer.plan.plan import TABLE_COLUMNS, Plan
from optimizer.plan.zip_write import zip_plan
from tests import rich, rich_hours
from tests.model import hand

INSTANCES = (rich.instance, rich_hours.burning)
"""Together they have rows in all tables but those of agreements, rates and inference."""


@cache
def held(instance: Callable[[], Instance]) -> Plan:
    return hand.solve(instance())


def unpacked(packed: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)
    return folder


@pytest.mark.parametrize("asked", INSTANCES)
def test_unpacked_it_passes_its_check_and_every_table_is_as_it_was(tmp_path: Path, asked: Callable[[], Instance]) -> None:
    plan = held(asked)
    folder = unpacked(zip_plan(plan, asked()), tmp_path / "plan")
    again = read_plan(folder)
    assert set(again.tables) == set(TABLE_COLUMNS)
    for name, table in plan.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table, check_dtype=bool(len(table)), check_exact=True)
    assert instance_from_json((folder / "instance.json").read_text()) == asked()
    assert run_check(folder, as_json=False) == 0


def test_equal_plans_are_equal_bytes() -> None:
    assert zip_plan(held(rich.instance), rich.instance()) == zip_plan(held(rich.instance), rich.instance())


def test_texts_are_those_columns_whose_cells_are_texts() -> None:
    held_rows = [table for asked in INSTANCES for table in held(asked).tables.values() if len(table)]
    texts = {column for table in held_rows for column in table.columns if table[column].dtype == "str"}
    known = {column for table in held_rows for column in table.columns}
    assert texts == TEXT_COLUMNS & known
