"""The log of a study's runs, in SQLite: what was asked, what is done, what came of it. It survives the death of whoever writes it."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from optimizer.core.errors import OutputExists, OutputUnwritable
from optimizer.files.holding import hold_folder
from optimizer.study.engine.outcome import FAILED, Outcome
from optimizer.study.engine.run_rows import NEW_FILE, NEW_RESULT, NEW_RUN, RESULT, SCHEMA, outcome_in, result_row, run_row
from optimizer.study.engine.study_folder import PLANS, RUNS, clear, is_study_file, locked, require_own, require_unchanged, write_whole
from optimizer.study.runs.designs import Run

WAITING, RUNNING, DONE, FAILED_RUN, QUARANTINED_RUN = "waiting", "running", "done", "failed", "quarantined"
"""States of a run."""


class RunLog:
    """The runs of the study in a folder, held by one process at a time; a context that closes it.

    Parameters
    ----------
    folder : Path
        The study's folder; made where it is not there.
    identity : mapping of str to str
        What must not change while a study goes on, by its name in words: hash of the study, of the scenario, versions.
    resume : bool
        Go on with the runs that the folder holds. Runs that a dead parent left at work wait again, and so do runs that failed or
        were quarantined; what is done is not solved again.
    force : bool
        Take away what the folder holds and begin anew; what was changed since gigasite wrote it is set aside.

    Raises
    ------
    OutputExists
        The folder holds runs, or files of a person, and neither ``resume`` nor ``force`` was given; it holds another study's; it holds
        something that is no part of a study; another process works in it.
    OutputUnwritable
        Nothing can be written there, or its log cannot be read.

    Attributes
    ----------
    set_aside : Path or None
        Where what the folder held is now, because some of it was not as gigasite wrote it.
    """

    def __init__(self, folder: Path, identity: Mapping[str, str], resume: bool = False, force: bool = False) -> None:
        self.folder = folder
        require_own(folder)
        self._lock = contextlib.ExitStack()
        try:
            self._lock.enter_context(hold_folder(folder, is_study_file))
            self._lock.enter_context(locked(folder))
            self.set_aside = clear(folder) if force and not resume else None
            if resume or not force:
                require_unchanged(folder, resume)
            (folder / PLANS).mkdir(exist_ok=True)
            self._database = sqlite3.connect(folder / RUNS, isolation_level="IMMEDIATE")
            self._open(identity, resume)
        except sqlite3.Error as error:
            self._lock.close()
            raise OutputUnwritable(f"{folder / RUNS} cannot be used ({error}). Give --force to begin anew.") from error
        except BaseException:
            self._lock.close()
            raise

    def __enter__(self) -> RunLog:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the folder free."""
        self._database.close()
        self._lock.close()

    def add(self, runs: Sequence[Run], keys: Sequence[str]) -> None:
        """Note runs; those that are noted already stay as they are.

        Which decisions are held and where breakpoints are looked for follows from the answers of the design. On resume a run of it that
        failed before may have an answer: those runs then come under other numbers, and what was noted under these makes room.

        Parameters
        ----------
        runs : sequence of Run
            What is to be solved.
        keys : sequence of str
            Hash of each run's question.

        Raises
        ------
        OutputExists
            A run of the design of this number was noted with another question.
        """
        held = dict(self._database.execute("SELECT run, key FROM runs"))
        asked = list(zip(runs, keys, strict=True))
        moved = [(run.index,) for run, key in asked if run.phase != "design" and held.get(run.index, key) != key]
        with self._database as database:
            database.executemany("DELETE FROM runs WHERE run = ?", moved)
            database.executemany(NEW_RUN, [run_row(run, key) for run, key in asked])
        held = dict(self._database.execute("SELECT run, key FROM runs"))
        for run, key in asked:
            if held[run.index] != key:
                message = f"Run {run.index} ({run.name}) in {self.folder} asked something else; give --force to begin anew."
                raise OutputExists(message)

    def start(self, index: int) -> None:
        """Note that a worker has begun with a run."""
        change = "UPDATE runs SET state = ?, attempts = attempts + 1, started = ? WHERE run = ?"
        self._change(change, (RUNNING, _now(), index))

    def finish(self, outcome: Outcome) -> None:
        """Keep an outcome: its plan whole on the disk first, then all else in one transaction."""
        if outcome.plan is not None:
            write_whole(self.plan_file(outcome.key), outcome.plan)
        state = FAILED_RUN if outcome.status == FAILED else DONE
        with self._database as database:
            database.execute(NEW_RESULT, result_row(outcome))
            if outcome.plan is not None:
                database.execute(NEW_FILE, (self.plan_file(outcome.key).name, hashlib.sha256(outcome.plan).hexdigest()))
            database.execute("UPDATE runs SET state = ?, finished = ? WHERE key = ?", (state, _now(), outcome.key))

    def death(self, index: int, reason: str) -> int:
        """Note that the worker of a run died; give how many have died of it."""
        change = "UPDATE runs SET state = ?, worker_deaths = worker_deaths + 1, reason = ? WHERE run = ?"
        self._change(change, (WAITING, reason, index))
        deaths: int = self._database.execute("SELECT worker_deaths FROM runs WHERE run = ?", (index,)).fetchone()[0]
        return deaths

    def quarantine(self, outcome: Outcome) -> None:
        """Keep that a run, and all that ask the same, are not tried any more."""
        with self._database as database:
            database.execute(NEW_RESULT, result_row(outcome))
            change = "UPDATE runs SET state = ?, reason = ?, finished = ? WHERE key = ?"
            database.execute(change, (QUARANTINED_RUN, outcome.message, _now(), outcome.key))

    def interrupted(self) -> None:
        """Note that nothing is at work any more."""
        self._change("UPDATE runs SET state = ? WHERE state = ?", (WAITING, RUNNING))

    def outcome(self, key: str, index: int) -> Outcome | None:
        """Give what came of a question, as the outcome of a run that asked it; None where it is not answered yet."""
        row = self._database.execute(RESULT, (key,)).fetchone()
        return None if row is None else outcome_in(row, index)

    def solution(self, index: int) -> bytes | None:
        """Give what a further run may start from: the solution of a run; None where it has none."""
        question = "SELECT solution FROM results JOIN runs USING (key) WHERE run = ?"
        row = self._database.execute(question, (index,)).fetchone()
        return None if row is None else row[0]

    def keys_done(self) -> frozenset[str]:
        """Give the questions that are answered."""
        return frozenset(key for (key,) in self._database.execute("SELECT key FROM results"))

    def spans(self) -> list[tuple[datetime, datetime]]:
        """Give begin and end of every run that a worker has been at and that is answered; of one tried again, of its last try."""
        rows = self._database.execute("SELECT started, finished FROM runs WHERE started <> '' AND finished >= started")
        return [(datetime.fromisoformat(started), datetime.fromisoformat(finished)) for started, finished in rows]

    def plan_file(self, key: str) -> Path:
        """Give the place of a plan, a folder in a zip file."""
        return self.folder / PLANS / f"{key}.zip"

    def _open(self, identity: Mapping[str, str], resume: bool) -> None:
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(SCHEMA)
        _require_same(self._database, self.folder, identity, resume)
        with self._database as database:
            database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(identity.items()))
        self._wait_again()

    def _wait_again(self) -> None:
        """Let wait what a dead parent left at work, what failed or was quarantined, and what has lost its plan's file."""
        lost = [key for (key,) in self._database.execute("SELECT key FROM results WHERE has_plan") if not self.plan_file(key).is_file()]
        with self._database as database:
            again = (FAILED_RUN, QUARANTINED_RUN)
            database.executemany("DELETE FROM results WHERE key = ?", [(key,) for key in lost])
            database.execute("DELETE FROM results WHERE key IN (SELECT key FROM runs WHERE state IN (?, ?))", again)
            database.execute("UPDATE runs SET worker_deaths = 0 WHERE state IN (?, ?)", again)
            database.execute("UPDATE runs SET state = ? WHERE key NOT IN (SELECT key FROM results)", (WAITING,))
        for left in (self.folder / PLANS).glob(".*.new"):
            left.unlink()

    def _change(self, statement: str, values: tuple[object, ...]) -> None:
        with self._database as database:
            database.execute(statement, values)


def require_free(folder: Path, identity: Mapping[str, str], resume: bool = False, force: bool = False) -> None:
    """Refuse a folder before there is anything to keep in it; nothing is written.

    Parameters
    ----------
    folder, identity, resume, force
        As of ``RunLog``.

    Raises
    ------
    OutputExists, OutputUnwritable
        As of ``RunLog``.
    """
    require_own(folder)
    if (folder / RUNS).is_file():
        locked(folder).close()
    if resume or not force:
        require_unchanged(folder, resume)
    if (folder / RUNS).is_file() and (resume or not force):
        # A log that cannot be read, or has no tables yet, is left to who opens it.
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(folder / RUNS)) as database:
            _require_same(database, folder, identity, resume)


def _require_same(database: sqlite3.Connection, folder: Path, identity: Mapping[str, str], resume: bool) -> None:
    """Refuse a log with runs that are not to be gone on with, or that are of something else."""
    if database.execute("SELECT count(*) FROM runs").fetchone()[0] and not resume:
        raise OutputExists(f"{folder} holds runs of a study; give --resume to go on with them, or --force to begin anew.")
    held = dict(database.execute("SELECT name, value FROM meta"))
    differing = [name for name in sorted({*held, *identity}) if held and held.get(name) != identity.get(name)]
    if differing:
        told = "; ".join(f"{name}: {_short(held.get(name))} then, {_short(identity.get(name))} now" for name in differing)
        kept = " The study's file, --set, --gap and --time-limit must stay as they were." if "study" in differing else ""
        ways = "Give --force to begin anew, or another folder with --out."
        raise OutputExists(f"{folder} holds runs of something else ({told}).{kept} {ways}")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _short(value: str | None) -> str:
    """A value for a message: a hash by its first letters."""
    return "none" if value is None else value[:12]
