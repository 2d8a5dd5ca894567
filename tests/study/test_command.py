"""``gigasite report DIR --beside`` on the three sites and the cloud of ``tests.study.hand``."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from optimizer.cli import app, reporting
from optimizer.core.errors import AuditError
from optimizer.core.instance_json import instance_to_json
from optimizer.plan.folder import write_plan
from tests.model.hand import HURRY
from tests.study.hand import asked, solve


@pytest.fixture
def folder(tmp_path):
    return _written(tmp_path / "three", asked())


def _written(place, instance):
    write_plan(solve(instance), place, texts={"instance.json": instance_to_json(instance)})
    return place


def run(folder, *options):
    return CliRunner().invoke(app, ["report", str(folder), *options])


def test_beside_is_solved_saved_shown_and_used_again(folder, monkeypatch):
    first = run(folder, "--beside")
    assert first.exit_code == 0
    assert "Without a: 30.0 million USD in all, ready 2024-02, site b (optimal)" in first.stdout.splitlines()
    assert "Do nothing: 360.0 million USD in all, ready never, site none (optimal)" in first.stdout.splitlines()
    assert len(json.loads((folder / "beside.json").read_text(encoding="utf-8"))["rows"]) == 5
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Nothing was solved beside this plan" not in page
    assert "Half the size" in page

    monkeypatch.setattr(reporting, "solve_instance", None)  # whoever solves now fails
    again = run(folder, "--beside")
    assert (again.exit_code, again.stdout) == (0, first.stdout)
    (folder / "report.html").unlink()
    assert run(folder).exit_code == 0
    assert "Half the size" in (folder / "report.html").read_text(encoding="utf-8")


def test_another_gap_is_solved_anew(folder, monkeypatch):
    run(folder, "--beside")
    seen = []

    def watched(instance, settings, on_progress):
        seen.append(settings.gap)
        return solve(instance)

    monkeypatch.setattr(reporting, "solve_instance", watched)
    assert run(folder, "--beside", "--gap", "0.01").exit_code == 0
    assert seen == [0.01] * 5
    assert run(folder, "--beside", "--gap", "5").exit_code == 2


def test_what_was_solved_beside_another_plan_is_refused_and_made_anew(folder, tmp_path):
    run(folder, "--beside")
    other = _written(tmp_path / "other", asked(workloads=(replace(HURRY, delay_cost_musd_per_month=20.0),)))
    (other / "beside.json").write_bytes((folder / "beside.json").read_bytes())
    refused = run(other)
    assert refused.exit_code == 2
    assert "another question" in refused.stderr
    theirs = run(other, "--beside")
    assert (theirs.exit_code, "beside.json in" in theirs.stderr) == (2, True)  # gigasite did not write it there: it is not overwritten
    assert run(other, "--beside", "--force").exit_code == 0
    assert (tmp_path / "other.kept-1" / "beside.json").read_bytes() == (folder / "beside.json").read_bytes()
    rows = {row["name"]: row for row in json.loads((other / "beside.json").read_text(encoding="utf-8"))["rows"]}
    assert rows["do_nothing"]["objective_musd"] == pytest.approx(720.0)  # 20 · (12 + 24)


@pytest.mark.parametrize(("done", "shown"), [(0, "Nothing was solved beside this plan"), (2, "Without a and b")])
def test_ctrl_c_keeps_what_is_done_and_makes_the_report(folder, monkeypatch, done, shown):
    left = [None] * done

    def interrupted(instance, settings, on_progress):
        if not left:
            raise KeyboardInterrupt
        left.pop()
        return solve(instance)

    monkeypatch.setattr(reporting, "solve_instance", interrupted)
    ended = run(folder, "--beside")
    assert ended.exit_code == 130
    assert "Stopped by you" in ended.stderr
    assert shown in (folder / "report.html").read_text(encoding="utf-8")
    assert (folder / "beside.json").exists() == bool(done)


def test_a_failed_audit_is_said_and_the_rest_is_kept(folder, monkeypatch):
    def failing(instance, settings, on_progress):
        if instance.workloads[0].gpus_h100e == 500.0:
            raise AuditError("a dollar is missing")
        return solve(instance)

    monkeypatch.setattr(reporting, "solve_instance", failing)
    ended = run(folder, "--beside")
    assert ended.exit_code == 5
    assert "What was found for Half the size did not pass its audit" in ended.stderr
    assert "Without a and b" in (folder / "report.html").read_text(encoding="utf-8")


def test_an_answer_without_a_plan_has_nothing_beside_it(tmp_path):
    none = _written(tmp_path / "none", asked(sites=(), rentals=(), workloads=(replace(HURRY, deadline=3),)))
    ended = run(none, "--beside")
    assert ended.exit_code == 2
    assert "There is no plan to set anything beside: infeasible." in ended.stderr


def test_beside_a_plan_with_contracts_held_nothing_is_solved_free_of_them(tmp_path):
    plan = solve(asked())
    held = {"site_id": "a", "contract_id": "grid", "kind": "firm", "begin": "2024-01", "mw_first": 1.0, "mw": 1.0}
    texts = {"instance.json": instance_to_json(asked())}
    write_plan(replace(plan, header={**plan.header, "signed": [held]}), tmp_path / "held", texts=texts)
    ended = run(tmp_path / "held", "--beside")
    assert ended.exit_code == 2
    assert "The plan holds contracts as signed before; what stands beside it would be solved free of them." in ended.stderr
    assert run(tmp_path / "held").exit_code == 0
    page = (tmp_path / "held" / "report.html").read_text(encoding="utf-8")
    assert "--beside" not in page
    assert "proven the best possible with its contracts held as signed" in page
