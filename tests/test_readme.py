"""What the README and the documentation say can be done, can be done."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optimizer.cli import app
from optimizer.plan.plan import TABLE_COLUMNS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *(page for page in sorted((ROOT / "docs").rglob("*.md")) if "_build" not in page.parts)]


def test_the_example_runs():
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL).group(1)
    assert len([line for line in code.splitlines() if line]) <= 10
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] in {"optimal", "within_gap"}
    assert float(done.stdout.splitlines()[1]) > 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!http)([^)#\s]+)", re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)):
        assert (page.parent / target).exists(), target


def test_every_command_shown_exists():
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    shown = set(re.findall(r"^gigasite (\w+)", "".join(blocks), re.MULTILINE))
    assert shown == {"new", "solve", "compare", "check", "study", "report", "schema", "data"}
    for command in shown:
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0


def test_every_table_is_explained():
    text = (ROOT / "docs" / "reading-a-plan.md").read_text()
    explained = {name for row in re.findall(r"^\| ([a-z, ]+) \|", text, re.MULTILINE) for name in row.split(", ")}
    assert set(TABLE_COLUMNS) <= explained
