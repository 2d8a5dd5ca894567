"""The tables of a study's run log, and how runs and outcomes stand in their rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from optimizer.study.engine.outcome import Outcome
from optimizer.study.runs.designs import Run

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS runs (
    run INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    phase TEXT NOT NULL,
    fixed TEXT NOT NULL,
    factors TEXT NOT NULL,            -- JSON: value by name
    overrides TEXT NOT NULL,          -- JSON: --set texts
    starts_from INTEGER,
    key TEXT NOT NULL,
    state TEXT NOT NULL,              -- waiting, running, done, failed, quarantined
    attempts INTEGER NOT NULL DEFAULT 0,
    worker_deaths INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',  -- of the last death
    started TEXT NOT NULL DEFAULT '', -- UTC
    finished TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS runs_by_key ON runs (key);
CREATE TABLE IF NOT EXISTS results (
    key TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    message TEXT NOT NULL,
    figures TEXT NOT NULL,            -- JSON
    seconds TEXT NOT NULL,            -- JSON
    peak_memory_mb REAL NOT NULL,
    has_plan INTEGER NOT NULL,        -- 1: plans/<key>.zip
    solution BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS files (    -- of plans, as written
    name TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL
) STRICT;
"""

NEW_RUN = """
INSERT INTO runs (run, name, phase, fixed, factors, overrides, starts_from, key, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting')
ON CONFLICT (run) DO NOTHING
"""

NEW_RESULT = """
INSERT INTO results (key, status, message, figures, seconds, peak_memory_mb, has_plan, solution) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""

NEW_FILE = "INSERT OR REPLACE INTO files (name, sha256) VALUES (?, ?)"

RESULT = "SELECT key, status, message, figures, seconds, peak_memory_mb FROM results WHERE key = ?"


def run_row(run: Run, key: str) -> tuple[Any, ...]:
    """Give the values of ``NEW_RUN``."""
    return (run.index, run.name, run.phase, run.fixed, _text(run.values), json.dumps(run.overrides), run.starts_from, key)


def result_row(outcome: Outcome) -> tuple[Any, ...]:
    """Give the values of ``NEW_RESULT``."""
    texts = (outcome.key, outcome.status, outcome.message, _text(outcome.figures), _text(outcome.seconds))
    return (*texts, outcome.peak_memory_mb, int(outcome.plan is not None), outcome.solution)


def outcome_in(row: tuple[Any, ...], index: int) -> Outcome:
    """Give the outcome of a row of ``RESULT`` for one of the runs that share its key, without its plan and solution."""
    key, status, message, figures, seconds, peak_memory_mb = row
    return Outcome(index, key, status, message, json.loads(figures), None, None, json.loads(seconds), peak_memory_mb)


def _text(values: Mapping[str, Any]) -> str:
    """JSON of plain values; a number that JSON does not know is an error here, not a surprise to a reader."""
    return json.dumps(dict(values), ensure_ascii=False, allow_nan=False)
