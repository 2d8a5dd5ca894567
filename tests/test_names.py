"""Names in the code are words of the field: no participle stands for a thing, no verb of the household for a computation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "optimizer"

BETTER = {
    "told": "as_json, as_text, reported", "tell": "print, notify, report", "said": "text, sentences",
    "says": "sentence, sentences", "asked": "the thing: question, request, packed run", "given": "inputs, options",
    "carried": "reused", "standing": "existing, initial", "stands": "what it is: represents, working folder",
    "stays": "monotone", "stood": "existing", "lay": "add", "lays": "adds", "takes": "take_or_pay, uses",
    "came": "added, recorded", "lanes": "interval bars", "strength": "valid inequalities", "dust": "tolerance",
    "beside": "alternatives, sibling", "pace": "progress", "course": "execution",
    "signed": "committed; of a number: with_sign",
}
"""Words that no function, class or module has in its name, and what to say instead (docs/glossary.md)."""

EXCEPTIONS = {
    "optimizer/audit/header.py: signed": "the audit's rule of that name, which plans and FORMAT.md know",
    "optimizer/report/page/sections/beside.py: beside": "the section that shows beside.json, a file of the plan folder",
    "optimizer/audit/hours.py: stands_for": "a field of the typical days in instance.json",
    "optimizer/report/pypsa_network/snapshots.py: _stands_for": "reads the field of that name in instance.json",
}
"""Names that stay, each with its reason."""


def banned_in(name: str) -> list[str]:
    """Banned words in a name, by underscores and capitals."""
    return [word for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name) if word.lower() in BETTER]


def names(file: Path) -> Iterator[tuple[int, str]]:
    """The module's own name, and line and name of every function and class in it."""
    yield 1, file.stem
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name


def findings(file: Path, root: Path) -> list[str]:
    """Each with file, line, name, word and the better word."""
    place = file.relative_to(root).as_posix()
    return [f"{place}:{line}: {name}: for {word!r} say {BETTER[word.lower()]}" for line, name in names(file) for word in banned_in(name)
            if f"{place}: {name}" not in EXCEPTIONS]


def test_no_name_has_a_banned_word() -> None:
    found = [finding for file in sorted(PACKAGE.rglob("*.py")) for finding in findings(file, PACKAGE.parent)]
    assert not found, "\n".join(found)


def test_every_exception_is_still_there() -> None:
    there = {f"{file.relative_to(PACKAGE.parent).as_posix()}: {name}" for file in PACKAGE.rglob("*.py") for _, name in names(file)}
    assert set(EXCEPTIONS) <= there


@pytest.mark.parametrize(("source", "word"), [
    ("def plan_told(): ...", "told"), ("class Standing: ...", "Standing"), ("class A:\n    def lay_site(self): ...", "lay"),
])
def test_a_banned_word_is_found_with_its_place(source: str, word: str, tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(source, encoding="utf-8")
    (finding,) = findings(file, tmp_path)
    assert finding.startswith("module.py:")
    assert f"for {word!r} say {BETTER[word.lower()]}" in finding
