"""References made of the code are whole, pictures are those of their script, and pages of the repository become pages of the site."""

from __future__ import annotations

import re
from typing import get_args
from xml.etree import ElementTree

import pytest
import typer

from docs.blocks import ROOT
from docs.make_concepts import FOLDER, PICTURES
from docs.make_reference import REFERENCES, commands, scenario, study, tables
from optimizer.cli import app
from optimizer.data.catalogue import cards
from optimizer.scenario import schema_text
from optimizer.scenario.schema.rows import ROW_MODELS
from optimizer.study.file.definition import By, DesignName
from optimizer.study.file.records import BreakpointItem, CorrelationItem, DistributionItem, FactorItem, NamedItem, StudySection

DOCS = ROOT / "docs"


def _names(group, words="gigasite"):
    for name, command in group.commands.items():
        yield from _names(command, f"{words} {name}") if hasattr(command, "commands") else [(f"{words} {name}", command)]


def test_every_command_and_option_is_in_the_reference():
    chapters = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", commands(), re.MULTILINE | re.DOTALL))
    known = dict(_names(typer.main.get_command(app)))
    assert set(chapters) == set(known)
    for name, command in known.items():
        assert f"```sh\n{name}" in chapters[name]
        for parameter in command.params:
            if parameter.name != "help":
                shown = parameter.opts[0] if parameter.opts[0].startswith("-") else parameter.metavar or parameter.name
                assert shown in chapters[name]


def test_every_field_of_a_scenario_is_in_the_reference():
    text = scenario()
    fields = re.findall(r"^  (\S+)  ", schema_text().split("Changing values")[0], re.MULTILINE)
    rows = re.findall(r"^\| `(\S+)` \|", text, re.MULTILINE)
    assert rows == fields
    assert {f"## Table `{name}`" for name in ROW_MODELS} <= set(text.splitlines())
    assert "| `start` | First month |  | `required` |" in text
    assert "| `probability` | Chance that it comes (for studies) | 0 to 1 share | `none` |" in text


def test_every_field_and_choice_of_a_study_is_in_the_reference():
    chapters = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", study(), re.MULTILINE | re.DOTALL))
    wanted = {
        "`[study]`": StudySection, "`[[factors]]`": FactorItem, "`factors.distribution`": DistributionItem,
        "`[[correlations]]`": CorrelationItem, "`[[named]]`": NamedItem, "`[[breakpoints]]`": BreakpointItem,
    }
    named = {title: re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) for title, text in chapters.items()}
    assert {title: named[title] for title in wanted} == {title: list(of.model_fields) for title, of in wanted.items()}
    assert named["Designs"] == list(get_args(DesignName))
    assert named["Distributions"] == list(get_args(DistributionItem.model_fields["kind"].annotation))
    assert named["Ways to change a value"] == list(get_args(By))
    assert "| `triangular` | From low to high, mode most likely | `low, mode, high` |  |" in chapters["Distributions"]
    assert "| `later` |" in chapters["Ways to change a value"]
    assert "| `>>=` | `0` | months |" in chapters["Ways to change a value"]


def test_every_table_and_column_is_in_the_reference():
    chapters = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", tables(), re.MULTILINE | re.DOTALL))
    assert set(chapters) == {card.name for card in cards()}
    for card in cards():
        chapter = chapters[card.name]
        assert all(f"| `{field.name}` |" in chapter for field in card.fields)
        assert ("**estimate**" in chapter) == card.estimate
        assert f"| licence | {card.licence[:12]}" in chapter


def test_pages_ask_for_references_that_there_are():
    asked = [name for page in DOCS.rglob("*.md") for name in re.findall(r"<!-- made: (\w+) -->", page.read_text())]
    assert sorted(asked) == sorted(REFERENCES)


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_those_of_their_script_and_say_what_they_show(name):
    text = PICTURES[name]().svg()
    assert (FOLDER / f"{name}.svg").read_text() == text, "run: python -m docs.make_concepts"
    picture = ElementTree.fromstring(text)
    title, description = (picture.find(f"{{*}}{tag}").text for tag in ("title", "desc"))
    assert len(title) > 4
    assert len(description) > 40
    width = float(picture.get("width"))
    assert all(0 <= float(words.get("x")) <= width for words in picture.iter("{*}text"))
    assert f"pictures/concepts/{name}.svg" in (DOCS / "concepts.md").read_text()


@pytest.mark.parametrize(("page", "text", "wanted"), [
    ("index", "[a](../README.md)", "[a](index.md)"),
    ("tutorials/x", "[a](../../scenarios/xai-2024/README.md#plan)", "[a](../scenarios/xai-2024.md#plan)"),
    ("tutorials/x", "[a](../data.md)", "[a](../data.md)"),
    ("data", "[a](../CITATION.cff)", "[a](citation.md)"),
    ("data", "x is $`a_t`$ MW", "x is {math}`a_t` MW"),
    ("data", "```toml a/b.toml\nx = 1\n```", "```{code-block} toml\n:caption: a/b.toml\n\nx = 1\n```"),
])
def test_a_page_of_the_repository_becomes_one_of_the_site(page, text, wanted):
    site = pytest.importorskip("docs.sphinx_site", reason="the site's packages are not installed: make docs", exc_type=ImportError)
    source = [text]
    site.prepare(None, page, source)
    assert source == [wanted]


@pytest.mark.parametrize(("text", "loaded"), [
    ('<script src="https://cdn.org/x.js">', ["https://cdn.org/x.js"]),
    ("<link rel='stylesheet' href='//fonts.org/f.css'/>", ["//fonts.org/f.css"]),
    ('<img alt="a" src="http://x.org/y.png">', ["http://x.org/y.png"]),
    ('<img src="_images/a.svg">', []),
    ('<a href="https://highs.dev">', []),
    ('<script src="_static/x.js?v=1">', []),
])
def test_what_a_page_would_load_from_elsewhere_is_found(text, loaded):
    site = pytest.importorskip("docs.sphinx_site", reason="the site's packages are not installed: make docs", exc_type=ImportError)
    assert site.LOADED.findall(text) == loaded


def test_every_formula_can_be_shown():
    mathml = pytest.importorskip("docutils.utils.math.latex2mathml", reason="the site's packages are not installed: make docs")
    text = (DOCS / "formulation.md").read_text()
    formulas = re.findall(r"```math\n(.*?)\n```", text, re.DOTALL)
    assert len(formulas) > 50
    for formula in [*formulas, *re.findall(r"\$`([^`]+)`\$", text)]:
        assert mathml.tex2mathml(formula, as_block=True).startswith("<math")
