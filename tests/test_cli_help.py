"""Help as a person meets it: an example a command, plain in a pipe, boxes in a terminal, names that the shell completes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from optimizer.cli import app
from optimizer.cli.helping import CONTENT_WIDTH, complete_plan, complete_scenario, complete_table
from optimizer.core.bundled import scenario_path
from optimizer.data.catalogue import dataset_names

ESCAPE = "\x1b"
BOX = "─"
FULL = {"COLUMNS": "200"}


def _commands(group, words=()):
    """Every command with the words that call it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, (*words, name))
        else:
            yield (*words, name)


COMMANDS = list(_commands(typer.main.get_command(app)))


def _examples(words):
    told = CliRunner().invoke(app, [*words, "--help"], env=FULL)
    assert told.exit_code == 0
    after = re.split(r"Examples?:\n", told.stdout)
    assert len(after) == 2, f"gigasite {' '.join(words)} has no example"
    return [line.strip() for line in after[1].split("\n\n")[0].splitlines()]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_an_example_of_itself_that_it_understands(words):
    root = typer.main.get_command(app)
    for example in _examples(words):
        called = shlex.split(example.split(" > ")[0])
        assert tuple(called[: len(words) + 1]) == ("gigasite", *words)
        command = root
        for word in words:
            command = command.commands[word]
        command.make_context(words[-1], called[len(words) + 1:])  # raises where an option or a value is wrong


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_list_of_commands_shows_each_in_full(words):
    group = CliRunner().invoke(app, [*words[:-1], "--help"], env={"COLUMNS": "80"}).stdout
    line = next(line for line in group.splitlines() if line.startswith(f"  {words[-1]} "))
    assert not line.endswith("...")


@pytest.mark.parametrize("words", [(), *COMMANDS], ids=" ".join)
def test_piped_help_is_plain_and_no_wider_than_asked(words):
    told = CliRunner().invoke(app, [*words, "--help"], env=FULL).stdout
    assert ESCAPE not in told
    assert BOX not in told
    lines = [line for line in told.splitlines() if "gigasite" not in line]  # examples are whole, to be copied
    assert max(map(len, lines)) <= CONTENT_WIDTH


def _in_terminal(**environment):
    """What `gigasite --help` prints in a terminal."""
    code = "import pty, sys; pty.spawn([sys.executable, '-m', 'optimizer.cli', '--help'])"
    base = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR"}}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**base, "TERM": "xterm", "COLUMNS": "100", **environment}, capture_output=True, text=True,
        check=True, cwd=Path(__file__).parent.parent)
    return done.stdout


def test_a_terminal_shows_boxes_and_colour_unless_told_otherwise():
    shown = _in_terminal()
    assert ESCAPE in shown
    assert BOX in shown
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        plain = _in_terminal(**environment)
        assert "gigasite solve my-scenario" in plain
        assert ESCAPE not in plain
        assert BOX not in plain


def test_the_shell_is_offered_scenarios_plans_and_tables(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for file in ("mine/scenario.toml", "deep/er/scenario.toml", "plans/one/plan.json", "other/notes.txt"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("")
    bundled = sorted(folder.name for folder in scenario_path("quickstart").parent.iterdir() if (folder / "scenario.toml").is_file())
    assert complete_scenario("") == [*bundled, "deep/", "mine"]
    assert complete_scenario("mi") == ["mine"]
    assert complete_scenario("deep/") == ["deep/er"]
    assert complete_scenario("nowhere/") == []
    assert complete_plan("") == ["plans/", "plans/one"]
    assert complete_plan("plans/o") == ["plans/one"]
    assert complete_table("") == sorted(dataset_names())
    assert complete_table("tax") == ["taxes"]


def test_the_shell_completes():
    environment = {**os.environ, "_GIGASITE_COMPLETE": "complete_bash", "COMP_WORDS": "gigasite solve quick", "COMP_CWORD": "2"}
    code = "from optimizer.cli import app; app(prog_name='gigasite')"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["quickstart"]
