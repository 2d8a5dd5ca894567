"""The plan folder: ``plan.json`` and every table as CSV and Parquet, written whole or not at all."""

from __future__ import annotations

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

from optimizer.errors import OutputExists, Problem, ScenarioError
from optimizer.plan import TABLE_COLUMNS, Plan

PLAN_FILES = frozenset({"plan.json", "tables", "instance.json", "cache.json", "report.html", "plan.gpkg", "plan.xlsx"})
"""What a plan folder holds, and so what may be replaced."""


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
    """Say early whether a plan may be written to a folder.

    Raises
    ------
    OutputExists
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


def read_plan(folder: Path) -> Plan:
    """Read a plan folder; the tables come back with the types they were written with.

    Raises
    ------
    ScenarioError
        The folder holds no plan, or one that cannot be read.
    """
    file = folder / "plan.json"
    try:
        header = json.loads(file.read_text(encoding="utf-8"))
        tables = {name: pd.read_parquet(path)[list(TABLE_COLUMNS[name])] for name, path in _table_files(folder)}
    except FileNotFoundError as error:
        raise ScenarioError([Problem(str(file), "", "", "There is no plan here.")]) from error
    except (ValueError, OSError, KeyError) as error:
        raise ScenarioError([Problem(str(folder), "", "", f"This plan cannot be read ({error}).")]) from error
    return Plan(header, tables)


def _table_files(folder: Path) -> list[tuple[str, Path]]:
    return [(name, path) for name in TABLE_COLUMNS if (path := folder / "tables" / f"{name}.parquet").exists()]


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
