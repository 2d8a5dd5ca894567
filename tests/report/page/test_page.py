from __future__ import annotations

import itertools
import re
from functools import cache

import pytest

from optimizer.report.page.page import footer, lead, page_html, report_html
from optimizer.report.page.palette import DARK
from optimizer.report.page.sections import ask, cost, money, timeline
from tests import builders as b
from tests.report.page.browser import FALLBACKS, in_fallback, needs_chromium, probe
from tests.report.page.cases import case, solved
from tests.report.page.reader import Reader


@cache
def _page() -> str:
    return report_html(solved())


@cache
def _core() -> str:
    """The sections whose figures are all drawn by ``figure``."""
    found = [module.section(solved()) for module in (ask, money, timeline, cost)]
    return page_html("Core", lead(solved()), [section for section in found if section], footer(solved()))


def _tags(*names: str) -> list[dict[str, str | None]]:
    return [attrs for tag, attrs in Reader(_page()).tags if tag in names]


def test_the_page_is_well_formed_and_its_ids_are_its_own():
    reader = Reader(_page())
    assert reader.open == []
    ids = [attrs["id"] for _, attrs in reader.tags if "id" in attrs]
    assert len(ids) == len(set(ids)), sorted(name for name in ids if ids.count(name) > 1)
    named = {name for _, attrs in reader.tags for name in str(attrs.get("aria-labelledby", "")).split()}
    linked = {str(attrs["href"]).removeprefix("#") for tag, attrs in reader.tags if tag == "a" and str(attrs["href"]).startswith("#")}
    assert named | linked <= set(ids)


def test_the_page_loads_nothing():
    assert all(str(attrs.get("href", "#")).startswith(("#", "data:,")) for attrs in _tags("link", "use", "image"))
    assert not [attrs for attrs in _tags("script", "img", "iframe", "video", "object") if "src" in attrs or "data" in attrs]
    assert set(re.findall(r"url\((#fill-|data:font/woff2;base64,|[^)]{0,20})", _page())) == {"#fill-", "data:font/woff2;base64,"}
    assert "@import" not in _page()
    assert "default-src 'none'" in _page()


def test_the_page_is_small():
    assert len(_page().encode()) < 3_000_000


def test_headings_go_down_one_by_one():
    levels = [int(tag[1]) for tag, _ in Reader(_page()).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_a_keyboard_reaches_the_content_and_every_table():
    assert '<a class="skip" href="#main">' in _page()
    assert all(attrs["tabindex"] == "0" and attrs["aria-label"] for attrs in _tags("div") if attrs.get("class") == "scroll")
    assert _tags("html")[0]["lang"] == "en"
    assert all("scope" in attrs for attrs in _tags("th"))


def test_every_figure_is_one_named_picture_with_its_numbers():
    figures = re.findall(r"<figure .*?</figure>", _core(), re.DOTALL)
    assert len(figures) >= 8
    for figure in figures:
        assert figure.count('<svg role="img" aria-labelledby="') == 2  # for a desk and for a phone; the other one is not displayed
        assert "<table aria-label=" in figure.split("<details>")[1]
        assert re.search(r'class="figure-description"[^>]*>[^<]{20,}', figure)


def test_colours_are_those_of_the_palette_alone():
    found = set(re.findall(r'(?:fill|stroke)="(#[0-9a-fA-F]{3,6})"', _core()))
    assert found == set(), f"these would not change in dark mode: {found}"
    assert {f"--c{colour.lstrip('#')}:" for colour in DARK} <= set(re.findall(r"--c\w{6}:", _page()))


def test_texts_of_the_scenario_are_escaped():
    assert "4,000 GPUs &amp; where to put them" in _page()
    assert "Near <the>" not in _page()


def test_the_sections_of_the_core_are_there_in_order():
    anchors = [str(attrs["id"]) for attrs in _tags("section")]
    core = ["ask", "sources-and-uses", "timeline", "cost"]
    assert [anchor for anchor in anchors if anchor in core] == core


def test_the_same_plan_gives_the_same_page():
    assert report_html(solved()) == _page()


def test_a_plan_that_builds_and_pays_nothing_has_a_page():
    header = {"sites": [], "rentals": [], "workloads": [], "binding": []}
    assert "Build nothing." in report_html(case(b.instance(workloads=()), header))


@needs_chromium
@pytest.mark.parametrize(("width_px", "is_dark"), [(1280, False), (390, True)])
def test_a_browser_without_a_network_shows_everything(tmp_path, width_px, is_dark):
    seen = probe(_page(), tmp_path, width_px, is_dark)
    assert seen["console"] == []
    assert seen["requests"] == []
    assert seen["screen"] == width_px
    assert seen["width"] <= width_px, "the page itself scrolls sideways"
    assert seen["figures"] >= _page().count("<figure ")
    assert min(seen["marks"]) > 3
    light, dark = "rgb(254, 254, 254)", "rgb(21, 26, 33)"
    assert seen["page"] == (dark if is_dark else light)


@needs_chromium
@pytest.mark.parametrize("width_px", [1280, 390])
@pytest.mark.parametrize("fallback", [None, *FALLBACKS])
def test_no_label_of_a_figure_is_cut_or_lies_on_another(tmp_path, width_px, fallback):
    seen = probe(in_fallback(_core(), FALLBACKS[fallback]) if fallback else _core(), tmp_path, width_px)
    assert seen["figures"] == _core().count("<figure ")
    assert seen["overlaps"] == []
    assert seen["smallest"] > 0.9, "letters of a figure are smaller than they were drawn"
