"""The command line over a real solve: what leaves load unserved is written, told and exits with 6; days that joined are audited with it."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from optimizer.cli import app, solving
from optimizer.core.instance_json import instance_from_json
from optimizer.verify import verified_instance
from tests.verify.hourly import HURRY, days_of
from tests.verify.test_verification import hot_day


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Let the command solve an instance in the place of a scenario."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "somewhere").mkdir()

    def ask(instance):
        monkeypatch.setattr(solving, "read_scenario", lambda folder, overrides, fill: SimpleNamespace(folder=folder))
        monkeypatch.setattr(solving, "assemble", lambda scenario: instance)

    return ask


def _run(*words):
    return CliRunner().invoke(app, list(words))


def test_load_that_stays_unserved_exits_with_6_and_the_plan_is_written(asked, tmp_path):
    instance = hot_day(mw_max=1.2, mw_min=1.2)
    asked(replace(instance, workloads=(replace(HURRY, deadline=0),)))
    done = _run("solve", "somewhere")
    assert done.exit_code == 6
    assert "Verification failed: Not all load is served: a lacks 7.2 MWh in 24 hours, most of it on 01-15." in done.stdout
    folder = tmp_path / "plans" / "hourly"
    header = json.loads((folder / "plan.json").read_text())
    assert (header["status"], header["verification"]["passed"]) == ("best_found", False)
    assert (folder / "tables" / "dispatch.parquet").is_file()
    checked = _run("check", str(folder))
    assert checked.exit_code == 6
    assert "The plan holds" in checked.stdout
    assert "Its verification failed." in checked.stderr


def test_a_plan_with_days_that_joined_is_audited_with_them_and_used_again(asked, tmp_path):
    instance = hot_day(mw_max=3.0)
    asked(instance)
    assert _run("solve", "somewhere").exit_code == 0
    folder = tmp_path / "plans" / "hourly"
    header = json.loads((folder / "plan.json").read_text())
    assert header["typical_days_added"] == {"a": ["01-15"]}
    assert header["instance_sha256"] == instance.sha256()
    stored = instance_from_json((folder / "instance.json").read_text())
    assert stored.sha256() == instance.sha256()
    assert verified_instance(stored, header).sites[0].typical_days == days_of(14)
    assert _run("check", str(folder)).exit_code == 0
    again = _run("solve", "somewhere")
    assert (again.exit_code, "it was audited, not solved again" in again.stdout) == (0, True)


def test_a_plan_is_not_audited_without_the_days_that_joined(asked, tmp_path):
    asked(hot_day(mw_max=3.0))
    _run("solve", "somewhere")
    file = tmp_path / "plans" / "hourly" / "plan.json"
    file.write_text(file.read_text().replace('"01-15"', '"01-16"'))
    assert _run("check", str(tmp_path / "plans" / "hourly")).exit_code == 5
