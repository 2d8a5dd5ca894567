"""Tables of a plan that somebody altered: refused with file, row and column, and with what would be right; all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from optimizer.cli import app, exporting
from optimizer.core.errors import PlanFolderError
from optimizer.core.instance_json import instance_to_json
from optimizer.plan.folder import read_plan, write_plan
from optimizer.workflow.whole_way import solve_instance
from tests.model.hand import hurried
from tests.scenario.test_strangers import LIE


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("right") / "plan"
    instance = hurried()
    write_plan(solve_instance(instance), folder, texts={"instance.json": instance_to_json(instance)})
    return folder


@pytest.fixture
def folder(right: Path, tmp_path: Path) -> Path:
    """A plan that a test may alter."""
    for file in right.rglob("*"):
        if file.is_file():
            to = tmp_path / file.relative_to(right)
            to.parent.mkdir(exist_ok=True)
            to.write_bytes(file.read_bytes())
    return tmp_path


def altered(folder: Path, name: str, column: str, cell: object, row: int = 0) -> None:
    """Put something in a cell of a table's Parquet file."""
    file = folder / "tables" / f"{name}.parquet"
    table = pd.read_parquet(file)
    cells = table[column].astype(object).tolist()
    cells[row] = cell
    table[column] = cells
    table.to_parquet(file, index=False)


def refusal(folder: Path) -> str:
    with pytest.raises(PlanFolderError) as caught:
        read_plan(folder)
    return str(caught.value)


@pytest.mark.parametrize("cell", [np.nan, np.inf, -1e308, 1e16])
def test_a_number_that_is_none_is_refused(folder: Path, cell: float) -> None:
    altered(folder, "fleet", "online", cell, 2)
    said = refusal(folder)
    assert "fleet.parquet, row 4: online" in said
    assert f"{cell:g} is not a number of at most 1e+15" in said


@pytest.mark.parametrize(("cell", "told"), [(None, "This cell is empty"), ("a\x0bb", "U+000B"), ("x" * 20_000, "20,000 characters")])
def test_a_text_that_is_none_or_cannot_be_seen_is_refused(folder: Path, cell: object, told: str) -> None:
    altered(folder, "fleet", "site_id", cell)
    said = refusal(folder)
    assert "fleet.parquet, row 2: site_id" in said
    assert told in said
    assert len(said) < 1_000


def test_texts_in_a_column_of_numbers_and_a_missing_column_are_told_with_all_else(folder: Path) -> None:
    file = folder / "tables" / "cash.parquet"
    fleet = folder / "tables" / "fleet.parquet"
    load = pd.read_parquet(folder / "tables" / "load.parquet")
    load.assign(it_mw="much").to_parquet(folder / "tables" / "load.parquet", index=False)
    pd.read_parquet(fleet).drop(columns="online").to_parquet(fleet, index=False)
    file.write_bytes(b"")
    said = refusal(folder)
    assert "'much' is not a number" in said
    assert "fleet.parquet: online" in said
    assert "This column is missing" in said
    assert "cash.parquet" in said


@pytest.mark.parametrize(("table", "change", "told"), [
    ("fleet", lambda rows: pd.concat([rows, rows.iloc[:1]]), "the row stands more than once"),
    ("fleet", lambda rows: rows.assign(site_id="nobody"), "unknown site_id 'nobody'"),
    ("construction", lambda rows: rows.assign(period="x"), "unknown period 'x'"),
])
@pytest.mark.parametrize("command", ["report", "compare", "export"])
def test_rows_that_stand_twice_or_name_what_the_question_does_not_know_are_refused(
    right: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, table: str, change: Any, told: str, command: str
) -> None:
    monkeypatch.setattr(exporting, "require_pypsa", lambda: None)
    file = folder / "tables" / f"{table}.parquet"
    change(pd.read_parquet(file)).to_parquet(file, index=False)
    words = {"report": [str(folder)], "compare": [str(right), str(folder)], "export": [str(folder), "--to", "pypsa"]}[command]
    done = CliRunner().invoke(app, [command, *words])
    assert done.exit_code == 2
    assert str(folder) in done.stderr
    assert f"table {table}: {told}" in done.stderr


def test_a_folder_in_the_place_of_a_table_is_refused(folder: Path) -> None:
    file = folder / "tables" / "fleet.parquet"
    file.unlink()
    file.mkdir()
    assert "fleet.parquet" in refusal(folder)


def test_a_table_whose_footer_lies_is_told_beside_others(folder: Path) -> None:
    (folder / "tables" / "fleet.parquet").write_bytes(LIE)
    altered(folder, "load", "it_mw", np.inf)
    said = refusal(folder)
    assert "what its footer says is not what it holds" in said
    assert "load.parquet, row 2: it_mw" in said
