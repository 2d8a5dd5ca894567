from __future__ import annotations

import shutil

import pytest
from typer.testing import CliRunner

from optimizer.cli import app
from optimizer.core.instance_json import instance_to_json
from optimizer.plan.folder import write_plan
from tests.report.page.cases import solved


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "hand"
    write_plan(solved().plan, place, texts={"instance.json": instance_to_json(solved().instance)})
    return place


def test_a_saved_plan_has_its_report_made_anew(folder):
    done = CliRunner().invoke(app, ["report", str(folder)])
    assert done.exit_code == 0
    assert done.stdout.startswith(f"Written: {folder / 'report.html'}, {folder / 'plan.xlsx'}, {folder / 'plan.gpkg'}")
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "4,000 GPUs &amp; where to put them" in page
    assert "from the folder hand" in page


def test_a_folder_without_a_plan_is_named(tmp_path):
    done = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert done.exit_code == 2
    assert "There is no plan here." in done.stderr


def test_a_plan_without_its_question_cannot_be_told(folder):
    (folder / "instance.json").unlink()
    done = CliRunner().invoke(app, ["report", str(folder)])
    assert done.exit_code == 2
    assert "The instance that this plan answers is missing" in done.stderr


def test_solving_names_the_report_in_its_last_line(tmp_path):
    out = tmp_path / "plan"
    first = CliRunner().invoke(app, ["solve", "quickstart", "--out", str(out)])
    last = f"Report: {out / 'report.html'} (plan.xlsx and plan.gpkg beside it)"
    assert first.exit_code == 0
    assert first.stdout.splitlines()[-1] == last
    made = (out / "report.html").stat().st_mtime_ns
    again = CliRunner().invoke(app, ["solve", "quickstart", "--out", str(out)])
    assert again.stdout.splitlines()[-1] == last
    assert (out / "report.html").stat().st_mtime_ns == made
    shutil.rmtree(out / "tables")  # a plan that is not whole is solved again, and handed out again
    assert CliRunner().invoke(app, ["solve", "quickstart", "--out", str(out), "--force"]).exit_code == 0
    assert (out / "report.html").stat().st_mtime_ns != made
