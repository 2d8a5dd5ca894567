"""The glossary gives each term once, in order, and only terms that the documentation or the product uses."""

from __future__ import annotations

import re

import pytest

from docs.blocks import ROOT

TERMS = re.findall(r"^\| (?!term |---)([^|]+) \|", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_terms_are_in_order_and_stand_once() -> None:
    assert sorted(set(TERMS), key=str.lower) == TERMS


@pytest.mark.parametrize("term", [word for term in TERMS for word in re.split(r", | \(|\)", term) if word])
def test_a_term_is_used_outside_the_glossary(term: str) -> None:
    pages = [page for page in (ROOT / "docs").rglob("*.md") if page.name != "glossary.md" and "_build" not in page.parts]
    stem = re.escape(term.lower().removesuffix("y"))
    assert any(re.search(rf"\b{stem}", page.read_text(encoding="utf-8").lower()) for page in pages)
