"""The plan folder: ``plan.json`` and every table as CSV and Parquet, written whole or not at all."""

from __future__ import annotations

import io
import json
import math
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from optimizer.errors import OutputExists, OutputUnwritable, PlanFolderError, Problem
from optimizer.input_files import read_bytes, read_plan_text
from optimizer.input_json import parse_json
from optimizer.input_limits import PLAN_BYTES
from optimizer.input_parquet import read_plan_table
from optimizer.plan import TABLE_COLUMNS, Plan
from optimizer.report.header_form import header_fields

PLAN_FILES = frozenset({"plan.json", "tables", "instance.json", "cache.json", "beside.json", "report.html", "plan.gpkg", "plan.xlsx"})
"""What a plan folder holds, and so what may be replaced."""

ADDED_LATER = frozenset({"debt"})
"""Tables that plans of earlier versions lack."""

TEXT_COLUMNS = frozenset(
    {"period", "site_id", "mode", "gpu", "contract_id", "kind", "hour", "flow", "subject", "charge", "unit", "workload", "family"}
    | {"rental", "group", "line", "purse", "sign_by", "table", "key", "column", "value", "quality", "as_of", "source"}
)
"""Columns of tables that hold texts; all others hold numbers."""

NO_PLAN = ("infeasible", "no_plan_in_time")
"""Statuses of an answer without a plan: ``plan.json`` alone, without tables."""


def plan_json(plan: Plan) -> str:
    """Give the text of ``plan.json``: the header, with ``null`` for numbers that do not exist (such as a gap without a bound)."""
    return json.dumps(_plain(plan.header), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_plan(plan: Plan, folder: Path, force: bool = False, texts: Mapping[str, str] | None = None) -> Plan:
    """Write a plan folder whole, or leave everything as it was.

    Parameters
    ----------
    plan : Plan
        The plan; where its tables are none (an infeasible scenario), ``plan.json`` stands alone.
    folder : Path
        Where to; folders above it are made.
    force : bool
        Replace a plan that is there already.
    texts : mapping of str to str, optional
        Further files of the folder by name, such as ``instance.json``.

    Returns
    -------
    Plan
        The plan as written: its header also says how many seconds the writing took.

    Raises
    ------
    OutputExists
        The folder holds a plan and ``force`` was not given, or it holds something that is no part of a plan.
    OutputUnwritable
        Nothing can be written there.
    """
    began = time.perf_counter()
    folder = folder.resolve()
    require_free(folder, force)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
        fresh = Path(beside) / "new"
        fresh.mkdir()
        _write_tables(plan, fresh / "tables")
        for name, text in (texts or {}).items():
            (fresh / name).write_text(text, encoding="utf-8")
        written = with_seconds(plan, {"write": time.perf_counter() - began})
        (fresh / "plan.json").write_text(plan_json(written), encoding="utf-8")
        _swap(fresh, folder, Path(beside) / "old")
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
    OutputExists, OutputUnwritable
        As for ``write_plan``.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputExists(f"{folder} is a file; name a folder for the plan with --out.")
    held = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
    foreign = sorted(held - PLAN_FILES)
    if foreign:
        raise OutputExists(f"{folder} holds {foreign[0]}, which is no part of a plan; name another folder with --out.")
    if held and not force:
        raise OutputExists(f"{folder} holds a plan already; give --force to replace it, or another folder with --out.")
    _require_writable(folder)


def _require_writable(folder: Path) -> None:
    """Make and remove a file where the plan will stand: beside it, and in it where it is there already (it is moved away)."""
    folder = folder.resolve()
    above = next(place for place in folder.parents if place.exists())
    for place in (above, folder) if folder.exists() else (above,):
        try:
            with tempfile.TemporaryFile(dir=place):
                pass
        except OSError as error:
            reason = error.strerror or str(error)
            message = f"{folder} cannot be written: nothing can be made in {place} ({reason}). Name another folder with --out."
            raise OutputUnwritable(message) from error


def read_plan(folder: Path) -> Plan:
    """Read a plan folder; the tables come back with the types they were written with.

    Raises
    ------
    PlanFolderError
        The folder holds no plan, or one that is incomplete or cannot be read.
    """
    header = _read_header(folder / "plan.json")
    files = {name: _table_file(folder / "tables", name) for name in TABLE_COLUMNS}
    absent = {name for name, path in files.items() if not path.exists()}
    missing = [files[name] for name in files if name in absent - ADDED_LATER]
    if missing and header["status"] not in NO_PLAN:
        raise PlanFolderError([Problem(str(path), "", "", "This table is missing.") for path in missing])
    return Plan(header, {name: _read_table(name, path) for name, path in files.items() if name not in absent})


def _read_header(file: Path) -> Mapping[str, Any]:
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


def _read_table(name: str, file: Path) -> pd.DataFrame:
    try:
        table = read_plan_table(file).to_pandas() if file.suffix == ".parquet" else _read_csv(file)
        return table[list(TABLE_COLUMNS[name])]
    except (ValueError, OSError, KeyError) as error:
        raise PlanFolderError([Problem(str(file), "", "", f"This table cannot be read ({error}).")]) from error


def _read_csv(file: Path) -> pd.DataFrame:
    """A table with the types it was written with: no text is taken for a missing value, and numbers come back to the last digit."""
    texts = dict.fromkeys(TEXT_COLUMNS, "str")
    numbers = {column: [""] for names in TABLE_COLUMNS.values() for column in names if column not in TEXT_COLUMNS}
    return pd.read_csv(io.BytesIO(read_bytes(file, PLAN_BYTES)), dtype=texts, keep_default_na=False, na_values=numbers)


def _write_tables(plan: Plan, folder: Path) -> None:
    if plan.tables:
        folder.mkdir()
    for name, table in plan.tables.items():
        if tuple(table.columns) != TABLE_COLUMNS[name]:
            raise ValueError(f"table {name} has the columns {list(table.columns)}, not {list(TABLE_COLUMNS[name])}")
        table.to_csv(folder / f"{name}.csv", index=False)
        table.to_parquet(folder / f"{name}.parquet", index=False)


def _swap(fresh: Path, folder: Path, old: Path) -> None:
    """Put ``fresh`` in the place of ``folder``; renaming is all or nothing, and what was there returns if it fails."""
    if not folder.exists():
        fresh.rename(folder)
        return
    folder.rename(old)
    try:
        fresh.rename(folder)
    except BaseException:  # Ctrl-C included
        old.rename(folder)
        raise
    shutil.rmtree(old)


def _plain(value: Any) -> Any:
    """Nothing but what JSON knows: numpy's numbers as Python's, infinite and undefined ones as null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
