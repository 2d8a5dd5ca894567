"""Runs the code blocks of a page, one after the other, in a folder of their own: ``python -m docs.blocks [PAGE]...``.

| block | what is done with it |
|---|---|
| `python` | run; blocks of a page share their names; a `text` block right below is what it must print |
| `console` | lines after `$ ` are run in bash; what is shown below them must be what they print |
| `sh` | every line is run, but for those of `COVERED` |
| `toml`, `csv` and others with a path after the language | written to that file: the scenario of a tutorial |

In what is shown, `...` alone in a line stands for any lines, `...` within a line for any text. An output that is not shown is not compared.
A console line that ends with `# exit code 2` must end so; any other must end with 0. One that ends with `# needs pypsa` is run where that
optional module is installed.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from optimizer.cli import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", ROOT / "docs/quickstart.md", ROOT / "docs/howto.md", *sorted((ROOT / "docs/tutorials").glob("*.md")))
"""Pages whose blocks are run."""

COVERED = (
    "make ", "gigasite solve scenarios/xai-2024", "gigasite solve scenarios/west-texas-portfolio", "gigasite study scenarios/xai-2024 ",
)
"""Beginnings of lines that the long runs of the project cover: the recipes of the Makefile and the large scenarios."""

_FENCE = re.compile(
    r"^```(?P<language>\w+)(?: +(?P<file>\S+))?\n(?P<text>.*?)^```$(?:\n\n```text\n(?P<shown>.*?)^```$)?", re.M | re.S
)
_SHELL = re.compile(r"[|<>;&$`\\]")
"""What only a shell understands."""

_PLAIN = {"COLUMNS": "100", "NO_COLOR": "1"}

_EXIT = re.compile(r"\s+# exit code (\d+)$")
_NEEDS = re.compile(r"\s+# needs (\w+)$")


@dataclass(frozen=True, slots=True)
class Block:
    """A code block: language, file it is to be written to or empty, text, what is shown right below, its first line in the page."""

    language: str
    file: str
    text: str
    shown: str
    line: int


def blocks_of(page: Path) -> list[Block]:
    """Code blocks of a Markdown page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(found["language"], found["file"] or "", found["text"], found["shown"] or "", text.count("\n", 0, found.start()) + 1)
        for found in _FENCE.finditer(text)
    ]


def faults_of(page: Path) -> list[str]:
    """Run a page's blocks in a new folder; what went wrong, each with page and line. The first fault ends the page."""
    names: dict[str, Any] = {"__name__": "page"}
    page = page.resolve()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        (Path(folder) / "scenarios").symlink_to(ROOT / "scenarios")
        for block in blocks_of(page):
            fault = _fault(block, names)
            if fault:
                return [f"{os.path.relpath(page, ROOT)}:{block.line}: {fault}"]
    return []


def _fault(block: Block, names: dict[str, Any]) -> str:
    if block.file:
        Path(block.file).parent.mkdir(parents=True, exist_ok=True)
        Path(block.file).write_text(block.text, encoding="utf-8")
        return ""
    if block.language == "python":
        return _python_fault(block, names)
    if block.language in {"console", "sh"}:
        return next(filter(None, (_command_fault(command, shown) for command, shown in commands_of(block))), "")
    return ""


def _python_fault(block: Block, names: dict[str, Any]) -> str:
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            exec(compile(block.text, "<block>", "exec"), names)
    except Exception:
        return traceback.format_exc(limit=-3)
    return "" if is_shown(block.shown, said.getvalue()) else f"it does not print what is shown, but\n{said.getvalue()}"


def commands_of(block: Block) -> list[tuple[str, str]]:
    """Commands of a block with the output shown below each; lines of `sh` are commands, show nothing, and may be covered elsewhere."""
    if block.language == "sh":
        lines = [line for line in block.text.splitlines() if line.strip() and not line.startswith("#")]
        return [(line, "") for line in lines if not line.startswith(COVERED)]
    parts = re.split(r"^\$ ", block.text, flags=re.M)[1:]
    found = []
    for part in parts:
        command, _, shown = re.sub(r"\\\n", "", part).partition("\n")
        found.append((command, shown))
    return [(command, shown) for command, shown in found if not command.startswith(COVERED)]


def _command_fault(command: str, shown: str) -> str:
    needed = _NEEDS.search(command)
    if needed and importlib.util.find_spec(needed[1]) is None:
        return ""
    wanted = _EXIT.search(command)
    code, printed, told = _run(command)
    if code != int(wanted[1] if wanted else 0):
        return f"`{command}` ended with exit code {code}\n{printed}{told}"
    said = printed + (told if code else "")
    return "" if is_shown(shown, said) else f"`{command}` does not print what is shown, but\n{said}"


def _run(command: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command: in bash, but for a plain call of gigasite, which needs no new process."""
    if command.startswith("gigasite ") and not _SHELL.search(command):
        done = CliRunner().invoke(app, shlex.split(command, comments=True)[1:], env=_PLAIN)
        return done.exit_code, done.stdout, done.stderr
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    ran = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env={**os.environ, **_PLAIN, "PATH": path}, check=False)
    return ran.returncode, ran.stdout, ran.stderr


def is_shown(shown: str, said: str) -> bool:
    """Whether an output is what a page shows of it; spaces at the ends of lines and empty lines at the ends do not count."""
    if not shown.strip():
        return True
    parts = [r"(?:.*\n)*?" if line.strip() == "..." else _line(line) for line in _lines(shown)]
    return re.fullmatch("".join(parts), "".join(f"{line}\n" for line in _lines(said))) is not None


def _line(line: str) -> str:
    return r"[^\n]*?".join(map(re.escape, line.split("..."))) + r"\n"


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def main(names: list[str]) -> int:
    """Run the pages named, or all; print what went wrong."""
    pages = [Path(name).resolve() for name in names] or PAGES
    faults = [fault for page in pages for fault in faults_of(page)]
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
