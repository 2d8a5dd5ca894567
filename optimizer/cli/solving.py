"""``gigasite solve``: from a scenario's name to a plan's folder and an exit code."""

from __future__ import annotations

import shlex
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from optimizer.audit import audit
from optimizer.cli import pulse
from optimizer.cli.exit_codes import EXIT_CODES, INTERRUPTED, UNVERIFIED, exit_code, is_interrupted
from optimizer.cli.failing import reader_may_leave
from optimizer.cli.progress import ProgressView
from optimizer.core.bundled import scenario_path
from optimizer.core.errors import DrawingFailed, GigasiteError, OutputUnwritable, PlanFolderError, Problem, ScenarioError
from optimizer.core.instance_json import instance_to_json
from optimizer.core.interrupts import exposed, shielded, were_heard
from optimizer.core.number_words import percent
from optimizer.files.holding import hold_folder
from optimizer.files.manifest import holding
from optimizer.plan.folder import is_plan_file, require_free, with_seconds
from optimizer.plan.plan_text import plan_json
from optimizer.plan.same_content import differing_tables
from optimizer.report.drawing import Drawer
from optimizer.report.handout import MAKERS_MODULE, REPORT, handout_names, missing_handouts, write_handout
from optimizer.report.page.case import ReportCase
from optimizer.report.saving import WrittenPlan, save_plan
from optimizer.report.study_page.phrases import duration
from optimizer.report.summary import summary_text
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites
from optimizer.solve.highs.settings import SolveSettings
from optimizer.solve.search.question_size import size_of
from optimizer.study.engine.saved_alternatives import FILE as BESIDE
from optimizer.study.engine.saved_alternatives import read_alternatives
from optimizer.verify import verified_instance
from optimizer.workflow.cache import cache_key, cache_texts, cached_plan
from optimizer.workflow.whole_way import solve_instance
from optimizer.workflow.without_purses import explained

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.core.instance import Instance
    from optimizer.plan.plan import Plan

_LONG_SECONDS = 30.0
"""Estimate from which a question is told to be large."""

@dataclass(frozen=True, slots=True)
class Request:
    """What was asked on the command line, as the options of ``gigasite solve`` say it."""

    GAP: ClassVar[float] = 0.001

    scenario: str
    out: Path | None
    force: bool
    overrides: tuple[str, ...]
    gap: float
    require_gap: float | None
    time_limit_s: float | None
    threads: int
    as_json: bool
    began: float = field(default_factory=time.perf_counter)

    def settings(self) -> SolveSettings:
        """Give the solver's settings; a required gap is also one to solve for."""
        gap = self.gap if self.require_gap is None else min(self.gap, self.require_gap)
        return SolveSettings(gap=gap, time_limit_s=self.time_limit_s, threads=self.threads)

    def settings_now(self) -> SolveSettings:
        """Give the same with what is left of the time since the command began."""
        settings = self.settings()
        if settings.time_limit_s is None:
            return settings
        return replace(settings, time_limit_s=max(settings.time_limit_s - (time.perf_counter() - self.began), 0.0))

    def with_more_time(self) -> str:
        """Give the command that asks the same with twice the time, and replaces what this one wrote; without a limit where none was."""
        parts = ["gigasite", "solve", self.scenario, *(part for text in self.overrides for part in ("--set", text))]
        parts += ["--gap", f"{self.gap:g}"] if self.gap != Request.GAP else []
        parts += ["--require-gap", f"{self.require_gap:g}"] if self.require_gap is not None else []
        parts += ["--threads", str(self.threads)] if self.threads > 1 else []
        parts += ["--time-limit", f"{max(2.0 * self.time_limit_s, 60.0):g}"] if self.time_limit_s is not None else []
        parts += ["--out", str(self.out)] if self.out is not None else []
        return shlex.join([*parts, "--force"])


def run_solve(request: Request) -> int:
    """Solve, write and print as asked.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    GigasiteError
        The input is wrong, the folder is taken or in use, no trustworthy plan was made, or it could be written nowhere.
    """
    try:
        return _run(request)
    except KeyboardInterrupt:
        say("Stopped by you before a plan was found; nothing was written.")
        return INTERRUPTED


def _run(request: Request) -> int:
    began = time.perf_counter()
    pulse.enter("read")
    scenario = read_scenario(scenario_folder(request.scenario), request.overrides, fill_sites)
    read = time.perf_counter()
    pulse.enter("assemble")
    instance = assemble(scenario)
    seconds = {"read": read - began, "assemble": time.perf_counter() - read}
    folder = request.out or Path("plans") / instance.name
    with shielded(), hold_folder(folder, is_plan_file, say):
        with exposed():
            key = cache_key(instance, request.settings())
            plan = cached_plan(folder, key)
            fault = "" if plan is None else _fault(plan, instance, folder)
        if plan is not None and not fault:
            return _report_existing(instance, WrittenPlan(plan, folder), request)
        # What is broken though nobody changed it answers this very question: it may be replaced unasked.
        asked = replace(request, force=request.force or (bool(fault) and holding(folder, is_plan_file).is_ours))
        _require_free(folder, asked.force, fault)
        return _solve_anew(instance, asked, folder, (key, seconds))


def _require_free(folder: Path, force: bool, fault: str) -> None:
    """Refuse a folder that may not be written, and say first what is wrong with a plan that is there."""
    said = f"The plan in {folder} is not what was written ({fault})"
    try:
        require_free(folder, force)
    except GigasiteError:
        if fault:
            say(f"{said}.")
        raise
    if fault:
        say(f"{said}; it is solved again.")


def say(text: str) -> None:
    """Tell in a line what was found or set aside on the way."""
    with reader_may_leave():
        print(text, file=sys.stderr)


def _report_existing(instance: Instance, saved: WrittenPlan, request: Request) -> int:
    """Tell a plan that is there already, and make of it what is missing."""
    plan, folder = saved.plan, saved.folder
    said = f"Nothing has changed since {folder} was written; it was {'audited, ' if plan.tables else ''}not solved again."
    code = _print_all(saved, said, request)
    return _hand_out(instance, saved, (missing_handouts(folder, plan), None), request, code)


def _solve_anew(instance: Instance, request: Request, folder: Path, known: tuple[str, dict[str, float]]) -> int:
    """Solve, write the plan whole, tell it, and only then make of it what may fail."""
    key, seconds = known
    _print_size(instance)
    with ProgressView(sys.stderr) as view:
        plan = solve_instance(instance, request.settings_now(), view)
        plan = with_seconds(explained(plan, instance, request.settings_now(), view), seconds)
    if is_interrupted(plan) and not plan.tables and folder.is_dir() and any(folder.iterdir()):
        say(f"Stopped by you before a plan was found; {folder} is as it was.")
        return INTERRUPTED
    with Drawer(MAKERS_MODULE) as drawer:
        texts = {"instance.json": instance_to_json(instance), **cache_texts(plan, key), **_alternatives_kept(folder, plan)}
        try:
            saved = save_plan(plan, folder, request.force, texts, say)
        except OutputUnwritable:
            with reader_may_leave():
                _print_plan(plan, "Written: nothing.", request.as_json)
            raise
        code = _print_all(saved, f"Written: {saved.folder} (plan.json{', tables/' if plan.tables else ''}).", request)
        return _hand_out(instance, saved, (handout_names(plan), drawer), request, code)


def _alternatives_kept(folder: Path, plan: Plan) -> dict[str, str]:
    """Keep what was solved beside an earlier plan of the same question: it took long, and holds for this plan too."""
    try:
        held_before = read_alternatives(folder, plan.header["instance_sha256"])
    except PlanFolderError:
        return {}
    return {} if held_before is None else {BESIDE: (folder / BESIDE).read_text(encoding="utf-8")}


def _print_all(saved: WrittenPlan, said: str, request: Request) -> int:
    """Print the plan and where it is; give the exit code."""
    code = INTERRUPTED if were_heard() else exit_code(saved.plan, request.require_gap)
    with reader_may_leave():
        _print_plan(saved.plan, said, request.as_json)
        _print_exit_reason(saved.plan, code, request)
        if saved.trouble:
            print(saved.trouble, file=sys.stderr)
    return code or (OutputUnwritable.exit_code if saved.trouble else 0)


def _hand_out(instance: Instance, saved: WrittenPlan, how: tuple[Sequence[str], Drawer | None], request: Request, code: int) -> int:
    """Make the report, the workbook and the map layers, and say where they are; what cannot be made is told, the plan is there."""
    plan, folder = saved.plan, saved.folder
    names, drawer = how
    try:
        if names:
            beside = read_alternatives(folder, plan.header["instance_sha256"])
            write_handout(folder, ReportCase(instance, plan, beside, folder.resolve().name, (), str(folder)), names, drawer)
    except KeyboardInterrupt:
        say(f"Stopped by you: the plan in {folder} is whole, what is made of it is not there. Make it: gigasite report {folder}")
        return INTERRUPTED
    except (DrawingFailed, OutputUnwritable) as error:
        say(f"{error}")
        return code or error.exit_code
    with reader_may_leave():
        beside_it = " (plan.xlsx and plan.gpkg beside it)" if plan.tables else ""
        print(f"Report: {folder / REPORT}{beside_it}", file=sys.stderr if request.as_json else sys.stdout)
    return code


def _fault(plan: Plan, instance: Instance, folder: Path) -> str:
    """First thing that is wrong with a plan that is to be used again, in a line; empty where it holds."""
    if plan.status in EXIT_CODES:
        return ""
    faults = [*map(str, audit(verified_instance(instance, plan.header), plan).violations), *map(str, differing_tables(plan, folder))]
    return " ".join(faults[0].split()) if faults else ""


def scenario_folder(name: str) -> Path:
    """Folder of a scenario given as a folder, as its ``scenario.toml`` or as a bundled name."""
    path = Path(name)
    if path.is_file():
        if path.name != "scenario.toml":
            message = f"This is a file. Name the scenario's folder or its scenario.toml: gigasite solve {shlex.quote(str(path.parent))}"
            raise ScenarioError([Problem(name, "", "", message)])
        return path.parent
    if path.exists():
        return path
    try:
        return scenario_path(name)
    except FileNotFoundError as error:
        message = "There is no such folder, and no scenario of this name comes with gigasite."
        raise ScenarioError([Problem(name, "", "", message)]) from error


def _print_size(instance: Instance) -> None:
    """Say before a large question is built how many places it has, and about how long and how much memory it will take."""
    size = size_of(instance)
    if size.seconds < _LONG_SECONDS:
        return
    left_out = len(instance.sites) - size.sites
    without = f", {left_out:,} more cannot host in time" if left_out else ""
    print(f"{size.sites:,} places to choose from{without}; very roughly {duration(size.seconds)} and {size.memory_mb / 1000:,.1f} GB.",
          file=sys.stderr)
    pulse.shown()


def _print_plan(plan: Plan, said: str, as_json: bool) -> None:
    print(f"{summary_text(plan)}\n{said}", file=sys.stderr if as_json else sys.stdout)
    if as_json:
        print(plan_json(plan), end="")


def _print_exit_reason(plan: Plan, code: int, request: Request) -> None:
    """Say why the exit code is not 0, where the summary does not, and how to ask for longer where no plan was found in time."""
    require_gap = request.require_gap
    if code == INTERRUPTED:
        what = "what is held until now" if is_interrupted(plan) else "the plan was found before, and"
        print(f"Stopped by you: {what} was written.", file=sys.stderr)
    elif code not in (0, UNVERIFIED) and require_gap is not None and plan.status not in EXIT_CODES:
        print(f"The plan is not proven within {percent(require_gap)} of the best possible, as --require-gap asks.", file=sys.stderr)
    if plan.status == "no_plan_in_time":
        print(f"With more time: {request.with_more_time()}", file=sys.stderr)
