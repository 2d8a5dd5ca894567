"""The runs of a study as one tidy table: a row per run, what was changed, and what came of it."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from optimizer.study.engine.outcome import FIGURES, NOT_SOLVED, Outcome
from optimizer.study.file.definition import Factor, Study
from optimizer.study.runs.designs import Run

NOT_RUN = "not_run"
"""Status of a run that nobody has solved yet."""

INFEASIBLE = "infeasible"
"""Status of a run that is proven to have no plan."""

TEXT_FIGURES = frozenset({"host", "build_or_rent", "sites", "contracts", "ready"})
TRUTH_FIGURES = frozenset({"verification_passed"})


def study_table(study: Study, runs: Sequence[Run], outcomes: Mapping[int, Outcome]) -> pd.DataFrame:
    """Lay out the runs of a study.

    Parameters
    ----------
    study : Study
        What was asked.
    runs : sequence of Run
        All runs, of whatever phase.
    outcomes : mapping of int to Outcome
        Outcome of a run by its index; a run without one is ``NOT_RUN``.

    Returns
    -------
    pandas.DataFrame
        A row per run in the order of ``runs``. Columns: ``run`` (its number), ``name``, ``phase``, ``fixed`` (host held; empty:
        free), ``set`` (the ``--set`` options that ask the same of ``gigasite solve``), ``factor.<name>``, ``status``, ``message``,
        ``FIGURES``, ``seconds``, ``key``. What a run does not have is missing, never 0 and never an empty text.
    """
    held = [outcomes.get(run.index) for run in runs]
    chosen = [dict(run.values) for run in runs]
    columns: dict[str, pd.Series[Any]] = {
        "run": pd.Series([run.index for run in runs], dtype="int64"),
        "name": _texts([run.name for run in runs]),
        "phase": _texts([run.phase for run in runs]),
        "fixed": _texts([run.fixed for run in runs]),
        "set": _texts([set_options(run.overrides) for run in runs]),
    }
    for factor in study.factors:
        columns[f"factor.{factor.name}"] = _factor_column([values.get(factor.name) for values in chosen])
    columns["status"] = _texts([outcome.status if outcome else NOT_RUN for outcome in held])
    columns["message"] = _texts([outcome.message if outcome else "" for outcome in held])
    for name in FIGURES:
        columns[name] = _figure_column(name, [outcome.figures.get(name) if outcome else None for outcome in held])
    columns["seconds"] = _numbers([outcome.seconds.get("total") if outcome else None for outcome in held])
    columns["key"] = _texts([outcome.key if outcome else None for outcome in held])
    return pd.DataFrame(columns)


def set_options(overrides: Sequence[str]) -> str:
    """Write changes as the options of ``gigasite solve`` that make them; equal texts ask the same question."""
    return " ".join(f"--set {shlex.quote(text)}" for text in overrides)


def has_plan(table: pd.DataFrame) -> pd.Series[bool]:
    """Whether each run holds a plan."""
    return table["objective_musd"].notna()


def is_answered(table: pd.DataFrame) -> pd.Series[bool]:
    """Whether it is known what comes of each run: a plan, or the proof that there is none."""
    return has_plan(table) | table["status"].eq(INFEASIBLE)


def is_unsolved(table: pd.DataFrame) -> pd.Series[bool]:
    """Whether each run was tried and nothing came of it, by an error of the scenario or of ours."""
    return table["status"].isin(NOT_SOLVED)


def compared(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """Give the runs over which a study counts, takes means and compares.

    Where the design lays out the runs by itself (grid, draws), these are its own: neither the scenario as it is nor the named runs
    beside it, which would weigh as much as a draw. Else all are.

    Parameters
    ----------
    study : Study
        What was asked.
    table : pandas.DataFrame
        As of ``study_table``.
    """
    design = table[table["phase"] == "design"].sort_values("run")
    if study.design in ("one_at_a_time", "named"):
        return design
    return design.iloc[1 : len(design) - len(study.named)]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows one by one, by column."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def is_missing(value: Any) -> bool:
    """Whether a cell is empty."""
    return value is None or bool(pd.isna(value))


def plain(value: Any, factor: Factor | None = None) -> Any:
    """Make a cell fit for JSON: missing is None, a whole number of a factor is an int."""
    if is_missing(value):
        return None
    if isinstance(value, str):
        return value
    if pd.api.types.is_bool(value):
        return bool(value)
    number = float(value)
    is_whole = factor is not None and number.is_integer()
    return int(number) if is_whole else number


def gap_musd(row: Mapping[str, Any]) -> float:
    """Most that a run's plan can be dearer than the best, million USD; infinite where no bound is known."""
    bound = row["bound_musd"]
    return math.inf if is_missing(bound) else max(0.0, float(row["objective_musd"]) - float(bound))


def _factor_column(values: Sequence[Any]) -> pd.Series[Any]:
    """Numbers as floats, truths as nullable booleans, all else (also mixed) as texts."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, bool) for value in known):
        return pd.Series(values, dtype="boolean")
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        return _numbers(values)
    return _texts([None if value is None else _as_set(value) for value in values])


def _as_set(value: Any) -> str:
    """Text of a value as ``--set`` would have it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _figure_column(name: str, values: Sequence[Any]) -> pd.Series[Any]:
    if name in TEXT_FIGURES:
        return _texts(values)
    return pd.Series(values, dtype="boolean") if name in TRUTH_FIGURES else _numbers(values)


def _texts(values: Sequence[str | None]) -> pd.Series[Any]:
    return pd.Series(values, dtype="str")


def _numbers(values: Sequence[float | None]) -> pd.Series[Any]:
    return pd.Series([math.nan if value is None else float(value) for value in values], dtype="float64")
