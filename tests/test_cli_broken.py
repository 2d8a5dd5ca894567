"""Every broken scenario through the command line: exit code 2, the exact place and field, no traceback, nothing written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optimizer.cli import app
from optimizer.scenario import new_scenario
from tests.scenario.broken import BROKEN
from tests.scenario.fault import Broken, replace

AFRESH = [broken for broken in BROKEN if broken.file in ("scenario.toml", "tariffs.csv")][::20]
"""A few that are run in a process of their own as well."""


def refused(broken: Broken, folder: Path) -> list[str]:
    """Write the scenario; the words of the command that must refuse it."""
    broken.write(folder / "scenario")
    return ["solve", str(folder / "scenario"), "--out", str(folder / "plan")]


def assert_text(broken: Broken, said: str) -> None:
    file, where, field = broken.problem
    place = f"{file}, {where}" if where else file
    lines = said.splitlines()
    assert (f"  {place}: {field}" if field else f"  {place}") in lines, said
    # On a busy machine what the command is at stands before it.
    assert any("problem" in line and line.endswith("in the scenario; nothing was written.") for line in lines)
    for part in broken.says:
        assert part in said
    assert "Traceback" not in said


def written(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("broken", BROKEN, ids=[broken.kind for broken in BROKEN])
def test_a_broken_scenario_is_refused(broken: Broken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, refused(broken, tmp_path))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert_text(broken, result.stderr)
    assert written(tmp_path) == {"scenario"}


@pytest.mark.parametrize("broken", AFRESH, ids=[broken.kind for broken in AFRESH])
def test_a_broken_scenario_is_refused_in_a_process_of_its_own(broken: Broken, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "optimizer.cli", *refused(broken, tmp_path)]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert_text(broken, result.stderr)
    assert written(tmp_path) == {"scenario"}


def test_a_plan_that_is_there_stays_when_the_scenario_is_broken(tmp_path: Path) -> None:
    folder = new_scenario(tmp_path / "scenario")
    replace(folder / "scenario.toml", "months = 24", "months = 0")
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "plan.json").write_text("{}", encoding="utf-8")
    result = CliRunner().invoke(app, ["solve", str(folder), "--out", str(tmp_path / "plan"), "--force"])
    assert result.exit_code == 2
    assert (tmp_path / "plan" / "plan.json").read_text(encoding="utf-8") == "{}"
