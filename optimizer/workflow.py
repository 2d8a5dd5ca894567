"""The whole way, in one screen: read, assemble, build, compile, solve, extract, audit, verify."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from optimizer.assemble import assemble
from optimizer.audit import audit
from optimizer.enrich.filling import fill_sites
from optimizer.errors import AuditError
from optimizer.instance import Instance
from optimizer.interrupts import exposed
from optimizer.model import build, release
from optimizer.model.goals import UNITS
from optimizer.plan import Plan
from optimizer.progress import Progress
from optimizer.report.in_play import limits_in_play
from optimizer.report.in_play_ways import ways_told
from optimizer.report.limits import fully_used
from optimizer.report.not_chosen import not_chosen
from optimizer.scenario import read_scenario
from optimizer.solve import CompiledModel, SolveSettings, compile_model
from optimizer.solve.answer import Progress as SearchProgress
from optimizer.solve.carried import carry
from optimizer.solve.extract import extract_tables
from optimizer.solve.goals import Solved, committed_musd, disagree, solve_goals, with_weakest_bounds
from optimizer.solve.header import no_plan_header, plan_header
from optimizer.solve.header_identity import compiled_size, identity
from optimizer.solve.ladder import SECOND_OPINIONS, SolverFailure, failures_told, second_opinions
from optimizer.solve.memory import peak_memory_mb
from optimizer.solve.question_size import require_memory, size_of
from optimizer.solve.signed import NOT_HELD, held, kept_open, why_not_held
from optimizer.solve.signed_contract import SignedContract, told
from optimizer.solve.warm import Warm
from optimizer.stopwatch import Stopwatch
from optimizer.study.resources import available_memory_mb
from optimizer.verify import ADDED_DAYS, Verification, added_labels, verify, with_days

ProgressListener = Callable[[Progress], None]

ROUNDS_MAX = 3
"""Most times that the worst days join the typical days and a plan is solved again."""


_STOPPED = {"stopped_by": "interrupted", "status": "best_found"}
"""Fields of a plan's header when a person ended its verification, or a round of it."""


def plan(
    path: str | Path,
    overrides: Sequence[str] = (),
    settings: SolveSettings | None = None,
    on_progress: ProgressListener | None = None,
) -> Plan:
    """Solve a scenario folder: the public Python API.

    Parameters
    ----------
    path : str or Path
        Scenario folder.
    overrides : sequence of str
        ``path=value`` as for ``--set``.
    settings : SolveSettings, optional
        Gap, limits and threads of the solve.
    on_progress : callable, optional
        Called with a ``Progress`` while it runs.

    Returns
    -------
    Plan
        An audited plan, or one whose status says why there is none.

    Raises
    ------
    ScenarioError
        The scenario has problems; all of them are named.
    AuditError
        The plan found did not pass its independent re-check.
    """
    return solve_instance(assemble(read_scenario(Path(path), overrides, fill_sites)), settings, on_progress)


def solve_instance(
    instance: Instance,
    settings: SolveSettings | None = None,
    on_progress: ProgressListener | None = None,
    warm: Warm | None = None,
    signed: Sequence[SignedContract] = (),
) -> Plan:
    """Build, compile, solve, extract, audit and verify over all hours; worst days join the typical ones and it is solved again.

    Parameters
    ----------
    instance, settings, on_progress
        As for ``plan``; a time limit is for building and all searches together, audit and verification of what is found always finish.
    warm : Warm, optional
        What an earlier solve left: a solver that runs, and decisions to start from; those of this plan are left in it.
    signed : sequence of SignedContract
        Power contracts that every plan of the question holds as they were signed; what is proven is proven with them held.

    Raises
    ------
    ScenarioError
        The question is larger than the memory of this machine.
    AuditError
        No plan found passed its independent re-check, by HiGHS with two presolves and seeds and by SCIP.
    """
    if warm is None:
        with Warm() as fresh:
            return solve_instance(instance, settings, on_progress, fresh, signed)
    settings = settings or SolveSettings()
    clock, failed_before = Stopwatch(on_progress), len(warm.highs.failures)
    posed = kept_open(instance, signed)
    require_memory(size_of(posed), available_memory_mb())
    added: dict[str, tuple[int, ...]] = {}
    best: _Verified | None = None
    found: Plan | None = None
    for rounds in range(ROUNDS_MAX + 1):  # noqa: B007 - told when they are over
        try:
            found = _build_and_solve(with_days(posed, added), settings, clock, warm, signed)
        except KeyboardInterrupt:
            if found is None:
                raise
            found = Plan({**found.header, **_STOPPED}, found.tables)
            break
        if not found.tables:
            break
        clock.enter("verify")
        try:
            with exposed():
                verified = _Verified(found, verify(with_days(posed, added), found, warm.highs), added)
        except KeyboardInterrupt:
            found = Plan({**found.header, **_STOPPED}, found.tables)
            break
        best = verified if best is None or verified.rank < best.rank else best
        more = verified.verification.days_to_add()
        if not more or _is_interrupted(found) or not _has_time(settings, clock):
            break
        added = {site_id: (*added.get(site_id, ()), *([more[site_id]] if site_id in more else [])) for site_id in {**added, **more}}
    assert found is not None
    plan = found if best is None else best.plan_told(rounds)
    stopped = _STOPPED if rounds and _is_interrupted(found) else {}
    # The plan answers the instance as asked, whatever days have joined and whatever contracts are held.
    header = {**plan.header, **stopped, **_failed(warm, failed_before), "instance_sha256": instance.sha256(), **_spent(clock)}
    return Plan(header | _held_told(signed) | _limits_asked(plan, instance, signed), plan.tables)


def _failed(warm: Warm, before: int) -> dict[str, Any]:
    """Field of the header that tells on what a solver failed and what answered in its place; none where none did."""
    failures = failures_told(warm.highs.failures[before:])
    return {"solver_failures": failures} if failures else {}


def _held_told(signed: Sequence[SignedContract]) -> dict[str, Any]:
    """Field of the header that names the contracts held; none where none are."""
    return {"signed": told(signed)} if signed else {}


def _limits_asked(plan: Plan, instance: Instance, signed: Sequence[SignedContract]) -> dict[str, Any]:
    """Where contracts are held and there is no plan: the limits of the question as asked, and what is held, in the place of those posed."""
    if plan.tables or not signed or plan.header["stopped_by"] == NOT_HELD:
        return {}
    return {"binding": [*limits_in_play(instance), f"power contracts held as signed: {', '.join(one.name for one in signed)}"]}


@dataclass(frozen=True)
class _Verified:
    """A plan, what came of its verification, and the days that had joined the typical ones of its sites."""

    plan: Plan
    verification: Verification
    added: Mapping[str, Sequence[int]]

    @property
    def rank(self) -> tuple[bool, float, bool, float, float]:
        """Less is better: load unserved, an error that needs a word, the verified cost to a dollar, the error."""
        seen = self.verification
        return (not seen.passed, seen.unserved_mwh, not seen.is_close, round(seen.verified_musd, 6), seen.cost_error)

    def plan_told(self, rounds: int) -> Plan:
        """Give the plan with its verification in the header; one that leaves load unserved is merely the best found."""
        told = {
            "typical_hours_error": self.verification.cost_error,
            "verification": self.verification.header(rounds),
            ADDED_DAYS: added_labels(self.added),
        }
        if not self.verification.passed:
            told["status"] = "best_found"
        return Plan({**self.plan.header, **told}, self.plan.tables)


def _is_interrupted(plan: Plan) -> bool:
    return bool(plan.header["stopped_by"] == "interrupted")


def _has_time(settings: SolveSettings, clock: Stopwatch) -> bool:
    return settings.time_limit_s is None or clock.elapsed() < settings.time_limit_s


def _in_time_left(settings: SolveSettings, clock: Stopwatch) -> SolveSettings:
    """Settings of a search: what is left of the time when it begins, after building and the rounds before it."""
    if settings.time_limit_s is None:
        return settings
    return replace(settings, time_limit_s=max(settings.time_limit_s - clock.elapsed(), 0.0))


def _build_and_solve(
    instance: Instance, settings: SolveSettings, clock: Stopwatch, warm: Warm, signed: Sequence[SignedContract]
) -> Plan:
    clock.enter("build")
    before, warm.carried = warm.carried, None
    with exposed():
        model = build(instance, before.parts if before else None)
        clock.enter("compile")
        compiled = compile_model(model, before)
    try:
        if why_not := why_not_held(model, signed):
            return _no_plan(instance, compiled, Solved("infeasible", (), None, 0.0, NOT_HELD), why_not)
        return _Question(model, held(model, compiled, signed), tuple(signed), clock, warm).answer(settings)
    finally:
        warm.carried = carry(model, compiled)
        release(model)


@dataclass(frozen=True)
class _Question:
    """A model that was built and compiled, and with what it is solved; several solves of it may check one another."""

    model: Any
    compiled: CompiledModel
    signed: tuple[SignedContract, ...]
    clock: Stopwatch
    warm: Warm

    def answer(self, settings: SolveSettings) -> Plan:
        """Solve and audit; where the plan fails, the question is asked again in other ways, and the weakest bound counts."""
        first = self._solved(settings)
        try:
            return self._audited(first)
        except AuditError as error:
            return self._asked_again(settings, first, error)

    def _asked_again(self, settings: SolveSettings, first: Solved, error: AuditError) -> Plan:
        """Solve with other presolve and seed, and by SCIP where the two disagree or none of their plans passes."""
        self.warm.solution = None
        runs, passed, failed = [first], list[tuple[str, Solved]](), [("HiGHS", _head(error))]
        for rung in second_opinions(settings):
            if runs[-1].stop_reason == "interrupted":
                break
            runs.append(solved := self._solved(rung.settings))
            try:
                self._audited(solved)
            except AuditError as again:
                failed.append((rung.name, _head(again)))
                continue
            if solved.values is None and solved.status != "infeasible":
                failed.append((rung.name, f"no plan ({solved.stop_reason})"))
                continue
            passed.append((rung.name, solved))
            if not any(disagree(run, solved) for run in runs[:-1]):
                break
        with_plan = [(name, solved) for name, solved in passed if solved.values is not None]
        if not with_plan and len(passed) < len(SECOND_OPINIONS):
            raise error
        name, best = min(with_plan or passed, key=lambda pair: [goal.value for goal in pair[1].goals])
        self.warm.highs.failures.append(SolverFailure("whole question", tuple(failed), name))
        return self._audited(with_weakest_bounds(best, runs, settings, committed_musd(self.model)) if with_plan else best)

    def _solved(self, settings: SolveSettings) -> Solved:
        self.clock.enter("solve")
        report = _reporter(self.clock, committed_musd(self.model))
        return solve_goals(self.model, self.compiled, _in_time_left(settings, self.clock), report, self.warm)

    def _audited(self, solved: Solved) -> Plan:
        """Give the plan of a solve, audited, or the answer that there is none."""
        instance: Instance = self.model.instance
        self.clock.enter("extract")
        if solved.values is None:
            return _no_plan(instance, self.compiled, solved, limits_in_play(instance))
        self.compiled.load(solved.values)
        tables = extract_tables(self.model)
        decided = plan_header(instance, tables, solved.goals)
        header = {**identity(instance, solved), **decided, **self._limits(solved, decided, tables), **_held_told(self.signed)}
        self.clock.enter("audit")
        report = audit(instance, Plan(header, tables))
        report.raise_if_failed()
        audited = {"passed": report.passed, "rules": report.rules, "checks": report.checks, "worst_violation": report.worst_violation}
        return Plan({**header, "audit": audited, "size": compiled_size(self.compiled)}, tables)

    def _limits(self, solved: Solved, decided: Mapping[str, Any], tables: Mapping[str, Any]) -> dict[str, Any]:
        """What holds a plan back: why each other place is not chosen, and the limits that it reaches."""
        instance: Instance = self.model.instance
        used = [*(site["site_id"] for site in decided["sites"]), *(rental["name"] for rental in decided["rentals"])]
        lost = not_chosen(instance, used, solved.hosts, decided["objective_musd"] - committed_musd(self.model))
        return {"not_chosen": lost, "binding": fully_used(instance, tables)}


def _head(error: AuditError) -> str:
    """First two lines of an audit that failed: that it did, and the worst of it."""
    return " ".join(" ".join(str(error).splitlines()[:2]).split())


def _no_plan(instance: Instance, compiled: CompiledModel, solved: Solved, binding: Sequence[str]) -> Plan:
    """Give the answer that there is no plan, or none in time, with what stands in its way."""
    asked = no_plan_header(instance, solved.goals)
    header = {**identity(instance, solved), **asked, "ways": ways_told(instance), "binding": list(binding)}
    unaudited = {"passed": False, "rules": 0, "checks": 0, "worst_violation": 0.0}
    return Plan({**header, "audit": unaudited, "size": compiled_size(compiled)}, {})


def _reporter(clock: Stopwatch, committed: float) -> Callable[[str, SearchProgress], None]:
    """Hand on what a search says, with the cost that was committed before: as the objective of the plan counts it."""

    def report(goal: str, progress: SearchProgress) -> None:
        constant = committed if goal == "min_cost" else 0.0
        best, bound = (None if value is None else value + constant for value in (progress.objective, progress.bound))
        clock.report(Progress(f"solve {goal}", clock.elapsed(), best, bound, progress.gap, UNITS[goal]))

    return report


def _spent(clock: Stopwatch) -> dict[str, Any]:
    """Seconds per phase, and the most memory that this process and the solver's have held."""
    return {"seconds": clock.seconds(), "peak_memory_mb": peak_memory_mb()}
