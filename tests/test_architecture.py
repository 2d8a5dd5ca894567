"""The layers of the package, its sizes and its manners, kept by tools and not by memory."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests import house

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "optimizer").rglob("*.py"))


def test_layers_are_kept():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 kept, 0 broken" in done.stdout


def test_every_module_stands_in_a_wing_and_the_wings_are_few():
    assert house.loose() == []
    assert house.layers() <= 12


def test_a_ledger_line_is_known_by_few_files():
    # The chart of accounts, the file of the model that books it, the check of who may pay it, and the exact bill of the verification.
    assert {line: files for line, files in house.knowing_lines().items() if len(files) > 4} == {}


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_and_no_function_grows_too_big(file):
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            assert not body or body[-1].end_lineno - body[0].lineno + 1 <= 40, f"{node.name} is longer than a screen"
