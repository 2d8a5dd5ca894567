from __future__ import annotations

import pytest

from optimizer.errors import OutputUnwritable
from optimizer.plan import Plan
from optimizer.report import handout
from optimizer.report.cache import source_sha256
from optimizer.report.folder import PLAN_FILES
from optimizer.report.page.case import ReportCase
from tests import builders as b
from tests.report import sample
from tests.report.page.cases import solved


def test_a_plan_is_handed_out_as_report_workbook_and_layers(tmp_path):
    assert not handout.is_handed_out(tmp_path, solved().plan)
    report = handout.write_handout(tmp_path, solved())
    assert report == tmp_path / "report.html"
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (tmp_path / "plan.xlsx").read_bytes().startswith(b"PK")
    assert (tmp_path / "plan.gpkg").read_bytes().startswith(b"SQLite format 3")
    assert handout.is_handed_out(tmp_path, solved().plan)
    assert {path.name for path in tmp_path.iterdir()} == set(handout.handout_names(solved().plan)) <= PLAN_FILES
    (tmp_path / "plan.xlsx").unlink()
    assert not handout.is_handed_out(tmp_path, solved().plan)


def test_of_an_answer_without_a_plan_there_is_a_report_alone(tmp_path):
    answer = sample.no_plan(binding=["deadline: train ready by 2024-03"], workloads=[], versions={"gigasite": "0.1.0"})
    case = ReportCase(b.instance(workloads=()), Plan(answer.header, {}), None, "plan")
    handout.write_handout(tmp_path, case)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert handout.is_handed_out(tmp_path, case.plan)


def test_what_is_there_stays_whole_when_its_successor_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "report.html").write_text("old")

    def fail(case):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handout, "_MAKERS", {**handout._MAKERS, "report.html": fail})
    with pytest.raises(OSError, match="No space"):
        handout.write_handout(tmp_path, solved())
    assert (tmp_path / "report.html").read_text() == "old"


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "report.html").mkdir()  # nothing can take its place
    with pytest.raises(OutputUnwritable, match=r"report\.html cannot be written"):
        handout.write_handout(tmp_path, solved())


def test_another_template_is_another_version_of_the_code(tmp_path, monkeypatch):
    package = tmp_path / "optimizer"
    templates = package / "report" / "page" / "templates"
    templates.mkdir(parents=True)
    (templates / "page.css").write_text("body {}")
    monkeypatch.setattr("optimizer.report.cache.__file__", str(package / "report" / "cache.py"))
    source_sha256.cache_clear()
    before = source_sha256()
    (templates / "page.css").write_text("body { margin: 0 }")
    source_sha256.cache_clear()
    after = source_sha256()
    source_sha256.cache_clear()
    assert before != after
