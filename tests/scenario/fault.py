"""A broken scenario: the template of ``gigasite new`` with one fault, and the exact problem expected."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from optimizer.scenario import new_scenario

TOML, SITES, MODES, TARIFFS, RAMPS, GAS, SOURCES = (
    "scenario.toml",
    "sites.csv",
    "modes.csv",
    "tariffs.csv",
    "ramps.csv",
    "onsite_gas.csv",
    "sources.csv",
)
NO_PROVENANCE = "# [provenance]"
REQUIRED = '[provenance]\ntable = "sources.csv"\nrequire_source = true\n'
DATED = '[provenance]\ntable = "sources.csv"\nrefuse_after_as_of = true\n'
SOURCE_COLUMNS = "table,key,column,kind,quality,as_of,url,note\n"


@dataclass(frozen=True, slots=True)
class Broken:
    """A fault (``old`` becomes ``new`` in ``file``) and its problem: file, place, field and parts of the message."""

    kind: str
    file: str
    old: str
    new: str
    problem: tuple[str, str, str]
    says: tuple[str, ...]
    extra_file: str = ""

    def write(self, folder: Path) -> Path:
        """Write the broken scenario into a new folder."""
        new_scenario(folder)
        if self.extra_file:
            (folder / SOURCES).write_text(SOURCE_COLUMNS + self.extra_file, encoding="utf-8")
        replace(folder / self.file, self.old, self.new)
        return folder


def replace(file: Path, old: str, new: str) -> None:
    """Replace the first place of a text that must be there."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file.name}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def toml_fault(kind: str, old: str, new: str, place: tuple[int, str], *says: str) -> Broken:
    """Fault in scenario.toml at a line and field."""
    return Broken(kind, TOML, old, new, (TOML, f"line {place[0]}", place[1]), says)


def cell_fault(kind: str, change: tuple[str, str, str], place: tuple[str, str], *says: str) -> Broken:
    """Fault in a cell: (file, old, new), and (row with its key, column)."""
    return Broken(kind, *change, (change[0], f"{place[0]}, column {place[1]}", place[1]), says)


def header_fault(kind: str, change: tuple[str, str, str], column: str, *says: str) -> Broken:
    """Fault in the header of a table."""
    return Broken(kind, *change, (change[0], "row 1", column), says)
