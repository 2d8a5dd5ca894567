"""The plan folder: ``plan.json`` and every table as CSV and Parquet, written whole or not at all."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from optimizer.core.errors import OutputExists, PlanFolderError, Problem
from optimizer.core.input_files import read_bytes, read_plan_text
from optimizer.core.input_json import parse_json
from optimizer.core.input_limits import PLAN_BYTES
from optimizer.core.input_parquet import LIES, lying, read_plan_table
from optimizer.core.printable import shown
from optimizer.files.holding import change, hold_folder
from optimizer.files.manifest import MANIFEST, holding, manifest_text
from optimizer.files.room import require_names, require_writable
from optimizer.files.single_files import Say, kept_place, listed, silent, unwritable
from optimizer.plan.columns import TEXT_COLUMNS
from optimizer.plan.header import Header
from optimizer.plan.header_form import header_fields
from optimizer.plan.plan import TABLE_COLUMNS, Plan
from optimizer.plan.plan_text import plan_json
from optimizer.plan.table_form import table_problems

PLAN_FILE, TABLES = "plan.json", "tables"

PLAN_FILES = frozenset(
    {PLAN_FILE, TABLES, "instance.json", "cache.json", "beside.json", "report.html", "plan.gpkg", "plan.xlsx", MANIFEST}
)
"""What a plan folder holds, beside its tables."""

_TABLE_FILES = frozenset(f"{TABLES}/{name}.{form}" for name in TABLE_COLUMNS for form in ("csv", "parquet"))

ADDED_LATER = frozenset({"debt"})
"""Tables that plans of earlier versions lack."""

NO_PLAN = ("infeasible", "no_plan_in_time")
"""Statuses of an answer without a plan: ``plan.json`` alone, without tables."""


def is_plan_file(name: str) -> bool:
    """Whether gigasite writes a file (or the folder) of this name into a plan's folder."""
    return name in PLAN_FILES or name in _TABLE_FILES


def write_plan(plan: Plan, folder: Path, force: bool = False, texts: Mapping[str, str] | None = None, say: Say = silent) -> Plan:
    """Write a plan folder whole, or leave everything as it was.

    Parameters
    ----------
    plan : Plan
        The plan; where its tables are none (an infeasible scenario), ``plan.json`` stands alone.
    folder : Path
        Where to; folders above it are made.
    force : bool
        Replace a plan that is there already. One that is not as gigasite wrote it is set aside, beside the folder.
    texts : mapping of str to str, optional
        Further files of the folder by name, such as ``instance.json``.
    say : callable
        Hears what was set aside, and where it is.

    Returns
    -------
    Plan
        The plan as written: its header also says how many seconds the writing took.

    Raises
    ------
    OutputExists
        The folder holds a plan and ``force`` was not given, or it holds something that is no part of a plan, or another process is
        at work in it.
    OutputUnwritable
        Something cannot be written; the message names it.
    """
    began = time.perf_counter()
    folder = folder.resolve()
    with hold_folder(folder, is_plan_file, say):
        require_replaceable(folder, force)
        with change(folder) as made:
            try:
                written = _fill(made.fresh, plan, texts or {}, began)
                made.commit(is_plan_file, say)
            except OSError as error:
                raise unwritable(folder, error) from error
    return written


def _fill(fresh: Path, plan: Plan, texts: Mapping[str, str], began: float) -> Plan:
    """Write all files of a plan into a folder that is empty; give the plan with the seconds since it began."""
    names = _write_tables(plan, fresh)
    for name, text in texts.items():
        _write(fresh / name, text.encode())
    written = with_seconds(plan, {"write": time.perf_counter() - began})
    _write(fresh / PLAN_FILE, plan_json(written).encode())
    _write(fresh / MANIFEST, manifest_text(fresh, [PLAN_FILE, *texts, *names]).encode())
    return written


def with_seconds(plan: Plan, spent: Mapping[str, float]) -> Plan:
    """Give the plan with the seconds of further phases in its header, and its total larger by them."""
    seconds = {**plan.header["seconds"], **{phase: round(value, 3) for phase, value in spent.items()}}
    seconds["total"] = round(seconds.get("total", 0.0) + sum(spent.values()), 3)
    return Plan({**plan.header, "seconds": seconds}, plan.tables)


def require_free(folder: Path, force: bool) -> None:
    """Say early whether a plan may and can be written to a folder.

    Raises
    ------
    OutputExists
        As of ``require_replaceable``.
    OutputUnwritable
        As for ``write_plan``, or there is less room than a large plan takes; one that is found is written where it finds room.
    """
    require_replaceable(folder, force)
    require_writable(folder)


def require_replaceable(folder: Path, force: bool) -> None:
    """Refuse a folder that holds what a plan may not replace.

    Raises
    ------
    OutputExists
        As for ``write_plan``.
    OutputUnwritable
        Its name is too long.
    """
    require_names(folder)
    if folder.exists() and not folder.is_dir():
        raise OutputExists(f"{folder} is a file; name a folder for the plan with --out.")
    found = holding(folder, is_plan_file)
    if found.foreign:
        said = f"{listed(found.foreign)}, which {'is' if len(found.foreign) == 1 else 'are'} no part of a plan"
        raise OutputExists(f"{folder} holds {said}; name another folder with --out.")
    if found.altered and not force:
        said = f"{listed(found.altered)}, which {'is' if len(found.altered) == 1 else 'are'} not as gigasite wrote {_them(found.altered)}"
        ways = f"Give --force to set the folder aside, as {kept_place(folder)}, or name another folder with --out."
        raise OutputExists(f"{folder} holds {said}: changed since, or put there by another program or version. {ways}")
    if not found.is_empty and not force:
        raise OutputExists(f"{folder} holds a plan already; give --force to replace it, or another folder with --out.")


def _them(names: Sequence[str]) -> str:
    return "it" if len(names) == 1 else "them"


def read_plan(folder: Path) -> Plan:
    """Read a plan folder; the tables come back with the types they were written with.

    Raises
    ------
    PlanFolderError
        The folder holds no plan, or one that is incomplete or cannot be read.
    """
    header = _read_header(folder / PLAN_FILE)
    files = {name: _table_file(folder / "tables", name) for name in TABLE_COLUMNS}
    absent = {name for name, path in files.items() if not path.exists()}
    missing = [files[name] for name in files if name in absent - ADDED_LATER]
    if missing and header["status"] not in NO_PLAN:
        raise PlanFolderError([Problem(str(path), "", "", "This table is missing.") for path in missing])
    altered = {folder / name for name in holding(folder, is_plan_file).altered}
    bad = lying([path for path in files.values() if path in altered and path.suffix == ".parquet" and path.is_file()])
    tables: dict[str, pd.DataFrame] = {}
    problems = [Problem(str(path), "", "", f"This table {LIES}.") for path in sorted(bad)]
    for name, path in files.items():
        if name not in absent and path not in bad:
            tables[name], found = _read_table(name, path)
            problems += found
    if problems:
        raise PlanFolderError(problems)
    return Plan(header, tables)


def require_plan(folder: Path) -> None:
    """Refuse a folder without a plan, before it is held.

    Raises
    ------
    PlanFolderError
        There is none.
    """
    if not (folder / PLAN_FILE).is_file():
        _read_header(folder / PLAN_FILE)


def _read_header(file: Path) -> Header:
    try:
        data = parse_json(read_plan_text(file))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PlanFolderError([Problem(str(file), "", "", "There is no plan here.")]) from error
    except (ValueError, OSError) as error:
        raise PlanFolderError([Problem(str(file), "", "", f"This plan cannot be read ({error}).")]) from error
    return header_fields(data, str(file))


def _table_file(tables: Path, name: str) -> Path:
    """The Parquet file of a table; its CSV file where that alone is there, as in the folder of a study's run."""
    parquet, text = tables / f"{name}.parquet", tables / f"{name}.csv"
    return text if text.exists() and not any(tables.glob("*.parquet")) else parquet


def _read_table(name: str, file: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """A table with its columns in order, and what is wrong with it; an empty one where it cannot be read."""
    try:
        table = read_plan_table(file).to_pandas() if file.suffix == ".parquet" else _read_csv(file)
    except (ValueError, OSError, ArithmeticError) as error:
        return pd.DataFrame(), [Problem(str(file), "", "", f"This table cannot be read ({shown(str(error), 300)}).")]
    problems = table_problems(name, table, str(file))
    return (pd.DataFrame() if problems else table[list(TABLE_COLUMNS[name])]), problems


def _read_csv(file: Path) -> pd.DataFrame:
    """A table with the types it was written with: no text is taken for a missing value, and numbers come back to the last digit."""
    texts = dict.fromkeys(TEXT_COLUMNS, "str")
    numbers = {column: [""] for names in TABLE_COLUMNS.values() for column in names if column not in TEXT_COLUMNS}
    return pd.read_csv(io.BytesIO(read_bytes(file, PLAN_BYTES)), dtype=texts, keep_default_na=False, na_values=numbers)


def _write_tables(plan: Plan, folder: Path) -> list[str]:
    """Write every table twice; give the names of the files."""
    if plan.tables:
        (folder / TABLES).mkdir()
    names = []
    for name, table in plan.tables.items():
        if tuple(table.columns) != TABLE_COLUMNS[name]:
            raise ValueError(f"table {name} has the columns {list(table.columns)}, not {list(TABLE_COLUMNS[name])}")
        packed = io.BytesIO()
        table.to_parquet(packed, index=False)
        for form, content in (("csv", table.to_csv(index=False).encode()), ("parquet", packed.getvalue())):
            names.append(f"{TABLES}/{name}.{form}")
            _write(folder / names[-1], content)
    return names


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise unwritable(file, error) from error
