"""On which line of a TOML text each value stands (the parser does not say)."""

from __future__ import annotations

import re

Path = tuple[str, ...]

_TOKEN = re.compile(
    r'(?P<skip>[ \t\r]+|#[^\n]*)|(?P<newline>\n)|(?P<text>"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')'
    r"|(?P<mark>[\[\]{},=])|(?P<bare>[^\s\[\]{},=#\"']+)"
)


def lines_of(text: str) -> dict[Path, int]:
    """Map the path of every table, key and list item of a TOML text to its line.

    Parameters
    ----------
    text : str
        A text that is valid TOML. List items are named by their position ("0", "1", ...).
    """
    return _Scanner(text).scan()


def _parts(key: str) -> Path:
    """Split a dotted key, honouring quotes."""
    return tuple(part.strip("\"'") for part in re.findall(r'"[^"]*"|\'[^\']*\'|[^.\s]+', key))


class _Scanner:
    """Walk the tokens once; what is valid is known already, so only structure is followed."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str, int]] = []
        line = 1
        for match in _TOKEN.finditer(text):
            kind = match.lastgroup or ""
            if kind != "skip":
                self.tokens.append((kind, match.group(), line))
            line += match.group().count("\n")
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while self.at < len(self.tokens):
            kind, token, _ = self.tokens[self.at]
            if kind == "newline":
                self.at += 1
            elif token == "[":
                table = self._header(is_list=self.tokens[self.at + 1][1] == "[")
            else:
                self._assignment(table)
        return self.lines

    def _header(self, is_list: bool) -> Path:
        line = self.tokens[self.at][2]
        self.at += 2 if is_list else 1
        path = _parts(self._until("]"))
        self.at += 2 if is_list else 1
        path = self._in_last_item(path[:-1]) + path[-1:]
        if is_list:
            index = self.counts.get(path, 0)
            self.counts[path] = index + 1
            self.lines.setdefault(path, line)
            path = (*path, str(index))
        self.lines.setdefault(path, line)
        return path

    def _in_last_item(self, path: Path) -> Path:
        """A header below a list of tables means the list's last item."""
        found: Path = ()
        for part in path:
            found = (*found, part)
            if found in self.counts:
                found = (*found, str(self.counts[found] - 1))
        return found

    def _until(self, end: str) -> str:
        """Join tokens up to (not with) the end."""
        parts = []
        while self.tokens[self.at][1] != end:
            parts.append(self.tokens[self.at][1])
            self.at += 1
        return "".join(parts)

    def _assignment(self, table: Path) -> None:
        line = self.tokens[self.at][2]
        path = table + _parts(self._until("="))
        self.at += 1
        for depth in range(len(table) + 1, len(path) + 1):
            self.lines.setdefault(path[:depth], line)
        self._value(path)

    def _value(self, path: Path) -> None:
        token = self.tokens[self.at][1]
        if token == "[":
            self._list(path)
        elif token == "{":
            self._inline_table(path)
        else:
            self.at += 1

    def _list(self, path: Path) -> None:
        """Items of a list."""
        self.at += 1
        index = 0
        while self.tokens[self.at][1] != "]":
            kind, token, line = self.tokens[self.at]
            if kind == "newline" or token == ",":
                self.at += 1
                continue
            item = (*path, str(index))
            self.lines[item] = line
            self._value(item)
            index += 1
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while self.tokens[self.at][1] != "}":
            kind, token, _ = self.tokens[self.at]
            if kind == "newline" or token == ",":
                self.at += 1
            else:
                self._assignment(path)
        self.at += 1
