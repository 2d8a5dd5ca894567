"""A study from its file to its answers, with the real solver, on quickstart."""

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

import pandas as pd
import pyomo.environ as pyo
import pytest

from optimizer.core import machine
from optimizer.core.bundled import scenario_path
from optimizer.core.errors import ClusterError, OutputExists, ScenarioError, SolverError
from optimizer.core.instance import Instance
from optimizer.plan.plan import Plan
from optimizer.report.study_page.case import StudyCase
from optimizer.report.study_page.runs import run_sentences
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites
from optimizer.solve import compile_model
from optimizer.solve.highs import runner
from optimizer.solve.highs.answer import Answer
from optimizer.solve.highs.settings import SolveSettings
from optimizer.solve.search.warm import Warm
from optimizer.study.engine.outcome import FIGURES, Task
from optimizer.workflow import study as workflow_study
from optimizer.workflow.study import Scope, StudyOptions, StudyResult, Unheard, run_study, solve_task
from optimizer.workflow.whole_way import plan
from tests.study import fakes

QUICKSTART = scenario_path("quickstart")

STUDY = """
[study]
title = "What moves the decision"
design = "grid"
regret = true
candidates = ["memphis", "lordstown"]

[[factors]]
name = "price"
unit = "times"
path = "gpus.H100.price_usd"
by = "times"
values = [0.8, 1.2]

[[breakpoints]]
factor = "slip"
low = 0
high = 2
precision = 1
watch = ["host"]

[[factors]]
name = "slip"
unit = "months"
path = "gpus.H100.supply"
by = "later"
base = 0
"""


def written(folder: Path, text: str = STUDY) -> Path:
    file = folder / "what.toml"
    file.write_text(text)
    return file


def study(folder: Path, text: str = STUDY, **options: object) -> StudyResult:
    return run_study(QUICKSTART, written(folder, text), StudyOptions(**{"out": folder / "study", "workers": 2, **options}))


def quickstart(*overrides: str) -> Instance:
    return assemble(read_scenario(QUICKSTART, overrides, fill_sites))


@pytest.fixture(scope="module", autouse=True)
def _no_solver_is_left() -> Iterator[None]:
    """Tasks solved in this process leave a HiGHS process that runs."""
    yield
    for warm in workflow_study._warm:
        warm.highs.close()
    workflow_study._warm.clear()


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return study(tmp_path_factory.mktemp("done"))


def without_seconds(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns="seconds")


def without_times(answers: dict[str, Any]) -> dict[str, Any]:
    counts = {name: count for name, count in answers["runs"].items() if name not in {"seconds", "wall_seconds", "workers"}}
    return {**answers, "runs": counts}


def test_each_run_is_what_solve_gives_with_the_same_changes(done: StudyResult) -> None:
    """Base and the run at 1.2 times the price, against plans solved without a study."""
    rows = done.table.set_index("run")
    assert rows.loc[0, "objective_musd"] == pytest.approx(plan(QUICKSTART).header["objective_musd"], rel=1e-9)
    dear = plan(QUICKSTART, ["gpus.H100.price_usd*=1.2"]).header
    row = rows[(rows["factor.price"] == 1.2) & (rows["phase"] == "design")].iloc[0]
    assert row["objective_musd"] == pytest.approx(dear["objective_musd"], rel=1e-9)
    assert row["set"] == "--set 'gpus.H100.price_usd*=1.2'"
    assert (row["host"], row["build_or_rent"], row["sites"]) == ("memphis", "build", "memphis")
    assert (row["ready"], row["ready_months"], row["delay_months"]) == ("2025-01", 7, 1)
    assert row["gpus_bought"] == 20_000


def test_it_holds_every_decision_and_searches_every_breakpoint(done: StudyResult) -> None:
    """Base and 2 runs of the grid; memphis wins in both, so lordstown is held in both; a breakpoint tries slips of 0, 1 and 2."""
    assert list(done.table["phase"]) == ["design"] * 3 + ["fixed"] * 2 + ["breakpoint"] * 3
    assert list(done.table["run"]) == list(range(8))
    held = done.table[done.table["phase"] == "fixed"]
    assert set(held["fixed"]) == {"lordstown"}
    assert set(held["host"].dropna()) <= {"lordstown", ""}
    assert done.answers["regret"]["decisions"] == ["memphis", "lordstown"]
    assert done.answers["runs"]["asked"] == 8


def test_the_folder_holds_all_of_it_and_each_plan_passes_its_check(done: StudyResult, tmp_path: Path) -> None:
    assert json.loads((done.folder / "answers.json").read_text()) == done.answers
    pd.testing.assert_frame_equal(pd.read_parquet(done.folder / "study.parquet"), done.table)
    assert (done.folder / "study.toml").read_text() == STUDY
    plans = {file.stem for file in (done.folder / "plans").iterdir()}
    assert plans == set(done.table["key"])


def test_the_answers_say_by_what_and_how_long_they_were_made(done: StudyResult) -> None:
    assert done.answers["versions"] == {**{name: version(name) for name in ("gigasite", "pyomo", "highspy")}, "python": python_version()}
    runs = done.answers["runs"]
    assert runs["workers"] in (1, 2)
    assert runs["wall_seconds"] > 0
    page = run_sentences(StudyCase(done.study, done.answers, done.table, "study"))
    assert any("by the clock with " in said for said in page)
    assert any(said.startswith(f"Versions: gigasite {version('gigasite')}, pyomo ") for said in page)


def test_workers_are_no_more_than_memory_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quickstart is told as 300 MB and 0.05 for each of 168 choices, 308.4 MB: three workers in 0.9 of 1,100 MB."""
    monkeypatch.setattr(machine, "available_memory_mb", lambda root: 1100.0)
    assert workflow_study._workers(quickstart(), StudyOptions(workers=8)) == 3
    assert workflow_study._workers(quickstart(), StudyOptions(workers=2)) == 2


def test_it_may_take_longer_and_go_on(done: StudyResult) -> None:
    again = study(done.folder.parent, STUDY.replace("regret = true", "regret = true\nhours_max = 30"), resume=True)
    pd.testing.assert_frame_equal(again.table, done.table)


def test_resumed_it_solves_nothing_again(done: StudyResult, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OutputExists, match="--resume"):
        study(done.folder.parent)
    monkeypatch.setattr(workflow_study, "LocalPool", Refusing)
    again = study(done.folder.parent, resume=True)
    pd.testing.assert_frame_equal(again.table, done.table)
    assert again.answers == done.answers


@pytest.mark.parametrize("is_named", [True, False])
def test_a_folder_that_is_taken_is_refused_before_all_runs_are_read(
    done: StudyResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_named: bool
) -> None:
    """Given by --out, and under the names of the scenario and of the study."""
    folder = tmp_path / "studies" / "quickstart" / "what"
    shutil.copytree(done.folder, folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(workflow_study, "runs_of", None)  # whoever makes all runs fails
    out = folder if is_named else None
    with pytest.raises(OutputExists, match=r"studies/quickstart/what holds runs of a study; give --resume"):
        study(done.folder.parent, out=out)
    with pytest.raises(OutputExists, match=r"studies/quickstart/what holds runs of something else \(study: "):
        study(tmp_path, STUDY.replace("1.2", "1.3"), out=out, resume=True)


class Refusing:
    """A pool that must not be asked."""

    capacity = 1

    def __init__(self, *_: object) -> None:
        pass

    def close(self) -> None:
        pass


def test_another_study_in_the_folder_is_refused_with_what_differs(done: StudyResult, tmp_path: Path) -> None:
    options = StudyOptions(out=done.folder, resume=True)
    with pytest.raises(OutputExists, match="study: "):
        run_study(QUICKSTART, written(tmp_path, STUDY.replace("1.2", "1.3")), options)
    other = tmp_path / "quickstart"
    shutil.copytree(QUICKSTART, other)
    text = (other / "scenario.toml").read_text()
    assert "months = 24" in text
    (other / "scenario.toml").write_text(text.replace("months = 24", "months = 25", 1))
    with pytest.raises(OutputExists, match="scenario: "):
        run_study(other, written(done.folder.parent), options)


KILLED = """
import sys
from pathlib import Path
from optimizer.workflow.study import StudyOptions, run_study

if __name__ == "__main__":
    scenario, file, out = map(Path, sys.argv[1:])
    run_study(scenario, file, StudyOptions(out=out, workers=2))
"""


def test_a_parent_killed_while_decisions_are_held_ends_as_if_nothing_had_been(done: StudyResult, tmp_path: Path) -> None:
    """The three runs of the design are done and one of the two that hold lordstown: the breakpoint is still to come."""
    out = tmp_path / "study"
    (tmp_path / "script.py").write_text(KILLED)
    command = [sys.executable, str(tmp_path / "script.py"), str(QUICKSTART), str(written(tmp_path)), str(out)]
    with subprocess.Popen(command) as parent:
        fakes.until(lambda: len(_results(out)) >= 4, 60.0)
        parent.kill()
    kept = _results(out)
    again = study(tmp_path, resume=True)
    assert {key: row for key, row in _results(out).items() if key in kept} == kept
    pd.testing.assert_frame_equal(without_seconds(again.table), without_seconds(done.table))
    assert without_times(again.answers) == without_times(done.answers)


def _results(out: Path) -> dict[object, object]:
    """Seconds of each question that is answered."""
    if not (out / "runs.sqlite").exists():
        return {}
    database = sqlite3.connect(out / "runs.sqlite")
    try:
        return dict(database.execute("SELECT key, seconds FROM results").fetchall())
    except sqlite3.OperationalError:  # its tables are not made yet
        return {}
    finally:
        database.close()


def test_all_problems_of_all_runs_are_told_before_the_first_is_solved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow_study, "LocalPool", Refusing)
    text = """
[study]
design = "named"
[[named]]
name = "no_price"
set = ["gpus.H100.price_usd=-5"]
[[named]]
name = "no_price_either"
set = ["gpus.H100.price_usd=-5"]
[[named]]
name = "no_site"
set = ["sites.memfis/retrofit.max_it_mw=5"]
"""
    with pytest.raises(ScenarioError) as raised:
        study(tmp_path, text)
    told = {problem.field: problem.message for problem in raised.value.problems}
    assert list(told) == ["named.no_price.set", "named.no_price_either.set", "named.no_site.set"]
    assert told["named.no_price_either.set"].startswith("gpus.H100.price_usd=-5: -5 is outside the range")
    assert told["named.no_site.set"].endswith("(in run no_site)")
    with pytest.raises(ScenarioError, match=r"--set, gpus\.H100\.prize=1: .*\n.*\(in run base and 3 others\)"):
        study(tmp_path, text, set=("gpus.H100.prize=1",))
    assert not (tmp_path / "study").exists()


def test_a_breakpoint_whose_end_cannot_be_read_is_told_before_the_first_run(tmp_path: Path) -> None:
    bad = STUDY.replace("low = 0\nhigh = 2", "low = 0\nhigh = 2").replace('path = "gpus.H100.supply"', 'path = "gpus.H900.supply"')
    with pytest.raises(ScenarioError, match="H900"):
        study(tmp_path, bad)
    assert not (tmp_path / "study").exists()


def test_a_candidate_that_is_no_host_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"'lordstwn'.*did you mean 'lordstown'"):
        study(tmp_path, STUDY.replace('"lordstown"', '"lordstwn"'))
    assert not (tmp_path / "study").exists()


def test_a_study_estimated_to_take_too_long_is_refused_with_what_would_shorten_it(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"hours_max = 1e-05\. Give fewer values, leave out regret, set a time_limit_s"):
        study(tmp_path, STUDY.replace("regret = true", "regret = true\nhours_max = 0.00001"))
    assert not (tmp_path / "study").exists()


class Many(Refusing):
    """Workers of a cluster that must not be asked either; how often they were closed is counted."""

    capacity = 40
    closed = 0

    def close(self) -> None:
        Many.closed += 1


def test_the_estimate_counts_the_workers_of_the_engine_and_a_refused_study_closes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """11 runs at 0.54 s each are 5.9 s with one worker and 0.15 s with 40: more than 0.1 s, which is hours_max here."""
    dask_engine = pytest.importorskip("optimizer.study.engine.dask_engine", exc_type=ClusterError)
    monkeypatch.setattr(dask_engine, "DaskEngine", Many)
    before = Many.closed
    short = STUDY.replace("regret = true", f"regret = true\nhours_max = {0.1 / 3600}")
    with pytest.raises(ScenarioError, match=r"11 runs of about 0\.5 s each with 40 workers"):
        study(tmp_path, short, workers=None, scheduler="tcp://elsewhere:1")
    assert Many.closed == before + 1
    assert not (tmp_path / "study").exists()


def test_a_long_study_is_refused_before_its_runs_are_read_whoever_solves_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """1 + 100 x 100 runs of a grid; a scheduler's workers are asked for first, since their number decides."""
    dask_engine = pytest.importorskip("optimizer.study.engine.dask_engine", exc_type=ClusterError)
    monkeypatch.setattr(dask_engine, "DaskEngine", Many)
    monkeypatch.setattr(workflow_study, "runs_of", None)  # whoever makes all runs fails
    factor = '[[factors]]\nname = "{}"\nunit = "times"\npath = "gpus.H100.price_usd"\nby = "times"\nvalues = {}\n'
    factors = "".join(factor.format(name, [1 + place / 1000 for place in range(100)]) for name in "ab")
    text = f'[study]\ndesign = "grid"\nhours_max = 0.001\n{factors}'
    with pytest.raises(ScenarioError, match=r"10,001 runs of about .* s each with 40 workers take about"):
        study(tmp_path, text, workers=None, scheduler="tcp://elsewhere:1")
    with pytest.raises(ScenarioError, match=r"10,001 runs of about .* s each with 1 worker take about"):
        study(tmp_path, text, workers=1)
    assert not (tmp_path / "study").exists()


def test_what_will_be_done_is_told_first(done: StudyResult, monkeypatch: pytest.MonkeyPatch) -> None:
    """3 runs, each with one of 2 candidates held; for the breakpoint 3 values and 2 hosts held. Memory is looked at once."""
    heard: list[Scope] = []
    held = iter([1])
    monkeypatch.setattr(workflow_study, "workers_for", lambda *_: next(held))

    class Hearing(Unheard):
        def begins(self, scope: Scope) -> None:
            heard.append(scope)

    monkeypatch.setattr(workflow_study, "LocalPool", Refusing)
    options = StudyOptions(out=done.folder, workers=1, resume=True)
    run_study(QUICKSTART, done.folder.parent / "what.toml", options, Hearing())
    assert [(scope.runs, scope.solves, scope.workers, scope.folder) for scope in heard] == [(3, 11, 1, done.folder)]


def task(instance: Instance, start: bytes | None = None) -> Task:
    return Task(5, "key", instance, SolveSettings(), start)


def test_a_task_gives_every_figure_its_plan_and_what_others_start_from() -> None:
    first = solve_task(task(quickstart()))
    assert (first.index, first.key, first.status) == (5, "key", "optimal")
    assert tuple(first.figures) == FIGURES
    assert first.plan is not None
    assert first.solution is not None
    second = solve_task(task(quickstart("gpus.H100.price_usd*=1.1"), first.solution))
    assert second.figures["objective_musd"] > first.figures["objective_musd"]
    assert second.peak_memory_mb > 150  # Python with its libraries, and HiGHS
    assert second.figures["bound_musd"] <= second.figures["objective_musd"]


def test_a_task_without_a_plan_has_no_figures_and_nothing_to_start_from() -> None:
    """Twenty thousand GPUs by a deadline before the first is delivered."""
    first = solve_task(task(quickstart()))
    outcome = solve_task(task(quickstart("gpus.H100.supply*=0.0001"), first.solution))
    assert (outcome.status, outcome.message) == ("infeasible", "No plan meets all limits.")
    assert outcome.figures == {}
    assert outcome.solution is None


@pytest.mark.parametrize(("stopped_by", "status", "message"), [
    ("time_limit", "no_plan_in_time", "No plan was found before the time limit."),
    ("error", "failed", "Every solver that was tried failed before a plan was found."),
    ("unbounded", "failed", "HiGHS found no least cost: the question is unbounded, a fault of the scenario or of gigasite."),
])
def test_a_search_that_breaks_is_no_search_that_ran_out_of_time(
    monkeypatch: pytest.MonkeyPatch, stopped_by: str, status: str, message: str
) -> None:
    header = {"status": "no_plan_in_time", "stopped_by": stopped_by, "seconds": {"total": 1.0}}
    monkeypatch.setattr(workflow_study, "solve_instance", lambda *_, **__: Plan(header, {}))
    monkeypatch.setattr(workflow_study, "zip_plan", lambda *_: b"zip")
    outcome = solve_task(task(quickstart()))
    assert (outcome.status, outcome.message, outcome.seconds["total"]) == (status, message, 1.0)


def test_the_time_of_a_run_and_of_highs_in_it_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS is waited for twice for a quarter of a second, and the rest of the run takes another quarter."""
    def slow(watch: object) -> Answer:
        time.sleep(0.25)
        return Answer("time_limit", None, None, None, None, 0.0)

    def solved(instance: object, settings: SolveSettings, warm: Warm, signed: object) -> Plan:
        model = pyo.ConcreteModel()
        model.x = pyo.Var(bounds=(0.0, 1.0))
        model.cost = pyo.Objective(expr=model.x)
        for _ in range(2):
            warm.highs.solve(compile_model(model), settings)
        time.sleep(0.25)
        return Plan({"status": "no_plan_in_time", "stopped_by": "time_limit", "seconds": {"total": 1.0}}, {})

    monkeypatch.setattr(runner._Watch, "until_answered", slow)
    monkeypatch.setattr(workflow_study, "solve_instance", solved)
    monkeypatch.setattr(workflow_study, "zip_plan", lambda *_: b"zip")
    seconds = solve_task(task(quickstart())).seconds
    assert seconds["highs"] >= 0.499
    assert seconds["task"] >= seconds["highs"] + 0.249  # each rounded to a millisecond


def test_errors_of_ours_are_outcomes(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise SolverError("HiGHS refused.")

    monkeypatch.setattr(workflow_study, "solve_instance", broken)
    outcome = solve_task(task(quickstart()))
    assert (outcome.status, outcome.message) == ("failed", "HiGHS refused.")
