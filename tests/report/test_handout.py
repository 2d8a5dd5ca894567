from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.core.errors import DrawingFailed, OutputUnwritable
from optimizer.plan.folder import PLAN_FILES
from optimizer.plan.plan import Plan
from optimizer.report import drawing, handout, handout_makers
from optimizer.report.page.case import ReportCase
from optimizer.report.same_plan import of_another_plan
from optimizer.workflow.cache import source_sha256
from tests import builders as b
from tests.report import sample
from tests.report.page.cases import solved


def test_a_plan_is_handed_out_as_report_workbook_and_layers(tmp_path):
    assert handout.missing_handouts(tmp_path, solved().plan) == ("report.html", "plan.xlsx", "plan.gpkg")
    report = handout.write_handout(tmp_path, solved())
    assert report == tmp_path / "report.html"
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (tmp_path / "plan.xlsx").read_bytes().startswith(b"PK")
    assert (tmp_path / "plan.gpkg").read_bytes().startswith(b"SQLite format 3")
    assert not handout.missing_handouts(tmp_path, solved().plan)
    assert {path.name for path in tmp_path.iterdir()} == {*handout.handout_names(solved().plan), "manifest.json"} <= PLAN_FILES
    (tmp_path / "plan.xlsx").unlink()
    assert handout.missing_handouts(tmp_path, solved().plan) == ("plan.xlsx",)


def test_a_folder_whose_name_is_no_text_is_told_by_its_numbers():
    case = replace(solved(), folder_name="bad\udcff name", folder_path="bad\udcff name")
    assert b"bad\\udcff name" in handout_makers.report(case)


def test_of_an_answer_without_a_plan_there_is_a_report_alone(tmp_path):
    answer = sample.no_plan(binding=["deadline: train ready by 2024-03"], workloads=[], versions={"gigasite": "0.1.0"})
    case = ReportCase(b.instance(workloads=()), Plan(answer.header, {}), None, "plan")
    handout.write_handout(tmp_path, case)
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "manifest.json"}
    assert not handout.missing_handouts(tmp_path, case.plan)


def test_what_is_there_stays_whole_when_its_successor_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "report.html").write_text("old")
    monkeypatch.setattr(handout, "_MAKERS", {**handout._MAKERS, "report.html": "tests.report.makers:fails"})
    with pytest.raises(DrawingFailed, match=r"report\.html could not be made: ValueError: no such drawing\.") as caught:
        handout.write_handout(tmp_path, solved())
    assert caught.value.exit_code == 1
    assert (tmp_path / "report.html").read_text() == "old"
    assert not handout.missing_handouts(tmp_path, solved().plan)


def test_a_library_that_ends_its_process_takes_nothing_else_with_it(tmp_path, monkeypatch):
    """The first of three is ended by SIGABRT, as a panic ends it; the other two are made by a process in its place."""
    monkeypatch.setattr(handout, "_MAKERS", {**handout._MAKERS, "report.html": "tests.report.makers:aborts"})
    with pytest.raises(DrawingFailed) as caught:
        handout.write_handout(tmp_path, solved())
    assert "report.html could not be made: the process that draws it was ended by SIGABRT: panicked at the disco." in str(caught.value)
    assert f"gigasite report {tmp_path} tries again" in str(caught.value)
    assert handout.missing_handouts(tmp_path, solved().plan) == ("report.html",)


def test_a_process_that_cannot_be_started_is_told_when_the_plan_is_there(tmp_path, monkeypatch):
    """No process is left, and no room for temporary files: neither may fail before the plan is written."""

    def refused(*given, **named):
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(drawing.subprocess, "Popen", refused)
    monkeypatch.setattr(drawing.tempfile, "TemporaryFile", refused)
    with handout.Drawer(handout.MAKERS_MODULE) as drawer, pytest.raises(DrawingFailed) as failed:
        handout.write_handout(tmp_path, solved(), drawer=drawer)
    why = "could not be made: the process that draws it cannot be started (Resource temporarily unavailable)."
    assert str(failed.value).splitlines()[:3] == [f"{tmp_path / name} {why}" for name in ("report.html", "plan.xlsx", "plan.gpkg")]


def test_a_process_that_runs_out_of_memory_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(handout, "_MAKERS", dict.fromkeys(handout._MAKERS, "tests.report.makers:hungers"))
    with pytest.raises(DrawingFailed, match="MemoryError"):
        handout.write_handout(tmp_path, solved())


def test_each_file_names_the_plan_it_was_made_of(tmp_path):
    plan = solved().plan
    handout.write_handout(tmp_path, solved())
    assert of_another_plan(plan, tmp_path) == []
    assert of_another_plan(Plan(dict(plan.header), dict(plan.tables)), tmp_path) == []
    other = Plan({**plan.header, "objective_musd": 1.0}, plan.tables)
    assert [Path(problem.file).name for problem in of_another_plan(other, tmp_path)] == ["report.html", "plan.xlsx", "plan.gpkg"]
    assert all("tells another plan" in problem.message for problem in of_another_plan(other, tmp_path))


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "report.html").mkdir()  # nothing can take its place
    with pytest.raises(OutputUnwritable, match=r"report\.html cannot be written"):
        handout.write_handout(tmp_path, solved())


def test_another_template_is_another_version_of_the_code(tmp_path, monkeypatch):
    package = tmp_path / "optimizer"
    templates = package / "report" / "page" / "templates"
    templates.mkdir(parents=True)
    (templates / "page.css").write_text("body {}")
    monkeypatch.setattr("optimizer.__file__", str(package / "__init__.py"))
    source_sha256.cache_clear()
    before = source_sha256()
    (templates / "page.css").write_text("body { margin: 0 }")
    source_sha256.cache_clear()
    after = source_sha256()
    source_sha256.cache_clear()
    assert before != after
