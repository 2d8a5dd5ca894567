"""What a text that is no number, or not a name, was probably meant to be."""

from __future__ import annotations

import re

from optimizer.scenario.schema.fields import DATE_PATTERN, FIPS_PATTERN, NAME_PATTERN

_NOTHING = {"", "-", "--", "?", "na", "n/a", "#n/a", "nan", "none", "null", "nil", "tbd", "unknown", "missing"}
_LARGE = {"k": 1e3, "m": 1e6}

_IN_WORDS = {
    NAME_PATTERN: "should be letters, digits, - and _ only",
    FIPS_PATTERN: "should be five digits",
    DATE_PATTERN: 'should be a year, month or day, such as "2024", "2024-05" or "2024-05-31"',
}


def meant_by_text(text: str, is_optional: bool) -> str:
    """Part of a message that names the number a text was meant to be; empty where nothing fits.

    Parameters
    ----------
    text : str
        What stands where a number should.
    is_optional : bool
        Whether the number may be left out.
    """
    bare = text.strip().lower()
    if bare in _NOTHING:
        return "; where there is no number leave the cell empty, or the line out" if is_optional else "; a number is required here"
    match = re.fullmatch(r"[$€£]?\s*([-+]?[\d.,_ ]*\d)\s*(%|[km])?", bare)
    digits = re.sub(r"[_ ]", "", match[1]) if match is not None else ""
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", digits):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"[-+]?\d+,\d+", digits):
        digits = digits.replace(",", ".")  # a comma that parts no thousands is a decimal one
    if match is None or not re.fullmatch(r"[-+]?\d*\.?\d+", digits):
        return ""
    number = float(digits) / 100 if match[2] == "%" else float(digits) * _LARGE.get(match[2] or "", 1.0)
    return f"; write {number:.10g}"


def meant_by_pattern(text: str, pattern: str) -> str:
    """What a text that does not match a pattern should be, and what was probably meant."""
    words = _IN_WORDS.get(pattern, f"should match {pattern}")
    guess = _guess(text, pattern)
    return f"{text!r}: {words}{guess}"


def _guess(text: str, pattern: str) -> str:
    if pattern == FIPS_PATTERN and (match := re.fullmatch(r"(\d{4,5})(\.0+)?", text)):
        lost = "; a leading zero may have been lost" if len(match[1]) == 4 else ""
        return f"{lost}: {match[1].zfill(5)}?"
    if pattern == NAME_PATTERN and (name := re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")):
        return f", such as {name!r}"
    return ""
