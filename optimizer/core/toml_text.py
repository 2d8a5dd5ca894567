"""A TOML file as data and lines: what is too deep or too long is refused before it is parsed, and a slip of the pen is told as such."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optimizer.core.input_files import Fault, InputFault, read_text
from optimizer.core.input_limits import TOML_BYTES, TOML_DEPTH, TOML_ENTRIES, TOML_WORD
from optimizer.core.printable import shown, unseen
from optimizer.core.toml_places import lines_of

_MARK = re.compile(
    r'"""|\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|(?P<open>[\[{])|(?P<close>[\]}])|(?P<end>[\n=,])|(?P<dot>\.)|(?P<word>[\w+-]+)'
)
_LONG_END = {'"""': re.compile(r'(?:[^\\]|\\[\s\S])*?"""'), "'''": re.compile(r"[\s\S]*?'''")}
_AT_LINE = re.compile(r"line (\d+)")
_MONTH = re.compile(r"=\s*(\d{4}-\d{2})\s*(?:$|[#,}\]])")
_BARE_TEXT = re.compile(r"=\s*([A-Za-z_][\w ./-]*?)\s*(?:$|[#,}\]])")


@dataclass(frozen=True, slots=True)
class TomlText:
    """Content of a TOML file.

    Attributes
    ----------
    data : dict
        Plain values; dates are the text that a person wrote.
    lines : mapping of tuple of str to int
        Line of every table, key and list item by its path (``toml_lines``).
    faults : tuple of Fault
        Texts that cannot be shown, each with its line: to be told with all else that is wrong.
    """

    data: dict[str, Any]
    lines: Mapping[tuple[str, ...], int]
    faults: tuple[tuple[tuple[str, ...], Fault], ...]


def read_toml(path: Path) -> TomlText:
    """Read a TOML file.

    Raises
    ------
    InputFault
        It cannot be read, is no TOML, or is larger or deeper than a person writes one.
    OSError
        It is not there, or may not be read.
    """
    text = read_text(path, TOML_BYTES)
    data = parse_toml(text)
    lines = lines_of(text)
    return TomlText(data, lines, tuple(_faults(data, (), lines)))


def parse_toml(text: str) -> dict[str, Any]:
    """Parse a TOML text to plain values.

    Raises
    ------
    InputFault
        As for ``read_toml``.
    """
    _refuse_depth(text)
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))  # only the text of the error says
        line = int(found[1]) if found else None
        raise InputFault(_slip(text, line) or f"not valid TOML: {error}", f"line {line}" if line else "last line") from error
    except (ValueError, RecursionError) as error:
        raise InputFault(f"not valid TOML: {error}") from error
    data: dict[str, Any] = plain(parsed)
    return data


def plain(value: Any) -> Any:
    """TOML value as plain Python: dates as the text a person wrote."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value


def _refuse_depth(text: str) -> None:
    """Refuse tables within tables, dotted keys and bare words beyond what is allowed: parsing them may take for ever."""
    depth = dots = at = 0
    while found := _MARK.search(text, at):
        at, kind = found.end(), found.lastgroup
        if found[0] in _LONG_END:
            end = _LONG_END[found[0]].match(text, at)
            if end is None:
                return  # not closed: that is said where it is parsed
            at = end.end()
        depth += (kind == "open") - (kind == "close")
        dots = dots + 1 if kind == "dot" else 0 if kind in ("end", "open", "close") else dots
        if depth > TOML_DEPTH.most or dots > TOML_DEPTH.most:
            raise InputFault(f"is nested deeper than {TOML_DEPTH}", _line(text, found.start()))
        if kind == "word" and len(found[0]) > TOML_WORD.most:
            message = f"a number or bare word of {len(found[0]):,} characters stands here; at most {TOML_WORD.most}"
            raise InputFault(message, _line(text, found.start()))


def _line(text: str, at: int) -> str:
    return f"line {text.count(chr(10), 0, at) + 1}"


def _slip(text: str, line: int | None) -> str:
    """What was probably meant by a value without quotes; empty where it is something else."""
    written = text.split("\n")[line - 1][:2_000] if line is not None else ""
    if month := _MONTH.search(written):
        return f'a month stands in quotes: write "{month[1]}", not {month[1]}'
    bare = _BARE_TEXT.search(written)
    if bare and bare[1] not in ("true", "false", "inf", "nan"):
        return f'a text stands in quotes: write "{shown(bare[1], 60)}", not {shown(bare[1], 60)}'
    return ""


def _faults(value: Any, path: tuple[str, ...], lines: Mapping[tuple[str, ...], int]) -> Iterator[tuple[tuple[str, ...], Fault]]:
    """Texts that cannot be shown, and tables and lists of too many entries."""
    if isinstance(value, str):
        message = unseen(value)
    elif isinstance(value, dict | list):
        message = f"has {len(value):,} entries; at most {TOML_ENTRIES.most:,}" if len(value) > TOML_ENTRIES.most else ""
        inner = value.items() if isinstance(value, dict) else ((str(index), item) for index, item in enumerate(value))
        for key, item in inner if not message else ():
            if name := unseen(key):
                yield path, Fault(_at(path, lines), f"the key {shown(key)!r} {name}")
            yield from _faults(item, (*path, key), lines)
    else:
        message = ""
    if message:
        yield path, Fault(_at(path, lines), message)


def _at(path: tuple[str, ...], lines: Mapping[tuple[str, ...], int]) -> str:
    """Line of a path, or of what encloses it."""
    line = next((lines[path[:depth]] for depth in range(len(path), 0, -1) if path[:depth] in lines), None)
    return "" if line is None else f"line {line}"
