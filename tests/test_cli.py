"""The command line over a way that is replaced by a plan made by hand; the real way is run in test_whole_way.py."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import replace
from importlib.metadata import version
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from optimizer.audit.report import Violation
from optimizer.cli import app, solving
from optimizer.core.bundled import scenario_path
from optimizer.core.errors import AuditError, OutputUnwritable, Problem, ScenarioError
from optimizer.files.single_files import add_files
from tests import builders as b
from tests.report import sample

HANDOUTS = ("report.html", "plan.xlsx", "plan.gpkg")


class _Way:
    """Stands for reading, assembling and solving; remembers what it was asked."""

    def __init__(self):
        self.instance = b.instance()
        self.answer = sample.plan()
        self.error = None
        self.overrides = None
        self.settings = []
        self.violations = ()
        self.handed_out = []

    def read(self, folder, overrides, fill):
        self.overrides = overrides
        return SimpleNamespace(folder=folder)

    def solve(self, instance, settings, on_progress):
        self.settings.append(settings)
        if self.error is not None:
            raise self.error
        return self.answer

    def write_handout(self, folder, case, names, drawer):
        self.handed_out.append((folder.name, names))
        add_files(folder, dict.fromkeys(names, b"made"))

    def audit(self, instance, plan):
        assert instance is self.instance
        return SimpleNamespace(violations=self.violations)


@pytest.fixture
def way(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "somewhere").mkdir()
    fake = _Way()
    monkeypatch.setattr(solving, "read_scenario", fake.read)
    monkeypatch.setattr(solving, "assemble", lambda scenario: fake.instance)
    monkeypatch.setattr(solving, "solve_instance", fake.solve)
    monkeypatch.setattr(solving, "audit", fake.audit)
    monkeypatch.setattr(solving, "write_handout", fake.write_handout)
    monkeypatch.setattr(solving, "Drawer", nullcontext)
    return fake


def _run(*words):
    return CliRunner().invoke(app, list(words))


def test_a_plan_is_written_told_and_used_again(way, tmp_path):
    first = _run("solve", "somewhere")
    assert first.exit_code == 0
    assert first.stdout.startswith("sample: 81.0 million USD, proven within 0.062 %")
    written = {path.name for path in (tmp_path / "plans" / "test").iterdir()}
    assert written == {"plan.json", "tables", "instance.json", "cache.json", "manifest.json", *HANDOUTS}
    again = _run("solve", "somewhere")
    assert again.exit_code == 0
    assert "it was audited, not solved again" in again.stdout
    assert again.stdout.splitlines()[:20] == first.stdout.splitlines()[:20]
    assert len(way.settings) == 1
    assert first.stdout.splitlines()[-1] == again.stdout.splitlines()[-1] == (
        "Report: plans/test/report.html (plan.xlsx and plan.gpkg beside it)")
    assert way.handed_out == [("test", HANDOUTS)]
    (tmp_path / "plans" / "test" / "plan.xlsx").unlink()
    assert _run("solve", "somewhere").exit_code == 0
    assert way.handed_out[1:] == [("test", ("plan.xlsx",))]


def test_what_was_found_is_told_even_if_its_report_cannot_be_made(way, monkeypatch):
    def fail(*_):
        raise OutputUnwritable("plans/test/report.html cannot be written (No space left on device).")

    monkeypatch.setattr(solving, "write_handout", fail)
    done = _run("solve", "somewhere")
    assert done.exit_code == 2
    assert done.stdout.startswith("sample: 81.0 million USD")
    assert "Written: plans/test" in done.stdout
    assert "Report:" not in done.stdout
    assert "No space left" in done.stderr


def test_a_plan_that_fails_its_audit_is_not_used_again(way):
    _run("solve", "somewhere")
    way.violations = (Violation("build_capacity", "a", "2024-02", 1.0, "MW", "2 should be at most 1 MW"),)
    again = _run("solve", "somewhere")
    assert (again.exit_code, len(way.settings)) == (0, 2)
    told, = again.stderr.splitlines()
    assert told.startswith("The plan in plans/test is not what was written (build_capacity [a, 2024-02] by 1 MW")
    assert told.endswith("it is solved again.")
    assert "Written: plans/test" in again.stdout


def test_a_plan_whose_tables_were_altered_is_neither_used_again_nor_lost(way, tmp_path):
    _run("solve", "somewhere")
    file = tmp_path / "plans" / "test" / "tables" / "cash.csv"
    text = file.read_text()
    file.write_text(text.replace("32.5", "99.5"))
    refused = _run("solve", "somewhere")
    assert (refused.exit_code, len(way.settings), file.read_text()) == (2, 1, text.replace("32.5", "99.5"))
    assert "cash.csv, line 2 (row 1): balance_musd" in refused.stderr
    assert "solved again" not in refused.stderr
    assert "holds tables/cash.csv, which is not as gigasite wrote it" in refused.stderr
    again = _run("solve", "somewhere", "--force")
    assert (again.exit_code, len(way.settings), file.read_text()) == (0, 2, text)
    kept = tmp_path / "plans" / "test.kept-1"
    assert f"set aside in {kept}" in again.stderr
    assert (kept / "tables" / "cash.csv").read_text() == text.replace("32.5", "99.5")
    assert (kept / "report.html").read_bytes() == b"made"


def test_one_changed_number_is_solved_again_where_force_allows(way):
    _run("solve", "somewhere")
    way.instance = b.instance(gpus=(b.gpu(price_usd=1.0),))
    refused = _run("solve", "somewhere")
    assert (refused.exit_code, len(way.settings)) == (2, 1)
    assert "--force" in refused.stderr
    assert _run("solve", "somewhere", "--force").exit_code == 0
    assert len(way.settings) == 2


@pytest.mark.parametrize(("status", "code"), [
    ("optimal", 0), ("within_gap", 0), ("best_found", 0), ("infeasible", 3), ("no_plan_in_time", 4)])
def test_the_exit_code_tells_the_status_the_second_time_too(way, tmp_path, status, code):
    way.answer = sample.plan(status=status)
    assert _run("solve", "somewhere", "--force").exit_code == code
    assert _run("solve", "somewhere", "--force").exit_code == code
    assert json.loads((tmp_path / "plans" / "test" / "plan.json").read_text())["status"] == status


def test_an_interrupted_search_writes_what_it_holds(way, tmp_path):
    way.answer = sample.plan(status="best_found", stopped_by="interrupted")
    assert _run("solve", "somewhere").exit_code == 130
    assert json.loads((tmp_path / "plans" / "test" / "plan.json").read_text())["status"] == "best_found"
    assert _run("solve", "somewhere", "--force").exit_code == 130
    assert len(way.settings) == 2  # not taken from the cache: more may be found


@pytest.mark.parametrize(("required", "gap", "code", "solved_for"), [
    ("0.01", 0.0006, 0, 0.001), ("0.0005", 0.0006, 4, 0.0005), ("0.0005", None, 4, 0.0005), ("0.0006", 0.0006, 0, 0.0006)])
def test_a_required_gap_is_solved_for_and_judged(way, required, gap, code, solved_for):
    way.answer = sample.plan(goals=[{"goal": "min_cost", "value": 81.0, "unit": "musd", "bound": None, "gap": gap}])
    assert _run("solve", "somewhere", "--require-gap", required).exit_code == code
    assert way.settings[0].gap == solved_for


def test_json_alone_stands_on_standard_output(way, tmp_path):
    result = _run("solve", "somewhere", "--json", "--out", "here")
    assert result.stdout == (tmp_path / "here" / "plan.json").read_text()
    assert "proven within" in result.stderr


def test_options_reach_the_reader_and_the_solver(way):
    _run("solve", "somewhere", "--set", "a.b=1", "--set", "c=2", "--time-limit", "7", "--threads", "2", "--gap", "0.02")
    assert way.overrides == ("a.b=1", "c=2")
    assert (way.settings[0].threads, way.settings[0].gap) == (2, 0.02)
    assert 0.0 < way.settings[0].time_limit_s < 7.0  # the limit is the command's: reading has taken some of it


def test_the_time_that_reading_took_is_not_left_to_the_search():
    asked = solving.Request("x", None, False, (), 0.001, None, 10.0, 1, False, began=time.perf_counter() - 4.0)
    assert asked.settings().time_limit_s == 10.0  # the key of the plan does not hang on how fast the machine is
    assert 5.0 < asked.settings_now().time_limit_s <= 6.0
    assert replace(asked, began=time.perf_counter() - 40.0).settings_now().time_limit_s == 0.0


def test_the_advice_for_more_time_works_as_it_is_printed(way):
    way.answer = sample.no_plan(status="no_plan_in_time", stopped_by="time_limit")
    first = _run("solve", "somewhere", "--set", "a.b=it's 1", "--time-limit", "40", "--gap", "0.01", "--out", "my plans/x")
    assert first.exit_code == 4
    advice = next(line for line in first.stderr.splitlines() if line.startswith("With more time: ")).removeprefix("With more time: ")
    words = shlex.split(advice)
    assert words[:2] == ["gigasite", "solve"]
    way.answer = sample.plan()
    again = _run(*words[1:])
    assert (again.exit_code, way.overrides, way.settings[1].gap) == (0, ("a.b=it's 1",), 0.01)
    assert 79.0 < way.settings[1].time_limit_s <= 80.0
    assert "Written: my plans/x" in again.stdout


@pytest.mark.parametrize(("error", "code", "text"), [
    (ScenarioError([Problem("sites.csv", "row 3", "lat", "too far north")]), 2, "sites.csv, row 3: lat\n"),
    (AuditError("supply_limit at a"), 5, "supply_limit at a"),
    (KeyError("surprise"), 1, "a fault in gigasite, not in your input: KeyError: 'surprise'"),
    (MemoryError(), 2, "There is not enough memory for this."),
    (PermissionError("locked"), 2, "could not be read or written: locked"),
    (KeyboardInterrupt(), 130, "Stopped by you before a plan was found; nothing was written."),
])
def test_errors_are_text_with_an_exit_code_and_nothing_is_written(way, tmp_path, error, code, text):
    way.error = error
    result = _run("solve", "somewhere", "--out", "here")
    assert result.exit_code == code
    assert text in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["somewhere"]


def test_the_folder_is_looked_at_before_the_time_is_spent(way, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "mine.txt").write_text("")
    assert _run("solve", "somewhere", "--out", "here", "--force").exit_code == 2
    assert way.settings == []


def test_a_place_where_nothing_can_be_written_is_found_before_the_time_is_spent(way, tmp_path):
    (tmp_path / "file").write_text("mine")
    result = _run("solve", "somewhere", "--out", "file/plan")
    assert (result.exit_code, way.settings) == (2, [])
    assert "cannot be written" in result.stderr
    assert "Name another folder with --out." in result.stderr
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("option", ["--gap", "--require-gap"])
def test_a_gap_is_a_fraction_and_not_a_percentage(way, option):
    refused = _run("solve", "somewhere", option, "5")
    assert (refused.exit_code, way.settings) == (2, [])
    assert "0.05 is 5 %" in " ".join(refused.stderr.split())
    assert _run("solve", "somewhere", option, "nan").exit_code == 2
    assert _run("solve", "somewhere", option, "1").exit_code == 0


def test_a_file_of_a_scenario_is_refused_with_its_folder(way, tmp_path):
    (tmp_path / "somewhere" / "sites.csv").write_text("")
    refused = _run("solve", "somewhere/sites.csv")
    assert (refused.exit_code, way.settings) == (2, [])
    assert "gigasite solve somewhere" in refused.stderr


def test_the_version_is_told():
    told = _run("--version")
    assert (told.exit_code, told.stdout) == (0, f"gigasite {version('gigasite')}\n")


def test_help_names_every_bundled_scenario(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    told = _run("solve", "--help").stdout
    assert all(folder.name in told for folder in scenario_path("quickstart").parent.iterdir() if folder.is_dir())


def test_a_scenario_is_named_by_folder_file_or_bundled_name(way, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(solving, "read_scenario", lambda folder, overrides, fill: asked.append(folder))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "scenario.toml").write_text("")
    for name in ("mine", "mine/scenario.toml", "quickstart"):
        _run("solve", name)
    nowhere = _run("solve", "quickstrat")
    assert (nowhere.exit_code, len(asked)) == (2, 3)
    assert "quickstrat\n    There is no such folder" in nowhere.stderr
    assert [str(folder) for folder in asked[:2]] == ["mine", "mine"]
    assert (asked[2].parent.name, asked[2].name) == ("scenarios", "quickstart")


def test_help_imports_nothing_heavy():
    code = "import sys; import optimizer.cli; print({'pandas', 'pyomo', 'numpy', 'pydantic', 'highspy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_unknown_commands_and_options_are_wrong_input():
    assert _run("slove").exit_code == 2
    assert _run("solve", "x", "--gap", "-1").exit_code == 2
    assert "Exit codes" in _run("--help").stdout
