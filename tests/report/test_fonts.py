"""The font of the page: what it measures, which letters it has, and that a drawing is laid out by it alone."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import matplotlib as mpl
import pytest
import vl_convert
from fontTools.ttLib import TTFont

from optimizer.report import fonts
from optimizer.report.fonts import FAMILY, font_faces, register_font, width_px
from optimizer.report.page.lettering import with_fixed_widths
from optimizer.report.page.render import _environment
from tests.report.page.browser import FALLBACKS

FOLDER = Path(fonts.__file__).parent


def test_a_width_is_the_sum_of_its_letters():
    with TTFont(FOLDER / "GigasiteSans-Regular.ttf") as font:
        units = [font["hmtx"][font.getBestCmap()[ord(letter)]][0] for letter in "0M "]
    assert width_px("0M ", 12.0) == pytest.approx(12.0 * sum(units) / 2048)
    assert width_px("MW", 12.0, is_bold=True) > width_px("MW", 12.0)
    assert width_px("東京", 12.0) is None


def test_the_drawing_library_measures_as_we_do():
    register_font()
    text = "Months by which the grid comes later"
    spec = {"data": {"values": [{}]}, "mark": {"type": "text", "text": text, "align": "left", "fontSize": 40, "x": 0},
            "config": {"font": FAMILY, "view": {"stroke": None}}, "padding": 0, "width": 1}
    drawn = float(re.search(r'width="([\d.]+)"', vl_convert.vegalite_to_svg(spec))[1])
    assert drawn == pytest.approx(width_px(text, 40.0), rel=0.02)  # kerning, and whole pixels


def test_the_font_of_the_page_is_the_font_of_the_drawings():
    faces = re.findall(r"base64,([^)]+)\)", font_faces())
    assert len(faces) == 2
    for data, name in zip(faces, ("Regular", "SemiBold"), strict=True):
        with TTFont(io.BytesIO(base64.b64decode(data))) as page, TTFont(FOLDER / f"GigasiteSans-{name}.ttf") as drawing:
            assert page["hmtx"].metrics == drawing["hmtx"].metrics
            assert page.getBestCmap() == drawing.getBestCmap()
            assert page["name"].getDebugName(1) == FAMILY


def test_every_letter_of_our_own_texts_is_in_the_font():
    texts = "".join(source for name in _environment().list_templates(["html"])
                    if (source := _environment().loader.get_source(_environment(), name)[0]))
    assert {letter for letter in texts if letter.isprintable() and width_px(letter, 1.0) is None} == set()


def test_the_fallbacks_of_the_tests_are_wider_and_narrower():
    def mean(name: str) -> float:
        with TTFont(f"{mpl.get_data_path()}/fonts/ttf/{name}.ttf") as font:
            return sum(font["hmtx"][font.getBestCmap()[ord(letter)]][0] for letter in "etaoinsrhld") / font["head"].unitsPerEm

    widths = {name: mean(name) for name in (*FALLBACKS.values(), "DejaVuSerif")}
    assert max(widths, key=widths.get) in (FALLBACKS["widest"], "DejaVuSerif")
    assert min(widths, key=widths.get) == FALLBACKS["narrowest"]


@pytest.mark.parametrize(("drawn", "lines"), [
    ('<text font-family="X" font-size="10px">MW</text>', ["MW"]),
    ('<text font-size="10px" font-weight="bold"><tspan>Q2</tspan><tspan x="0" dy="14">2024</tspan></text>', ["Q2", "2024"]),
    ('<text font-size="10px">a &amp; b</text>', ["a & b"]),
])
def test_each_line_of_a_label_keeps_its_width(drawn, lines):
    fitted = with_fixed_widths(drawn)
    assert "font-family" not in fitted
    stated = [float(found) for found in re.findall(r'textLength="([\d.]+)"', fitted)]
    assert stated == pytest.approx([width_px(line, 10.0, "bold" in drawn) for line in lines], abs=0.05)


def test_a_label_with_letters_that_the_font_lacks_is_left_to_the_reader():
    assert with_fixed_widths('<text font-size="10px">東京</text>') == '<text font-size="10px">東京</text>'
    assert with_fixed_widths('<text x="1">12</text>') == '<text x="1">12</text>'
