"""``gigasite compare``: text, page, refusals."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from optimizer.cli import app
from optimizer.core.instance_json import instance_to_json
from optimizer.plan.folder import write_plan
from tests.report.page_more import hand


@pytest.fixture
def folders(tmp_path):
    made = []
    for name in ("one", "two"):
        case = hand.case()
        plan = hand.case(instance_sha256=case.instance.sha256()).plan
        write_plan(plan, tmp_path / name, texts={"instance.json": instance_to_json(case.instance)})
        made.append(tmp_path / name)
    return made


def _run(*arguments):
    return CliRunner().invoke(app, ["compare", *map(str, arguments)])


def test_plans_are_printed_side_by_side(folders):
    done = _run(*folders)
    assert done.exit_code == 0
    assert "Alpha (retrofit)" in done.stdout
    assert "two less one" in done.stdout


def test_a_page_is_written_once(folders, tmp_path):
    page = tmp_path / "pages" / "compared.html"
    done = _run(*folders, "--out", page)
    assert done.exit_code == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [file.name for file in page.parent.iterdir()] == ["compared.html"]
    again = _run(*folders, "--out", page)
    assert again.exit_code == 2
    assert "give --force" in again.stderr
    assert _run(*folders, "--out", page, "--force").exit_code == 0


def test_one_plan_or_the_same_twice_is_refused(folders):
    assert _run(folders[0]).exit_code == 2
    done = _run(folders[0], folders[0])
    assert done.exit_code == 2
    assert "given twice" in done.stderr


def test_a_plan_that_does_not_answer_its_instance_is_refused(folders):
    header = json.loads((folders[1] / "plan.json").read_text(encoding="utf-8"))
    (folders[1] / "plan.json").write_text(json.dumps({**header, "instance_sha256": "f" * 64}), encoding="utf-8")
    done = _run(*folders)
    assert done.exit_code == 2
    assert "not the instance" in done.stderr
