"""The font of pages and drawings: inside the page, and what lays out its drawings, so that both are the same on every machine."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from pathlib import Path

import vl_convert
from fontTools.ttLib import TTFont

FAMILY = "Gigasite Sans"
FONT_STACK = f"'{FAMILY}', Arial, 'Liberation Sans', sans-serif"
"""The font, then those of a reader who lets no page bring its own."""

_FOLDER = Path(__file__).parent
_WEIGHTS = {"Regular": "100 500", "SemiBold": "501 900"}


@cache
def font_faces() -> str:
    """The font as CSS that loads nothing."""
    return "".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weights}; '
        f'src: url(data:font/woff2;base64,{b64encode(_file(name, "woff2").read_bytes()).decode()}) format("woff2"); }}\n'
        for name, weights in _WEIGHTS.items()
    )


@cache
def register_font() -> None:
    """Let the drawing library measure letters by the font; once is enough for a process."""
    vl_convert.register_font_directory(str(_FOLDER))


def width_px(text: str, size_px: float, is_bold: bool = False) -> float | None:
    """Width of a line of text.

    Parameters
    ----------
    text : str
    size_px : float
        Size of the font.
    is_bold : bool

    Returns
    -------
    float or None
        None where the font lacks a letter: another font shows it then, of a width that nobody knows here.
    """
    advances = _advances("SemiBold" if is_bold else "Regular")
    found = [advances.get(ord(letter)) for letter in text]
    if None in found:
        return None
    return size_px * sum(advance for advance in found if advance is not None)


@cache
def _advances(name: str) -> dict[int, float]:
    """Width of each letter in units of the font's size."""
    with TTFont(_file(name, "ttf")) as font:
        units = font["head"].unitsPerEm
        return {code: font["hmtx"][glyph][0] / units for code, glyph in font.getBestCmap().items()}


def _file(name: str, ending: str) -> Path:
    return _FOLDER / f"GigasiteSans-{name}.{ending}"
