"""Makes the font of pages and drawings out of Inter: ``python -m docs.make_fonts FOLDER``.

The folder is that of the package ``inter-ui`` 4.1.1, unpacked; ``brotli`` must be installed.

Two weights, the letters that a report can hold, and the features that it uses. The family gets a name of its own, so that an
Inter that a reader has, of another version and other widths, is never taken for it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "optimizer" / "report" / "fonts"
FAMILY = "Gigasite Sans"
WEIGHTS = ("Regular", "SemiBold")
LETTERS = (
    *range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x391, 0x3CA), *range(0x2010, 0x2027), *range(0x2030, 0x203B),
    *range(0x2070, 0x208F), *range(0x20A0, 0x20C0), *range(0x2190, 0x2200), 0x2122, 0x2202, 0x2206, 0x2211, 0x2212, 0x221A, 0x221E,
    0x2248, 0x2260, 0x2264, 0x2265, *range(0x25A0, 0x2600), 0x2713, 0x2717,
)
"""Latin with its accents, Greek, punctuation, signs of currency and of mathematics, arrows and shapes."""

FEATURES = ("kern", "mark", "mkmk", "ccmp", "locl", "tnum", "zero")
_NAMES_OF_FAMILY = (1, 3, 4, 6, 16, 17, 18, 21, 22, 25)


def main(source: str) -> None:
    """Write each weight for laying out drawings (TrueType) and for the page (WOFF2)."""
    for weight in WEIGHTS:
        font = _subset(Path(source) / "web" / f"Inter-{weight}.woff2")
        _rename(font, weight)
        for flavour, ending in ((None, "ttf"), ("woff2", "woff2")):
            font.flavor = flavour
            font.save(FONTS / f"GigasiteSans-{weight}.{ending}")


def _subset(file: Path) -> TTFont:
    options = subset.Options(layout_features=list(FEATURES), hinting=False, notdef_outline=True, name_IDs=["*"], recalc_timestamp=False)
    font = subset.load_font(str(file), options)
    keeper = subset.Subsetter(options)
    keeper.populate(unicodes=LETTERS)
    keeper.subset(font)
    return font


def _rename(font: TTFont, weight: str) -> None:
    """The names of a family with a regular weight and a bold one, so that every reader pairs them."""
    style = {"Regular": "Regular", "SemiBold": "Bold"}[weight]
    for record in [record for record in font["name"].names if record.nameID in _NAMES_OF_FAMILY]:
        font["name"].removeNames(nameID=record.nameID)
    for number, text in ((1, FAMILY), (2, style), (3, f"{FAMILY} {style}"), (4, f"{FAMILY} {style}"), (6, f"GigasiteSans-{style}")):
        font["name"].setName(text, number, 3, 1, 0x409)
    if style == "Bold":
        font["OS/2"].usWeightClass = 700
        font["OS/2"].fsSelection = font["OS/2"].fsSelection & ~(1 << 6) | (1 << 5)
        font["head"].macStyle |= 1


if __name__ == "__main__":
    main(sys.argv[1])
