"""The commands over the real way, on the quickstart scenario."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from optimizer.cli import app
from optimizer.plan.folder import read_plan, write_plan
from optimizer.plan.plan import TABLE_COLUMNS


def _run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "plan"
    result = _run("solve", "quickstart", "--out", folder)
    assert result.exit_code == 0, result.output
    return folder


def test_the_plan_is_proven_audited_and_complete(solved):
    plan = read_plan(solved)
    assert plan.status in {"optimal", "within_gap"}
    assert plan.header["goals"][-1]["gap"] <= 0.001
    assert plan.header["audit"]["passed"] is True
    assert set(plan.tables) == set(TABLE_COLUMNS)
    # the objective of a cost goal is the sum of the ledger, by definition
    assert plan.tables["ledger"]["present_musd"].sum() == pytest.approx(plan.header["objective_musd"], rel=1e-6)


def test_the_header_has_every_field_of_the_format(solved):
    asked = {"format", "scenario", "scenario_sha256", "instance_sha256", "versions", "status", "goals", "objective_musd",
             "cash_cost_musd", "value_of_time_musd", "residual_musd", "nonrefundable_at_signature_musd", "currency_year",
             "seconds", "size", "peak_memory_mb", "audit", "sites", "rentals", "workloads", "ledger_musd", "binding",
             "provenance"}
    header = json.loads((solved / "plan.json").read_text())
    assert asked <= set(header)
    assert {"read", "assemble", "build", "compile", "solve", "audit", "write", "total"} <= set(header["seconds"])
    assert sum(value for phase, value in header["seconds"].items() if phase != "total") <= header["seconds"]["total"] + 0.1


def test_it_is_not_solved_twice(solved):
    again = _run("solve", "quickstart", "--out", solved)
    assert again.exit_code == 0
    assert "audited, not solved again" in again.stdout


def test_a_saved_plan_is_audited_again(solved):
    result = _run("check", solved)
    assert result.exit_code == 0, result.output
    assert "The plan holds" in result.stdout


def test_a_plan_that_was_altered_is_found_out(solved, tmp_path):
    plan = read_plan(solved)
    ledger = plan.tables["ledger"].copy()
    ledger.loc[0, "present_musd"] *= 1.01
    texts = {"instance.json": (solved / "instance.json").read_text()}
    write_plan(type(plan)(plan.header, {**plan.tables, "ledger": ledger}), tmp_path / "altered", texts=texts)
    result = _run("check", tmp_path / "altered")
    assert result.exit_code == 5
    assert f"{ledger.loc[0, 'group']}.{ledger.loc[0, 'line']}" in result.stderr


def test_an_altered_instance_is_found_out(solved, tmp_path):
    data = json.loads((solved / "instance.json").read_text())
    data["discount_rate_per_year"] += 0.01
    write_plan(read_plan(solved), tmp_path / "altered", texts={"instance.json": json.dumps(data)})
    result = _run("check", tmp_path / "altered")
    assert result.exit_code == 2
    assert "not the instance" in result.stderr
    assert "Solve the scenario again." in result.stderr
    assert "in the scenario" not in result.stderr


def test_an_impossible_wish_exits_with_3_and_says_so(tmp_path):
    # 20,000 GPUs at 4,000 a month from July 2024 on, a month to install: not before December 2024
    result = _run("solve", "quickstart", "--out", tmp_path / "plan", "--set", "workloads.training.deadline=\"2024-11\"")
    assert result.exit_code == 3, result.output
    assert "no plan can meet" in result.stdout
    assert "what vendors ship can be worth training's target from 2024-12" in result.stdout
    answer = read_plan(tmp_path / "plan")
    assert (answer.status, answer.tables) == ("infeasible", {})
    totals = [value for name, value in answer.header.items() if name.endswith("_musd") and name != "ledger_musd"]
    assert totals == 6 * [None]
    assert (answer.header["ledger_musd"], answer.header["workloads"][0]["delay_months"]) == ({}, None)
    assert not (tmp_path / "plan" / "tables").exists()
    assert _run("check", tmp_path / "plan").exit_code == 3
    assert _closed("solve", "quickstart", "--out", tmp_path / "plan", "--set", "workloads.training.deadline=\"2024-11\"") == (3, "")


def _closed(*words):
    """Exit code and complaints of a command whose output nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "optimizer.cli", *map(str, words)]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    # On a busy machine the command says what it is at; that is no complaint.
    told = [line for line in done.stderr.splitlines(keepends=True) if not re.fullmatch(r"\w+ +\d+ s\n", line)]
    return done.returncode, "".join(told)


def test_a_reader_who_leaves_changes_nothing(solved):
    assert _closed("solve", "quickstart", "--out", solved) == (0, "")
    assert _closed("solve", "quickstart", "--out", solved, "--json") == (0, _run("solve", "quickstart", "--out", solved, "--json").stderr)
    assert _closed("check", solved) == (0, "")
    assert _closed("schema") == (0, "")


def test_a_csv_file_that_was_altered_is_found_out(solved, tmp_path):
    folder = shutil.copytree(solved, tmp_path / "altered")
    file = folder / "tables" / "fleet.csv"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*lines[:4], lines[4].replace("H100", "H200"), *lines[5:]]))
    result = _run("check", folder)
    assert result.exit_code == 2
    assert result.stderr.startswith("1 problem in the plan folder.")
    assert "fleet.csv, line 5 (row 4): gpu" in result.stderr
    assert json.loads(_run("check", folder, "--json").stdout)["differing"]
    file.unlink()
    (folder / "tables" / "load.parquet").unlink()
    result = _run("check", folder)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 3)
    assert "load.parquet" in result.stderr


def test_a_new_scenario_solves(tmp_path):
    assert _run("new", tmp_path / "mine").exit_code == 0
    result = _run("solve", tmp_path / "mine", "--out", tmp_path / "plan")
    assert result.exit_code == 0, result.output
    assert _run("new", tmp_path / "mine").exit_code == 2


def test_a_scenario_that_is_not_there_is_wrong_input(tmp_path):
    result = _run("solve", tmp_path / "nowhere", "--out", tmp_path / "plan")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert not (tmp_path / "plan").exists()
