"""What reads a plan reads one plan, though another process puts another one in its place meanwhile."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optimizer.cli import app, reporting
from optimizer.core.instance_json import instance_to_json
from optimizer.plan import folder as plan_folder
from optimizer.plan.folder import write_plan
from optimizer.plan.plan import Plan
from tests.report.page.cases import solved


def put(folder: Path, title: str) -> None:
    """Write the plan, told apart from another of the same question by a column of one table."""
    plan = solved().plan
    tables = {**plan.tables, "assumptions": plan.tables["assumptions"].assign(source=title)}
    texts = {"instance.json": instance_to_json(solved().instance)}
    write_plan(Plan({**plan.header, "title": title}, tables), folder, force=True, texts=texts)


@pytest.fixture
def place(tmp_path):
    put(tmp_path / "plan", "first")
    return tmp_path / "plan"


def test_a_plan_that_is_replaced_while_it_is_read_is_read_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the tables read by then one is of the first plan, all others and every CSV file of the second."""
    plain, read = plan_folder._read_table, []

    def replaced_once(name, file):
        read.append(name)
        table = plain(name, file)
        if name == "assumptions" and read.count(name) == 1:
            put(place, "second")
        return table

    monkeypatch.setattr(plan_folder, "_read_table", replaced_once)
    done = CliRunner().invoke(app, ["check", str(place)])
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    assert read.count("assumptions") == 2


def test_a_report_tells_the_plan_that_is_there_when_its_folder_is_held(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = reporting.hold_folder

    @contextlib.contextmanager
    def taken_first(folder, *given):
        put(place, "second")
        with plain(folder, *given):
            yield

    monkeypatch.setattr(reporting, "hold_folder", taken_first)
    assert CliRunner().invoke(app, ["report", str(place)]).exit_code == 0
    done = CliRunner().invoke(app, ["check", str(place)])
    assert (done.exit_code, done.stderr) == (0, ""), done.output


def test_a_folder_without_a_plan_is_not_held_and_nothing_is_made_above_it(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["report", str(tmp_path / "deep" / "none")])
    assert (done.exit_code, "There is no plan here." in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []
