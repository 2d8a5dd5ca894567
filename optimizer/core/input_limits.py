"""How much gigasite reads of a file: whoever wrote it may be a stranger, and what is too large must be refused before it is read.

The page "Limits of what is read" of the documentation is made of this module.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """The most of something that is read: how many, of what unit, and of what."""

    most: int
    unit: str
    of: str

    def __str__(self) -> str:
        if self.unit == "bytes" and self.most >= 1_000_000:
            return f"{self.most // 1_000_000:,} MB"
        return f"{self.most:,} {self.unit}"


TOML_BYTES = Limit(1_000_000, "bytes", "a TOML file: scenario.toml, a study, a rate")
TOML_DEPTH = Limit(32, "levels", "tables and lists within one another, in a TOML file; parts of a dotted key")
TOML_WORD = Limit(200, "characters", "a number, a date or a key without quotes, in a TOML file")
TOML_ENTRIES = Limit(5_000, "entries", "one table or list, in a TOML file")
NAMED_ITEMS = Limit(
    500, "items", "each of [[gpus]], [[workloads]], [[rentals]] and budget.purses; factors, correlations and breakpoints of a study"
)
EXTENDS = Limit(10, "scenarios", "a chain of scenarios of which each extends the next")
CELL_LETTERS = Limit(10_000, "characters", "a cell of a table, or a text of a TOML file")
NAME_LETTERS = Limit(100, "characters", "an id: of a site, a contract, a GPU model, a workload, a rental, a purse, a scenario, a study")
LINE_LETTERS = Limit(300, "characters", "a name that people use, a utility, a title: one line")
TABLE_BYTES = Limit(64_000_000, "bytes", "the file of a table, of hourly series, or of a load")
TABLE_COLUMNS = Limit(500, "columns", "a table")
TABLE_ROWS = Limit(100_000, "rows", "a table")
TABLE_CELLS = Limit(5_000_000, "cells", "a table: its rows times its columns")
UNPACKED_BYTES = Limit(256_000_000, "bytes", "a Parquet table when it is unpacked, by what its footer says and by the texts it holds")
UNPACKING_BYTES = Limit(4_000_000_000, "bytes", "the memory of the process that unpacks a Parquet file")
UNPACKING_SECONDS = Limit(60, "seconds", "the processor time of the process that unpacks a Parquet file")
GEOMETRY_BYTES = Limit(250_000, "bytes", "the geometry of one place")
JSON_DEPTH = Limit(64, "levels", "objects and lists within one another, in a JSON or GeoJSON file")
SERIES_SIZE = Limit(1_000_000, "in size", "a value of an hourly series, above or below 0, in its own unit")
STUDY_RUNS = Limit(20_000, "runs", "a study's design and its named runs, before decisions that are held and breakpoints")
PROBLEMS = Limit(200, "problems", "the problems told at once; of those beyond, the number")
MESSAGE_LETTERS = Limit(1_000, "characters", "one message, the middle of a longer one is left out")
PLAN_BYTES = Limit(1_000_000_000, "bytes", "a file of a plan's or a study's folder, packed or unpacked")
PLAN_ROWS = Limit(20_000_000, "rows", "a table of a plan's folder")

LIMITS: tuple[Limit, ...] = (
    TOML_BYTES, TOML_DEPTH, TOML_WORD, TOML_ENTRIES, NAMED_ITEMS, EXTENDS, CELL_LETTERS, NAME_LETTERS, LINE_LETTERS, TABLE_BYTES,
    TABLE_COLUMNS, TABLE_ROWS, TABLE_CELLS, UNPACKED_BYTES, UNPACKING_BYTES, UNPACKING_SECONDS, GEOMETRY_BYTES, JSON_DEPTH,
    SERIES_SIZE, STUDY_RUNS, PROBLEMS, MESSAGE_LETTERS, PLAN_BYTES, PLAN_ROWS,
)
"""All of them, as the page lists them."""
