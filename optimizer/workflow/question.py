"""A model that was built, solved and audited; and asked again in other ways where its plan fails its audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from optimizer.audit import audit
from optimizer.core.errors import AuditError
from optimizer.core.instance import Instance
from optimizer.core.progress import Progress
from optimizer.core.stopwatch import Stopwatch
from optimizer.explain.at_limit import fully_used
from optimizer.explain.in_the_way import limits_in_play
from optimizer.explain.not_chosen import not_chosen
from optimizer.explain.ways import ways_as_json
from optimizer.model.extract import extract_tables
from optimizer.model.goals import UNITS
from optimizer.plan.header import AuditFields, Checked, Decided, Explained, Header
from optimizer.plan.plan import Plan
from optimizer.solve import CompiledModel, SolveSettings
from optimizer.solve.highs.answer import Progress as SearchProgress
from optimizer.solve.highs.ladder import SECOND_OPINIONS, SolverFailure, second_opinions
from optimizer.solve.search.committed_contract import CommittedContract, contracts_as_json
from optimizer.solve.search.goals import Solved, committed_musd, disagree, solve_goals, with_weakest_bounds
from optimizer.solve.search.warm import Warm
from optimizer.workflow.header import no_plan_header, plan_header
from optimizer.workflow.header_identity import compiled_size, identity


@dataclass(frozen=True)
class Question:
    """An instance whose model was built and compiled, and with what it is solved; several solves of it may check one another."""

    instance: Instance
    model: Any
    compiled: CompiledModel
    signed: tuple[CommittedContract, ...]
    clock: Stopwatch
    warm: Warm

    @cached_property
    def committed_musd(self) -> float:
        """What was committed before: the goals leave it out, the objective of a plan counts it."""
        return committed_musd(self.model)

    def answer(self, settings: SolveSettings) -> Plan:
        """Solve and audit; where the plan fails, the question is asked again in other ways, and the weakest bound counts."""
        first = self._solved(settings)
        try:
            return self._audited(first)
        except AuditError as error:
            return self._solve_once_more(settings, first, error)

    def _solve_once_more(self, settings: SolveSettings, first: Solved, error: AuditError) -> Plan:
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
        return self._audited(with_weakest_bounds(best, runs, settings, self.committed_musd) if with_plan else best)

    def _solved(self, settings: SolveSettings) -> Solved:
        self.clock.enter("solve")
        report = _reporter(self.clock, self.committed_musd)
        return solve_goals(self.model, self.compiled, in_time_left(settings, self.clock), report, self.warm)

    def _audited(self, solved: Solved) -> Plan:
        """Give the plan of a solve, audited, or the answer that there is none."""
        instance = self.instance
        self.clock.enter("extract")
        if solved.values is None:
            return no_plan(instance, self.compiled, solved, limits_in_play(instance))
        self.compiled.load(solved.values)
        tables = extract_tables(self.model)
        decided = plan_header(instance, tables, solved.goals)
        header: Header = {**identity(instance, solved), **decided, **self._limits(solved, decided, tables),
                          **commitments_header(self.signed)}
        self.clock.enter("audit")
        report = audit(instance, Plan(header, tables))
        report.raise_if_failed()
        audited: AuditFields = {
            "passed": report.passed, "rules": report.rules, "checks": report.checks, "worst_violation": report.worst_violation,
        }
        return Plan({**header, "audit": audited, "size": compiled_size(self.compiled)}, tables)

    def _limits(self, solved: Solved, decided: Decided, tables: Mapping[str, Any]) -> Explained:
        """What holds a plan back: why each other place is not chosen, and the limits that it reaches."""
        used = [*(site["site_id"] for site in decided["sites"]), *(rental["name"] for rental in decided["rentals"])]
        lost = not_chosen(self.instance, used, solved.hosts, decided["objective_musd"] - self.committed_musd)
        return {"not_chosen": lost, "binding": fully_used(self.instance, tables)}


def _head(error: AuditError) -> str:
    """First two lines of an audit that failed: that it did, and the worst of it."""
    return " ".join(" ".join(str(error).splitlines()[:2]).split())


def no_plan(instance: Instance, compiled: CompiledModel, solved: Solved, binding: Sequence[str]) -> Plan:
    """Give the answer that there is no plan, or none in time, with what stands in its way."""
    asked = no_plan_header(instance, solved.goals)
    explained: Explained = {"ways": ways_as_json(instance), "binding": list(binding)}
    unaudited: AuditFields = {"passed": False, "rules": 0, "checks": 0, "worst_violation": 0.0}
    checked: Checked = {"audit": unaudited, "size": compiled_size(compiled)}
    return Plan({**identity(instance, solved), **asked, **explained, **checked}, {})


def _reporter(clock: Stopwatch, committed: float) -> Callable[[str, SearchProgress], None]:
    """Hand on what a search says, with the cost that was committed before: as the objective of the plan counts it."""

    def report(goal: str, progress: SearchProgress) -> None:
        constant = committed if goal == "min_cost" else 0.0
        best, bound = (None if value is None else value + constant for value in (progress.objective, progress.bound))
        clock.report(Progress(f"solve {goal}", clock.elapsed(), best, bound, progress.gap, UNITS[goal]))

    return report


def in_time_left(settings: SolveSettings, clock: Stopwatch) -> SolveSettings:
    """Settings of a search: what is left of the time when it begins, after building and the rounds before it."""
    if settings.time_limit_s is None:
        return settings
    return replace(settings, time_limit_s=max(settings.time_limit_s - clock.elapsed(), 0.0))


def commitments_header(signed: Sequence[CommittedContract]) -> Checked:
    """Field of the header that names the contracts held; none where none are."""
    return {"signed": contracts_as_json(signed)} if signed else {}
