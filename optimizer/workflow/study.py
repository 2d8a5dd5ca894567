"""A study, the whole way in one screen: read, ask every run, solve, hold decisions, search breakpoints, answer."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import io
import json
import math
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from optimizer.core.errors import AuditError, GigasiteError, ScenarioError
from optimizer.core.gc_pause import collection_paused
from optimizer.core.instance import Instance
from optimizer.core.machine import available_memory_mb, workers_for
from optimizer.files.single_files import add_files
from optimizer.plan.plan import Plan
from optimizer.plan.zip_read import unzip_plan, zipped_header
from optimizer.plan.zip_write import zip_plan
from optimizer.solve.highs.memory import note_worker, peak_memory_mb
from optimizer.solve.highs.settings import SolveSettings
from optimizer.solve.search.committed import NOT_HELD
from optimizer.solve.search.question_size import require_memory, size_of
from optimizer.solve.search.warm import Warm
from optimizer.study.answers.answers import answers_of
from optimizer.study.answers.figures import figures_of
from optimizer.study.answers.table import has_plan
from optimizer.study.engine.at_work import at_work
from optimizer.study.engine.engine import Engine
from optimizer.study.engine.environment import environment, versions
from optimizer.study.engine.execution import StudyExecution
from optimizer.study.engine.outcome import AUDIT_FAILED, FAILED, Outcome, Task
from optimizer.study.engine.pool import LocalPool
from optimizer.study.engine.runlog import RunLog, require_free
from optimizer.study.file.definition import Study
from optimizer.study.file.origins import Origins
from optimizer.study.file.study_file import read_study
from optimizer.study.runs.designs import count_runs, run_at, runs_of
from optimizer.study.runs.estimate import memory_a_run_mb, require_time, seconds_a_run, solves_of
from optimizer.study.runs.extra_options import RunOptions
from optimizer.study.runs.further_runs import breaks_of, end_runs, host_fixed_runs
from optimizer.study.runs.host_fixed import can_hold, hosts_of, require_holdable, require_holdable_in
from optimizer.study.runs.packed_run import PackedRun
from optimizer.study.runs.questions import Questions
from optimizer.study.runs.scope import Scope, StudyListener, StudyOptions, StudyResult, Unheard
from optimizer.study.runs.signing import PHASE, CommittedCosts, committed_runs, contracts_of, require_signable
from optimizer.workflow.whole_way import solve_instance

MANY_RUNS = 50
"""Runs beyond which reading all of them may take too long (half a second each) where the scenario as it is cannot be read."""


WITHOUT = {"infeasible": "No plan meets all limits.", "no_plan_in_time": "No plan was found before the time limit."}
"""Why a run has no plan, by its status."""

BROKEN = {
    "error": "Every solver that was tried failed before a plan was found.",
    "unbounded": "HiGHS found no least cost: the question is unbounded, a fault of the scenario or of gigasite.",
}
"""Why a search that did not end by itself or by the time has no plan: such a run failed."""


def run_study(scenario: Path, study_file: Path, options: StudyOptions, listener: StudyListener | None = None) -> StudyResult:
    """Run a study and write its folder.

    Parameters
    ----------
    scenario : Path
        Folder of the scenario.
    study_file : Path
        TOML file of the study.
    options : StudyOptions
        Where and with what.
    listener : StudyListener, optional
        Hears what will be done, and how far it has come.

    Raises
    ------
    ScenarioError
        The study or some run's scenario has problems, all of them named, or it would take longer than it may. Nothing was solved.
    OutputExists, OutputUnwritable
        The study's folder is taken, or cannot be written.
    SolverError, ClusterError
        No worker can be had any more, or two runs contradict each other.
    KeyboardInterrupt
        A person ended it; what is done is kept, and ``resume`` goes on.
    """
    listener = listener or Unheard()
    given = RunOptions(options.set, options.gap, options.time_limit_s)
    read = read_study(study_file)
    study = given.merged_into(read)
    origins = Origins(read, study_file)
    questions = Questions(scenario, _settings(study), origins, listener.progress)
    with contextlib.ExitStack() as stack, origins.placing():
        cluster = stack.enter_context(contextlib.closing(_cluster(options.scheduler))) if options.scheduler else None
        base = _base(study, questions)
        folder, identity = options.out or Path("studies") / base.name / study.name, _identity(study, base)
        require_free(folder, identity, options.resume, options.force)
        if cluster is None:
            require_memory(size_of(base), available_memory_mb())
        workers = _workers(base, options) if cluster is None else cluster.capacity
        solves = solves_of(study, base)
        hours = require_time(study, solves, seconds_a_run(base, study.time_limit_s), workers)
        asked = _packed(study, questions)
        engine = cluster or stack.enter_context(contextlib.closing(LocalPool(solve_task, workers)))
        scope = Scope(study, folder, len(asked), len({item.key for item in asked}), solves, workers, hours)
        with RunLog(folder, identity, options.resume, options.force) as log:
            if log.set_aside is not None:
                listener.note(f"What {folder} held is not all as gigasite wrote it; it is set aside in {log.set_aside}.")
            add_files(folder, {"study.toml": study_file.read_bytes()})
            listener.begins(scope)
            course = StudyExecution(study, questions, log, engine, listener.progress)
            course.solve_base(asked[0], solves)
            course.solve(asked)
            course.solve(questions.ask(host_fixed_runs(study, course.table(), course.runs)))
            signed = _committed_runs(questions, course, base) if study.signed else None
            breaks = tuple(breaks_of(study, len(course.runs), course.outcomes, with_hosts_held=can_hold(base)))
            table = course.table()
            answers = _with_origin(answers_of(study, table, breaks, base.name, signed), log, given)
            _write(folder, table, answers)
    return StudyResult(study, folder, table, answers)


def _committed_runs(questions: Questions, course: StudyExecution, base: Instance) -> CommittedCosts:
    """Ask every run again with the contracts of run 0 held; give them, and what the plans pay with them and without."""
    table = course.table()
    contracts = contracts_of(unzip_plan(course.plan_file(0))[0], base) if has_plan(table).iloc[0] else ()
    course.solve(questions.pack_committed(committed_runs(table, course.runs, contracts), contracts))
    table = course.table()
    told = table[has_plan(table) & table["phase"].isin(("design", PHASE))]
    ledgers = {index: zipped_header(course.plan_file(index))["ledger_musd"] for index in told["run"]}
    return CommittedCosts(contracts, ledgers)


_warm: list[Warm] = []
"""The HiGHS process that this worker keeps from one run to the next."""


def solve_task(task: Task) -> Outcome:
    """Solve a run in a worker, as ``gigasite solve`` would.

    Parameters
    ----------
    task : Task
        The run.
    """
    began = time.perf_counter()
    if not _warm:
        _warm.append(Warm())
        gc.freeze()  # what is imported stays: no collection need look at it
    gc.collect(1)  # small cycles that the run before left behind; what is older, and carried from run to run, need not be looked at again
    warm = _warm[0]
    busy_s = warm.highs.busy_s
    with collection_paused():  # a collection during the run would look through the whole model and find nothing
        outcome = _outcome(task, warm)
    spent = {"highs": round(warm.highs.busy_s - busy_s, 3), "task": round(time.perf_counter() - began, 3)}
    return replace(outcome, seconds={**outcome.seconds, **spent})


def _outcome(task: Task, warm: Warm) -> Outcome:
    """Solve a run from the solution that it starts from."""
    warm.solution = task.start
    try:
        plan = solve_instance(task.instance, task.settings, warm=warm, signed=task.signed)
    except GigasiteError as error:
        status = AUDIT_FAILED if isinstance(error, AuditError) else FAILED
        return Outcome(task.index, task.key, status, str(error), peak_memory_mb=peak_memory_mb())
    note_worker(warm.highs.process_id)
    held: dict[str, Any] = {"seconds": plan.header["seconds"], "peak_memory_mb": peak_memory_mb()}
    if not plan.tables:
        if (why := BROKEN.get(plan.header["stopped_by"])) is not None:
            return Outcome(task.index, task.key, FAILED, why, **held)
        return Outcome(task.index, task.key, plan.status, _without(plan), plan=zip_plan(plan, task.instance), **held)
    figures = figures_of(plan.header, task.instance.horizon.start)
    return Outcome(task.index, task.key, plan.status, "", figures, zip_plan(plan, task.instance), warm.solution, **held)


def _without(plan: Plan) -> str:
    """Why a run has no plan."""
    if plan.header["stopped_by"] == NOT_HELD:
        return " ".join(plan.header["binding"])
    return WITHOUT[plan.status] + (" The contracts of run 0 are held as signed." if plan.header.get("signed") else "")


def _workers(base: Instance, options: StudyOptions) -> int:
    """Workers on this machine: no more than its memory holds at a question of this size."""
    return workers_for(memory_a_run_mb(base), options.workers)


def _base(study: Study, questions: Questions) -> Instance:
    """Read the scenario as it is; what is wrong with it is told with what is wrong with the other runs, unless these are many."""
    try:
        return questions.ask([run_at(study, 0, {})])[0].instance
    except ScenarioError:
        if count_runs(study) <= MANY_RUNS:
            _packed(study, questions)
        raise


def _packed(study: Study, questions: Questions) -> list[PackedRun]:
    """Read every run and both ends of every breakpoint."""
    runs = runs_of(study)
    asked = questions.ask([*runs, *end_runs(study, len(runs))])[: len(runs)]
    if study.signed:
        require_signable((item.run.name, item.instance) for item in asked)
    if study.regret:
        candidates = study.candidates or hosts_of(asked[0].instance)
        require_holdable(asked[0].instance, candidates)
        require_holdable_in(((item.run.name, item.instance) for item in asked[1:]), candidates)
    return asked


def _settings(study: Study) -> SolveSettings:
    settings = SolveSettings(time_limit_s=study.time_limit_s)
    return settings if study.gap is None else replace(settings, gap=study.gap)


def _identity(study: Study, base: Instance) -> dict[str, str]:
    """What must not change while a study goes on; how long it may take is no part of what is asked."""
    asked = replace(study, hours_max=math.inf)
    return {"study": hashlib.sha256(repr(asked).encode()).hexdigest(), "scenario": base.sha256(), **environment()}


def _cluster(scheduler: str) -> Engine:
    """The workers of a Dask scheduler, which say how many they are."""
    from optimizer.study.engine.dask_engine import DaskEngine  # noqa: PLC0415 - an extra that only this needs

    return DaskEngine(solve_task, scheduler)


def _with_origin(answers: dict[str, Any], log: RunLog, given: RunOptions) -> dict[str, Any]:
    """The answers, with what was given beside the file and how they were come by."""
    return {**answers, "runs": {**answers["runs"], **at_work(log.spans())}, "options": given.as_json(), "versions": versions()}


def _write(folder: Path, table: pd.DataFrame, answers: dict[str, Any]) -> None:
    """Write the table and the answers, each whole."""
    packed = io.BytesIO()
    table.to_parquet(packed, index=False)
    told = json.dumps(answers, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    contents = {"study.parquet": packed.getvalue(), "study.csv": table.to_csv(index=False).encode(), "answers.json": told.encode()}
    add_files(folder, contents)
