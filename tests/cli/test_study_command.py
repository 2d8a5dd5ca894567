"""``gigasite study`` and what ``gigasite report`` makes of a study: one small study for real, the rest with outcomes made by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from optimizer.cli import app, studying
from optimizer.cli.study_progress import study_line
from optimizer.core.bundled import scenario_path
from optimizer.report.study_page.folder import read_case
from optimizer.study.engine.progress_tracker import StudyProgress
from optimizer.workflow import study as workflow_study
from optimizer.workflow.study import Scope, StudyResult
from tests.report import study_sample as sample

STUDY = """
[study]
title = "Without Memphis, and with no money"
design = "named"

[[named]]
name = "no_memphis"
title = "Memphis is not to be had"
set = ['sites.forbidden=["memphis"]']

[[named]]
name = "no_money"
title = "A tenth of the money"
set = ["budget.purses.equity.amounts.2024-06=160"]
"""


BESIDE = ("--set", "gpus.H100.price_usd*=1.01", "--gap", "0.0005", "--time-limit", "600")
"""Given beside the study's file."""


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A study of quickstart that has run: its folder, and what the command said."""
    place = tmp_path_factory.mktemp("studies")
    shutil.copytree(scenario_path("quickstart"), place / "scenario")
    (place / "scenario" / "studies" / "what-if.toml").write_text(STUDY, encoding="utf-8")
    said = run("study", place / "scenario", "what-if", "--workers", "1", "--out", place / "out", *BESIDE)
    return place / "out", said


def test_the_answers_are_told_and_kept(done):
    folder, said = done
    assert said.exit_code == 0, said.stderr
    assert "3 runs, the runs named, one by one; very roughly" in said.stderr
    assert "  Memphis is not to be had: +" in said.stdout
    assert "host: memphis → lordstown" in said.stdout
    assert "  A tenth of the money: no plan." in said.stdout
    assert "Of 3 runs: 1 proven to have no plan." in said.stdout
    assert {"answers.json", "study.csv", "study.parquet", "study.toml", "report.html", "plans"} <= {path.name for path in folder.iterdir()}
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Memphis is not to be had" in page
    assert "Runs without a plan" in page


def test_a_taken_folder_is_refused_and_resume_solves_nothing_again(done):
    folder, _ = done
    scenario, before = folder.parent / "scenario", {path: path.stat().st_mtime_ns for path in (folder / "plans").iterdir()}
    refused = run("study", scenario, "what-if", "--workers", "1", "--out", folder)
    assert refused.exit_code == 2
    assert "--resume" in refused.stderr
    other = run("study", scenario, "what-if", "--workers", "1", "--out", folder, "--resume", *BESIDE, "--gap", "0.01")
    assert other.exit_code == 2
    assert "The study's file, --set, --gap and --time-limit must stay as they were." in other.stderr
    again = run("study", scenario, "what-if", "--workers", "1", "--out", folder, "--resume", "--json", *BESIDE)
    assert again.exit_code == 0
    assert json.loads(again.stdout) == json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    assert {path: path.stat().st_mtime_ns for path in (folder / "plans").iterdir()} == before


def test_a_run_is_the_plan_that_solve_gives(done, tmp_path):
    folder, _ = done
    out = run("report", folder, "--run", "1", "--out", tmp_path / "run")
    assert out.exit_code == 0, out.stderr
    assert (tmp_path / "run" / "report.html").is_file()
    assert run("check", tmp_path / "run").exit_code == 0
    solved = run("solve", folder.parent / "scenario", *BESIDE, "--set", 'sites.forbidden=["memphis"]', "--out", tmp_path / "solved")
    assert solved.exit_code == 0
    headers = [json.loads((tmp_path / name / "plan.json").read_text(encoding="utf-8")) for name in ("run", "solved")]
    assert headers[0]["objective_musd"] == pytest.approx(headers[1]["objective_musd"])
    assert headers[0]["instance_sha256"] == headers[1]["instance_sha256"]
    taken = run("report", folder, "--run", "1", "--out", tmp_path / "run")
    assert taken.exit_code == 2
    assert run("report", folder, "--run", "1", "--out", tmp_path / "run", "--force").exit_code == 0


@pytest.mark.parametrize(("number", "says"), [("2", "This run has no plan: infeasible"), ("9", "there are runs 0 to 2")])
def test_a_run_without_a_plan_cannot_be_taken_out(done, tmp_path, number, says):
    refused = run("report", done[0], "--run", number, "--out", tmp_path / "none")
    assert refused.exit_code == 2
    assert says in refused.stderr
    assert not (tmp_path / "none").exists()


def test_the_report_of_a_plan_tells_the_study_of_its_scenario_alone(done, tmp_path):
    folder, _ = done
    assert run("report", folder, "--run", "0", "--out", tmp_path / "plan").exit_code == 0
    told = run("report", tmp_path / "plan", "--study", folder)
    assert told.exit_code == 0, told.stderr
    page = (tmp_path / "plan" / "report.html").read_text(encoding="utf-8")
    assert "Without Memphis, and with no money" in page
    assert "No study of this plan is told here" not in page
    other = shutil.copytree(folder, tmp_path / "other")
    answers = json.loads((other / "answers.json").read_text(encoding="utf-8"))
    (other / "answers.json").write_text(json.dumps({**answers, "scenario": "elsewhere"}), encoding="utf-8")
    refused = run("report", tmp_path / "plan", "--study", other)
    assert refused.exit_code == 2
    assert "This is a study of the scenario 'elsewhere', the plan is of 'quickstart'." in refused.stderr


def test_what_was_given_beside_the_file_is_kept_and_told(done):
    folder, _ = done
    answers = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    assert answers["options"] == {"set": ["gpus.H100.price_usd*=1.01"], "gap": 0.0005, "time_limit_s": 600.0}
    assert read_case(folder).study.set == ("gpus.H100.price_usd*=1.01",)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "In every run: gpus.H100.price_usd*=1.01." in page
    assert "Each run stops when it is proven within 0.05 % of the best possible or after 10 min." in page


def test_the_page_is_made_anew_and_what_is_no_study_is_refused(done, tmp_path):
    folder = shutil.copytree(done[0], tmp_path / done[0].name)
    before = (folder / "report.html").read_text(encoding="utf-8")
    (folder / "report.html").unlink()
    assert run("report", folder).exit_code == 0
    # the command that takes a run out names the folder where it is now
    assert (folder / "report.html").read_text(encoding="utf-8") == before.replace(str(done[0]), str(folder))
    (folder / "study.parquet").write_bytes(b"nothing")
    assert "study.parquet" in run("report", folder).stderr
    (folder / "answers.json").write_text("{", encoding="utf-8")
    assert run("report", folder).exit_code == 2
    assert "There is no study here" in run("report", tmp_path / "nowhere", "--run", "1").stderr


def test_what_only_a_plan_s_report_takes_is_refused_of_a_study(done, tmp_path):
    folder = shutil.copytree(done[0], tmp_path / "out")
    said = run("report", folder, "--beside", "--study", folder)
    assert said.exit_code == 2
    assert "This is a study's folder; --beside and --study are for the folder of a plan." in said.stderr
    assert run("report", folder, "--run", "0", "--beside", "--out", tmp_path / "plan").exit_code == 2
    assert not (tmp_path / "plan").exists()
    near = run("report", tmp_path / "oit", "--run", "0").stderr
    assert "There is no study here that has run; did you mean 'out'? Run one: gigasite study" in near


def test_a_scenario_without_a_plan_is_told_first(monkeypatch, tmp_path):
    case = sample.case(sample.one_at_a_time().study, [({"slip": 0, "price": 33750}, "", "infeasible"), ({}, "", "infeasible")])

    def fake(scenario, file, options, listener):
        (tmp_path / "out").mkdir()
        return StudyResult(case.study, tmp_path / "out", case.table, dict(case.answers))

    monkeypatch.setattr(studying, "run_study", fake)
    told = run("study", "quickstart", "tornado").stdout.splitlines()
    assert told[1:3] == ["  The scenario as it is has no plan.", "  No run has a plan."]


def test_far_too_many_runs_are_refused_before_they_are_read(tmp_path):
    factor = '[[factors]]\nname = "a"\npath = "gpus.H100.price_usd"\nunit = "USD"\nlow = 30000\nhigh = 40000\n'
    head = '[study]\ndesign = "latin_hypercube"\nsamples = 19999\nhours_max = 0.1\n'
    (tmp_path / "many.toml").write_text(head + factor, encoding="utf-8")
    said = run("study", "quickstart", tmp_path / "many.toml", "--workers", "1", "--out", tmp_path / "out")
    assert said.exit_code == 2
    assert "1 problem in the study; nothing was written." in said.stderr
    assert "20,000 runs of about" in said.stderr
    assert not (tmp_path / "out").exists()


def test_studies_are_found_by_name_and_listed():
    listed = run("study", "quickstart")
    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()[1:-1]] == ["draws", "slips", "tornado"]
    wrong = run("study", "quickstart", "tornad")
    assert wrong.exit_code == 2
    assert "did you mean 'tornado'?" in wrong.stderr


def test_a_scenario_without_studies_says_so(tmp_path):
    shutil.copytree(scenario_path("quickstart"), tmp_path / "bare", ignore=shutil.ignore_patterns("studies"))
    said = run("study", tmp_path / "bare")
    assert said.exit_code == 0
    assert "has no studies" in said.stdout


@pytest.mark.parametrize("options", [("--resume", "--force"), ("--workers", "2", "--scheduler", "tcp://a:1"), ("--gap", "5")])
def test_options_that_contradict_are_refused(options):
    assert run("study", "quickstart", "tornado", *options).exit_code == 2


def _faked(monkeypatch, folder, table=None, interrupts=False):
    """Let the command run a study made by hand."""
    case = sample.one_at_a_time()

    def fake(scenario, file, options, listener):
        listener.begins(Scope(case.study, folder, 5, 4, 11, 2, 0.5))
        listener.progress(_progress(done=3))
        if interrupts:
            raise KeyboardInterrupt
        folder.mkdir()
        return StudyResult(case.study, folder, case.table if table is None else table, dict(case.answers))

    monkeypatch.setattr(studying, "run_study", fake)


def _progress(done, **changes):
    held = {"phase": "design", "done": done, "asked": 5, "running": 2, "quarantined": 0, "seconds": 1.0, "per_minute": 12.0,
            "seconds_left": 600.0, "best_musd": 800.0, "worst_musd": 1245.3}
    return StudyProgress(**{**held, **changes})


def test_ctrl_c_says_how_to_go_on(monkeypatch, tmp_path):
    _faked(monkeypatch, tmp_path / "out", interrupts=True)
    said = run("study", "quickstart", "tornado")
    assert said.exit_code == 130
    assert "what is done until now (runs: 3 of 5 " in said.stderr
    assert "--resume goes on" in said.stderr


@pytest.mark.parametrize(("status", "code", "says"), [
    ("quarantined", 4, "run 5 (given up after two workers died of it)"),
    ("failed", 4, "run 5 (could not be solved)"),
    ("no_plan_in_time", 4, "run 5 (without a plan in the time given)"),
    ("audit_failed", 5, "What was found for run 5 did not pass its audit"),
    ("infeasible", 0, ""),
])
def test_the_exit_code_says_whether_all_is_known(monkeypatch, tmp_path, status, code, says):
    table = sample.one_at_a_time().table
    table.loc[table["run"] == 5, "status"] = status
    _faked(monkeypatch, tmp_path / "out", table)
    said = run("study", "quickstart", "tornado")
    assert said.exit_code == code
    assert says in said.stderr
    assert (tmp_path / "out" / "report.html").is_file()


def test_the_scope_is_told_before_the_first_run(monkeypatch, tmp_path):
    _faked(monkeypatch, tmp_path / "out")
    said = run("study", "quickstart", "tornado").stderr
    assert "5 runs of 2 factors (4 different questions), one factor changed at a time, and about 6 more for breakpoints; " in said
    assert "very roughly 30 min with 2 workers." in said


def test_reading_many_runs_is_shown_and_ctrl_c_then_keeps_nothing(monkeypatch, tmp_path):
    case = sample.one_at_a_time()

    def fake(scenario, file, options, listener):
        listener.progress(_progress(phase="read", done=120, asked=1000, seconds=3.0, best_musd=None, worst_musd=None))
        raise KeyboardInterrupt

    monkeypatch.setattr(studying, "run_study", fake)
    said = run("study", "quickstart", "tornado").stderr
    assert "reading runs: 120 of 1,000   12.0 a minute   10 min left" in said
    assert "Stopped by you before the first run; nothing was solved." in said

    def begun(scenario, file, options, listener):
        listener.progress(_progress(phase="read", done=5, seconds=1.0))
        listener.begins(Scope(case.study, tmp_path, 5, 5, 5, 2, 0.5))
        raise KeyboardInterrupt

    monkeypatch.setattr(studying, "run_study", begun)
    assert "Stopped by you: what is done until now is kept in" in run("study", "quickstart", "tornado").stderr


def test_progress_leaves_out_what_is_not_known():
    line = study_line(_progress(done=3, quarantined=1))
    assert line.startswith("runs: 3 of 5 ")
    assert line.split("   ")[-4:] == ["12.0 a minute", "10 min left", "best 800.0, worst 1,245.3 million USD", "1 given up"]
    bare = study_line(_progress(done=0, per_minute=None, seconds_left=None, best_musd=None, worst_musd=None))
    assert bare.split() == ["runs:", "0", "of", "5"]


def test_the_tables_of_a_run_come_back_as_they_were(done, tmp_path):
    assert run("report", done[0], "--run", "0", "--out", tmp_path / "plan").exit_code == 0
    ledger = pd.read_parquet(tmp_path / "plan" / "tables" / "ledger.parquet")
    answers = json.loads((done[0] / "answers.json").read_text(encoding="utf-8"))
    assert ledger["present_musd"].sum() == pytest.approx(answers["base"]["objective_musd"], abs=0.01)
    assert Path(tmp_path / "plan" / "instance.json").is_file()


def test_a_study_beyond_memory_is_refused_before_its_first_run(tmp_path, monkeypatch):
    monkeypatch.setattr(workflow_study, "available_memory_mb", lambda: 100.0)
    said = run("study", "quickstart", "tornado", "--workers", "1", "--out", tmp_path / "out")
    assert said.exit_code == 2
    assert "this machine has 0.1 GB left" in said.stderr
    assert not (tmp_path / "out").exists()
