"""The log of a study's runs: what it holds is whole, is one study's, and is written by one process at a time."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from optimizer.core.errors import OutputExists, OutputUnwritable
from optimizer.files.single_files import add_files
from optimizer.study.engine.outcome import Outcome
from optimizer.study.engine.runlog import RunLog, require_free
from tests.study import fakes
from tests.study.fakes import IDENTITY, run

OUTCOME = Outcome(0, "k0", "optimal", "", {"objective_musd": 0.1 + 0.2, "host": "a"}, b"zip", b"start", {"total": 1.5}, 290.0)


def states(folder: Path) -> list[tuple[str, int, int, str]]:
    with sqlite3.connect(folder / "runs.sqlite") as database:
        found = database.execute("SELECT state, attempts, worker_deaths, reason FROM runs ORDER BY run").fetchall()
    database.close()
    return found


def test_an_outcome_comes_back_as_it_was_with_its_plan_in_a_file(tmp_path: Path) -> None:
    with RunLog(tmp_path, IDENTITY) as log:
        log.add([run(0), run(1)], ["k0", "k1"])
        log.start(0)
        log.finish(OUTCOME)
        found = log.outcome("k0", 7)
        assert log.outcome("k1", 1) is None
        assert log.keys_done() == {"k0"}
        assert (log.solution(0), log.solution(1)) == (b"start", None)
    assert found is not None
    assert (found.index, found.status, found.figures, found.seconds) == (7, "optimal", OUTCOME.figures, OUTCOME.seconds)
    assert (tmp_path / "plans" / "k0.zip").read_bytes() == b"zip"
    assert states(tmp_path) == [("done", 1, 0, ""), ("waiting", 0, 0, "")]


def test_the_plan_is_on_the_disk_before_its_result_is_said_to_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("optimizer.study.engine.study_folder.os.fsync", full_disk)
    with RunLog(tmp_path, IDENTITY) as log:
        log.add([run(0)], ["k0"])
        with pytest.raises(OSError, match="No space"):
            log.finish(OUTCOME)
        assert log.keys_done() == frozenset()
    assert not (tmp_path / "plans" / "k0.zip").exists()


def test_runs_of_the_same_question_are_done_together(tmp_path: Path) -> None:
    with RunLog(tmp_path, IDENTITY) as log:
        log.add([run(0), run(1), run(2)], ["k0", "k1", "k0"])
        log.finish(OUTCOME)
        assert log.solution(2) == b"start"
    assert [state for state, *_ in states(tmp_path)] == ["done", "waiting", "done"]


def test_a_folder_with_runs_is_refused_without_resume(tmp_path: Path) -> None:
    with RunLog(tmp_path, IDENTITY) as log:
        log.add([run(0)], ["k0"])
    with pytest.raises(OutputExists, match=r"--resume .*--force"):
        RunLog(tmp_path, IDENTITY)


def test_force_begins_anew(tmp_path: Path) -> None:
    with RunLog(tmp_path, IDENTITY) as log:
        log.add([run(0)], ["k0"])
        log.finish(OUTCOME)
    (tmp_path / "report.html").write_text("old")
    with RunLog(tmp_path, {"study": "another"}, force=True) as log:
        assert log.keys_done() == frozenset()
    assert not (tmp_path / "plans" / "k0.zip").exists()
    assert not (tmp_path / "report.html").exists()


def test_a_folder_of_something_else_is_left_alone_even_by_force(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(OutputExists, match=r"thesis\.docx"):
        RunLog(tmp_path, IDENTITY, force=True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.docx"]


def test_what_differs_is_said_when_another_study_would_go_on(tmp_path: Path) -> None:
    with RunLog(tmp_path, IDENTITY) as log:
        log.add([run(0)], ["k0"])
    with pytest.raises(OutputExists, match=r"gigasite: 0\.1 then, 0\.2 now; scenario: q1 then, q2 now"):
        RunLog(tmp_path, {**IDENTITY, "scenario": "q2", "gigasite": "0.2"}, resume=True)
    with RunLog(tmp_path, IDENTITY, resume=True):
        pass


def test_a_run_that_asks_something_else_than_before_is_refused(tmp_path: Path) -> None:
    with RunLog(tmp_path, IDENTITY) as log:
        log.add([run(0)], ["k0"])
        with pytest.raises(OutputExists, match=r"Run 0 \(run 0\)"):
            log.add([run(0)], ["k9"])


def test_what_a_dead_parent_left_at_work_waits_again_and_counts_no_death(tmp_path: Path) -> None:
    with RunLog(tmp_path, IDENTITY) as log:
        log.add([run(0), run(1), run(2)], ["k0", "k1", "k2"])
        log.finish(OUTCOME)
        log.start(1)
        log.start(2)
        assert log.death(2, "killed") == 1
        log.start(2)
    RunLog(tmp_path, IDENTITY, resume=True).close()
    assert states(tmp_path) == [("done", 0, 0, ""), ("waiting", 1, 0, ""), ("waiting", 2, 1, "killed")]


def test_what_failed_or_was_quarantined_is_tried_again_on_resume(tmp_path: Path) -> None:
    with RunLog(tmp_path, IDENTITY) as log:
        log.add([run(index) for index in range(4)], ["k0", "k1", "k2", "k3"])
        log.finish(OUTCOME)
        log.finish(Outcome(1, "k1", "failed", "KeyError"))
        log.finish(Outcome(2, "k2", "infeasible"))
        log.death(3, "killed")
        log.death(3, "killed")
        log.quarantine(Outcome(3, "k3", "quarantined", "given up"))
        assert log.keys_done() == {"k0", "k1", "k2", "k3"}
    assert [state for state, *_ in states(tmp_path)] == ["done", "failed", "done", "quarantined"]
    with RunLog(tmp_path, IDENTITY, resume=True) as log:
        assert log.keys_done() == {"k0", "k2"}
        assert log.death(3, "killed") == 1


def test_a_result_whose_plan_was_lost_is_solved_again(tmp_path: Path) -> None:
    with RunLog(tmp_path, IDENTITY) as log:
        log.add([run(0)], ["k0"])
        log.finish(OUTCOME)
        log.plan_file("k0").unlink()
    with RunLog(tmp_path, IDENTITY, resume=True) as log:
        assert log.keys_done() == frozenset()


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    with RunLog(tmp_path, IDENTITY), pytest.raises(OutputExists, match="Another study is at work"):
        RunLog(tmp_path, IDENTITY, resume=True)
    RunLog(tmp_path, IDENTITY, resume=True).close()


def test_what_a_log_would_refuse_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    require_free(folder, IDENTITY)
    assert not folder.exists()
    with RunLog(folder, IDENTITY) as log:
        require_free(folder / "not", IDENTITY)
        with pytest.raises(OutputExists, match="Another study is at work"):
            require_free(folder, IDENTITY, force=True)
        log.add([run(0)], ["k0"])
        log.finish(OUTCOME)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    with pytest.raises(OutputExists, match=r"--resume .*--force"):
        require_free(folder, IDENTITY)
    with pytest.raises(OutputExists, match=r"study: s1 then, s2 now"):
        require_free(folder, {**IDENTITY, "study": "s2"}, resume=True)
    require_free(folder, IDENTITY, resume=True)
    require_free(folder, {"study": "another"}, force=True)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    (folder / "thesis.docx").write_text("years of work")
    with pytest.raises(OutputExists, match=r"thesis\.docx"):
        require_free(folder, IDENTITY, force=True)


@pytest.mark.parametrize("content", [b"", b"no database"])
def test_a_log_without_tables_is_left_to_who_opens_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "runs.sqlite").write_bytes(content)
    require_free(tmp_path, IDENTITY)


HOLDER = """
import sys, time
from pathlib import Path
from optimizer.study.engine.runlog import RunLog
from tests.study.fakes import IDENTITY

log = RunLog(Path(sys.argv[1]), IDENTITY)
print("held", flush=True)
time.sleep(60)
"""


def test_the_lock_dies_with_its_holder(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(OutputExists, match="Another gigasite is at work"):
            RunLog(tmp_path, IDENTITY)
    finally:
        holder.kill()
        holder.communicate()
    RunLog(tmp_path, IDENTITY).close()


def test_a_file_that_is_no_log_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs.sqlite").write_bytes(b"this is no database, however long it may be" * 50)
    with pytest.raises(OutputUnwritable, match=r"runs.sqlite .*--force"):
        RunLog(tmp_path, IDENTITY, resume=True)
    RunLog(tmp_path, IDENTITY, force=True).close()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputUnwritable, match="--out"):
        RunLog(tmp_path / "file" / "study", IDENTITY)


def test_the_log_can_be_read_by_any_sqlite(tmp_path: Path) -> None:
    with RunLog(tmp_path, IDENTITY) as log:
        log.add([run(3, 1, "fixed")], ["k0"])
        log.finish(OUTCOME)
        with sqlite3.connect(tmp_path / "runs.sqlite") as reader:
            row = reader.execute("SELECT name, factors, overrides, starts_from, figures FROM runs JOIN results USING (key)").fetchone()
        reader.close()
    assert (row[0], json.loads(row[1]), json.loads(row[2]), row[3]) == ("run 3", {"x": 3}, ["horizon.months=3"], 1)
    assert json.loads(row[4]) == OUTCOME.figures


def test_fakes_are_what_they_say(tmp_path: Path) -> None:
    """The oracle of the other tests: 100 plus the index plus a hundredth of what it started from."""
    outcome = fakes.noted_solve(tmp_path, fakes.chain(2)[1].task(b"200.0"))
    assert outcome.figures["objective_musd"] == 103.0


def test_held_runs_move_where_a_run_that_failed_has_an_answer_on_resume(tmp_path: Path) -> None:
    """Run 1 failed, so run 2 held a decision beside run 0; now run 1 is answered, and is held beside first."""
    with RunLog(tmp_path, IDENTITY) as log:
        log.add([run(0), run(1)], ["k0", "k1"])
        log.finish(Outcome(1, "k1", "failed", "KeyError"))
        log.add([run(2, 0, "fixed")], ["held0"])
        log.finish(Outcome(2, "held0", "optimal", solution=b"held"))
    with RunLog(tmp_path, IDENTITY, resume=True) as log:
        log.add([run(0), run(1)], ["k0", "k1"])
        log.add([run(2, 1, "fixed"), run(3, 0, "fixed")], ["held1", "held0"])
        assert log.keys_done() == {"held0"}
        assert (log.solution(2), log.solution(3)) == (None, b"held")


def _study(folder: Path) -> None:
    """A study's folder with a plan, a table and its manifest."""
    with RunLog(folder, IDENTITY) as log:
        log.add([run(0)], ["k0"])
        log.finish(OUTCOME)
    add_files(folder, {"study.csv": b"run\n0\n", "study.toml": b""})


def test_force_takes_away_what_is_as_it_was_written(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    _study(folder)
    with RunLog(folder, IDENTITY, force=True) as log:
        assert (log.set_aside, log.keys_done()) == (None, frozenset())
    assert not (folder / "plans" / "k0.zip").exists()
    assert not (folder / "study.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["study"]


def test_force_sets_aside_a_study_of_which_a_table_or_a_plan_was_changed(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    for number, name in ((1, "study.csv"), (2, "plans/k0.zip")):
        _study(folder)
        (folder / name).write_bytes(b"changed")
        with RunLog(folder, IDENTITY, force=True) as log:
            assert log.set_aside == tmp_path / f"study.kept-{number}"
            assert (log.set_aside / name).read_bytes() == b"changed"
            assert (log.set_aside / "runs.sqlite").is_file()
        assert RunLog(folder, IDENTITY, force=True).close() is None


def test_a_table_that_was_changed_is_not_written_over_on_resume(tmp_path: Path) -> None:
    _study(tmp_path)
    (tmp_path / "study.csv").write_bytes(b"edited")
    for refusing in (require_free, RunLog):
        with pytest.raises(OutputExists, match=r"study\.csv in .* is not as gigasite wrote it.*--resume"):
            refusing(tmp_path, IDENTITY, resume=True)
    assert (tmp_path / "study.csv").read_bytes() == b"edited"


def test_files_of_a_person_that_bear_names_of_a_study_are_not_written_over(tmp_path: Path) -> None:
    mine = {"report.html": "my report", "study.csv": "my table", "manifest.json": "of another program"}
    for name, text in mine.items():
        (tmp_path / name).write_text(text)
    for refuses in (require_free, RunLog):
        with pytest.raises(OutputExists, match=r"study\.csv, report\.html and manifest\.json in .* are not as gigasite wrote.*--force"):
            refuses(tmp_path, IDENTITY)
    assert {path.name: path.read_text() for path in tmp_path.iterdir() if path.name != ".lock"} == mine
    with RunLog(tmp_path, IDENTITY, force=True) as log:
        assert log.set_aside is not None
        assert {path.name: path.read_text() for path in log.set_aside.iterdir()} == mine


def test_a_study_and_a_plan_are_not_written_into_one_folder_at_once(tmp_path: Path) -> None:
    place = tmp_path / "place"
    code = ("import sys, time; from pathlib import Path; from optimizer.files.holding import hold_folder\n"
            "with hold_folder(Path(sys.argv[1]), bool):\n    print('held', flush=True)\n    time.sleep(60)")
    other = subprocess.Popen([sys.executable, "-c", code, str(place)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(OutputExists, match="Another gigasite is at work in"):
            RunLog(place, IDENTITY)
    finally:
        other.kill()
        other.communicate()
    assert not place.exists()
    RunLog(place, IDENTITY).close()
    assert {path.name for path in tmp_path.iterdir()} == {"place"}


def test_not_even_force_touches_a_folder_with_plans_of_a_person(tmp_path: Path) -> None:
    """As in the folder of a project, where ``plans`` holds plans, and a database is another program's."""
    (tmp_path / "plans" / "mine").mkdir(parents=True)
    (tmp_path / "plans" / "mine" / "plan.json").write_text("{}")
    for refusing in (require_free, RunLog):
        with pytest.raises(OutputExists, match=r"plans/mine, which is no part of a study"):
            refusing(tmp_path, IDENTITY, force=True)
    assert (tmp_path / "plans" / "mine" / "plan.json").read_text() == "{}"
    other = tmp_path / "other"
    other.mkdir()
    with sqlite3.connect(other / "runs.sqlite") as database:
        database.execute("CREATE TABLE marathons (runner TEXT)")
    database.close()
    before = (other / "runs.sqlite").read_bytes()
    with pytest.raises(OutputExists, match=r"runs\.sqlite, which is no part of a study"):
        RunLog(other, IDENTITY, force=True)
    assert (other / "runs.sqlite").read_bytes() == before
