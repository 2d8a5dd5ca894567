"""Lettering of a drawing: every line of text as wide as it was laid out, whatever font the reader's browser takes."""

from __future__ import annotations

import re
from html import unescape

from optimizer.report.fonts import width_px

_TEXT = re.compile(r"<text([^>]*)>(.*?)</text>", re.DOTALL)
_LINE = re.compile(r"<tspan([^>]*)>([^<]*)</tspan>")


def with_fixed_widths(svg: str) -> str:
    """The drawing with the width of each line of its texts stated.

    Texts take their font from the page, which brings it; where a reader's browser refuses fonts of pages it takes another, and
    would set a label wider than the place that the drawing keeps for it. With ``textLength`` it fits its letters into that place.
    """
    return _TEXT.sub(_fitted, svg)


def _fitted(found: re.Match[str]) -> str:
    attributes, content = re.sub(r' font-family="[^"]*"', "", found[1]), found[2]
    size = re.search(r'font-size="([\d.]+)px"', attributes)
    if size is None or not content:
        return f"<text{attributes}>{content}</text>"
    look = float(size[1]), 'font-weight="bold"' in attributes
    if "<" in content:
        lines = _LINE.sub(lambda line: f"<tspan{line[1]}{_length(line[2], *look)}>{line[2]}</tspan>", content)
        return f"<text{attributes}>{lines}</text>"
    return f"<text{attributes}{_length(content, *look)}>{content}</text>"


def _length(escaped: str, size_px: float, is_bold: bool) -> str:
    width = width_px(unescape(escaped), size_px, is_bold)
    return f' textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs"' if width else ""
