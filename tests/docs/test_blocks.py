"""Every code block of the README and of the pages that teach is run; what runs them notices what is wrong."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from docs.blocks import COVERED, PAGES, ROOT, Block, blocks_of, commands_of, faults_of, is_shown


@pytest.mark.slow
def test_every_block_does_what_its_page_says():
    done = subprocess.run([sys.executable, "-m", "docs.blocks"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_block_is_passed_over(page):
    blocks = blocks_of(page)
    fences = re.findall(r"^```", page.read_text(), re.MULTILINE)
    assert len(fences) == 2 * len(blocks) + 2 * sum(bool(block.shown) for block in blocks)
    for block in blocks:
        assert block.file or block.language in {"python", "console", "sh"}
        assert block.language != "console" or block.text.startswith("$ ")


def test_what_is_covered_elsewhere_is_a_recipe_or_a_bundled_scenario():
    lines = [line for page in PAGES for block in blocks_of(page) if block.language == "sh" for line in block.text.splitlines()]
    passed_over = {line.split("  ")[0].strip() for line in lines if line.startswith(COVERED)}
    recipes = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in passed_over:
        first, second, *rest = line.split()
        assert second in recipes if first == "make" else (ROOT / rest[0] / "scenario.toml").is_file(), line


@pytest.mark.parametrize(("text", "fault"), [
    ("```python\nassert 1 + 1 == 2\n```\n", None),
    ("```python\nassert 1 + 1 == 3\n```\n", "AssertionError"),
    ("```python\nx = 1\n```\nthen\n\n```python\nprint(x)\n```\n\n```text\n1\n```\n", None),
    ("```python\nprint(2)\n```\n\n```text\n1\n```\n", "does not print what is shown, but\n2"),
    ("```console\n$ echo one; echo two\none\ntwo\n```\n", None),
    ("```console\n$ echo one; echo two\none\n```\n", "does not print what is shown, but\none\ntwo"),
    ("```console\n$ false\n```\n", "`false` ended with exit code 1"),
    ("```console\n$ exit 3  # exit code 3\n$ echo so\nso\n```\n", None),
    ("```console\n$ exit 3  # exit code 2\n```\n", "ended with exit code 3"),
    ("```console\n$ false  # needs no_module_of_this_name\nsomething\n```\n", None),
    ("```console\n$ false  # needs pandas\n```\n", "ended with exit code 1"),
    ("```csv a/b.csv\nx\n1\n```\n\n```console\n$ cat a/b.csv\nx\n1\n```\n", None),
    ("```sh\nmake nothing-of-the-kind\ntrue  # a remark\n```\n", None),
    ("```sh\ngigasite nothing\n```\n", "ended with exit code 2"),
])
def test_what_is_wrong_is_noticed(tmp_path, text, fault):
    page = tmp_path / "page.md"
    page.write_text(text)
    faults = faults_of(page)
    if fault is None:
        assert faults == []
    else:
        assert len(faults) == 1
        assert fault in faults[0]


@pytest.mark.parametrize(("shown", "said", "is_same"), [
    ("a\nb", "a\nb\n", True), ("a\nb", "a\n\nb\n", False), ("a\n...\nd", "a\nb\nc\nd", True), ("a\n...\nd", "a\nd", True),
    ("a\n...", "a", True), ("a", "a\nb", False), ("in all ... USD", "in all 3 USD", True), ("in all ... USD", "in all\n3 USD", False),
    ("a.c", "abc", False), ("", "anything", True), ("a", "a   ", True)])
def test_dots_stand_for_what_is_left_out(shown, said, is_same):
    assert is_shown(shown, said) is is_same


def test_commands_go_over_several_lines():
    block = Block("console", "", "$ echo one \\\n  two\none two\n$ echo three\n", "", 1)
    assert commands_of(block) == [("echo one   two", "one two\n"), ("echo three", "")]
