from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from optimizer.core.errors import OutputExists, OutputUnwritable, PlanFolderError
from optimizer.files import exchange
from optimizer.plan.folder import read_plan, require_free, write_plan
from optimizer.plan.plan import TABLE_COLUMNS, Plan
from optimizer.plan.plan_text import plan_json
from tests.report import sample


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_plan_comes_back_as_it_was_written(tmp_path):
    written = write_plan(sample.plan(), tmp_path / "deep" / "plan", texts={"instance.json": "{}"})
    again = read_plan(tmp_path / "deep" / "plan")
    assert again.header == written.header
    assert set(again.tables) == set(TABLE_COLUMNS)
    for name, table in written.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table)
    assert (tmp_path / "deep" / "plan" / "instance.json").read_text() == "{}"


def test_csv_and_parquet_hold_the_same_in_full_precision(tmp_path):
    write_plan(sample.plan(), tmp_path / "plan")
    tables = tmp_path / "plan" / "tables"
    assert {path.name for path in tables.iterdir()} == {f"{name}.{kind}" for name in TABLE_COLUMNS for kind in ("csv", "parquet")}
    assert (tables / "ledger.csv").read_text().splitlines()[:2] == [
        "period,site_id,group,line,subject,nominal_musd,present_musd", "2024-01,a,capital,gpus,H100,67.5,67.1234567890123"]
    assert pd.read_parquet(tables / "ledger.parquet")["present_musd"][0] == 67.1234567890123


def test_the_header_says_how_long_the_writing_took(tmp_path):
    seconds = write_plan(sample.plan(), tmp_path / "plan").header["seconds"]
    assert seconds["write"] > 0
    assert seconds["total"] == pytest.approx(2.0 + seconds["write"], abs=0.002)


def test_an_answer_without_a_plan_is_plan_json_alone(tmp_path):
    write_plan(sample.no_plan(), tmp_path / "plan")
    assert {path.name for path in (tmp_path / "plan").iterdir()} == {"plan.json", "manifest.json"}
    assert read_plan(tmp_path / "plan").status == "infeasible"


def test_a_plan_is_replaced_only_by_force(tmp_path):
    folder = tmp_path / "plan"
    write_plan(sample.plan(), folder, texts={"instance.json": "old"})
    before = _content(folder)
    with pytest.raises(OutputExists, match="--force"):
        write_plan(sample.plan(objective_musd=1.0), folder)
    assert _content(folder) == before
    write_plan(sample.plan(objective_musd=1.0), folder, force=True)
    assert read_plan(folder).header["objective_musd"] == 1.0
    assert not (folder / "instance.json").exists()  # nothing of the old plan stays
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_not_even_force_deletes_what_is_no_plan(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputExists, match=r"thesis\.txt"):
        write_plan(sample.plan(), tmp_path, force=True)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputExists, match="is a file"):
        write_plan(sample.plan(), tmp_path / "file", force=True)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_an_empty_folder_is_free(tmp_path):
    (tmp_path / "plan").mkdir()
    write_plan(sample.plan(), tmp_path / "plan")
    assert read_plan(tmp_path / "plan").status == "within_gap"


@pytest.mark.parametrize("broken", ["columns", "json"])
def test_a_failed_write_leaves_everything_as_it_was(tmp_path, broken):
    folder = tmp_path / "plan"
    write_plan(sample.plan(), folder)
    before = _content(folder)
    plan = sample.plan()
    tables = {**plan.tables, "load": plan.tables["load"].drop(columns="it_mw")} if broken == "columns" else plan.tables
    header = plan.header if broken == "columns" else {**plan.header, "size": {"rows": object()}}
    with pytest.raises((ValueError, TypeError)):
        write_plan(Plan(header, tables), folder, force=True)
    assert _content(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_the_old_plan_returns_when_the_new_one_cannot_be_put_in_place(tmp_path, monkeypatch):
    folder = tmp_path / "plan"
    write_plan(sample.plan(), folder)
    before = _content(folder)
    rename = os.rename

    def failing(source, target):
        if Path(source).name == "new":
            raise OSError(errno.ENOSPC, "disk full")
        return rename(source, target)

    monkeypatch.setattr(exchange, "_exchanged", lambda *_: False)
    monkeypatch.setattr(exchange.os, "rename", failing)
    with pytest.raises(OutputUnwritable, match="disk full"):
        write_plan(sample.plan(objective_musd=1.0), folder, force=True)
    assert _content(folder) == before


def test_plan_json_is_strict_json_whatever_the_numbers(tmp_path):
    text = plan_json(sample.plan(objective_musd=np.float64(1.5), peak_memory_mb=np.int64(7), residual_musd=float("nan"),
                                 size={"rows": (1, np.inf)}))
    data = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert (data["objective_musd"], data["peak_memory_mb"], data["residual_musd"]) == (1.5, 7, None)
    assert data["size"] == {"rows": [1, None]}


def test_what_is_no_plan_is_refused(tmp_path):
    with pytest.raises(PlanFolderError, match="no plan here"):
        read_plan(tmp_path)
    write_plan(sample.plan(), tmp_path / "plan")
    (tmp_path / "plan" / "tables" / "ledger.parquet").write_bytes(b"rubbish")
    with pytest.raises(PlanFolderError, match="cannot be read"):
        read_plan(tmp_path / "plan")


def test_every_missing_table_is_a_line(tmp_path):
    write_plan(sample.plan(), tmp_path / "plan")
    for name in ("load", "cash"):
        (tmp_path / "plan" / "tables" / f"{name}.parquet").unlink()
    with pytest.raises(PlanFolderError) as caught:
        read_plan(tmp_path / "plan")
    assert [Path(problem.file).name for problem in caught.value.problems] == ["load.parquet", "cash.parquet"]
    assert str(caught.value).startswith("2 problems in the plan folder.\n")


def test_where_nothing_can_be_made_is_said_before(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputUnwritable, match=r"nothing can be made in .*file"):
        require_free(tmp_path / "file" / "deep" / "plan", force=True)
    require_free(tmp_path / "new" / "plan", force=False)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]  # nothing stays of the trial
