"""The whole way, in one screen: read, assemble, build, compile, solve, extract, audit, verify."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from optimizer.core.instance import Instance
from optimizer.core.interrupts import exposed
from optimizer.core.machine import available_memory_mb
from optimizer.core.progress import Progress
from optimizer.core.stopwatch import Stopwatch
from optimizer.explain.in_the_way import limits_in_play
from optimizer.model import build, release
from optimizer.plan.header import Checked, Explained, Header
from optimizer.plan.plan import Plan
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites
from optimizer.solve import SolveSettings, compile_model
from optimizer.solve.compile.reuse import carry
from optimizer.solve.highs.ladder import failures_as_json
from optimizer.solve.highs.memory import peak_memory_mb
from optimizer.solve.search.committed import NOT_HELD, fix_contracts, kept_open, why_not_fixed
from optimizer.solve.search.committed_contract import CommittedContract
from optimizer.solve.search.goals import Solved
from optimizer.solve.search.question_size import require_memory, size_of
from optimizer.solve.search.warm import Warm
from optimizer.verify import Verification, added_labels, verify, with_days
from optimizer.workflow.question import Question, commitments_header, no_plan

ProgressListener = Callable[[Progress], None]

ROUNDS_MAX = 3
"""Most times that the worst days join the typical days and a plan is solved again."""



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
    signed: Sequence[CommittedContract] = (),
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
    posed = open_instance = kept_open(instance, signed)
    require_memory(size_of(posed), available_memory_mb())
    added: dict[str, tuple[int, ...]] = {}
    best: _Verified | None = None
    found: Plan | None = None
    for rounds in range(ROUNDS_MAX + 1):  # noqa: B007 - told when they are over
        try:
            found = _build_and_solve(posed, settings, clock, warm, signed)
        except KeyboardInterrupt:
            if found is None:
                raise
            found = Plan(_stopped(found.header), found.tables)
            break
        if not found.tables:
            break
        clock.enter("verify")
        try:
            with exposed():
                verified = _Verified(found, verify(posed, found, warm.highs), added)
        except KeyboardInterrupt:
            found = Plan(_stopped(found.header), found.tables)
            break
        best = verified if best is None or verified.rank < best.rank else best
        more = verified.verification.days_to_add()
        if not more or _is_interrupted(found) or not _has_time(settings, clock):
            break
        added = {site_id: (*added.get(site_id, ()), *([more[site_id]] if site_id in more else [])) for site_id in {**added, **more}}
        posed = with_days(open_instance, added)
    assert found is not None
    plan = found if best is None else best.plan_with_verification(rounds)
    header = _stopped(plan.header) if rounds and _is_interrupted(found) else plan.header
    # The plan answers the instance as asked, whatever days have joined and whatever contracts are held.
    header = {**header, **_failed(warm, failed_before), "instance_sha256": instance.sha256(), **_spent(clock), **commitments_header(signed)}
    return Plan({**header, **_limits_of_question(plan, instance, signed)}, plan.tables)


def _stopped(header: Header) -> Header:
    """Header of a plan when a person ended its verification, or a round of it."""
    return {**header, "stopped_by": "interrupted", "status": "best_found"}


def _failed(warm: Warm, before: int) -> Checked:
    """Field of the header that tells on what a solver failed and what answered in its place; none where none did."""
    failures = failures_as_json(warm.highs.failures[before:])
    return {"solver_failures": failures} if failures else {}


def _limits_of_question(plan: Plan, instance: Instance, signed: Sequence[CommittedContract]) -> Explained:
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

    def plan_with_verification(self, rounds: int) -> Plan:
        """Give the plan with its verification in the header; one that leaves load unserved is merely the best found."""
        told: Header = {
            **self.plan.header,
            "typical_hours_error": self.verification.cost_error,
            "verification": self.verification.header(rounds),
            "typical_days_added": added_labels(self.added),
        }
        return Plan(told if self.verification.passed else {**told, "status": "best_found"}, self.plan.tables)


def _is_interrupted(plan: Plan) -> bool:
    return bool(plan.header["stopped_by"] == "interrupted")


def _has_time(settings: SolveSettings, clock: Stopwatch) -> bool:
    return settings.time_limit_s is None or clock.elapsed() < settings.time_limit_s


def _build_and_solve(
    instance: Instance, settings: SolveSettings, clock: Stopwatch, warm: Warm, signed: Sequence[CommittedContract]
) -> Plan:
    clock.enter("build")
    before, warm.carried = warm.carried, None
    with exposed():
        model = build(instance, before.parts if before else None)
        clock.enter("compile")
        compiled = compile_model(model, before)
    try:
        if why_not := why_not_fixed(model, signed):
            return no_plan(instance, compiled, Solved("infeasible", (), None, 0.0, NOT_HELD), why_not)
        return Question(instance, model, fix_contracts(model, compiled, signed), tuple(signed), clock, warm).answer(settings)
    finally:
        warm.carried = carry(model, compiled)
        release(model)


def _spent(clock: Stopwatch) -> Checked:
    """Seconds per phase, and the most memory that this process and the solver's have held."""
    return {"seconds": clock.seconds(), "peak_memory_mb": peak_memory_mb()}
