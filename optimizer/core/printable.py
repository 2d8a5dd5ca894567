"""Texts that a stranger may have written, as they may be shown: what cannot be seen is found, what is long is cut."""

from __future__ import annotations

import re

from optimizer.core.input_limits import CELL_LETTERS, LINE_LETTERS

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters but tab and line end
    "\u2028\u2029\u202a-\u202e\u2066-\u2069"  # line ends of another kind, marks that turn the direction of writing
    "\ufffe\uffff\ud800-\udfff]"  # no characters, half of a pair
)
_LINE_END = re.compile("[\t\n\r]")


def unseen(text: str) -> str:
    """What is wrong with the characters of a text; empty where nothing is."""
    if len(text) > CELL_LETTERS.most:
        return f"holds {len(text):,} characters; at most {CELL_LETTERS.most:,}"
    found = _UNSEEN.search(text)
    if found is None:
        return ""
    return f"holds the character U+{ord(found[0]):04X}, which cannot be seen, after {shown(text[: found.start()])[-30:]!r}; take it out"


def not_one_line(text: str) -> str:
    """What is wrong with a text that should be one line; empty where nothing is."""
    if len(text) > LINE_LETTERS.most:
        return f"holds {len(text):,} characters; at most {LINE_LETTERS.most:,}"
    return "holds a line end or a tab; write it in one line" if _LINE_END.search(text) else ""


def shown(text: str, most: int = 100) -> str:
    """A text as it may stand in a message: one that is long is cut, and what cannot be seen is written as its number."""
    cut = text if len(text) <= most else f"{text[: most // 2]} ... {text[-most // 3 :]} ({len(text):,} characters)"
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", cut)
